"""How far, how long, how fast."""

from __future__ import annotations

from coach.domain.activity import Activity, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric


@metric(
    title="distance_m",
    unit="m",
    scope="activity",
    combine="sum",
    needs=("distance_m",),
    source="Definition: length of the way, as recorded, corrected or said",
    evidence=Evidence.definition,
    version=1,
)
def distance_m(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Distance of the activity; without one in the source, from its samples."""
    value = prepared(activity).distance_m
    if value is None:
        return Unknown("no_distance")
    return Measure(value, detail={"origin": activity.distance_origin})


@metric(
    title="elapsed_s",
    unit="s",
    scope="activity",
    combine="sum",
    needs=("elapsed_s",),
    source="Definition: end minus start, by the clock",
    evidence=Evidence.definition,
    version=1,
)
def elapsed_s(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Time from start to end by the clock, pauses included."""
    value = activity.recording.elapsed_s
    return Measure(value) if value > 0 else Unknown("no_time")


@metric(
    title="moving_s",
    unit="s",
    scope="activity",
    combine="sum",
    needs=("elapsed_s",),
    source="Definition: elapsed time without pauses and without standing (slower than 0.5 m/s over 5 s)",
    evidence=Evidence.definition,
    version=1,
)
def moving_s(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Time in motion; without speed or position it is the timer, which knows pauses only.

    In a pool it is the time of the lengths swum. `detail.method` says which: speed, timer or lengths.
    """
    shared = prepared(activity)
    if not shared.moving_s:
        return Unknown("no_time")
    return Measure(shared.moving_s, detail={"method": shared.moving_method})


@metric(
    title="pace_s_per_km",
    unit="s_per_km",
    scope="activity",
    combine="none",
    needs=("distance_m", "moving_s"),
    source="Definition: moving time over distance",
    evidence=Evidence.definition,
    version=2,
)
def pace_s_per_km(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Moving time per kilometre, for what is done on foot."""
    shared = prepared(activity)
    if not shared.on_foot:
        return Unknown("not_on_foot")
    if shared.distance_m is None:
        return Unknown("no_distance")
    if not shared.moving_s:
        return Unknown("no_time")
    if not shared.distance_is_whole:
        return Unknown("speed_has_gaps")
    if not shared.speed_is_believable:
        return Unknown("too_fast_to_believe")
    return Measure(shared.moving_s / shared.distance_m * 1000)


@metric(
    title="speed_mps",
    unit="mps",
    scope="activity",
    combine="none",
    needs=("distance_m", "moving_s"),
    source="Definition: distance over moving time",
    evidence=Evidence.definition,
    version=2,
)
def speed_mps(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Distance over moving time."""
    shared = prepared(activity)
    if shared.distance_m is None:
        return Unknown("no_distance")
    if not shared.moving_s:
        return Unknown("no_time")
    if not shared.distance_is_whole:
        return Unknown("speed_has_gaps")
    if not shared.speed_is_believable:
        return Unknown("too_fast_to_believe")
    return Measure(shared.distance_m / shared.moving_s)


@metric(
    title="graded_pace_s_per_km",
    unit="s_per_km",
    scope="activity",
    combine="none",
    needs=("speed_mps", "altitude_m"),
    source="Minetti 2002 J Appl Physiol 93:1039 (cost ratio); 30-s mean and fourth-power mean as for power",
    evidence=Evidence.useful,
    version=1,
)
def graded_pace_s_per_km(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Even pace on the flat that would have cost as much as this run, hills and surges included.

    Without altitude the ground counts as flat, and `detail.altitude` says so. Descents are credited
    more than heart rate suggests (a property of Minetti's laboratory data).
    """
    shared = prepared(activity)
    if activity.sport is not Sport.run:
        return Unknown("not_a_run")
    if not shared.graded_mps:
        return Unknown("no_speed")
    return Measure(
        1000 / shared.graded_mps,
        coverage=shared.speed_coverage,
        detail={"altitude": shared.grade is not None},
    )
