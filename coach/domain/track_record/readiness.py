"""Readiness of the morning against the run that followed, and its forecast against what came."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from statistics import fmean, median
from typing import Any

import numpy as np

from coach.domain.activity import Sport
from coach.domain.metrics.forecast import forecasts
from coach.domain.metrics.history import History, Past
from coach.domain.metrics.readiness import readiness_series
from coach.domain.metrics.readiness_score import advice_of
from coach.domain.track_record.registry import TrackRecord, tracked

USUAL_DAYS, USUAL_AT_LEAST = 42, 5  # what a run is held against: the median of the six weeks before
RUN_MIN_S = 1200.0
ENOUGH = 20  # days: a correlation of fewer is chance
OUTCOMES = ("effort", "efficiency")


@tracked(formulas=("readiness",), reads=("efficiency_factor", "moving_s"), key=("day",), scoring=0)
def readiness(history: History) -> TrackRecord:
    """Hold readiness of each morning against how that day's run felt and how efficient it was.

    `effort`: how much harder the run felt (RPE) than the median of the 42 days before; `efficiency`: speed
    per heartbeat against theirs, in %. Readiness of a day reads the nights, the loads until the day before
    and what was said that day, taken as said in the morning. Whether a session was broken off is not
    counted: nothing yet tells what had been planned.
    """
    last = history.last_day
    series = readiness_series(history, history.first_day, last)
    rows: list[dict[str, Any]] = []
    for day, score in zip(_days(history.first_day, last), series.score.tolist(), strict=True):
        runs = history.between(day, day, Sport.run)
        if math.isnan(score) or not runs:
            continue
        before = history.between(day - timedelta(days=USUAL_DAYS), day - timedelta(days=1), Sport.run)
        effort, usual_effort = _mean(runs, _rpe), _usual(before, _rpe)
        pace, usual_pace = _mean(runs, _efficiency), _usual(before, _efficiency)
        row = {
            "day": day.isoformat(),
            "readiness": score,
            "effort": None if effort is None or usual_effort is None else effort - usual_effort,
            "efficiency": None if pace is None or not usual_pace else 100 * (pace / usual_pace - 1),
        }
        if row["effort"] is not None or row["efficiency"] is not None:
            rows.append(row)
    summary: dict[str, Any] = {"days": len(rows)}
    for outcome in OUTCOMES:
        pairs = [(row["readiness"], row[outcome]) for row in rows if row[outcome] is not None]
        summary[outcome] = _followed(pairs)
    return TrackRecord(summary, rows)


def _followed(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return n, the rank correlation with its 95 % interval, and the mean after each kind of advice."""
    found: dict[str, Any] = {"n": len(pairs), "enough": len(pairs) >= ENOUGH}
    found["after"] = {
        advice: {"n": len(values), "mean": fmean(values)}
        for advice in ("as_planned", "reduce", "easy_or_rest")
        if (values := [value for score, value in pairs if advice_of(score) == advice])
    }
    if len(pairs) < ENOUGH:
        return found
    r = rank_correlation([score for score, _ in pairs], [value for _, value in pairs])
    if r is None:
        return found | {"enough": False}
    # Fisher's z with the variance of ranks, 1.06/(n − 3) (Fieller, Hartley & Pearson 1957).
    free = _independent([score for score, _ in pairs], [value for _, value in pairs])
    z, half = math.atanh(max(-0.999999, min(0.999999, r))), 1.96 * math.sqrt(1.06 / (free - 3))
    low, high = math.tanh(z - half), math.tanh(z + half)
    return found | {"r": r, "low": low, "high": high, "tells": not low <= 0.0 <= high}


def _independent(a: Sequence[float], b: Sequence[float]) -> float:
    """Return how many independent pairs these are worth: days that follow each other resemble each other.

    n·(1 − r1·r2)/(1 + r1·r2) with the lag-1 autocorrelations of both (Bartlett 1935), four at least.
    """
    both = 1.0
    for values in (a, b):
        x = np.asarray(values) - fmean(values)
        both *= float(x[1:] @ x[:-1]) / float(x @ x)
    both = min(max(both, 0.0), 0.99)
    return max(4.0, len(a) * (1 - both) / (1 + both))


def rank_correlation(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation, ties at their mean rank; None when one of them is constant."""
    ranks = []
    for values in (a, b):
        _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(counts) - (counts - 1) / 2)[place])
    x, y = (r - r.mean() for r in ranks)
    spread = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / spread if spread > 0 else None


@tracked(formulas=("readiness", "readiness_forecast"), reads=(), key=("day",), scoring=0)
def readiness_forecast(history: History) -> TrackRecord:
    """Hold the forecast of each evening against the readiness that came, beside "the same as today"."""
    made = forecasts(history, history.first_day, history.last_day)
    days = _days(history.first_day, history.last_day)
    rows: list[dict[str, Any]] = []
    for day, said, same, came in zip(
        days, made.made.tolist(), made.same.tolist(), made.came.tolist(), strict=True
    ):
        if not math.isnan(said) and not math.isnan(came):
            following = (day + timedelta(days=1)).isoformat()
            rows.append({"day": following, "said": said, "same": same, "came": came, "error": said - came})
    summary: dict[str, Any] = {"n": len(rows), "enough": len(rows) >= ENOUGH}
    if rows:
        summary |= {
            "mae": fmean(abs(row["error"]) for row in rows),
            "naive_mae": fmean(abs(row["same"] - row["came"]) for row in rows),
            "bias": fmean(row["error"] for row in rows),
        }
    return TrackRecord(summary, rows)


Value = Callable[[Past], float | None]


def _rpe(past: Past) -> float | None:
    return past.rpe


def _efficiency(past: Past) -> float | None:
    if past.race or past.treadmill or (past.value("moving_s") or 0) < RUN_MIN_S:
        return None
    return past.value("efficiency_factor")


def _mean(runs: Sequence[Past], value: Value) -> float | None:
    known = [v for p in runs if (v := value(p)) is not None]
    return fmean(known) if known else None


def _usual(runs: Sequence[Past], value: Value) -> float | None:
    known = [v for p in runs if (v := value(p)) is not None]
    return median(known) if len(known) >= USUAL_AT_LEAST else None


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
