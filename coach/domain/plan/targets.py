"""What to hold in a step: pace, heart rate, power or effort, and how long a distance takes meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from coach.domain.metrics.heat import heat_slowdown_of
from coach.domain.metrics.paces import Paces, training_paces
from coach.domain.metrics.performance import race_time_of
from coach.domain.plan.model import FREE, HARD, Constraints, Intensity, Situation, Target
from coach.domain.plan.rules.effort import (
    OF_HR_MAX,
    OF_LTHR,
    OF_POWER,
    OF_RESERVE,
    RPE,
    usual_vdot,
    vdot_by_easy,
)
from coach.domain.plan.rules.limits import HOT_C
from coach.domain.zones import karvonen

SPREAD_S_PER_KM = 3.0  # to either side of a pace that is one number
WALK_S_PER_KM = 660.0
UNKNOWN_EASY_S_PER_KM = 420.0  # for how long a run takes when nothing is known of the runner
VDOT_RANGE = (20.0, 85.0)


@dataclass(frozen=True)
class Pacing:
    """How fast each intensity is (fast and slow end, s/km), and in what its target is told."""

    vdot: float
    known: bool  # whether the VDOT is the athlete's own, or only good for estimates of time
    ranges: Mapping[Intensity, tuple[float, float]]
    targets: Mapping[Intensity, Target]

    def s_per_km(self, intensity: Intensity) -> float:
        """Return the middle of an intensity in s/km."""
        low, high = self.ranges[intensity]
        return (low + high) / 2

    def target(self, intensity: Intensity) -> Target:
        return self.targets.get(intensity, FREE)

    def race_s(self, distance_m: float) -> float:
        """Return how long a race takes at today's fitness, in s."""
        return race_time_of(self.vdot, distance_m)


def pacing(situation: Situation) -> Pacing:
    """Return paces and targets of the athlete as they are now, warm days allowed for (Daniels).

    Without a VDOT the paces are estimates from the usual speed of the athlete's own runs, and no target is
    a pace.
    """
    wishes = situation.constraints
    vdot = situation.vdot if situation.vdot is not None else usual_vdot(situation)
    if vdot is None:
        vdot = vdot_by_easy(UNKNOWN_EASY_S_PER_KM)
    vdot = min(max(vdot, VDOT_RANGE[0]), VDOT_RANGE[1])
    ranges = _ranges(round(vdot, 1), heat_slowdown_of(wishes.temperature_c or 0.0))
    known = situation.vdot is not None
    targets = {i: _target(i, situation, ranges[i] if known else None) for i in RPE}
    return Pacing(round(vdot, 1), known, ranges, targets)


def effort_first(wishes: Constraints) -> bool:
    """Whether the ground makes pace a poor target, so that effort takes its place."""
    return wishes.terrain in ("hilly", "trail") and wishes.targets == "pace"


@lru_cache(maxsize=4096)
def _paces(vdot: float) -> Paces:
    return training_paces(vdot)


def _ranges(vdot: float, slower: float) -> dict[Intensity, tuple[float, float]]:
    p = _paces(vdot)
    easy = (float(round(p.easy_fast + slower)), float(round(p.easy_slow + slower)))
    ranges = {Intensity.easy: easy, Intensity.walk: (WALK_S_PER_KM - 60, WALK_S_PER_KM + 60)}
    ranges[Intensity.rest] = ranges[Intensity.walk]
    for intensity, pace in (
        (Intensity.marathon, p.marathon),
        (Intensity.threshold, p.threshold),
        (Intensity.interval, p.interval),
        (Intensity.repetition, p.repetition),
        (Intensity.race, p.threshold),
    ):
        middle = float(round(pace + slower))
        ranges[intensity] = (middle - SPREAD_S_PER_KM, middle + SPREAD_S_PER_KM)
    return ranges


def _target(intensity: Intensity, situation: Situation, pace: tuple[float, float] | None) -> Target:
    """Return the target as the athlete wants it told, and as effort where what it needs is unknown."""
    wishes = situation.constraints
    effort = Target("rpe", *RPE[intensity])
    if wishes.targets == "hr" and intensity in OF_LTHR:
        return _beats(intensity, situation) or effort
    # In the heat holding a speed is a danger; with signs of too little energy targets feed the cause.
    hot = (wishes.temperature_c or 0.0) >= HOT_C and intensity in HARD
    if hot or situation.health.no_period:
        return effort
    if wishes.targets == "power" and intensity in OF_POWER:
        watts = situation.threshold_power_w
        return effort if watts is None else _between("power", watts, OF_POWER[intensity])
    if wishes.targets == "rpe" or pace is None or wishes.terrain in ("hilly", "trail"):
        return effort
    return Target("pace", *pace)


def _between(kind: Literal["hr", "power"], whole: float, shares: tuple[float, float]) -> Target:
    low, high = shares
    return Target(kind, float(round(low * whole)), float(round(high * whole)))


def _beats(intensity: Intensity, situation: Situation) -> Target | None:
    lthr, top, rest = situation.lthr_bpm, situation.hr_max_bpm, situation.hr_rest_bpm
    if lthr is not None:
        return _between("hr", lthr, OF_LTHR[intensity])
    if top is not None and rest is not None and rest < top:
        low, high = (karvonen(rest, top, share) for share in OF_RESERVE[intensity])
        return Target("hr", float(round(low)), float(round(high)))
    return None if top is None else _between("hr", top, OF_HR_MAX[intensity])
