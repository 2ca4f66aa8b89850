"""Whether two things go together in one athlete: pairs with a lag, and an interval that knows about memory.

Both are compared with the athlete's own weeks around: a season, a level that shifted or growing fitness would
link anything with anything. Neighbouring days still resemble each other, so n pairs are worth fewer, and the
interval is that of the effective number of pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import atanh, sqrt, tanh
from statistics import NormalDist
from typing import Literal

import numpy as np

from coach.domain.activity import Floats, Sport
from coach.domain.metrics.change_points import robust_sd
from coach.domain.metrics.history import History
from coach.domain.metrics.matched import at_reference, conditions_of, effects_of
from coach.domain.metrics.registry import Unknown
from coach.domain.metrics.watched import comparable_runs

Cause = Literal["sleep", "short_sleep", "hrv", "rhr", "load", "distance", "temperature", "weight"]
Outcome = Literal["efficiency", "decoupling", "rhr", "hrv", "rpe", "pain", "mood", "fatigue"]

SAID: tuple[Outcome, ...] = ("pain", "mood", "fatigue")  # entries of the journal with a value
SHORT_NIGHT_S = 6 * 3600.0
SHORT_AT_LEAST = 8  # nights of both kinds: fewer make no group to compare

PAIRS_AT_LEAST = 20
CONFIDENCE = 0.95
OUTLIER_SDS = 4.0
LAGS_SUMMED = 30
AROUND_DAYS = 28
CAUSE_NAMES: Mapping[Cause, tuple[str, ...]] = {
    "sleep": ("sleep_s",),
    "short_sleep": ("sleep_s",),
    "hrv": ("hrv_rmssd_ms", "hrv_sdnn_ms"),
    "rhr": ("rhr_bpm",),
    "weight": ("weight_kg",),
}
# One more of the cause, as people say it: an hour, ten milliseconds, five beats, a hard session …
STEPS: Mapping[Cause, float] = {
    "sleep": 3600.0,
    "short_sleep": 1.0,
    "hrv": 10.0,
    "rhr": 5.0,
    "load": 50.0,
    "distance": 10_000.0,
    "temperature": 5.0,
    "weight": 1.0,
}
MEASURES = (
    "efficiency_factor",
    "decoupling_pct",
    "speed_mps",
    "ascent_m",
    "distance_m",
    "temperature_c",
)


@dataclass(frozen=True)
class Lag:
    """How long before: the cause is the sum of `window` days, the last of them `days` before the outcome."""

    days: int
    window: int = 1


@dataclass(frozen=True)
class Link:
    """How an outcome goes with a cause. `effect` (with `low` and `high`) is what one STEP more comes with.

    It is in the outcome's unit; for efficiency it is s/km at the same heart rate, negative is faster. `r` is
    Spearman's. `confidence` is that of all intervals, higher when several lags were `tried`. `pairs` are day,
    cause and outcome as they were paired; `apart` how far both were from the
    weeks around, and `slope` (with its interval) the line through these.
    `clear`: no interval holds zero.
    """

    a: Cause
    b: Outcome
    lag: Lag
    tried: int
    confidence: float
    n: int
    n_effective: float
    r: float
    r_low: float
    r_high: float
    effect: float
    low: float
    high: float
    step: float
    pairs: tuple[tuple[date, float, float], ...]
    apart: tuple[tuple[float, float], ...]
    slope: float
    slope_low: float
    slope_high: float
    names: tuple[str, ...]  # the daily values that were read
    activity_ids: tuple[int, ...]
    temperature_matched: bool
    pace_s_per_km: float | None  # at which efficiency was compared

    @property
    def clear(self) -> bool:
        return self.r_low * self.r_high > 0 and self.low * self.high > 0


@dataclass(frozen=True)
class _Outcomes:
    values: Mapping[date, float]
    pace_s_per_km: float | None = None  # for efficiency, whose values are logarithms
    names: tuple[str, ...] = ()
    activities: Mapping[date, tuple[int, ...]] | None = None
    temperature_matched: bool = False


def usual_lags(a: Cause, b: Outcome) -> tuple[Lag, ...]:
    """Return the lags that make sense without being asked for: the night before, yesterday, the week."""
    if a == "load":
        return Lag(1), Lag(1, 7)
    if a == "distance":
        return (Lag(1, 7),)  # the kilometres of the week that ended the day before
    if a == b or (a == "temperature" and b in ("rhr", "hrv")):
        return (Lag(1),)
    return (Lag(0),) if a in ("temperature", "weight") else (Lag(0), Lag(1))


def correlate(
    history: History, a: Cause, b: Outcome, first: date, last: date, lag_days: int | None = None
) -> Link | Unknown:
    """Return how `b` goes with `a` within a span (both ends included), or why that cannot be told.

    Without `lag_days` the usual lags are tried, the strongest is returned, and its interval is widened for
    having been chosen (Bonferroni).
    """
    lags = usual_lags(a, b)
    if lag_days is not None:
        least = 1 if a in (b, "load", "distance") else 0
        lags = (Lag(max(lag_days, least), 7 if a == "distance" else 1),)
    outcomes = _outcomes(history, b, first, last, with_temperature=a != "temperature")
    confidence = 1 - (1 - CONFIDENCE) / len(lags)
    if a == "short_sleep" and (few := _short_nights(history, lags, outcomes)) is not None:
        return few
    found: list[Link] = []
    most = 0
    for lag in lags:
        link = _link(history, a, b, lag, outcomes, (len(lags), confidence))
        if isinstance(link, Link):
            found.append(link)
        else:
            most = max(most, link)
    if not found:
        return Unknown("need_pairs", {"pairs": most, "needed": PAIRS_AT_LEAST})
    return max(found, key=lambda link: abs(link.r))


def _short_nights(history: History, lags: tuple[Lag, ...], outcomes: _Outcomes) -> Unknown | None:
    """Return why short nights cannot be set against the others, None when there are enough of both."""
    most = (0, 0)
    for lag in lags:
        causes = _causes(history, "short_sleep", lag, list(outcomes.values))[0]
        short = sum(value > 0 for value in causes.values())
        most = max(most, (min(short, len(causes) - short), short))
    if most[0] >= SHORT_AT_LEAST:
        return None
    return Unknown("need_short_nights", {"short": most[1], "needed": SHORT_AT_LEAST})


def _link(
    history: History, a: Cause, b: Outcome, lag: Lag, outcomes: _Outcomes, how: tuple[int, float]
) -> Link | int:
    """Return the link at one lag, or how many pairs there are when they are too few or never vary."""
    causes, names = _causes(history, a, lag, list(outcomes.values))
    days = [day for day in outcomes.values if day in causes]
    x = np.array([causes[day] for day in days])
    y = np.array([outcomes.values[day] for day in days])
    if len(days) < PAIRS_AT_LEAST or np.ptp(x) == 0 or np.ptp(y) == 0:
        return len(days)
    tried, confidence = how
    time = np.array([day.toordinal() for day in days], dtype=np.float64)
    u, v = (_from_weeks_around(_without_outliers(values), time) for values in (x, y))
    ranks = _ranks(u), _ranks(v)
    effective = effective_pairs(*ranks)
    r = float(ranks[0] @ ranks[1] / sqrt(float(ranks[0] @ ranks[0]) * float(ranks[1] @ ranks[1])))
    r_low, r_high = spearman_interval(r, effective, confidence)
    slope = float(u @ v / (u @ u))
    left = v - slope * u
    scatter = float(left @ left) / (len(days) - 3)
    error = sqrt(scatter / float(u @ u) * len(days) / effective)
    reach = _quantile(confidence, effective - 3) * error
    step = STEPS[a] * (2 if lag.window > 1 else 1)
    low, effect, high = (_in_plain_units(outcomes, s * step) for s in (slope - reach, slope, slope + reach))
    of_runs = outcomes.activities or {}
    return Link(
        a,
        b,
        lag,
        tried,
        confidence,
        len(days),
        effective,
        r,
        r_low,
        r_high,
        effect,
        min(low, high),
        max(low, high),
        step,
        tuple(zip(days, x.tolist(), y.tolist(), strict=True)),
        tuple(zip(u.tolist(), v.tolist(), strict=True)),
        slope,
        slope - reach,
        slope + reach,
        (*names, *outcomes.names),
        tuple(n for day in days for n in of_runs.get(day, ())),
        outcomes.temperature_matched,
        outcomes.pace_s_per_km,
    )


def effective_pairs(x: Floats, y: Floats) -> float:
    """Return how many independent pairs such pairs are worth: n / (1 + 2·Σ(1 − k/n)·ρx(k)·ρy(k)).

    Bartlett 1935 J R Stat Soc 98:536; products that are negative by chance do not add pairs.
    """
    n = len(x)
    together = 0.0
    for k in range(1, min(LAGS_SUMMED, n // 3) + 1):
        both = _autocorrelation(x, k) * _autocorrelation(y, k)
        together += (1 - k / n) * max(0.0, both)
    return max(4.5, n / (1 + 2 * together))


def spearman_interval(r: float, pairs: float, confidence: float) -> tuple[float, float]:
    """Return the interval of a rank correlation. Bonett & Wright 2000 Psychometrika 65:23."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    r = min(max(r, -0.9999), 0.9999)
    reach = z * sqrt((1 + r**2 / 2) / (pairs - 3))
    return tanh(atanh(r) - reach), tanh(atanh(r) + reach)


def _quantile(confidence: float, freedom: float) -> float:
    """Return the two-sided quantile of Student's t, by its first correction to the normal one."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    return z + (z**3 + z) / (4 * max(freedom, 1.0))


def _autocorrelation(values: Floats, lag: int) -> float:
    return float(values[lag:] @ values[:-lag] / (values @ values))  # their mean is zero


def _ranks(values: Floats) -> Floats:
    """Return the ranks, less their mean; equal values share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return ranks - ranks.mean()


def _without_outliers(values: Floats) -> Floats:
    middle = float(np.median(values))
    reach = OUTLIER_SDS * robust_sd(np.abs(values - middle))
    return np.clip(values, middle - reach, middle + reach)


def _from_weeks_around(values: Floats, time: Floats) -> Floats:
    """Return how far each value is from the mean of the four weeks before and after it."""
    near = np.abs(time[:, None] - time[None, :]) <= AROUND_DAYS
    apart = values - (near @ values) / near.sum(axis=1)
    return np.asarray(apart - apart.mean(), dtype=np.float64)


def _in_plain_units(outcomes: _Outcomes, change: float) -> float:
    """Return a change of the outcome as people say it: speed at one heart rate as seconds per kilometre."""
    if outcomes.pace_s_per_km is None:
        return change
    return outcomes.pace_s_per_km * float(np.expm1(-change))


def _causes(
    history: History, a: Cause, lag: Lag, days: list[date]
) -> tuple[dict[date, float], tuple[str, ...]]:
    """Return the cause that belongs to the outcome of each day, where it is known, and what was read."""
    back = timedelta(days=lag.days)
    names: tuple[str, ...] = ()
    if a in ("load", "distance"):
        known = history.daily_load if a == "load" else _run_metres(history)
        weeks = {day: [day - back - timedelta(days=k) for k in range(lag.window)] for day in days}
        # A day without one is rest, but only after the first recording.
        whole = {day: week for day, week in weeks.items() if week[-1] >= history.known_from}
        return {day: sum(known.get(d, 0.0) for d in week) for day, week in whole.items()}, ()
    if a == "temperature":
        of_days: Mapping[date, float] = _mean_of_runs(history, "temperature_c")
    else:
        name = max(CAUSE_NAMES[a], key=lambda n: len(history.daily.get(n, {})))
        of_days, names = history.daily.get(name, {}), (name,)
        if a == "short_sleep":
            of_days = {day: float(value < SHORT_NIGHT_S) for day, value in of_days.items()}
    return {day: of_days[day - back] for day in days if day - back in of_days}, names


def _run_metres(history: History) -> dict[date, float]:
    found: dict[date, float] = {}
    for p in history.activities:
        if p.sport is Sport.run:
            found[p.day] = found.get(p.day, 0.0) + (p.value("distance_m") or 0.0)
    return found


def _mean_of_runs(history: History, name: str) -> dict[date, float]:
    found: dict[date, list[float]] = {}
    for p in history.activities:
        value = p.value(name)
        if p.sport is Sport.run and not p.treadmill and value is not None:
            found.setdefault(p.day, []).append(value)
    return {day: float(np.mean(values)) for day, values in found.items()}


def _outcomes(history: History, b: Outcome, first: date, last: date, *, with_temperature: bool) -> _Outcomes:
    if b in ("rhr", "hrv"):
        names = CAUSE_NAMES["rhr" if b == "rhr" else "hrv"]
        name = max(names, key=lambda n: len(history.values(n, first, last)))
        return _Outcomes(history.values(name, first, last), names=(name,))
    if b in SAID:
        said: dict[date, list[float]] = {}
        for entry in history.entries:
            # A day on which nothing was said is unknown, not free of it.
            if entry.kind == b and entry.value is not None and first <= entry.day <= last:
                said.setdefault(entry.day, []).append(entry.value)
        return _Outcomes({day: float(np.mean(values)) for day, values in sorted(said.items())})
    runs = comparable_runs(history, first, last)
    if b == "efficiency":
        return _efficiency(history, first, last, with_temperature=with_temperature)
    of_run = [(p, p.rpe if b == "rpe" else p.value("decoupling_pct")) for p in runs]
    return _by_day([(p.day, value, p.activity_id) for p, value in of_run if value is not None])


def _efficiency(history: History, first: date, last: date, *, with_temperature: bool) -> _Outcomes:
    """Return ln efficiency at one speed and slope, and at one temperature unless that is the cause."""
    runs = [p for p in comparable_runs(history, first, last) if (p.value("efficiency_factor") or 0) > 0]
    conditions, kept = conditions_of(runs)
    runs = [runs[n] for n in kept]
    if not runs:
        return _Outcomes({})
    if not with_temperature:
        conditions = conditions.without_temperature()
    level = np.log(np.array([p.value("efficiency_factor") for p in runs], dtype=np.float64))
    level, reference = at_reference(level, conditions.rows, effects_of(level, conditions.rows))
    rows = [(p.day, float(v), p.activity_id) for p, v in zip(runs, level, strict=True)]
    return _by_day(rows, 1000 / float(np.exp(reference[0])), conditions.temperature_known)


def _by_day(
    rows: list[tuple[date, float, int]], pace_s_per_km: float | None = None, temperature_matched: bool = False
) -> _Outcomes:
    values: dict[date, list[float]] = {}
    ids: dict[date, tuple[int, ...]] = {}
    for day, value, activity_id in rows:
        values.setdefault(day, []).append(value)
        ids[day] = (*ids.get(day, ()), activity_id)
    means = {day: float(np.mean(of_day)) for day, of_day in values.items()}
    return _Outcomes(means, pace_s_per_km, (), ids, temperature_matched)
