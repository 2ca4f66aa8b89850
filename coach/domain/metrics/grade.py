"""Hills: what a gradient costs, the flat speed that would have cost the same, and what counts as a climb."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Floats
from coach.domain.resample import trailing_mean
from coach.domain.streams import Samples, has_values

MAX_GRADE = 0.45  # Minetti measured no steeper
GRADE_HALF_WINDOW_M = 50.0  # shorter and a barometer's steps look like hills
MIN_ALTITUDE_COVERAGE = 0.8
INTENSITY_WINDOW_S = 30
CLIMB_THRESHOLD_M = 3.0  # a smaller change is the sensor's
SMOOTHING_S = 15


def minetti_cost(grade: Floats) -> Floats:
    """Return the energy cost of running at a gradient (fraction, clamped to ±0.45) in J/kg/m.

    Minetti et al. 2002, J Appl Physiol 93:1039, fifth-order polynomial.
    """
    i = np.clip(grade, -MAX_GRADE, MAX_GRADE)
    return np.asarray(((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + 3.6)


def cost_ratio(grade: Floats) -> Floats:
    """Return cost at a gradient over cost on the flat.

    Ratios, because the polynomial itself lies 3–6 % above Minetti's measured values.
    """
    return minetti_cost(grade) / 3.6


def fourth_power_mean(smooth_mps: Floats) -> float:
    """Return the fourth-power mean of a 30-s trailing mean: what an uneven effort was worth.

    The method of normalised power, applied to graded speed.
    """
    return float(np.mean(smooth_mps**4) ** 0.25)


def slope(distance_m: Floats, altitude_m: Floats) -> Floats:
    """Return the gradient at each sample (fraction, clamped) from altitude over distance.

    The mean altitude of the 50 m ahead minus that of the 50 m behind, over 50 m: exact on an even slope,
    calm on a noisy sensor. Near either end the nearest full window holds; a run shorter than one is flat.
    `altitude_m` may have gaps; `distance_m` never decreases.
    """
    h = GRADE_HALF_WINDOW_M
    ahead = np.concatenate(([True], np.diff(distance_m) > 0)) & ~np.isnan(altitude_m)
    d, a = distance_m[ahead], altitude_m[ahead]
    if d.size < 2 or d[-1] - d[0] < 2 * h:
        return np.zeros(distance_m.shape)
    # By the metre, so that a window's ends fall on knots and its mean is a difference of two sums.
    fine = np.arange(d[0], d[-1] + 1.0, 1.0)
    altitude = np.interp(fine, d, a)
    area = np.concatenate(([0.0], np.cumsum((altitude[1:] + altitude[:-1]) / 2)))
    centre = np.clip(fine, d[0] + h, fine[-1] - h)
    k, step = (centre - d[0]).astype(np.intp), int(h)
    grade = (area[k + step] - 2 * area[k] + area[k - step]) / h**2
    return np.asarray(np.clip(np.interp(distance_m, fine, grade), -MAX_GRADE, MAX_GRADE))


def grade_of(samples: Samples) -> Floats | None:
    """Return the gradient at each sample, or None when altitude or distance is missing."""
    if not samples.has_distance or not has_values(samples.altitude_m):
        return None
    if np.mean(~np.isnan(samples.altitude_m)) < MIN_ALTITUDE_COVERAGE:
        return None
    return slope(samples.distance_m, samples.altitude_m)


def settled_altitude(samples: Samples) -> Floats | None:
    """Return altitude without its wobble: the rises of the result add up to the ascent.

    It follows the smoothed altitude in one direction, and turns only after CLIMB_THRESHOLD_M the other way.
    None when there is no altitude.
    """
    if not has_values(samples.altitude_m):
        return None
    smooth = trailing_mean(samples.altitude_m, samples.first, SMOOTHING_S)
    reference = float(smooth[~np.isnan(smooth)][0])
    direction = 0
    settled: list[float] = []
    for value in smooth.tolist():
        change = value - reference  # NaN is neither onwards nor a turn
        if change * direction > 0:
            reference = value
        elif abs(change) >= CLIMB_THRESHOLD_M:
            reference, direction = value, (1 if change > 0 else -1)
        settled.append(reference)
    return np.array(settled)
