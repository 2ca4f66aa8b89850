"""The worker: takes jobs from Postgres, tries failed ones again, and rescues those of dead workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from random import uniform
from typing import Any

import procrastinate
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job as StoredJob
from psycopg.errors import UniqueViolation

from coach.jobs.registry import JOBS, Job, JobContext
from coach.jobs.upkeep import catch_up, keep_up
from coach.store.session import SYSTEM

log = logging.getLogger(__name__)

POLL_S = 1.0  # a lost notification costs at most this
LONGEST_PAUSE_S = 600.0


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
    """Return the procrastinate app with every job of the registry."""
    app = App(connector=PsycopgConnector(conninfo=context.db.conninfo(SYSTEM), min_size=1, max_size=4))
    for job in JOBS.values():
        app.task(name=job.name, queue=job.queue, retry=Backoff(job.tries))(_runner(job, context, threads))
    return app


def _runner(job: Job, context: JobContext, threads: ThreadPoolExecutor) -> Callable[..., Any]:
    async def run(**args: Any) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(threads, partial(job.fn, context, **args))

    run.__name__ = job.name
    return run


async def _reap(app: App, pulse: Pulse) -> None:
    """Give the jobs of workers that died back to the queue. Without this they would stay "doing" forever."""
    while True:
        await asyncio.sleep(pulse.reap_every_s)
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pulse.dead_after_s):
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
    """Run jobs until cancelled (or, with `until_empty`, until none is left)."""
    with ThreadPoolExecutor(concurrency, thread_name_prefix="job") as threads:
        app = build_app(context, threads)
        async with app.open_async():
            catching_up = asyncio.create_task(catch_up(context))
            beside = [catching_up, *map(asyncio.create_task, (_reap(app, pulse), keep_up(context)))]
            if until_empty:
                await catching_up
            try:
                await app.run_worker_async(
                    concurrency=concurrency,
                    wait=not until_empty,
                    listen_notify=not until_empty,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLL_S,
                    update_heartbeat_interval=pulse.heartbeat_s,
                    stalled_worker_timeout=pulse.dead_after_s,
                    delete_jobs="successful",
                )
            finally:
                for task in beside:
                    task.cancel()
