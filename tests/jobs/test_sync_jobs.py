"""Jobs that talk to services: what is due is queued once, nothing blocks imports, and failures are told."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from fakes.service import Service, provider_of
from psycopg.rows import TupleRow

from coach.errors import ComeBackLater, NotFound
from coach.jobs import JOBS, JobContext, job
from coach.jobs.schedule import tick
from coach.jobs.worker import work
from coach.pipeline import connecting, jobs_again
from coach.store import activities, connections, job_failures, outbox, queue, system
from coach.store.session import SYSTEM, Database

sys.path.append(str(Path(__file__).parents[1] / "pipeline"))
from sync_runs import Here, filled, settings_in

NOW = datetime(2026, 10, 4, 3, tzinfo=UTC)
DEADLINE_S = 30.0


@pytest.fixture
def service() -> Service:
    return filled(Service(), 0, 50)


@pytest.fixture
def context(db: Database, service: Service, tmp_path: Path) -> JobContext:
    services = {"garmin": provider_of(service)}
    return JobContext(db, settings_in(tmp_path), Here(), lambda: NOW, services)  # type: ignore[arg-type]


@pytest.fixture
def probes() -> Iterator[dict[str, list[str]]]:
    """Declare jobs that note that they ran, for the time of a test."""
    ran: dict[str, list[str]] = {"slow": [], "quick": [], "later": [], "broken": []}
    released = threading.Event()

    @job(queue="sync", tries=1)
    def slow_service(context: JobContext, *, athlete_id: int) -> None:
        ran["slow"].append("begun")
        released.wait(DEADLINE_S)

    @job(queue="import", tries=1)
    def quick_import(context: JobContext, *, athlete_id: int) -> None:
        ran["quick"].append("done")
        released.set()

    @job(queue="sync", tries=1)
    def come_later(context: JobContext, *, athlete_id: int, n: int) -> None:
        ran["later"].append("asked")
        raise ComeBackLater("service_busy", until=datetime.now(UTC) + timedelta(hours=2))

    @job(queue="sync", tries=1)
    def broken_job(context: JobContext, *, athlete_id: int, n: int) -> None:
        ran["broken"].append("tried")
        if len(ran["broken"]) == 1:
            raise NotFound("no_such_service", name="x") if n else ZeroDivisionError

    yield ran
    for name in ("slow_service", "quick_import", "come_later", "broken_job"):
        JOBS.pop(name)


def queued(context: JobContext) -> list[TupleRow]:
    with psycopg.connect(context.db.conninfo(SYSTEM)) as connection:
        return connection.execute(
            "SELECT task_name, status::text, scheduled_at, attempts, lock FROM procrastinate_jobs ORDER BY id"
        ).fetchall()


def connect(context: JobContext, athlete_id: int) -> None:
    connecting.log_in(context.reach, athlete_id, "garmin", "hana@example.com", "correct horse")


async def test_a_login_is_synchronised_to_the_end(
    context: JobContext, athlete_id: int, service: Service
) -> None:
    await asyncio.to_thread(connect, context, athlete_id)
    await work(context, until_empty=True)
    with context.db.athlete_session(athlete_id) as s:
        known = connections.get(s, "garmin")
    assert known is not None
    assert (known.state, known.synced_at, known.cursor["listed"]) == ("connected", NOW, True)
    assert service.calls["fetch"] == 2
    assert queued(context) == []


def test_what_is_due_is_queued_once_however_many_tick(context: JobContext, service: Service) -> None:
    ids = [system.create_athlete(context.db).id for _ in range(6)]
    for athlete_id in ids:
        service.account_id = str(athlete_id)
        connect(context, athlete_id)
    with psycopg.connect(context.db.conninfo(SYSTEM)) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    with context.db.athlete_session(ids[0]) as s:
        assert outbox.put(s, "strava_upload", "a", {}, next_at=NOW) is not None
    both = threading.Barrier(3, timeout=10)

    def one_tick(_: int) -> int:
        both.wait()
        return tick(context, NOW)

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(one_tick, range(3))) == 7
    names = [row[0] for row in queued(context)]
    assert sorted(names) == ["send_parcel", *6 * ["sync"]]
    assert tick(context, NOW + timedelta(minutes=1)) == 0


async def test_a_slow_service_keeps_no_import_waiting(
    context: JobContext, athlete_id: int, probes: dict[str, list[str]]
) -> None:
    with context.db.athlete_session(athlete_id) as s:
        for _ in range(6):  # more than there are threads for services
            queue.defer(s, "slow_service", {}, athlete_id=athlete_id, queue="sync", priority=10)
    worker = asyncio.create_task(work(context, concurrency=1))
    try:
        async with asyncio.timeout(DEADLINE_S):
            while len(probes["slow"]) < context.settings.sync_threads:
                assert not worker.done()
                await asyncio.sleep(0.02)
            with context.db.athlete_session(athlete_id) as s:
                queue.defer(s, "quick_import", {}, athlete_id=athlete_id, queue="import")
            while not probes["quick"]:
                assert not worker.done()
                await asyncio.sleep(0.02)
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


async def test_told_to_come_back_it_waits_without_lock_and_without_a_try(
    context: JobContext, athlete_id: int, probes: dict[str, list[str]]
) -> None:
    with context.db.athlete_session(athlete_id) as s:
        queue.defer(s, "come_later", {"n": 1}, athlete_id=athlete_id, queue="sync", lock="garmin:1")
    await work(context, until_empty=True)
    ((name, status, at, attempts, lock),) = queued(context)
    assert (name, status, attempts, lock) == ("come_later", "todo", 0, None)
    assert at > datetime.now(UTC) + timedelta(hours=1)
    with context.db.athlete_session(athlete_id) as s:
        assert job_failures.waiting(s) == []


@pytest.mark.parametrize(("n", "key"), [(1, "no_such_service"), (0, "job_failed")])
async def test_a_job_that_gave_up_is_told_and_can_be_tried_again(
    context: JobContext, athlete_id: int, probes: dict[str, list[str]], n: int, key: str
) -> None:
    with context.db.athlete_session(athlete_id) as s:
        job_id = queue.defer(s, "broken_job", {"n": n}, athlete_id=athlete_id, queue="sync")
    await work(context, until_empty=True)
    with context.db.athlete_session(athlete_id) as s:
        (failure,) = job_failures.waiting(s)
    assert (failure.job_id, failure.job, failure.error_key, failure.tries) == (job_id, "broken_job", key, 1)
    jobs_again.again(context.db, athlete_id, failure.job_id)
    with pytest.raises(NotFound):
        jobs_again.again(context.db, athlete_id, failure.job_id)
    await work(context, until_empty=True)
    assert probes["broken"] == ["tried", "tried"]
    with context.db.athlete_session(athlete_id) as s:
        assert job_failures.waiting(s) == []


async def test_data_are_deleted_in_the_background_unless_connected_anew(
    context: JobContext, athlete_id: int
) -> None:
    def runs() -> int:
        with context.db.athlete_session(athlete_id) as s:
            return activities.count(s, athlete_id)

    await asyncio.to_thread(connect, context, athlete_id)
    await work(context, until_empty=True)
    with context.db.athlete_session(athlete_id) as s:
        queue.defer(s, "forget_source", {"provider": "garmin"}, athlete_id=athlete_id)
    await work(context, until_empty=True)
    assert runs() == 2
    connecting.disconnect(context.reach, athlete_id, "garmin", delete_data=False)
    assert runs() == 2
    with context.db.athlete_session(athlete_id) as s:
        queue.defer(s, "forget_source", {"provider": "garmin"}, athlete_id=athlete_id)
    await work(context, until_empty=True)
    assert runs() == 0
