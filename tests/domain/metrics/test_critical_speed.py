"""Critical speed: the two lines that disagree, the third parameter, the three-minute test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics.critical_speed import CriticalSpeed, critical_speed, three_minute_test
from coach.domain.metrics.registry import Unknown

from .examples import vectors

EFFORTS = ([1500.0, 3000.0, 5000.0, 10_000.0], [280.0, 600.0, 1035.0, 2150.0])


def fitted(*args, **kwargs) -> CriticalSpeed:
    found = critical_speed(*args, **kwargs)
    assert isinstance(found, CriticalSpeed)
    return found


@pytest.mark.parametrize("vector", vectors("critical_speed"))
def test_both_lines(vector):
    expected, tol = vector["expected"], vector["tol"]
    for model, name in (("distance_time", "linear_dt"), ("inverse_time", "inverse_time")):
        found = fitted(**vector["inputs"], model=model)
        assert found.cs_mps == pytest.approx(expected[f"cs_{name}_m_s"], abs=tol["cs"])
        assert found.d_prime_m == pytest.approx(expected[f"dprime_{name}_m"], abs=tol["dprime"])
        assert found.model == model


def test_two_efforts_have_no_error_and_three_have():
    two = fitted([1200, 3600], [240, 840])
    assert (two.cs_error_mps, two.d_prime_error_m, two.r2) == (None, None, None)
    three = fitted([400, 800, 5000], [70, 155, 1200])
    assert three.cs_error_mps == pytest.approx(0.04446, abs=1e-4)  # by hand: √(SSE/(n−2)/Sxx)
    assert three.r2 is not None
    assert 0.999 < three.r2 < 1


@given(
    cs=st.floats(2.5, 6),
    d_prime=st.floats(80, 350),
    sprint=st.floats(1.5, 4),
)
@settings(max_examples=25, derandomize=True)
def test_three_parameters_are_found_again(cs, d_prime, sprint):
    vmax = cs + sprint
    v = cs + np.array([0.25, 0.45, 0.6, 0.8]) * sprint
    t = d_prime / (v - cs) - d_prime / (vmax - cs)
    found = fitted(v * t, t, model="three_parameter")
    assert found.cs_mps == pytest.approx(cs, abs=0.01)
    assert found.d_prime_m == pytest.approx(d_prime, rel=0.02)
    assert found.vmax_mps == pytest.approx(vmax, rel=0.01)


def test_the_third_parameter_lowers_critical_speed():
    three = fitted(*EFFORTS, model="three_parameter")
    assert three.cs_mps < fitted(*EFFORTS).cs_mps
    assert three.cs_error_mps is not None


@pytest.mark.parametrize(
    ("distances", "times", "model", "because"),
    [
        ([1500], [300], "distance_time", "need_efforts"),
        ([1500, 1490], [300, 300], "distance_time", "need_efforts"),
        ([1500, 5000], [300, 1100], "three_parameter", "need_efforts"),
        ([1000, 900], [200, 400], "distance_time", "efforts_do_not_fit"),
        ([1000, 5000], [300, 900], "inverse_time", "efforts_do_not_fit"),
        ([1000, 2000, 4000], [300, 500, 800], "three_parameter", "efforts_do_not_fit"),
    ],
)
def test_what_cannot_be_fitted_is_unknown(distances, times, model, because):
    found = critical_speed(distances, times, model=model)
    assert isinstance(found, Unknown)
    assert found.because == because


def test_three_minute_test_by_hand():
    speed = np.concatenate((np.full(60, 6.0), np.full(90, 5.0), np.full(30, 4.0)))
    found = three_minute_test(speed)
    assert isinstance(found, CriticalSpeed)
    assert found.cs_mps == 4.0
    assert found.d_prime_m == 60 * 2 + 90 * 1
    assert isinstance(three_minute_test(speed[:179]), Unknown)
    speed[100] = np.nan
    assert isinstance(three_minute_test(speed), Unknown)
