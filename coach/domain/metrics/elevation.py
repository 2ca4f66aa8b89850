"""Metres climbed and descended, how hilly that is, and how high it was."""

from __future__ import annotations

from typing import Literal

import numpy as np

from coach.domain.activity import CHANNELS, Activity
from coach.domain.athlete import Athlete
from coach.domain.metrics.grade import SMOOTHING_S
from coach.domain.metrics.prepared import Prepared, prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.resample import trailing_mean
from coach.domain.streams import has_values

MIN_HILLY_M = 500.0


def _climb(shared: Prepared, total: Literal["ascent_m", "descent_m"]) -> Measure | Unknown:
    device = shared.activity.recording.totals.get(total)
    if device is not None and 0 <= device <= CHANNELS["altitude_m"].high * 2:
        return Measure(float(device), detail={"origin": "device"})
    if shared.treadmill:
        return Unknown("treadmill")
    settled = shared.settled_m
    if settled is None or shared.samples is None:
        return Unknown("no_altitude")
    steps = np.diff(settled)
    value = float(np.maximum(steps if total == "ascent_m" else -steps, 0.0).sum())
    coverage = float(np.mean(~np.isnan(shared.samples.altitude_m)))
    return Measure(value, coverage=coverage, detail={"origin": "samples"})


@metric(
    title="ascent_m",
    unit="m",
    scope="activity",
    combine="sum",
    needs=("altitude_m",),
    source="Definition: sum of rises; the device's own total, else altitude with a 3 m threshold",
    evidence=Evidence.definition,
    version=1,
)
def ascent_m(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Metres climbed: as the watch counted, else from altitude, ignoring changes under 3 m."""
    return _climb(prepared(activity), "ascent_m")


@metric(
    title="descent_m",
    unit="m",
    scope="activity",
    combine="sum",
    needs=("altitude_m",),
    source="Definition: sum of falls; the device's own total, else altitude with a 3 m threshold",
    evidence=Evidence.definition,
    version=1,
)
def descent_m(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Metres descended: as the watch counted, else from altitude, ignoring changes under 3 m."""
    return _climb(prepared(activity), "descent_m")


@metric(
    title="ascent_per_km_m",
    unit="m",
    scope="activity",
    combine="none",
    needs=("altitude_m", "distance_m"),
    source="Definition: metres climbed over kilometres",
    evidence=Evidence.definition,
    version=1,
)
def ascent_per_km_m(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Metres climbed per kilometre: from about 10 on a run is hilly."""
    climbed = ascent_m(activity, athlete)
    if isinstance(climbed, Unknown) or climbed.value is None:
        return climbed
    distance_m = prepared(activity).distance_m
    if distance_m is None:
        return Unknown("no_distance")
    if distance_m < MIN_HILLY_M:
        return Unknown("too_short_for_hills", {"metres": round(MIN_HILLY_M)})
    return Measure(climbed.value / distance_m * 1000, climbed.coverage, climbed.detail)


@metric(
    title="max_altitude_m",
    unit="m",
    scope="activity",
    combine="max",
    needs=("altitude_m",),
    source="Definition: highest altitude, smoothed over 15 s; thin air costs from about 1000 m on (Daniels)",
    evidence=Evidence.definition,
    version=1,
)
def max_altitude_m(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Highest point above the sea; may be negative. `detail.mean_m` is the mean of the way."""
    shared = prepared(activity)
    if shared.treadmill:
        return Unknown("treadmill")
    samples = shared.samples
    if samples is None or not has_values(samples.altitude_m):
        return Unknown("no_altitude")
    smooth = trailing_mean(samples.altitude_m, samples.first, SMOOTHING_S)
    known = ~np.isnan(samples.altitude_m)
    detail = {"mean_m": round(float(samples.altitude_m[known].mean()), 1)}
    return Measure(float(np.nanmax(smooth)), float(known.mean()), detail)
