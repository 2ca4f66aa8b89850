"""Plans are kept as they were checked, revision by revision, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coach.domain.plan.model import (
    Basis,
    Constraints,
    Goal,
    GoalKind,
    Health,
    Injury,
    Intensity,
    Phase,
    Plan,
    Priority,
    Race,
    Situation,
    Step,
    StepKind,
    Week,
    Workout,
    WorkoutKind,
    sha256_of,
)
from coach.domain.plan.rules import CheckedPlan, checked
from coach.errors import NotFound
from coach.store import (
    deliveries,
    plan_holds,
    plan_signals,
    planning_profiles,
    plans,
    races,
    system,
)
from coach.store.session import Database

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def plan_of(day: date = TODAY) -> Plan:
    easy = Step(StepKind.work, Intensity.easy, "time", 4000.0, 1800.0)
    workout = Workout("w01-sat", day, WorkoutKind.easy, (easy,), name="한강 \x00 조깅")
    week = Week(1, day, Phase.base, False, (workout,))
    return Plan(Goal(GoalKind.fitness), day, day + timedelta(days=6), (week,), Basis(day, 0.0, 0.0, 0.0))


def safe(plan: Plan) -> CheckedPlan:
    return checked(plan, Situation(TODAY), warnings_pass=True)


EMPTY = Plan(Goal(GoalKind.fitness), TODAY, TODAY, (), Basis(TODAY, 0.0, 0.0, 0.0))


def test_only_checked_plans_get_in(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        plan_id = plans.create(s, TODAY, TODAY)
        for thing in (EMPTY, object(), None):
            with pytest.raises(TypeError):
                plans.add_revision(s, plan_id, thing, origin="built")  # type: ignore[arg-type]
        assert plans.revisions(s, plan_id) == ()
    with pytest.raises(TypeError):
        CheckedPlan(EMPTY, (), frozenset(), object())


def test_a_revision_comes_back_as_it_was(db: Database, athlete_id: int) -> None:
    plan = replace(plan_of(), weeks=(replace(plan_of().weeks[0], workouts=()),))
    with db.athlete_session(athlete_id) as s:
        plan_id = plans.create(s, plan.start, plan.end)
        made = plans.add_revision(s, plan_id, safe(plan), origin="built", why_params={"n": 1})
    with db.athlete_session(athlete_id) as s:
        read = plans.revision(s, plan_id, 1)
        assert read == made == plans.latest(s, plan_id)
        assert read.plan == plan
        assert read.sha256 == sha256_of(read.plan) == sha256_of(plan)
        assert (read.state, read.parent, read.why_params) == ("draft", None, {"n": 1})


def test_numbers_go_up_and_a_call_makes_one(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        plan_id = plans.create(s, TODAY, TODAY)
        one = plans.add_revision(s, plan_id, safe(EMPTY), origin="built", call_key="a")
        two = plans.add_revision(s, plan_id, safe(EMPTY), origin="edited", parent=1, call_key="b")
        assert (one.number, two.number) == (1, 2)
        assert plans.add_revision(s, plan_id, safe(EMPTY), origin="built", call_key="a") == one
        assert plans.of_call(s, "b") == two
        assert plans.of_call(s, "") is plans.of_call(s, "c") is None
        assert plans.parents(s, plan_id) == {1: None, 2: 1}
        with pytest.raises(NotFound):
            plans.add_revision(s, plan_id + 1, safe(EMPTY), origin="built")


def test_one_plan_runs_at_a_time(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        one, two = plans.create(s, TODAY, TODAY), plans.create(s, TODAY, TODAY)
        assert (plans.running(s), plans.holding(s)) == (None, None)
        plans.add_revision(s, one, safe(EMPTY), origin="built")
        plans.set_plan(s, one, state="running", approved=1)
        held = plans.holding(s)
        assert held is not None
        assert (held.plan_id, held.number) == (one, 1)
        assert [h.id for h in plans.heads(s)] == [two, one]
    with db.athlete_session(athlete_id) as s, pytest.raises(DBAPIError, match="uq_plans_running"):
        plans.set_plan(s, two, state="running")


def test_somebody_elses_plan_is_unknown(db: Database, athlete_id: int) -> None:
    other = system.create_athlete(db).id
    with db.athlete_session(other) as s:
        theirs = plans.create(s, TODAY, TODAY)
        plans.add_revision(s, theirs, safe(EMPTY), origin="built", call_key="k")
    with db.athlete_session(athlete_id) as s:
        for look in (
            lambda: plans.head(s, theirs),
            lambda: plans.revision(s, theirs, 1),
            lambda: plans.latest(s, theirs),
            lambda: plans.add_revision(s, theirs, safe(EMPTY), origin="built"),
        ):
            with pytest.raises(NotFound):
                look()
        plans.set_plan(s, theirs, state="cancelled")
        plans.set_revision(s, theirs, 1, "approved")
        assert plans.of_call(s, "k") is None
    with db.athlete_session(other) as s:
        assert (plans.head(s, theirs).state, plans.revision(s, theirs, 1).state) == ("draft", "draft")


def test_what_the_athlete_said_is_kept_part_by_part(db: Database, athlete_id: int) -> None:
    goal, health = Goal(GoalKind.base, weeks=8), Health(injury=Injury("knee", TODAY, side="left"))
    with db.athlete_session(athlete_id) as s:
        assert planning_profiles.goal(s) is None
        assert planning_profiles.constraints(s) == Constraints()
        assert planning_profiles.health(s) == Health()
        planning_profiles.set_goal(s, goal)
        planning_profiles.set_constraints(s, Constraints(runs_per_week=4))
        planning_profiles.set_health(s, health)
    with db.athlete_session(athlete_id) as s:
        assert planning_profiles.goal(s) == goal
        assert planning_profiles.constraints(s) == Constraints(runs_per_week=4)
        assert planning_profiles.health(s) == health
        planning_profiles.set_goal(s, None)
        assert planning_profiles.goal(s) is None
        assert planning_profiles.health(s) == health


def test_races_are_kept_changed_and_forgotten(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        later = races.save(s, Race(TODAY + timedelta(days=90), 42_195.0, name="서울\x00마라톤"))
        soon = races.save(s, Race(TODAY + timedelta(days=20), 10_000.0, Priority.b))
        assert later.id is not None
        assert [r.id for r in races.find(s)] == [soon.id, later.id]
        assert races.find(s, end=soon.day) == (soon,)
        assert races.get(s, later.id).name == "서울마라톤"
        ran = races.save(s, replace(soon, result_s=2700.0))
        assert races.find(s, soon.day, soon.day) == (ran,)
        races.delete(s, later.id)
        for gone in (lambda: races.get(s, later.id or 0), lambda: races.delete(s, later.id or 0)):
            with pytest.raises(NotFound):
                gone()
        with pytest.raises(NotFound):
            races.save(s, later)
        assert races.find(s) == (ran,)


def test_a_hold_stands_once_until_it_is_lifted(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        assert plan_holds.raise_hold(s, "chest_pain", "stop", "가슴이 아파요", NOW)
        assert not plan_holds.raise_hold(s, "chest_pain", "stop", "또 아파요", NOW)
        assert plan_holds.raise_hold(s, "fainting", "stop", "쓰러졌어요", NOW)
        assert [h.words for h in plan_holds.standing(s)] == ["가슴이 아파요", "쓰러졌어요"]
        assert plan_holds.last_lifted(s) is None
        assert len(plan_holds.lift(s, NOW, 1)) == 2
        assert plan_holds.lift(s, NOW, 1) == plan_holds.standing(s) == ()
        assert plan_holds.last_lifted(s) is not None
        assert plan_holds.raise_hold(s, "chest_pain", "stop", "다시 아파요", NOW)


def test_a_reason_is_new_once(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        plan_id = plans.create(s, TODAY, TODAY)
        assert plan_signals.note(s, plan_id, "missed:w1", "missed_key", TODAY, {"n": 1})
        assert not plan_signals.note(s, plan_id, "missed:w1", "missed_key", TODAY, {"n": 2})
        plan_signals.led_to(s, plan_id, "missed:w1", 2)
        (signal,) = plan_signals.find(s, plan_id)
        assert (signal.params, signal.revision) == ({"n": 1}, 2)


def test_a_delivery_is_written_column_by_column(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        plan_id = plans.create(s, TODAY, TODAY)
        assert deliveries.get(s, plan_id, "w1", "garmin") is None
        deliveries.write(s, plan_id, "w1", "garmin", wanted_sha256=b"a", wanted_day=TODAY)
        deliveries.write(s, plan_id, "w1", "garmin", remote_id="5", state="sent", grade="exact")
        (one,) = deliveries.find(s, plan_id, "garmin")
        assert (one.wanted_sha256, one.remote_id, one.state, one.grade) == (b"a", "5", "sent", "exact")
        assert one == deliveries.get(s, plan_id, "w1", "garmin")


def test_a_plan_that_is_deleted_takes_everything_with_it(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        plan_id = plans.create(s, TODAY, TODAY)
        plans.add_revision(s, plan_id, safe(EMPTY), origin="built")
        deliveries.write(s, plan_id, "w1", "garmin", wanted_day=TODAY)
        plan_signals.note(s, plan_id, "x", "x", TODAY, {})
        s.execute(text("DELETE FROM plans WHERE id = :p"), {"p": plan_id})
        for table in ("plan_revisions", "deliveries", "plan_signals"):
            assert s.scalar(text(f"SELECT count(*) FROM {table}")) == 0
