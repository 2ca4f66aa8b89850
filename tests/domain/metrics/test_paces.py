"""Training paces against the published training table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics.paces import training_paces
from coach.domain.metrics.performance import race_time_of

from .examples import vectors

# Daniels' Running Formula, 3rd edition: VDOT; easy fast, easy slow, M, T (s/km); R (s per 400 m).
TABLE = [
    (35, 396, 441, 370, 340, 117),
    (38, 371, 414, 345, 319, 108),
    (40, 356, 398, 329, 306, 104),
    (42, 342, 383, 316, 294, 100),
    (45, 323, 363, 297, 278, 94),
    (48, 307, 345, 281, 264, 89),
    (50, 296, 334, 271, 255, 87),
    (52, 287, 324, 262, 247, 85),
    (55, 274, 310, 250, 236, 81),
    (58, 262, 297, 239, 226, 77),
    (60, 255, 289, 232, 220, 75),
    (65, 239, 271, 217, 206, 70),
    (70, 224, 255, 204, 194, 65),
    (75, 212, 241, 192, 184, 61),
    (80, 201, 229, 181, 174, 58),
]


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


@pytest.mark.parametrize(("vdot", "fast", "slow", "marathon", "threshold", "r400"), TABLE)
def test_paces_match_every_row(vdot, fast, slow, marathon, threshold, r400):
    found = training_paces(vdot)
    assert found.easy_fast == pytest.approx(fast, abs=2.1 if vdot >= 40 else 4)
    assert found.easy_slow == pytest.approx(slow, abs=2.1 if vdot >= 40 else 4)
    assert found.threshold == pytest.approx(threshold, abs=1)
    assert found.repetition * 0.4 == pytest.approx(r400, abs=1.5)
    if vdot >= 45:
        assert found.marathon == pytest.approx(marathon, abs=1)


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
