"""The daily work on plans: handed out once a day and athlete, and everything it does."""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from coach.jobs import JOBS, JobContext
from coach.jobs.schedule import tick
from coach.jobs.worker import work
from coach.store import approvals, athletes, job_queue, plan_system, plans, system, workout_matches
from coach.store.session import Database

sys.path.append(str(Path(__file__).parents[1] / "pipeline"))
from running_desk import RunningDesk
from sync_runs import Here, settings_in

from tests.domain.plan.running_plan import START


@pytest.fixture
def desk(db: Database, athlete_id: int) -> RunningDesk:
    desk = RunningDesk(db, athlete_id)
    desk.approve()
    return desk


def context_at(desk: RunningDesk, place: Path, now: datetime) -> JobContext:
    return JobContext(desk.db, settings_in(place), Here(), lambda: now, {})  # type: ignore[arg-type]


def in_seoul(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


def test_each_day_is_taken_once_whoever_asks(desk: RunningDesk) -> None:
    night, morning = in_seoul(START, 3, 59), in_seoul(START, 4)
    assert plan_system.take_due(desk.db, night) == [desk.athlete_id]  # of the day before, never looked at
    assert plan_system.take_due(desk.db, night) == []
    both = threading.Barrier(3, timeout=10)

    def take(_: int) -> list[int]:
        both.wait()
        return plan_system.take_due(desk.db, morning)

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(take, range(3))) == [[], [], [desk.athlete_id]]
    assert plan_system.take_due(desk.db, in_seoul(START, 23)) == []
    assert plan_system.take_due(desk.db, in_seoul(START + timedelta(days=1), 5)) == [desk.athlete_id]


def test_the_day_begins_by_the_athletes_own_clock(desk: RunningDesk) -> None:
    lima = RunningDesk(desk.db, system.create_athlete(desk.db, name="리마", tz="America/Lima").id)
    lima.approve()
    morning = in_seoul(START, 4)
    assert plan_system.take_due(desk.db, morning) == [desk.athlete_id, lima.athlete_id]
    assert plan_system.take_due(desk.db, morning + timedelta(hours=13)) == []
    assert plan_system.take_due(desk.db, morning + timedelta(hours=14)) == [lima.athlete_id]  # 4:00 there
    assert plan_system.take_due(desk.db, morning + timedelta(hours=24)) == [desk.athlete_id]


def test_only_running_plans_are_looked_at(desk: RunningDesk, tmp_path: Path) -> None:
    system.create_athlete(desk.db, name="두리")
    with desk.db.athlete_session(desk.athlete_id) as s:
        plans.set_plan(s, desk.plan_id, state="cancelled")
    assert tick(context_at(desk, tmp_path, desk.now), desk.now) == 0


def test_a_tick_queues_one_job(desk: RunningDesk, tmp_path: Path) -> None:
    context = context_at(desk, tmp_path, desk.now)
    assert tick(context, desk.now) == 1
    assert tick(context, desk.now + timedelta(minutes=1)) == 0
    assert [q.job for q in job_queue.waiting(desk.db, desk.athlete_id)] == ["plan_daily"]


async def test_the_daily_work_matches_and_expires(desk: RunningDesk, tmp_path: Path) -> None:
    def before() -> None:
        desk.train(4)
        desk.follow(START + timedelta(days=2))
        desk.measure()
        with desk.db.athlete_session(desk.athlete_id) as s:
            held = plans.holding(s)
            assert held is not None
            asked = {"plan_id": held.plan_id, "revision": held.number}
            approvals.ask(s, "plan", held.sha256, expires_at=desk.now - timedelta(hours=1), **asked)  # type: ignore[arg-type]

    await asyncio.to_thread(before)
    await work(context_at(desk, tmp_path, desk.now), until_empty=True)
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert set(workout_matches.of_plan(s, desk.plan_id)) == {"w1mo", "w1tu"}
        assert [a.state for a in approvals.find(s)] == ["expired"]
    assert job_queue.waiting(desk.db, desk.athlete_id) == []


def test_a_plan_whose_last_day_is_past_is_done(desk: RunningDesk, tmp_path: Path) -> None:
    for days, state in ((0, "running"), (1, "done")):
        now = in_seoul(desk.plan.end + timedelta(days=days), 12)
        JOBS["plan_daily"].fn(context_at(desk, tmp_path, now), athlete_id=desk.athlete_id)
        with desk.db.athlete_session(desk.athlete_id) as s:
            assert plans.head(s, desk.plan_id).state == state
            assert athletes.get(s, desk.athlete_id).id == desk.athlete_id
