"""How the athlete slept: average, debt, regularity, the shortest nights."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from coach.domain.metrics.history import History
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.sleep import sleep_debt_h, sleep_regularity_min
from coach.store import values
from coach.store.history import history_of
from coach.text import say
from coach.tools.facts import Facts, day_name, during, of_day, of_period
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

NIGHTS = 7  # told about when no span is named
CHART_DAYS = 28  # drawn at least: a week alone shows no habit
SHORTEST = 3
SHORT_S = 6.5 * 3600  # a night below that is worth naming
DEBT_H = 2.0  # below that the week is fine
IRREGULAR_MIN = 45.0
NAMES = ("sleep_s", "sleep_start_min", "sleep_end_min")


class SleepArgs(Args):
    start: Day | None = Field(None, description="first day; six days before the last if left out")
    end: Day | None = Field(None, description="last day; else today")


@tool(effect="read")
def sleep(ctx: ToolContext, args: SleepArgs) -> Result:
    """Sleep of a span of days: average, shortest nights, debt against the need, and regularity."""
    end = min(args.end or ctx.today, ctx.today)
    start = min(args.start or end - timedelta(days=NIGHTS - 1), end)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        since = min(start, end - values.LOOKBACK)
        history = history_of(session, ctx.athlete.id, end, daily_names=NAMES, since=since)
    nights = {} if history is None else _within(history, start, end)
    if history is None or not nights:
        none = Note(key="recovery.sleep_none", params={"when": during(ctx, start, end)})
        return Result(says=(none,), notes=(Note(key="recovery.how_nights"),))
    facts = Facts(ctx)
    says = _nights(ctx, facts, history, nights, start, end)
    says += _debt(ctx, facts, history, end)
    says += _regularity(ctx, facts, history, end)
    drawn = min(start, end - timedelta(days=CHART_DAYS))
    chart = Card(
        kind="chart",
        chart="sleep",
        title=say(ctx.lang, "recovery.sleep_title"),
        params={"start": drawn.isoformat(), "end": end.isoformat()},
    )
    return Result(facts=facts.all(), says=tuple(says), cards=(chart,))


def _within(history: History, start: date, end: date) -> dict[date, float]:
    known = history.daily.get("sleep_s", {})
    return {day: value for day, value in known.items() if start <= day <= end and value > 0}


def _nights(
    ctx: ToolContext, facts: Facts, history: History, nights: dict[date, float], start: date, end: date
) -> list[Note]:
    """Say the average of the span and its shortest nights."""
    origin = history.daily_origin["sleep_s"]
    subject = of_period(ctx, start, end)
    average, days = sum(nights.values()) / len(nights), (end - start).days + 1
    sources = {origin[day] for day in nights}
    facts.add(
        "average",
        "sleep_average_s",
        average,
        "s",
        subject,
        sources=sources,
        days=tuple(nights),
        coverage=len(nights) / days,
    )
    label = say(ctx.lang, "recovery.label_nights")
    facts.add("nights", "sleep_nights", len(nights), "nights", subject, label=label, sources=sources)
    told = {"average": "average", "nights": "nights"}
    says = [Note(key="recovery.sleep_average", params={"when": during(ctx, start, end)}, facts=told)]
    short = [day for day, slept in sorted(nights.items(), key=lambda night: night[1]) if slept < SHORT_S]
    if len(nights) < 3 or not short:
        return says
    for n, day in enumerate(short[:SHORTEST]):
        label = say(ctx.lang, "recovery.label_shortest")
        facts.add(
            f"short.{n}",
            "sleep_s",
            nights[day],
            "s",
            of_day(ctx, day),
            label=label,
            sources=[origin[day]],
            days=(day,),
        )
        named = {"day": day_name(ctx, day)}
        key = "recovery.sleep_shortest" if n == 0 else "recovery.sleep_short_too"
        says.append(Note(key=key, params=named, facts={"slept": f"short.{n}"}))
    return says


def _debt(ctx: ToolContext, facts: Facts, history: History, end: date) -> list[Note]:
    """Say how much sleep the seven nights up to the last day lacked, and what to do about it."""
    result, subject = sleep_debt_h(history, end), of_day(ctx, end)
    sources = history.daily_sources.get("sleep_s", ())
    facts.measure("debt", "sleep_debt_h", result, subject, rows=[], sources=sources)
    if not isinstance(result, Measure) or result.value is None:
        return [Note(key="recovery.sleep_debt_unknown", facts={"why": "debt"})]
    label = say(ctx.lang, "recovery.label_need")
    facts.add("need", "sleep_need_s", result.detail["need_s"], "s", subject, label=label, sources=sources)
    told = {
        "day": day_name(ctx, end),
        "from_what": say(ctx.lang, f"recovery.need_{result.detail['need_from']}"),
    }
    if result.value < 0.5:
        return [Note(key="recovery.sleep_no_debt", params=told, facts={"need": "need"})]
    says = [Note(key="recovery.sleep_debt", params=told, facts={"debt": "debt", "need": "need"})]
    if result.value > DEBT_H and end == ctx.today:
        says.append(Note(key="recovery.sleep_advice_debt"))
    return says


def _regularity(ctx: ToolContext, facts: Facts, history: History, end: date) -> list[Note]:
    """Say when the athlete sleeps and how regular that is; nothing where no device recorded it."""
    result, subject = sleep_regularity_min(history, end), of_day(ctx, end)
    if not isinstance(result, Measure) or result.value is None:
        return []
    sources = history.daily_sources.get("sleep_start_min", ())
    facts.measure("wander", "sleep_regularity_min", result, subject, rows=[], sources=sources)
    for key in ("start", "end"):
        clock = _clock(result.detail[f"{key}_min"])
        label = say(ctx.lang, f"recovery.label_{key}")
        facts.add(f"sleep_{key}", f"sleep_{key}", clock, "text", subject, label=label, sources=sources)
    times = {"start": "sleep_start", "end": "sleep_end", "wander": "wander"}
    irregular = result.value > IRREGULAR_MIN
    return [
        Note(key="recovery.sleep_times", facts=times),
        Note(key="recovery.sleep_irregular" if irregular else "recovery.sleep_regular"),
    ]


def _clock(minutes: float) -> str:
    """Return minutes from midnight as a time of day: −30 → 23:30."""
    hours, rest = divmod(round(minutes) % 1440, 60)
    return f"{hours:02d}:{rest:02d}"
