"""The load that counts: one number per session, from the best that is known of it."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Activity, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.pace_load import graded_load, swim_load
from coach.domain.metrics.power_load import power_load
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.metrics.trimp import hr_load

MIN_SPEED_COVERAGE = 0.8
MIN_POWER_COVERAGE = 0.8
MIN_HR_COVERAGE = 0.5
WHOLE_COVERAGE = 0.95  # with less, the load of the missing time is an estimate

# Load of one hour at RPE 0–10: a coaching convention in which RPE 8, held for an hour, is the threshold.
RPE_LOAD_PER_H = (0.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0, 120.0, 140.0)
# With nothing but its length a session counts as an ordinary one of its sport. Our own judgement.
TYPICAL_RPE = {Sport.walk: 2.0, Sport.hike: 3.0, Sport.strength: 3.0}
TYPICAL_RPE_ELSE = 4.0


def rpe_load_of(seconds: float, rpe: float) -> float:
    """Return the load of a session from its RPE (0–10), on the scale where an hour at threshold is 100."""
    return seconds / 3600 * float(np.interp(rpe, range(11), RPE_LOAD_PER_H))


def srpe_load_of(seconds: float, rpe: float) -> float:
    """Return Foster's session RPE: RPE (CR-10) times minutes."""
    return rpe * seconds / 60


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
    return Unknown("no_time") if not seconds else Measure(srpe_load_of(seconds, activity.rpe))


@metric(
    title="training_load",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("power_load", "graded_load", "swim_load", "hr_load", "rpe", "moving_s"),
    source="The first that is known: power, pace, heart rate, RPE (by convention), duration",
    evidence=Evidence.useful,
    version=2,
)
def training_load(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """The load that fitness and fatigue are computed from: an hour at threshold is 100.

    The first of these that is known, named in `detail.method`:
    power (runs and rides, known for 80 % of the time; with a threshold power) → pace (graded pace of runs,
    known for 80 % of the time; swims by critical swim speed) → heart rate (half of the time; the rest is
    taken to be like it) → average pace (runs of which distance and time are all there is) → RPE → duration
    at an ordinary effort of the sport. The last three are estimates.
    """
    by_power = power_load(activity, athlete)
    if isinstance(by_power, Measure) and (by_power.coverage or 0.0) >= MIN_POWER_COVERAGE:
        return _for_all(by_power, "power")
    graded, in_water = graded_load(activity, athlete), swim_load(activity, athlete)
    whole = isinstance(graded, Measure) and (graded.coverage is None or graded.coverage >= MIN_SPEED_COVERAGE)
    # An average over distance and time knows no hills: heart rate knows better, when there is any.
    if whole and isinstance(graded, Measure) and graded.detail["method"] == "graded":
        return Measure(graded.value, graded.coverage, {"method": "graded_pace"}, graded.estimated)
    if isinstance(in_water, Measure):
        return Measure(in_water.value, None, {"method": "swim_pace"}, in_water.estimated)
    by_hr = hr_load(activity, athlete)
    if isinstance(by_hr, Measure) and (by_hr.coverage is None or by_hr.coverage >= MIN_HR_COVERAGE):
        return _for_all(by_hr, "heart_rate")
    if isinstance(graded, Measure) and graded.detail["method"] == "average":
        return Measure(graded.value, None, {"method": "average_pace"}, estimated=True)
    seconds = prepared(activity).moving_s
    if not seconds:
        return Unknown("no_time")
    if activity.rpe is not None:
        return Measure(rpe_load_of(seconds, activity.rpe), None, {"method": "rpe"}, estimated=True)
    typical = TYPICAL_RPE.get(activity.sport, TYPICAL_RPE_ELSE)
    return Measure(rpe_load_of(seconds, typical), None, {"method": "duration"}, estimated=True)


def _for_all(known: Measure, method: str) -> Measure:
    """Return the load of the whole time from that of the covered part, which the rest is taken to be like."""
    coverage = 1.0 if known.coverage is None else known.coverage
    value = None if known.value is None else known.value / coverage
    return Measure(value, known.coverage, {"method": method}, known.estimated or coverage < WHOLE_COVERAGE)
