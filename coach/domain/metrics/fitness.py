"""Fitness of a day: VDOT, VO2max, thresholds in force, weekly volume, age grade."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from coach.domain.activity import Sport
from coach.domain.athlete import Sex, Threshold
from coach.domain.metrics.age_grade import AGES, DISTANCES_M, age_grade
from coach.domain.metrics.current_vdot import READS_OF_VDOT, Vdot, fitness_past, vdot_on
from coach.domain.metrics.history import History
from coach.domain.metrics.performance import threshold_speed_of
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.metrics.thresholds import AGE_SPREAD_BPM
from coach.domain.metrics.verification import Performance
from coach.domain.metrics.vo2max import Vo2max, hr_speed_regression, uth

DEVICE_DAYS = 60
DEVICE_ERROR = 0.057  # mean error of a watch of 2019 against the laboratory (Forerunner 245)
STEADY_DAYS = 90
STEADY_MIN_S = 1200.0
UNEVEN = 1.05  # mean pace over graded pace: beyond it the run was intervals or a mountain
VOLUME_WEEKS, VOLUME_WEEKS_AT_LEAST = 8, 4
AGE_GRADE_DAYS = 365


@metric(
    title="vdot",
    unit="VDOT",
    scope="day",
    combine="none",
    needs=READS_OF_VDOT,
    source="Daniels & Gilbert 1979, Oxygen Power; time off after Daniels (VDOT O2, 2018)",
    evidence=Evidence.established,
    version=3,
)
def vdot(history: History, day: date) -> Measure | Unknown:
    """VDOT of the best performance of the last 180 days that can be believed.

    A race counts by itself, a best in training only when a second run comes within 6 % of it, and unless it
    lies far beyond what easy runs imply: it was not maximal, so it is a lower bound. Where no effort comes
    near what heart rate says is possible, the speed at LTHR is extrapolated from easy runs. Six days without
    running and more cost what Daniels says, and what was lost comes back over as many days as the break had.
    With fewer than ten runs or 21 days since the first, and no race, it is `detail.provisional`: the range
    reaches as far up as easy running alone leaves open. `detail` has the range, the performance with its
    level and its age in days, and the share that time off has left.
    """
    found = vdot_on(history, day)
    if isinstance(found, Unknown):
        return found
    detail: dict[str, Any] = {
        "low": round(found.low, 2),
        "high": round(found.high, 2),
        "level": found.level.value,
        "share": round(found.share, 4),
        "days_off": found.days_off,
        "activities": list(found.activities),
        "provisional": found.provisional,
    }
    if found.basis is not None:
        detail |= described(found.basis, day)
    return Measure(found.value, detail=detail, estimated=found.basis is None)


def described(basis: Performance, day: date) -> dict[str, Any]:
    """Return a performance as JSON, with its age on a day."""
    return {
        "distance_m": basis.distance_m,
        "time_s": basis.time_s,
        "day": basis.day.isoformat(),
        "age_days": (day - basis.day).days,
        "activity_id": basis.activity_id,
    }


@metric(
    title="vo2max",
    unit="ml_per_kg_min",
    scope="day",
    combine="none",
    needs=("vo2max", "graded_pace_s_per_km", "pace_s_per_km", "avg_hr_bpm", "moving_s"),
    source="Device; regression of speed on heart rate to HRmax; Uth 2004, Eur J Appl Physiol 91:111",
    evidence=Evidence.useful,
    version=1,
)
def vo2max(history: History, day: date) -> Measure | Unknown:
    """VO2max by the watch, else by heart rate and speed of steady runs, else by HRmax over HRrest.

    Every estimate that could be made stands in `detail.estimates` with its error: about 5.7 % for a watch,
    that of the fitted line and of HRmax for the regression, 2.7 for the ratio (4.7 with HRmax from age).
    """
    made = [found for found in (_device(history, day), _steady(history, day), _ratio(history, day)) if found]
    if not made:
        return Unknown("need_vo2max")
    best = made[0]
    return Measure(
        best["value"],
        detail={"method": best["method"], "error": best["error"], "estimates": made},
        estimated=best["method"] != "device",
    )


def _device(history: History, day: date) -> dict[str, Any] | None:
    known = history.values("vo2max", day - timedelta(days=DEVICE_DAYS - 1), day)
    if not known:
        return None
    on, value = next(reversed(known.items()))
    return _estimate("device", value, DEVICE_ERROR * value) | {"day": on.isoformat()}


def _steady(history: History, day: date) -> dict[str, Any] | None:
    top = fitness_past(history).thresholds(day).hr_max_bpm
    if top is None:
        return None
    speeds, hrs, ids = [], [], []
    for p in history.between(day - timedelta(days=STEADY_DAYS - 1), day, Sport.run):
        graded, plain = p.value("graded_pace_s_per_km"), p.value("pace_s_per_km")
        hr, moving = p.value("avg_hr_bpm"), p.value("moving_s")
        if not graded or not plain or hr is None or moving is None or p.treadmill:
            continue
        if moving >= STEADY_MIN_S and 1 / UNEVEN <= plain / graded <= UNEVEN:
            speeds.append(1000 / graded)
            hrs.append(hr)
            ids.append(p.activity_id)
    found = hr_speed_regression(speeds, hrs, top.value, hr_max_error=_hr_max_error(top))
    if not isinstance(found, Vo2max):
        return None
    return _estimate("hr_speed", found.vo2max, found.standard_error) | {"activities": ids}


def _ratio(history: History, day: date) -> dict[str, Any] | None:
    held = fitness_past(history).thresholds(day)
    top, rest = held.hr_max_bpm, held.hr_rest_bpm
    if top is None or rest is None:
        return None
    found = uth(top.value, rest.value, hr_max_from_age=top.basis == "hr_max_age")
    return _estimate("hr_ratio", found.vo2max, found.standard_error)


def _estimate(method: str, value: float, error: float) -> dict[str, Any]:
    return {"method": method, "value": round(value, 2), "error": round(error, 2)}


def _hr_max_error(top: Threshold) -> float:
    return AGE_SPREAD_BPM if top.basis == "hr_max_age" else 0.0


@metric(
    title="threshold_pace_s_per_km",
    unit="s_per_km",
    scope="day",
    combine="none",
    needs=READS_OF_VDOT,
    source="Given by the athlete, else estimated from best efforts by way of VDOT (Daniels' T pace)",
    evidence=Evidence.useful,
    version=2,
)
def threshold_pace_s_per_km(history: History, day: date) -> Measure | Unknown:
    """The threshold pace in force: what the athlete gave, else what was estimated; `detail` says which."""
    held = fitness_past(history).thresholds(day).threshold_speed_mps
    if held is not None:
        return _in_force(held, 1000 / held.value)
    found = vdot_on(history, day)
    if isinstance(found, Unknown):
        return found
    detail = {
        "origin": "estimated",
        "basis": "threshold_speed_effort" if found.basis else "threshold_speed_hr",
        "activities": list(found.activities),
    }
    return Measure(1000 / threshold_speed_of(found.value), detail=detail, estimated=True)


@metric(
    title="lthr",
    unit="bpm",
    scope="day",
    combine="none",
    needs=("lthr_bpm",),
    source="Given by the athlete, else the best half hour (Friel's field test), else 89 % of HRmax",
    evidence=Evidence.useful,
    version=1,
)
def lthr(history: History, day: date) -> Measure | Unknown:
    """The lactate-threshold heart rate in force: what the athlete gave, else what was estimated."""
    held = fitness_past(history).thresholds(day).lthr_bpm
    return Unknown("need_hr_max") if held is None else _in_force(held, held.value)


def _in_force(held: Threshold, value: float) -> Measure:
    detail = {
        "origin": held.origin,
        "basis": held.basis,
        "valid_from": held.valid_from.isoformat(),
        "activities": list(held.activities),
    }
    return Measure(value, detail=detail, estimated=held.origin == "estimated")


@metric(
    title="weekly_volume_m",
    unit="m",
    scope="day",
    combine="none",
    needs=("distance_m",),
    source="Definition: mean distance run per week over the last eight weeks",
    evidence=Evidence.definition,
    version=1,
)
def weekly_volume_m(history: History, day: date) -> Measure | Unknown:
    """Mean distance run per week over the last eight weeks, over four to seven when there are no more.

    Coverage is the share of the runs whose distance is known.
    """
    weeks = min(VOLUME_WEEKS, ((day - history.known_from).days + 1) // 7)
    if weeks < VOLUME_WEEKS_AT_LEAST:
        return Unknown("need_weeks", {"weeks": VOLUME_WEEKS_AT_LEAST})
    runs = history.between(day - timedelta(days=7 * weeks - 1), day, Sport.run)
    known = [metres for p in runs if (metres := p.value("distance_m")) is not None]
    if runs and not known:
        return Unknown("no_distance")
    ids = [p.activity_id for p in runs]
    return Measure(
        sum(known) / weeks,
        coverage=len(known) / len(runs) if runs else None,
        detail={"weeks": weeks, "activities": ids},
    )


@metric(
    title="age_grade_pct",
    unit="pct",
    scope="day",
    combine="none",
    needs=READS_OF_VDOT,
    source="Age-grading standards 2025 for road running (USATF, CC0)",
    evidence=Evidence.established,
    version=2,
)
def age_grade_pct(history: History, day: date) -> Measure | Unknown:
    """The best age grade of the last year's races; without a race that of the effort VDOT rests on.

    100 % is the best time of that sex and age. Of the birthday only the year is known, so the age may be one
    too high.
    """
    athlete = history.athlete
    if athlete.sex is None:
        return Unknown("need_sex")
    if athlete.birth_year is None:
        return Unknown("need_birth_year")
    past = fitness_past(history)
    efforts = past.races(day - timedelta(days=AGE_GRADE_DAYS - 1), day)
    if not efforts:
        found = past.vdot(day)
        efforts = [found.basis] if isinstance(found, Vdot) and found.basis else []
    low, high = DISTANCES_M
    sex: Literal["M", "F"] = "F" if athlete.sex is Sex.female else "M"
    graded = [
        (age_grade(sex, age, e.distance_m, e.time_s).age_grade_pct, e)
        for e in efforts
        if low <= e.distance_m <= high and AGES[0] <= (age := e.day.year - athlete.birth_year) <= AGES[1]
    ]
    if not graded:
        return Unknown("need_effort")
    best, effort = max(graded, key=lambda g: g[0])
    return Measure(best, detail=described(effort, day) | {"level": effort.level.value})
