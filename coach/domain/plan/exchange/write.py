"""One of our plans in the schema that others can read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from coach.domain.plan.exchange.schema import (
    ExchangeGoal,
    ExchangeRepeat,
    ExchangeStep,
    ExchangeWeek,
    ExchangeWorkout,
    HanbalPlan,
)
from coach.domain.plan.model import Goal, Plan, Repeat, Step, Target, Week, Workout, WorkoutKind


def write_plan(plan: Plan, since: date | None = None) -> dict[str, Any]:
    """Return a plan as JSON values, from a day on: what it is, not the figures that it was made of.

    Notes are left out: they are somebody's own words.
    """
    first = since or plan.start
    weeks = [_week(week, first) for week in plan.weeks if week.end >= first]
    whole = HanbalPlan(goal=_goal(plan.goal), start=max(first, plan.start), weeks=weeks)
    return whole.model_dump(mode="json", exclude_none=True)


def _goal(goal: Goal) -> ExchangeGoal:
    race = goal.race
    if race is None:
        return ExchangeGoal(kind=goal.kind)
    return ExchangeGoal(
        kind=goal.kind,
        day=race.day,
        distance_m=race.distance_m,
        target_time=None if race.target_time_s is None else _clock(race.target_time_s, hours=True),
    )


def _week(week: Week, first: date) -> ExchangeWeek:
    own = [w for w in week.workouts if w.day >= first and w.kind is not WorkoutKind.rest]
    return ExchangeWeek(number=week.number, phase=week.phase, workouts=[_workout(w) for w in own])


def _workout(workout: Workout) -> ExchangeWorkout:
    return ExchangeWorkout(
        day=workout.day,
        kind=workout.kind,
        distance_m=round(workout.distance_m, 1) or None,
        duration_s=None if workout.runs else round(workout.duration_s, 1) or None,
        steps=list(_steps(workout.steps)) if workout.runs else None,
        sport=workout.sport.value,
        place=None if workout.place == "any" else workout.place,
        key=workout.key,
    )


def _steps(parts: Iterable[Step | Repeat]) -> Iterable[ExchangeStep | ExchangeRepeat]:
    for part in parts:
        if isinstance(part, Step):
            yield _step(part)
        elif part.steps:
            yield ExchangeRepeat(repeat=part.times, steps=[_step(step) for step in part.steps])


def _step(step: Step) -> ExchangeStep:
    return ExchangeStep(
        kind=step.kind,
        intensity=step.intensity,
        distance_m=step.distance_m or None,
        duration_s=step.duration_s,
        until=step.ends,
        **_target(step.target),
    )


def _target(target: Target) -> dict[str, Any]:
    low, high = target.low, target.high
    if target.kind == "none" or low is None or high is None:
        return {"target": "none"}
    if target.kind == "pace":
        return {"pace": f"{_clock(low)}-{_clock(high)}/km"}
    return {target.kind: f"{low:g}-{high:g}"}


def _clock(seconds: float, *, hours: bool = False) -> str:
    minutes, s = divmod(round(seconds), 60)
    if not hours:
        return f"{minutes}:{s:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{s:02d}"
