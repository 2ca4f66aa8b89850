"""What to hold in a step: pace, heart rate, power or effort, and how long a distance takes meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from coach.domain.metrics.heat import heat_slowdown_of
from coach.domain.metrics.paces import Paces, training_paces
from coach.domain.metrics.performance import race_time_of, vo2_at_speed
from coach.domain.plan.model import FREE, HARD, Constraints, Done, Intensity, Situation, Target
from coach.domain.plan.rules.limits import HOT_C
from coach.domain.zones import karvonen

# Effort 0–10 (Borg CR10) of each intensity; easy is where one can still talk (Foster 2008).
RPE: Mapping[Intensity, tuple[float, float]] = {
    Intensity.easy: (2.0, 4.0),
    Intensity.marathon: (5.0, 6.0),
    Intensity.threshold: (6.0, 7.0),
    Intensity.interval: (8.0, 9.0),
    Intensity.repetition: (8.0, 9.0),
}
# Heart rate. Of LTHR: Friel's zones 1–2, 3 and 4. Of the reserve and of HRmax: Daniels' E, M and T. Shorter
# efforts end before the heart has caught up, so they have none.
OF_LTHR: Mapping[Intensity, tuple[float, float]] = {
    Intensity.easy: (0.75, 0.89),
    Intensity.marathon: (0.90, 0.94),
    Intensity.threshold: (0.95, 1.00),
}
OF_RESERVE: Mapping[Intensity, tuple[float, float]] = {
    Intensity.easy: (0.59, 0.74),
    Intensity.marathon: (0.75, 0.84),
    Intensity.threshold: (0.83, 0.88),
}
OF_HR_MAX: Mapping[Intensity, tuple[float, float]] = {
    Intensity.easy: (0.65, 0.79),
    Intensity.marathon: (0.80, 0.87),
    Intensity.threshold: (0.88, 0.92),
}
# Of threshold power: Vance's zones 1–2, 3, 4 and 5.
OF_POWER: Mapping[Intensity, tuple[float, float]] = {
    Intensity.easy: (0.70, 0.88),
    Intensity.marathon: (0.89, 0.95),
    Intensity.threshold: (0.96, 1.02),
    Intensity.interval: (1.06, 1.15),
}
SPREAD_S_PER_KM = 3.0  # to either side of a pace that is one number
WALK_S_PER_KM = 660.0
UNKNOWN_EASY_S_PER_KM = 420.0  # for how long a run takes when nothing is known of the runner
EASY_SHARE = 0.68  # of VO2 at the middle of easy running (0.629–0.731)
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
    vdot = situation.vdot if situation.vdot is not None else _vdot_by_easy(_usual_s_per_km(situation.runs))
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


def _usual_s_per_km(runs: tuple[Done, ...]) -> float:
    """Return the median pace of the athlete's runs, races left out, within what people run."""
    paces = sorted(
        r.duration_s / r.distance_m * 1000
        for r in runs
        if r.distance_m and r.distance_m >= 1000 and not r.race and r.duration_s > 0
    )
    usual = paces[len(paces) // 2] if paces else UNKNOWN_EASY_S_PER_KM
    return min(max(usual, 240.0), 540.0)


@lru_cache(maxsize=4096)
def _vdot_by_easy(s_per_km: float) -> float:
    """Return the VDOT whose easy running has this pace in its middle."""
    return vo2_at_speed(1000 / s_per_km) / EASY_SHARE
