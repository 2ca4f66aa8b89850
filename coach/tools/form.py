"""How the athlete is: fitness, fatigue and form from the load, and the values of the nights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from pydantic import Field

from coach.domain.daily import DAILY_UNITS, DailyValue
from coach.domain.fact import Subject
from coach.domain.metrics import load as load_of
from coach.domain.metrics.registry import Measure
from coach.pipeline.history import history_of
from coach.store import activities, daily
from coach.text import has, say
from coach.tools.facts import Facts, day_name, of_day
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

CHART_DAYS = 182
RECOVERY_CHART_DAYS = 60
BASELINE_DAYS = 28
BASELINE_AT_LEAST = 10
FRESH_DAYS = 3  # an older value says nothing about today

NUMBERS = (load_of.ctl, load_of.atl, load_of.tsb, load_of.ramp_rate, load_of.monotony, load_of.strain)
TOO_FAST_PER_WEEK = 8.0  # fitness points: a convention of the field
# Bands of form in percent of fitness, from below: a convention of the field.
BANDS = ((-30.0, "overreached"), (-10.0, "productive"), (5.0, "neutral"), (20.0, "fresh"))


class DayArgs(Args):
    day: Day | None = Field(None, description="the day asked about; today when left out")
    start: Day | None = Field(None, description="first day of the chart")
    end: Day | None = Field(None, description="last day of the chart")


def band(tsb: float, ctl: float) -> str | None:
    """Return the name of the band that form lies in, or None while fitness is too low to tell (CTL < 15)."""
    if ctl < 15:
        return None
    share = 100 * tsb / ctl
    return next((name for limit, name in BANDS if share < limit), "detraining")


@tool(effect="read")
def load_and_form(ctx: ToolContext, args: DayArgs) -> Result:
    """Fitness (CTL), fatigue (ATL) and form (TSB) on a day, how fast fitness rises, and what that means."""
    day = min(args.day or args.end or ctx.today, ctx.today)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        history = history_of(session, ctx.athlete.id, ctx.today, load=True)
        if history is None:
            return Result(says=(Note(key="tools.form_none"),), notes=(Note(key="tools.no_data_yet"),))
        rows = activities.find(
            session, ctx.athlete.id, start=day - timedelta(days=CHART_DAYS), end=day, limit=None
        )
    if history.load is None:
        return Result(says=(Note(key="tools.form_no_load"),))
    facts, subject = Facts(ctx), of_day(ctx, day)
    for metric in NUMBERS:
        result = metric(history, day)
        facts.measure(
            f"form.{metric.__name__}",
            metric.__name__,
            result,
            subject,
            rows=rows,
            provisional=isinstance(result, Measure) and bool(result.detail.get("provisional")),
        )
    if facts.value("form.ctl") is None:
        none = Note(key="tools.form_unknown", params={"day": day_name(ctx, day)}, facts={"why": "form.ctl"})
        return Result(facts=facts.all(), says=(none,))
    says = _said(ctx, facts, subject)
    start = args.start or day - timedelta(days=CHART_DAYS)
    chart = Card(
        kind="chart",
        chart="load_form",
        title=say(ctx.lang, "tools.form_title"),
        params={"start": start.isoformat(), "end": (args.end or day).isoformat()},
    )
    notes = (Note(key="tools.form_provisional"),) if any(fact.provisional for fact in facts.all()) else ()
    return Result(facts=facts.all(), says=tuple(says), notes=notes, cards=(chart,))


def _said(ctx: ToolContext, facts: Facts, subject: Subject) -> list[Note]:
    """Say the three numbers, what they mean, and where fitness is going."""
    numbers = {"ctl": "form.ctl", "atl": "form.atl", "tsb": "form.tsb"}
    says = [Note(key="tools.form_numbers", params={"day": subject.label}, facts=numbers)]
    ctl, atl, tsb = (facts.value(key) for key in numbers.values())
    if ctl is None or atl is None or tsb is None:
        return says
    if abs(ctl - atl - tsb) >= 1:
        says.append(Note(key="tools.form_of_yesterday"))
    where = band(tsb, ctl)
    if where:
        says.append(Note(key=f"tools.form_{where}"))
    ramp = facts.value("form.ramp_rate")
    if ramp is None or abs(ramp) < 1:
        return says
    if ramp > 0:
        fast = "_fast" if ramp > TOO_FAST_PER_WEEK else ""
        says.append(Note(key=f"tools.form_rising{fast}", facts={"ramp": "form.ramp_rate"}))
    else:
        label = say(ctx.lang, "metric.ramp_rate")
        fall = facts.add("form.fall", "ramp_rate", -ramp, "AU", subject, label=label)
        says.append(Note(key="tools.form_falling", facts={"fall": fall}))
    return says


WATCHED = ("rhr_bpm", "hrv_rmssd_ms", "hrv_sdnn_ms", "sleep_s", "weight_kg")
# What counts as different from usual; below that a day is a day.
NOTABLE = {"rhr_bpm": 4.0, "hrv_rmssd_ms": 10.0, "hrv_sdnn_ms": 10.0, "sleep_s": 3600.0, "weight_kg": 1.0}


@tool(effect="read")
def recovery(ctx: ToolContext, args: DayArgs) -> Result:
    """Resting heart rate, heart-rate variability, sleep and weight of a day against the athlete's usual."""
    day = min(args.day or args.end or ctx.today, ctx.today)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        values = daily.values(
            session, ctx.athlete.id, WATCHED, day - timedelta(days=BASELINE_DAYS + FRESH_DAYS), day
        )
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
