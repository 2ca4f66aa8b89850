"""Age grading against the 2025 road tables."""

from __future__ import annotations

import pytest

from coach.domain.metrics.age_grade import age_grade

from .examples import vectors


@pytest.mark.parametrize("vector", vectors("age_grade_2025"))
def test_published_grades(vector):
    inputs, expected = vector["inputs"], vector["expected"]
    found = age_grade(inputs["sex"], inputs["age"], inputs["km"] * 1000, inputs["time_s"])
    assert found.factor == pytest.approx(expected["factor"], abs=1e-9)
    assert found.open_standard_s == pytest.approx(expected["open_standard_s"], abs=1e-6)
    assert found.age_grade_pct == pytest.approx(expected["age_grade_pct"], abs=vector["tol"])
    assert found.age_standard_s == pytest.approx(found.open_standard_s / found.factor)


def test_the_prime_of_life_is_the_open_standard():
    assert age_grade("M", 27, 5000, 769).age_grade_pct == pytest.approx(100)
    assert age_grade("F", 27, 42_195, 7796).age_grade_pct == pytest.approx(100)


def test_sexes_have_tables_of_their_own():
    """The female sheet has its age column twice; the sheet of standards in seconds says 2205, 9788, 1094."""
    found = age_grade("F", 60, 10_000, 3000)
    assert (found.factor, found.open_standard_s) == (pytest.approx(0.7828), pytest.approx(1726))
    assert found.age_standard_s == pytest.approx(2205, abs=0.5)
    assert age_grade("F", 60, 42_195, 15_000).age_standard_s == pytest.approx(9788, abs=0.5)
    assert age_grade("F", 60, 5000, 1500).age_standard_s == pytest.approx(1094, abs=0.5)


def test_between_two_distances():
    found = age_grade("M", 54, 7500, 1800)
    lower, upper = age_grade("M", 54, 6437.376, 1800), age_grade("M", 54, 8000, 1800)
    assert lower.factor < found.factor < upper.factor
    assert found.open_standard_s == pytest.approx(
        1173, abs=4
    )  # at the pace between those of 4 miles and 8 km


@pytest.mark.parametrize(("age", "distance_m"), [(4, 5000), (101, 5000), (40, 1500), (40, 200_001)])
def test_outside_the_table_nothing_is_made_up(age, distance_m):
    with pytest.raises(ValueError, match="no standard"):
        age_grade("M", age, distance_m, 1800)


def test_every_standard_is_slower_than_the_open_one_and_slows_with_age():
    for sex in ("M", "F"):
        for distance_m in (1609.344, 5000, 42_195, 100_000):
            ages = [age_grade(sex, a, distance_m, 1.0).age_standard_s for a in range(35, 101)]
            assert ages == sorted(ages)
            assert min(ages) >= age_grade(sex, 27, distance_m, 1.0).open_standard_s - 1e-6
