"""What an experienced coach would send back: whole plans of usual people, looked at as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from coach.domain.plan.build import build
from coach.domain.plan.edit import shorten
from coach.domain.plan.model import (
    Goal,
    GoalKind,
    Plan,
    Race,
    Situation,
)
from coach.domain.plan.outcome import Built
from coach.domain.plan.rules import check
from coach.text.plans import week_words
from tests.domain.plan.athletes import TODAY, steady

MARATHON_M, HALF_M = 42_195.0, 21_097.5


def sunday_in(weeks: int, today: date = TODAY) -> date:
    day = today + timedelta(weeks=weeks)
    return day + timedelta(days=(6 - day.weekday()) % 7)


def race(metres: float, weeks: int, today: date = TODAY) -> Goal:
    return Goal(GoalKind.race, Race(sunday_in(weeks, today), metres))


def runner(**given: object) -> Situation:
    """Return somebody who runs 50 km in five runs a week."""
    return Situation(TODAY, **({"done": steady(50, 18, 5), "vdot": 45.0, "age": 38} | given))  # type: ignore[arg-type]


def built(goal: Goal, situation: Situation) -> Plan:
    found = build(goal, situation)
    assert isinstance(found, Built), found
    return found.plan


def test_a_plan_that_begins_in_the_middle_of_a_week_can_be_edited() -> None:
    wednesday = TODAY + timedelta(days=4)
    situation = replace(runner(done=steady(40, 14, 4, today=wednesday)), today=wednesday)
    plan = built(race(HALF_M, 14, wednesday), situation)
    first, second = plan.weeks[:2]
    assert first.start == wednesday + timedelta(days=1)
    assert first.end + timedelta(days=1) == second.start
    assert plan.week_of(second.start) is second
    assert plan.with_workouts(plan.workouts) == plan
    edited = shorten(plan, second.workouts[0].uid, wednesday)
    assert check(edited, situation) == ()
    assert "11월 26–29일" in week_words(first, "ko", "metric", wednesday)
