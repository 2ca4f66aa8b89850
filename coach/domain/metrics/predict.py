"""Predicting one race from others: Riegel, and Vickers & Vertosick for the marathon."""

from __future__ import annotations

import math

MILE_KM = 1.609344
MARATHON_M = 42_195.0
RIEGEL_EXPONENT = 1.06
# Vickers & Vertosick 2016, BMC Sports Sci Med Rehabil 8:26, additional file 1. The factor of mileage is
# .06423826: copies that carry .6423826 predict a marathon of 2:11 where the model says 3:20.
_ONE_RACE = (0.16018617, 0.83076202, 0.06423826)
_TWO_RACES = (1.4510756, -0.23797948, -0.01410023)
_VV_EXPONENT = 1.07


def riegel(d1_m: float, t1_s: float, d2_m: float, exponent: float = RIEGEL_EXPONENT) -> float:
    """Return the time in s over `d2_m` from one race: t₁·(d₂/d₁)^exponent (Riegel 1981, Am Sci 69:285).

    Good up to the half marathon; for half of recreational marathoners it is 10 minutes too fast or more.
    """
    return float(t1_s * (d2_m / d1_m) ** exponent)


def riegel_exponent(d1_m: float, t1_s: float, d2_m: float, t2_s: float) -> float:
    """Return the exponent that two races of one runner show; the distances must differ."""
    return math.log(t2_s / t1_s) / math.log(d2_m / d1_m)


def vickers_vertosick(d_m: float, t_s: float, km_per_week: float) -> float:
    """Return the marathon time in s from one race and weekly volume (Vickers & Vertosick 2016, model 1).

    Fitted on 2,303 recreational runners who raced 5 km to the half marathon.
    """
    riegel_mps = MARATHON_M / riegel(d_m, t_s, MARATHON_M, _VV_EXPONENT)
    base, of_speed, of_volume = _ONE_RACE
    return MARATHON_M / (base + of_speed * riegel_mps + of_volume * _tens_of_miles(km_per_week))


def vickers_vertosick_two(d1_m: float, t1_s: float, d2_m: float, t2_s: float, km_per_week: float) -> float:
    """Return the marathon time in s from two races and weekly volume (Vickers & Vertosick 2016, model 2).

    The longer race carries the prediction, the two together how the runner slows with distance.
    """
    if d2_m < d1_m:
        d1_m, t1_s, d2_m, t2_s = d2_m, t2_s, d1_m, t1_s
    base, of_exponent, of_volume = _TWO_RACES
    own = riegel_exponent(d1_m, t1_s, d2_m, t2_s)
    return riegel(d2_m, t2_s, MARATHON_M, base + of_exponent * own + of_volume * _tens_of_miles(km_per_week))


def _tens_of_miles(km_per_week: float) -> float:
    return km_per_week / MILE_KM / 10
