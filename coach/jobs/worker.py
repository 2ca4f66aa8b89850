"""The worker: takes jobs from Postgres, tries failed ones again, and rescues those of dead workers.

Jobs that wait for services have threads of their own, so that however slow a service is, no import is kept
waiting by it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import uniform
from typing import Any

import procrastinate
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate import JobContext as Running
from procrastinate.jobs import Job as StoredJob
from procrastinate.jobs import Status
from psycopg.errors import UniqueViolation

from coach.errors import CoachError, ComeBackLater
from coach.jobs.registry import JOBS, Job, JobContext
from coach.jobs.schedule import ticking
from coach.jobs.sync import NETWORK
from coach.jobs.upkeep import catch_up, keep_up
from coach.store import job_failures, queue
from coach.store.session import SYSTEM

log = logging.getLogger(__name__)

POLL_S = 1.0  # a lost notification costs at most this
LONGEST_PAUSE_S = 600.0
RESCUES = 5  # from workers that died, beyond the tries that a job has


@dataclass(frozen=True)
class Pulse:
    """How a worker shows that it lives, and when others take it for dead and its jobs from it (seconds)."""

    heartbeat_s: float = 5.0
    dead_after_s: float = 20.0
    reap_every_s: float = 10.0


class Backoff(BaseRetryStrategy):
    """Pauses that double, with jitter, up to ten minutes; an error's own `retry_after` comes first."""

    def __init__(self, tries: int) -> None:
        self.tries = tries

    def get_retry_decision(self, *, exception: BaseException, job: StoredJob) -> RetryDecision | None:
        if job.attempts + 1 >= self.tries:
            return None
        asked = getattr(exception, "retry_after", None)
        pause = asked or uniform(1, min(LONGEST_PAUSE_S, 2 * 2**job.attempts))  # noqa: S311 - no secret
        return RetryDecision(retry_in={"milliseconds": int(pause * 1000)})


def build_app(context: JobContext, threads: ThreadPoolExecutor) -> App:
    """Return the procrastinate app with every job of the registry; they run in `threads`."""
    app = App(connector=PsycopgConnector(conninfo=context.db.conninfo(SYSTEM), min_size=1, max_size=4))
    for job in JOBS.values():
        run = _runner(job, context, threads)
        app.task(name=job.name, queue=job.queue, retry=Backoff(job.tries), pass_context=True)(run)
    return app


def _runner(job: Job, context: JobContext, threads: ThreadPoolExecutor) -> Callable[..., Any]:
    async def run(now: Running, **args: Any) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(threads, partial(_run, job, context, now.job, args))

    run.__name__ = job.name
    return run


def _run(job: Job, context: JobContext, stored: StoredJob, args: Mapping[str, Any]) -> None:
    """Run a job. One that was told to come back later does, and no try of it is used up."""
    try:
        job.fn(context, **args)
    except ComeBackLater as error:
        with context.db.athlete_session(args["athlete_id"]) as s:
            queue.defer(
                s,
                job.name,
                {name: value for name, value in args.items() if name != "athlete_id"},
                athlete_id=args["athlete_id"],
                queue=job.queue,
                priority=stored.priority,
                # No lock: one that waits for its time would hold up all others that have it.
                queueing_lock=stored.queueing_lock,
                schedule_at=error.until,
            )
    except Exception as error:
        if stored.attempts + 1 >= job.tries:
            _give_up(context, stored, args, error)
        raise


def _give_up(context: JobContext, stored: StoredJob, args: Mapping[str, Any], error: Exception) -> None:
    """Keep for the athlete that a job gave up, and why. Never raises: the job's own error counts."""
    told = error if isinstance(error, CoachError) else CoachError("job_failed")
    try:
        with context.db.athlete_session(args["athlete_id"]) as s:
            job_failures.note(
                s,
                int(stored.id or 0),
                stored.task_name,
                args,
                error_key=told.key,
                error_params=json.loads(json.dumps(told.params, default=str)),
                tries=stored.attempts + 1,
            )
    except Exception:
        log.exception("that job %s gave up could not be noted", stored.id)


async def _reap(app: App, pulse: Pulse, context: JobContext) -> None:
    """Give the jobs of workers that died back to the queue. Without this they would stay "doing" forever.

    One that is rescued again and again probably kills its worker, and is given up.
    """
    while True:
        await asyncio.sleep(pulse.reap_every_s)
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pulse.dead_after_s):
                if job.attempts >= JOBS[job.task_name].tries + RESCUES and job.id is not None:
                    log.error("job %s has ended %d workers and is given up", job.id, job.attempts)
                    died = CoachError("job_failed")
                    await asyncio.to_thread(_give_up, context, job, job.task_kwargs, died)
                    await app.job_manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)
                    continue
                log.warning("job %s of a dead worker is run again", job.id)
                try:
                    await app.job_manager.retry_job(job)
                except (UniqueViolation, procrastinate.exceptions.UniqueViolation):
                    log.info("job %s is queued already", job.id)
        except procrastinate.exceptions.ConnectorException:
            log.exception("looking for stalled jobs failed; the next round tries again")


async def work(
    context: JobContext, *, concurrency: int = 2, until_empty: bool = False, pulse: Pulse = Pulse()
) -> None:
    """Run jobs until cancelled (or, with `until_empty`, until none is left).

    `concurrency` jobs at a time, and beside them `settings.sync_threads` of those that wait for services.
    """
    network = max(1, context.settings.sync_threads)
    with ThreadPoolExecutor(concurrency + network, thread_name_prefix="job") as threads:
        app = build_app(context, threads)
        async with app.open_async():
            if until_empty:
                await catch_up(context)
                await _empty(app, pulse, concurrency)
                return
            others = {job.queue for job in JOBS.values()} - {NETWORK}
            beside = (catch_up(context), _reap(app, pulse, context), keep_up(context))
            with ticking(context):
                async with asyncio.TaskGroup() as group:
                    for task in beside:
                        group.create_task(task)
                    group.create_task(_take_jobs(app, pulse, concurrency, others))
                    group.create_task(_take_jobs(app, pulse, network, [NETWORK]))


async def _empty(app: App, pulse: Pulse, concurrency: int) -> None:
    """Run jobs until none is left that is due, those included that jobs themselves queue."""
    left, before = set[int | None](), None
    while left != before:
        before = left
        await _take_jobs(app, pulse, concurrency, {job.queue for job in JOBS.values()}, wait=False)
        now = datetime.now(UTC)
        todo = await app.job_manager.list_jobs_async(status="todo")
        left = {job.id for job in todo if job.scheduled_at is None or job.scheduled_at <= now}


async def _take_jobs(
    app: App, pulse: Pulse, concurrency: int, queues: Collection[str], *, wait: bool = True
) -> None:
    """Run jobs of some queues."""
    await app.run_worker_async(
        queues=sorted(queues),
        concurrency=concurrency,
        wait=wait,
        listen_notify=wait,
        install_signal_handlers=False,
        fetch_job_polling_interval=POLL_S,
        update_heartbeat_interval=pulse.heartbeat_s,
        stalled_worker_timeout=pulse.dead_after_s,
        delete_jobs="successful",
    )
