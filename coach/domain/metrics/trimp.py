"""Heart rate as load: TRIMP, and TRIMP on the scale where an hour at threshold is 100."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import CHANNELS, Activity, Floats
from coach.domain.athlete import Athlete, Sex, Thresholds
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.streams import has_values

# Banister 1991; Morton 1990: weight a·e^(b·x) of a minute at the share x of the heart-rate reserve.
TRIMP_CONSTANTS = {Sex.male: (0.64, 1.92), Sex.female: (0.86, 1.67)}


def trimp_of(hr_bpm: Floats, hr_rest_bpm: float, hr_max_bpm: float, sex: Sex | None) -> float:
    """Return TRIMP of one heart rate per second: Σ minutes · x · a·e^(b·x), x clamped to 0–1.

    Unknown samples count nothing. Without sex, the mean of both formulas.
    """
    reserve = (hr_bpm[~np.isnan(hr_bpm)] - hr_rest_bpm) / (hr_max_bpm - hr_rest_bpm)
    x = np.clip(reserve, 0.0, 1.0)
    constants = TRIMP_CONSTANTS.values() if sex is None else (TRIMP_CONSTANTS[sex],)
    sums = [float((x * a * np.exp(b * x)).sum()) / 60 for a, b in constants]
    return sum(sums) / len(sums)


def _hr_limits(thresholds: Thresholds) -> tuple[float, float] | Unknown:
    rest, top = thresholds.value("hr_rest_bpm"), thresholds.value("hr_max_bpm")
    if top is None:
        return Unknown("need_hr_max")
    if rest is None:
        return Unknown("need_hr_rest")
    return (rest, top) if rest < top else Unknown("hr_limits_crossed")


@metric(
    title="trimp",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("hr_bpm", "hr_rest_bpm", "hr_max_bpm", "sex"),
    source="Banister 1991; Morton 1990 (men 0.64/1.92, women 0.86/1.67), per sample",
    evidence=Evidence.useful,
    version=1,
)
def trimp(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Minutes weighted by heart-rate reserve, so that hard minutes count for more.

    Summed per sample; with nothing but an average heart rate it is computed from that, which understates
    intervals (`detail.method` "average"). Sex unknown: the mean of both formulas (`detail.sex`).
    """
    limits = _hr_limits(athlete.thresholds)
    if isinstance(limits, Unknown):
        return limits
    shared = prepared(activity)
    samples = shared.samples
    detail = {"sex": athlete.sex.value if athlete.sex else "unknown", "method": "samples"}
    estimated = athlete.thresholds.estimated("hr_rest_bpm", "hr_max_bpm")
    if samples is not None and has_values(samples.hr_bpm):
        value = trimp_of(samples.hr_bpm, *limits, athlete.sex)
        coverage = float(np.mean(~np.isnan(samples.hr_bpm)))
        return Measure(value, coverage=coverage, detail=detail, estimated=estimated)
    average = activity.recording.totals.get("avg_hr_bpm")
    seconds = activity.recording.timer_s or shared.moving_s
    low, high = CHANNELS["hr_bpm"].low, CHANNELS["hr_bpm"].high
    if average is None or not low <= average <= high or not seconds:
        return Unknown("no_hr")
    per_second = trimp_of(np.array([float(average)]), *limits, athlete.sex)
    return Measure(per_second * seconds, detail=detail | {"method": "average"}, estimated=True)


@metric(
    title="hr_load",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("hr_bpm", "hr_rest_bpm", "hr_max_bpm", "lthr_bpm", "sex"),
    source="100 · TRIMP / TRIMP of one hour at LTHR",
    evidence=Evidence.useful,
    version=1,
)
def hr_load(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Load from heart rate: an hour at threshold heart rate is 100."""
    session = trimp(activity, athlete)
    if isinstance(session, Unknown) or session.value is None:
        return session
    lthr = athlete.thresholds.value("lthr_bpm")
    limits = _hr_limits(athlete.thresholds)
    if lthr is None:
        return Unknown("need_lthr")
    if isinstance(limits, Unknown) or not limits[0] < lthr <= limits[1]:
        return Unknown("hr_limits_crossed")
    hour = 3600 * trimp_of(np.array([lthr]), *limits, athlete.sex)
    return Measure(
        100 * session.value / hour,
        coverage=session.coverage,
        detail=session.detail,
        estimated=session.estimated or athlete.thresholds.estimated("lthr_bpm"),
    )
