"""Everything a plan rests on is named, in both languages."""

from __future__ import annotations

import re

import pytest

from coach.domain.plan.build import build
from coach.domain.plan.guidelines import CONVENTION, GUIDELINES
from coach.domain.plan.library import WHY
from coach.domain.plan.model import Goal, GoalKind
from coach.domain.plan.outcome import Built
from coach.text.catalogue import LANGS, catalogue
from tests.domain.plan.made import athlete


@pytest.mark.parametrize("guideline", GUIDELINES.values(), ids=lambda g: g.id)
def test_a_guideline_is_whole(guideline):
    assert guideline.citation
    # A publication says its year or edition, and what nobody published is said to be convention.
    assert guideline.authority == CONVENTION or re.search(r"\b(19|20)\d\d\b|NHS", guideline.citation)
    assert all(catalogue(lang)[f"plan.guideline_{guideline.id}"] for lang in LANGS)


def test_convention_is_called_so():
    for guideline in GUIDELINES.values():
        if guideline.authority == CONVENTION and guideline.id != "marathon_specific":
            assert "관례" in catalogue("ko")[f"plan.guideline_{guideline.id}"]
            assert "convention" in catalogue("en")[f"plan.guideline_{guideline.id}"]


def test_all_that_workouts_rest_on_is_known():
    assert {guideline for _, guideline in WHY.values()} <= set(GUIDELINES)
    built = build(Goal(GoalKind.base, weeks=8), athlete(vdot=42.0))
    assert isinstance(built, Built)
    assert {w.guideline for w in built.plan.workouts if w.guideline} <= set(GUIDELINES)
