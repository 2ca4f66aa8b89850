"""The page that sets our plans beside published ones is what the builder makes today."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.plans_compared import PUBLISHED, Published, athlete, ours, page
from coach.domain.plan.model import Phase
from coach.domain.plan.rules import Severity, check

PAGE = Path(__file__).parents[3] / "docs" / "plans-compared.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "python -m benchmarks.plans_compared > docs/plans-compared.md"
    )


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda p: p.name)
def test_the_shape_is_that_of_a_marathon_plan(published: Published) -> None:
    plan, situation = ours(published)
    assert situation.weekly_m == pytest.approx(1000 * published.weeks[0])
    assert not [f for f in check(plan, situation) if f.severity is Severity.forbid]
    training = [w for w in plan.weeks if w.phase not in (Phase.race, Phase.recovery)]
    assert abs(len(training) + 1 - len(published.weeks)) <= 1
    peak = max(training, key=lambda w: w.run_m)
    # The highest week lies in the last third, and not in the taper; so does the longest run.
    assert peak.phase is Phase.specific
    assert peak.number > 0.6 * len(training)
    assert 0.7 * max(published.weeks) <= peak.run_m / 1000 <= 1.35 * max(published.weeks)
    assert 21 <= max(w.longest_m for w in training) / 1000 <= 34


def test_athletes_are_told_apart_by_what_they_run() -> None:
    assert len({athlete(p).weekly_m for p in PUBLISHED}) == len(PUBLISHED)
