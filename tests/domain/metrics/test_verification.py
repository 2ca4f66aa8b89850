"""Which efforts speak for fitness: a race over its course, a confirmed best, never one bad recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coach.domain.activity import Device, Sport
from coach.domain.metrics import Measure, bests
from coach.domain.metrics.performance import vdot_of
from coach.domain.metrics.verification import (
    Candidate,
    Level,
    confirmed,
    course_of,
    level_of,
    performances_of,
    race_of,
    worth_of,
)

from .build import activity, athlete
from .past_runs import a_run


@pytest.mark.parametrize(
    ("recorded", "course"),
    [(10_000, 10_000), (10_150, 10_000), (9_920, 10_000), (21_250, 21_097.5), (42_800, 42_195)],
)
def test_a_watch_measures_a_course_a_little_long(recorded, course):
    assert course_of(recorded) == course


@pytest.mark.parametrize("recorded", [9_800, 10_400, 12_000, 43_500, 400])
def test_other_distances_are_of_no_course(recorded):
    assert course_of(recorded) is None


def test_a_race_speaks_as_a_whole_over_its_course():
    # The watch measured 10 120 m: its fastest 10 km ends before the finish line.
    race = a_run(1, 5, [(5000, 1210), (10_000, 2430)], race=True, metres=10_120, seconds=2460)
    whole = race_of(race)
    assert whole is not None
    assert (whole.distance_m, whole.time_s, whole.level) == (10_000, 2460, Level.race_confirmed)
    assert performances_of(race) == [whole]


def test_a_clock_that_ran_on_after_the_finish_is_no_race_time():
    race = a_run(1, 5, [(5000, 1210), (10_000, 2430)], race=True, metres=10_200, seconds=2700)
    assert race_of(race) is None
    vdot, effort = worth_of(race) or (0, None)
    assert vdot == pytest.approx(vdot_of(10_000, 2430))
    assert effort.level is Level.race


def test_a_race_of_an_unknown_course_is_believed_less():
    race = a_run(1, 5, [(10_000, 2430)], race=True, metres=12_400, seconds=3100)
    assert race_of(race).level is Level.race


def test_nobody_races_faster_than_the_world_record():
    assert race_of(a_run(1, 5, race=True, metres=10_000, seconds=1200)) is None


def test_training_counts_from_three_kilometres_and_ten_minutes_on():
    assert worth_of(a_run(1, 5, [(1000, 180), (3000, 590)])) is None
    vdot, effort = worth_of(a_run(1, 5, [(1000, 180), (3000, 660), (5000, 1300)])) or (0, None)
    assert (effort.distance_m, effort.level) == (3000, Level.watch)
    assert vdot == pytest.approx(vdot_of(3000, 660))


def test_a_ride_speaks_for_nothing():
    assert performances_of(a_run(1, 5, [(10_000, 1800)], sport=Sport.ride)) == []


def test_what_measured_the_distance_is_kept_with_the_bests():
    speed = np.full(1200, 3.0)
    track = {"lat_deg": np.linspace(37.5, 37.53, 1201), "lon_deg": np.full(1201, 127.0)}

    def told(**more):
        found = bests.distance_bests(more.pop("of"), athlete())
        assert isinstance(found, Measure)
        return found.detail["distance_from"]

    with_gps = activity(speed=speed, channels=track)
    assert told(of=with_gps) == "gps"
    assert told(of=activity(speed=speed)) == "sensor"
    corrected = activity(speed=speed, treadmill=True, distance_m=3700.0, distance_origin="corrected")
    assert told(of=corrected) == "corrected"
    watch = replace(with_gps, recording=replace(with_gps.recording, device=Device("garmin", "fr965")))
    assert told(of=watch) == "watch"


def test_the_level_of_a_stored_best_is_read():
    assert level_of(a_run(1, 5, [(5000, 1300)], distance_from="gps")) is Level.gps
    assert level_of(a_run(1, 5)) is Level.watch


def test_one_bad_recording_stands_alone():
    def near(a: float, b: float) -> bool:
        return a - b <= 3

    wild, good, second = Candidate(70, 1), Candidate(50, 2), Candidate(48, 3)
    assert confirmed([wild, good, second], near) == (50, (2, 3))
    assert confirmed([wild, good, Candidate(49, 3, trusted=True)], near) == (50, (2, 3))
    assert confirmed([Candidate(70, 1, trusted=True), good], near) == (70, (1,))
    assert confirmed([wild, good], near) is None
