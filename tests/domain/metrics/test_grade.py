"""Hills against Minetti, and graded pace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.metrics import basics
from coach.domain.metrics.grade import cost_ratio, fourth_power_mean, minetti_cost, slope
from coach.domain.resample import trailing_mean

from .build import activity, athlete, because, per_second, value
from .examples import example_of, vectors

# The whole polynomial, gradient → J/kg/m.
POLYNOMIAL = {
    -0.45: 4.03,
    -0.40: 3.61,
    -0.30: 2.46,
    -0.20: 1.80,
    -0.10: 2.15,
    0.0: 3.60,
    0.05: 4.69,
    0.10: 5.97,
    0.20: 9.01,
    0.30: 12.58,
    0.40: 16.85,
    0.45: 19.43,
}


@pytest.mark.parametrize("vector", vectors("minetti"))
def test_cost_matches_minetti(vector):
    cost = minetti_cost(np.array([vector["inputs"]["gradient"]]))[0]
    assert cost == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize(("gradient", "cost"), POLYNOMIAL.items())
def test_cost_matches_the_polynomial_as_published(gradient, cost):
    assert minetti_cost(np.array([gradient]))[0] == pytest.approx(cost, abs=0.006)


def test_steeper_than_measured_counts_as_the_steepest_measured():
    assert minetti_cost(np.array([0.9, -0.9])) == pytest.approx(minetti_cost(np.array([0.45, -0.45])))


@pytest.mark.parametrize("vector", vectors("ngp"))
def test_normalised_graded_speed_matches_the_reference(vector):
    segments = vector["inputs"]["segments_1hz"]
    graded = per_second(segments, "v") * cost_ratio(per_second(segments, "g"))
    smooth = trailing_mean(graded, np.zeros(graded.size, dtype=np.intp), 30)
    expected, tol = vector["expected"], vector["tol"]
    assert fourth_power_mean(smooth) == pytest.approx(expected["ngs_partial_window"], abs=tol)
    assert fourth_power_mean(smooth[29:]) == pytest.approx(expected["ngs_full_window"], abs=tol)


@example_of("graded_pace_s_per_km", source="Minetti 2002; reference vectors of two implementations")
def test_graded_pace_of_a_long_climb_and_descent():
    # 3 m/s down an even 5 % for half an hour: 437.0 s/km in the reference vectors.
    speed = np.full(1800, 3.0)
    down = 400 - 0.05 * np.cumsum(speed)
    found = basics.graded_pace_s_per_km(activity(speed=speed, altitude=down), athlete())
    assert value(found) == pytest.approx(437.011, abs=0.5)


@given(st.floats(1.0, 6.0), st.floats(-50, 2000))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_on_the_flat_graded_pace_is_pace(speed, altitude):
    run = activity(speed=np.full(600, speed), altitude=np.full(600, altitude))
    graded = value(basics.graded_pace_s_per_km(run, athlete()))
    assert graded == pytest.approx(value(basics.pace_s_per_km(run, athlete())), rel=1e-6)


def test_noise_of_a_barometer_does_not_make_hills():
    noise = np.round(np.random.default_rng(7).normal(100, 0.4, 3600) * 5) / 5
    speed = np.full(3600, 3.0)
    graded = value(basics.graded_pace_s_per_km(activity(speed=speed, altitude=noise), athlete()))
    assert graded == pytest.approx(1000 / 3.0, rel=0.01)


def test_slope_of_an_even_hill_is_exact_and_a_short_run_is_flat():
    distance = np.arange(0.0, 1000.0, 2.5)
    assert slope(distance, 0.08 * distance) == pytest.approx(np.full(distance.size, 0.08), abs=1e-4)
    assert not slope(distance[:30], 0.3 * distance[:30]).any()


def test_graded_pace_needs_a_run_and_a_speed_and_says_when_altitude_is_missing():
    walk = activity(speed=np.full(600, 1.5), sport=Sport.walk)
    assert because(basics.graded_pace_s_per_km(walk, athlete())) == "not_a_run"
    assert because(basics.graded_pace_s_per_km(activity(elapsed_s=600.0), athlete())) == "no_speed"
    flat = basics.graded_pace_s_per_km(activity(speed=np.full(600, 3.0)), athlete())
    assert flat.detail["altitude"] is False


def test_a_treadmill_has_no_hills_whatever_the_barometer_says():
    speed = np.full(1200, 3.0)
    weather = np.linspace(0, 120, 1200)
    belt = activity(speed=speed, altitude=weather, treadmill=True)
    assert value(basics.graded_pace_s_per_km(belt, athlete())) == pytest.approx(1000 / 3)


def test_altitude_that_is_mostly_missing_counts_as_flat():
    speed = np.full(1200, 3.0)
    altitude = np.where(np.arange(1200) < 300, np.linspace(0, 400, 1200), np.nan)
    found = basics.graded_pace_s_per_km(activity(speed=speed, altitude=altitude), athlete())
    assert value(found) == pytest.approx(1000 / 3)
    assert found.detail["altitude"] is False
