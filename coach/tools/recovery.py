"""What the nights say: resting heart rate, heart-rate variability, sleep and weight against the usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from pydantic import Field

from coach.domain.daily import DAILY_UNITS, DailyValue
from coach.domain.metrics.history import History
from coach.domain.metrics.recovery import HRV_SERIES, RANGE_DAYS, hrv_baseline_ms
from coach.domain.metrics.registry import Measure
from coach.store import daily
from coach.store.history import history_of
from coach.text import has, say
from coach.tools.facts import Facts, day_name, of_day
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

RECOVERY_CHART_DAYS = 60
BASELINE_DAYS = 28
BASELINE_AT_LEAST = 10
FRESH_DAYS = 3  # an older value says nothing about today


class RecoveryArgs(Args):
    day: Day | None = Field(None, description="else today")
    start: Day | None = Field(None, description="first day of a chart")
    end: Day | None = Field(None, description="its last day")


WATCHED = ("rhr_bpm", "hrv_rmssd_ms", "hrv_sdnn_ms", "sleep_s", "weight_kg")
# What counts as different from usual; below that a day is a day.
NOTABLE = {"rhr_bpm": 4.0, "hrv_rmssd_ms": 10.0, "hrv_sdnn_ms": 10.0, "sleep_s": 3600.0, "weight_kg": 1.0}


@tool(effect="read")
def recovery(ctx: ToolContext, args: RecoveryArgs) -> Result:
    """Resting heart rate, HRV, sleep and weight of a day against the athlete's usual."""
    day = min(args.day or args.end or ctx.today, ctx.today)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        values = daily.values(
            session, ctx.athlete.id, WATCHED, day - timedelta(days=BASELINE_DAYS + FRESH_DAYS), day
        )
        since = day - timedelta(days=RANGE_DAYS)
        history = history_of(session, ctx.athlete.id, day, daily_names=HRV_SERIES, since=since)
    facts, says, latest = Facts(ctx), [], date.min
    for name in WATCHED:
        of_name = [v for v in values if v.name == name]
        says += _against_usual(ctx, facts, name, of_name, day)
        latest = max([latest, *(v.day for v in of_name)])
    if not says:
        none = Note(key="tools.recovery_none") if day == ctx.today else None
        none = none or Note(key="tools.recovery_none_on", params={"day": day_name(ctx, day)})
        return Result(says=(none,), notes=(Note(key="tools.recovery_how"),))
    if latest != ctx.today:
        says.insert(0, Note(key="tools.recovery_of", params={"day": day_name(ctx, latest)}))
    if history is not None:
        says += _hrv_range(ctx, facts, history, day)
    chart = Card(
        kind="chart",
        chart="recovery",
        title=say(ctx.lang, "tools.recovery_title"),
        params={
            "start": (args.start or day - timedelta(days=RECOVERY_CHART_DAYS)).isoformat(),
            "end": (args.end or day).isoformat(),
        },
    )
    return Result(facts=facts.all(), says=tuple(says), cards=(chart,))


def _hrv_range(ctx: ToolContext, facts: Facts, history: History, day: date) -> list[Note]:
    """Say where the week's HRV lies in its usual range: a single night says little."""
    result = hrv_baseline_ms(history, day)
    if not isinstance(result, Measure) or result.detail["week_ms"] is None:
        return []
    detail, subject = result.detail, of_day(ctx, day)
    week, low, high = (detail[f"{key}_ms"] for key in ("week", "low", "high"))
    sources = history.daily_sources[detail["series"]]
    facts.measure("hrv.usual", "hrv_baseline_ms", result, subject, rows=[], sources=sources)
    for key, value in (("week", week), ("low", low), ("high", high)):
        label = say(ctx.lang, f"recovery.label_hrv_{key}")
        facts.add(f"hrv.{key}", detail["series"], value, "ms", subject, label=label, sources=sources)
    where = "_below" if week < low else "_above" if week > high else ""
    told = {key: f"hrv.{key}" for key in ("week", "low", "high")}
    return [Note(key=f"recovery.hrv_range{where}", facts=told)]


def _against_usual(
    ctx: ToolContext, facts: Facts, name: str, values: Sequence[DailyValue], day: date
) -> list[Note]:
    """Add the latest value and the median of the weeks before it, and say how they compare."""
    recent = [v for v in values if (day - v.day).days <= FRESH_DAYS]
    if not recent:
        return []
    latest = max(recent, key=lambda v: v.day)
    earlier = [v for v in values if v.day < latest.day]
    key, unit, subject = f"day.{name}", DAILY_UNITS[name], of_day(ctx, latest.day)
    facts.add(key, name, latest.value, unit, subject, sources=[latest.source], days=(latest.day,))
    label = say(ctx.lang, f"tools.label_{name}")
    if len(earlier) < BASELINE_AT_LEAST:
        return [Note(key="tools.recovery_value", params={"what": label}, facts={"value": key})]
    usual = median(v.value for v in earlier)
    facts.add(
        f"usual.{name}",
        name,
        usual,
        unit,
        subject,
        label=say(ctx.lang, "tools.usual_of", what=label),
        sources=[v.source for v in earlier],
        days=tuple(v.day for v in earlier),
        coverage=min(1.0, len({v.day for v in earlier}) / BASELINE_DAYS),
    )
    apart = latest.value - usual
    how = "usual" if abs(apart) < NOTABLE[name] else "above" if apart > 0 else "below"
    # Sleep is long or short, weight more or less: not everything is high or low.
    own = f"tools.recovery_{how}_{name}"
    return [
        Note(
            key=own if has(ctx.lang, own) else f"tools.recovery_{how}",
            params={"what": label},
            facts={"value": key, "usual": f"usual.{name}"},
        )
    ]
