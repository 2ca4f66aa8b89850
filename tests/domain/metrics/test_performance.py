"""VDOT against Daniels' formula, race table and training paces."""

from __future__ import annotations

import pytest

from coach.domain.metrics.performance import threshold_speed_of, vdot_of

from .examples import vectors


@pytest.mark.parametrize("vector", vectors("vdot"))
def test_vdot_matches_the_formula(vector):
    assert vdot_of(**vector["inputs"]) == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("vdot_table"))
def test_vdot_matches_the_published_race_table(vector):
    found = vdot_of(vector["inputs"]["distance_m"], vector["expected"]["published_s"])
    assert found == pytest.approx(vector["inputs"]["vdot"], abs=vector["tol"]["vs_published_vdot"])


@pytest.mark.parametrize("vector", vectors("vdot_paces"))
def test_threshold_pace_matches_the_published_table(vector):
    published = vector["expected"]["published_s_per_km"]["T"]
    found = 1000 / threshold_speed_of(vector["inputs"]["vdot"])
    assert found == pytest.approx(published, abs=vector["tol"]["T"])
