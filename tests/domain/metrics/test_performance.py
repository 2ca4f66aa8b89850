"""VDOT against Daniels' formula, race table and training paces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.calculators.published import RACE_TIMES, RACES_M
from coach.domain.metrics.performance import (
    race_time_of,
    speed_at_vo2,
    threshold_speed_of,
    vdot_of,
    vo2_at_speed,
)

from .examples import vectors

CELLS = [(v, d, s) for v, times in RACE_TIMES.items() for d, s in times.items()]


@pytest.mark.parametrize("vector", vectors("vdot"))
def test_vdot_matches_the_formula(vector):
    assert vdot_of(**vector["inputs"]) == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("vdot_table"))
def test_vdot_matches_the_published_race_table(vector):
    found = vdot_of(vector["inputs"]["distance_m"], vector["expected"]["published_s"])
    assert found == pytest.approx(vector["inputs"]["vdot"], abs=vector["tol"]["vs_published_vdot"])


@pytest.mark.parametrize("vector", vectors("vdot_table"))
def test_race_time_is_solved_on_the_formula(vector):
    found = race_time_of(**vector["inputs"])
    assert found == pytest.approx(vector["expected"]["formula_s"], abs=vector["tol"]["vs_formula_s"])


@pytest.mark.parametrize(("vdot", "distance_m", "published_s"), CELLS)
def test_published_times_are_worth_their_vdot(vdot, distance_m, published_s):
    """Within .10, except for 1500 m and the mile: whole seconds of a short race are worth up to .27."""
    allowed = 0.27 if distance_m < 3000 else 0.10
    assert vdot_of(distance_m, published_s) == pytest.approx(vdot, abs=allowed)


def test_known_disagreement_with_the_table_is_largest_at_vdot_30():
    off = {(v, d): race_time_of(v, d) - s for v, d, s in CELLS}
    assert off[30, 42_195.0] == pytest.approx(32, abs=1)
    assert off[30, 21_097.5] == pytest.approx(13, abs=0.5)
    worst = {d: max(abs(off[v, d]) for v in RACE_TIMES if v > 30) for d in RACES_M}
    assert worst[5000.0] <= 1.9
    assert worst[10_000.0] <= 3.0
    assert worst[21_097.5] <= 8.0
    assert worst[42_195.0] <= 22.0


@pytest.mark.parametrize("vector", vectors("vdot_paces"))
def test_threshold_pace_matches_the_published_table(vector):
    published = vector["expected"]["published_s_per_km"]["T"]
    found = 1000 / threshold_speed_of(vector["inputs"]["vdot"])
    assert found == pytest.approx(published, abs=vector["tol"]["T"])


@given(vdot=st.floats(20, 90), distance_m=st.floats(800, 100_000))
@settings(max_examples=60, derandomize=True)
def test_race_time_undoes_vdot(vdot, distance_m):
    assert vdot_of(distance_m, race_time_of(vdot, distance_m)) == pytest.approx(vdot, rel=1e-9)


@given(speed=st.floats(1, 8))
@settings(max_examples=30, derandomize=True)
def test_speed_undoes_its_oxygen_cost(speed):
    assert speed_at_vo2(vo2_at_speed(speed)) == pytest.approx(speed, rel=1e-9)
