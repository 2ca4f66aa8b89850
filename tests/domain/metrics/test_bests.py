"""Best efforts: exact at either end, and never silly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.metrics import Measure, bests

from .build import activity, athlete, because, per_second
from .examples import example_of, vectors

STEPS = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 400).map(lambda tenths: tenths / 10)),
    min_size=2,
    max_size=60,
)


def times(found) -> dict[float, float]:
    assert isinstance(found, Measure), found
    return {row["distance_m"]: row["time_s"] for row in found.detail["rows"]}


@example_of("distance_bests", source="golden.json best_effort: 1500 m at 5 m/s, the rest at 3 m/s, by hand")
def test_a_mile_over_a_fast_middle_takes_what_hand_computation_says():
    (vector,) = vectors("best_effort")
    speed = per_second(vector["inputs"]["segments_1hz"], "v")
    found = times(bests.distance_bests(activity(speed=speed), athlete()))
    assert found[1609.344] == pytest.approx(vector["expected"]["time_s"], abs=vector["tol"])


@example_of("duration_bests", source="By hand: 300 s at 5 m/s inside 3 m/s")
def test_the_longest_way_within_ten_minutes():
    speed = np.concatenate((np.full(600, 3.0), np.full(300, 5.0), np.full(600, 3.0)))
    found = bests.duration_bests(activity(speed=speed), athlete())
    assert isinstance(found, Measure)
    ways = {row["time_s"]: row["distance_m"] for row in found.detail["rows"]}
    assert ways[300.0] == pytest.approx(1500)
    assert ways[600.0] == pytest.approx(300 * 5 + 300 * 3)


def fastest_by_search(distance, t, target):
    """The definition, by brute force: every place to start, on a fine grid and at every sample's ends."""
    reach = lambda x: float(np.interp(-x, -distance[::-1], t[::-1]))  # noqa: E731
    leave = lambda x: float(np.interp(x, distance, t))  # noqa: E731
    starts = np.concatenate(
        (distance, distance - target, np.linspace(distance[0], distance[-1] - target, 300))
    )
    inside = [s for s in starts if distance[0] <= s and s + target <= distance[-1]]
    return min((reach(s + target) - leave(s) for s in inside), default=None)


@given(STEPS, st.floats(1, 300))
@settings(max_examples=80, derandomize=True, deadline=None)
def test_best_efforts_are_the_exact_minimum(steps, target):
    t = np.concatenate(([0.0], np.cumsum([dt for dt, _ in steps])))
    distance = np.concatenate(([0.0], np.cumsum([d for _, d in steps])))
    found = bests.best_efforts(distance, t, [target])
    searched = fastest_by_search(distance, t, target)
    if searched is None or target > distance[-1]:
        assert not found
    else:
        effort = found[target]
        assert effort.time_s == pytest.approx(searched, abs=1e-6)
        covered = np.interp(effort.start_s + effort.time_s, t, distance) - np.interp(
            effort.start_s, t, distance
        )
        assert covered >= target - 1e-6


@given(STEPS)
@settings(max_examples=50, derandomize=True, deadline=None)
def test_a_longer_distance_never_takes_less_time(steps):
    t = np.concatenate(([0.0], np.cumsum([dt for dt, _ in steps])))
    distance = np.concatenate(([0.0], np.cumsum([d for _, d in steps])))
    targets = [1.0, 5.0, 20.0, 80.0, 200.0, 500.0]
    found = [bests.best_efforts(distance, t, targets).get(d) for d in targets]
    taken = [e.time_s for e in found if e is not None]
    assert taken == sorted(taken)


def test_a_pause_counts_as_in_a_race():
    # 1 km, a pause of 100 s, 1 km more at 4 m/s: 2 km cannot have taken 500 s.
    t = np.concatenate((np.arange(0, 251.0), np.arange(350, 601.0)))
    distance = np.concatenate((np.arange(0, 251) * 4.0, 1000 + np.arange(0, 251) * 4.0))
    run = activity(channels={"distance_m": distance}, t=t, pauses=((250.0, 350.0),))
    found = bests.best_efforts(distance, t, [2000.0])
    assert found[2000.0].time_s == 600
    assert times(bests.distance_bests(run, athlete()))[1000.0] == pytest.approx(250)


def test_standing_before_and_after_is_not_part_of_the_effort():
    speed = np.concatenate((np.zeros(60), np.full(100, 4.0), np.zeros(60)))
    assert times(bests.distance_bests(activity(speed=speed), athlete()))[400.0] == 100


def test_a_gps_jump_makes_no_record():
    speed = np.full(1200, 3.0)
    speed[600] = 800.0
    found = times(bests.distance_bests(activity(speed=speed), athlete()))
    assert found[400.0] == pytest.approx(400 / 3, abs=1.5)
    assert found[1000.0] == pytest.approx(1000 / 3, abs=1.5)


def test_faster_than_the_world_record_is_a_sensor_error():
    car = activity(speed=np.full(1200, 11.0))
    assert because(bests.distance_bests(car, athlete())) == "too_fast_to_believe"
    assert bests.believable(bests.Effort(5000, 756, 0))
    assert not bests.believable(bests.Effort(5000, 750, 0))
    assert bests.believable(bests.Effort(42_195, 7300, 0))


def test_what_may_not_count_says_why():
    speed = np.full(1200, 3.0)
    run = athlete()
    assert because(bests.distance_bests(activity(speed=speed, excluded_from_bests=True), run)) == (
        "excluded_from_bests"
    )
    assert because(bests.distance_bests(activity(speed=speed, treadmill=True), run)) == "treadmill_distance"
    assert because(bests.distance_bests(activity(speed=speed, sport=Sport.ride), run)) == "not_on_foot"
    assert because(bests.distance_bests(activity(speed=speed[:60]), run)) == "too_short_for_bests"
    assert because(bests.distance_bests(activity(hr=np.full(60, 120.0)), run)) == "no_distance_samples"


def test_a_corrected_treadmill_distance_counts_and_is_stretched():
    corrected = activity(
        speed=np.full(1000, 3.0), treadmill=True, distance_m=3300.0, distance_origin="corrected"
    )
    assert times(bests.distance_bests(corrected, athlete()))[3000.0] == pytest.approx(3000 / 3.3, abs=0.1)
