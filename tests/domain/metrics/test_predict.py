"""Race predictions against their publications."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics.predict import (
    MILE_KM,
    riegel,
    riegel_exponent,
    vickers_vertosick,
    vickers_vertosick_two,
)

from .examples import vectors


@pytest.mark.parametrize("vector", vectors("riegel"))
def test_riegel(vector):
    assert riegel(**vector["inputs"]) == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("vickers_vertosick"))
def test_vickers_vertosick(vector):
    inputs = dict(vector["inputs"])
    volume = inputs.pop("miles_per_week") * MILE_KM
    model = vickers_vertosick if inputs.pop("model") == 1 else vickers_vertosick_two
    assert model(**inputs, km_per_week=volume) == pytest.approx(vector["expected"], abs=vector["tol"])


def test_the_copied_misprint_is_not_carried():
    """With .6423826 for .06423826 a 1:45 half on 40 miles a week would be a marathon of 2:11, not 3:49."""
    found = vickers_vertosick(21_097.5, 105 * 60, 40 * MILE_KM)
    assert found == pytest.approx(3 * 3600 + 49 * 60, abs=300)


def test_two_races_may_come_in_either_order():
    one = vickers_vertosick_two(10_000, 2400, 21_097.5, 5400, 64)
    assert vickers_vertosick_two(21_097.5, 5400, 10_000, 2400, 64) == one


def test_more_volume_predicts_a_faster_marathon():
    assert vickers_vertosick(10_000, 2700, 80) < vickers_vertosick(10_000, 2700, 40)


@given(d2=st.floats(1000, 50_000), exponent=st.floats(1.01, 1.2))
@settings(max_examples=30, derandomize=True)
def test_the_exponent_of_two_races_is_found_again(d2, exponent):
    d1 = d2 / 2
    assert riegel_exponent(d1, 1200, d2, riegel(d1, 1200, d2, exponent)) == pytest.approx(exponent)
