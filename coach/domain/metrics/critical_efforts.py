"""Critical speed and D′ from the best efforts of the last weeks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from coach.domain.activity import Sport
from coach.domain.metrics.critical_speed import CriticalSpeed, FitModel, critical_speed
from coach.domain.metrics.current_vdot import READS_OF_VDOT, vdot_on
from coach.domain.metrics.history import History
from coach.domain.metrics.performance import vdot_of
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.metrics.thresholds import SPEED_CONFIRM
from coach.domain.metrics.verification import Performance, performances_of

DAYS = 90
MIN_S, MAX_S = 120.0, 900.0
EFFORTS_AT_LEAST = 3
SPAN_AT_LEAST = 2.5  # the longest over the shortest: closer together and the line has no direction
APART = 1.25  # two efforts of nearly the same length are one witness
# An effort whose VDOT falls this far below the athlete's own was not maximal.
MAXIMAL = 0.94
MODEL: FitModel = "distance_time"


def maximal_efforts(history: History, day: date) -> list[Performance]:
    """Return the best efforts of 2–15 minutes of the last 90 days that can have been maximal, shortest first.

    Of every distance and every duration the fastest that was a race or that a second run confirms; what is
    slower than a longer one was not maximal, nor what falls far below the athlete's VDOT.
    """
    by_target: dict[tuple[str, float], list[Performance]] = {}
    for p in history.between(day - timedelta(days=DAYS - 1), day, Sport.run):
        for e in performances_of(p):
            if MIN_S <= e.time_s <= MAX_S:
                by_target.setdefault(_target(e), []).append(e)
    best = [found for efforts in by_target.values() if (found := _believed(efforts)) is not None]
    now = vdot_on(history, day)
    least = 0.0 if isinstance(now, Unknown) else MAXIMAL * now.value
    hard = [e for e in best if vdot_of(e.distance_m, e.time_s) >= least]
    kept: list[Performance] = []
    for e in sorted(hard, key=lambda e: (-e.time_s, -e.distance_m)):
        slower = bool(kept) and _speed(e) <= _speed(kept[-1])
        if not slower and (not kept or kept[-1].time_s >= APART * e.time_s):
            kept.append(e)
    return kept[::-1]


def critical_speed_on(history: History, day: date) -> tuple[CriticalSpeed, list[Performance]] | Unknown:
    """Fit critical speed to the athlete's own efforts; with the efforts, or Unknown with the reason."""
    efforts = maximal_efforts(history, day)
    if (
        len(efforts) < EFFORTS_AT_LEAST
        or efforts[-1].time_s < SPAN_AT_LEAST * efforts[0].time_s
        or len({e.activity_id for e in efforts}) < 2  # stretches of one even run are no separate efforts
    ):
        return Unknown("need_cs_efforts", {"efforts": EFFORTS_AT_LEAST})
    found = critical_speed([e.distance_m for e in efforts], [e.time_s for e in efforts], MODEL)
    return found if isinstance(found, Unknown) else (found, efforts)


@metric(
    title="critical_speed_mps",
    unit="mps",
    scope="day",
    combine="none",
    needs=READS_OF_VDOT,
    source="Two-parameter model d = CS·t + D′, ordinary least squares (Monod & Scherrer 1965, Hughson 1984)",
    evidence=Evidence.established,
    version=1,
)
def critical_speed_mps(history: History, day: date) -> Measure | Unknown:
    """The speed that divides what can be held for long from what cannot, from efforts of 2–15 minutes.

    Needs three efforts of the last 90 days that can have been maximal and differ in length by 2.5 times.
    Efforts in training are lower bounds, and so is what is fitted to them (`detail.lower_bound`); `detail`
    names the model and the efforts.
    """
    found = critical_speed_on(history, day)
    return found if isinstance(found, Unknown) else Measure(found[0].cs_mps, detail=_detail(*found))


@metric(
    title="d_prime_m",
    unit="m",
    scope="day",
    combine="none",
    needs=READS_OF_VDOT,
    source="Two-parameter model d = CS·t + D′, ordinary least squares (Monod & Scherrer 1965, Hughson 1984)",
    evidence=Evidence.useful,
    version=1,
)
def d_prime_m(history: History, day: date) -> Measure | Unknown:
    """The metres that can be run above critical speed; from the same efforts, and less certain than it."""
    found = critical_speed_on(history, day)
    return found if isinstance(found, Unknown) else Measure(found[0].d_prime_m, detail=_detail(*found))


def _detail(found: CriticalSpeed, efforts: list[Performance]) -> dict[str, Any]:
    return {
        "model": found.model,
        "cs_error_mps": found.cs_error_mps,
        "d_prime_error_m": found.d_prime_error_m,
        "r2": found.r2,
        "lower_bound": not all(e.raced for e in efforts),
        "activities": sorted({e.activity_id for e in efforts}),
        "rows": [
            {
                "distance_m": e.distance_m,
                "time_s": e.time_s,
                "activity_id": e.activity_id,
                "level": e.level.value,
            }
            for e in efforts
        ],
    }


def _target(effort: Performance) -> tuple[str, float]:
    """Return what an effort was cut out by: a whole number of minutes, or a distance."""
    return ("time", effort.time_s) if effort.time_s % 60 == 0 else ("distance", effort.distance_m)


def _speed(effort: Performance) -> float:
    return effort.distance_m / effort.time_s


def _believed(efforts: list[Performance]) -> Performance | None:
    """Return the fastest that is a race or has the next one of another run close below it."""
    row = sorted(efforts, key=_speed, reverse=True)
    for n, e in enumerate(row):
        if e.raced:
            return e
        if n + 1 < len(row) and _speed(e) - _speed(row[n + 1]) <= SPEED_CONFIRM * _speed(e):
            return e
    return None
