"""VDOT against Daniels' formula, race table and training paces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics.performance import (
    race_time_of,
    speed_at_vo2,
    threshold_speed_of,
    vdot_of,
    vo2_at_speed,
)

from .examples import vectors

# Daniels' Running Formula, 3rd edition: race times of a VDOT (1500 m, mile, 5 km, 10 km, half, marathon).
DISTANCES_M = (1500.0, 1609.344, 5000.0, 10_000.0, 21_097.5, 42_195.0)
TABLE = """
30 8:30 9:11 30:40 63:46 2:21:04 4:49:17
35 7:25 8:01 27:00 56:03 2:04:13 4:16:03
38 6:54 7:27 25:12 52:17 1:55:55 3:59:35
40 6:35 7:07 24:08 50:03 1:50:59 3:49:45
42 6:19 6:49 23:09 48:01 1:46:27 3:40:43
45 5:56 6:25 21:50 45:16 1:40:20 3:28:26
48 5:36 6:03 20:39 42:50 1:34:53 3:17:29
50 5:24 5:50 19:57 41:21 1:31:35 3:10:49
52 5:13 5:38 19:17 39:59 1:28:31 3:04:36
55 4:57 5:21 18:22 38:06 1:24:18 2:56:01
58 4:44 5:06 17:33 36:24 1:20:30 2:48:14
60 4:35 4:57 17:03 35:22 1:18:09 2:43:25
65 4:16 4:37 15:54 33:01 1:12:53 2:32:35
70 4:00 4:19 14:55 31:00 1:08:21 2:23:10
75 3:46 4:04 14:03 29:14 1:04:23 2:14:55
80 3:34.2 3:51.2 13:17.8 27:41 1:00:54 2:07:38
"""


def seconds(text: str) -> float:
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part)
    return total


ROWS = [(float(line.split()[0]), line.split()[1:]) for line in TABLE.strip().splitlines()]
CELLS = [(v, d, seconds(t)) for v, times in ROWS for d, t in zip(DISTANCES_M, times, strict=True)]


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
    worst = {d: max(abs(off[v, d]) for v, *_ in ROWS if v > 30) for d in DISTANCES_M}
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
