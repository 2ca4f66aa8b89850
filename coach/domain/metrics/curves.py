"""Mean-maximal curves: the best average over every duration."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from coach.domain.activity import Activity, Floats
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.streams import Samples, has_values

LONGEST_S = 24 * 3600
# Durations people ask for; they replace their nearest neighbours in the geometric row.
ROUND_S = (120, 180, 300, 480, 600, 900, 1200, 1800, 2400, 3600, 5400, 7200, 10800, 14400, 21600)


@cache
def durations(longest_s: int = LONGEST_S) -> tuple[int, ...]:
    """Return the durations of every curve, the same for all activities: 139 of them up to four hours.

    Each second of the first minute, then steps of about 7 %.
    """
    ratio = (14_400 / 60) ** (1 / 79)
    steps = int(np.ceil(np.log(LONGEST_S / 60) / np.log(ratio)))
    row = np.rint(60 * ratio ** np.arange(1, steps + 1)).astype(int)
    for exact in ROUND_S:
        row[np.abs(row - exact).argmin()] = exact
    every = sorted({*range(1, 61), *row.tolist()})
    return tuple(d for d in every if d <= longest_s)


def mean_max(values: Floats, durations_s: Sequence[int]) -> Floats:
    """Return, per duration, the highest mean of a window of that many seconds; NaN where none fits.

    `values` holds one sample per second, none negative; a window that touches a NaN is cut. One prefix
    sum with a leading zero serves all durations, so the first sample and the full length are included.
    """
    n = values.size
    best = np.full(len(durations_s), np.nan)
    if n == 0:
        return best
    missing = np.isnan(values)
    # A missing sample weighs more than everything else together: a window with one sums below zero.
    penalty = float(np.nansum(values)) + 1.0 if not missing.all() else 1.0
    sums = np.empty(n + 1)
    sums[0] = 0.0
    np.cumsum(np.where(missing, -penalty, values), out=sums[1:])
    work = np.empty(n)
    slack = 1e-9 * penalty * (1 + np.count_nonzero(missing))
    for k, d in enumerate(durations_s):
        if 0 < d <= n:
            top = np.subtract(sums[d:], sums[: n + 1 - d], out=work[: n + 1 - d]).max()
            if top >= -slack:
                best[k] = max(float(top), 0.0) / d
    return best


def _curve(samples: Samples, values: Floats, digits: int) -> Measure:
    row = durations(min(LONGEST_S, len(samples)))
    best = mean_max(samples.cut(values), row)
    known = ~np.isnan(best)
    points: dict[str, Any] = {
        "duration_s": np.array(row)[known].tolist(),
        "best": np.round(best[known], digits).tolist(),
    }
    coverage = float(np.mean(~np.isnan(values)))
    return Measure(float(np.count_nonzero(known)), coverage=coverage, detail=points)


@metric(
    title="hr_curve",
    unit="count",
    scope="activity",
    combine="none",
    needs=("hr_bpm",),
    source="Mean-maximal curve (prefix sums), pauses and gaps cut",
    evidence=Evidence.definition,
    version=1,
)
def hr_curve(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Highest mean heart rate over each duration; the points are in `detail`."""
    samples = prepared(activity).samples
    if samples is None or not has_values(samples.hr_bpm):
        return Unknown("no_hr")
    return _curve(samples, samples.hr_bpm, 1)


@metric(
    title="speed_curve",
    unit="count",
    scope="activity",
    combine="none",
    needs=("distance_m",),
    source="Mean-maximal curve (prefix sums), pauses and gaps cut",
    evidence=Evidence.definition,
    version=1,
)
def speed_curve(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Highest mean speed (m/s) over each duration; the points are in `detail`."""
    samples = prepared(activity).samples
    if samples is None or not samples.has_speed:
        return Unknown("no_speed")
    return _curve(samples, samples.speed_mps, 3)


@metric(
    title="power_curve",
    unit="count",
    scope="activity",
    combine="none",
    needs=("power_w",),
    source="Mean-maximal curve (prefix sums), pauses and gaps cut",
    evidence=Evidence.definition,
    version=1,
)
def power_curve(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Highest mean power over each duration; the points are in `detail`."""
    samples = prepared(activity).samples
    if samples is None or not has_values(samples.power_w) or float(np.nanmax(samples.power_w)) <= 0:
        return Unknown("no_power")
    return _curve(samples, samples.power_w, 1)
