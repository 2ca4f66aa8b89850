"""Walking and running in turns: for who has not run for a month, and for the way back from an injury."""

from __future__ import annotations

from dataclasses import replace

from coach.domain.plan.library import Steps, timed
from coach.domain.plan.model import FREE, Intensity, Repeat, Step, StepKind, Target, WorkoutKind
from coach.domain.plan.rules.effort import RPE
from coach.domain.plan.rules.gates import Gate, Mode
from coach.domain.plan.targets import Pacing

# Our own progression, by week: minutes run, minutes walked between, times. It stays below the gates.
STAGES: dict[Mode, tuple[tuple[int, int, int], ...]] = {
    "new": (
        (1, 2, 8),
        (2, 2, 6),
        (3, 2, 5),
        (5, 2, 4),
        (8, 2, 3),
        (12, 2, 2),
        (15, 2, 2),
        (25, 0, 1),
        (30, 0, 1),
        (30, 0, 1),
        (35, 0, 1),
        (40, 0, 1),
    ),
    "returning": (
        (10, 1, 2),
        (12, 1, 2),
        (30, 0, 1),
        (35, 0, 1),
        (40, 0, 1),
        (45, 0, 1),
        (50, 0, 1),
        (55, 0, 1),
    ),
    "injury": (
        (1, 1, 10),
        (2, 1, 8),
        (3, 1, 6),
        (5, 1, 4),
        (8, 1, 3),
        (12, 1, 2),
        (25, 0, 1),
        (30, 0, 1),
    ),
    "bone": (
        (1, 1, 8),
        (1, 1, 10),
        (2, 1, 7),
        (3, 1, 6),
        (4, 1, 5),
        (5, 1, 5),
        (8, 1, 3),
        (12, 1, 2),
        (20, 0, 1),
        (25, 0, 1),
        (30, 0, 1),
        (30, 0, 1),
    ),
}
WALK_S = 300.0  # before and after
RUNS = 3  # a week, on alternate days
FREE_RUNS = 4  # once days in a row are allowed


def session(
    pacing: Pacing, gate: Gate, week: int, *, most_s: float | None
) -> tuple[WorkoutKind, Steps] | None:
    """Return a session of a week (1, 2 …) of the gates, walking before and after it.

    `most_s`: the longest the day allows; fewer repetitions then. None where not even one fits.
    """
    run_min, walk_min, times = STAGES[gate.mode][min(week, len(STAGES[gate.mode])) - 1]
    run_s, walk_s = run_min * 60.0, walk_min * 60.0
    if most_s is not None:
        room = most_s - 2 * WALK_S
        if room < 60.0:
            return None
        if times == 1:
            run_s = min(run_s, 60.0 * int(room / 60))
        else:
            times = min(times, int(room / (run_s + walk_s)))
            if times < 1:
                run_s, walk_s, times = 60.0 * int(room / 60), 0.0, 1
    before = Step(StepKind.warmup, Intensity.walk, "time", _walked(pacing, WALK_S), WALK_S, FREE)
    after = Step(StepKind.cooldown, Intensity.walk, "time", _walked(pacing, WALK_S), WALK_S, FREE)
    run = timed(run_s, Intensity.easy, pacing, note="step_talk")
    if run.target.kind == "pace":  # who can talk runs right; after a break no pace is sure
        run = replace(run, target=Target("rpe", *RPE[Intensity.easy]))
    if times == 1:
        return WorkoutKind.easy if run_s >= 1200 else WorkoutKind.walk_run, (before, run, after)
    walk = Step(StepKind.recovery, Intensity.walk, "time", _walked(pacing, walk_s), walk_s, FREE)
    return WorkoutKind.walk_run, (before, Repeat(times, (run, walk)), after)


def stage_of(week: int, weeks: int, mode: Mode, gate_week: int) -> int:
    """Return the stage for a week of a plan that takes `weeks` weeks for what the table does in its own.

    A longer plan repeats weeks; a shorter one stops early. Never ahead of the gates.
    """
    table = len(STAGES[mode]) if mode != "new" else 9
    if weeks <= table:
        return min(week, gate_week)
    return min(gate_week, 1 + (week - 1) * table // weeks)


def _walked(pacing: Pacing, seconds: float) -> float:
    return float(10 * round(seconds / pacing.s_per_km(Intensity.walk) * 100))
