"""Which days: one without running, and none that the athlete's life has no room for."""

from __future__ import annotations

from collections.abc import Iterator

from coach.domain.plan.model import Plan, Situation, WorkoutKind
from coach.domain.plan.rules.registry import Finding, Severity, rule
from coach.domain.plan.rules.view import coming_weeks, view_of


@rule(
    source="Convention: a day without running in each week; for the young Brenner et al. 2016, Pediatrics "
    "(AAP)",
    severity=Severity.warn,
)
def rest_day(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A week has running on all seven days."""
    for week, first in coming_weeks(view_of(plan, situation)):
        if len(week.run_days) >= 7:
            yield Finding("rest_day", Severity.warn, first, week.week.number)


@rule(source="What the athlete said about their days", severity=Severity.forbid)
def blackout_day(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Training on a day that the athlete keeps free; who puts it there by hand is only asked about it."""
    blackouts = situation.constraints.blackouts
    for s in view_of(plan, situation).coming:
        if s.workout.kind is not WorkoutKind.rest and any(s.day in b for b in blackouts):
            built = s.workout.origin == "built" and s.race is None
            yield Finding(
                "blackout_day",
                Severity.forbid if built else Severity.warn,
                s.day,
                plan.weeks[s.week].number,
                s.workout.uid,
            )


@rule(source="What the athlete said about their days", severity=Severity.forbid)
def availability(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Running for longer than a weekday has room for; races and club sessions are where they are."""
    max_s = situation.constraints.max_s
    spent: dict[object, float] = {}
    for s in view_of(plan, situation).coming:
        limit = max_s[s.day.weekday()] if s.day.weekday() < len(max_s) else None
        if not s.runs or s.race is not None or s.workout.origin == "club" or limit is None:
            continue
        total = spent[s.day] = spent.get(s.day, 0.0) + s.run_s
        if total > limit + 60:
            yield Finding(
                "availability",
                Severity.forbid if s.workout.origin == "built" else Severity.warn,
                s.day,
                plan.weeks[s.week].number,
                s.workout.uid,
                {"duration_s": total, "limit_s": limit},
            )
