"""The load that counts, and which of all it is taken from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.athlete import Thresholds
from coach.domain.metrics import Measure, basics, pace_load, power_load, training_load, trimp, zone_load

from .build import FULL, activity, athlete, because, thresholds, value
from .examples import example_of, vectors

EVERYTHING = thresholds(
    hr_max_bpm=190.0,
    hr_rest_bpm=50.0,
    lthr_bpm=170.0,
    threshold_speed_mps=1000 / 270,
    threshold_power_w=300.0,
    ride_threshold_power_w=250.0,
    swim_threshold_speed_mps=1.25,
)


@example_of("srpe_load", source="Foster 2001 J Strength Cond Res 15:109")
def test_session_rpe_matches_foster():
    (vector,) = vectors("session_rpe")
    run = activity(elapsed_s=vector["inputs"]["minutes"] * 60, rpe=vector["inputs"]["rpe_cr10"])
    assert value(training_load.srpe_load(run, athlete())) == vector["expected"]
    assert because(training_load.srpe_load(activity(elapsed_s=60.0), athlete())) == "no_rpe"


def method(run, limits=FULL):
    found = training_load.training_load(run, athlete(limits))
    assert isinstance(found, Measure)
    return found.detail["method"], round(value(found), 1), found.estimated


@example_of("training_load", source="TrainingPeaks / McGregor: an hour at threshold is 100")
def test_training_load_falls_back_from_power_to_pace_to_heart_rate_to_rpe_to_duration():
    hour = np.full(3600, 1000 / 270)
    at_lthr = np.full(3600, 170.0)
    watts = {"power_w": np.full(3601, 300.0)}
    no_speed = thresholds(hr_max_bpm=190, hr_rest_bpm=50, lthr_bpm=170)
    assert method(activity(speed=hour, hr=at_lthr, channels=watts), EVERYTHING) == ("power", 100.0, False)
    assert method(activity(speed=hour, hr=at_lthr, channels=watts)) == ("graded_pace", 100.0, False)
    assert method(activity(speed=hour, hr=at_lthr)) == ("graded_pace", 100.0, False)
    assert method(activity(speed=hour, hr=at_lthr), no_speed) == ("heart_rate", 100.0, False)
    assert method(activity(elapsed_s=3600.0, rpe=8.0), Thresholds()) == ("rpe", 100.0, True)
    assert method(activity(elapsed_s=3600.0), Thresholds()) == ("duration", 50.0, True)
    # A run typed in with distance and time, and nothing else.
    assert method(activity(elapsed_s=3600.0, distance_m=13_333.3)) == ("average_pace", 100.0, True)
    assert because(training_load.training_load(activity(), athlete())) == "no_time"


def test_rides_go_by_power_else_by_heart_rate_and_never_by_running_pace():
    hr, watts = np.full(3600, 140.0), np.full(3601, 250.0)
    with_power = activity(speed=np.full(3600, 9.0), hr=hr, channels={"power_w": watts}, sport=Sport.ride)
    assert method(with_power, EVERYTHING) == ("power", 100.0, False)
    without = activity(speed=np.full(3600, 9.0), hr=hr, sport=Sport.ride)
    assert method(without, EVERYTHING)[0] == "heart_rate"
    bare = activity(speed=np.full(3600, 9.0), sport=Sport.ride)
    assert method(bare, EVERYTHING)[0] == "duration"


def test_swims_go_by_pace_in_the_water_else_by_heart_rate():
    swim = activity(
        hr=np.full(3600, 170.0), sport=Sport.swim, distance_m=4500.0, elapsed_s=3600.0, timer_s=3600.0
    )
    assert method(swim, EVERYTHING) == ("swim_pace", 100.0, False)
    assert method(swim) == ("heart_rate", 100.0, False)


def test_power_that_is_not_there_for_most_of_the_time_leaves_it_to_the_next():
    for share, expected in ((0.85, ("power", 100.0, True)), (0.7, ("heart_rate", 100.0, False))):
        watts = np.where(np.arange(3600) < share * 3600, 250.0, np.nan)
        ride = activity(channels={"power_w": watts, "hr_bpm": np.full(3600, 170.0)}, sport=Sport.ride)
        assert method(ride, EVERYTHING) == expected


def test_half_missing_heart_rate_is_taken_to_be_like_the_rest_and_called_an_estimate():
    hr = np.full(3600, 170.0)
    hr[1000:2000] = np.nan
    found = training_load.training_load(activity(hr=hr, sport=Sport.other), athlete())
    assert value(found) == pytest.approx(100, abs=1)
    assert found.estimated
    assert found.coverage == pytest.approx(1 - 1000 / 3600, abs=0.01)


@given(
    st.floats(0, 6),
    st.floats(0, 200),
    st.floats(0, 500),
    st.integers(60, 600),
    st.sampled_from([None, 0.0, 5.0, 10.0]),
    st.sampled_from([Sport.run, Sport.ride, Sport.swim, Sport.other]),
)
@settings(max_examples=40, derandomize=True, deadline=None)
def test_every_load_is_non_negative(speed, hr, watts, seconds, rpe, sport):
    channels = {"power_w": np.full(seconds + 1, watts)}
    run = activity(
        speed=np.full(seconds, speed), hr=np.full(seconds, hr), rpe=rpe, channels=channels, sport=sport
    )
    for fn in (
        trimp.trimp,
        trimp.hr_load,
        zone_load.edwards_trimp,
        zone_load.lucia_trimp,
        pace_load.graded_load,
        pace_load.swim_load,
        power_load.power_load,
        training_load.srpe_load,
        training_load.training_load,
    ):
        found = fn(run, athlete(EVERYTHING))
        if isinstance(found, Measure):
            assert value(found) >= 0
            assert np.isfinite(value(found))


def test_too_little_heart_rate_or_speed_leaves_it_to_the_next():
    hr = np.full(3600, 170.0)
    hr[:2000] = np.nan
    felt = activity(hr=hr, sport=Sport.other, rpe=5.0)
    assert training_load.training_load(felt, athlete()).detail["method"] == "rpe"
    # The footpod died after ten minutes of an hour, the timer and the strap went on.
    speed = np.where(np.arange(3601) < 600, 3.0, np.nan)
    run = activity(channels={"speed_mps": speed, "hr_bpm": np.full(3601, 170.0)}, timer_s=3600.0)
    assert training_load.training_load(run, athlete()).detail["method"] == "heart_rate"
    assert value(basics.moving_s(run, athlete())) == 3600
    assert because(basics.pace_s_per_km(run, athlete())) == "speed_has_gaps"
    assert because(basics.speed_mps(run, athlete())) == "speed_has_gaps"
