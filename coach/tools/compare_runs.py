"""Two activities laid over each other: who was ahead where, and what of it can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.alignment import Aligned, align, line_of
from coach.domain.comparability import Obstacle, conditions_of, counterpart, obstacles
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Measure, Unknown
from coach.errors import BadInput, NotFound
from coach.pipeline import routes as ways
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.text.facts import quantity
from coach.tools.facts import Facts, activity_name, of_activity, opening
from coach.tools.spec import Args, Card, Day, Note, Question, Result, ToolContext, tool
from coach.tools.stretches import both, stretches
from coach.tools.which import Which, listed, which

MEASURED = ("avg_hr_bpm", "graded_pace_s_per_km", "avg_cadence_spm", "ascent_m", "training_load")
# How the higher value of a is called; the others are "more" and "less".
HIGHER = {
    "pace_s_per_km": ("slower", "faster"),
    "graded_pace_s_per_km": ("slower", "faster"),
    "speed_mps": ("faster", "slower"),
    "avg_hr_bpm": ("higher", "lower"),
    "avg_cadence_spm": ("higher", "lower"),
    "distance_m": ("longer", "shorter"),
}
EVEN_S, EVEN_M = 1.0, 10.0  # less is a tie


class CompareRunsArgs(Args):
    a_id: int | None = Field(None, description="the one asked about; the last run if left out")
    b_id: int | None = Field(
        None, description="the other; if left out the latest like it: same route, or distance"
    )
    a_day: Day | None = Field(None, description="or its local date")
    b_day: Day | None = Field(None, description="its local date")
    align: Literal["distance", "time"] = Field("distance", description="by which")


@dataclass(frozen=True)
class _Pair:
    """The two activities, with what was stored of them."""

    a: Row
    b: Row
    a_measured: Mapping[str, Measure | Unknown]
    b_measured: Mapping[str, Measure | Unknown]
    aligned: Aligned | None
    unlike: tuple[Obstacle, ...]
    on_route: int  # how many activities went the route both went, 0 when they did not


@tool(effect="read")
def compare_runs(ctx: ToolContext, args: CompareRunsArgs) -> Result:
    """Two activities aligned by distance or time: faster where, heart rate, what is comparable."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        a = _first(ctx, session, args)
        if isinstance(a, Question):
            return Result(question=a)
        b, on_route = _second(ctx, session, args, a)
        if isinstance(b, Question):
            return Result(question=b)
        if a.id == b.id:
            raise BadInput("same_activity_twice")
        pair = _pair(ctx, session, a, b, args, on_route)
    facts = Facts(ctx)
    says = [*_lead(ctx, facts, pair), *_totals(ctx, facts, pair), *_heart(facts, pair)]
    names = {"a": opening(ctx, activity_name(ctx, a)), "b": activity_name(ctx, b)}
    title = say(ctx.lang, "routes.compare_title", **names)
    cards = [_table(ctx, facts, pair).model_copy(update={"title": title})]
    if pair.aligned is not None:
        along, where = stretches(ctx, facts, a, b, pair.aligned)
        says += where
        cards += along
        params = {"activity_id": a.id, "other_id": b.id, "align": args.align}
        cards.append(Card(kind="chart", chart="compare_runs", title=title, params=params))
    says += _next(pair)
    return Result(facts=facts.all(), says=tuple(says), notes=tuple(_caveats(ctx, pair)), cards=tuple(cards))


def _first(ctx: ToolContext, session: Session, args: CompareRunsArgs) -> Row | Question:
    if args.a_id is None and args.a_day is None:
        last_run = activities.last(session, ctx.athlete.id, Sport.run)
        if last_run is not None and last_run.id != args.b_id:
            return last_run
    return _picked(ctx, session, args, "a", args.a_id, args.a_day)


def _second(ctx: ToolContext, session: Session, args: CompareRunsArgs, a: Row) -> tuple[Row | Question, int]:
    """Return the other activity, and how many went the same route when both did."""
    same = ways.route_of(session, a)
    on_route = {row.id for row in same.rows} if same else set()
    if args.b_id is not None or args.b_day is not None:
        b = _picked(ctx, session, args, "b", args.b_id, args.b_day)
    else:
        others = activities.find(session, ctx.athlete.id, sport=a.sport, limit=None)
        found = counterpart(a, others, on_route)
        if found is None:
            raise NotFound("nothing_to_compare")
        b = found
    both = isinstance(b, Row) and b.id in on_route
    return b, len(on_route) if both else 0


def _picked(
    ctx: ToolContext, session: Session, args: CompareRunsArgs, side: str, number: int | None, day: Day | None
) -> Row | Question:
    """Return the activity that one side names; a question about it is answered on that side."""
    if number is not None:
        return listed(session, ctx.athlete.id, number)
    found = which(ctx, session, Which(day=day), "compare_runs")
    if isinstance(found, Row):
        return found
    rest = args.model_dump(mode="json", exclude_none=True, exclude={f"{side}_day"})
    return found.model_copy(update={"field": f"{side}_id", "args": rest})


def _pair(ctx: ToolContext, session: Session, a: Row, b: Row, args: CompareRunsArgs, on_route: int) -> _Pair:
    read = metrics.read(session, ctx.athlete.id, [a.id, b.id], MEASURED)
    loaded = [activities.load(session, ctx.athlete.id, row.id) for row in (a, b)]
    climbs = [_value(read.get(row.id, {}).get("ascent_m")) for row in (a, b)]
    lines = [line_of(one) for one in loaded]
    aligned = align(lines[0], lines[1], args.align) if lines[0] and lines[1] else None
    conditions = [conditions_of(one, climb) for one, climb in zip(loaded, climbs, strict=True)]
    unlike = tuple(obstacles(conditions[0], conditions[1]))
    return _Pair(a, b, read.get(a.id, {}), read.get(b.id, {}), aligned, unlike, on_route)


def _value(measured: Measure | Unknown | None) -> float | None:
    return measured.value if isinstance(measured, Measure) else None


def _totals(ctx: ToolContext, facts: Facts, pair: _Pair) -> list[Note]:
    """Add what is stored of both; say both, and nothing about who was faster over what they share."""
    notes = []
    for side, row, measured in (("a", pair.a, pair.a_measured), ("b", pair.b, pair.b_measured)):
        subject = of_activity(ctx, row)
        core = facts.core(side, row, subject)
        for name in MEASURED:
            facts.measure(f"{side}.{name}", name, measured.get(name), subject, rows=[row])
        how = next((name for name in ("pace", "speed") if name in core), "time")
        key = f"routes.compared_{how if 'distance' in core else 'time'}"
        notes.append(Note(key=key, params={"what": activity_name(ctx, row)}, facts=core))
    return notes


def _table(ctx: ToolContext, facts: Facts, pair: _Pair) -> Card:
    """Return both side by side with how far they are apart."""
    subject, lines = both(ctx, pair.a, pair.b), []
    for part in ("distance_m", "moving_s", "pace_s_per_km", "speed_mps", *MEASURED):
        values = facts.value(f"a.{part}"), facts.value(f"b.{part}")
        if values == (None, None):
            continue
        name, unit = say(ctx.lang, f"metric.{part}"), METRICS[part].unit
        change, how = "–", ""
        if values[0] is not None and values[1] is not None:
            texts = {
                quantity(v, unit, ctx.lang, ctx.athlete.units, metric=part) for v in values if v is not None
            }
            how = "same"
            if len(texts) > 1:
                how = HIGHER.get(part, ("more", "less"))[values[0] < values[1]]
                label = say(ctx.lang, "tools.difference_of", what=name)
                gap = abs(values[0] - values[1])
                change = facts.cell(
                    facts.add(f"gap.{part}", part, gap, unit, subject, label=label, rows=[pair.a, pair.b])
                )
        word = say(ctx.lang, f"tools.is_{how}") if how else ""
        lines.append((name, facts.cell(f"a.{part}"), facts.cell(f"b.{part}"), change, word))
    sides = (opening(ctx, activity_name(ctx, row)) for row in (pair.a, pair.b))
    return Card(
        kind="table", columns=("", *sides, say(ctx.lang, "tools.column_change"), ""), rows=tuple(lines)
    )


def _lead(ctx: ToolContext, facts: Facts, pair: _Pair) -> list[Note]:
    """Say by how much one was ahead over what both did."""
    aligned = pair.aligned
    if aligned is None:
        return []
    subject, rows = both(ctx, pair.a, pair.b), [pair.a, pair.b]
    lead, reach = float(aligned.lead[-1]), float(aligned.at[-1])
    names = {"a": activity_name(ctx, pair.a), "b": activity_name(ctx, pair.b)}
    if aligned.by == "distance":
        shared = facts.add("shared.distance_m", "distance_m", reach, "m", subject, rows=rows)
        label = say(ctx.lang, "routes.label_lead_s")
        facts.add("lead.s", "lead_s", abs(lead), "s", subject, rows=rows, label=label)
        gap, even = "lead.s", EVEN_S
    else:
        shared = facts.add("shared.s", "moving_s", reach, "s", subject, rows=rows)
        label = say(ctx.lang, "routes.label_lead_m")
        facts.add("lead.m", "distance_m", abs(lead), "m", subject, rows=rows, label=label)
        gap, even = "lead.m", EVEN_M
    how = "even" if abs(lead) < even else "ahead" if lead > 0 else "behind"
    key = f"routes.lead_{aligned.by}_{how}"
    return [Note(key=key, params=names, facts={"shared": shared, **({} if how == "even" else {"gap": gap})})]


def _heart(facts: Facts, pair: _Pair) -> list[Note]:
    """Say what the hearts did, and what it means when pace and heart can be compared."""
    a, b = facts.value("a.avg_hr_bpm"), facts.value("b.avg_hr_bpm")
    if a is None or b is None:
        return []
    hearts = {"a_hr": "a.avg_hr_bpm", "b_hr": "b.avg_hr_bpm"}
    notes = [Note(key="routes.hearts", facts=hearts)]
    spoiled = {what for one in pair.unlike for what in one.against}
    a_pace, b_pace = facts.value("a.pace_s_per_km"), facts.value("b.pace_s_per_km")
    if {"pace", "hr"} & spoiled or a_pace is None or b_pace is None:
        return notes
    if a_pace < b_pace and a <= b:
        notes.append(Note(key="routes.cheaper"))
    elif a_pace > b_pace and a >= b:
        notes.append(Note(key="routes.dearer"))
    return notes


def _next(pair: _Pair) -> list[Note]:
    """Say what to ask next: all of the route, or a fairer comparison."""
    if pair.on_route > 2:
        return [Note(key="routes.ask_route")]
    spoiled = {what for one in pair.unlike for what in one.against}
    return [Note(key="routes.ask_fairer")] if {"pace", "along"} <= spoiled else []


def _caveats(ctx: ToolContext, pair: _Pair) -> list[Note]:
    """Say what is comparable and what is not, each with its reason."""
    spoiled = {what for one in pair.unlike for what in one.against}
    fair = [what for what in ("pace", "hr", "effort", "along") if what not in spoiled]
    notes = []
    if pair.on_route:
        notes.append(Note(key="routes.same_way"))
    if fair and len(fair) < 4:
        named = ", ".join(say(ctx.lang, f"routes.what_{what}") for what in fair)
        notes.append(Note(key="routes.fair_in", params={"what": named}))
    elif fair:
        notes.append(Note(key="routes.fair"))
    names = {"a": activity_name(ctx, pair.a), "b": activity_name(ctx, pair.b)}
    for one in pair.unlike:
        side = one.key[-1:] if one.key.endswith(("_a", "_b")) else ""
        params = {side: names[side]} if side else {}
        if one.key == "ground":
            grounds = {name: say(ctx.lang, f"routes.ground_{value}") for name, value in one.params.items()}
            params = {**names, **grounds}
        notes.append(Note(key=f"routes.unlike_{one.key}", params=params))
    return notes
