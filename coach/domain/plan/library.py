"""The workouts that plans are made of: each fits a whole distance and a limit of hard running into steps.

What ends a step is a whole number of hundreds of metres, of minutes or of five seconds. Recoveries and
cool-downs take up what is left, so that the whole is as round as it was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from coach.domain.plan.model import (
    FREE,
    Intensity,
    Repeat,
    Step,
    StepKind,
    Target,
    WorkoutKind,
)
from coach.domain.plan.targets import SPREAD_S_PER_KM, Pacing

type Steps = tuple[Step | Repeat, ...]

E, M, T, I, R = (  # noqa: E741 — Daniels' letters
    Intensity.easy,
    Intensity.marathon,
    Intensity.threshold,
    Intensity.interval,
    Intensity.repetition,
)
# kind → (purpose, guideline)
WHY: dict[WorkoutKind, tuple[str, str]] = {
    WorkoutKind.easy: ("easy", "daniels_easy"),
    WorkoutKind.recovery: ("recovery", "daniels_easy"),
    WorkoutKind.long: ("long", "long_run_share"),
    WorkoutKind.medium_long: ("medium_long", "long_run_share"),
    WorkoutKind.marathon: ("marathon", "marathon_specific"),
    WorkoutKind.threshold: ("threshold", "daniels_threshold"),
    WorkoutKind.interval: ("interval", "daniels_interval"),
    WorkoutKind.repetition: ("repetition", "daniels_repetition"),
    WorkoutKind.strides: ("strides", "strides_convention"),
    WorkoutKind.hills: ("hills", "hills_convention"),
    WorkoutKind.fartlek: ("fartlek", "fartlek_convention"),
    WorkoutKind.progression: ("progression", "progression_convention"),
    WorkoutKind.walk_run: ("walk_run", "walk_run_gates"),
    WorkoutKind.walk: ("walk", "walk_run_gates"),
    WorkoutKind.race: ("race", "taper_bosquet"),
    WorkoutKind.cross: ("cross", "cross_training_time_off"),
    WorkoutKind.strength: ("strength", "strength_convention"),
}


# What one repetition may be: metres, and how long it may take.
REPS_I = (1200.0, 1000.0, 800.0, 600.0, 400.0)
LONGEST_I_S = 300.0
# Below a whole distance: how long warming up and cooling down are at least, in m.
AROUND_M = ((6000.0, 1000.0, 500.0), (9000.0, 1500.0, 1000.0), (float("inf"), 2000.0, 1000.0))
# Minutes of a piece, and how many of them, the most first.
FARTLEK = (((2, (8, 6, 5, 4)), (1, (6, 5, 4))), ((3, (5, 4, 3)), (1, (10, 8, 6, 4))))
STRIDE_S, STRIDE_REST_S = 20.0, 60.0


@dataclass(frozen=True)
class Room:
    """What a session may take: its whole distance, and hard running in metres and seconds."""

    total_m: float
    hard_m: float
    hard_s: float


def step_m(
    pacing: Pacing, intensity: Intensity, metres: float, kind: StepKind = StepKind.work, note: str = ""
) -> Step:
    """Return a step that ends after a distance."""
    seconds = _five(metres / 1000 * pacing.s_per_km(intensity))
    return Step(kind, intensity, "distance", float(metres), seconds, pacing.target(intensity), note)


def easy(pacing: Pacing, total_m: float) -> Steps:
    return (step_m(pacing, E, total_m),)


def strides(pacing: Pacing, total_m: float, n: int) -> Steps:
    """Return an easy run with strides at its end: `n` × 20 s with a minute of jogging."""
    block = _timed(pacing, n, STRIDE_S, R, STRIDE_REST_S, target=FREE, note="step_stride")
    rest = total_m - _metres(block)
    return (step_m(pacing, E, rest), block)


def threshold(pacing: Pacing, room: Room, style: int) -> Steps | None:
    """Return cruise intervals of 1–3 km with a minute between, or 15–30 min in one go (every other style)."""
    most = _cap_m(pacing, room, T)
    if style % 2 and most >= 3000:
        whole = min(_down(most, 500), _down(1800 / pacing.s_per_km(T) * 1000, 500))
        steps = _around(pacing, room.total_m, (step_m(pacing, T, whole),))
        if steps is not None:
            return steps
    for size, least in ((3000.0, 3), (2000.0, 3), (1500.0, 3), (1000.0, 2), (500.0, 3)):
        n = min(int(most // size), 6 if size <= 1500 else 4)
        if n >= least and size / 1000 * pacing.s_per_km(T) <= 1200:
            return _reps(pacing, room.total_m, n, least, step_m(pacing, T, size), 60.0, 100.0)
    return None


def interval(pacing: Pacing, room: Room, style: int) -> Steps | None:
    """Return repetitions of up to five minutes (400–1200 m), the jog between no longer than the work."""
    most = _cap_m(pacing, room, I)
    sizes = [m for m in REPS_I if m / 1000 * pacing.s_per_km(I) <= LONGEST_I_S]
    fits = [(size, min(int(most // size), 8)) for size in sizes if most >= 3 * size][:3]
    for size, n in (*fits[style % len(fits) :], *fits[: style % len(fits)]) if fits else ():
        seconds = size / 1000 * pacing.s_per_km(I)
        rest_s = min(180.0, max(60.0, _down(seconds * 0.75, 30)))
        rest_m = max(100.0, _near(rest_s / pacing.s_per_km(E) * 900, 100))
        steps = _reps(pacing, room.total_m, n, 3, step_m(pacing, I, size), rest_s, rest_m)
        if steps is not None:
            return steps
    return None


def repetition(pacing: Pacing, room: Room, style: int) -> Steps | None:
    """Return 200–400 m with full recovery: as far again, jogged."""
    most = _cap_m(pacing, room, R)
    for size in ((400.0, 200.0), (300.0, 200.0), (200.0, 200.0))[style % 3]:
        n = min(int(most // size), 12)
        if n >= 4:
            rest_s = _near(size / 1000 * pacing.s_per_km(R) * 2.5, 30)
            return _reps(pacing, room.total_m, n, 4, step_m(pacing, R, size), rest_s, size)
    return None


def hills(pacing: Pacing, room: Room, style: int) -> Steps | None:
    """Return 6–12 climbs of 45 or 60 s by effort, jogging back down."""
    up_s = (60.0, 45.0)[style % 2]
    for n in (12, 10, 8, 6, 5, 4):
        block = _timed(
            pacing,
            n,
            up_s,
            I,
            2 * up_s,
            pace=pacing.s_per_km(E),
            target=Target("rpe", 8.0, 9.0),
            note="step_hill",
        )
        up_m = sum(s.distance_m for s in block.steps if s.intensity is I) * n
        if up_m <= room.hard_m and n * up_s <= room.hard_s:
            steps = _around(pacing, room.total_m, (block,))
            if steps is not None:
                return steps
    return None


def fartlek(pacing: Pacing, room: Room, style: int) -> Steps | None:
    """Return 1–3 brisk minutes by effort, as long again easy."""
    for minutes, times in (((2, (8, 6, 5, 4)), (1, (6, 5, 4))), ((3, (5, 4, 3)), (1, (10, 8, 6, 4))))[
        style % 2
    ]:
        for n in times:
            block = _timed(
                pacing,
                n,
                60.0 * minutes,
                I,
                60.0 * minutes,
                target=Target("rpe", 7.0, 8.0),
                note="step_fartlek",
            )
            hard_m = n * block.steps[0].distance_m
            if hard_m <= room.hard_m and n * 60.0 * minutes <= room.hard_s:
                steps = _around(pacing, room.total_m, (block,))
                if steps is not None:
                    return steps
    return None


def progression(pacing: Pacing, room: Room) -> Steps | None:
    """Return an easy run whose last part is at marathon effort."""
    fast = _down(min(_cap_m(pacing, room, M), room.total_m / 3), 500)
    if fast < 1500 or room.total_m - fast < 3000:
        return None
    return (step_m(pacing, E, room.total_m - fast), step_m(pacing, M, fast))


def marathon_long(pacing: Pacing, room: Room, style: int) -> Steps | None:
    """Return a long run with marathon pace in its second half: in one go, or in two or three parts."""
    fast = _down(min(_cap_m(pacing, room, M), room.total_m * 0.6), 1000)
    before, after = 3000.0, 1000.0
    if fast < 4000 or room.total_m - fast < before + after + 1000:
        return None
    if style % 2 and fast >= 8000 and fast % 2000 == 0 and room.total_m - fast - 2000 >= before + after:
        pair = (step_m(pacing, M, fast / 2), step_m(pacing, E, 1000.0, StepKind.recovery))
        middle, extra = (Repeat(2, pair),), 2000.0
    else:
        middle, extra = (step_m(pacing, M, fast),), 0.0  # type: ignore[assignment]
    start = room.total_m - fast - extra - after
    return (
        step_m(pacing, E, start, StepKind.warmup),
        *middle,
        step_m(pacing, E, after, StepKind.cooldown),
    )


def race(pacing: Pacing, distance_m: float, s_per_km: float | None = None) -> Steps:
    """Return a race at a pace, or without one as long as today's fitness predicts."""
    seconds = _five(pacing.race_s(distance_m) if s_per_km is None else s_per_km * distance_m / 1000)
    held = FREE
    if s_per_km is not None:
        middle = float(round(s_per_km))
        held = Target("pace", middle - SPREAD_S_PER_KM, middle + SPREAD_S_PER_KM)
    return (Step(StepKind.work, Intensity.race, "distance", float(distance_m), seconds, held),)


def timed(
    seconds: float, intensity: Intensity, pacing: Pacing, kind: StepKind = StepKind.work, note: str = ""
) -> Step:
    """Return a step that ends after a time; its distance is an estimate in tens of metres."""
    metres = max(10.0, _near(seconds / pacing.s_per_km(intensity) * 1000, 10))
    target = pacing.target(intensity)
    return Step(kind, intensity, "time", metres, float(seconds), target, note)


def untravelled(seconds: float, target: Target = FREE) -> Steps:
    """Return strength or another sport, where only the time counts."""
    return (Step(StepKind.work, E, "time", 0.0, float(seconds), target),)


def _cap_m(pacing: Pacing, room: Room, intensity: Intensity) -> float:
    return min(room.hard_m, room.hard_s / pacing.s_per_km(intensity) * 1000)


def _reps(
    pacing: Pacing, total_m: float, most: int, least: int, work: Step, rest_s: float, rest_m: float
) -> Steps | None:
    """Return as many repetitions as leave room for warming up and cooling down, or None below `least`."""
    rest = Step(StepKind.recovery, E, "time", rest_m, rest_s)
    for n in range(most, least - 1, -1):
        steps = _around(pacing, total_m, (Repeat(n, (work, rest)),))
        if steps is not None:
            return steps
    return None


def _around(pacing: Pacing, total_m: float, middle: Steps) -> Steps | None:
    """Put a warm-up and a cool-down around the main part, or return None where they do not fit."""
    left = total_m - sum(_metres(part) for part in middle)
    least_warm, least_cool = next(edge[1:] for edge in AROUND_M if total_m < edge[0])
    if left < least_warm + least_cool:
        return None
    warm = max(least_warm, _near(0.55 * left, 500))
    if left - warm < least_cool:
        warm = left - least_cool
    return (
        step_m(pacing, E, warm, StepKind.warmup),
        *middle,
        step_m(pacing, E, left - warm, StepKind.cooldown),
    )


def _timed(
    pacing: Pacing,
    n: int,
    work_s: float,
    intensity: Intensity,
    rest_s: float,
    *,
    target: Target,
    note: str,
    pace: float | None = None,
) -> Repeat:
    """Return repeats by time; the recovery's estimate makes the whole a multiple of 100 m."""
    per_km = pace or pacing.s_per_km(intensity)
    work_m = max(10.0, _near(work_s / per_km * 1000, 10))
    unit = 100 / gcd(n, 100)
    rest_m = rest_s / (1.25 * pacing.s_per_km(E)) * 1000  # a jog
    pair = max(work_m + unit, _near(work_m + rest_m, unit))
    return Repeat(
        n,
        (
            Step(StepKind.work, intensity, "time", work_m, work_s, target, note),
            Step(StepKind.recovery, E, "time", pair - work_m, rest_s),
        ),
    )


def _metres(part: Step | Repeat) -> float:
    if isinstance(part, Repeat):
        return part.times * sum(step.distance_m for step in part.steps)
    return part.distance_m


def _five(seconds: float) -> float:
    return max(5.0, 5.0 * round(seconds / 5))


def _near(value: float, unit: float) -> float:
    return unit * round(value / unit)


def _down(value: float, unit: float) -> float:
    return unit * float(int(value / unit + 1e-9))
