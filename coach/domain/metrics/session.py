"""What one session cost: TRIMP, graded load, heart-rate load, session RPE, and the load that counts."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import CHANNELS, Activity, Floats, Sport
from coach.domain.athlete import Athlete, Sex, Thresholds
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.streams import has_values

# Banister 1991; Morton 1990: weight a·e^(b·x) of a minute at the share x of the heart-rate reserve.
TRIMP_CONSTANTS = {Sex.male: (0.64, 1.92), Sex.female: (0.86, 1.67)}

MIN_SPEED_COVERAGE = 0.8
MIN_HR_COVERAGE = 0.5
WHOLE_COVERAGE = 0.95  # with less, the load of the missing time is an estimate

# Load of one hour at RPE 0–10: a coaching convention in which RPE 8, held for an hour, is the threshold.
RPE_LOAD_PER_H = (0.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0, 120.0, 140.0)
# With nothing but its length a session counts as an ordinary one of its sport. Our own judgement.
TYPICAL_RPE = {Sport.walk: 2.0, Sport.hike: 3.0, Sport.strength: 3.0}
TYPICAL_RPE_ELSE = 4.0


def trimp_of(hr_bpm: Floats, hr_rest_bpm: float, hr_max_bpm: float, sex: Sex | None) -> float:
    """Return TRIMP of one heart rate per second: Σ minutes · x · a·e^(b·x), x clamped to 0–1.

    Unknown samples count nothing. Without sex, the mean of both formulas.
    """
    reserve = (hr_bpm[~np.isnan(hr_bpm)] - hr_rest_bpm) / (hr_max_bpm - hr_rest_bpm)
    x = np.clip(reserve, 0.0, 1.0)
    constants = TRIMP_CONSTANTS.values() if sex is None else (TRIMP_CONSTANTS[sex],)
    sums = [float((x * a * np.exp(b * x)).sum()) / 60 for a, b in constants]
    return sum(sums) / len(sums)


def graded_load_of(moving_s: float, graded_mps: float, threshold_mps: float) -> float:
    """Return 100 · hours · IF², IF = graded speed over threshold speed: 100 is an hour at threshold."""
    return 100 * moving_s / 3600 * (graded_mps / threshold_mps) ** 2


def rpe_load_of(seconds: float, rpe: float) -> float:
    """Return the load of a session from its RPE (0–10), on the scale where an hour at threshold is 100."""
    return seconds / 3600 * float(np.interp(rpe, range(11), RPE_LOAD_PER_H))


def _hr_limits(thresholds: Thresholds) -> tuple[float, float] | Unknown:
    rest, top = thresholds.value("hr_rest_bpm"), thresholds.value("hr_max_bpm")
    if top is None:
        return Unknown("need_hr_max")
    if rest is None:
        return Unknown("need_hr_rest")
    return (rest, top) if rest < top else Unknown("hr_limits_crossed")


def _estimated(thresholds: Thresholds, *kinds: str) -> bool:
    found = (getattr(thresholds, kind) for kind in kinds)
    return any(t is not None and t.origin == "estimated" for t in found)


@metric(
    title="trimp",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("hr_bpm", "hr_rest_bpm", "hr_max_bpm"),
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
    estimated = _estimated(athlete.thresholds, "hr_rest_bpm", "hr_max_bpm")
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
    title="graded_load",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("speed_mps", "threshold_speed_mps"),
    source="100 · h · IF² (Coggan; McGregor for running), IF = graded speed / threshold speed",
    evidence=Evidence.useful,
    version=1,
)
def graded_load(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Load of a run from its graded pace: an hour at threshold pace is 100."""
    shared = prepared(activity)
    if activity.sport is not Sport.run:
        return Unknown("not_a_run")
    threshold = athlete.thresholds.threshold_speed_mps
    if threshold is None or threshold.value <= 0:
        return Unknown("need_threshold_speed")
    if not shared.moving_s:
        return Unknown("no_time")
    intensity_mps = shared.graded_mps
    coverage: float | None = shared.speed_coverage
    method = "graded"
    if not intensity_mps:
        # Distance and time alone (a run typed in, a treadmill) still say the average speed.
        if shared.distance_m is None:
            return Unknown("no_speed")
        intensity_mps, coverage, method = shared.distance_m / shared.moving_s, None, "average"
    return Measure(
        graded_load_of(shared.moving_s, intensity_mps, threshold.value),
        coverage=coverage,
        detail={"intensity": intensity_mps / threshold.value, "method": method},
        estimated=threshold.origin == "estimated",
    )


@metric(
    title="hr_load",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("hr_bpm", "hr_rest_bpm", "hr_max_bpm", "lthr_bpm"),
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
        estimated=session.estimated or _estimated(athlete.thresholds, "lthr_bpm"),
    )


@metric(
    title="srpe_load",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("rpe", "moving_s"),
    source="Foster 2001 J Strength Cond Res 15:109: RPE (CR-10) · minutes",
    evidence=Evidence.established,
    version=1,
)
def srpe_load(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """How hard it felt (0–10) times the minutes it took. Never added to the other loads."""
    if activity.rpe is None:
        return Unknown("no_rpe")
    seconds = prepared(activity).moving_s
    return Unknown("no_time") if not seconds else Measure(activity.rpe * seconds / 60)


@metric(
    title="training_load",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("graded_load", "hr_load", "rpe", "moving_s"),
    source="The first that is known: graded load, heart-rate load, RPE (by convention), duration",
    evidence=Evidence.useful,
    version=1,
)
def training_load(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """The load that fitness and fatigue are computed from: an hour at threshold is 100.

    Taken from graded pace (runs whose speed is known for 80 % of the time), else heart rate (half of the
    time; the rest is taken to be like it), else RPE, else the duration alone at an ordinary effort of
    the sport. `detail.method` says which; the last two are estimates.
    """
    graded = graded_load(activity, athlete)
    whole = isinstance(graded, Measure) and (graded.coverage is None or graded.coverage >= MIN_SPEED_COVERAGE)
    by_hr = hr_load(activity, athlete)
    # An average over distance and time knows no hills: heart rate knows better, when there is any.
    if whole and isinstance(graded, Measure) and graded.detail["method"] == "graded":
        return Measure(graded.value, graded.coverage, {"method": "graded_pace"}, graded.estimated)
    if isinstance(by_hr, Measure) and by_hr.value is not None:
        coverage = 1.0 if by_hr.coverage is None else by_hr.coverage
        if coverage >= MIN_HR_COVERAGE:
            value = by_hr.value / coverage
            return Measure(
                value, by_hr.coverage, {"method": "heart_rate"}, by_hr.estimated or coverage < 0.95
            )
    if isinstance(graded, Measure) and graded.detail["method"] == "average":
        return Measure(graded.value, None, {"method": "average_pace"}, estimated=True)
    seconds = prepared(activity).moving_s
    if not seconds:
        return Unknown("no_time")
    if activity.rpe is not None:
        return Measure(rpe_load_of(seconds, activity.rpe), None, {"method": "rpe"}, estimated=True)
    typical = TYPICAL_RPE.get(activity.sport, TYPICAL_RPE_ELSE)
    return Measure(rpe_load_of(seconds, typical), None, {"method": "duration"}, estimated=True)
