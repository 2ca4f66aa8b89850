"""Estimates of VO2max from heart rate, each with its error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coach.domain.metrics.performance import vo2_at_speed
from coach.domain.metrics.registry import Unknown

UTH_FACTOR = 15.3
UTH_ERROR, UTH_ERROR_AGE_PREDICTED = 2.7, 4.7
POINTS_AT_LEAST = 4
SPREAD_AT_LEAST_BPM = 15.0  # closer together and the slope is noise
# Runners of one speed differ in the oxygen it costs them by about 5 % (standard deviation; a judgement from
# the spread that studies of running economy report): no regression on speed can be more exact than that.
ECONOMY_SPREAD = 0.05

Cost = Literal["daniels", "acsm"]


@dataclass(frozen=True)
class Vo2max:
    """VO2max and its standard error, both in ml/kg/min."""

    vo2max: float
    standard_error: float


def uth(hr_max: float, hr_rest: float, hr_max_from_age: bool = False) -> Vo2max:
    """Return VO2max as 15.3·HRmax/HRrest (Uth 2004, Eur J Appl Physiol 91:111).

    Made on trained men; in the middle-aged the factor is nearer 12. Its standard error is 2.7, and 4.7
    where HRmax is predicted from age.
    """
    error = UTH_ERROR_AGE_PREDICTED if hr_max_from_age else UTH_ERROR
    return Vo2max(UTH_FACTOR * hr_max / hr_rest, error)


def acsm_vo2(speed_mps: float, grade: float = 0.0) -> float:
    """Return the oxygen cost (ml/kg/min) of running: 3.5 + 0.2·v + 0.9·v·grade, v in m/min (ACSM)."""
    v = speed_mps * 60
    return 3.5 + 0.2 * v + 0.9 * v * grade


def karvonen(hr_max: float, hr_rest: float, fraction: float) -> float:
    """Return the heart rate at a fraction of the reserve: rest + fraction·(max − rest) (Karvonen 1957)."""
    return hr_rest + fraction * (hr_max - hr_rest)


def hr_speed_regression(
    speeds_mps: Sequence[float],
    hrs: Sequence[float],
    hr_max: float,
    *,
    hr_max_error: float = 0.0,
    cost: Cost = "daniels",
) -> Vo2max | Unknown:
    """Extrapolate the line of heart rate over oxygen cost to HRmax, and say how uncertain that is.

    `speeds_mps` (graded, steady) and `hrs` are pairs of one runner; `hr_max_error` is the standard
    deviation of HRmax in bpm (0 observed, 10 predicted from age). The error joins that of the fitted line at
    HRmax, that of HRmax and that of running economy. Unknown when the points are too few or too close
    together, or when heart rate does not rise with speed.
    """
    if len(speeds_mps) < POINTS_AT_LEAST:
        return Unknown("need_speed_hr_points", {"points": POINTS_AT_LEAST})
    hr = np.asarray(hrs, dtype=np.float64)
    vo2 = np.array([vo2_at_speed(v) if cost == "daniels" else acsm_vo2(v) for v in speeds_mps])
    if float(np.ptp(hr)) < SPREAD_AT_LEAST_BPM:
        return Unknown("speed_hr_too_close", {"bpm": round(SPREAD_AT_LEAST_BPM)})
    # Heart rate is the one that is noisy, so it is regressed on cost and the line is read backwards.
    across = vo2 - vo2.mean()
    spread = float(across @ across)
    slope = float(across @ hr) / spread if spread > 0 else 0.0
    if slope <= 0:
        return Unknown("hr_not_rising")
    found = float(vo2.mean()) + (hr_max - float(hr.mean())) / slope
    residual = hr - hr.mean() - slope * across
    scatter = float(residual @ residual) / (hr.size - 2)
    of_line = scatter / slope**2 * (1 / hr.size + (found - float(vo2.mean())) ** 2 / spread)
    error = math.sqrt(of_line + (hr_max_error / slope) ** 2 + (ECONOMY_SPREAD * found) ** 2)
    return Vo2max(found, error)
