"""Critical speed and D′: the speed that could be held for long, and the metres that can be run above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coach.domain.activity import Floats
from coach.domain.metrics.registry import Unknown

Model = Literal["distance_time", "inverse_time", "three_parameter", "three_minute"]
FitModel = Literal["distance_time", "inverse_time", "three_parameter"]
THREE_MINUTES_S, LAST_S = 180, 30
_GRID = 200
_REFINEMENTS = 4


@dataclass(frozen=True)
class CriticalSpeed:
    """Critical speed, D′ and the model they come from, because models disagree.

    The standard errors and r² are None where there are no more efforts than parameters: a line through two
    points fits whatever they are. `vmax_mps` is the third parameter.
    """

    cs_mps: float
    d_prime_m: float
    model: Model
    efforts: int
    cs_error_mps: float | None = None
    d_prime_error_m: float | None = None
    r2: float | None = None
    vmax_mps: float | None = None


def critical_speed(
    distances_m: Sequence[float], times_s: Sequence[float], model: FitModel = "distance_time"
) -> CriticalSpeed | Unknown:
    """Fit critical speed to maximal efforts by ordinary least squares.

    `distance_time`: d = CS·t + D′. `inverse_time`: v = CS + D′/t, which gives short efforts more weight.
    `three_parameter`: t = D′/(v − CS) − D′/(vmax − CS) (Morton 1996), from three efforts on. Best are three
    efforts or more of 2–15 minutes; training bests are lower bounds. Unknown when the efforts are too few,
    equally long, or fit no positive CS and D′.
    """
    d, t = np.asarray(distances_m, dtype=np.float64), np.asarray(times_s, dtype=np.float64)
    needed = 3 if model == "three_parameter" else 2
    if np.unique(t).size < needed:
        return Unknown("need_efforts", {"efforts": needed})
    if model == "three_parameter":
        return _three_parameters(d, t)
    if model == "distance_time":
        (d_prime, cs), (d_prime_error, cs_error), r2 = _line(t, d)
    else:
        (cs, d_prime), (cs_error, d_prime_error), r2 = _line(1 / t, d / t)
    if cs <= 0 or d_prime < 0:
        return Unknown("efforts_do_not_fit")
    return CriticalSpeed(cs, d_prime, model, d.size, cs_error, d_prime_error, r2)


def three_minute_test(speed_mps: Floats) -> CriticalSpeed | Unknown:
    """Read critical speed from three minutes all out: one speed per second, at least 180 of them.

    CS is the mean of the last 30 s, D′ the distance run above it before (Vanhatalo 2007; Pettitt 2012 for
    running). Honest only when the athlete went all out from the first second.
    """
    if speed_mps.size < THREE_MINUTES_S or bool(np.isnan(speed_mps[:THREE_MINUTES_S]).any()):
        return Unknown("need_three_minutes")
    test = speed_mps[:THREE_MINUTES_S]
    cs = float(test[-LAST_S:].mean())
    above = float((test[:-LAST_S] - cs).sum())
    if cs <= 0 or above < 0:
        return Unknown("efforts_do_not_fit")
    return CriticalSpeed(cs, above, "three_minute", 1)


# Intercept and slope of a line, their standard errors, and r²; the last two None for two points.
type _Line = tuple[tuple[float, float], tuple[float | None, float | None], float | None]


def _line(x: Floats, y: Floats) -> _Line:
    """Fit y = intercept + slope·x."""
    across = x - x.mean()
    spread = float(across @ across)
    slope = float(across @ y) / spread
    intercept = float(y.mean()) - slope * float(x.mean())
    if x.size < 3:
        return (intercept, slope), (None, None), None
    residual = y - intercept - slope * x
    left = float(residual @ residual)
    variance = left / (x.size - 2)
    errors = (
        float(np.sqrt(variance * (1 / x.size + float(x.mean()) ** 2 / spread))),
        float(np.sqrt(variance / spread)),
    )
    return (intercept, slope), errors, _r2(left, y)


def _r2(left: float, y: Floats) -> float | None:
    total = float(((y - y.mean()) ** 2).sum())
    return 1 - left / total if total > 0 else None


def _three_parameters(d: Floats, t: Floats) -> CriticalSpeed | Unknown:
    """For a given CS the model is a line in 1/(v − CS): search CS alone, on a grid that closes in."""
    v = d / t
    low, high = 0.0, float(v.min()) * (1 - 1e-6)
    best = np.inf
    cs = high / 2
    for _ in range(_REFINEMENTS):
        grid = np.linspace(low, high, _GRID)
        left = np.array([_left_over(c, v, t) for c in grid])
        k = int(left.argmin())
        best, cs = float(left[k]), float(grid[k])
        low, high = float(grid[max(k - 1, 0)]), float(grid[min(k + 1, _GRID - 1)])
    if not np.isfinite(best):
        return Unknown("efforts_do_not_fit")
    (minus_k, d_prime), _, _ = _line(1 / (v - cs), t)
    vmax = cs + d_prime / -minus_k
    if cs <= 0:
        return Unknown("efforts_do_not_fit")
    found = CriticalSpeed(cs, d_prime, "three_parameter", d.size, vmax_mps=vmax)
    if d.size < 4:
        return found
    # The Jacobian of the model in (CS, D′, K) gives the covariance of the three.
    jacobian = np.column_stack((d_prime / (v - cs) ** 2, 1 / (v - cs), -np.ones_like(v)))
    covariance = best / (d.size - 3) * np.linalg.pinv(jacobian.T @ jacobian)
    errors = np.sqrt(np.diag(covariance))
    return CriticalSpeed(
        cs, d_prime, "three_parameter", d.size, float(errors[0]), float(errors[1]), _r2(best, t), vmax
    )


def _left_over(cs: float, v: Floats, t: Floats) -> float:
    """Return the squares left by the best D′ and K for one CS; infinite where either is not positive."""
    x = 1 / (v - cs)
    (minus_k, d_prime), _, _ = _line(x, t)
    if d_prime <= 0 or minus_k >= 0:
        return float("inf")
    residual = t - minus_k - d_prime * x
    return float(residual @ residual)
