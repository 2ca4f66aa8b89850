"""A race before and after: splits, fuel and a warm day; and how it went against that."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from typing import Any

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.metrics.registry import Measure
from coach.domain.plan.debrief import debrief
from coach.domain.plan.model import Race
from coach.domain.plan.race_plan import Split, splits_of
from coach.domain.plan.race_plan import race_plan as planned_race
from coach.errors import NotFound
from coach.pipeline.situation import situation_of
from coach.store import activities, metrics, plan_holds, planning_profiles, races
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import plans as words
from coach.text import say
from coach.text.formats import distance
from coach.tools.facts import Facts, of_day
from coach.tools.spec import Args, Card, Day, NoArgs, Note, Result, ToolContext, tool

NEAR_SHARE = 0.05  # a recording of a race differs so much from the course at most


class ResultArgs(Args):
    day: Day | None = Field(None, description="race day; the last race if left out")
    result_s: float | None = Field(
        None, gt=0, le=172_800, description="official time, if the athlete told it"
    )


@tool(effect="read")
def race_plan(ctx: ToolContext, args: NoArgs) -> Result:
    """How to run the next race: target, splits by course, fuel, and what changes on a warm day."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        if plan_holds.standing(session):  # no target, no splits: nothing that calls to the start
            return Result(says=(Note(key="plan_tools.on_hold", general=True),))
        race = _next(ctx, session)
        found = planned_race(race, situation_of(session, ctx.athlete, ctx.today))
    facts = Facts(ctx)
    target = _fact(ctx, facts, "race.target_s", "plan_target_time", found.target_s, "s", race)
    title = words.race_title(race, ctx.lang, ctx.athlete.units)
    says = [
        Note(key="plan_tools.race_plan", params={"race": title}),
        Note(key="plan_tools.race_target", facts={"target": target}),
    ]
    says += _noted(ctx, found.notes, found.params)
    card = splits_card(ctx, facts, race, found.splits, title, "split")
    warm = splits_card(ctx, facts, race, found.warm.splits, say(ctx.lang, "plan_tools.race_warm"), "warm")
    return Result(facts=facts.all(), says=tuple(says), cards=(card, warm))


@tool(effect="draft")
def race_result(ctx: ToolContext, args: ResultArgs) -> Result:
    """How a race went against its plan, part by part; keeps the result of the race."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        race = _last(ctx, session, args)
        row = recorded_race(session, ctx.athlete.id, race)
        title = words.race_title(race, ctx.lang, ctx.athlete.units)
        result = args.result_s or race.result_s or (row.elapsed_s if row is not None else None)
        if result is None:
            return Result(says=(Note(key="plan_tools.race_no_result", params={"race": title}),))
        activity_id = None if row is None else row.id
        kept = races.save(session, replace(race, result_s=result, activity_id=activity_id))
        measured = {} if row is None else metrics.read(session, ctx.athlete.id, [row.id]).get(row.id, {})
    facts = Facts(ctx)
    rows = [] if row is None else [row]
    time = _fact(ctx, facts, "race.result_s", "plan_result_s", result, "s", kept, rows=rows)
    says = [Note(key="plan_tools.race_result_kept", params={"race": title}, facts={"time": time})]
    planned = () if kept.target_time_s is None else splits_of(kept, round(kept.target_time_s))
    marks = _marks(measured)
    if not marks:
        return Result(facts=facts.all(), says=tuple(says))
    told = debrief(kept, marks, planned, result_s=result)
    says += _noted(ctx, told.notes, told.params)
    return Result(facts=facts.all(), says=tuple(says))


def _next(ctx: ToolContext, session: Session) -> Race:
    goal = planning_profiles.goal(session)
    if goal is not None and goal.race is not None and goal.race.day >= ctx.today:
        return goal.race
    coming = races.find(session, start=ctx.today)
    if not coming:
        raise NotFound("no_race_ahead")
    return coming[0]


def _last(ctx: ToolContext, session: Session, args: ResultArgs) -> Race:
    found = [r for r in races.find(session, end=ctx.today) if args.day is None or r.day == args.day]
    if not found:
        raise NotFound("no_race_behind")
    return found[-1]


def recorded_race(session: Session, athlete_id: int, race: Race) -> Row | None:
    """Return the activity that was the race: the one that is known, else the run of its day and length."""
    if race.activity_id is not None:
        with suppress(NotFound):  # deleted since
            return activities.get(session, athlete_id, race.activity_id)
    rows = activities.find(session, athlete_id, start=race.day, end=race.day, sport=Sport.run)
    near = [r for r in rows if r.distance_m and abs(r.distance_m / race.distance_m - 1) <= NEAR_SHARE]
    return near[0] if len(near) == 1 else None


def _marks(measured: Any) -> list[tuple[float, float]]:
    """Return metres and seconds since the start at each kilometre."""
    table = measured.get("splits_km")
    if not isinstance(table, Measure):
        return []
    lines = table.detail["rows"]
    metres = accumulate(float(line["distance_m"]) for line in lines)
    return list(zip(metres, accumulate(float(line["elapsed_s"]) for line in lines), strict=True))


def splits_card(
    ctx: ToolContext, facts: Facts, race: Race, splits: tuple[Split, ...], title: str, at: str
) -> Card:
    """Return the parts of a race with pace and time as a table; their facts are named after `at`."""
    rows = []
    for number, split in enumerate(splits, 1):
        pace = _fact(ctx, facts, f"{at}.{number}.pace", "plan_split_pace", split.s_per_km, "s_per_km", race)
        total = _fact(ctx, facts, f"{at}.{number}.total_s", "plan_split_s", float(split.total_s), "s", race)
        to = distance(split.to_m, ctx.lang, ctx.athlete.units)
        rows.append((to, facts.cell(pace), facts.cell(total)))
    columns = tuple(say(ctx.lang, f"plan_tools.column_{c}") for c in ("split", "pace", "time"))
    return Card(kind="table", title=title, columns=columns, rows=tuple(rows))


def _noted(ctx: ToolContext, notes: tuple[str, ...], params: Mapping[str, Any]) -> list[Note]:
    """Return sentences of the domain, filled in with its figures in words."""
    filled = words.filled(params, ctx.lang, ctx.athlete.units, ctx.today)
    return [
        Note(key="plan_tools.line", params={"line": say(ctx.lang, f"plan.{note}", **filled)})
        for note in notes
    ]


def _fact(
    ctx: ToolContext, facts: Facts, key: str, metric: str, value: float, unit: str, race: Race, **more: Any
) -> str:
    label = say(ctx.lang, f"plan_tools.label_{metric}")
    return facts.add(key, metric, value, unit, of_day(ctx, race.day), label=label, **more)
