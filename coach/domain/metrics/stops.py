"""Standing still: traffic lights, taps, shoelaces, pauses of the watch."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Activity, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.streams import STOP_SPEED_MPS, Samples

MIN_STOP_S = 10.0
MOST_ROWS = 200


def stops_of(samples: Samples) -> list[dict[str, float]]:
    """Return the stops of 10 s and more in their order: where, when and how long, pauses included.

    A gap in which distance went on is no stop. Standing on both sides of a pause is one stop with it.
    """
    still = ~samples.moving
    edges = np.flatnonzero(np.diff(still.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    spans = [(float(samples.t_s[i]), float(samples.t_s[j - 1]) + 1.0) for i, j in edges]
    at = samples.breaks
    gap = samples.t_s[at] - samples.t_s[at - 1]
    stood = samples.distance_m[at] - samples.distance_m[at - 1] < STOP_SPEED_MPS * np.maximum(gap, 1.0)
    if samples.has_distance:
        spans += [(float(samples.t_s[k - 1]), float(samples.t_s[k])) for k in at[stood]]
    joined: list[list[float]] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= 1.0:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    long = [(start, end) for start, end in joined if end - start >= MIN_STOP_S]
    far = np.interp([start for start, _ in long], samples.t_s, samples.distance_m)
    return [
        {"start_s": round(start, 1), "time_s": round(end - start, 1)}
        | ({"distance_m": round(float(metres), 1)} if samples.has_distance else {})
        for (start, end), metres in zip(long, far, strict=True)
    ]


@metric(
    title="stops",
    unit="count",
    scope="activity",
    combine="sum",
    needs=("speed_mps",),
    source="Definition: standing (slower than 0.5 m/s) or paused for 10 s and more",
    evidence=Evidence.definition,
    version=1,
)
def stops(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """How often one stood for ten seconds or more, pauses included; `detail.time_s` is how long in all."""
    samples = prepared(activity).samples
    if activity.sport is Sport.swim:
        return Unknown("not_for_swims")
    if samples is None or not samples.has_speed:
        return Unknown("no_speed")
    rows = stops_of(samples)
    total = sum(row["time_s"] for row in rows)
    coverage = float(np.mean(~np.isnan(samples.speed_mps)))
    detail = {"time_s": round(total, 1), "rows": rows[:MOST_ROWS]}
    return Measure(float(len(rows)), coverage=coverage, detail=detail)
