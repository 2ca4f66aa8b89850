"""The speed of a run as effort, once per second of the clock, with pauses filled in."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Floats
from coach.domain.metrics.grade import cost_ratio
from coach.domain.resample import Flags
from coach.domain.streams import STOP_SPEED_MPS, Samples

# What heart rate suggests a gradient costs, as a share of what Minetti measured: ×1.48 instead of 1.66 at
# +10 %, ×0.875 instead of 0.60 at −10 % (Strava's heart-rate model, as GoldenCheetah's DanielsPoints.cpp has
# it). With Minetti's own credit for descents every rolling hill would be an interval.
UPHILL_SHARE, DOWNHILL_SHARE = 0.73, 0.31

REST_CAP_S = 120  # a longer pause is no more of a rest
SMOOTHING_S = 9

Span = tuple[int, int]  # [from, to) in seconds of the line


class Line:
    """Speed over the clock, once per second, pauses filled in, with sums to read means from."""

    def __init__(self, samples: Samples, grade: Floats | None) -> None:
        speed = samples.speed_mps
        steep = np.zeros(speed.size) if grade is None else grade
        self.t_s, self.plain_mps, steep = _filled(samples, speed, steep)
        cost = cost_ratio(steep) - 1
        self.speed_mps = self.plain_mps * (1 + np.where(cost > 0, UPHILL_SHARE, DOWNHILL_SHARE) * cost)
        self.known: Flags = np.asarray(~np.isnan(self.speed_mps))
        self.moving: Flags = self.known & (np.nan_to_num(self.speed_mps) >= STOP_SPEED_MPS)
        self._n = _sums(self.moving)
        self._speed = _sums(np.where(self.moving, self.speed_mps, 0.0))
        self._steep = _sums(np.where(self.moving, steep, 0.0))

    def __len__(self) -> int:
        return int(self.t_s.size)

    def moved(self, i: int, j: int) -> float:
        """Return the seconds in motion of [i, j)."""
        return float(self._n[j] - self._n[i])

    def mean(self, i: int, j: int) -> float | None:
        """Return the mean speed in motion of [i, j); None with less than five seconds of it."""
        n = self.moved(i, j)
        return float(self._speed[j] - self._speed[i]) / n if n >= 5 else None

    def steepness(self, i: int, j: int) -> float:
        n = self.moved(i, j)
        return float(self._steep[j] - self._steep[i]) / n if n else 0.0


def _filled(samples: Samples, speed: Floats, steep: Floats) -> tuple[Floats, Floats, Floats]:
    """Put seconds between the stretches: still in a pause, at the mean speed where distance went on."""
    at = samples.breaks
    if not at.size:
        return samples.t_s, speed, steep
    gap = samples.t_s[at] - samples.t_s[at - 1]
    gone = (samples.distance_m[at] - samples.distance_m[at - 1]) / gap if samples.has_distance else 0 * gap
    n = np.clip(np.rint(gap).astype(np.intp) - 1, 0, REST_CAP_S)
    where, which = np.repeat(at, n), np.repeat(np.arange(at.size), n)
    place = np.arange(where.size) - np.repeat(np.cumsum(n) - n, n) + 1
    clock = samples.t_s[at - 1][which] + place * (gap / (n + 1))[which]
    going = np.where(gone >= STOP_SPEED_MPS, gone, 0.0)[which]
    return (
        np.insert(samples.t_s, where, clock),
        np.insert(speed, where, going),
        np.insert(steep, where, 0.0),
    )


def _sums(values: Floats | Flags) -> Floats:
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


def smoothed(values: Floats) -> Floats:
    """Return a centred mean over SMOOTHING_S."""
    sums, n, half = _sums(values), values.size, SMOOTHING_S // 2
    at = np.arange(n)
    lo, hi = np.maximum(at - half, 0), np.minimum(at + half + 1, n)
    return np.asarray((sums[hi] - sums[lo]) / (hi - lo))
