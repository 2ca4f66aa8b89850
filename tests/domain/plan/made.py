"""Small plans for tests: a Monday, weeks written as distances, and an athlete who ran before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    Basis,
    Done,
    Goal,
    GoalKind,
    Intensity,
    Phase,
    Plan,
    Priority,
    Race,
    Repeat,
    Situation,
    Step,
    StepKind,
    Target,
    Week,
    Workout,
    WorkoutKind,
)

MONDAY = date(2026, 11, 23)
S_PER_KM = {
    Intensity.walk: 660.0,
    Intensity.rest: 660.0,
    Intensity.easy: 360.0,
    Intensity.marathon: 300.0,
    Intensity.threshold: 280.0,
    Intensity.interval: 260.0,
    Intensity.repetition: 240.0,
    Intensity.race: 290.0,
}


def step(
    metres: float,
    intensity: Intensity = Intensity.easy,
    kind: StepKind = StepKind.work,
    target: Target | None = None,
) -> Step:
    """Return a step over a distance."""
    return Step(kind, intensity, "distance", metres, metres / 1000 * S_PER_KM[intensity], target or Target())


def timed(seconds: float, intensity: Intensity = Intensity.easy, kind: StepKind = StepKind.work) -> Step:
    """Return a step over a time."""
    return Step(kind, intensity, "time", round(seconds / S_PER_KM[intensity] * 1000), seconds)


def run(
    uid: str, day: date, *steps: Step | Repeat, kind: WorkoutKind = WorkoutKind.easy, **more: Any
) -> Workout:
    return Workout(uid, day, kind, steps, **more)


def intervals(
    uid: str,
    day: date,
    *,
    n: int = 5,
    metres: float = 800.0,
    total_m: float = 10_000.0,
    intensity: Intensity = Intensity.interval,
    **more: Any,
) -> Workout:
    """Return repetitions of a hard intensity within a run."""
    hard = Repeat(n, (step(metres, intensity), step(400.0, kind=StepKind.recovery)))
    left = total_m - n * (metres + 400)
    warm, cool = step(left / 2, kind=StepKind.warmup), step(left / 2, kind=StepKind.cooldown)
    return Workout(uid, day, WorkoutKind.interval, (warm, hard, cool), key=True, **more)


def race_run(uid: str, race: Race) -> Workout:
    return Workout(uid, race.day, WorkoutKind.race, (step(race.distance_m, Intensity.race),), race_id=race.id)


def week(
    number: int,
    days: Mapping[int, float | Workout],
    *,
    phase: Phase = Phase.base,
    cutback: bool = False,
    start: date = MONDAY,
) -> Week:
    """Return a week from weekday → km of easy running, or a session."""
    first = start + timedelta(days=7 * (number - 1))
    sessions = []
    for day, what in sorted(days.items()):
        on = first + timedelta(days=day)
        if isinstance(what, Workout):
            sessions.append(replace(what, day=on))
        else:
            sessions.append(run(f"w{number}d{day}", on, step(1000.0 * what)))
    return Week(number, first, phase, cutback, tuple(sessions))


def plan(*weeks: Week, races: tuple[Race, ...] = (), basis: Basis | None = None) -> Plan:
    """Return a plan of these weeks; the first A race is its goal."""
    goal_race = next((r for r in races if r.priority is Priority.a), None)
    goal = Goal(GoalKind.race, goal_race) if goal_race else Goal(GoalKind.base)
    start, end = weeks[0].start, weeks[-1].end
    return Plan(goal, start, end, weeks, basis or Basis(start, 40_000.0, 12_000.0, 4.0), races)


def before(
    today: date = MONDAY,
    *,
    weeks: int = 12,
    km: Mapping[int, float] | None = None,
    s_per_km: float = 360.0,
) -> tuple[Done, ...]:
    """Return what was run in the weeks before a day: by weekday (0: seven days before its like), km."""
    pattern = km if km is not None else {1: 10.0, 3: 8.0, 5: 10.0, 6: 12.0}
    done = []
    for back in range(weeks, 0, -1):
        for day, far in sorted(pattern.items()):
            on = today - timedelta(days=7 * back) + timedelta(days=day)
            done.append(Done(len(done) + 1, on, Sport.run, far * s_per_km, 1000.0 * far))
    return tuple(done)


def athlete(today: date = MONDAY, **more: Any) -> Situation:
    """Return somebody of 35 who has run 40 km a week, 12 km at the longest, for twelve weeks."""
    given: dict[str, Any] = {"age": 35, "done": before(today)}
    return Situation(today, **(given | more))
