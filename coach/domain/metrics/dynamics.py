"""Averages of what the sensors felt: heart rate, cadence, stride, power."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import CHANNELS, Activity, Floats, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import Prepared, prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.streams import has_values

MIN_STEPS_SPM = 60.0  # below it the sensor lost the steps, or the runner stood


def _from_totals(shared: Prepared, name: str, channel: str) -> Measure | None:
    """Return the device's own summary value when it lies in the channel's range."""
    value = shared.activity.recording.totals.get(name)
    limits = CHANNELS[channel]
    if value is None or not limits.low <= value <= limits.high or value == 0:
        return None
    return Measure(float(value), detail={"origin": "device"})


def _mean(values: Floats, shared: Prepared) -> Measure:
    known = ~np.isnan(values)
    covered = float(np.count_nonzero(known)) / values.size
    return Measure(float(values[known].mean()), coverage=min(1.0, covered))


@metric(
    title="avg_hr_bpm",
    unit="bpm",
    scope="activity",
    combine="weighted_by_time",
    needs=("hr_bpm",),
    source="Definition: mean of heart rate while the timer ran, spikes removed",
    evidence=Evidence.definition,
    version=1,
)
def avg_hr_bpm(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Mean heart rate while the timer ran; without samples, the device's own average."""
    shared = prepared(activity)
    if shared.samples is not None and has_values(shared.samples.hr_bpm):
        return _mean(shared.samples.hr_bpm, shared)
    return _from_totals(shared, "avg_hr_bpm", "hr_bpm") or Unknown("no_hr")


@metric(
    title="max_hr_bpm",
    unit="bpm",
    scope="activity",
    combine="max",
    needs=("hr_bpm",),
    source="Definition: highest heart rate, spikes removed",
    evidence=Evidence.definition,
    version=1,
)
def max_hr_bpm(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Highest heart rate after spikes shorter than five seconds are removed."""
    shared = prepared(activity)
    if shared.samples is not None and has_values(shared.samples.hr_bpm):
        hr = shared.samples.hr_bpm
        return Measure(float(np.nanmax(hr)), coverage=float(np.mean(~np.isnan(hr))))
    return _from_totals(shared, "max_hr_bpm", "hr_bpm") or Unknown("no_hr")


@metric(
    title="avg_cadence_spm",
    unit="spm",
    scope="activity",
    combine="weighted_by_time",
    needs=("cadence_spm",),
    source="Definition: mean of steps per minute (both feet) while stepping",
    evidence=Evidence.definition,
    version=1,
)
def avg_cadence_spm(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Mean cadence while moving: steps of both feet per minute (for rides, turns of the crank)."""
    shared = prepared(activity)
    samples = shared.samples
    if samples is not None and has_values(samples.cadence_spm):
        least = MIN_STEPS_SPM if shared.on_foot else 1.0
        cadence = samples.cadence_spm[samples.moving]
        stepping = np.where(np.nan_to_num(cadence) >= least, cadence, np.nan)
        if has_values(stepping):
            return _mean(stepping, shared)
    return _from_totals(shared, "avg_cadence_spm", "cadence_spm") or Unknown("no_cadence")


@metric(
    title="stride_length_m",
    unit="m",
    scope="activity",
    combine="weighted_by_time",
    needs=("speed_mps", "cadence_spm"),
    source="Definition: stride = two steps = 2 · speed / (steps per second)",
    evidence=Evidence.definition,
    version=1,
)
def stride_length_m(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Mean length of a stride (two steps) while moving, from speed and cadence."""
    shared = prepared(activity)
    samples = shared.samples
    if not shared.on_foot:
        return Unknown("not_on_foot")
    if samples is None or not samples.has_speed:
        return Unknown("no_speed")
    both = samples.moving & (np.nan_to_num(samples.cadence_spm) >= MIN_STEPS_SPM)
    both &= ~np.isnan(samples.speed_mps)
    if not both.any():
        return Unknown("no_cadence")
    metres = float(samples.speed_mps[both].sum())
    steps = float(samples.cadence_spm[both].sum()) / 60
    return Measure(2 * metres / steps, coverage=float(np.mean(both[samples.moving])))


@metric(
    title="avg_power_w",
    unit="W",
    scope="activity",
    combine="weighted_by_time",
    needs=("power_w",),
    source="Definition: mean of power while moving",
    evidence=Evidence.definition,
    version=1,
)
def avg_power_w(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Mean power as the sensor gave it: on foot while moving, otherwise while the timer ran."""
    shared = prepared(activity)
    samples = shared.samples
    if samples is not None and has_values(samples.power_w):
        power = samples.power_w if activity.sport is Sport.ride else samples.power_w[samples.moving]
        if has_values(power) and float(np.nanmax(power)) > 0:
            return _mean(power, shared)
    return _from_totals(shared, "avg_power_w", "power_w") or Unknown("no_power")
