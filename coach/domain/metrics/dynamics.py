"""Averages of what the sensors felt: heart rate, cadence, stride, bounce, contact with the ground, power."""

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


def _while_moving(shared: Prepared, channel: str) -> Floats | None:
    """Return a channel while moving on foot, what is zero unknown; None when nothing of it was recorded."""
    samples = shared.samples
    values = None if samples is None else samples.channel(channel)
    if samples is None or values is None:
        return None
    values = np.where(samples.moving & (np.nan_to_num(values) > 0), values, np.nan)[samples.moving]
    return values if has_values(values) else None


def _felt(shared: Prepared, channel: str) -> Measure | Unknown:
    """Return the mean of a channel of running dynamics, else the device's own average."""
    if not shared.on_foot:
        return Unknown("not_on_foot")
    values = _while_moving(shared, channel)
    if values is not None:
        return _mean(values, shared)
    return _from_totals(shared, f"avg_{channel}", channel) or Unknown("no_dynamics")


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


@metric(
    title="vertical_oscillation_mm",
    unit="mm",
    scope="activity",
    combine="weighted_by_time",
    needs=("vertical_oscillation_mm",),
    source="Definition: mean of what the sensor calls vertical oscillation, while moving",
    evidence=Evidence.definition,
    version=1,
)
def vertical_oscillation_mm(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """How far the body goes up and down with each step, by the sensor. Grows with the step: see the ratio."""
    return _felt(prepared(activity), "vertical_oscillation_mm")


@metric(
    title="vertical_ratio_pct",
    unit="pct",
    scope="activity",
    combine="weighted_by_time",
    needs=("vertical_ratio_pct", "vertical_oscillation_mm", "speed_mps", "cadence_spm"),
    source="Definition: vertical oscillation over step length; the device's own, else computed",
    evidence=Evidence.useful,
    version=1,
)
def vertical_ratio_pct(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """How much of each step goes upwards: vertical oscillation over step length.

    Where the watch does not write it: mean oscillation over mean step, both while stepping
    (`detail.origin` "computed").
    """
    shared = prepared(activity)
    own = _felt(shared, "vertical_ratio_pct")
    if isinstance(own, Measure) or own.because != "no_dynamics":
        return own
    samples, bounce = shared.samples, None
    if samples is not None:
        bounce = samples.channel("vertical_oscillation_mm")
    if samples is None or bounce is None:
        return own
    if not samples.has_speed:
        return Unknown("no_speed")
    stepping = samples.moving & (np.nan_to_num(samples.cadence_spm) >= MIN_STEPS_SPM)
    stepping &= (np.nan_to_num(bounce) > 0) & ~np.isnan(samples.speed_mps)
    if not stepping.any():
        return Unknown("no_cadence")
    step_mm = (
        1000 * float(samples.speed_mps[stepping].sum()) / (float(samples.cadence_spm[stepping].sum()) / 60)
    )
    ratio = 100 * float(bounce[stepping].mean()) / step_mm
    if ratio > CHANNELS["vertical_ratio_pct"].high:
        return Unknown("no_dynamics")
    return Measure(ratio, float(np.mean(stepping[samples.moving])), {"origin": "computed"})


@metric(
    title="ground_contact_ms",
    unit="ms",
    scope="activity",
    combine="weighted_by_time",
    needs=("ground_contact_ms",),
    source="Definition: mean of what the sensor calls ground contact time, while moving",
    evidence=Evidence.definition,
    version=1,
)
def ground_contact_ms(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """How long a foot stays on the ground, by the sensor. Shorter when faster: compare at one speed."""
    return _felt(prepared(activity), "ground_contact_ms")


@metric(
    title="ground_contact_balance_pct",
    unit="pct",
    scope="activity",
    combine="weighted_by_time",
    needs=("ground_contact_balance_pct",),
    source="Definition: the left foot's share of ground contact time, as the sensor gave it",
    evidence=Evidence.definition,
    version=1,
)
def ground_contact_balance_pct(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """The left foot's share of the time on the ground: 50 is even. No sign of an injury by itself."""
    return _felt(prepared(activity), "ground_contact_balance_pct")
