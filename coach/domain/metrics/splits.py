"""Splits by the kilometre, the mile or any length, and the laps the runner pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from coach.domain.activity import Activity, Floats, Lap
from coach.domain.athlete import Athlete
from coach.domain.metrics.bests import MILE_M
from coach.domain.metrics.prepared import Prepared, prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

MIN_REST_M = 10.0  # a shorter remainder is not a split
MAX_SPLITS = 2000


def split_times(distance_m: Floats, t_s: Floats, every_m: float) -> Floats:
    """Return the clock at the start, at each full `every_m`, and at the end when a remainder is left.

    Each mark is the first moment at which the distance was reached (interpolated).
    """
    total = float(distance_m[-1] - distance_m[0])
    count = min(MAX_SPLITS, int(total / every_m + 1e-9))
    marks = distance_m[0] + every_m * np.arange(1, count + 1)
    reached = np.interp(-marks, -distance_m[::-1], t_s[::-1])
    ends = [t_s[-1]] if total - count * every_m >= MIN_REST_M else []
    return np.concatenate((t_s[:1], reached, ends))


def splits_of(shared: Prepared, every_m: float) -> Measure | Unknown:
    """Return splits of any length in metres: each full one and the rest, as `splits_km` has them.

    At most MAX_SPLITS. Unknown where no samples tell the distance.
    """
    samples, sums = shared.samples, shared.sums
    if samples is None or sums is None or not samples.has_distance:
        return Unknown("no_distance_samples")
    distance = samples.distance_m
    times = split_times(distance, samples.t_s, every_m)
    if times.size < 2:
        return Unknown("no_distance_samples")
    at = np.interp(times, samples.t_s, distance)
    rows = []
    for n in range(times.size - 1):
        row = sums.row(float(times[n]), float(times[n + 1]))
        whole = n < int((distance[-1] - distance[0]) / every_m + 1e-9)
        metres = every_m if whole else float(at[n + 1] - at[n])
        rows.append(_paced({"index": n + 1, "distance_m": round(metres, 1), "full": whole} | row))
    return Measure(float(len(rows)), detail={"rows": rows})


def _paced(row: dict[str, Any]) -> dict[str, Any]:
    """Add pace by moving time, or by elapsed time where the movement is not known."""
    metres, seconds = row["distance_m"], row["moving_s"] or row["elapsed_s"]
    known = metres is not None and metres > 0 and seconds and seconds > 0
    return row | {"pace_s_per_km": round(seconds / metres * 1000, 1) if known else None}


@metric(
    title="splits_km",
    unit="count",
    scope="activity",
    combine="none",
    needs=("distance_m",),
    source="Definition: each full kilometre and the rest",
    evidence=Evidence.definition,
    version=1,
)
def splits_km(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Splits of one kilometre; the rows are in `detail.rows`, their number is the value."""
    return splits_of(prepared(activity), 1000.0)


@metric(
    title="splits_mile",
    unit="count",
    scope="activity",
    combine="none",
    needs=("distance_m",),
    source="Definition: each full mile (1609.344 m) and the rest",
    evidence=Evidence.definition,
    version=1,
)
def splits_mile(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Splits of one mile; the rows are in `detail.rows`, their number is the value."""
    return splits_of(prepared(activity), MILE_M)


@metric(
    title="laps",
    unit="count",
    scope="activity",
    combine="none",
    needs=("laps",),
    source="Definition: the laps of the recording; what the watch left out comes from the samples",
    evidence=Evidence.definition,
    version=1,
)
def laps(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """The recording's own laps; the rows are in `detail.rows`, their number is the value."""
    recorded: Sequence[Lap] = [lap for lap in activity.recording.laps if lap.elapsed_s > 0]
    if not recorded:
        return Unknown("no_laps")
    sums = prepared(activity).sums
    rows = []
    for n, lap in enumerate(recorded, start=1):
        end_s = lap.start_s + lap.elapsed_s
        measured = {} if sums is None else sums.row(lap.start_s, end_s)
        metres = lap.distance_m
        if metres is None and sums is not None and sums.distance_m is not None:
            a, b = np.interp((lap.start_s, end_s), sums.t_s, sums.distance_m)
            metres = float(b - a)
        own: dict[str, Any] = {
            "index": n,
            "start_s": round(lap.start_s, 1),
            "elapsed_s": round(lap.elapsed_s, 1),
            "moving_s": lap.timer_s if lap.timer_s is not None else measured.get("moving_s"),
            "distance_m": None if metres is None else round(metres, 1),
            "avg_hr_bpm": lap.avg_hr_bpm if lap.avg_hr_bpm else measured.get("avg_hr_bpm"),
            "max_hr_bpm": lap.max_hr_bpm,
            "ascent_m": lap.ascent_m if lap.ascent_m is not None else measured.get("ascent_m"),
            "trigger": lap.trigger,
            "intensity": lap.intensity,
        }
        rows.append(_paced(measured | own))
    return Measure(float(len(rows)), detail={"rows": rows})
