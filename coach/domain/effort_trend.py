"""Whether one gets faster at the same effort: pace against days, with heart rate taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.domain.activity import Floats

MIN_RUNS = 6
MIN_SPAN_DAYS = 28.0
MONTH_DAYS = 30.0
# Student's t, 97.5 %: by one over the degrees of freedom it is nearly a straight line.
_T_975 = {3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 8: 2.306, 10: 2.228, 15: 2.131, 30: 2.042, 10**6: 1.960}


@dataclass(frozen=True)
class Trend:
    """Change of pace in s/km per 30 days at the same heart rate, with 95 % interval; below 0 is faster."""

    change: float
    low: float
    high: float
    n: int

    @property
    def is_clear(self) -> bool:
        """Tell whether the interval leaves no change out."""
        return self.low > 0 or self.high < 0


def pace_trend(day: Floats, pace_s_per_km: Floats, hr_bpm: Floats) -> Trend | None:
    """Return the trend of pace at the same heart rate, by ordinary least squares on day and heart rate.

    Runs without pace or heart rate are left out. None with fewer than MIN_RUNS, or within MIN_SPAN_DAYS.
    """
    known = ~np.isnan(pace_s_per_km + hr_bpm)
    n = int(np.count_nonzero(known))
    if n < MIN_RUNS or float(np.ptp(day[known])) < MIN_SPAN_DAYS:
        return None
    months = (day[known] - day[known].mean()) / MONTH_DAYS
    beats = hr_bpm[known] - hr_bpm[known].mean()
    design = np.column_stack([np.ones(n), months, beats])
    if float(np.ptp(beats)) < 1.0:
        design = design[:, :2]  # always the same heart rate: nothing to take out
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    pace = pace_s_per_km[known]
    fit = np.linalg.lstsq(design, pace, rcond=None)[0]
    freedom = n - design.shape[1]
    variance = float(((pace - design @ fit) ** 2).sum()) / freedom
    error = float(np.sqrt(variance * np.linalg.inv(design.T @ design)[1, 1]))
    inverse = [1 / df for df in reversed(_T_975)]
    t = float(np.interp(1 / freedom, inverse, list(reversed(_T_975.values()))))
    change = float(fit[1])
    return Trend(change, change - t * error, change + t * error, n)
