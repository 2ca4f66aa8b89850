"""Load from pace, on land and in water, against published numbers."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.athlete import Thresholds
from coach.domain.metrics import Measure, pace_load

from .build import activity, athlete, because, thresholds, value
from .examples import example_of, vectors

CSS = thresholds(swim_threshold_speed_mps=1.25)  # 1:20 per 100 m


@example_of("graded_load", source="TrainingPeaks / McGregor: 100 · h · IF²")
@pytest.mark.parametrize("vector", vectors("rtss"))
def test_graded_load_matches_published_sessions(vector):
    given = vector["inputs"]
    speed = np.full(given["duration_s"], 1000 / given["ngp_s_per_km"])
    limits = thresholds(threshold_speed_mps=1000 / given["threshold_pace_s_per_km"])
    found = pace_load.graded_load(activity(speed=speed), athlete(limits))
    assert value(found) == pytest.approx(vector["expected"], abs=vector["tol"])


def test_half_an_hour_at_5_00_with_threshold_4_30_is_40_5():
    found = pace_load.graded_load(activity(speed=np.full(1800, 1000 / 300)), athlete())
    assert value(found) == pytest.approx(40.5, abs=0.01)


def test_graded_load_names_what_is_missing():
    run = activity(speed=np.full(600, 3.0))
    assert because(pace_load.graded_load(run, athlete(Thresholds()))) == "need_threshold_speed"
    ride = activity(speed=np.full(3600, 9.0), sport=Sport.ride)
    assert because(pace_load.graded_load(ride, athlete())) == "not_a_run"


def test_an_even_run_cut_in_two_has_the_load_of_the_whole():
    parts = [value(pace_load.graded_load(activity(speed=np.full(n, 3.1)), athlete())) for n in (1000, 2600)]
    whole = value(pace_load.graded_load(activity(speed=np.full(3600, 3.1)), athlete()))
    assert sum(parts) == pytest.approx(whole, rel=1e-3)


def swim(distance_m, seconds, **more):
    return activity(sport=Sport.swim, distance_m=distance_m, elapsed_s=seconds, timer_s=seconds, **more)


@example_of(
    "swim_load", source="By hand: 2,000 m in 30:00 at a CSS of 1:20/100 m, IF 8/9: 50 · (8/9)³ = 35.1"
)
def test_swim_load_by_hand():
    found = pace_load.swim_load(swim(2000.0, 1800.0), athlete(CSS))
    assert isinstance(found, Measure)
    assert value(found) == pytest.approx(50 * (8 / 9) ** 3, abs=1e-6)
    assert found.detail["intensity"] == pytest.approx(8 / 9)
    hour = pace_load.swim_load(swim(4500.0, 3600.0), athlete(CSS))
    assert value(hour) == pytest.approx(100)


def test_swim_load_names_what_is_missing():
    assert because(pace_load.swim_load(swim(2000.0, 1800.0), athlete())) == "need_swim_threshold"
    assert because(pace_load.swim_load(swim(None, 1800.0), athlete(CSS))) == "no_distance"
    assert because(pace_load.swim_load(swim(2000.0, 0.0), athlete(CSS))) == "no_time"
    assert because(pace_load.swim_load(activity(distance_m=5000.0), athlete(CSS))) == "not_a_swim"
