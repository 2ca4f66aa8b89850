"""How far the young may run."""

from __future__ import annotations

from collections.abc import Iterator

from coach.domain.plan.model import Plan, Situation
from coach.domain.plan.rules import limits
from coach.domain.plan.rules.registry import Finding, Severity, rule
from coach.domain.plan.rules.view import view_of


@rule(
    source="IMMDA advisory 2001 (Rice and Waniewski 2003, Clin J Sport Med 13:369): no marathon before 18; "
    "younger "
    "by the minimum ages of road races under UK Athletics rules (5 km from 11, 10 km from 15, half "
    "marathon from 17). "
    "Evidence of harm is thin (the American Academy of Pediatrics sees none): caution decides",
    severity=Severity.forbid,
)
def under_18(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A run or race is too far for the age of somebody under 18. The goal race is not exempt."""
    age = situation.age
    limit = None if age is None else limits.race_limit_m(age)
    if age is None or limit is None:
        return
    for s in view_of(plan, situation).coming:
        distance_m = max(s.run_m, s.race.distance_m if s.race else 0.0)
        if s.runs and distance_m > 1.02 * limit:
            yield Finding(
                "under_18",
                Severity.forbid,
                s.day,
                plan.weeks[s.week].number,
                s.workout.uid,
                {"age": age, "distance_m": distance_m, "limit_m": limit},
            )
