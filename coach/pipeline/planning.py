"""What the athlete aims for and what their life allows, and the draft of a plan that is built from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from coach.domain.athlete import Athlete
from coach.domain.plan.build import build
from coach.domain.plan.doubts import refuse, refuse_race
from coach.domain.plan.feasibility import Feasibility
from coach.domain.plan.model import Constraints, Goal, Health, Race, WorkoutKind, dump, load
from coach.domain.plan.outcome import Built, Refused, Remark
from coach.domain.plan.rules import CheckedPlan, UnsafePlan, checked
from coach.errors import BadInput
from coach.pipeline.situation import local_day, situation_of, sources_of
from coach.store import athletes, planning_profiles, plans, races
from coach.store.plans import Revision
from coach.store.session import Session

__all__ = [
    "Made",
    "generate",
    "reasons_of",
    "save_race",
    "set_constraints",
    "set_goal",
    "set_health",
    "situation_of",
    "sources_of",
    "why_of",
]

MOST_RUNS = 14
MOST_BLACKOUTS = 60
# What one runs with others on a fixed day; tests and races have days of their own, and the rest is no run.
CLUB_KINDS = frozenset(WorkoutKind) - {
    WorkoutKind.time_trial,
    WorkoutKind.race,
    WorkoutKind.cross,
    WorkoutKind.strength,
    WorkoutKind.rest,
}


@dataclass(frozen=True)
class Made:
    """A plan that was built and is kept as a draft: nothing of it holds before it is approved."""

    revision: Revision
    built: Built


def generate(
    s: Session, athlete: Athlete, goal: Goal, now: datetime, *, seed: int = 0, call_key: str = ""
) -> Made | Refused:
    """Build a plan and keep it as a draft; the same `call_key` again returns what was made then.

    A race that is not known yet is kept. Refused, nothing is kept. Raises BadInput for a goal that no plan
    leads to, and NotEnoughData while the metrics of recent activities are being computed.
    """
    athletes.lock(s, athlete.id)
    known = plans.of_call(s, call_key)
    if known is not None:
        return Made(known, _built_of(known))
    today = local_day(athlete, now)
    refuse(goal, today)
    with s.begin_nested() as trial:
        goal = _with_race(s, goal)
        situation = situation_of(s, athlete, today)
        built = build(goal, situation, seed=seed)
        if isinstance(built, Built):
            try:
                safe = checked(built.plan, situation, warnings_pass=True)
            except UnsafePlan as error:
                built = Refused(error.findings)
        if isinstance(built, Refused):
            trial.rollback()
            return built
        planning_profiles.set_goal(s, goal)
        revision = _keep(s, built, safe, call_key)
    return Made(revision, built)


def _keep(s: Session, built: Built, safe: CheckedPlan, call_key: str) -> Revision:
    plan_id = _draft(s, built)
    feasibility = None if built.feasibility is None else dump(built.feasibility)
    return plans.add_revision(
        s,
        plan_id,
        safe,
        origin="built",
        parent=_last_number(s, plan_id),
        why_params={"remarks": [dump(remark) for remark in built.remarks], "feasibility": feasibility},
        call_key=call_key,
    )


def reasons_of(revision: Revision) -> tuple[Feasibility | None, tuple[Remark, ...]]:
    """Return what was said of a plan when it was built: whether its target is within reach, and what gave."""
    why = revision.why_params
    found = why.get("feasibility")
    return (
        None if found is None else load(Feasibility, found),
        tuple(load(Remark, remark) for remark in why.get("remarks", ())),
    )


def set_goal(s: Session, athlete: Athlete, goal: Goal | None, now: datetime) -> None:
    """Keep what the athlete trains for (None: nothing any more). Raises BadInput."""
    if goal is not None:
        refuse(goal, local_day(athlete, now))
        goal = _with_race(s, goal)
    planning_profiles.set_goal(s, goal)


def set_constraints(s: Session, athlete: Athlete, value: Constraints) -> None:
    """Keep what the athlete's life allows. Raises BadInput for what cannot be, and names what is."""
    weekdays = (
        *((value.long_day,) if value.long_day is not None else ()),
        *value.double_days,
        *value.strength_days,
        *(club.weekday for club in value.clubs),
        *(other.weekday for other in value.others),
    )
    if len(value.max_s) != 7 or any(most is not None and not 0 <= most <= 86_400 for most in value.max_s):
        raise BadInput("plan_days")
    if any(not 0 <= day <= 6 for day in weekdays):
        raise BadInput("plan_weekday")
    if value.runs_per_week is not None and not 1 <= value.runs_per_week <= MOST_RUNS:
        raise BadInput("plan_runs_per_week", most=MOST_RUNS)
    if any(club.kind not in CLUB_KINDS for club in value.clubs):
        raise BadInput("plan_club_kind")
    if any(b.end < b.start for b in value.blackouts):
        raise BadInput("plan_blackout")
    if len(value.blackouts) > MOST_BLACKOUTS:
        raise BadInput("plan_many_blackouts", most=MOST_BLACKOUTS)
    if all(most == 0 for most in value.max_s):
        raise BadInput("plan_no_day")
    planning_profiles.set_constraints(s, value)


def set_health(s: Session, athlete: Athlete, value: Health) -> None:
    """Keep what decides whether the athlete may train. A red flag is not lifted by it."""
    planning_profiles.set_health(s, replace(value, hold=False))


def save_race(s: Session, athlete: Athlete, race: Race, now: datetime) -> Race:
    """Keep a race, new or changed; return it with its number. Raises BadInput, NotFound."""
    refuse_race(race, local_day(athlete, now))
    return races.save(s, race)


def _with_race(s: Session, goal: Goal) -> Goal:
    """Return the goal with its race as it is kept: found by its day and distance, or new."""
    race = goal.race
    if race is None:
        return goal
    same = [r for r in races.find(s, race.day, race.day) if abs(r.distance_m - race.distance_m) < 1]
    if race.id is not None:
        races.get(s, race.id)  # only a race of one's own
    elif same:
        race = replace(race, id=same[0].id, name=race.name or same[0].name)
    return replace(goal, race=races.save(s, race))


def _draft(s: Session, built: Built) -> int:
    """Return the plan that is still a draft, with its new days, or a new one."""
    start, end = built.plan.start, built.plan.end
    for head in plans.heads(s):
        if head.state == "draft":
            plans.set_plan(s, head.id, start_day=start, end_day=end)
            return head.id
    return plans.create(s, start, end)


def _last_number(s: Session, plan_id: int) -> int | None:
    every = plans.revisions(s, plan_id)
    return every[-1].number if every else None


def _built_of(revision: Revision) -> Built:
    feasibility, remarks = reasons_of(revision)
    return Built(revision.plan, feasibility, remarks)


def why_of(revision: Revision) -> Mapping[str, Any]:
    """Return the parameters of the sentence that says why a revision was made."""
    return {k: v for k, v in revision.why_params.items() if k not in ("remarks", "feasibility")}
