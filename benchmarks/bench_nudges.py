"""Ten thousand check-ins that are due in one minute: queued, said, and sent as fast as Telegram takes them.

The peer of queuing is what one would write first: a session and a `defer` per athlete. Composing is for
somebody with sixty runs, the worker's pace for people with none. Telegram's limits are met by the bot's own
pacer on a clock that does not wait.
"""

from __future__ import annotations

import asyncio
import heapq
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg
from sqlalchemy import text

from benchmarks.bench_graph import athlete
from bots.telegram.outgoing import PARALLEL
from bots.telegram.pacing import Pace, Pacer
from coach.config import Settings
from coach.domain.nudges import NudgeKind
from coach.graph.speaking.compose import compose
from coach.jobs import JobContext
from coach.jobs.speaking import say_due
from coach.jobs.worker import work
from coach.pipeline import nudging
from coach.store import nudge_system, nudges, queue
from coach.store.session import SYSTEM, Database

MANY = 10_000
PEER = 1_000  # of them, one at a time
WORKED = 400  # of them, by a worker
SAID = 60
EVENING = datetime.fromisoformat("2026-10-04T18:00:00+09:00")  # the usual day and time


def move_in(db: Database, others: int) -> list[int]:
    """Add athletes and return their ids."""
    with db.system_session() as s:
        added = text("INSERT INTO athletes (name) SELECT '' FROM generate_series(1, :n) RETURNING id")
        return sorted(s.scalars(added, {"n": others}))


def empty_queue(db: Database) -> int:
    with psycopg.connect(db.conninfo(SYSTEM)) as connection:
        return connection.execute("DELETE FROM procrastinate_jobs").rowcount


def queued(db: Database) -> tuple[float, int]:
    """Return how long it takes to turn an evening's schedules into nudges and jobs, and how many jobs."""
    nudge_system.take_due(db, EVENING - timedelta(hours=1), nudging.LOOK)
    begin = perf_counter()
    nudge_system.take_due(db, EVENING, nudging.LOOK)
    jobs = nudge_system.hand_out(db, EVENING, nudging.SPEAK)
    return perf_counter() - begin, jobs


def queued_one_by_one(db: Database, ids: list[int]) -> float:
    """Return how long a nudge and a `defer` for each athlete takes, in a session each."""
    begin = perf_counter()
    for one in ids:
        with db.athlete_session(one) as s:
            nudges.add(s, NudgeKind.weekly, "one by one", EVENING.date(), EVENING)
            lock = queue.own_lock(nudging.SPEAK, one)
            queue.defer(s, nudging.SPEAK, {}, athlete_id=one, queueing_lock=lock)
    return perf_counter() - begin


async def worked(context: JobContext) -> float:
    begin = perf_counter()
    await work(context, until_empty=True)
    return perf_counter() - begin


def composed(db: Database, athlete_id: int, place: Path) -> Iterator[float]:
    """Yield how long it takes to decide, compose and say a weekly check-in (seconds)."""
    for n in range(SAID):
        now = EVENING + timedelta(minutes=n)
        with db.athlete_session(athlete_id) as s:  # as if asked for: the same week may be told again
            nudges.add(s, NudgeKind.weekly, f"asked:{n}", now.date(), now)
        begin = perf_counter()
        assert say_due(context_at(db, place, now), athlete_id, compose) is not None
        yield perf_counter() - begin


def context_at(db: Database, place: Path, now: datetime) -> JobContext:
    settings = Settings(_env_file=None, data_dir=place)  # type: ignore[call-arg]
    return JobContext(db, settings, None, lambda: now, {})  # type: ignore[arg-type]


@dataclass
class Still:
    """A clock that jumps to when somebody wants to wake up, once nobody has anything else to do."""

    now: float = 0.0
    asleep: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.asleep, (self.now + seconds, next(self.order), woken))
        await woken

    async def run(self) -> None:
        while True:
            for _ in range(4):
                await asyncio.sleep(0)
            if self.asleep:
                self.now, _, woken = heapq.heappop(self.asleep)
                woken.set_result(None)


async def sent(messages: int) -> tuple[float, float, int, bool]:
    """Return seconds by that clock, real seconds, the most within any second, and whether in order."""
    still = Still()
    pacer = Pacer(Pace(), still.monotonic, still.sleep)
    left = iter(range(messages))
    posts: list[tuple[float, int]] = []

    async def bot() -> None:
        for chat in left:
            async with pacer.lane(chat):
                await pacer.turn(chat, float("inf"))
                posts.append((still.now, chat))

    begin = perf_counter()
    ticking = asyncio.create_task(still.run())
    await asyncio.gather(*(bot() for _ in range(PARALLEL)))
    ticking.cancel()
    times = [at for at, _ in posts]
    first, most = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - 1 + 1e-6:
            first += 1
        most = max(most, last - first + 1)
    return still.now, perf_counter() - begin, most, posts == sorted(posts)


def main() -> None:
    """Print what was measured."""
    with athlete() as (db, athlete_id), tempfile.TemporaryDirectory() as place:
        times = list(composed(db, athlete_id, Path(place)))
        others = move_in(db, MANY - 1)
        seconds, jobs = queued(db)
        assert jobs == MANY, jobs
        empty_queue(db)
        one_by_one = queued_one_by_one(db, others[:PEER]) * MANY / PEER
        name = f"{MANY:,} check-ins queued, against a defer each"
        print(f"{name} | {seconds:.1f} s | {one_by_one:.1f} s | {one_by_one / seconds:.1f}×")
        empty_queue(db)
        context = context_at(db, Path(place), EVENING)
        start = asyncio.run(worked(context))  # a worker looks at everybody when it starts
        with db.system_session() as s:
            queue.defer_many(s, nudging.SPEAK, others[:WORKED])
        took = asyncio.run(worked(context)) - start
        print(f"jobs of a worker (2 at a time) | {WORKED / took:.0f}/s | |")
        print(
            f"a weekly check-in of somebody with 60 runs, decided, composed and said "
            f"| {median(times) * 1e3:.0f} ms | |"
        )
    by_clock, real, most, in_order = asyncio.run(sent(MANY))
    assert in_order
    name = f"{MANY:,} messages at Telegram's limit, in order"
    ours = f"{by_clock:.0f} s, at most {most} in a second ({real * 1e6 / MANY:.0f} µs of ours each)"
    limit = MANY / Pace().overall
    print(f"{name} | {ours} | {limit:.0f} s at {Pace().overall:.0f}/s | {limit / by_clock:.2f}×")


if __name__ == "__main__":
    main()
