"""Daniels' training paces of a VDOT."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.metrics.performance import THRESHOLD_SHARE, race_time_of, speed_at_vo2

# Shares of VO2 (not of speed) fitted to the training table of Daniels' Running Formula, 3rd edition.
EASY_FAST_SHARE, EASY_SLOW_SHARE = 0.731, 0.629
INTERVAL_SHARE = 0.974
MARATHON_M = 42_195.0
# A 400 of repetitions is 6 s faster than one of intervals from VDOT 50 on, 8 s up to 47.
_REPETITION_VDOT = (47.0, 50.0)
_REPETITION_GAIN_S_PER_KM = (8 / 0.4, 6 / 0.4)


@dataclass(frozen=True)
class Paces:
    """Training paces in s/km; easy running is a range."""

    easy_fast: float
    easy_slow: float
    marathon: float
    threshold: float
    interval: float
    repetition: float


def training_paces(vdot: float) -> Paces:
    """Return Daniels' training paces of a VDOT, by formula.

    Against his printed table: threshold and interval within 1 s/km, easy within 2 (4 below VDOT 40).
    Marathon pace is the marathon that the VDOT predicts: within 1 s/km from VDOT 45 on, while the table is
    2 (VDOT 40) to 12 s/km (VDOT 30) slower, for runners who are out longer than the equations were made for.
    """
    interval = _pace(INTERVAL_SHARE * vdot)
    low, high = _REPETITION_VDOT
    toward_high = min(max((vdot - low) / (high - low), 0.0), 1.0)
    slow_gain, fast_gain = _REPETITION_GAIN_S_PER_KM
    return Paces(
        easy_fast=_pace(EASY_FAST_SHARE * vdot),
        easy_slow=_pace(EASY_SLOW_SHARE * vdot),
        marathon=race_time_of(vdot, MARATHON_M) / MARATHON_M * 1000,
        threshold=_pace(THRESHOLD_SHARE * vdot),
        interval=interval,
        repetition=interval - (slow_gain + (fast_gain - slow_gain) * toward_high),
    )


def _pace(vo2: float) -> float:
    return 1000 / speed_at_vo2(vo2)
