"""What the rules say of a plan."""

from __future__ import annotations

from coach.domain.plan.model import Plan, Situation
from coach.domain.plan.rules import Severity, check


def judged(plan: Plan, situation: Situation, rule: str) -> list[Severity]:
    """Return how one rule judges a plan: the severities of its findings, by day."""
    found = [f for f in check(plan, situation) if f.rule == rule]
    return [f.severity for f in sorted(found, key=lambda f: (f.day or plan.start, f.uid or ""))]
