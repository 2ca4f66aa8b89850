"""Mean-maximal curves against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics import Measure, curves

from .build import activity, athlete, because
from .examples import example_of

VALUES = st.lists(st.one_of(st.floats(0, 300), st.just(float("nan"))), min_size=1, max_size=60)


def by_definition(values, d):
    windows = [values[i : i + d] for i in range(len(values) - d + 1)]
    means = [w.mean() for w in windows if not np.isnan(w).any()]
    return max(means, default=np.nan)


@given(VALUES)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_every_window_is_tried_and_none_reaches_over_a_gap(values):
    series = np.array(values)
    durations = range(1, len(values) + 3)
    expected = [by_definition(series, d) for d in durations]
    assert curves.mean_max(series, list(durations)) == pytest.approx(
        expected, nan_ok=True, rel=1e-6, abs=1e-4
    )


def test_the_first_sample_and_the_full_length_count():
    assert curves.mean_max(np.array([5.0, 1, 1, 1]), [1, 4]).tolist() == [5.0, 2.0]


@given(st.lists(st.floats(0, 300), min_size=4, max_size=80))
@settings(max_examples=50, derandomize=True, deadline=None)
def test_longer_covers_more_and_a_multiple_is_never_better(values):
    series = np.array(values)
    best = curves.mean_max(series, list(range(1, len(values) + 1)))
    assert np.all(np.diff(best * np.arange(1, best.size + 1)) >= -1e-6)
    for d in range(1, best.size // 2 + 1):
        assert best[2 * d - 1] <= best[d - 1] + 1e-6


def test_durations_are_the_same_for_all_and_139_up_to_four_hours():
    row = curves.durations(4 * 3600)
    assert len(row) == 139
    assert row[:60] == tuple(range(1, 61))
    assert {300, 1200, 1800, 3600, 14_400} <= set(row)
    assert row == tuple(d for d in curves.durations() if d <= 4 * 3600)


@example_of("hr_curve", "speed_curve", "power_curve", source="Definition; ten best minutes, by hand")
def test_curves_of_a_run_with_a_fast_middle():
    hr = np.concatenate((np.full(600, 140.0), np.full(600, 170.0), np.full(601, 150.0)))
    run = activity(speed=np.repeat([3.0, 4.0, 3.0], 600), channels={"hr_bpm": hr, "power_w": hr * 2})
    for fn, ten, twenty in (
        (curves.hr_curve, 170, (170 + 150) / 2),
        (curves.power_curve, 340, 320),
        (curves.speed_curve, 4.0, 3.5),
    ):
        found = fn(run, athlete())
        assert isinstance(found, Measure)
        points = dict(zip(found.detail["duration_s"], found.detail["best"], strict=True))
        assert points[600] == pytest.approx(ten, rel=0.002)
        assert points[1200] == pytest.approx(twenty, rel=0.002)


def test_heart_rate_windows_do_not_reach_over_a_pause():
    t = np.concatenate((np.arange(0, 60.0), np.arange(300, 360.0)))
    run = activity(channels={"hr_bpm": np.full(120, 150.0)}, t=t)
    found = curves.hr_curve(run, athlete())
    assert isinstance(found, Measure)
    assert max(found.detail["duration_s"]) == 60


def test_without_a_sensor_there_is_no_curve():
    run = activity(speed=np.full(60, 3.0), channels={"power_w": np.zeros(61)})
    assert because(curves.hr_curve(run, athlete())) == "no_hr"
    assert because(curves.power_curve(run, athlete())) == "no_power"
    assert because(curves.speed_curve(activity(elapsed_s=60.0), athlete())) == "no_speed"
