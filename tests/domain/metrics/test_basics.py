"""Distance, time, pace: what a stop, a pause and a gap do to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport, SwimLength
from coach.domain.metrics import basics

from .build import activity, athlete, because, value
from .examples import example_of


@example_of(
    "distance_m",
    "elapsed_s",
    "moving_s",
    "pace_s_per_km",
    "speed_mps",
    source="Definition: 10 km in 50 minutes is 5:00/km or 12 km/h",
)
def test_ten_kilometres_in_fifty_minutes():
    run = activity(speed=np.full(3000, 10_000 / 3000))
    who = athlete()
    assert value(basics.distance_m(run, who)) == pytest.approx(10_000)
    assert value(basics.elapsed_s(run, who)) == 3000
    assert value(basics.moving_s(run, who)) == 3000
    assert value(basics.pace_s_per_km(run, who)) == pytest.approx(300)
    assert value(basics.speed_mps(run, who)) * 3.6 == pytest.approx(12)


def test_standing_at_a_light_is_not_moving_time_but_elapsed_time():
    speed = np.concatenate((np.full(600, 3.0), np.zeros(90), np.full(600, 3.0)))
    run = activity(speed=speed)
    assert value(basics.elapsed_s(run, athlete())) == 1290
    assert value(basics.moving_s(run, athlete())) == pytest.approx(1200, abs=5)
    assert value(basics.pace_s_per_km(run, athlete())) == pytest.approx(1000 / 3, rel=0.01)


def test_a_pause_is_not_moving_time_whether_samples_stop_or_go_on():
    silent = np.concatenate((np.arange(0, 601.0), np.arange(900, 1501.0)))
    way = np.concatenate((np.arange(601) * 3.0, 1800 + np.arange(601) * 3.0))
    run = activity(channels={"distance_m": way}, t=silent, pauses=((600.0, 900.0),))
    assert value(basics.moving_s(run, athlete())) == pytest.approx(1200, abs=1)
    noisy = np.arange(0, 1501.0)
    drift = np.interp(noisy, [0, 600, 900, 1500], [0, 1800, 2300, 4100])  # carried on a bus while paused
    run = activity(channels={"distance_m": drift}, t=noisy, pauses=((600.0, 900.0),))
    assert value(basics.moving_s(run, athlete())) == pytest.approx(1200, abs=2)


def test_a_tunnel_without_samples_is_moving_time_when_the_way_went_on():
    t = np.concatenate((np.arange(0, 301.0), np.arange(360, 661.0)))
    run = activity(channels={"distance_m": t * 3.0}, t=t)
    assert value(basics.moving_s(run, athlete())) == pytest.approx(660, abs=1)


def test_a_treadmill_without_speed_falls_back_to_the_timer():
    run = activity(hr=np.full(1801, 140.0), sub_sport="treadmill", timer_s=1700.0, distance_m=5000.0)
    found = basics.moving_s(run, athlete())
    assert value(found) == 1700
    assert found.detail["method"] == "timer"
    assert value(basics.pace_s_per_km(run, athlete())) == pytest.approx(340)


def test_a_speed_channel_of_zeros_is_no_speed():
    run = activity(channels={"speed_mps": np.zeros(601), "hr_bpm": np.full(601, 140.0)}, distance_m=1500.0)
    assert value(basics.moving_s(run, athlete())) == 600


def test_a_typed_run_has_what_was_said_and_nothing_else():
    run = activity(elapsed_s=3000.0, distance_m=8000.0, distance_origin="said")
    found = basics.distance_m(run, athlete())
    assert value(found) == 8000
    assert found.detail["origin"] == "said"
    assert value(basics.pace_s_per_km(run, athlete())) == 375
    assert because(basics.distance_m(activity(elapsed_s=3000.0), athlete())) == "no_distance"
    assert because(basics.pace_s_per_km(activity(elapsed_s=3000.0), athlete())) == "no_distance"
    assert because(basics.elapsed_s(activity(), athlete())) == "no_time"


def test_a_ride_has_a_speed_but_no_pace():
    ride = activity(speed=np.full(600, 8.0), sport=Sport.ride)
    assert because(basics.pace_s_per_km(ride, athlete())) == "not_on_foot"
    assert value(basics.speed_mps(ride, athlete())) == pytest.approx(8)


@given(st.floats(0.8, 7), st.integers(120, 900))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_pace_and_speed_are_one_another_turned_over(speed, seconds):
    run = activity(speed=np.full(seconds, speed))
    pace, mps = value(basics.pace_s_per_km(run, athlete())), value(basics.speed_mps(run, athlete()))
    assert 1000 / pace == pytest.approx(mps)
    assert mps == pytest.approx(speed, rel=0.01)


def test_speed_follows_the_distance_that_counts():
    # The watch's filtered speed says 3.0, its distance 3.3 m/s: graded pace must agree with pace.
    way, speed = np.arange(1201) * 3.3, np.full(1201, 3.0)
    run = activity(channels={"distance_m": way, "speed_mps": speed})
    assert value(basics.graded_pace_s_per_km(run, athlete())) == pytest.approx(1000 / 3.3, rel=1e-3)
    # Twice as fast is not a matter of filters: then one of them is wrong, and speed is left alone.
    run = activity(channels={"distance_m": way, "speed_mps": speed / 2})
    assert value(basics.graded_pace_s_per_km(run, athlete())) == pytest.approx(1000 / 1.5, rel=1e-3)


def test_standing_does_not_slow_graded_pace():
    speed = np.concatenate((np.full(600, 3.0), np.zeros(300), np.full(600, 3.0)))
    found = value(basics.graded_pace_s_per_km(activity(speed=speed), athlete()))
    assert found == pytest.approx(1000 / 3, rel=0.01)


def test_moving_time_is_never_more_than_the_timer():
    run = activity(speed=np.full(1200, 3.0), timer_s=1100.0)
    assert value(basics.moving_s(run, athlete())) == 1100


def test_a_pool_swim_moves_while_lengths_are_swum():
    lengths = tuple(SwimLength(i * 60.0, 40.0 if i % 2 == 0 else 20.0, i % 2 == 0) for i in range(10))
    swim = activity(elapsed_s=600.0, distance_m=125.0, sport=Sport.swim)
    swim = replace(swim, recording=replace(swim.recording, lengths=lengths))
    found = basics.moving_s(swim, athlete())
    assert (value(found), found.detail["method"]) == (200, "lengths")
    assert value(basics.speed_mps(swim, athlete())) == pytest.approx(0.625)


def test_the_timer_that_was_corrected_by_hand_counts_not_what_was_computed_before():
    run = activity(elapsed_s=3120.0, timer_s=3120.0, distance_m=8000.0, moving_s=3000.0)
    assert value(basics.moving_s(run, athlete())) == 3120


def test_a_distance_that_nobody_covers_in_that_time_gives_no_pace():
    jumped = activity(elapsed_s=600.0, distance_m=20_000.0)
    assert because(basics.pace_s_per_km(jumped, athlete())) == "too_fast_to_believe"
    assert because(basics.speed_mps(jumped, athlete())) == "too_fast_to_believe"
    ride = activity(elapsed_s=600.0, distance_m=20_000.0, sport=Sport.ride)
    assert value(basics.speed_mps(ride, athlete())) == pytest.approx(33.3, abs=0.1)
    swim = activity(elapsed_s=600.0, distance_m=5000.0, sport=Sport.swim)
    assert because(basics.speed_mps(swim, athlete())) == "too_fast_to_believe"
