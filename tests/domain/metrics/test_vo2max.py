"""VO2max from heart rate, with its error; heart rate at a share of the reserve."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.metrics.performance import speed_at_vo2, vo2_at_speed
from coach.domain.metrics.registry import Unknown
from coach.domain.metrics.vo2max import Vo2max, acsm_vo2, hr_speed_regression, karvonen, uth

from .examples import vectors


@pytest.mark.parametrize("vector", vectors("uth"))
def test_uth(vector):
    assert uth(**vector["inputs"]).vo2max == pytest.approx(vector["expected"], abs=vector["tol"])


def test_uth_is_less_sure_of_a_predicted_maximum():
    assert uth(185, 50).standard_error == 2.7
    assert uth(185, 50, hr_max_from_age=True).standard_error == 4.7


@pytest.mark.parametrize("vector", vectors("karvonen"))
def test_karvonen(vector):
    assert karvonen(**vector["inputs"]) == pytest.approx(vector["expected"], abs=vector["tol"])


def test_acsm_cost_of_running():
    assert acsm_vo2(200 / 60) == pytest.approx(43.5)  # 3.5 + 0.2·200
    assert acsm_vo2(200 / 60, 0.05) == pytest.approx(52.5)


def test_regression_finds_the_line_again():
    speeds = [2.5, 3.0, 3.5, 4.0, 4.5]
    hrs = [60 + 2.5 * vo2_at_speed(v) for v in speeds]
    found = hr_speed_regression(speeds, hrs, 185)
    assert isinstance(found, Vo2max)
    assert found.vo2max == pytest.approx((185 - 60) / 2.5)
    assert found.standard_error == pytest.approx(0.05 * 50)  # what is left is running economy


def test_error_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(300):
        economy = rng.normal(1, 0.05)
        speeds = rng.uniform(2.6, 4.0, 12)
        cost = np.array([vo2_at_speed(v) for v in speeds]) * economy
        hrs = 60 + 2.5 * cost + rng.normal(0, 4, 12)
        found = hr_speed_regression(speeds, hrs, 185 + rng.normal(0, 10), hr_max_error=10)
        assert isinstance(found, Vo2max)
        inside += abs(found.vo2max - 50) <= found.standard_error
    assert 0.58 <= inside / 300 <= 0.78  # one standard error: 68 %


@pytest.mark.parametrize(
    ("speeds", "hrs", "because"),
    [
        ([3.0, 3.5, 4.0], [140, 150, 160], "need_speed_hr_points"),
        ([3.0, 3.1, 3.2, 3.3], [150, 151, 152, 153], "speed_hr_too_close"),
        ([3.0, 3.2, 3.4, 3.6], [170, 160, 155, 150], "hr_not_rising"),
        ([3.0, 3.0, 3.0, 3.0], [150, 160, 155, 170], "hr_not_rising"),
    ],
)
def test_regression_is_unknown_without_a_line(speeds, hrs, because):
    found = hr_speed_regression(speeds, hrs, 185)
    assert isinstance(found, Unknown)
    assert found.because == because


def test_the_two_costs_differ():
    speed = speed_at_vo2(45)
    assert acsm_vo2(speed) != pytest.approx(45, abs=0.5)
