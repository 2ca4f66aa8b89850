"""Where the time of a session went: zones of heart rate, pace and power, easy–moderate–hard."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.domain.activity import Activity, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.grade import INTENSITY_WINDOW_S
from coach.domain.metrics.power_load import has_power
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.resample import trailing_mean
from coach.domain.streams import has_values
from coach.domain.zones import EASY_ZONES, HARD_ZONES, Zones, hr_zones, pace_zones, power_zones, three_zones

MIN_COVERAGE = 0.5  # with less, what was measured does not speak for the session


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
    title="power_zones_s",
    unit="s",
    scope="activity",
    combine="sum",
    needs=("power_w", "threshold_power_w", "ride_threshold_power_w"),
    source="Rides: Coggan (levels 5 to 7 as one); runs: Vance 2016 (zones 5 to 7 as one); on power over 30 s",
    evidence=Evidence.useful,
    version=1,
)
def power_zones_s(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Seconds in each of five power zones (`detail.rows`) of a run or a ride, coasting included."""
    if activity.sport not in (Sport.run, Sport.ride):
        return Unknown("not_a_run_or_ride")
    samples = prepared(activity).samples
    if samples is None or not has_power(samples):
        return Unknown("no_power")
    zones = power_zones(athlete.thresholds, activity.sport)
    if zones is None:
        return Unknown("need_threshold_power")
    smooth = trailing_mean(samples.power_w, samples.first, INTENSITY_WINDOW_S)
    return _time_in(zones, np.where(np.isnan(samples.power_w), np.nan, smooth), len(samples))


def _best_zoned(activity: Activity, athlete: Athlete) -> tuple[str, Measure] | Unknown:
    """Return the time in five zones by what is known best, and by what: heart rate, pace or power."""
    for by, zoned_by in (("heart_rate", hr_zones_s), ("pace", pace_zones_s), ("power", power_zones_s)):
        zoned = zoned_by(activity, athlete)
        if isinstance(zoned, Measure) and zoned.value and (by == "pace" or _covers(zoned)):
            return by, zoned
    by_hr = hr_zones_s(activity, athlete)
    return by_hr if isinstance(by_hr, Unknown) else Unknown("hr_has_gaps")


def _covers(zoned: Measure) -> bool:
    return (zoned.coverage or 0.0) >= MIN_COVERAGE


@metric(
    title="intensity_distribution",
    unit="s",
    scope="activity",
    combine="sum",
    needs=("hr_zones_s", "pace_zones_s", "power_zones_s"),
    source="Seiler 2010 (below LT1, between, above LT2); bounds where Friel's zones 3 and 5 begin",
    evidence=Evidence.useful,
    version=1,
)
def intensity_distribution(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Seconds below the first threshold, between the two, and above the second (`detail.rows`).

    By heart rate; by pace or power when that or its thresholds are unknown (`detail.by`). The value is the
    time they cover.
    """
    found = _best_zoned(activity, athlete)
    if isinstance(found, Unknown):
        return found
    by, zoned = found
    five = zoned.detail["rows"]
    times = three_zones(tuple(row["time_s"] for row in five))
    total = sum(times)
    first, second = five[EASY_ZONES[-1] - 1]["to"], five[HARD_ZONES[0] - 1]["from"]
    limits = ((None, first), (first, second), (second, None))
    rows = [
        {"zone": n, "from": low, "to": high, "time_s": s, "share_pct": round(100 * s / total, 2)}
        for n, ((low, high), s) in enumerate(zip(limits, times, strict=True), start=1)
    ]
    detail = {"rows": rows, "by": by, "basis": zoned.detail["basis"], "unit": zoned.detail["unit"]}
    return Measure(total, zoned.coverage, detail, zoned.estimated)


@metric(
    title="easy_share_pct",
    unit="pct",
    scope="activity",
    combine="weighted_by_time",
    needs=("intensity_distribution",),
    source="Seiler 2010 (three zones); bounds where Friel's zones 3 and 5 begin",
    evidence=Evidence.useful,
    version=2,
)
def easy_share_pct(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Share of the time below the first threshold; all three shares are in `detail`.

    By heart rate; by pace or power when that or its thresholds are unknown.
    """
    spread = intensity_distribution(activity, athlete)
    if isinstance(spread, Unknown) or not spread.value:
        return spread
    easy, moderate, hard = (row["share_pct"] for row in spread.detail["rows"])
    detail = {
        "easy_pct": easy,
        "moderate_pct": moderate,
        "hard_pct": hard,
        "by": spread.detail["by"],
        "basis": spread.detail["basis"],
    }
    return Measure(
        100 * spread.detail["rows"][0]["time_s"] / spread.value, spread.coverage, detail, spread.estimated
    )
