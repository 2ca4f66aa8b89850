"""Stored activities and the running plan: matched once, moved when better is known, apart when said so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from running_desk import RunningDesk

from coach.domain.plan.match import Pair
from coach.errors import NotFound
from coach.pipeline import matching
from coach.store import activities, job_queue, plans, workout_matches
from coach.store.session import Database


@pytest.fixture
def desk(db: Database, athlete_id: int) -> RunningDesk:
    desk = RunningDesk(db, athlete_id)
    desk.approve()
    return desk


def matched(desk: RunningDesk) -> tuple[Pair, ...]:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return matching.match_new(s, desk.athlete, desk.now)


def test_without_a_running_plan_there_is_nothing_to_match(db: Database, athlete_id: int) -> None:
    desk = RunningDesk(db, athlete_id)
    assert matched(desk) == ()
    with db.athlete_session(athlete_id) as s:
        assert matching.adherence_of(s, desk.athlete, desk.day) is None
        with pytest.raises(NotFound):
            matching.link(s, desk.athlete, "w01-mon", 1)


def test_runs_are_matched_and_kept_with_their_steps(desk: RunningDesk) -> None:
    first, second = desk.plan.workouts[:2]
    ids = [desk.run(first), desk.run(second, part=0.6)]
    desk.day = second.day
    pairs = matched(desk)
    assert [(p.uid, p.activity_id) for p in pairs] == [(first.uid, ids[0]), (second.uid, ids[1])]
    with desk.db.athlete_session(desk.athlete_id) as s:
        held = plans.holding(s)
        assert held is not None
        kept = workout_matches.of_plan(s, held.plan_id)
        assert kept[first.uid].detail["steps"][0]["planned_m"] > 0
        found = matching.adherence_of(s, desk.athlete, second.day + timedelta(days=1))
    assert found is not None
    assert (found.due, found.done, found.shortened) == (2, 2, 1)
    assert matched(desk) == pairs  # nothing new, nothing changed


def test_a_better_way_moves_what_was_found(desk: RunningDesk) -> None:
    """A run of the wrong day is taken for the workout of that day until the other one appears."""
    workout = desk.plan.workouts[0]
    short = desk.run(workout, part=0.5)
    desk.day = workout.day
    assert matched(desk)[0].activity_id == short
    whole = desk.run(workout)
    assert [(p.uid, p.activity_id) for p in matched(desk)] == [(workout.uid, whole)]


def test_a_deleted_activity_is_no_match(desk: RunningDesk) -> None:
    workout = desk.plan.workouts[0]
    done = desk.run(workout)
    desk.day = workout.day
    assert matched(desk)
    with desk.db.athlete_session(desk.athlete_id) as s:
        activities.delete(s, desk.athlete_id, done)
    assert matched(desk) == ()


def test_what_the_athlete_says_holds(desk: RunningDesk) -> None:
    first, second = desk.plan.workouts[:2]
    done = desk.run(first)
    desk.day = second.day
    assert matched(desk)[0].uid == first.uid
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert matching.link(s, desk.athlete, second.uid, done).origin == "said"
    assert [(p.uid, p.activity_id, p.origin) for p in matched(desk)] == [(second.uid, done, "said")]
    with desk.db.athlete_session(desk.athlete_id) as s:
        matching.unlink(s, desk.athlete, second.uid)
    assert {p.uid for p in matched(desk)} <= {first.uid}
    with desk.db.athlete_session(desk.athlete_id) as s:
        matching.unlink(s, desk.athlete, first.uid)
    assert matched(desk) == ()
    assert matched(desk) == ()  # and stays apart
    with desk.db.athlete_session(desk.athlete_id) as s:
        matching.link(s, desk.athlete, first.uid, done)
    assert [(p.uid, p.origin) for p in matched(desk)] == [(first.uid, "said")]


def test_unknown_workouts_and_activities_are_not_linked(desk: RunningDesk) -> None:
    workout = desk.plan.workouts[0]
    with desk.db.athlete_session(desk.athlete_id) as s:
        for uid, activity_id in (("nothing", 1), (workout.uid, 10**9)):
            with pytest.raises(NotFound):
                matching.link(s, desk.athlete, uid, activity_id)
        with pytest.raises(NotFound):
            matching.unlink(s, desk.athlete, workout.uid)


def test_metrics_that_are_ready_have_the_plan_looked_at(desk: RunningDesk) -> None:
    def jobs() -> list[str]:
        return [queued.job for queued in job_queue.waiting(desk.db, desk.athlete_id)]

    assert jobs() == []
    desk.run(desk.plan.workouts[0])
    desk.measure()
    assert jobs().count("plan_daily") == 1
    desk.measure()
    assert jobs().count("plan_daily") == 1
