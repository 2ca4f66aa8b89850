"""How hard a step really is: by what it asks to hold, not by what it is called.

A plan that was written elsewhere or edited may call running at interval speed easy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from coach.domain.activity import Sport
from coach.domain.metrics.paces import training_paces
from coach.domain.metrics.performance import vo2_at_speed
from coach.domain.plan.model import HARD, Intensity, Situation, Step, Target
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
EASY_SHARE = 0.68  # of VO2 at the middle of easy running (0.629–0.731)
RUNNING_S_PER_KM = 480.0  # nobody walks that fast for long
STRANGER_VDOT = 50.0  # of who has no run and no VDOT: only what is fast for most is called hard
LEAST_M, LEAST_S = 400.0, 90.0  # shorter steps are too coarsely rounded to have a speed
REST_S = 300.0
JOG = 1.3  # times the slow end of easy running: the slowest that is still running

type _Edges = tuple[tuple[float, Intensity], ...]

_HARDNESS = {intensity: n for n, intensity in enumerate(Intensity)}  # in the order they are declared


@dataclass(frozen=True)
class Bands:
    """What tells the intensities of an athlete apart: paces in s/km, the others as in `Target`."""

    pace: _Edges  # at least so fast, hardest first
    hr: _Edges  # at least so high, hardest first
    power: _Edges
    jog_s_per_km: float
    known: bool  # whether the VDOT is the athlete's own

    def intensity(self, step: Step, sport: Sport = Sport.run) -> Intensity:
        """Return what a step is: what it is called, or harder where its target or its speed say so."""
        called = step.intensity
        if sport is not Sport.run or (called in HARD and not self.known):
            return called
        asked = self._asked(step)
        return asked if asked is not None and _HARDNESS[asked] > _HARDNESS[called] else called

    def _asked(self, step: Step) -> Intensity | None:
        target = step.target
        middle = None if target.low is None or target.high is None else (target.low + target.high) / 2
        if middle is None or target.kind in ("none", "pace"):
            if middle is None and step.distance_m >= LEAST_M and step.duration_s >= LEAST_S:
                middle = step.duration_s / step.distance_m * 1000
            if middle is None:
                return None
            hard = next((i for most, i in self.pace if middle <= most), None)
            return hard or (Intensity.easy if middle < RUNNING_S_PER_KM else None)
        edges = {"hr": self.hr, "power": self.power, "rpe": _RPE_EDGES}[target.kind]
        return next((i for least, i in edges if middle >= least), None)

    def metres(self, step: Step) -> float:
        """Return how far a running step goes, in m: of one that ends by time, no less than jogging does."""
        slow = step.intensity in (Intensity.walk, Intensity.rest)
        if step.ends == "distance" or slow or step.duration_s < REST_S:  # rests are often stood or walked
            return step.distance_m
        return max(step.distance_m, step.duration_s / self.jog_s_per_km * 1000)


_RPE_EDGES = ((7.0, Intensity.interval), (6.25, Intensity.threshold), (5.0, Intensity.marathon))


def bands_of(situation: Situation) -> Bands:
    """Return the bands of an athlete: their own numbers, at the upper end of what is known of them."""
    now = situation.vdot if situation.vdot is not None else usual_vdot(situation)
    top = max(now or STRANGER_VDOT, situation.vdot_high or 0.0)
    hr, power = _limits(situation)
    jog = _jog(round(now or STRANGER_VDOT, 1))
    return Bands(_paces(round(top, 1)), hr, power, jog, situation.vdot is not None)


@lru_cache(maxsize=4096)
def _paces(vdot: float) -> _Edges:
    p = training_paces(min(max(vdot, 20.0), 85.0))
    return (
        ((p.threshold + p.interval) / 2, Intensity.interval),
        ((p.marathon + p.threshold) / 2, Intensity.threshold),
        (p.marathon + 0.3 * max(p.easy_fast - p.marathon, 0.0), Intensity.marathon),
    )


@lru_cache(maxsize=4096)
def _jog(vdot: float) -> float:
    return JOG * training_paces(min(max(vdot, 20.0), 85.0)).easy_slow


def _limits(s: Situation) -> tuple[_Edges, _Edges]:
    hr = tuple((low, i) for i in _SUSTAINED if (low := _beats(s, i)) is not None)
    watts = s.threshold_power_w
    power = () if watts is None else tuple((watts * OF_POWER[i][0], i) for i in _POWERS)
    return hr, power


_SUSTAINED = (Intensity.threshold, Intensity.marathon)
_POWERS = (Intensity.interval, Intensity.threshold, Intensity.marathon)


def _beats(s: Situation, intensity: Intensity) -> float | None:
    """Return the lowest heart rate of an intensity."""
    if s.lthr_bpm is not None:
        return s.lthr_bpm * OF_LTHR[intensity][0]
    if s.hr_max_bpm is not None and s.hr_rest_bpm is not None and s.hr_rest_bpm < s.hr_max_bpm:
        return karvonen(s.hr_rest_bpm, s.hr_max_bpm, OF_RESERVE[intensity][0])
    return None if s.hr_max_bpm is None else s.hr_max_bpm * OF_HR_MAX[intensity][0]


def in_keeping(target: Target, step: Step) -> bool:
    """Tell whether distance and duration of a step go with the pace that it asks for."""
    if target.kind != "pace" or target.low is None or target.high is None:
        return True
    if step.distance_m < LEAST_M or step.duration_s < LEAST_S:
        return True
    return 0.7 * target.low <= step.duration_s / step.distance_m * 1000 <= 1.5 * target.high


def usual_vdot(situation: Situation) -> float | None:
    """Return the VDOT whose easy running is the usual speed of the athlete's own runs, None without any."""
    paces = sorted(
        r.duration_s / r.distance_m * 1000
        for r in situation.runs
        if r.distance_m and r.distance_m >= 1000 and not r.race and r.duration_s > 0
    )
    return vdot_by_easy(min(max(paces[len(paces) // 2], 240.0), 540.0)) if paces else None


@lru_cache(maxsize=4096)
def vdot_by_easy(s_per_km: float) -> float:
    """Return the VDOT whose easy running has this pace in its middle."""
    return vo2_at_speed(1000 / s_per_km) / EASY_SHARE
