"""Repetitions and rests of a run, what they amount to, and whether the watch's laps say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from coach.domain.activity import Activity, Floats, Lap, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.bouts import MIN_BOUT_S, MIN_KNOWN_S, Bout
from coach.domain.metrics.prepared import Prepared, prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

Kind = Literal["warm_up", "work", "recovery", "cool_down"]

# What sessions are made of.
DISTANCES_M = (100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1200, 1500, 1600, 2000, 2400, 3000, 3200,
               4000, 5000, 6000, 8000, 10_000)  # fmt: skip
TIMES_S = (15, 20, 30, 40, 45, 60, 75, 90, 105, 120, 150, *range(180, 3601, 60))
# So far from a round value it still is that value: as a share, and in metres or seconds up to a larger share.
OFF, OFF_M, OFF_S, OFF_MOST = 0.04, 16.0, 4.0, 0.08
SPREAD = 0.06
DISTANCE_FIRST = 0.02  # when both are round, runners mean the distance …
TRACK_M, LONG_S = 200.0, 480.0  # … of what a track has marks for, and the time of what is long
ALIKE = 1.3  # repetitions whose times differ by less are of one kind
MOST_GROUPS = 3  # more kinds are a fartlek

LAP_S, LAP_SHARE = 8.0, 0.1  # an edge of a lap and of a bout are one when no farther apart
PLANNED = frozenset({"rest", "recovery", "warmup", "cooldown", "interval"})


def rows_of(shared: Prepared, bouts: Sequence[Bout]) -> list[dict[str, Any]]:
    """Return warm-up, work, recoveries and cool-down in their order, with what was measured in each."""
    samples, sums = shared.samples, shared.sums
    if samples is None or sums is None or not bouts:
        return []
    end_s = float(samples.t_s[-1])
    parts: list[tuple[Kind, float, float]] = []
    if bouts[0].start_s - float(samples.t_s[0]) >= MIN_BOUT_S:
        parts.append(("warm_up", float(samples.t_s[0]), bouts[0].start_s))
    for bout, after in pairwise((*bouts, None)):
        assert bout is not None
        parts.append(("work", bout.start_s, min(bout.end_s, end_s)))
        if after is not None:
            parts.append(("recovery", bout.end_s, after.start_s))
        elif end_s - bout.end_s >= MIN_BOUT_S:
            parts.append(("cool_down", bout.end_s, end_s))
    edges = np.array([(start, end) for _, start, end in parts])
    far = np.interp(edges, samples.t_s, samples.distance_m) if samples.has_distance else None
    rows = []
    for n, (kind, start, end) in enumerate(parts):
        metres = None if far is None else float(far[n, 1] - far[n, 0])
        i, j = np.searchsorted(samples.t_s, (start, end))
        hr = samples.hr_bpm[i:j]
        row = sums.row(start, end)
        rows.append(
            {
                "kind": kind,
                "start_s": round(start, 1),
                "time_s": round(end - start, 1),
                "distance_m": None if metres is None else round(metres, 1),
                "pace_s_per_km": round((end - start) / metres * 1000, 1) if metres and metres >= 10 else None,
                "max_hr_bpm": None if np.isnan(hr).all() else round(float(np.nanmax(hr))),
            }
            | {k: row[k] for k in ("moving_s", "avg_hr_bpm", "avg_cadence_spm", "avg_power_w", "ascent_m")}
        )
    return rows


@dataclass(frozen=True)
class Group:
    """Repetitions of one kind: of a distance, of a time, or (with neither) of no round length."""

    count: int
    distance_m: float | None
    time_s: float | None


def groups_of(work: Sequence[dict[str, Any]]) -> list[Group]:
    """Return what repetitions amount to, in their order: 6 × 400 m, then 4 × 200 m.

    More than MOST_GROUPS kinds are one group without a length, unless each has a round one (a pyramid).
    """
    kinds: list[list[dict[str, Any]]] = []
    for row in work:
        usual = float(np.median([r["time_s"] for r in kinds[-1]])) if kinds else 0.0
        if kinds and max(usual, row["time_s"]) < ALIKE * min(usual, row["time_s"]):
            kinds[-1].append(row)
        else:
            kinds.append([row])
    groups = [_group(rows) for rows in kinds]
    named = all(g.distance_m is not None for g in groups)
    return groups if len(groups) <= MOST_GROUPS or named else [Group(len(work), None, None)]


def _group(rows: Sequence[dict[str, Any]]) -> Group:
    times = np.array([r["time_s"] for r in rows])
    time_s, time_off = _round_value(times, TIMES_S, OFF_S)
    metres = [r["distance_m"] for r in rows if r["distance_m"] is not None]
    if len(metres) == len(rows):
        distance_m, distance_off = _round_value(np.array(metres), DISTANCES_M, OFF_M)
        on_track = distance_m is not None and distance_m % TRACK_M == 0
        lead = DISTANCE_FIRST if on_track and float(np.median(times)) < LONG_S else -DISTANCE_FIRST
        if distance_m is not None and (time_s is None or distance_off <= time_off + lead):
            return Group(len(rows), distance_m, None)
    return Group(len(rows), None, time_s)


def _round_value(values: Floats, known: Sequence[int], off: float) -> tuple[float | None, float]:
    """Return the round value that `values` are all near to, and how far they are from it (share)."""
    usual = float(np.median(values))
    nearest = float(min(known, key=lambda k: abs(np.log(k / max(usual, 1e-9)))))
    away, spread = abs(usual / nearest - 1), float(values.std()) / max(usual, 1e-9)
    room = max(OFF, min(off / nearest, OFF_MOST))
    return (nearest, away + spread) if away <= room and spread <= max(SPREAD, room) else (None, np.inf)


def compare_laps(laps: Sequence[Lap], bouts: Sequence[Bout]) -> dict[str, Any]:
    """Tell whether the watch's laps have the same work as was found.

    `state`: "none" (one lap or none), "auto" (laps by distance), "agree" or "differ". `rows` has for each
    bout the lap with the same edges, if any; `unmatched_laps` are laps that the watch calls work and the
    speed does not.
    """
    laps = [lap for lap in laps if lap.elapsed_s > 0]
    if len(laps) < 2 or not bouts:
        return {"state": "none"}
    planned = {lap.intensity for lap in laps} & PLANNED
    if not planned and all(lap.trigger in {"distance", "session_end"} for lap in laps):
        return {"state": "auto"}
    called = "interval" if "interval" in planned else "active"
    is_work = [bool(planned) and lap.intensity == called for lap in laps]
    rows, matched = [], set()
    for n, bout in enumerate(bouts, start=1):
        near = min(
            range(len(laps)),
            key=lambda k: (
                abs(laps[k].start_s - bout.start_s) + abs(laps[k].start_s + laps[k].elapsed_s - bout.end_s)
            ),
        )
        lap, room = laps[near], max(LAP_S, LAP_SHARE * bout.time_s)
        starts, ends = bout.start_s - lap.start_s, bout.end_s - lap.start_s - lap.elapsed_s
        same = abs(starts) <= room and abs(ends) <= room
        if same:
            matched.add(near)
        rows.append(
            {
                "index": n,
                "lap": near + 1 if same else None,
                "starts_later_s": round(starts, 1) if same else None,
                "ends_later_s": round(ends, 1) if same else None,
            }
        )
    unmatched = [k + 1 for k, work in enumerate(is_work) if work and k not in matched]
    agree = len(matched) == len(bouts) and not unmatched
    return {
        "state": "agree" if agree else "differ",
        "matched": len(matched),
        "rows": rows,
        "unmatched_laps": unmatched,
    }


@metric(
    title="intervals",
    unit="count",
    scope="activity",
    combine="none",
    needs=("speed_mps",),
    source="Our own: Otsu 1979 threshold of graded speed, two-state path of least cost, bouts must stand out",
    evidence=Evidence.useful,
    version=1,
)
def intervals(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Number of repetitions, found from speed even without laps; 0 in a run without work and recovery.

    `detail.rows` are warm-up, work, recoveries and cool-down; `detail.groups` what they amount to
    (6 × 400 m); `detail.laps` how the watch's own laps compare.
    """
    if activity.sport is not Sport.run:
        return Unknown("not_a_run")
    shared = prepared(activity)
    samples = shared.samples
    if samples is None or not samples.has_speed:
        return Unknown("no_speed")
    if float(np.count_nonzero(~np.isnan(samples.speed_mps))) < MIN_KNOWN_S:
        return Unknown("too_short", {"minutes": MIN_KNOWN_S // 60})
    bouts = shared.bouts
    rows = rows_of(shared, bouts)
    work = [row for row in rows if row["kind"] == "work"]
    detail = {
        "rows": rows,
        "groups": [vars(group) for group in groups_of(work)] if work else [],
        "laps": compare_laps(activity.recording.laps, bouts),
    }
    return Measure(float(len(work)), coverage=shared.speed_coverage, detail=detail)
