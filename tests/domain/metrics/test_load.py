"""Fitness, fatigue and form against published series."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics import Measure, load, load_series
from coach.domain.metrics.history import History

from .build import DAY, athlete, because, value
from .examples import example_of, vectors

EXPONENTIAL = [v for v in vectors("ctl_atl") if v["inputs"]["convention"] == "alpha=1-exp(-1/tau)"]
WEEK = [0, 60, 40, 80, 0, 50, 120]
PLAN = WEEK * 6 + [30, 30, 0, 40, 0, 20, 0] * 2


def history_of(series: load_series.LoadSeries) -> History:
    """Return a history with exactly this series, its seed included."""
    history = History(athlete(), series.first_day, series.last_day)
    history.__dict__["load"] = series
    return history


def days(loads, first=DAY) -> dict[date, float]:
    return {first + timedelta(days=i): float(v) for i, v in enumerate(loads)}


@pytest.mark.parametrize("vector", EXPONENTIAL)
def test_exponential_means_match_golden_cheetah_and_intervals(vector):
    given, expected = vector["inputs"], vector["expected"]
    ctl = load_series.exponential_mean(given["daily_load"], given["tau_ctl"], given["ctl0"])
    atl = load_series.exponential_mean(given["daily_load"], given["tau_atl"], given["atl0"])
    assert ctl[-1] == pytest.approx(expected["ctl"], abs=vector["tol"])
    assert atl[-1] == pytest.approx(expected["atl"], abs=vector["tol"])
    assert ctl[-2] - atl[-2] == pytest.approx(expected["tsb_previous_day"], abs=vector["tol"])


@example_of("ctl", "atl", "tsb", source="GoldenCheetah PMCData.cpp; intervals.icu (.023528/.133122)")
def test_the_series_matches_the_published_table():
    series = load_series.load_series(days(PLAN), seed=0.0)
    assert series is not None
    at42, at56 = DAY + timedelta(days=41), DAY + timedelta(days=55)
    assert value(load.ctl(history_of(series), at42)) == pytest.approx(32.3, abs=0.05)
    assert value(load.atl(history_of(series), at42)) == pytest.approx(56.2, abs=0.05)
    assert value(load.tsb(history_of(series), at42)) == pytest.approx(-16.2, abs=0.05)
    assert value(load.ctl(history_of(series), at56)) == pytest.approx(27.8651, abs=0.001)
    assert value(load.tsb(history_of(series), at56)) == pytest.approx(4.8913, abs=0.001)


def test_the_seed_is_the_mean_of_the_first_28_days():
    series = load_series.load_series(days([50.0] * 100))
    assert series is not None
    assert series.ctl == pytest.approx(np.full(100, 50.0))
    assert series.tsb == pytest.approx(np.zeros(100))


def test_one_run_on_the_first_day_does_not_seed_a_fitness_of_its_size():
    series = load_series.load_series({DAY: 70.0})
    assert series is not None
    assert value(load.ctl(history_of(series), DAY)) < 15


def test_the_first_84_days_are_provisional():
    series = load_series.load_series(days([50.0] * 100))
    assert series is not None
    marks = [load.ctl(history_of(series), DAY + timedelta(days=i)) for i in (0, 83, 84, 99)]
    assert [m.detail["provisional"] for m in marks if isinstance(m, Measure)] == [True, True, False, False]


def test_days_without_a_run_are_rest_and_the_series_reaches_the_day_asked_for():
    series = load_series.load_series({DAY: 100.0}, last_day=DAY + timedelta(days=10))
    assert series is not None
    assert len(series) == 11
    assert series.load.sum() == 100
    assert series.last_day == DAY + timedelta(days=10)
    assert series.days[-1] == series.last_day
    assert np.all(np.diff(series.atl[1:]) < 0)


def test_no_day_no_series():
    assert load_series.load_series({}) is None
    assert load_series.load_series({DAY: 10.0}, last_day=DAY - timedelta(days=1)) is None


def test_outside_of_the_series_nothing_is_known():
    series = load_series.load_series(days(WEEK))
    assert series is not None
    assert because(load.ctl(history_of(series), DAY - timedelta(days=1))) == "day_without_history"
    assert because(load.ramp_rate(history_of(series), DAY + timedelta(days=70))) == "day_without_history"
    assert because(load.ramp_rate(history_of(series), DAY + timedelta(days=3))) == "need_days"
    assert because(load.monotony(history_of(series), DAY + timedelta(days=3))) == "need_days"


@example_of("ramp_rate", source="Definition; GoldenCheetah PMCData.cpp (CTL − CTL seven days before)")
def test_ramp_rate_is_the_rise_of_a_week():
    series = load_series.load_series(days([1000.0] + [0.0] * 6 + [0.0]), seed=0.0)
    assert series is not None
    # α = .023528: 23.528 after the first day, faded by e^(−7/42) a week later.
    expected = 23.528 * np.exp(-7 / 42) - 23.528
    assert value(load.ramp_rate(history_of(series), DAY + timedelta(days=7))) == pytest.approx(
        expected, abs=0.001
    )


@example_of("monotony", "strain", source="Foster 1998 Med Sci Sports Exerc 30:1164; Runalyze Monotony.php")
@pytest.mark.parametrize("vector", vectors("monotony"))
def test_monotony_and_strain_match_foster(vector):
    week, expected = vector["inputs"]["daily_load_7d"], vector["expected"]
    series = load_series.load_series(days(week), first_day=DAY, last_day=DAY + timedelta(days=6))
    assert series is not None
    last = series.last_day
    if expected["monotony_population_sd"] is None:
        assert because(load.monotony(history_of(series), last)) == "same_load_every_day"
        assert because(load.strain(history_of(series), last)) == "same_load_every_day"
        return
    tol = vector["tol"]
    assert value(load.monotony(history_of(series), last)) == pytest.approx(
        expected["monotony_population_sd"], abs=tol
    )
    assert value(load.strain(history_of(series), last)) == pytest.approx(
        expected["strain_population"], abs=0.01
    )


@given(st.lists(st.floats(0, 500), min_size=1, max_size=120))
@settings(max_examples=50, derandomize=True, deadline=None)
def test_both_means_stay_between_nothing_and_the_hardest_day(loads):
    series = load_series.load_series(days(loads))
    assert series is not None
    for mean in (series.ctl, series.atl):
        assert np.all(mean >= 0)
        assert np.all(mean <= max(loads) + 1e-9)
    assert series.tsb[1:] == pytest.approx((series.ctl - series.atl)[:-1])


def test_what_comes_after_the_first_28_days_does_not_change_the_seed():
    assert load_series.seed_of(np.array([40.0] * 28 + [200.0] * 60)) == pytest.approx(40)
    assert load_series.seed_of(np.array([70.0] * 14)) == pytest.approx(70)
