"""Metres climbed and descended."""

from __future__ import annotations

from typing import Literal

import numpy as np

from coach.domain.activity import CHANNELS, Activity
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import Prepared, prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric


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
