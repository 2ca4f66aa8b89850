"""Sleep: how much, how much too little, and how regular."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import numpy as np

from coach.domain.activity import Floats
from coach.domain.metrics import daily_windows as windows
from coach.domain.metrics.history import History
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

WEEK_DAYS, WEEK_AT_LEAST = 7, 4
REGULAR_DAYS, REGULAR_AT_LEAST = 14, 7
NEED_S = 8 * 3600.0  # until enough nights are known
# One's own long median is the need, but who always sleeps little needs no less than a person does.
OWN_NEED_DAYS, OWN_NEED_AT_LEAST = 90, 30
LEAST_NEED_S, MOST_NEED_S = 7 * 3600.0, 9 * 3600.0

NeedFrom = Literal["default", "own", "least"]


def need_series(history: History, first: date, last: date) -> Floats:
    """Return how many seconds of sleep the athlete needs, for every day of a span.

    The median of the last 90 nights, within 7–9 h; 8 h where fewer than 30 of them are known.
    """
    known = history.daily.get("sleep_s", {})
    own = windows.median(windows.trailing(known, first, last, OWN_NEED_DAYS), OWN_NEED_AT_LEAST)
    return np.where(np.isnan(own), NEED_S, np.clip(own, LEAST_NEED_S, MOST_NEED_S))


def need_from(history: History, day: date) -> NeedFrom:
    """Return where the need of a day comes from: the athlete's own nights, or what people need."""
    known = history.daily.get("sleep_s", {})
    own = windows.median(windows.trailing(known, day, day, OWN_NEED_DAYS), OWN_NEED_AT_LEAST)[0]
    return "default" if np.isnan(own) else "least" if own < LEAST_NEED_S else "own"


def average_series(history: History, first: date, last: date) -> Floats:
    """Return the mean sleep of the 7 nights that end with each day, NaN under 4 known ones."""
    known = history.daily.get("sleep_s", {})
    return windows.mean(windows.trailing(known, first, last, WEEK_DAYS), WEEK_AT_LEAST)


def debt_series(history: History, first: date, last: date) -> Floats:
    """Return `sleep_debt_h` of every day of a span, NaN where it is unknown."""
    short = need_series(history, first, last) - average_series(history, first, last)
    return np.maximum(0.0, WEEK_DAYS * short / 3600)


@metric(
    title="sleep_average_s",
    unit="s",
    scope="day",
    combine="none",
    needs=("sleep_s",),
    source="Mean of the 7 nights that end with the day (≥4 known)",
    evidence=Evidence.definition,
    version=2,
)
def sleep_average_s(history: History, day: date) -> Measure | Unknown:
    """Sleep a night, on average of the week."""
    value = float(average_series(history, day, day)[0])
    slept = history.values("sleep_s", day - timedelta(days=WEEK_DAYS - 1), day)
    nights = [s for s in slept.values() if s > 0]  # a watch that was not worn writes 0
    if np.isnan(value):
        return Unknown("need_nights", {"have": len(nights), "nights": WEEK_AT_LEAST, "days": WEEK_DAYS})
    return Measure(value, coverage=len(nights) / WEEK_DAYS, detail={"nights": len(nights)})


@metric(
    title="sleep_debt_h",
    unit="hours",
    scope="day",
    combine="none",
    needs=("sleep_s",),
    source="7 × (need − mean of the known nights, ≥4 of 7); need: median of 90 nights within 7–9 h "
    "(≥7 h: Walsh 2021), 8 h under 30 nights",
    evidence=Evidence.useful,
    version=2,
)
def sleep_debt_h(history: History, day: date) -> Measure | Unknown:
    """How many hours of sleep the last week fell short of the need; long nights pay back within the week."""
    average = sleep_average_s(history, day)
    if isinstance(average, Unknown):
        return average
    return Measure(
        float(debt_series(history, day, day)[0]),
        coverage=average.coverage,
        detail={
            "need_s": float(need_series(history, day, day)[0]),
            "need_from": need_from(history, day),
            "nights": average.detail["nights"],
        },
    )


@metric(
    title="sleep_regularity_min",
    unit="min",
    scope="day",
    combine="none",
    needs=("sleep_start_min", "sleep_end_min"),
    source="Standard deviation of the middle of sleep over 14 nights (≥7 known)",
    evidence=Evidence.useful,
    version=1,
)
def sleep_regularity_min(history: History, day: date) -> Measure | Unknown:
    """How far the middle of the night wanders from day to day; less is more regular."""
    first = day - timedelta(days=REGULAR_DAYS - 1)
    start, end = (
        windows.dense(history.daily.get(name, {}), first, day)
        for name in ("sleep_start_min", "sleep_end_min")
    )
    middle = ((start + end) / 2)[None, :]
    nights = int(windows.count(middle)[0])
    if not nights:
        return Unknown("no_sleep_times")
    value = float(windows.spread(middle, REGULAR_AT_LEAST)[0])
    if np.isnan(value):
        return Unknown("need_nights", {"have": nights, "nights": REGULAR_AT_LEAST, "days": REGULAR_DAYS})
    return Measure(
        value,
        coverage=nights / REGULAR_DAYS,
        detail={
            "nights": nights,
            "start_min": float(np.nanmean(start)),
            "end_min": float(np.nanmean(end)),
            "middle_min": float(np.nanmean(middle)),
        },
    )
