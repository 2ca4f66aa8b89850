"""The registry of safety rules, and the only way to a plan that may be stored, proposed or sent."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from coach.domain.plan.model import Plan, Situation
from coach.errors import CoachError


class Severity(StrEnum):
    forbid = "forbid"  # nobody can lift it
    warn = "warn"  # the athlete may say that they know


@dataclass(frozen=True)
class Finding:
    """Where a plan breaks a rule. Texts: `rule.<rule>` with `params` (numbers in SI units)."""

    rule: str
    severity: Severity
    day: date | None = None
    week: int | None = None
    uid: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


class RuleFn(Protocol):
    def __call__(self, plan: Plan, situation: Situation, /) -> Iterable[Finding]: ...


@dataclass(frozen=True)
class Rule:
    """One safety rule. `source` is the publication or convention it rests on."""

    name: str
    doc: str
    source: str
    severity: Severity
    fn: RuleFn


RULES: dict[str, Rule] = {}


class UnsafePlan(CoachError):
    """A plan that breaks rules nobody can lift, or warnings that were not acknowledged."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("unsafe_plan", n=len(findings))
        self.findings = findings


def rule(*, source: str, severity: Severity) -> Callable[[RuleFn], RuleFn]:
    """Register `def name(plan, situation)` as a rule that yields findings made with `found`."""

    def register(fn: RuleFn) -> RuleFn:
        name, doc = fn.__name__, inspect.getdoc(fn) or ""  # type: ignore[attr-defined]
        if name in RULES:
            raise ValueError(f"rule {name} is declared twice")
        if not doc or not source:
            raise ValueError(f"rule {name} needs a docstring and a source")
        RULES[name] = Rule(name, doc, source, severity, fn)
        return fn

    return register


def check(plan: Plan, situation: Situation) -> tuple[Finding, ...]:
    """Return every finding in days from `situation.today` on: the past is frozen and not judged again."""
    return tuple(_findings(plan, situation))


def _findings(plan: Plan, situation: Situation) -> Iterator[Finding]:
    for each in RULES.values():
        for finding in each.fn(plan, situation):
            if finding.day is None or finding.day >= situation.today:
                yield finding


_KEY = object()


class CheckedPlan:
    """A plan that was held against every rule: the store takes nothing else. Made by `checked` alone."""

    __slots__ = ("acknowledged", "findings", "plan")

    def __init__(
        self, plan: Plan, findings: tuple[Finding, ...], acknowledged: frozenset[str], key: object
    ) -> None:
        if key is not _KEY:
            raise TypeError("a CheckedPlan is made by coach.domain.plan.rules.checked")
        self.plan = plan
        self.findings = findings
        self.acknowledged = acknowledged


def checked(
    plan: Plan,
    situation: Situation,
    acknowledged: Iterable[str] = (),
    *,
    warnings_pass: bool = False,
) -> CheckedPlan:
    """Hold a plan against every rule.

    Raises UnsafePlan with what forbids it, or with warnings whose rules are not in `acknowledged`.
    `warnings_pass`: for a draft, whose warnings are shown and may be acknowledged before it is approved.
    """
    known = frozenset(acknowledged)
    findings = check(plan, situation)
    forbidden = tuple(f for f in findings if f.severity is Severity.forbid)
    if forbidden:
        raise UnsafePlan(forbidden)
    open_ones = tuple(f for f in findings if f.rule not in known)
    if open_ones and not warnings_pass:
        raise UnsafePlan(open_ones)
    return CheckedPlan(plan, findings, known, _KEY)
