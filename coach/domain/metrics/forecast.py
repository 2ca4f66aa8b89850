"""Tomorrow's readiness, with the error that such forecasts had on the athlete's own past.

The model is a ridge regression of the change from one day to the next on what is known in the evening: it
shrinks towards "the same as today", which it has to beat. Each forecast of the past is made with the days
before it alone, and its error is what is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats
from coach.domain.metrics import daily_windows as windows
from coach.domain.metrics.history import History
from coach.domain.metrics.readiness import NEEDS, readiness_series
from coach.domain.metrics.readiness_score import advice_of, scores_of
from coach.domain.metrics.recovery import form_pct_series
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.metrics.sleep import need_series

LEARN_DAYS = 180  # what is learnt from: older days were another athlete
LEARN_AT_LEAST = 60  # pairs of days; below that the terms are carried over
ERROR_DAYS = 120  # how far back forecasts are held against what came
ERROR_AT_LEAST = 14
RIDGE = 8.0  # in days: so many days of "nothing changes" are believed beside those seen
LIKELY_SHARE = 0.8  # of past forecasts were at most this far off

Method = Literal["ridge", "carry_over"]


@dataclass(frozen=True)
class Forecasts:
    """The forecast made on each evening from `first_day` on for the day after; NaN where there is none.

    `same` is what was known that evening ("the same as today"), `came` what the day after was.
    """

    first_day: date
    made: Floats
    same: Floats
    came: Floats
    learnt: NDArray[np.bool_]  # by the regression, not carried over


def forecasts(history: History, first: date, last: date) -> Forecasts:
    """Return the forecast of every evening of a span; each uses nothing later than that evening."""
    begin, days = first - timedelta(days=LEARN_DAYS), (last - first).days + 1
    score, features, carried = _known(history, begin, last)
    came = np.append(score[1:], np.nan)
    changes = came - score
    usable = ~np.isnan(changes)
    # Row i of a window: the pairs (day, day after) that were complete on evening i, oldest first.
    x = np.where(usable[:, None], features, 0.0)
    y = np.where(usable, changes, 0.0)
    width = LEARN_DAYS
    seen_x = np.lib.stride_tricks.sliding_window_view(x, width, axis=0)[:days]  # evening × feature × pair
    seen_y = np.lib.stride_tricks.sliding_window_view(y, width)[:days]
    seen = np.lib.stride_tricks.sliding_window_view(usable, width)[:days].astype(np.float64)
    pairs = seen.sum(axis=1)
    many = np.maximum(pairs, 1.0)[:, None]
    mean_x = seen_x.sum(axis=2) / many
    mean_y = seen_y.sum(axis=1) / many[:, 0]
    apart = (seen_x - mean_x[:, :, None]) * seen[:, None, :]
    covariance = np.matmul(apart, apart.transpose(0, 2, 1))
    with_change = np.matmul(apart, (seen_y - mean_y[:, None])[:, :, None])[:, :, 0]
    spread = np.einsum("ijj->ij", covariance) / many + 1e-6
    penalised = covariance + RIDGE * spread[:, :, None] * np.eye(x.shape[1])
    slopes = np.linalg.solve(penalised, with_change[:, :, None])[:, :, 0]
    now = slice(LEARN_DAYS, LEARN_DAYS + days)
    # The mean change is drift, and shrinks as the slopes do.
    drift = mean_y * pairs / (pairs + RIDGE)
    change = drift + np.sum(slopes * (features[now] - mean_x), axis=1)
    learnt = pairs >= LEARN_AT_LEAST
    made = np.clip(np.where(learnt, score[now] + change, carried[now]), 0.0, 100.0)
    made = np.where(np.isnan(score[now]), np.nan, made)
    return Forecasts(first, made, score[now], came[now], learnt)


def _known(history: History, first: date, last: date) -> tuple[Floats, Floats, Floats]:
    """Return, of every evening: readiness, the features, and readiness with the terms carried over.

    Of tomorrow only form is certain: it follows from the loads until tonight. The other terms stay.
    """
    week_ago, one = timedelta(days=6), timedelta(days=1)
    series = readiness_series(history, first - week_ago, last)
    week = np.lib.stride_tricks.sliding_window_view(series.score, 7)
    terms = {name: of[6:] for name, of in series.terms.items()}
    carried, _ = scores_of({**terms, "form_pct": form_pct_series(history, first + one, last + one)})
    score = series.score[6:]
    sleep = windows.dense(history.daily.get("sleep_s", {}), first, last)
    columns = (
        score,
        windows.mean(week, 1) - score,
        carried - score,
        _load_share(history, first, last),
        (sleep - need_series(history, first, last)) / 3600,
        terms["rhr_delta"],
    )
    # What is not known that evening counts as usual.
    features = np.nan_to_num(np.stack(columns, axis=1), nan=0.0)
    return score, features, carried


def _load_share(history: History, first: date, last: date) -> Floats:
    """Return each day's load as a share of fitness that morning, 0 where there is none."""
    load = windows.dense(history.daily_load, first, last)
    series = history.load
    if series is None:
        return np.zeros(load.size)
    fitness = windows.dense(dict(zip(series.days, series.ctl.tolist(), strict=True)), first, last)
    share = np.zeros(load.size)
    np.divide(load, fitness, out=share, where=~np.isnan(load) & (fitness > 1.0))
    return np.minimum(share, 5.0)


@metric(
    title="readiness_forecast",
    unit="score",
    scope="day",
    combine="none",
    needs=("readiness", *NEEDS, "training_load", "sleep_s"),
    source="Ridge regression of the change from day to day on 180 days of one's own (readiness, its week's "
    "mean, tomorrow's form, load, sleep, resting heart rate); error by replay of the last 120 evenings",
    evidence=Evidence.contested,
    version=1,
)
def readiness_forecast(history: History, day: date) -> Measure | Unknown:
    """Tomorrow's readiness as far as the evening of `day` can tell, from what is recorded until then.

    Detail: `mae` and `n` of the forecasts made on the evenings before, `naive_mae` of "the same as today" on
    those evenings, `low` and `high` (four of five were that close), `method`, `advice`.
    """
    past = forecasts(history, day - timedelta(days=ERROR_DAYS), day)
    value = float(past.made[-1])
    if np.isnan(value):
        return Unknown("forecast_needs_readiness")
    off = np.abs(past.made - past.came)[:-1]
    naive = np.abs(past.same - past.came)[:-1]
    held = ~np.isnan(off)
    n = int(held.sum())
    if n < ERROR_AT_LEAST:
        return Unknown("forecast_needs_days", {"have": n, "days": ERROR_AT_LEAST})
    likely = float(np.quantile(off[held], LIKELY_SHARE))
    method: Method = "ridge" if past.learnt[-1] else "carry_over"
    return Measure(
        value,
        coverage=n / ERROR_DAYS,
        detail={
            "for_day": (day + timedelta(days=1)).isoformat(),
            "method": method,
            "mae": float(off[held].mean()),
            "naive_mae": float(naive[held].mean()),
            "n": n,
            "low": max(0.0, value - likely),
            "high": min(100.0, value + likely),
            "advice": advice_of(value),
        },
        estimated=True,
    )
