"""How warm it was, and what that usually costs."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import CHANNELS, Activity, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

# Daniels: from 12.8 °C (55 °F) on, each degree costs so much per kilometre.
COMFORTABLE_C = 12.8
SLOWER_S_PER_KM_PER_C = 0.58


def heat_slowdown_of(temperature_c: float) -> float:
    """Return how many seconds per kilometre warmth costs, 0 up to 12.8 °C (Daniels)."""
    return SLOWER_S_PER_KM_PER_C * max(0.0, temperature_c - COMFORTABLE_C)


@metric(
    title="temperature_c",
    unit="C",
    scope="activity",
    combine="weighted_by_time",
    needs=("temperature_c",),
    source="Definition: mean of the device's thermometer; on the wrist it reads several degrees warm",
    evidence=Evidence.definition,
    version=1,
)
def temperature_c(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Mean temperature by the watch, which the arm warms: compare days, do not take it for the weather."""
    samples = prepared(activity).samples
    values = None if samples is None else samples.channel("temperature_c")
    if values is not None:
        known = ~np.isnan(values)
        return Measure(float(values[known].mean()), coverage=float(known.mean()))
    told, limits = activity.recording.totals.get("avg_temperature_c"), CHANNELS["temperature_c"]
    if told is None or not limits.low <= told <= limits.high:
        return Unknown("no_temperature")
    return Measure(float(told), detail={"origin": "device"})


@metric(
    title="heat_slowdown_s",
    unit="s",
    scope="activity",
    combine="none",
    needs=("temperature_c",),
    source="Daniels' Running Formula: about 0.58 s/km for each °C above 12.8",
    evidence=Evidence.useful,
    version=1,
)
def heat_slowdown_s(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Seconds per kilometre that the warmth may have cost, by the watch's thermometer; always an estimate."""
    if activity.sport is not Sport.run:
        return Unknown("not_a_run")
    measured = temperature_c(activity, athlete)
    if isinstance(measured, Unknown) or measured.value is None:
        return measured
    return Measure(heat_slowdown_of(measured.value), measured.coverage, estimated=True)
