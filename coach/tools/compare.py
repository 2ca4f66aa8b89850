"""Two spans of days side by side."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.comparability import ASCENT_M_PER_KM
from coach.domain.fact import Fact
from coach.domain.metrics import METRICS
from coach.text import say
from coach.text.facts import quantity
from coach.tools.completeness import Gap, gap_before, marked
from coach.tools.facts import Facts, of_period, opening, period_name
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool
from coach.tools.totals import PARTS, Period, nothing_yet

UNLIKE_SHARE = 0.3  # of the activities that were on a treadmill
SAME_LENGTH_DAYS = 3  # months differ by as much
# How a number that is higher is called; the others are "more" and "less".
HIGHER = {
    "count": ("more", "fewer"),
    "pace_s_per_km": ("slower", "faster"),
    "avg_hr_bpm": ("higher", "lower"),
    "longest_m": ("longer", "shorter"),
}


class CompareArgs(Args):
    a_start: Day = Field(description="first day asked about")
    a_end: Day = Field(description="its last day")
    b_start: Day = Field(description="first day to compare with")
    b_end: Day = Field(description="its last day")
    sport: Sport | None = Field(None, description="all if left out")
    a_label: str = Field("", max_length=80, description="what it was called")
    b_label: str = Field("", max_length=80, description="what it was called")


@tool(effect="read")
def compare_periods(ctx: ToolContext, args: CompareArgs) -> Result:
    """Two spans of days side by side: what was more, what was less, and by how much."""
    facts = Facts(ctx)
    a_label = args.a_label or period_name(ctx, args.a_start, args.a_end)
    b_label = args.b_label or period_name(ctx, args.b_start, args.b_end)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        a = Period(ctx, session, args.a_start, args.a_end, args.sport)
        gap = gap_before(ctx, session, args.a_start, args.b_start)
        b = Period(ctx, session, args.b_start, args.b_end, args.sport)
        hint = () if a.rows or b.rows else nothing_yet(ctx, session)
    a.add(facts, "a", a.rows, of_period(ctx, args.a_start, args.a_end, a_label))
    b.add(facts, "b", b.rows, of_period(ctx, args.b_start, args.b_end, b_label))
    if gap is not None:
        names = (opening(ctx, a_label), opening(ctx, b_label))
        return _incomplete(ctx, marked(ctx, facts.all(), gap), names, gap)
    if not a.rows and not b.rows:
        nothing = Note(key="tools.compare_nothing", params={"a": a_label, "b": b_label})
        return Result(facts=facts.all(), says=(nothing,), notes=hint)
    lines = _differences(ctx, facts, args, a, b)
    table = Card(
        kind="table",
        title=say(ctx.lang, "tools.compare_title", a=opening(ctx, a_label), b=b_label),
        columns=("", opening(ctx, a_label), opening(ctx, b_label), say(ctx.lang, "tools.column_change"), ""),
        rows=tuple(lines),
    )
    spans = {name: getattr(args, name).isoformat() for name in ("a_start", "a_end", "b_start", "b_end")}
    chart = Card(
        kind="chart",
        chart="compare",
        title=table.title,
        params={**spans, **({"sport": args.sport.value} if args.sport else {})},
    )
    says = _said(ctx, facts, a, b, a_label, b_label)
    notes = (*_caveats(ctx, facts, args, a, b, b_label), *_unlike(facts, a, b, a_label, b_label))
    return Result(facts=facts.all(), says=says, notes=notes, cards=(table, chart))


def _incomplete(ctx: ToolContext, facts: tuple[Fact, ...], names: tuple[str, str], gap: Gap) -> Result:
    """Show both spans side by side without comparing them: of one of them a part is missing."""
    known = {fact.key for fact in facts if fact.value is not None}
    lines = []
    for part, metric in PARTS.items():
        cells = [f"{{{side}.{part}}}" if f"{side}.{part}" in known else "–" for side in "ab"]
        if cells != ["–", "–"]:
            lines.append((say(ctx.lang, f"metric.{metric.__name__}"), *cells))
    table = Card(
        kind="table",
        title=say(ctx.lang, "tools.compare_title", a=names[0], b=names[1]),
        columns=("", *names),
        rows=tuple(lines),
    )
    return Result(facts=facts, says=(gap.note("_compare"),), cards=(table,) if lines else ())


def _differences(
    ctx: ToolContext, facts: Facts, args: CompareArgs, a: Period, b: Period
) -> list[tuple[str, ...]]:
    """Add how far the two spans are apart in each part; return the lines of the table."""
    subject = of_period(ctx, min(args.a_start, args.b_start), max(args.a_end, args.b_end))
    lines = []
    for part, metric in PARTS.items():
        name, unit = say(ctx.lang, f"metric.{metric.__name__}"), METRICS[metric.__name__].unit
        values = (facts.value(f"a.{part}"), facts.value(f"b.{part}"))
        if values == (None, None):
            continue
        cells, change, how = [facts.cell(f"{side}.{part}") for side in "ab"], "–", ""
        if values[0] is not None and values[1] is not None:
            shown = {
                quantity(v, unit, ctx.lang, ctx.athlete.units, metric=metric.__name__)
                for v in values
                if v is not None
            }
            # What reads the same on both sides is the same: no "0 bpm more".
            how = "same" if len(shown) == 1 else _direction(part, values[0] > values[1])
            if how != "same":
                label = say(ctx.lang, "tools.difference_of", what=name)
                change = facts.cell(
                    facts.add(
                        f"gap.{part}",
                        part,
                        abs(values[0] - values[1]),
                        unit,
                        subject,
                        label=label,
                        rows=[*a.rows, *b.rows],
                    )
                )
        lines.append((name, *cells, change, say(ctx.lang, f"tools.is_{how}") if how else ""))
    return lines


def _direction(part: str, higher: bool) -> str:
    up, down = HIGHER.get(part, ("more", "less"))
    return up if higher else down


def _said(
    ctx: ToolContext, facts: Facts, a: Period, b: Period, a_label: str, b_label: str
) -> tuple[Note, ...]:
    names = {"a": a_label, "b": b_label}
    if not a.rows or not b.rows:
        side, there, missing = ("a", a_label, b_label) if a.rows else ("b", b_label, a_label)
        far = bool(facts.value(f"{side}.distance_m"))
        numbers = {"count": f"{side}.count", "moving": f"{side}.moving_s"}
        if far:
            numbers["distance"] = f"{side}.distance_m"
        params = {"there": there, "missing": missing}
        return (Note(key=f"tools.compare_only{'' if far else '_time'}", params=params, facts=numbers),)
    what = "distance" if facts.value("a.distance_m") and facts.value("b.distance_m") else "time"
    part = "distance_m" if what == "distance" else "moving_s"
    says = [_side_by_side(facts, f"tools.compare_{what}", part, names)]
    if "a.pace_s_per_km" in facts and "b.pace_s_per_km" in facts and facts.value("gap.pace_s_per_km"):
        says.append(_side_by_side(facts, "tools.compare_pace", "pace_s_per_km", names))
    return tuple(says)


def _side_by_side(facts: Facts, key: str, part: str, names: dict[str, str]) -> Note:
    """Say both sides of a part and how far they are apart, or that they are the same."""
    both = {"a_value": f"a.{part}", "b_value": f"b.{part}"}
    if f"gap.{part}" not in facts:
        return Note(key=f"{key}_same", params=names, facts=both)
    higher = (facts.value(f"a.{part}") or 0.0) > (facts.value(f"b.{part}") or 0.0)
    gap = {} if part == "pace_s_per_km" else {"gap": f"gap.{part}"}
    return Note(key=f"{key}_{_direction(part, higher)}", params=names, facts={**both, **gap})


def _caveats(
    ctx: ToolContext, facts: Facts, args: CompareArgs, a: Period, b: Period, b_label: str
) -> tuple[Note, ...]:
    """Say what keeps the sums from being compared: a period that is not over, or lengths that differ."""
    a_days, b_days = _days(args.a_start, args.a_end), _days(args.b_start, args.b_end)
    differ = abs(a_days - b_days) > SAME_LENGTH_DAYS
    if args.a_start <= ctx.today < args.a_end:
        if differ or not b.rows:
            return (Note(key="tools.still_running"),)
        until = args.b_start + timedelta(days=(ctx.today - args.a_start).days)
        by_then = [row for row in b.rows if row.local_date <= until]
        subject = of_period(ctx, args.b_start, until)
        far = b.distance(facts, "b_so_far.distance_m", by_then, subject)
        if facts.value(far) is None:
            return (Note(key="tools.still_running"),)
        return (
            Note(
                key="tools.compare_so_far",
                params={"b": b_label},
                facts={"so_far": far},
            ),
        )
    if not differ or not a.rows or not b.rows:
        return ()
    known = {}
    for side, days, start, end in (
        ("a", a_days, args.a_start, args.a_end),
        ("b", b_days, args.b_start, args.b_end),
    ):
        subject = of_period(ctx, start, end)
        rows = a.rows if side == "a" else b.rows
        label = say(ctx.lang, "tools.label_days")
        known[f"{side}_days"] = facts.add(
            f"{side}.days", "days", days, "days", subject, rows=rows, label=label
        )
        total = facts.value(f"{side}.distance_m")
        if total:
            label = say(ctx.lang, "tools.label_per_week")
            known[f"{side}_week"] = facts.add(
                f"{side}.week_m", "distance_m", 7 * total / days, "m", subject, rows=rows, label=label
            )
    weekly = "a_week" in known and "b_week" in known
    facts_of = known if weekly else {name: known[name] for name in ("a_days", "b_days")}
    return (Note(key="tools.lengths_differ_week" if weekly else "tools.lengths_differ", facts=facts_of),)


def _unlike(facts: Facts, a: Period, b: Period, a_label: str, b_label: str) -> list[Note]:
    """Say what makes pace and heart rate of the two spans mean different things."""
    if not a.rows or not b.rows:
        return []
    names, found = {"a": a_label, "b": b_label}, []
    if set(a.sports) != set(b.sports):
        found.append("sports")
    climbs = [_per_km(facts, side) for side in "ab"]
    if climbs[0] is not None and climbs[1] is not None and abs(climbs[0] - climbs[1]) >= ASCENT_M_PER_KM:
        found.append("hills_a" if climbs[0] > climbs[1] else "hills_b")
    belts = [sum(row.treadmill for row in side.rows) / len(side.rows) for side in (a, b)]
    if abs(belts[0] - belts[1]) >= UNLIKE_SHARE:
        found.append("treadmill_a" if belts[0] > belts[1] else "treadmill_b")
    races = [any(row.race for row in side.rows) for side in (a, b)]
    if races[0] != races[1]:
        found.append("race_a" if races[0] else "race_b")
    hearts = [facts.value(f"{side}.avg_hr_bpm") is not None for side in "ab"]
    if hearts[0] != hearts[1]:
        found.append("no_hr_b" if hearts[0] else "no_hr_a")
    return [
        Note(key=f"routes.periods_{key}", params={key[-1]: names[key[-1]]} if key != "sports" else {})
        for key in found
    ]


def _per_km(facts: Facts, side: str) -> float | None:
    climb, metres = facts.value(f"{side}.ascent_m"), facts.value(f"{side}.distance_m")
    return 1000 * climb / metres if climb is not None and metres else None


def _days(start: date, end: date) -> int:
    return (end - start).days + 1
