"""Making one workout less: a rest, a part of it at an easy pace, another sport. Never more.

What was made less says so by its purpose (`eased_50`: half of what was planned), so that the same reason,
applied twice, takes away once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    HARD,
    Intensity,
    Plan,
    Repeat,
    Step,
    StepKind,
    Target,
    Workout,
    WorkoutKind,
)

PERCENTS = (33, 50, 70, 75, 80, 100)  # of what was planned; 100: as long, but easy
EASED = "eased_"
REST = "eased_rest"
CROSS = "eased_cross"

ROUND_M, ROUND_S = 500.0, 300.0
LEAST_M, LEAST_S = 1000.0, 600.0
CROSS_MOST_S = 45 * 60.0
_EASY = frozenset({Intensity.easy, Intensity.walk, Intensity.rest})
_STAY = frozenset({WorkoutKind.long, WorkoutKind.medium_long, WorkoutKind.easy, WorkoutKind.recovery})


def percent_of(workout: Workout) -> int | None:
    """Return to which part of it a workout was eased already; None: it is as it was planned."""
    part = workout.purpose.removeprefix(EASED)
    return int(part) if workout.purpose.startswith(EASED) and part.isdecimal() else None


def has_hard(workout: Workout) -> bool:
    return any(step.intensity in HARD for step in workout.each_step())


def easy_step(workouts: Iterable[Workout]) -> Step | None:
    """Return a step that shows how easy running is written in a plan; None where there is none."""
    steps = [s for w in workouts if w.runs and w.kind is not WorkoutKind.race for s in w.each_step()]
    easy = [s for s in steps if s.intensity is Intensity.easy and s.duration_s > 0 and s.distance_m > 0]
    return max(
        easy, key=lambda s: (s.kind is StepKind.work, s.target.kind != "none", s.ends != "lap"), default=None
    )


def rested(workout: Workout) -> Workout:
    """Return the day emptied; a race stays: whether to start is the athlete's to say."""
    if workout.kind in (WorkoutKind.race, WorkoutKind.rest):
        return workout
    return replace(
        workout,
        kind=WorkoutKind.rest,
        steps=(),
        purpose=REST,
        key=False,
        name="",
        place="any",
        sport=Sport.run,
    )


def crossed(workout: Workout, sport: Sport, percent: int = 100) -> Workout:
    """Return another sport in place of (so much of) a run, easy and no longer than 45 minutes."""
    if not workout.runs or workout.kind is WorkoutKind.race:
        return workout
    seconds = min(
        _down(percent / 100 * workout.duration_s, ROUND_S, LEAST_S), CROSS_MOST_S, workout.duration_s
    )
    step = Step(StepKind.work, Intensity.easy, "time", 0.0, seconds, Target("rpe", 2.0, 4.0))
    return replace(
        workout,
        kind=WorkoutKind.cross,
        sport=sport,
        steps=(step,),
        purpose=CROSS,
        key=False,
        name="",
        place="any",
    )


def eased(workout: Workout, percent: int, model: Step | None, *, easy: bool = True) -> Workout:
    """Return so much of a workout, at an easy pace (`easy`: also where all of it is kept).

    `model`: an easy step of the plan, for how fast easy is. A race, a rest and strength stay what they are.
    """
    if not workout.steps or workout.kind in (WorkoutKind.race, WorkoutKind.strength):
        return workout
    known = percent_of(workout)
    if known is not None and known <= percent:
        return workout
    share = percent / (known or 100)
    hard = has_hard(workout)
    if share >= 1 and not (hard and easy):
        return workout
    if workout.kind is WorkoutKind.walk_run or not workout.runs:
        steps = _fewer(workout, share)
    else:
        steps = _one_easy(workout, share, hard, model)
    if not steps:
        return rested(workout)
    kind = workout.kind if workout.kind in _STAY or not hard else WorkoutKind.easy
    return replace(
        workout,
        kind=kind,
        steps=steps,
        purpose=f"{EASED}{min(percent, known or 100)}",
        key=workout.key and kind is WorkoutKind.long,
        name=workout.name if not hard else "",
        place=workout.place if not hard else "any",
    )


def _one_easy(workout: Workout, share: float, hard: bool, model: Step | None) -> tuple[Step, ...]:
    """Return one easy stretch, in the measure the workout is written in, rounded down."""
    own = easy_step((workout,)) or model
    if own is None:
        # Nobody ran easily in this plan: a good third slower than the workout as a whole.
        speed = 0.75 * workout.distance_m / workout.duration_s
        target, ends = Target("rpe", 2.0, 4.0), "time"
    else:
        speed, target, ends = own.distance_m / own.duration_s, own.target, own.ends
    seconds = share * workout.duration_s
    metres = min(seconds * speed, share * workout.distance_m)
    if ends == "distance":
        metres = min(_down(metres, ROUND_M, LEAST_M), workout.distance_m)
        seconds = math.floor(metres / speed / 5) * 5
    else:
        seconds = min(_down(metres / speed, ROUND_S, LEAST_S), workout.duration_s)
        metres = round(seconds * speed, -1)
    if seconds > workout.duration_s or metres > workout.distance_m or seconds <= 0:
        return ()
    return (
        Step(
            StepKind.work,
            Intensity.easy,
            "distance" if ends == "distance" else "time",
            metres,
            seconds,
            target,
        ),
    )


def _fewer(workout: Workout, share: float) -> tuple[Step | Repeat, ...]:
    """Return fewer rounds of what is repeated, and less of a long stretch that is not."""
    if not any(isinstance(part, Repeat) for part in workout.steps):
        return tuple(_shorter(part, share) for part in workout.steps if isinstance(part, Step))
    return tuple(
        replace(part, times=max(1, math.floor(part.times * share))) if isinstance(part, Repeat) else part
        for part in workout.steps
    )


def _shorter(step: Step, share: float) -> Step:
    seconds = min(_down(share * step.duration_s, ROUND_S, LEAST_S), step.duration_s)
    part = seconds / step.duration_s if step.duration_s else 1.0
    return replace(step, ends="time", duration_s=seconds, distance_m=round(step.distance_m * part, -1))


def _down(value: float, step: float, least: float) -> float:
    return max(math.floor(value / step + 1e-9) * step, least)


def change_days(plan: Plan, changed: dict[str, Workout]) -> Plan:
    """Return the plan with these workouts in place of those of their uids."""
    if not changed:
        return plan
    return plan.with_workouts(tuple(changed.get(w.uid, w) for w in plan.workouts))
