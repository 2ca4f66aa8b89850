"""Readiness from its terms, against golden.json and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics.readiness_score import ANCHORS, advice_of, scores_of
from coach.domain.metrics.recovery import readiness_of

from .examples import vectors

TERMS = {
    "hrv_z": st.floats(-4, 4),
    "rhr_delta": st.floats(-15, 25),
    "sleep_debt_h": st.floats(0, 30),
    "form_pct": st.floats(-90, 60),
    "wellness_0_1": st.floats(0, 1),
}


@pytest.mark.parametrize("vector", vectors("readiness"))
def test_readiness_matches_golden(vector):
    found = readiness_of(**vector["inputs"])
    assert found.coverage == pytest.approx(vector["expected"]["coverage"], abs=vector["tol"])
    assert found.score == (
        None
        if vector["expected"]["score"] is None
        else pytest.approx(vector["expected"]["score"], abs=vector["tol"])
    )


def test_a_score_by_hand():
    # HRV halfway (−1.25 of −.5 … −2), form a third of the way down, wellness .8: weights .25, .20, .25
    found = readiness_of(hrv_z=-1.25, form_pct=-20, wellness_0_1=0.8)
    assert found.coverage == 0.7
    assert found.score == pytest.approx(100 * (0.25 * 0.5 + 0.20 * 2 / 3 + 0.25 * 0.8) / 0.70)
    assert not found.terms["rhr_delta"].present
    assert found.terms["rhr_delta"].s is None
    assert found.terms["form_pct"].s == pytest.approx(2 / 3)


def test_exactly_half_of_the_weights_is_enough():
    assert readiness_of(hrv_z=0, wellness_0_1=1).score == 100


def test_high_hrv_is_no_extra_credit():
    usual, high = (readiness_of(hrv_z=z, rhr_delta=5, wellness_0_1=0.5) for z in (0.0, 3.0))
    assert usual.score == high.score


def test_the_weights_add_up_to_one():
    assert sum(a.weight for a in ANCHORS.values()) == pytest.approx(1)


@given(st.fixed_dictionaries({name: st.none() | values for name, values in TERMS.items()}))
@settings(max_examples=60, derandomize=True)
def test_a_score_stays_within_its_scale_and_half_coverage(given_terms):
    found = readiness_of(**given_terms)
    assert (found.score is None) == (found.coverage < 0.5)
    assert found.score is None or 0 <= found.score <= 100


@given(st.fixed_dictionaries(TERMS), st.sampled_from(sorted(TERMS)), st.floats(0, 5))
@settings(max_examples=60, derandomize=True)
def test_what_is_better_never_lowers_the_score(terms, name, step):
    better = 1 if ANCHORS[name].best > ANCHORS[name].worst else -1
    assert readiness_of(**(terms | {name: terms[name] + better * step})).score >= readiness_of(**terms).score


def test_many_days_at_once_agree_with_one():
    rng = np.random.default_rng(1)
    columns = {name: rng.normal(0, 5, 40) for name in ANCHORS}
    for values in columns.values():
        values[rng.random(40) < 0.4] = np.nan
    score, coverage = scores_of(columns)
    for i in range(40):
        one = readiness_of(**{n: None if np.isnan(v[i]) else v[i] for n, v in columns.items()})
        assert one.coverage == coverage[i]
        assert one.score == (None if np.isnan(score[i]) else pytest.approx(score[i]))


@pytest.mark.parametrize(
    ("score", "advice"),
    [(100, "as_planned"), (69.5, "as_planned"), (69.4, "reduce"), (45, "reduce"), (44.4, "easy_or_rest")],
)
def test_advice_reads_the_score_as_it_is_shown(score, advice):
    assert advice_of(score) == advice
