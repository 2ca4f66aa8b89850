"""How the athlete is: fitness, fatigue and form from the load."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.fact import Subject
from coach.domain.metrics import load as load_of
from coach.domain.metrics.history import History
from coach.domain.metrics.load_series import PROVISIONAL_DAYS
from coach.domain.metrics.registry import Measure, Unknown
from coach.store import activities
from coach.store.activities import Row
from coach.store.history import history_of
from coach.text import say
from coach.tools.completeness import gap_before
from coach.tools.facts import Facts, day_name, of_day
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

CHART_DAYS = 182

SPIKE_WITHIN_DAYS = 7  # a run that long ago is still worth a word

NUMBERS = (
    load_of.ctl,
    load_of.atl,
    load_of.tsb,
    load_of.ramp_rate,
    load_of.monotony,
    load_of.strain,
    load_of.acwr,
)
TOO_FAST_PER_WEEK = 8.0  # fitness points: a convention of the field
# Bands of form in percent of fitness, from below: a convention of the field.
BANDS = ((-30.0, "overreached"), (-10.0, "productive"), (5.0, "neutral"), (20.0, "fresh"))


class DayArgs(Args):
    day: Day | None = Field(None, description="else today")
    start: Day | None = Field(None, description="first day of a chart")
    end: Day | None = Field(None, description="its last day")


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
        history = history_of(
            session,
            ctx.athlete.id,
            ctx.today,
            load=True,
            measures=("distance_m",),
            since=day - timedelta(days=SPIKE_WITHIN_DAYS + load_of.SPIKE_DAYS),
        )
        if history is None:
            return Result(says=(Note(key="tools.form_none"),), notes=(Note(key="tools.no_data_yet"),))
        gap = gap_before(ctx, session, day - timedelta(days=PROVISIONAL_DAYS))
        rows = activities.find(
            session, ctx.athlete.id, start=day - timedelta(days=CHART_DAYS), end=day, limit=None
        )
    missing = (gap.note("_load"),) if gap else ()
    if history.load is None:
        return Result(says=(*missing, Note(key="tools.form_no_load")))
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
        return Result(facts=facts.all(), says=(none, *missing))
    says = [*missing, *_said(ctx, facts, subject), *_spike(ctx, facts, history, day, rows)]
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


def _spike(ctx: ToolContext, facts: Facts, history: History, day: Day, rows: Sequence[Row]) -> list[Note]:
    """Add how the longest run of the last days compares with those before it; say it when it was a jump."""
    on, found = day, load_of.longest_spike_pct(history, day)
    for earlier in (day - timedelta(days=n) for n in range(1, SPIKE_WITHIN_DAYS)):
        other = load_of.longest_spike_pct(history, earlier)
        if _growth(other) > _growth(found):
            on, found = earlier, other
    first, subject = on - timedelta(days=load_of.SPIKE_DAYS), of_day(ctx, on)
    runs = [row for row in rows if row.sport == Sport.run and first <= row.local_date <= on]
    spike = facts.measure("form.spike", "longest_spike_pct", found, subject, rows=runs)
    if isinstance(found, Unknown) or found.detail["hazard_ratio"] is None:
        return []
    said = {"spike": spike}
    for name, key, label in (
        ("far", "distance_m", "load.label_distance"),
        ("before", "before_m", "load.label_before"),
    ):
        said[name] = facts.add(
            f"form.spike_{name}",
            "distance_m",
            found.detail[key],
            "m",
            subject,
            label=say(ctx.lang, label),
            rows=runs,
        )
    return [Note(key="load.spike", params={"day": subject.label}, facts=said)]


def _growth(found: Measure | Unknown) -> float:
    """Return by how many percent a day's run was longer; below everything when that is unknown."""
    return found.value if isinstance(found, Measure) and found.value is not None else float("-inf")
