"""Fitness, fatigue and form against published series."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.metrics import METRICS, Measure, load, load_series
from coach.domain.metrics.history import History, Past

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


@example_of(
    "acwr", source="Gabbett 2016; Windt & Gabbett 2019; Williams 2017 (golden.json: 1.6, 2.0, 1.7572)"
)
@pytest.mark.parametrize("vector", vectors("acwr"))
def test_all_three_ratios_match_the_published_ones(vector):
    expected, tol = vector["expected"], vector["tol"]
    loads = vector["inputs"]["daily_load_28d"]
    history = History(athlete(), DAY, DAY + timedelta(days=27), daily_load=days(loads))
    found = load.acwr(history, history.last_day)
    assert value(found) == pytest.approx(expected["uncoupled_7_21"], abs=tol)
    assert found.detail["coupled_7_28"] == pytest.approx(expected["coupled_7_28"], abs=tol)
    assert found.detail["ewma_7_28"] == pytest.approx(expected["ewma_7_28_first_day_seed"], abs=tol)
    assert METRICS["acwr"].evidence == "contested"


def test_the_ratio_needs_four_weeks_and_a_load_to_compare_with():
    history = History(athlete(), DAY, DAY + timedelta(days=40), daily_load=days([0.0] * 35 + [80.0]))
    assert because(load.acwr(history, DAY + timedelta(days=26))) == "need_days"
    assert because(load.acwr(history, DAY + timedelta(days=36))) == "no_load_before"
    assert because(load.acwr(history, DAY - timedelta(days=1))) == "day_without_history"
    assert because(load.acwr(History(athlete(), DAY, DAY), DAY)) == "day_without_history"
    with pytest.raises(ValueError, match="28"):
        load_series.load_ratio_of([10.0] * 27)


@given(st.lists(st.floats(0, 300), min_size=28, max_size=90))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_ratios_are_non_negative_and_the_coupled_one_stays_below_four(loads):
    found = load_series.load_ratio_of(loads)
    for ratio in vars(found).values():
        assert ratio is None or ratio >= 0
    assert found.coupled is None or found.coupled <= 4 + 1e-9


def running(*runs, sport=Sport.run, first=DAY - timedelta(days=60)) -> History:
    """Return a history of (day offset from DAY, kilometres)."""
    past = [
        Past(n, DAY + timedelta(days=at), sport, {} if km is None else {"distance_m": Measure(1000 * km)})
        for n, (at, km) in enumerate(sorted(runs))
    ]
    return History(athlete(), first, DAY, activities=past)


@example_of(
    "longest_spike_pct",
    source="Frandsen 2025 BJSM: >10–30 % HRR 1.64, >30–100 % 1.52, >100 % 2.28; 18 after 15 km: 20 %",
)
@pytest.mark.parametrize(
    ("km", "spike", "ratio"),
    [(12, -20, None), (15, 0, None), (16.5, 10, None), (18, 20, 1.64), (19.5, 30, 1.64), (24, 60, 1.52),
     (30, 100, 1.52), (33, 120, 2.28)],
)  # fmt: skip
def test_a_run_against_the_longest_of_the_thirty_days_before(km, spike, ratio):
    found = load.longest_spike_pct(running((-31, 30), (-30, 15), (-3, 10), (0, 5), (0, km)), DAY)
    assert value(found) == pytest.approx(spike)
    assert found.detail["hazard_ratio"] == ratio
    assert found.detail["before_m"] == 15_000
    assert not found.detail["provisional"]


def test_without_a_run_to_compare_there_is_no_spike():
    assert because(load.longest_spike_pct(running((-31, 30), (0, 20)), DAY)) == "no_run_in_days"
    assert because(load.longest_spike_pct(running((-3, 30)), DAY)) == "no_run_that_day"
    assert because(load.longest_spike_pct(running((-3, 10), (0, None)), DAY)) == "no_run_that_day"
    rides = running((-3, 40), (0, 80), sport=Sport.ride)
    assert because(load.longest_spike_pct(rides, DAY)) == "no_run_that_day"
    young = running((-3, 10), (0, 15), first=DAY - timedelta(days=10))
    assert load.longest_spike_pct(young, DAY).detail["provisional"]


def test_what_comes_later_is_not_read():
    later = running((-3, 10), (0, 12), (1, 40))
    assert value(load.longest_spike_pct(later, DAY)) == value(load.longest_spike_pct(later.until(DAY), DAY))
