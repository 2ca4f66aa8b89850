"""Saying what is due: once, by whichever worker, and whatever is killed in between."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from coach.config import Settings
from coach.domain.nudges import MOST_A_DAY, NudgeKind
from coach.errors import NotEnoughData
from coach.jobs import JobContext
from coach.jobs.schedule import tick
from coach.jobs.speaking import hand_out, look_around, say_due
from coach.jobs.worker import work
from coach.pipeline import nudging
from coach.pipeline.saying import FirstWords
from coach.store import nudge_settings, nudges, system
from coach.store.nudges import Nudge
from coach.store.session import SYSTEM, Database
from coach.tools.spec import ToolContext

CHILD = Path(__file__).with_name("speaking_child.py")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)  # Sunday 18:00 in Seoul
SUNDAY = date(2026, 11, 22)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(db: Database, clock: Clock, tmp_path: Path) -> JobContext:
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    return JobContext(db, settings, None, clock, {})  # type: ignore[arg-type]


def add(db: Database, athlete_id: int, kind: NudgeKind, key: str, at: datetime = NOW) -> None:
    with db.athlete_session(athlete_id) as s:
        assert nudges.add(s, kind, key, SUNDAY, at)


def words(ctx: ToolContext, due: Sequence[Nudge]) -> FirstWords:
    return FirstWords(due[0].kind.value, f"{len(due)}", "", nudges=[one.id for one in due])


def said(db: Database, athlete_id: int) -> list[list[str]]:
    with db.athlete_session(athlete_id) as s:
        return [[one.key for one in message.nudges] for message in reversed(nudges.list_said(s))]


def states(db: Database, athlete_id: int) -> dict[str, tuple[str, str | None]]:
    with psycopg.connect(db.url.replace("+psycopg", "")) as admin:
        query = "SELECT key, state, why FROM nudges WHERE athlete_id = %s"
        return {key: (state, why) for key, state, why in admin.execute(query, [athlete_id])}


def jobs(db: Database) -> list[str]:
    with psycopg.connect(db.conninfo(SYSTEM)) as connection:
        query = "SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        return [name for (name,) in connection.execute(query)]


def test_all_that_is_due_is_one_message(context: JobContext, athlete_id: int) -> None:
    for kind in (NudgeKind.silence, NudgeKind.weekly, NudgeKind.alert):
        add(context.db, athlete_id, kind, kind.value)
    assert say_due(context, athlete_id, words) is not None
    assert say_due(context, athlete_id, words) is None
    assert said(context.db, athlete_id) == [["alert", "silence", "weekly"]]
    assert states(context.db, athlete_id)["alert"] == ("said", None)


def test_a_third_message_of_a_day_waits_and_joins_the_next(
    context: JobContext, clock: Clock, athlete_id: int
) -> None:
    for n in range(4):
        add(context.db, athlete_id, NudgeKind.alert, f"{n}")
        say_due(context, athlete_id, words)
    assert said(context.db, athlete_id) == [["0"], ["1"]]
    clock.now = NOW + 12 * HOUR  # 6:00: quiet
    assert hand_out(context, clock.now) == 0
    assert say_due(context, athlete_id, words) is None
    clock.now = NOW + 13 * HOUR
    assert hand_out(context, clock.now) == 1
    say_due(context, athlete_id, words)
    assert said(context.db, athlete_id) == [["0"], ["1"], ["2", "3"]]


def test_what_has_nothing_to_say_is_dropped(context: JobContext, athlete_id: int) -> None:
    add(context.db, athlete_id, NudgeKind.alert, "rhr")
    add(context.db, athlete_id, NudgeKind.weekly, "2026-W47")
    say_due(context, athlete_id, lambda ctx, due: replace(words(ctx, due), nudges=[due[1].id]))
    assert said(context.db, athlete_id) == [["2026-W47"]]
    assert states(context.db, athlete_id)["rhr"] == ("dropped", "nudge_why.nothing")
    add(context.db, athlete_id, NudgeKind.race, "3:7")
    assert say_due(context, athlete_id, lambda ctx, due: None) is None
    assert states(context.db, athlete_id)["3:7"] == ("dropped", "nudge_why.nothing")


def test_what_cannot_be_known_yet_is_said_a_little_later(
    context: JobContext, clock: Clock, athlete_id: int
) -> None:
    def not_yet(ctx: ToolContext, due: Sequence[Nudge]) -> FirstWords:
        raise NotEnoughData("metrics_pending")

    add(context.db, athlete_id, NudgeKind.weekly, "2026-W47")
    hand_out(context, NOW)
    assert say_due(context, athlete_id, not_yet) is None
    with psycopg.connect(context.db.conninfo(SYSTEM)) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    assert hand_out(context, NOW + MINUTE / 2) == 0
    assert hand_out(context, NOW + MINUTE) == 1
    assert say_due(context, athlete_id, words) is not None


Meanwhile = Callable[[Database, int], None]


def _more_comes(db: Database, athlete_id: int) -> None:
    add(db, athlete_id, NudgeKind.race, "3:7")


def _it_is_switched_off(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        nudge_settings.change(s, SUNDAY, weekly=False)


@pytest.mark.parametrize(
    ("meanwhile", "then"),
    [(_more_comes, [["2026-W47", "3:7"]]), (_it_is_switched_off, [])],
)
def test_what_changes_while_words_are_looked_for_counts(
    context: JobContext, athlete_id: int, meanwhile: Meanwhile, then: list[list[str]]
) -> None:
    asked: list[int] = []

    def composing(ctx: ToolContext, due: Sequence[Nudge]) -> FirstWords:
        if not asked:
            meanwhile(context.db, athlete_id)
        asked.append(len(due))
        return words(ctx, due)

    add(context.db, athlete_id, NudgeKind.weekly, "2026-W47")
    say_due(context, athlete_id, composing)
    assert [sorted(keys) for keys in said(context.db, athlete_id)] == then
    assert asked == ([1, 2] if then else [1])


def test_many_workers_say_it_once_and_keep_to_two_a_day(context: JobContext, athlete_id: int) -> None:
    rounds = 4
    for n in range(rounds):
        add(context.db, athlete_id, NudgeKind.alert, f"{n}")
        both = threading.Barrier(4, timeout=20)

        def worker(_: int, both: threading.Barrier = both) -> int | None:
            both.wait()
            return say_due(context, athlete_id, words)

        with ThreadPoolExecutor(4) as pool:
            done = [m for m in pool.map(worker, range(4)) if m is not None]
        assert len(done) == (n < MOST_A_DAY)
    assert said(context.db, athlete_id) == [["0"], ["1"]]


def test_a_killed_worker_says_it_once(context: JobContext, athlete_id: int) -> None:
    first, second = athlete_id, system.create_athlete(context.db, name="두리").id
    for one in (first, second):
        add(context.db, one, NudgeKind.weekly, "2026-W47")
    command = [sys.executable, str(CHILD), context.db.url, str(first), str(second)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "here\n"
        finally:
            child.kill()
    assert (said(context.db, first), said(context.db, second)) == ([["2026-W47"]], [])
    assert say_due(context, first, words) is None
    assert say_due(context, second, words) is not None
    assert said(context.db, first) == said(context.db, second) == [["2026-W47"]]


def test_a_tick_brings_everybody_their_evening(db: Database, context: JobContext, athlete_id: int) -> None:
    others = [system.create_athlete(db, name=f"{n}", tz="Asia/Tokyo").id for n in range(3)]
    assert tick(context, NOW - HOUR) == 0
    assert tick(context, NOW) == 4
    assert jobs(db) == ["speak"] * 4
    assert tick(context, NOW + MINUTE) == 0
    for one in (athlete_id, *others):
        say_due(context, one, words)
        assert said(db, one) == [["2026-W47"]]


async def test_the_day_is_looked_at_by_a_job(db: Database, context: JobContext, athlete_id: int) -> None:
    def before() -> None:
        tick(context, NOW)
        with db.athlete_session(athlete_id) as s:
            nudge_settings.change(s, SUNDAY, weekly=False)
            nudges.add(s, NudgeKind.weekly, "2026-W40", SUNDAY, NOW)
            assert nudging.defer(s, athlete_id)
            assert not nudging.defer(s, athlete_id)

    await asyncio.to_thread(before)
    assert await asyncio.to_thread(tick, context, NOW + 14 * HOUR) == 1
    assert await asyncio.to_thread(jobs, db) == ["speak", "look_around"]
    await work(context, until_empty=True)
    assert await asyncio.to_thread(jobs, db) == []
    assert (await asyncio.to_thread(states, db, athlete_id))["2026-W40"] == ("dropped", "nudge_why.off")


def test_what_a_look_finds_is_said_soon(db: Database, context: JobContext, athlete_id: int) -> None:
    look_around(context, athlete_id=athlete_id)
    assert jobs(db) == []  # nothing is known of this athlete
    add(db, athlete_id, NudgeKind.race, "3:7")
    look_around(context, athlete_id=athlete_id)
    assert jobs(db) == ["speak"]
