"""What comes of building a plan: the plan with what had to give, or a refusal with what would be safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coach.domain.plan.model import Goal, Plan
from coach.domain.plan.rules.registry import Finding

if TYPE_CHECKING:
    from coach.domain.plan.feasibility import Feasibility


@dataclass(frozen=True)
class Remark:
    """A conflict or compromise that the plan rests on. Text: `plan.remark_<key>` (numbers in SI units)."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """A goal that would be safe instead of the one wished for. Text: `plan.offer_<key>` (SI units)."""

    key: str
    params: Mapping[str, Any]
    goal: Goal


@dataclass(frozen=True)
class Built:
    """A plan that breaks no rule which forbids, whether its target is within reach, and its compromises."""

    plan: Plan
    feasibility: Feasibility | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Refused:
    """No plan: the rules that stand against it, and what is offered instead (None: only rest or a doctor)."""

    findings: tuple[Finding, ...]
    offer: Offer | None = None
