"""Thresholds estimated from what was done, when the athlete gave none. Pure; says what it rests on.

Every estimate is robust against one bad recording: a value counts only when a second activity comes
close to it, or when the effort was a race.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import inf
from statistics import median

from coach.domain.activity import Sport
from coach.domain.athlete import Threshold, ThresholdKind, Thresholds
from coach.domain.metrics.history import Past
from coach.domain.metrics.performance import threshold_speed_of
from coach.domain.metrics.registry import Unknown
from coach.domain.metrics.swim_threshold import estimate_swim_threshold
from coach.domain.metrics.verification import Candidate, confirmed, worth_of

# The metrics that the estimates read of past activities.
READS = (
    "hr_curve",
    "distance_bests",
    "duration_bests",
    "distance_m",
    "elapsed_s",
    "moving_s",
    "avg_hr_bpm",
    "graded_pace_s_per_km",
    "swim_test_speed_mps",
)

HR_MAX_DAYS = 365
HR_MAX_HELD_S = 10  # a maximum counts when it was held that long …
HR_MAX_RISE_BPM = 25.0  # … and the best minute around it is not far below: a spike has no shoulder
HR_CONFIRM_BPM = 6.0
AGE_SPREAD_BPM = 10.0  # the standard deviation of Tanaka's formula
REST_DAYS, REST_AT_LEAST = 28, 7
LTHR_DAYS = 180
LTHR_HELD_S = 1800
LTHR_OF_MAX = (0.84, 0.95)  # where LTHR lies in trained runners; outside it was no threshold effort
LTHR_TYPICAL = 0.89
SPEED_DAYS = 180
SPEED_CONFIRM = 0.06
HARD_ENOUGH = 0.95  # a best effort this close to what heart rate predicts was a hard one
TOO_FAST = 1.25  # … and this far above it one was run down a hill, or measured wrong
RUNS_AT_LEAST = 3
EASY_MIN_S, EASY_MIN_RESERVE = 1200.0, 0.55


def age_hr_max(age: float) -> float:
    """Return the maximum heart rate expected at an age: 208 − 0.7·age (Tanaka 2001), SD about 10."""
    return 208 - 0.7 * age


def estimate(
    past: Sequence[Past],
    resting_hr: Mapping[date, float],
    on: date,
    birth_year: int | None = None,
    given: Thresholds | None = None,
) -> dict[ThresholdKind, Threshold | Unknown]:
    """Estimate HRmax, HRrest, LTHR, threshold and critical swim speed as of a day, or say why not.

    `past` are activities up to `on` (later ones are ignored), `resting_hr` daily values in bpm. What the
    athlete gave (`given`, origin "given") is taken as it is and helps to estimate the rest.
    """
    known = given or Thresholds()
    past = [p for p in past if p.day <= on]
    age = None if birth_year is None else on.year - birth_year

    def pick(kind: ThresholdKind, estimated: Threshold | Unknown) -> Threshold | Unknown:
        own: Threshold | None = getattr(known, kind.value)
        return own if own is not None and own.origin == "given" else estimated

    top = pick(ThresholdKind.hr_max_bpm, estimate_hr_max(past, on, age))
    rest = pick(ThresholdKind.hr_rest_bpm, estimate_hr_rest(resting_hr, on))
    hr_max_bpm = top.value if isinstance(top, Threshold) else None
    lthr = pick(ThresholdKind.lthr_bpm, estimate_lthr(past, on, hr_max_bpm))
    speed = estimate_threshold_speed(
        past,
        on,
        lthr.value if isinstance(lthr, Threshold) else None,
        rest.value if isinstance(rest, Threshold) else None,
    )
    return {
        ThresholdKind.hr_max_bpm: top,
        ThresholdKind.hr_rest_bpm: rest,
        ThresholdKind.lthr_bpm: lthr,
        ThresholdKind.threshold_speed_mps: pick(ThresholdKind.threshold_speed_mps, speed),
        ThresholdKind.swim_threshold_speed_mps: pick(
            ThresholdKind.swim_threshold_speed_mps, estimate_swim_threshold(past, on)
        ),
    }


def with_estimates(given: Thresholds, estimates: Mapping[ThresholdKind, Threshold | Unknown]) -> Thresholds:
    """Return the thresholds with estimates where the athlete gave nothing."""
    found: dict[str, Threshold] = {}
    for kind in ThresholdKind:
        own: Threshold | None = getattr(given, kind.value)
        estimated = estimates.get(kind)
        if own is not None and own.origin == "given":
            found[kind.value] = own
        elif isinstance(estimated, Threshold):
            found[kind.value] = estimated
    return replace(given, **found)


def estimate_hr_max(past: Iterable[Past], on: date, age: float | None) -> Threshold | Unknown:
    """Estimate HRmax: the highest that was held for 10 s within a year and that a second activity confirms.

    When the age is known and nothing observed comes within 10 bpm of what it predicts, nobody went to the
    limit, and the prediction stands instead. Observed maxima far above the prediction are sensor errors.
    """
    ceiling = 225.0 if age is None else age_hr_max(age) + 3 * AGE_SPREAD_BPM
    candidates = []
    for p in _recent(past, on, HR_MAX_DAYS):
        held, minute = p.held_hr(HR_MAX_HELD_S), p.held_hr(60)
        if held is None or minute is None or held - minute > HR_MAX_RISE_BPM or held > ceiling:
            continue
        candidates.append(Candidate(held, p.activity_id))
    best = confirmed(candidates, lambda a, b: a - b <= HR_CONFIRM_BPM)
    if age is not None and (best is None or best[0] < age_hr_max(age) - AGE_SPREAD_BPM):
        return _threshold(ThresholdKind.hr_max_bpm, age_hr_max(age), on, "hr_max_age", ())
    if best is None:
        return Unknown("need_hr_runs", {"runs": 2})
    return _threshold(ThresholdKind.hr_max_bpm, best[0], on, "hr_max_observed", best[1])


def estimate_hr_rest(resting_hr: Mapping[date, float], on: date) -> Threshold | Unknown:
    """Estimate HRrest: the median of the daily values of the last 28 days, of seven at least."""
    first = on - timedelta(days=REST_DAYS - 1)
    values = [v for day, v in resting_hr.items() if first <= day <= on and 25 <= v <= 120]
    if len(values) < REST_AT_LEAST:
        return Unknown("need_resting_days", {"days": REST_AT_LEAST})
    return _threshold(ThresholdKind.hr_rest_bpm, float(median(values)), on, "hr_rest_daily", ())


def estimate_lthr(past: Iterable[Past], on: date, hr_max_bpm: float | None) -> Threshold | Unknown:
    """Estimate LTHR: the best half hour of the last 180 days, when it was a threshold effort.

    That is when it lies at 84–95 % of HRmax (Friel's field test is a half-hour time trial). Otherwise
    89 % of HRmax, which says less; without HRmax there is nothing to judge the effort by.
    """
    if hr_max_bpm is None:
        return Unknown("need_hr_max")
    low, high = (share * hr_max_bpm for share in LTHR_OF_MAX)
    candidates = [
        Candidate(held, p.activity_id, p.race)
        for p in _recent(past, on, LTHR_DAYS)
        if p.sport is Sport.run and (held := p.held_hr(LTHR_HELD_S)) is not None and held <= high
    ]
    best = confirmed(candidates, lambda a, b: a - b <= HR_CONFIRM_BPM)
    if best is None or best[0] < low:
        return _threshold(ThresholdKind.lthr_bpm, LTHR_TYPICAL * hr_max_bpm, on, "lthr_hr_max", ())
    return _threshold(ThresholdKind.lthr_bpm, best[0], on, "lthr_half_hour", best[1])


def estimate_threshold_speed(
    past: Iterable[Past], on: date, lthr_bpm: float | None, hr_rest_bpm: float | None
) -> Threshold | Unknown:
    """Estimate threshold speed from the best efforts of 180 days, by way of VDOT.

    Efforts of 3 km and more count. Training bests are lower bounds: where heart rate says that easy runs
    were faster than such an effort allows, speed at LTHR is extrapolated from heart-rate reserve instead. An
    effort far beyond that is left out, unless it was a race.
    """
    runs = [p for p in _recent(past, on, SPEED_DAYS) if p.sport is Sport.run]
    worth = [found for p in runs if (found := worth_of(p)) is not None]
    by_hr = _speed_at_lthr(runs, lthr_bpm, hr_rest_bpm)
    most_mps = inf if by_hr is None else TOO_FAST * by_hr[0]
    efforts = [
        Candidate(speed_mps, e.activity_id, e.raced)
        for vdot, e in worth
        if (speed_mps := threshold_speed_of(vdot)) <= most_mps or e.raced
    ]
    best = confirmed(efforts, lambda a, b: a - b <= SPEED_CONFIRM * a)
    if len(runs) < RUNS_AT_LEAST and not any(e.trusted for e in efforts):
        return Unknown("need_runs", {"runs": RUNS_AT_LEAST})
    raced = best is not None and any(e.trusted and e.activity_id == best[1][0] for e in efforts)
    kind = ThresholdKind.threshold_speed_mps
    if best is not None and (raced or by_hr is None or best[0] >= HARD_ENOUGH * by_hr[0]):
        return _threshold(kind, best[0], on, "threshold_speed_effort", best[1])
    if by_hr is not None:
        return _threshold(kind, by_hr[0], on, "threshold_speed_hr", by_hr[1])
    return Unknown("need_runs", {"runs": RUNS_AT_LEAST})


def _speed_at_lthr(
    runs: Sequence[Past], lthr_bpm: float | None, hr_rest_bpm: float | None
) -> tuple[float, tuple[int, ...]] | None:
    """Extrapolate graded speed in proportion to heart-rate reserve; the median over the runs."""
    if lthr_bpm is None or hr_rest_bpm is None or hr_rest_bpm >= lthr_bpm:
        return None
    found = []
    for p in runs:
        pace, hr, moving = p.value("graded_pace_s_per_km"), p.value("avg_hr_bpm"), p.value("moving_s")
        if pace is None or hr is None or moving is None or moving < EASY_MIN_S:
            continue
        share = (hr - hr_rest_bpm) / (lthr_bpm - hr_rest_bpm)
        if share >= EASY_MIN_RESERVE:
            found.append((1000 / pace / share, p.activity_id))
    if len(found) < RUNS_AT_LEAST:
        return None
    return float(median(v for v, _ in found)), tuple(sorted(i for _, i in found))


def _recent(past: Iterable[Past], on: date, days: int) -> list[Past]:
    first = on - timedelta(days=days - 1)
    return [p for p in past if first <= p.day <= on]


def _threshold(
    kind: ThresholdKind, value: float, on: date, basis: str, activities: tuple[int, ...]
) -> Threshold:
    return Threshold(kind, round(value, 3), "estimated", on, basis, activities)
