"""Loads of one session against published numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.athlete import Sex, Thresholds
from coach.domain.metrics import Measure, basics, session

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
    found = session.trimp(activity(hr=hr), athlete(limits, Sex(given["sex"])))
    assert value(found) == pytest.approx(vector["expected"], abs=vector["tol"])


def test_trimp_of_a_steady_session_is_the_same_from_its_average():
    by_average = activity(totals={"avg_hr_bpm": 130.0}, elapsed_s=1800.0)
    limits = thresholds(hr_rest_bpm=40, hr_max_bpm=200)
    found = session.trimp(by_average, athlete(limits))
    assert value(found) == pytest.approx(31.8025, abs=0.01)
    assert isinstance(found, Measure)
    assert found.estimated
    assert found.detail["method"] == "average"


def test_trimp_without_sex_is_the_mean_of_both_and_says_so():
    run = activity(hr=np.full(3600, 150.0))
    men, women = (value(session.trimp(run, athlete(FULL, s))) for s in (Sex.male, Sex.female))
    found = session.trimp(run, athlete(FULL, None))
    assert value(found) == pytest.approx((men + women) / 2)
    assert found.detail["sex"] == "unknown"


@given(st.lists(st.floats(30, 240), min_size=2, max_size=200), st.data())
@settings(max_examples=50, derandomize=True, deadline=None)
def test_trimp_is_never_negative_and_adds_up_over_a_split(hr, data):
    series = np.array(hr)
    at = data.draw(st.integers(1, len(hr) - 1))
    whole = session.trimp_of(series, 50, 190, None)
    parts = session.trimp_of(series[:at], 50, 190, None) + session.trimp_of(series[at:], 50, 190, None)
    assert whole >= 0
    assert parts == pytest.approx(whole)


@example_of("graded_load", source="TrainingPeaks / McGregor: 100 · h · IF²")
@pytest.mark.parametrize("vector", vectors("rtss"))
def test_graded_load_matches_published_sessions(vector):
    given = vector["inputs"]
    speed = np.full(given["duration_s"], 1000 / given["ngp_s_per_km"])
    limits = thresholds(threshold_speed_mps=1000 / given["threshold_pace_s_per_km"])
    found = session.graded_load(activity(speed=speed), athlete(limits))
    assert value(found) == pytest.approx(vector["expected"], abs=vector["tol"])


def test_half_an_hour_at_5_00_with_threshold_4_30_is_40_5():
    found = session.graded_load(activity(speed=np.full(1800, 1000 / 300)), athlete())
    assert value(found) == pytest.approx(40.5, abs=0.01)


@example_of("hr_load", source="Definition (GoldenCheetah TRIMP100): an hour at LTHR is 100")
@pytest.mark.parametrize("sex", [Sex.male, Sex.female, None])
def test_an_hour_at_threshold_heart_rate_is_100(sex):
    found = session.hr_load(activity(hr=np.full(3600, 170.0)), athlete(FULL, sex))
    assert value(found) == pytest.approx(100)


@example_of("srpe_load", source="Foster 2001 J Strength Cond Res 15:109")
def test_session_rpe_matches_foster():
    (vector,) = vectors("session_rpe")
    run = activity(elapsed_s=vector["inputs"]["minutes"] * 60, rpe=vector["inputs"]["rpe_cr10"])
    assert value(session.srpe_load(run, athlete())) == vector["expected"]
    assert because(session.srpe_load(activity(elapsed_s=60.0), athlete())) == "no_rpe"


@example_of("training_load", source="TrainingPeaks / McGregor: an hour at threshold is 100")
def test_training_load_falls_back_from_pace_to_heart_rate_to_rpe_to_duration():
    hour = np.full(3600, 1000 / 270)
    at_lthr = np.full(3600, 170.0)

    def load(run, limits=FULL):
        found = session.training_load(run, athlete(limits))
        assert isinstance(found, Measure)
        return found.detail["method"], round(value(found), 1), found.estimated

    no_speed = thresholds(hr_max_bpm=190, hr_rest_bpm=50, lthr_bpm=170)
    assert load(activity(speed=hour, hr=at_lthr)) == ("graded_pace", 100.0, False)
    assert load(activity(speed=hour, hr=at_lthr), no_speed) == ("heart_rate", 100.0, False)
    assert load(activity(elapsed_s=3600.0, rpe=8.0), Thresholds()) == ("rpe", 100.0, True)
    assert load(activity(elapsed_s=3600.0), Thresholds()) == ("duration", 50.0, True)
    # A run typed in with distance and time, and nothing else.
    assert load(activity(elapsed_s=3600.0, distance_m=13_333.3)) == ("average_pace", 100.0, True)
    assert because(session.training_load(activity(), athlete())) == "no_time"


def test_a_ride_is_never_measured_by_running_pace():
    ride = activity(speed=np.full(3600, 9.0), hr=np.full(3600, 140.0), sport=Sport.ride)
    found = session.training_load(ride, athlete())
    assert isinstance(found, Measure)
    assert found.detail["method"] == "heart_rate"
    assert because(session.graded_load(ride, athlete())) == "not_a_run"


def test_half_missing_heart_rate_is_taken_to_be_like_the_rest_and_called_an_estimate():
    hr = np.full(3600, 170.0)
    hr[1000:2000] = np.nan
    found = session.training_load(activity(hr=hr, sport=Sport.other), athlete())
    assert value(found) == pytest.approx(100, abs=1)
    assert found.estimated
    assert found.coverage == pytest.approx(1 - 1000 / 3600, abs=0.01)


def test_missing_thresholds_are_named():
    run = activity(speed=np.full(600, 3.0), hr=np.full(600, 150.0))
    assert because(session.trimp(run, athlete(Thresholds()))) == "need_hr_max"
    assert because(session.trimp(run, athlete(thresholds(hr_max_bpm=190)))) == "need_hr_rest"
    assert because(session.hr_load(run, athlete(thresholds(hr_max_bpm=190, hr_rest_bpm=50)))) == "need_lthr"
    assert because(session.graded_load(run, athlete(Thresholds()))) == "need_threshold_speed"
    crossed = thresholds(hr_max_bpm=50, hr_rest_bpm=60)
    assert because(session.trimp(run, athlete(crossed))) == "hr_limits_crossed"


@given(st.floats(1, 6), st.floats(60, 200), st.integers(60, 600), st.sampled_from([None, 0.0, 5.0, 10.0]))
@settings(max_examples=30, derandomize=True, deadline=None)
def test_every_load_is_non_negative(speed, hr, seconds, rpe):
    run = activity(speed=np.full(seconds, speed), hr=np.full(seconds, hr), rpe=rpe)
    for fn in (session.trimp, session.graded_load, session.hr_load, session.srpe_load, session.training_load):
        found = fn(run, athlete())
        if isinstance(found, Measure):
            assert value(found) >= 0


def test_too_little_heart_rate_or_speed_leaves_it_to_the_next():
    hr = np.full(3600, 170.0)
    hr[:2000] = np.nan
    felt = activity(hr=hr, sport=Sport.other, rpe=5.0)
    assert session.training_load(felt, athlete()).detail["method"] == "rpe"
    # The footpod died after ten minutes of an hour, the timer and the strap went on.
    speed = np.where(np.arange(3601) < 600, 3.0, np.nan)
    run = activity(channels={"speed_mps": speed, "hr_bpm": np.full(3601, 170.0)}, timer_s=3600.0)
    assert session.training_load(run, athlete()).detail["method"] == "heart_rate"
    assert value(basics.moving_s(run, athlete())) == 3600
    assert because(basics.pace_s_per_km(run, athlete())) == "speed_has_gaps"
    assert because(basics.speed_mps(run, athlete())) == "speed_has_gaps"
