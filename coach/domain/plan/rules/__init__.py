"""The safety rules of plans. Importing this package fills RULES."""

from __future__ import annotations

from coach.domain.plan.rules import (  # noqa: F401
    age,
    beginners,
    days,
    health,
    intensity,
    numbers,
    racing,
    volume,
)
from coach.domain.plan.rules.registry import (
    RULES,
    CheckedPlan,
    Finding,
    Rule,
    Severity,
    UnsafePlan,
    check,
    checked,
    rule,
)

__all__ = [
    "RULES",
    "CheckedPlan",
    "Finding",
    "Rule",
    "Severity",
    "UnsafePlan",
    "check",
    "checked",
    "rule",
]
