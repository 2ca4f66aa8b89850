"""Pace at the same heart rate: a planted change is found, and none where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.effort_trend import pace_trend


def runs(change_per_month: float, n: int = 20, seed: int = 1, noise: float = 4.0):
    rng = np.random.default_rng(seed)
    day = np.sort(rng.uniform(0, 150, n))
    hr = 150 + rng.normal(0, 6, n)
    pace = 330 - 2.0 * (hr - 150) + change_per_month * day / 30 + rng.normal(0, noise, n)
    return day, pace, hr


def test_a_planted_change_is_found_with_heart_rate_taken_out():
    trend = pace_trend(*runs(-6.0))
    assert trend is not None
    assert trend.is_clear
    assert trend.low < -6.0 < trend.high
    assert trend.n == 20


def test_the_interval_is_that_of_the_textbook():
    """Heart rate always the same: a line through seven points; slope, error and t by scipy's linregress."""
    from scipy import stats

    day = np.array([0.0, 10, 20, 30, 40, 50, 60])
    pace = np.array([330.0, 331, 326, 327, 324, 325, 320])
    trend = pace_trend(day, pace, np.full(7, 150.0))
    line = stats.linregress(day / 30, pace)
    half = stats.t.ppf(0.975, 5) * line.stderr
    assert trend is not None
    assert trend.change == pytest.approx(line.slope)
    assert (trend.low, trend.high) == pytest.approx((line.slope - half, line.slope + half), rel=1e-3)


def test_no_change_is_rarely_called_one():
    alarms = sum(t.is_clear for seed in range(200) if (t := pace_trend(*runs(0.0, seed=seed))) is not None)
    assert alarms <= 20  # 5 % of 200 is 10


def test_too_few_or_too_close_together_is_unknown():
    assert pace_trend(*runs(-6.0, n=5)) is None
    day, pace, hr = runs(-6.0)
    assert pace_trend(day / 10, pace, hr) is None
    assert pace_trend(day, np.where(np.arange(20) < 16, np.nan, pace), hr) is None
