"""Training effect, 0–5: what a session did for endurance and for speed, by the device or by our estimate."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Activity, Floats, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.pace_load import graded_load
from coach.domain.metrics.power_load import has_power, power_load
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import ActivityMetric, Evidence, Measure, Unknown, metric
from coach.domain.metrics.training_load import MIN_HR_COVERAGE, MIN_POWER_COVERAGE, MIN_SPEED_COVERAGE
from coach.domain.metrics.trimp import hr_load
from coach.domain.resample import trailing_mean
from coach.domain.zones import power_threshold

HIGHEST = 5.0
# Aerobic: the load (an hour at threshold is 100) that makes an effect of 0 to 5. An easy half hour comes to
# about 2, an easy hour to about 3, an hour at threshold to 4. Our own judgement: what devices do is secret.
AEROBIC_LOAD = (0.0, 10.0, 30.0, 60.0, 100.0, 160.0)
# Anaerobic: seconds of threshold work done on top of threshold (Σ of the excess over it), from a few strides
# (about 1) over five times a kilometre at 3k effort (about 3) to the longest track sessions. Ours, too.
ABOVE_S = (0.0, 12.0, 50.0, 100.0, 175.0, 275.0)
ABOVE_AT_LEAST = 1.05  # a few percent over threshold are the noise of a sensor, or threshold itself
EFFORT_S = 10
# By what the aerobic effect is estimated, in this order, and the least coverage that it needs.
_LOADS: tuple[tuple[str, ActivityMetric, float], ...] = (
    ("heart_rate", hr_load, MIN_HR_COVERAGE),
    ("power", power_load, MIN_POWER_COVERAGE),
    ("pace", graded_load, MIN_SPEED_COVERAGE),
)


def aerobic_effect_of(load: float) -> float:
    """Return the aerobic effect (0–5) of a load on the scale where an hour at threshold is 100."""
    return float(np.interp(load, AEROBIC_LOAD, range(6)))


def anaerobic_effect_of(above_s: float) -> float:
    """Return the anaerobic effect (0–5) of so many seconds' worth of threshold work above threshold."""
    return float(np.interp(above_s, ABOVE_S, range(6)))


def above_threshold_s(shares: Floats) -> float:
    """Return Σ (share − 1) over the seconds clearly above threshold; `shares`: intensity over threshold."""
    with np.errstate(invalid="ignore"):
        return float((shares[shares >= ABOVE_AT_LEAST] - 1).sum())


def _of_device(activity: Activity, total: str) -> Measure | None:
    totals = activity.recording.totals
    told = totals.get(total)
    if told is None or not 0 <= told <= HIGHEST:
        return None
    # A watch without a heart rate writes zeros. With one, every session has an aerobic effect.
    if told == 0 and not totals.get("training_effect"):
        return None
    return Measure(float(told), detail={"method": "device"})


@metric(
    title="training_effect_aerobic",
    unit="score",
    scope="activity",
    combine="max",
    needs=("hr_load", "power_load", "graded_load"),
    source="The device's own; else our judgement, from the load (0, 10, 30, 60, 100, 160 → 0 to 5)",
    evidence=Evidence.contested,
    version=1,
)
def training_effect_aerobic(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """What the session did for endurance, 0 (nothing) to 5 (overreaching).

    The device's value where it gave one (`detail.method` "device"). Else an estimate of ours from the load
    by heart rate, power or graded pace; it knows nothing of how fit the athlete is.
    """
    told = _of_device(activity, "training_effect")
    if told is not None:
        return told
    for method, load_of, least in _LOADS:
        found = load_of(activity, athlete)
        if isinstance(found, Unknown) or found.value is None:
            continue
        coverage = 1.0 if found.coverage is None else found.coverage
        if coverage >= least:
            # Graded pace speaks for all of the moving time already.
            effect = aerobic_effect_of(found.value if method == "pace" else found.value / coverage)
            return Measure(effect, found.coverage, {"method": method}, estimated=True)
    by_hr = hr_load(activity, athlete)
    return by_hr if isinstance(by_hr, Unknown) else Unknown("hr_has_gaps")


@metric(
    title="training_effect_anaerobic",
    unit="score",
    scope="activity",
    combine="max",
    needs=("speed_mps", "power_w", "threshold_speed_mps", "threshold_power_w", "ride_threshold_power_w"),
    source="The device's own; else our judgement, from the work above threshold speed or power",
    evidence=Evidence.contested,
    version=2,
)
def training_effect_anaerobic(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """What the session did for speed and power, 0 (nothing) to 5 (overreaching).

    The device's value where it gave one (`detail.method` "device"). Else an estimate of ours: how far the
    means of 10 s went above threshold power or graded threshold speed, added up (`detail.above_s`). Heart
    rate is too slow to tell.
    """
    told = _of_device(activity, "anaerobic_training_effect")
    if told is not None:
        return told
    found = _shares(activity, athlete)
    if isinstance(found, Unknown):
        return found
    method, shares, coverage = found
    above_s = above_threshold_s(shares)
    detail = {"method": method, "above_s": round(above_s, 1)}
    return Measure(anaerobic_effect_of(above_s), coverage, detail, estimated=True)


def _shares(activity: Activity, athlete: Athlete) -> tuple[str, Floats, float] | Unknown:
    """Return by what, each sample's intensity over threshold (10-s means), and how much of it is known."""
    shared = prepared(activity)
    samples = shared.samples
    if activity.sport not in (Sport.run, Sport.ride):
        return Unknown("not_a_run_or_ride")
    power, _ = power_threshold(athlete.thresholds, activity.sport)
    if samples is not None and power is not None and power.value > 0 and has_power(samples):
        coverage = float(np.mean(~np.isnan(samples.power_w)))
        if coverage >= MIN_POWER_COVERAGE:
            smooth = trailing_mean(samples.power_w, samples.first, EFFORT_S)
            return "power", smooth / power.value, coverage
    if activity.sport is Sport.ride:
        return Unknown("need_threshold_power" if samples is not None and has_power(samples) else "no_power")
    speed = athlete.thresholds.threshold_speed_mps
    if samples is None or shared.graded is None:
        return Unknown("no_speed")
    if speed is None or speed.value <= 0:
        return Unknown("need_threshold_speed")
    if shared.speed_coverage < MIN_SPEED_COVERAGE:
        return Unknown("speed_has_gaps")
    return "speed", trailing_mean(shared.graded, samples.first, EFFORT_S) / speed.value, shared.speed_coverage
