"""The worker: its jobs, and what happens to those of a worker that died."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from procrastinate.jobs import Job as StoredJob

from coach.config import Settings
from coach.domain.activity import Device, Recording, Sport, Streams
from coach.domain.athlete import Threshold, ThresholdKind
from coach.domain.daily import DailyValue
from coach.domain.source import Source
from coach.errors import LimitReached
from coach.jobs import JOBS, JobContext, job
from coach.jobs.work import recompute
from coach.jobs.worker import Backoff, Pulse, work
from coach.pipeline import importing, profile
from coach.providers.files.fit import encode_activity
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.store import activities, athletes, daily, imports, metrics
from coach.store.imports import Import
from coach.store.session import Database

CHILD = Path(__file__).with_name("worker_child.py")
QUICK = Pulse(heartbeat_s=0.2, dead_after_s=1.0, reap_every_s=0.2)
DEADLINE_S = 60.0
NOW = datetime(2026, 10, 4, 3, tzinfo=UTC)


def run_file(n: int, seconds: int = 900) -> bytes:
    """Return the n-th day's run."""
    t = np.arange(seconds, dtype=np.float64)
    streams = Streams(t, {"distance_m": 3 * t, "speed_mps": np.full(seconds, 3.0), "hr_bpm": 140 + t % 30})
    return encode_activity(
        Recording(
            Sport.run,
            datetime(2026, 10, 1, 21, tzinfo=UTC) - timedelta(days=n),
            seconds - 1.0,
            utc_offset_s=9 * 3600,
            distance_m=3.0 * (seconds - 1),
            streams=streams,
            device=Device("garmin", "fr965", "7"),
        )
    )


@pytest.fixture(scope="module")
def readers() -> Iterator[ReaderPool[Parsed]]:
    with importing.reader_pool(1) as pool:
        yield pool


@pytest.fixture
def context(db: Database, readers: ReaderPool[Parsed], tmp_path: Path) -> JobContext:
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    settings.inbox.mkdir()
    return JobContext(db, settings, readers, lambda: NOW)


def upload(context: JobContext, athlete_id: int, count: int) -> Import:
    inbox = context.settings.inbox
    uploads = []
    for n in range(count):
        path = inbox / f"{n}"
        path.write_bytes(run_file(n))
        uploads.append((f"{n}.fit", path))
    return importing.start(context.db, athlete_id, uploads, inbox=inbox, channel="web")


def import_of(context: JobContext, athlete_id: int) -> Import:
    with context.db.athlete_session(athlete_id) as s:
        found = imports.last(s, athlete_id)
    assert found is not None
    return found


async def until_done(context: JobContext, athlete_id: int) -> None:
    """Work until the athlete's import is done."""
    worker = asyncio.create_task(work(context, pulse=QUICK))
    begun = time.monotonic()
    while import_of(context, athlete_id).state != "done" and time.monotonic() - begun < DEADLINE_S:
        assert not worker.done()
        await asyncio.sleep(0.05)
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker


async def test_uploads_are_imported_in_the_background(context: JobContext, athlete_id: int) -> None:
    upload(context, athlete_id, 3)
    await work(context, until_empty=True)
    done = import_of(context, athlete_id)
    assert (done.state, done.done, done.total) == ("done", 3, 3)
    with context.db.athlete_session(athlete_id) as s:
        assert activities.count(s, athlete_id) == 3
    assert list(context.settings.inbox.iterdir()) == []


async def test_the_job_of_a_killed_worker_is_taken_over(context: JobContext, athlete_id: int) -> None:
    count = 8
    started = upload(context, athlete_id, count)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, str(CHILD), context.db.url, str(context.settings.data_dir)]
    child = await asyncio.create_subprocess_exec(*command, env=environment)
    begun = time.monotonic()
    try:
        while import_of(context, athlete_id).done < 2 and time.monotonic() - begun < DEADLINE_S:
            assert child.returncode is None
            await asyncio.sleep(0.002)
    finally:
        child.kill()
        await child.wait()
    left = import_of(context, athlete_id)
    assert (left.state, left.done < count) == ("running", True)
    await until_done(context, athlete_id)
    with context.db.athlete_session(athlete_id) as s:
        assert activities.count(s, athlete_id) == count
        assert [i.outcome for i in imports.items(s, started.id)] == ["imported"] * count


async def test_a_threshold_that_was_given_changes_every_load(context: JobContext, athlete_id: int) -> None:
    upload(context, athlete_id, 3)
    await work(context, until_empty=True)

    def loads() -> dict[date, float]:
        with context.db.athlete_session(athlete_id) as s:
            return metrics.daily_sums(s, athlete_id, "training_load", date(2026, 9, 1), date(2026, 10, 4))

    before = loads()
    with context.db.athlete_session(athlete_id) as s:
        fast = Threshold(ThresholdKind.threshold_speed_mps, 6.0, "given", date(2026, 10, 4))
        assert profile.set_threshold(s, athletes.get(s, athlete_id), fast) == 3
        # What waits already is not queued again.
        profile.recompute_all(s, athlete_id)
    await work(context, until_empty=True)
    after = loads()
    assert before.keys() == after.keys()
    assert all(0 < after[day] != before[day] for day in before)
    recompute(context, athlete_id=athlete_id)
    assert loads() == after


async def test_a_new_worker_computes_what_an_upgrade_left_behind(
    context: JobContext, athlete_id: int
) -> None:
    upload(context, athlete_id, 2)
    await work(context, until_empty=True)
    with context.db.athlete_session(athlete_id) as s:
        metrics.outdate(s, athlete_id, ["avg_hr_bpm"])
        assert len(metrics.stale(s, athlete_id, metrics.current())) == 2
    await work(context, until_empty=True)
    with context.db.athlete_session(athlete_id) as s:
        assert metrics.stale(s, athlete_id, metrics.current()) == {}


def test_today_is_the_athlete_s(context: JobContext, athlete_id: int) -> None:
    # Half past midnight of the first in Seoul, still the last of September for the server.
    seoul = replace(context, clock=lambda: datetime(2026, 9, 30, 15, 30, tzinfo=UTC))
    with context.db.athlete_session(athlete_id) as s:
        mornings = [date(2026, 9, d) for d in range(20, 31)]
        daily.save_values(s, athlete_id, [DailyValue(d, "rhr_bpm", 50.0, Source.file) for d in mornings])
        activities.create(
            s,
            athlete_id,
            sport=Sport.run,
            start_at=datetime(2026, 9, 29, 21, tzinfo=UTC),
            tz="Asia/Seoul",
            local_date=date(2026, 9, 30),
            elapsed_s=600.0,
        )
    recompute(seoul, athlete_id=athlete_id)
    with context.db.athlete_session(athlete_id) as s:
        months = {t.valid_from for t in athletes.thresholds(s) if t.kind == "hr_rest_bpm"}
        assert metrics.stale(s, athlete_id, metrics.current(["training_load"])) == {}
    assert months == {date(2026, 9, 1), date(2026, 10, 1)}


def test_pauses_grow_and_an_error_s_own_wish_comes_first() -> None:
    def pause_s(attempts: int, error: Exception) -> float | None:
        stored = StoredJob(
            id=1, status="doing", queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts
        )
        decision = Backoff(6).get_retry_decision(exception=error, job=stored)
        if decision is None:
            return None
        assert decision.retry_at is not None
        return (decision.retry_at - datetime.now(UTC)).total_seconds()

    for attempts in range(5):
        pause = pause_s(attempts, ValueError())
        assert pause is not None
        assert 0 < pause <= 2 * 2**attempts + 0.1
    assert pause_s(5, ValueError()) is None
    asked = LimitReached("later")
    asked.retry_after = 90  # type: ignore[attr-defined]
    assert pause_s(0, asked) == pytest.approx(90, abs=1)


def test_a_job_is_declared_once() -> None:
    assert {"import_files", "recompute"} <= JOBS.keys()
    with pytest.raises(ValueError, match="twice"):
        job(queue="default", tries=1)(recompute)
