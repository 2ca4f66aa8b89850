"""A plan that runs, its runner, and what was done of it: as simple as the rules allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from coach.domain.activity import Sport
from coach.domain.plan.match import Pair
from coach.domain.plan.model import (
    Basis,
    Done,
    Goal,
    GoalKind,
    Intensity,
    Phase,
    Plan,
    Repeat,
    Situation,
    Step,
    StepKind,
    Target,
    Week,
    Workout,
    WorkoutKind,
)

START = date(2026, 9, 7)  # a Monday
DAY = timedelta(days=1)
EASY = Target("pace", 323.0, 364.0)  # of VDOT 45, as the others here
VDOT = 45.0


def easy_step(metres: float, kind: StepKind = StepKind.work) -> Step:
    return Step(kind, Intensity.easy, "distance", metres, 5 * round(metres * 0.345 / 5), EASY)


def easy(uid: str, day: date, metres: float = 8000.0, kind: WorkoutKind = WorkoutKind.easy) -> Workout:
    return Workout(uid, day, kind, (easy_step(metres),), purpose="easy", key=kind is WorkoutKind.long)


def tempo(uid: str, day: date, minutes: float = 12.0) -> Workout:
    """Return an easy run with some minutes at threshold."""
    seconds = 60 * minutes
    work = Step(StepKind.work, Intensity.threshold, "time", round(seconds / 0.278, -1), seconds,
                Target("pace", 275.0, 281.0))  # fmt: skip
    steps = (easy_step(3000.0, StepKind.warmup), work, easy_step(2000.0, StepKind.cooldown))
    return Workout(uid, day, WorkoutKind.threshold, steps, purpose="threshold", key=True)


def intervals(uid: str, day: date, times: int = 5) -> Workout:
    """Return so many times 800 m with two minutes of jogging."""
    fast = Step(StepKind.work, Intensity.interval, "distance", 800.0, 205.0, Target("pace", 253.0, 259.0))
    rest = Step(StepKind.recovery, Intensity.easy, "time", 280.0, 120.0)
    steps = (
        easy_step(2000.0, StepKind.warmup),
        Repeat(times, (fast, rest)),
        easy_step(1500.0, StepKind.cooldown),
    )
    return Workout(uid, day, WorkoutKind.interval, steps, purpose="interval", key=True)


def week_of(n: int, start: date) -> Week:
    """Return a week of 46 km: easy on Monday, Thursday and Saturday, tempo, intervals, a long run."""
    workouts = (
        easy(f"w{n}mo", start),
        tempo(f"w{n}tu", start + DAY),
        easy(f"w{n}th", start + 3 * DAY),
        intervals(f"w{n}fr", start + 4 * DAY, 3),
        easy(f"w{n}su", start + 6 * DAY, 14_000.0, WorkoutKind.long),
    )
    return Week(n, start, Phase.build, False, workouts)


def plan_of(weeks: int = 8, start: date = START) -> Plan:
    made = tuple(week_of(n + 1, start + 7 * n * DAY) for n in range(weeks))
    basis = Basis(start, 46_000.0, 14_000.0, 5.0, VDOT, VDOT - 1, VDOT + 1)
    return Plan(Goal(GoalKind.base, weeks=weeks), start, made[-1].end, made, basis)


def did(number: int, workout: Workout, **changes: Any) -> Done:
    """Return a workout as it was done."""
    hard = workout.seconds_at(Intensity.threshold, Intensity.interval)
    done = Done(number, workout.day, workout.sport, workout.duration_s, workout.distance_m, hard)
    return replace(done, **changes)


def done_before(
    plan: Plan, today: date, leave_out: Callable[[Workout], bool] = lambda w: False
) -> tuple[Done, ...]:
    """Return twelve like weeks before the plan, and what was done of it until yesterday."""
    earlier = [week_of(0, plan.start - 7 * n * DAY) for n in range(12, 0, -1)]
    every = [w for week in earlier for w in week.workouts]
    every += [w for w in plan.workouts if w.day < today and not leave_out(w)]
    return tuple(did(1000 + n, w) for n, w in enumerate(every) if w.steps and (today - w.day).days <= 90)


def situation_on(
    plan: Plan, today: date, leave_out: Callable[[Workout], bool] = lambda w: False, **changes: Any
) -> Situation:
    done = done_before(plan, today, leave_out)
    made = Situation(
        today, done=done, vdot=VDOT, vdot_low=VDOT - 1, vdot_high=VDOT + 1, age=34, ctl=50.0, atl=55.0
    )
    return replace(made, **changes)


def pairs_of(plan: Plan, done: Iterable[Done]) -> tuple[Pair, ...]:
    """Return which was which: each of this file's activities is the workout of its day."""
    of_day = {d.day: d.activity_id for d in done if d.sport is Sport.run}
    return tuple(Pair(w.uid, of_day[w.day], 1.0) for w in plan.workouts if w.day in of_day and w.steps)
