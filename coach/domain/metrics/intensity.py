"""Where the time of a session went: heart-rate zones, pace zones, easy–moderate–hard."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.domain.activity import Activity, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.streams import has_values
from coach.domain.zones import Zones, hr_zones, pace_zones, three_zones


def _time_in(zones: Zones, values: np.ndarray[Any, np.dtype[np.float64]], over: int) -> Measure:
    seconds = zones.seconds(values)
    total = sum(seconds)
    shares = [100 * s / total for s in seconds]
    rows = [
        {
            "zone": n + 1,
            "from": None if low is None else round(low, 4),
            "to": None if high is None else round(high, 4),
            "time_s": seconds[n],
            "share_pct": round(shares[n], 2),
        }
        for n, (low, high) in enumerate(zones.limits())
    ]
    detail = {"rows": rows, "basis": zones.basis, "unit": zones.unit}
    return Measure(total, min(1.0, total / over) if over else None, detail, zones.estimated)


@metric(
    title="hr_zones_s",
    unit="s",
    scope="activity",
    combine="sum",
    needs=("hr_bpm", "lthr_bpm", "hr_max_bpm", "hr_rest_bpm"),
    source="Friel (shares of LTHR); else Karvonen 1957 (reserve) or tenths of HRmax",
    evidence=Evidence.useful,
    version=1,
)
def hr_zones_s(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Seconds in each of five heart-rate zones (`detail.rows`); the value is the time they cover."""
    samples = prepared(activity).samples
    zones = hr_zones(athlete.thresholds)
    if samples is None or not has_values(samples.hr_bpm):
        return Unknown("no_hr")
    if zones is None:
        return Unknown("need_hr_max")
    return _time_in(zones, samples.hr_bpm, len(samples))


@metric(
    title="pace_zones_s",
    unit="s",
    scope="activity",
    combine="sum",
    needs=("speed_mps", "threshold_speed_mps"),
    source="Friel (shares of threshold pace), on graded speed averaged over 30 s",
    evidence=Evidence.useful,
    version=1,
)
def pace_zones_s(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Seconds in each of five pace zones (`detail.rows`) while moving, hills evened out."""
    shared = prepared(activity)
    if activity.sport is not Sport.run:
        return Unknown("not_a_run")
    if shared.graded_smooth is None:
        return Unknown("no_speed")
    zones = pace_zones(athlete.thresholds)
    if zones is None:
        return Unknown("need_threshold_speed")
    return _time_in(zones, shared.graded_smooth, shared.graded_smooth.size)


@metric(
    title="easy_share_pct",
    unit="pct",
    scope="activity",
    combine="weighted_by_time",
    needs=("hr_zones_s", "pace_zones_s"),
    source="Seiler 2010 (three zones); bounds where Friel's zones 3 and 5 begin",
    evidence=Evidence.useful,
    version=1,
)
def easy_share_pct(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Share of the time below the first threshold; all three shares are in `detail`.

    By heart rate, or by pace when heart rate or its thresholds are unknown.
    """
    zoned = hr_zones_s(activity, athlete)
    by = "heart_rate"
    if isinstance(zoned, Unknown) or (zoned.coverage or 0.0) < 0.5:
        by_pace = pace_zones_s(activity, athlete)
        if isinstance(by_pace, Unknown):
            return zoned if isinstance(zoned, Unknown) else Unknown("hr_has_gaps")
        zoned, by = by_pace, "pace"
    easy, moderate, hard = three_zones(tuple(row["share_pct"] for row in zoned.detail["rows"]))
    detail = {
        "easy_pct": round(easy, 2),
        "moderate_pct": round(moderate, 2),
        "hard_pct": round(hard, 2),
        "by": by,
        "basis": zoned.detail["basis"],
    }
    return Measure(easy, zoned.coverage, detail, zoned.estimated)
