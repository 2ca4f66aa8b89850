"""What the athlete aims at, what their life allows, and what decides whether they may train."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.deps import House, Services, Who
from api.errors import documented
from api.plan_view import doubt_words, goal_words
from api.planning_bodies import ConstraintsIn, GoalIn, HealthIn
from coach.domain.athlete import Athlete
from coach.domain.plan.doubts import doubts
from coach.domain.plan.model import Goal, Health, dump
from coach.pipeline import planning
from coach.store import athletes, plan_holds, planning_profiles, races
from coach.store.session import Session

router = APIRouter(tags=["plans"])


class GoalOut(BaseModel):
    goal: dict[str, Any] | None = Field(description="Null until one was named.")
    said: str = Field(examples=["서울마라톤 · 3월 14일 (일) · 목표 4:00:00"])
    doubts: list[str] = Field(description="What may be a slip: a race on a Monday, a target at a walk.")


class HealthOut(BaseModel):
    health: dict[str, Any]
    hold: bool = Field(description="A red flag was raised: nothing is sent until the athlete is cleared.")


def goal_of(s: Session, given: GoalIn) -> Goal:
    """Return the goal that came in, with its race where that is stored already. Raises NotFound."""
    if given.race_id is not None:
        return given.made(races.get(s, given.race_id))
    return given.made(None if given.race is None else given.race.made())


@router.get("/goal", name="get_goal", summary="What the athlete aims at", responses=documented(401, 403))
def get_goal(house: House, who: Who) -> GoalOut:
    with house.session(who) as s:
        return _goal_out(house, athletes.get(s, who.athlete_id), planning_profiles.goal(s))


@router.put(
    "/goal", name="set_goal", summary="Name what to aim at", responses=documented(400, 401, 403, 404, 422)
)
def set_goal(given: GoalIn, house: House, who: Who) -> GoalOut:
    """Nothing is planned by that: `POST /plans/generate` does."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        planning.set_goal(s, athlete, goal_of(s, given), house.clock())
        return _goal_out(house, athlete, planning_profiles.goal(s))


def _goal_out(house: Services, athlete: Athlete, goal: Goal | None) -> GoalOut:
    today = house.clock().astimezone(athlete.zone).date()
    return GoalOut(
        goal=None if goal is None else dump(goal),
        said="" if goal is None else goal_words(goal, athlete, today),
        doubts=[] if goal is None else [doubt_words(each, athlete, today) for each in doubts(goal, today)],
    )


@router.get(
    "/constraints",
    name="get_constraints",
    summary="What the athlete's life allows",
    responses=documented(401, 403),
)
def get_constraints(house: House, who: Who) -> ConstraintsIn:
    """Nothing said: any day, no limit."""
    with house.session(who) as s:
        return ConstraintsIn.model_validate(dump(planning_profiles.constraints(s)))


@router.put(
    "/constraints",
    name="set_constraints",
    summary="Say what the athlete's life allows",
    responses=documented(400, 401, 403, 422),
)
def set_constraints(given: ConstraintsIn, house: House, who: Who) -> ConstraintsIn:
    """Takes the place of everything said before. A running plan stays as it was approved."""
    with house.session(who) as s:
        planning.set_constraints(s, athletes.get(s, who.athlete_id), given.made())
    return given


@router.get(
    "/planning-health",
    name="get_planning_health",
    summary="What decides whether to train",
    responses=documented(401, 403),
)
def get_planning_health(house: House, who: Who) -> HealthOut:
    with house.session(who) as s:
        return _health_out(s, planning_profiles.health(s))


@router.put(
    "/planning-health",
    name="set_planning_health",
    summary="Answer the health questions",
    responses=documented(401, 403, 422),
)
def set_planning_health(given: HealthIn, house: House, who: Who) -> HealthOut:
    """A hold stays: it is lifted only by approving the question that goes with it."""
    with house.session(who) as s:
        planning.set_health(s, athletes.get(s, who.athlete_id), given.made())
        return _health_out(s, planning_profiles.health(s))


def _health_out(s: Session, health: Health) -> HealthOut:
    said = dump(health)
    said.pop("hold")
    return HealthOut(health=said, hold=bool(plan_holds.standing(s)))
