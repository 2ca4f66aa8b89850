"""The one thing about a run that matters most: a record, the plan, the heat, how it went on, or the heart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coach.domain.activity import Sport
from coach.domain.insights.records import bettered
from coach.domain.metrics.registry import Measure
from coach.domain.plan.model import Workout, WorkoutKind
from coach.graph.speaking.naming import plain
from coach.store import metrics, plans, workout_matches
from coach.store.activities import Row
from coach.store.history import history_of
from coach.store.session import Session
from coach.store.workout_matches import Match
from coach.text import plans as words
from coach.text import say
from coach.tools.activity_parts import STEADY_PCT, Measured
from coach.tools.facts import Facts, of_activity, of_day, seconds_of
from coach.tools.spec import Note, ToolContext

HEAT_SHARE = 0.01  # of the time; less is not worth telling
LONG_S = 3600.0  # from here on an even effort to the end is worth telling
HALVES_FROM = 4  # full kilometres
FASTER, SLOWER = 0.97, 1.05  # second half against the first
_READ = ("heat_slowdown_s", "temperature_c", "decoupling_pct", "splits_km", "avg_hr_bpm", "max_hr_bpm",
         "training_load")  # fmt: skip
_OF_ALL_TIME = ("distance_bests", "distance_m", "elapsed_s")


def what_matters(ctx: ToolContext, session: Session, facts: Facts, row: Row) -> list[Note]:
    """Add the second fact of an outing and say it; nothing where no more is known than how far it was."""
    measured = metrics.read(session, ctx.athlete.id, [row.id], _READ).get(row.id, {})
    rules: list[Callable[[], list[Note]]] = [lambda: _heart(ctx, facts, row, measured)]
    if row.sport is Sport.run:
        rules = [
            lambda: _record(ctx, session, facts, row),
            lambda: _planned(ctx, session, facts, row),
            lambda: _heat(ctx, facts, row, measured),
            lambda: _drift(ctx, facts, row, measured, at_least=STEADY_PCT),
            lambda: _halves(ctx, facts, row, measured),
            lambda: _drift(ctx, facts, row, measured, at_least=None),
            *rules,
        ]
    return next((said for rule in rules if (said := rule())), [])


def _record(ctx: ToolContext, session: Session, facts: Facts, row: Row) -> list[Note]:
    """The farthest distance over which this run bettered all before; nothing where some are missing."""
    ever = history_of(session, ctx.athlete.id, ctx.today, measures=_OF_ALL_TIME)
    if ever is None or ever.complete_from is not None or row.excluded_from_bests:
        return []
    own = [one for one in bettered(ever.activities) if one.run.activity_id == row.id]
    if not own:
        return []
    best, subject = max(own, key=lambda one: one.distance_m), of_activity(ctx, row)
    keys = {
        name: facts.add(
            f"record.{name}", metric, value, unit, subject, rows=[row],
            label=say(ctx.lang, f"insights.label_record_{name}"),
        )
        for name, metric, value, unit in (
            ("way", "best_way_m", best.distance_m, "m"),
            ("time", "best_time_s", best.time_s, "s"),
            ("before", "best_time_s", best.before_s, "s"),
        )
    }  # fmt: skip
    return [Note(key="insights.record", facts=keys)]


def _planned(ctx: ToolContext, session: Session, facts: Facts, row: Row) -> list[Note]:
    """How it went against the workout that it was."""
    running = plans.holding(session)
    if running is None:
        return []
    for match in workout_matches.of_activity(session, row.id):
        workout = running.plan.by_uid.get(match.uid)
        if match.plan_id == running.plan_id and workout is not None and workout.kind is not WorkoutKind.race:
            return _beside_plan(ctx, facts, row, workout, match)
    return []


def _beside_plan(ctx: ToolContext, facts: Facts, row: Row, workout: Workout, match: Match) -> list[Note]:
    named = {"workout": plain(words.workout_title(workout, ctx.lang, ctx.athlete.units))}
    subject = of_activity(ctx, row)
    judged = [s for s in match.detail.get("steps", ()) if s["kind"] == "work" and s["in_range"] is not None]
    if len(judged) > 1:
        keys = {
            name: facts.add(
                f"plan.{name}", f"plan_steps_{name}", value, "count", subject, rows=[row],
                label=say(ctx.lang, f"speaking.label_steps_{name}"),
            )
            for name, value in (("all", len(judged)), ("held", sum(bool(s["in_range"]) for s in judged)))
        }  # fmt: skip
        return [Note(key="speaking.plan_steps", params={**named, "n": len(judged)}, facts=keys)]
    if judged and (said := _with_target(ctx, facts, workout, judged[0], named)) is not None:
        return [said]
    if workout.distance_m and row.distance_m:
        planned = facts.add(
            "plan.distance_m", "plan_distance_m", workout.distance_m, "m", of_day(ctx, workout.day),
            label=say(ctx.lang, "plan_tools.label_plan_distance_m"),
        )  # fmt: skip
        kind = plain(words.kind_name(workout, ctx.lang))
        return [Note(key="speaking.plan_distance", params={"kind": kind}, facts={"planned": planned})]
    return []


def _with_target(
    ctx: ToolContext, facts: Facts, workout: Workout, step: Mapping[str, Any], named: Mapping[str, str]
) -> Note | None:
    """Say whether the target was held; None where it was missed and is no pace."""
    target, off = step["target"], float(step["off"] or 0.0)
    if target["kind"] != "pace":
        return Note(key="speaking.plan_held", params=named) if step["in_range"] else None
    keys = {
        end: facts.add(
            f"plan.{end}", "plan_target_pace", float(target[end]), "s_per_km", of_day(ctx, workout.day),
            label=say(ctx.lang, "speaking.label_target_pace"),
        )
        for end in ("low", "high")
    }  # fmt: skip
    how = "held_pace" if step["in_range"] else "fast" if off < 0 else "slow"
    return Note(key=f"speaking.plan_{how}", params=named, facts=keys)


def _heat(ctx: ToolContext, facts: Facts, row: Row, measured: Measured) -> list[Note]:
    cost, warm = _value(measured, "heat_slowdown_s"), _value(measured, "temperature_c")
    if cost is None or warm is None or cost < HEAT_SHARE * seconds_of(row):
        return []
    subject = of_activity(ctx, row)
    for name in ("heat_slowdown_s", "temperature_c"):
        facts.measure(f"heat.{name}", name, measured[name], subject, rows=[row])
    return [Note(key="speaking.heat", facts={"warm": "heat.temperature_c", "cost": "heat.heat_slowdown_s"})]


def _drift(
    ctx: ToolContext, facts: Facts, row: Row, measured: Measured, *, at_least: float | None
) -> list[Note]:
    """A heart that rose against the pace; or, of a long run (`at_least` None), one that did not."""
    drift = _value(measured, "decoupling_pct")
    if drift is None or (at_least is not None and drift < at_least):
        return []
    if at_least is None and (seconds_of(row) < LONG_S or not 0 <= drift < STEADY_PCT):
        return []
    key = facts.measure(
        "drift", "decoupling_pct", measured["decoupling_pct"], of_activity(ctx, row), rows=[row]
    )
    return [Note(key=f"speaking.drift_{'steady' if at_least is None else 'high'}", facts={"drift": key})]


def _halves(ctx: ToolContext, facts: Facts, row: Row, measured: Measured) -> list[Note]:
    """The second half against the first, by whole kilometres."""
    table = measured.get("splits_km")
    lines = [line for line in table.detail["rows"] if line.get("full", True)] if isinstance(
        table, Measure
    ) else []  # fmt: skip
    paces = [float(line["pace_s_per_km"]) for line in lines if line.get("pace_s_per_km")]
    if len(paces) < HALVES_FROM or len(paces) != len(lines):
        return []
    middle = len(paces) // 2
    first, second = sum(paces[:middle]) / middle, sum(paces[-middle:]) / middle
    share = second / first
    if FASTER < share < SLOWER:
        return []
    subject = of_activity(ctx, row)
    keys = {
        name: facts.add(
            f"half.{name}", "pace_s_per_km", value, "s_per_km", subject, rows=[row],
            label=say(ctx.lang, f"speaking.label_half_{name}"),
        )
        for name, value in (("first", first), ("second", second))
    }  # fmt: skip
    return [Note(key=f"speaking.halves_{'faster' if share <= FASTER else 'slower'}", facts=keys)]


def _heart(ctx: ToolContext, facts: Facts, row: Row, measured: Measured) -> list[Note]:
    """The heart rate, else the load."""
    subject = of_activity(ctx, row)
    if _value(measured, "avg_hr_bpm") and _value(measured, "max_hr_bpm"):
        for name in ("avg_hr_bpm", "max_hr_bpm"):
            facts.measure(f"heart.{name}", name, measured[name], subject, rows=[row])
        return [
            Note(key="tools.show_hr", facts={"average": "heart.avg_hr_bpm", "highest": "heart.max_hr_bpm"})
        ]
    if _value(measured, "training_load"):
        load = facts.measure("load", "training_load", measured["training_load"], subject, rows=[row])
        return [Note(key="tools.show_load", facts={"load": load})]
    return []


def _value(measured: Measured, name: str) -> float | None:
    found = measured.get(name)
    return found.value if isinstance(found, Measure) else None
