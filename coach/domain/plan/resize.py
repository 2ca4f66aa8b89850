"""Making one session shorter or longer and leaving it what it is: easy parts first, then fewer repeats."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from coach.domain.plan.model import Intensity, Repeat, Step, StepKind, Workout
from coach.errors import BadInput

UNIT_M, UNIT_S = 500.0, 300.0  # what a whole session is rounded to
FINE_M, FINE_S = 100.0, 60.0  # and one of its parts
LEAST_M, LEAST_S = 1_000.0, 600.0
AROUND_M, AROUND_S = 1_000.0, 300.0  # what stays of warming up and cooling down
MOST_SHARE = 3.0

type _By = Literal["distance", "time"]
type _Part = Step | Repeat


def resized(
    workout: Workout,
    *,
    factor: float | None = None,
    distance_m: float | None = None,
    duration_s: float | None = None,
) -> Workout:
    """Return a session of another size: one of a factor, a distance or a duration says which.

    Whole half kilometres, or five minutes where it goes by time. Raises BadInput `workout_too_short` where
    nothing of it would be left, `workout_too_long` beyond three times of what it was.
    """
    if not workout.steps:
        raise BadInput("workout_empty")
    by = measured_by(workout)
    now = _size(workout.steps, by)
    wish = _wish(workout, factor, distance_m, duration_s) * now
    unit, least = (UNIT_M, LEAST_M) if by == "distance" else (UNIT_S, LEAST_S)
    target = round(wish / unit) * unit
    if wish < now and target >= now:
        target = max(now - unit, 0.0) if now - unit >= least else now
    if target < min(least, now):
        raise BadInput("workout_too_short")
    if target > MOST_SHARE * now:
        raise BadInput("workout_too_long")
    steps = _longer(workout.steps, target, by) if target >= now else _shorter(workout.steps, target, by)
    return replace(workout, steps=steps)


def measured_by(workout: Workout) -> _By:
    """Tell whether a session goes by distance: where most of its loose steps, or else of all, end by one."""
    loose = [part for part in workout.steps if isinstance(part, Step)]
    steps = loose or list(workout.each_step())
    metres = sum(step.duration_s for step in steps if step.ends == "distance")
    return "distance" if metres * 2 >= sum(step.duration_s for step in steps) else "time"


def _wish(
    workout: Workout, factor: float | None, distance_m: float | None, duration_s: float | None
) -> float:
    """Return the wished size as a share of what it is."""
    if distance_m is not None and workout.distance_m > 0:
        return distance_m / workout.distance_m
    if duration_s is not None:
        return duration_s / workout.duration_s
    if factor is None:
        raise BadInput("workout_size_missing")
    return factor


def _of(step: Step, by: _By) -> float:
    return step.distance_m if by == "distance" else step.duration_s


def _size(steps: tuple[_Part, ...], by: _By) -> float:
    return sum(
        part.times * sum(_of(s, by) for s in part.steps) if isinstance(part, Repeat) else _of(part, by)
        for part in steps
    )


def _scaled(step: Step, size: float, by: _By) -> Step:
    """Return a step of another size, at the same speed. What ends it stays round."""
    share = size / _of(step, by)
    if step.ends == "time":
        seconds = size if by == "time" else max(round(share * step.duration_s / FINE_S) * FINE_S, FINE_S)
        metres = round(step.distance_m * seconds / step.duration_s, -1)
        return replace(step, duration_s=seconds, distance_m=metres)
    metres = size if by == "distance" else max(round(share * step.distance_m / FINE_M) * FINE_M, FINE_M)
    seconds = max(round(metres / step.distance_m * step.duration_s / 5) * 5.0, 5.0)
    return replace(step, distance_m=metres, duration_s=seconds)


def _longer(steps: tuple[_Part, ...], target: float, by: _By) -> tuple[_Part, ...]:
    """Give what is more to the longest easy step, or to another round where there is none."""
    missing = target - _size(steps, by)
    easy = _easy_at(steps)
    if easy:
        at = max(easy, key=lambda i: (_loose(steps[i]).kind is StepKind.work, _of(_loose(steps[i]), by)))
        return _with(steps, at, _scaled(_loose(steps[at]), _of(_loose(steps[at]), by) + missing, by))
    at = max(range(len(steps)), key=lambda i: _size((steps[i],), by))
    part = steps[at]
    if isinstance(part, Repeat):
        rounds = round(missing / _size((replace(part, times=1),), by))
        return _with(steps, at, replace(part, times=part.times + max(rounds, 0)))
    return _with(steps, at, _scaled(part, _of(part, by) + missing, by))


def _shorter(steps: tuple[_Part, ...], target: float, by: _By) -> tuple[_Part, ...]:
    while True:
        excess = _size(steps, by) - target
        spare = {i: _spare(_loose(steps[i]), by) for i in _easy_at(steps)}
        if excess <= sum(spare.values()) + 1e-6:
            return _taken(steps, spare, excess, by)
        fewer = _fewer(steps, by, excess - sum(spare.values()))
        if fewer is None:
            raise BadInput("workout_too_short")
        steps = fewer


def _spare(step: Step, by: _By) -> float:
    """Return how much of an easy step can go: around the main part something stays."""
    around = step.kind in (StepKind.warmup, StepKind.cooldown)
    floor = (AROUND_M, AROUND_S) if around else (0.0, 0.0)
    return max(_of(step, by) - floor[by == "time"], 0.0)


def _taken(steps: tuple[_Part, ...], spare: dict[int, float], excess: float, by: _By) -> tuple[_Part, ...]:
    """Take from the easy steps in proportion, what does not divide evenly from the largest."""
    if excess <= 0:
        return steps if excess == 0 else _longer(steps, _size(steps, by) - excess, by)
    fine = FINE_M if by == "distance" else FINE_S
    whole = sum(spare.values())
    take = {i: min(excess * room / whole // fine * fine, room) for i, room in spare.items()}
    for i in sorted(spare, key=lambda i: -spare[i]):
        more = min(excess - sum(take.values()), spare[i] - take[i])
        take[i] += max(more, 0.0)
    kept: list[_Part] = []
    for i, part in enumerate(steps):
        left = _of(_loose(part), by) - take[i] if i in take else 0.0
        if i not in take:
            kept.append(part)
        elif left > 1e-6:
            kept.append(_scaled(_loose(part), left, by) if take[i] else part)
    return tuple(kept)


def _fewer(steps: tuple[_Part, ...], by: _By, excess: float) -> tuple[_Part, ...] | None:
    """Return one round less of what is repeated most, or less of the longest hard stretch; None: no less."""
    repeats = [i for i, part in enumerate(steps) if isinstance(part, Repeat) and part.times > 1]
    if repeats:
        at = max(repeats, key=lambda i: _size((steps[i],), by))
        part = steps[at]
        assert isinstance(part, Repeat)
        return _with(steps, at, replace(part, times=part.times - 1))
    hard = [i for i, p in enumerate(steps) if isinstance(p, Step) and p.intensity is not Intensity.easy]
    unit = UNIT_M if by == "distance" else UNIT_S
    at = max(hard, key=lambda i: _of(_loose(steps[i]), by), default=-1)
    if at < 0 or _of(_loose(steps[at]), by) < 2 * unit:
        return None
    less = max(-(-excess // unit), 1) * unit
    return _with(steps, at, _scaled(_loose(steps[at]), max(_of(_loose(steps[at]), by) - less, unit), by))


def _easy_at(steps: tuple[_Part, ...]) -> list[int]:
    return [
        i
        for i, part in enumerate(steps)
        if isinstance(part, Step)
        and part.intensity in (Intensity.easy, Intensity.walk)
        and part.duration_s > 0
        and part.distance_m > 0
    ]


def _loose(part: _Part) -> Step:
    assert isinstance(part, Step)
    return part


def _with(steps: tuple[_Part, ...], at: int, part: _Part) -> tuple[_Part, ...]:
    return (*steps[:at], part, *steps[at + 1 :])
