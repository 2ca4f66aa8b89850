"""Load from heart rate against published numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.athlete import Sex, Thresholds
from coach.domain.metrics import Measure, trimp

from .build import FULL, activity, athlete, because, per_second, thresholds, value
from .examples import example_of, vectors


@example_of(
    "trimp", source="Banister 1991; Morton 1990; GoldenCheetah TRIMPPoints.cpp; Fellrnr's example (32)"
)
@pytest.mark.parametrize("vector", vectors("trimp"))
def test_trimp_matches_published_sessions(vector):
    given = vector["inputs"]
    if given["mode"] == "average":
        hr = np.full(given["minutes"] * 60, float(given["hr"]))
    else:
        hr = per_second(given["segments"], "hr")
    limits = thresholds(hr_rest_bpm=given["hr_rest"], hr_max_bpm=given["hr_max"])
    found = trimp.trimp(activity(hr=hr), athlete(limits, Sex(given["sex"])))
    assert value(found) == pytest.approx(vector["expected"], abs=vector["tol"])


def test_trimp_of_a_steady_session_is_the_same_from_its_average():
    by_average = activity(totals={"avg_hr_bpm": 130.0}, elapsed_s=1800.0)
    limits = thresholds(hr_rest_bpm=40, hr_max_bpm=200)
    found = trimp.trimp(by_average, athlete(limits))
    assert value(found) == pytest.approx(31.8025, abs=0.01)
    assert isinstance(found, Measure)
    assert found.estimated
    assert found.detail["method"] == "average"


def test_trimp_without_sex_is_the_mean_of_both_and_says_so():
    run = activity(hr=np.full(3600, 150.0))
    men, women = (value(trimp.trimp(run, athlete(FULL, s))) for s in (Sex.male, Sex.female))
    found = trimp.trimp(run, athlete(FULL, None))
    assert value(found) == pytest.approx((men + women) / 2)
    assert found.detail["sex"] == "unknown"


@given(st.lists(st.floats(30, 240), min_size=2, max_size=200), st.data())
@settings(max_examples=50, derandomize=True, deadline=None)
def test_trimp_is_never_negative_and_adds_up_over_a_split(hr, data):
    series = np.array(hr)
    at = data.draw(st.integers(1, len(hr) - 1))
    whole = trimp.trimp_of(series, 50, 190, None)
    parts = trimp.trimp_of(series[:at], 50, 190, None) + trimp.trimp_of(series[at:], 50, 190, None)
    assert whole >= 0
    assert parts == pytest.approx(whole)


@given(st.integers(40, 160), st.integers(3, 700), st.floats(0, 60), st.sampled_from([Sex.female, None]))
@settings(max_examples=30, derandomize=True, deadline=None)
def test_a_run_cut_in_two_has_the_load_of_the_whole(low, at, swing, sex):
    """A heart that follows no sensor error: what the cleaning does to a spike depends on its neighbours."""
    hr = low + swing * (1 + np.sin(np.arange(720) / 60))
    whole, first, second = activity(hr=hr), activity(hr=hr[:at]), activity(hr=hr[at:])
    for fn in (trimp.trimp, trimp.hr_load):
        parts = [fn(part, athlete(FULL, sex)) for part in (first, second)]
        assert sum(value(part) for part in parts) == pytest.approx(value(fn(whole, athlete(FULL, sex))))
        assert all(value(part) >= 0 for part in parts)


@example_of("hr_load", source="Definition (GoldenCheetah TRIMP100): an hour at LTHR is 100")
@pytest.mark.parametrize("sex", [Sex.male, Sex.female, None])
def test_an_hour_at_threshold_heart_rate_is_100(sex):
    found = trimp.hr_load(activity(hr=np.full(3600, 170.0)), athlete(FULL, sex))
    assert value(found) == pytest.approx(100)


def test_missing_thresholds_are_named():
    run = activity(speed=np.full(600, 3.0), hr=np.full(600, 150.0))
    assert because(trimp.trimp(run, athlete(Thresholds()))) == "need_hr_max"
    assert because(trimp.trimp(run, athlete(thresholds(hr_max_bpm=190)))) == "need_hr_rest"
    assert because(trimp.hr_load(run, athlete(thresholds(hr_max_bpm=190, hr_rest_bpm=50)))) == "need_lthr"
    crossed = thresholds(hr_max_bpm=50, hr_rest_bpm=60)
    assert because(trimp.trimp(run, athlete(crossed))) == "hr_limits_crossed"


def test_a_strap_that_says_zero_says_nothing():
    assert because(trimp.trimp(activity(hr=np.zeros(600)), athlete())) == "no_hr"
    lost = np.where(np.arange(600) < 300, 150.0, 0.0)
    found = trimp.trimp(activity(hr=lost), athlete())
    assert isinstance(found, Measure)
    assert found.coverage == pytest.approx(0.5, abs=0.02)


def test_a_clock_that_runs_backwards_counts_no_second_twice():
    t = np.concatenate((np.arange(300.0), np.arange(200.0, 500.0)))
    found = trimp.trimp(activity(hr=np.full(600, 150.0), t=t), athlete())
    plain = trimp.trimp(activity(hr=np.full(500, 150.0)), athlete())
    assert value(found) == pytest.approx(value(plain))
