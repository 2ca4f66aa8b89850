"""Best efforts: the shortest time over a distance, the longest way within a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coach.domain.activity import Activity, Floats
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import Prepared, prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

MILE_M = 1609.344
DISTANCES_M = (
    400.0,
    800.0,
    1000.0,
    MILE_M,
    3000.0,
    2 * MILE_M,
    5000.0,
    10_000.0,
    15_000.0,
    10 * MILE_M,
    20_000.0,
    21_097.5,
    30_000.0,
    42_195.0,
    50_000.0,
    100_000.0,
)
DURATIONS_S = (60.0, 180.0, 300.0, 600.0, 720.0, 1200.0, 1800.0, 2700.0, 3600.0, 5400.0, 7200.0, 10_800.0)

# World records (men, outdoors and road, 2024): what is faster is an error of the sensor.
_RECORD_M = (400.0, 800.0, 1000.0, MILE_M, 3000.0, 5000.0, 10_000.0, 21_097.5, 42_195.0, 100_000.0)
_RECORD_S = (43.03, 100.91, 131.96, 223.13, 440.67, 755.36, 1571.0, 3451.0, 7235.0, 21_935.0)


@dataclass(frozen=True)
class Effort:
    """One best effort. `start_s` is the clock since the activity's start."""

    distance_m: float
    time_s: float
    start_s: float


def best_efforts(distance_m: Floats, t_s: Floats, targets_m: Sequence[float]) -> dict[float, Effort]:
    """Return the fastest stretch of each target distance that fits, by elapsed time (pauses included).

    `distance_m` never decreases, `t_s` rises. Time over a distance is piecewise linear in the place it
    starts, so its minimum has one end on a sample: both kinds of window are tried and the other end
    is interpolated, which makes the result exact.
    """
    found: dict[float, Effort] = {}
    if distance_m.size < 2:
        return found
    total = float(distance_m[-1] - distance_m[0]) * (1 + 1e-9)  # 10 000 m summed up may be 9 999.999999
    # Standing still repeats a distance; an effort begins when it ends and stops when it begins.
    leave = (distance_m, t_s)
    arrive = (-distance_m[::-1], t_s[::-1])
    left_at = np.interp(distance_m, *leave)
    came_at = np.interp(-distance_m, *arrive)
    for target in targets_m:
        if not 0 < target <= total:
            continue
        target_m = min(target, float(distance_m[-1] - distance_m[0]))
        from_sample = distance_m <= distance_m[-1] - target_m
        begin = left_at[from_sample]
        forward = np.interp(-(distance_m[from_sample] + target_m), *arrive) - begin
        to_sample = distance_m >= distance_m[0] + target_m
        back_begin = np.interp(distance_m[to_sample] - target_m, *leave)
        backward = came_at[to_sample] - back_begin
        times = np.concatenate((forward, backward))
        if times.size:
            k = int(times.argmin())
            start = float(np.concatenate((begin, back_begin))[k])
            found[target] = Effort(target, float(times[k]), start)
    return found


def longest_ways(distance_m: Floats, t_s: Floats, durations_s: Sequence[float]) -> dict[float, Effort]:
    """Return the longest way within each duration that fits, by the clock; exact in the same manner."""
    found: dict[float, Effort] = {}
    for duration in durations_s:
        if t_s.size < 2 or not 0 < duration <= t_s[-1] - t_s[0]:
            continue
        ahead = t_s <= t_s[-1] - duration
        behind = t_s >= t_s[0] + duration
        forward = np.interp(t_s[ahead] + duration, t_s, distance_m) - distance_m[ahead]
        backward = distance_m[behind] - np.interp(t_s[behind] - duration, t_s, distance_m)
        ways = np.concatenate((forward, backward))
        k = int(ways.argmax())
        start = float(np.concatenate((t_s[ahead], t_s[behind] - duration))[k])
        found[duration] = Effort(float(ways[k]), duration, start)
    return found


def believable(effort: Effort) -> bool:
    """Tell whether an effort is no faster than the world record over its distance.

    Between the listed records by logarithm; below 400 m the 400 m record's speed, above 100 km that one's.
    """
    log = np.interp(np.log(effort.distance_m), np.log(_RECORD_M), np.log(_RECORD_S))
    record = float(np.exp(log))
    if effort.distance_m < _RECORD_M[0]:
        record = _RECORD_S[0] * effort.distance_m / _RECORD_M[0] * 0.85  # sprinters are faster than that
    return effort.time_s >= record


def _rankable(shared: Prepared) -> tuple[Floats, Floats] | Unknown:
    """Return distance and clock of an activity that may hold a best, or why it may not."""
    activity, samples = shared.activity, shared.samples
    if not shared.on_foot:
        return Unknown("not_on_foot")
    if activity.excluded_from_bests:
        return Unknown("excluded_from_bests")
    if shared.treadmill and activity.distance_origin != "corrected":
        return Unknown("treadmill_distance")
    if samples is None or not samples.has_distance or samples.distance_m[-1] <= samples.distance_m[0]:
        return Unknown("no_distance_samples")
    return samples.distance_m, samples.t_s


def _distance_from(activity: Activity) -> str:
    """Return what the distance within a recording was told by, as `verification.Level` names it."""
    if activity.distance_origin == "corrected":
        return "corrected"
    streams = activity.streams
    if streams is None or streams.get("lat_deg") is None:
        return "sensor"
    device = activity.recording.device
    return "watch" if device.manufacturer or device.product else "gps"


def _rows(efforts: dict[float, Effort], distance_from: str) -> Measure | Unknown:
    rows: list[dict[str, Any]] = [
        {
            "distance_m": round(e.distance_m, 3),
            "time_s": round(e.time_s, 2),
            "start_s": round(e.start_s, 1),
            "pace_s_per_km": round(e.time_s / e.distance_m * 1000, 2),
        }
        for e in efforts.values()
        if e.distance_m > 0 and believable(e)
    ]
    if not rows:
        return Unknown("too_fast_to_believe") if efforts else Unknown("too_short_for_bests")
    return Measure(float(len(rows)), detail={"rows": rows, "distance_from": distance_from})


@metric(
    title="distance_bests",
    unit="count",
    scope="activity",
    combine="none",
    needs=("distance_m",),
    source="Definition: shortest elapsed time over a distance within the run, either end interpolated",
    evidence=Evidence.definition,
    version=2,
)
def distance_bests(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Fastest 400 m to 100 km within the run, pauses included, as a race would count.

    Steps faster than 12 m/s add no distance and efforts faster than the world record are left out.
    Treadmill distances count only once corrected. The efforts are in `detail.rows`,
    what measured the distance in `detail.distance_from`.
    """
    track = _rankable(prepared(activity))
    if isinstance(track, Unknown):
        return track
    return _rows(best_efforts(*track, DISTANCES_M), _distance_from(activity))


@metric(
    title="duration_bests",
    unit="count",
    scope="activity",
    combine="none",
    needs=("distance_m",),
    source="Definition: longest way within a time, pauses included, either end interpolated",
    evidence=Evidence.definition,
    version=2,
)
def duration_bests(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Longest way within 1 minute to 3 hours; the efforts are in `detail.rows`."""
    track = _rankable(prepared(activity))
    if isinstance(track, Unknown):
        return track
    return _rows(longest_ways(*track, DURATIONS_S), _distance_from(activity))
