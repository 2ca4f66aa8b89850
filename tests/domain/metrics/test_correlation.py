"""Whether two things go together, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from benchmarks.bench_change import DAYS, FIRST, Life, linked, simulate
from coach.domain.metrics.correlation import (
    Lag,
    Link,
    correlate,
    effective_pairs,
    spearman_interval,
    usual_lags,
)
from coach.domain.metrics.registry import Unknown

LAST = FIRST + timedelta(days=DAYS - 1)


def test_an_hour_more_sleep_is_worth_what_it_was_made_to_be():
    """The simulation makes 1 % of an hour: 3.5 s/km at the pace of these runs."""
    history = linked(3, Life(memory=0.3), per_hour=0.012)
    found = correlate(history, "sleep", "efficiency", FIRST, LAST)
    assert isinstance(found, Link)
    assert found.clear
    assert found.pace_s_per_km is not None
    made = -0.012 * found.pace_s_per_km
    assert found.low < made < found.high < 0
    assert found.effect == pytest.approx(made, rel=0.5)
    assert found.lag == Lag(0)
    assert (found.tried, found.confidence) == (2, pytest.approx(0.975))
    assert found.n > 150
    assert found.n_effective <= found.n


def test_what_was_made_independent_is_rarely_found_linked():
    clear = 0
    for seed in range(20):
        found = correlate(linked(seed, Life(memory=0.6), per_hour=0.0), "sleep", "hrv", FIRST, LAST)
        assert isinstance(found, Link)
        clear += found.clear
    assert clear <= 3


def test_the_lag_is_found_and_can_be_given():
    history = linked(5, Life(), per_hour=0.02, later=1)
    found = correlate(history, "sleep", "efficiency", FIRST, LAST)
    assert isinstance(found, Link)
    assert found.lag == Lag(1)
    given = correlate(history, "sleep", "efficiency", FIRST, LAST, lag_days=0)
    assert isinstance(given, Link)
    assert (given.tried, given.confidence, given.clear) == (1, 0.95, False)


def test_heat_is_not_taken_out_when_heat_is_the_question():
    found = correlate(simulate(2), "temperature", "efficiency", FIRST, LAST)
    assert isinstance(found, Link)
    assert found.clear
    assert found.effect > 0, "hotter is slower"


def test_the_load_of_the_week_is_a_sum_and_rest_counts():
    history = simulate(1)
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    loads = {d: 60.0 for d in days if d.weekday() in (1, 3, 5, 6)}
    found = correlate(replace(history, daily_load=loads), "load", "rhr", FIRST, LAST, lag_days=2)
    assert isinstance(found, Link)
    causes = {day: cause for day, cause, _ in found.pairs}
    assert causes[FIRST + timedelta(days=3)] == 60.0  # Thursday ← Tuesday
    assert causes[FIRST + timedelta(days=4)] == 0.0  # Friday ← Wednesday, a rest day
    assert min(causes) >= FIRST + timedelta(days=2), "before the first recording nothing is known"
    assert usual_lags("load", "rhr") == (Lag(1), Lag(1, 7))


def test_too_few_pairs_are_unknown():
    history = linked(1, Life(), per_hour=0.0)
    few = correlate(history, "sleep", "rhr", FIRST, FIRST + timedelta(days=14))
    assert isinstance(few, Unknown)
    assert few.because == "need_pairs"
    assert few.params["pairs"] < few.params["needed"] == 20
    never = correlate(history, "weight", "rpe", FIRST, LAST)
    assert never == Unknown("need_pairs", {"pairs": 0, "needed": 20})


def test_a_thing_is_set_against_its_own_past_only():
    found = correlate(simulate(1, Life(memory=0.6)), "rhr", "rhr", FIRST, LAST, lag_days=0)
    assert isinstance(found, Link)
    assert found.lag == Lag(1)
    assert 0.3 < found.r < 0.8


def test_resembling_neighbours_are_worth_fewer_pairs():
    """AR(1) with .5 and .5: n·(1 − .25)/(1 + .25) = .6 n."""
    rng = np.random.default_rng(8)
    made = rng.normal(size=(2, 4000))
    for n in range(1, 4000):
        made[:, n] = 0.5 * made[:, n - 1] + np.sqrt(0.75) * made[:, n]
    x, y = made - made.mean(axis=1, keepdims=True)
    assert effective_pairs(x, y) == pytest.approx(0.6 * 4000, rel=0.08)


def test_the_interval_of_a_rank_correlation():
    """By hand: atanh(.5) = .5493, SE = √(1.125/97) = .10769, ± 1.96 SE = .3382 … .7604, tanh of these."""
    low, high = spearman_interval(0.5, 100, 0.95)
    assert (low, high) == (pytest.approx(0.3259, abs=2e-4), pytest.approx(0.6413, abs=2e-4))
