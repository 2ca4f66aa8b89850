"""Pace as load: graded pace of runs, pace in the water of swims. An hour at threshold is 100."""

from __future__ import annotations

from coach.domain.activity import Activity, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric


def graded_load_of(moving_s: float, graded_mps: float, threshold_mps: float) -> float:
    """Return 100 · hours · IF², IF = graded speed over threshold speed: 100 is an hour at threshold."""
    return 100 * moving_s / 3600 * (graded_mps / threshold_mps) ** 2


def swim_load_of(moving_s: float, speed_mps: float, threshold_mps: float) -> float:
    """Return 100 · hours · IF³, IF = speed over critical swim speed: drag makes speed cost its cube."""
    return 100 * moving_s / 3600 * (speed_mps / threshold_mps) ** 3


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
    title="swim_load",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("distance_m", "moving_s", "swim_threshold_speed_mps"),
    source="100 · h · IF³, IF = speed / critical swim speed (Wakayoshi 1992); cube: drag (Toussaint 1992)",
    evidence=Evidence.useful,
    version=1,
)
def swim_load(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Load of a swim from its pace, rests at the wall left out: an hour at critical swim speed is 100."""
    if activity.sport is not Sport.swim:
        return Unknown("not_a_swim")
    shared = prepared(activity)
    threshold = athlete.thresholds.swim_threshold_speed_mps
    if threshold is None or threshold.value <= 0:
        return Unknown("need_swim_threshold")
    if shared.distance_m is None:
        return Unknown("no_distance")
    if not shared.moving_s:
        return Unknown("no_time")
    speed_mps = shared.distance_m / shared.moving_s
    return Measure(
        swim_load_of(shared.moving_s, speed_mps, threshold.value),
        detail={"intensity": speed_mps / threshold.value, "speed_mps": speed_mps},
        estimated=threshold.origin == "estimated",
    )
