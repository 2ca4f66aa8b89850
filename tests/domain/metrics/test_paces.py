"""Training paces against the published training table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.calculators.published import TRAINING_PACES
from coach.domain.metrics.paces import training_paces
from coach.domain.metrics.performance import race_time_of

from .examples import vectors


@pytest.mark.parametrize("vector", vectors("vdot_paces"))
def test_paces_match_the_published_table(vector):
    vdot, tol = vector["inputs"]["vdot"], vector["tol"]
    published = vector["expected"]["published_s_per_km"]
    found = training_paces(vdot)
    easy = tol["E_vdot>=40"] if vdot >= 40 else tol["E_below40"]
    assert found.easy_fast == pytest.approx(published["E_fast"], abs=easy)
    assert found.easy_slow == pytest.approx(published["E_slow"], abs=easy)
    assert found.threshold == pytest.approx(published["T"], abs=tol["T"])
    if published["I"] is not None:
        assert found.interval == pytest.approx(published["I"], abs=tol["I"])
    if vdot >= 45:
        assert found.marathon == pytest.approx(published["M"], abs=tol["M_vdot>=45"])


@pytest.mark.parametrize("vdot", TRAINING_PACES)
def test_paces_match_every_row(vdot):
    printed, found = TRAINING_PACES[vdot], training_paces(vdot)
    easy = 2.1 if vdot >= 40 else 4
    assert found.easy_fast == pytest.approx(printed["E_fast"], abs=easy)
    assert found.easy_slow == pytest.approx(printed["E_slow"], abs=easy)
    assert found.threshold == pytest.approx(printed["T"], abs=1)
    if printed["I"] is not None:
        assert found.interval == pytest.approx(printed["I"], abs=1)
    if printed["R400"] is not None:
        assert found.repetition * 0.4 == pytest.approx(printed["R400"], abs=1.5)
    if vdot >= 45:
        assert found.marathon == pytest.approx(printed["M"], abs=1)


def test_the_table_gives_slow_runners_an_easier_marathon_pace():
    """The known disagreement: below VDOT 45 the table is slower than the marathon it predicts itself."""
    assert 423 - training_paces(30).marathon == pytest.approx(10.9, abs=0.5)
    assert 329 - training_paces(40).marathon == pytest.approx(2.5, abs=0.5)


def test_marathon_pace_is_the_predicted_marathon():
    assert training_paces(50).marathon * 42.195 == pytest.approx(race_time_of(50, 42_195.0))


@given(vdot=st.floats(25, 90))
@settings(max_examples=40, derandomize=True)
def test_paces_come_in_order_and_quicken_with_fitness(vdot):
    paces, fitter = training_paces(vdot), training_paces(vdot + 1)
    row = (paces.easy_slow, paces.easy_fast, paces.threshold, paces.interval, paces.repetition)
    assert list(row) == sorted(row, reverse=True)
    assert paces.easy_fast > paces.marathon > paces.threshold or vdot > 85
    for name in ("easy_fast", "easy_slow", "marathon", "threshold", "interval"):
        assert getattr(fitter, name) < getattr(paces, name)
    assert fitter.repetition < paces.repetition
