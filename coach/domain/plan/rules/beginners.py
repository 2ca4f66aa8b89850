"""For whoever is new to running, or has not run for a month: minutes at a stretch instead of percentages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from coach.domain.plan.model import Plan, Situation
from coach.domain.plan.rules import limits
from coach.domain.plan.rules.gates import Gate
from coach.domain.plan.rules.registry import Finding, Severity, rule
from coach.domain.plan.rules.view import Session, runs_at_all, view_of


@rule(
    source="NHS Couch to 5K (one to thirty minutes at a stretch within nine weeks, alternate days); "
    "convention for "
    "those who return",
    severity=Severity.forbid,
)
def walk_run_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Without a run in 30 days or after an injury: too long a stretch of running without walking."""
    for s, gate, where in _gated(plan, situation):
        limit = gate.run_s(s.day)
        if limit is not None and s.continuous_s > limit + 5:
            params = {"duration_s": s.continuous_s, "limit_s": limit}
            yield Finding("walk_run_gate", Severity.forbid, *where, params)


@rule(
    source="NHS Couch to 5K: sessions of about half an hour. Convention for those who return",
    severity=Severity.forbid,
)
def session_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Without a run in 30 days or after an injury: too long a session, walking included."""
    for s, gate, where in _gated(plan, situation):
        limit = gate.session_s(s.day)
        if limit is not None and s.run_s > limit + 60 and runs_at_all(s):
            yield Finding("session_gate", Severity.forbid, *where, {"duration_s": s.run_s, "limit_s": limit})


@rule(
    source="NHS Couch to 5K: a day of rest between runs; the same after an injury (convention)",
    severity=Severity.forbid,
)
def alternate_days(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Without a run in 30 days or after an injury: running on two days in a row, or twice on one."""
    ran: set[date] = {r.day for r in situation.runs if r.day < situation.today}
    for s, gate, where in _gated(plan, situation):
        if not runs_at_all(s):
            continue
        if gate.alternate(s.day) and {s.day, s.day - timedelta(days=1)} & ran:
            yield Finding("alternate_days", Severity.forbid, *where)
        ran.add(s.day)


def _gated(plan: Plan, situation: Situation) -> Iterator[tuple[Session, Gate, tuple[date, int, str]]]:
    """Yield the coming runs within the gates, A races left out, with where a finding would be."""
    view = view_of(plan, situation)
    if view.gate is None:
        return
    for s in view.coming:
        if s.runs and not s.goal_race and view.gate.week(s.day) is not None:
            yield s, view.gate, (s.day, plan.weeks[s.week].number, s.workout.uid)


@rule(source="Convention: weeks of easy running come before the first hard one", severity=Severity.forbid)
def beginner_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A hard session comes too soon for somebody new to running or back from a break."""
    view = view_of(plan, situation)
    easy_until = plan.start + timedelta(weeks=limits.BEGINNER_EASY_WEEKS)
    new = limits.beginner(situation)
    for s in view.coming:
        if not s.runs or not s.hard or s.race is not None:
            continue
        gated = view.gate is not None and view.gate.easy_only(s.day)
        if gated or (new and s.day < easy_until):
            yield Finding(
                "beginner_gate",
                Severity.forbid if gated else Severity.warn,
                s.day,
                plan.weeks[s.week].number,
                s.workout.uid,
                {"duration_s": s.hard_s},
            )
