"""Days that stand out from the weeks before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from coach.domain.activity import Floats
from coach.domain.metrics.change_points import A_SIDE, robust_sd
from coach.domain.metrics.matched import at_reference, effects_of
from coach.domain.metrics.watched import Series, What

USUAL = timedelta(days=28)
AT_LEAST = {False: 14, True: 10}  # values within 28 days: of days, of runs
ONE_DAY_Z = 3.0
TWO_DAYS_Z = 2.0


@dataclass(frozen=True)
class Anomaly:
    """A value that stands out. `z` is robust: from the median, in 1.4826 MAD, of the 28 days before."""

    what: What
    day: date
    value: float
    usual: float
    z: float
    rule: Literal["one_day", "two_days"]


def anomalies_of(series: Series, first: date, last: date) -> list[Anomaly]:
    """Return the days of a span that stand out: |z| > 3, or > 2 on the same side twice running.

    Either way by more than the instrument's noise. Runs are compared at one speed and slope.
    """
    level = _comparable(series)
    if level is None:
        return []
    found: list[Anomaly] = []
    before: tuple[date, float] | None = None  # day and z of the value before, when it was far out
    for n, day in enumerate(series.days):
        if day < first - USUAL or day > last:
            continue
        usual = _usual(series, level, n)
        if usual is None:
            before = None
            continue
        middle, spread = usual
        apart = float(level[n]) - middle
        z = apart / spread
        far = abs(apart) > series.watched.least
        again = (
            before is not None
            and before[1] * z > 0
            and (series.watched.of_runs or (day - before[0]).days == 1)
        )
        rule: Literal["one_day", "two_days"] | None = None
        if far and abs(z) > ONE_DAY_Z:
            rule = "one_day"
        elif far and again and abs(z) > TWO_DAYS_Z:
            rule = "two_days"
        if rule and day >= first:
            value, of_usual = series.back(float(level[n])), series.back(middle)
            found.append(Anomaly(series.watched.what, day, value, of_usual, z, rule))
        before = (day, z) if far and abs(z) > TWO_DAYS_Z else None
    return found


def _comparable(series: Series) -> Floats | None:
    if series.conditions is None:
        return series.level
    if len(series) < A_SIDE:
        return None
    level, _ = at_reference(
        series.level, series.conditions.rows, effects_of(series.level, series.conditions.rows)
    )
    return level


def _usual(series: Series, level: Floats, n: int) -> tuple[float, float] | None:
    """Return the median of the 28 days before a value and their robust SD; None when they are too few.

    The SD is the larger of those from the MAD and from the mean deviation, for the MAD of so few values is
    often far too small; and never below a third of the instrument's noise, since rounded values can be alike.
    """
    begin = n
    while begin > 0 and series.days[begin - 1] >= series.days[n] - USUAL:
        begin -= 1
    while n > begin and series.days[n - 1] == series.days[n]:
        n -= 1  # another run of the same day is no past
    window = level[begin:n]
    if window.size < AT_LEAST[series.watched.of_runs]:
        return None
    middle = float(np.median(window))
    return middle, max(robust_sd(np.abs(window - middle)), series.watched.least / 3)
