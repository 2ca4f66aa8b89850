"""Averages of the sensors, and metres climbed."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.metrics import dynamics, elevation

from .build import activity, athlete, because, value
from .examples import example_of


@example_of("avg_hr_bpm", "max_hr_bpm", source="Definition, by hand")
def test_heart_rate_of_two_halves():
    run = activity(hr=np.concatenate((np.full(300, 140.0), np.full(300, 160.0))))
    assert value(dynamics.avg_hr_bpm(run, athlete())) == 150
    assert value(dynamics.max_hr_bpm(run, athlete())) == 160


def test_a_spike_and_a_zero_are_no_heart_rate():
    hr = np.full(600, 150.0)
    hr[300:303] = 240
    hr[400:410] = 0
    found = dynamics.max_hr_bpm(activity(hr=hr), athlete())
    assert value(found) == 150
    assert value(dynamics.avg_hr_bpm(activity(hr=hr), athlete())) == 150


def test_a_dead_strap_is_unknown_and_a_summary_serves_without_samples():
    assert because(dynamics.avg_hr_bpm(activity(hr=np.zeros(600)), athlete())) == "no_hr"
    summary = activity(elapsed_s=600.0, totals={"avg_hr_bpm": 151.0, "max_hr_bpm": 0.0})
    assert value(dynamics.avg_hr_bpm(summary, athlete())) == 151
    assert because(dynamics.max_hr_bpm(summary, athlete())) == "no_hr"


def test_coverage_says_how_much_was_heard():
    hr = np.full(600, 150.0)
    hr[300:] = np.nan
    assert dynamics.avg_hr_bpm(activity(hr=hr), athlete()).coverage == pytest.approx(0.5, abs=0.01)


@example_of(
    "avg_cadence_spm",
    "stride_length_m",
    source="GoldenCheetah RunMetrics: step = speed / (spm / 60), stride = 2 steps",
)
def test_three_metres_a_second_at_180_steps_is_a_two_metre_stride():
    run = activity(speed=np.full(600, 3.0), channels={"cadence_spm": np.full(601, 180.0)})
    assert value(dynamics.avg_cadence_spm(run, athlete())) == 180
    assert value(dynamics.stride_length_m(run, athlete())) == pytest.approx(2.0)


def test_standing_does_not_pull_cadence_down():
    speed = np.concatenate((np.full(300, 3.0), np.zeros(100), np.full(300, 3.0)))
    cadence = np.append(np.where(speed > 0, 180.0, 0.0), 180.0)
    run = activity(speed=speed, channels={"cadence_spm": cadence})
    assert value(dynamics.avg_cadence_spm(run, athlete())) == 180


def test_stride_needs_feet_speed_and_cadence():
    cadence = {"cadence_spm": np.full(601, 90.0)}
    ride = activity(speed=np.full(600, 8.0), channels=cadence, sport=Sport.ride)
    assert because(dynamics.stride_length_m(ride, athlete())) == "not_on_foot"
    assert value(dynamics.avg_cadence_spm(ride, athlete())) == 90
    assert because(dynamics.stride_length_m(activity(channels=cadence), athlete())) == "no_speed"
    assert because(dynamics.stride_length_m(activity(speed=np.full(60, 3.0)), athlete())) == "no_cadence"
    assert because(dynamics.avg_cadence_spm(activity(speed=np.full(60, 3.0)), athlete())) == "no_cadence"


@example_of("avg_power_w", source="Definition, by hand")
def test_power_is_the_mean_while_moving():
    speed = np.concatenate((np.full(300, 3.0), np.zeros(300)))
    power = np.append(np.where(speed > 0, 250.0, 0.0), 0.0)
    run = activity(speed=speed, channels={"power_w": power})
    assert value(dynamics.avg_power_w(run, athlete())) == pytest.approx(250, abs=3)
    assert because(dynamics.avg_power_w(activity(elapsed_s=60.0), athlete())) == "no_power"


@example_of("ascent_m", "descent_m", source="Definition, by hand: a hill of 60 m")
def test_a_hill_of_sixty_metres():
    hill = np.concatenate((np.linspace(0, 60, 600), np.linspace(60, 20, 600)))
    run = activity(speed=np.full(1200, 3.0), altitude=hill)
    assert value(elevation.ascent_m(run, athlete())) == pytest.approx(60, abs=3)
    assert value(elevation.descent_m(run, athlete())) == pytest.approx(40, abs=3)


def test_a_trembling_altimeter_climbs_nothing():
    noise = 100 + np.random.default_rng(3).normal(0, 1, 3600)
    run = activity(speed=np.full(3600, 3.0), altitude=noise)
    assert value(elevation.ascent_m(run, athlete())) == 0


def test_the_watch_knows_its_ascent_best_and_a_treadmill_has_none():
    hill = np.linspace(0, 60, 600)
    counted = activity(speed=np.full(600, 3.0), altitude=hill, totals={"ascent_m": 72.0})
    assert value(elevation.ascent_m(counted, athlete())) == 72
    belt = activity(speed=np.full(600, 3.0), altitude=hill, treadmill=True)
    assert because(elevation.ascent_m(belt, athlete())) == "treadmill"
    assert because(elevation.ascent_m(activity(speed=np.full(60, 3.0)), athlete())) == "no_altitude"


@example_of(
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "ground_contact_ms",
    "ground_contact_balance_pct",
    source="GoldenCheetah RunMetrics: vertical ratio = oscillation / step; 90 mm at 3 m/s and 180 spm is 9 %",
)
def test_ninety_millimetres_on_a_step_of_a_metre_is_nine_percent():
    felt = {
        "cadence_spm": np.full(601, 180.0),
        "vertical_oscillation_mm": np.full(601, 90.0),
        "ground_contact_ms": np.full(601, 240.0),
        "ground_contact_balance_pct": np.full(601, 49.2),
    }
    run = activity(speed=np.full(600, 3.0), channels=felt)
    assert value(dynamics.vertical_oscillation_mm(run, athlete())) == 90
    assert value(dynamics.vertical_ratio_pct(run, athlete())) == pytest.approx(9.0, abs=0.01)
    assert value(dynamics.ground_contact_ms(run, athlete())) == 240
    assert value(dynamics.ground_contact_balance_pct(run, athlete())) == pytest.approx(49.2)
    told = activity(speed=np.full(600, 3.0), channels=felt | {"vertical_ratio_pct": np.full(601, 8.5)})
    assert value(dynamics.vertical_ratio_pct(told, athlete())) == 8.5


def test_dynamics_of_standing_and_of_a_lost_sensor_do_not_count():
    speed = np.concatenate((np.full(300, 3.0), np.zeros(300)))
    contact = np.append(np.where(speed > 0, 250.0, 900.0), 900.0)
    contact[:50] = 0.0
    found = dynamics.ground_contact_ms(
        activity(speed=speed, channels={"ground_contact_ms": contact}), athlete()
    )
    assert value(found) == pytest.approx(250, abs=10)
    assert found.coverage == pytest.approx(250 / 300, abs=0.02)


def test_dynamics_need_their_sensor_and_feet():
    plain = activity(speed=np.full(600, 3.0))
    for one in (
        dynamics.vertical_oscillation_mm,
        dynamics.vertical_ratio_pct,
        dynamics.ground_contact_ms,
        dynamics.ground_contact_balance_pct,
    ):
        assert because(one(plain, athlete())) == "no_dynamics"
        assert because(one(activity(speed=np.full(60, 8.0), sport=Sport.ride), athlete())) == "not_on_foot"
    bounce = {"vertical_oscillation_mm": np.full(601, 90.0)}
    assert because(dynamics.vertical_ratio_pct(activity(channels=bounce), athlete())) == "no_speed"
    without_steps = activity(speed=np.full(600, 3.0), channels=bounce)
    assert because(dynamics.vertical_ratio_pct(without_steps, athlete())) == "no_cadence"
    told = activity(elapsed_s=600.0, totals={"avg_ground_contact_ms": 244.0})
    assert value(dynamics.ground_contact_ms(told, athlete())) == 244
