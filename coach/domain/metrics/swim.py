"""Swimming: pace, lengths, strokes, and how both go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from coach.domain.activity import Activity, Sport, SwimLength
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

NORMAL_POOL_M = 25.0
POOLS_M = (10.0, 100.0)
MOST_ROWS = 400


def _lengths(activity: Activity) -> list[SwimLength] | Unknown:
    if activity.sport is not Sport.swim:
        return Unknown("not_a_swim")
    active = [n for n in activity.recording.lengths if n.active and n.elapsed_s > 0]
    return active or Unknown("no_lengths")


def pool_m(activity: Activity) -> float | None:
    """Return how long the pool is: as the watch was set, else distance over lengths; None is unknown."""
    told = activity.recording.totals.get("pool_length_m")
    if told is None:
        lengths, metres = _lengths(activity), activity.recording.distance_m
        if isinstance(lengths, Unknown) or not metres:
            return None
        told = metres / len(lengths)
    return float(told) if POOLS_M[0] <= told <= POOLS_M[1] else None


def swolf_of(time_s: float, strokes: float, pool_length_m: float = NORMAL_POOL_M) -> float:
    """Return SWOLF of one length normalised to 25 m: (seconds + strokes) · 25 / length of the pool."""
    return (time_s + strokes) * NORMAL_POOL_M / pool_length_m


def _by_stroke(lengths: Sequence[SwimLength], pool: float | None) -> list[dict[str, Any]]:
    """Return what was swum in each stroke type, the most frequent first."""
    rows = []
    for stroke in dict.fromkeys(n.stroke for n in lengths):
        own = [n for n in lengths if n.stroke == stroke]
        counted = [n for n in own if n.strokes]
        seconds = sum(n.elapsed_s for n in own)
        rows.append(
            {
                "stroke": stroke or "unknown",
                "lengths": len(own),
                "time_s": round(seconds, 1),
                "distance_m": None if pool is None else round(len(own) * pool, 1),
                "pace_s_per_100m": None if pool is None else round(100 * seconds / (len(own) * pool), 1),
                "strokes": sum(n.strokes or 0 for n in own) if counted else None,
                "swolf": round(float(np.mean([n.elapsed_s + (n.strokes or 0) for n in counted])), 1)
                if counted
                else None,
            }
        )
    return sorted(rows, key=lambda row: -float(row["lengths"]))


@metric(
    title="swim_pace_s_per_100m",
    unit="s_per_100m",
    scope="activity",
    combine="none",
    needs=("distance_m", "moving_s"),
    source="Definition: time swum over distance; in a pool without the rests at the wall",
    evidence=Evidence.definition,
    version=1,
)
def swim_pace_s_per_100m(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Time per 100 m: of the lengths swum in a pool, of the timer in open water."""
    if activity.sport is not Sport.swim:
        return Unknown("not_a_swim")
    shared = prepared(activity)
    if shared.distance_m is None:
        return Unknown("no_distance")
    if not shared.moving_s:
        return Unknown("no_time")
    if not shared.speed_is_believable:
        return Unknown("too_fast_to_believe")
    return Measure(100 * shared.moving_s / shared.distance_m, detail={"method": shared.moving_method})


@metric(
    title="swim_lengths",
    unit="count",
    scope="activity",
    combine="sum",
    needs=("lengths",),
    source="Definition: lengths of the pool swum, as the watch counted",
    evidence=Evidence.definition,
    version=1,
)
def swim_lengths(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Lengths swum. `detail.strokes` has them by stroke type, `detail.rows` one by one."""
    lengths = _lengths(activity)
    if isinstance(lengths, Unknown):
        return lengths
    pool = pool_m(activity)
    rows = [
        {"index": k, "time_s": round(n.elapsed_s, 1), "strokes": n.strokes, "stroke": n.stroke or "unknown"}
        for k, n in enumerate(lengths[:MOST_ROWS], start=1)
    ]
    return Measure(
        float(len(lengths)),
        detail={"pool_length_m": pool, "strokes": _by_stroke(lengths, pool), "rows": rows},
    )


@metric(
    title="swim_strokes",
    unit="count",
    scope="activity",
    combine="sum",
    needs=("lengths",),
    source="Definition: strokes as the watch counted them",
    evidence=Evidence.definition,
    version=1,
)
def swim_strokes(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Strokes in all. `detail.per_length` is the mean of the lengths in which they were counted."""
    if activity.sport is not Sport.swim:
        return Unknown("not_a_swim")
    lengths = _lengths(activity)
    counted = [] if isinstance(lengths, Unknown) else [n for n in lengths if n.strokes]
    if isinstance(lengths, Unknown) or not counted:
        told = activity.recording.totals.get("strokes")
        return (
            Measure(float(told), detail={"origin": "device"}) if told and told > 0 else Unknown("no_strokes")
        )
    total = sum(n.strokes or 0 for n in counted)
    return Measure(
        float(total),
        coverage=len(counted) / len(lengths),
        detail={"per_length": round(total / len(counted), 1)},
    )


@metric(
    title="swolf",
    unit="score",
    scope="activity",
    combine="none",
    needs=("lengths",),
    source="Definition: seconds plus strokes of a length of this pool, mean over the lengths",
    evidence=Evidence.useful,
    version=1,
)
def swolf(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Seconds plus strokes for one length of the pool; lower is more economical at the same effort.

    `detail.per_25_m` is the same for a pool of 25 m, to compare pools.
    """
    lengths = _lengths(activity)
    if isinstance(lengths, Unknown):
        return lengths
    counted = [n for n in lengths if n.strokes]
    if not counted:
        return Unknown("no_strokes")
    time_s = float(np.mean([n.elapsed_s for n in counted]))
    strokes = float(np.mean([n.strokes or 0 for n in counted]))
    pool = pool_m(activity)
    detail = {
        "pool_length_m": pool,
        "per_25_m": None if pool is None else round(swolf_of(time_s, strokes, pool), 1),
    }
    return Measure(time_s + strokes, coverage=len(counted) / len(lengths), detail=detail)
