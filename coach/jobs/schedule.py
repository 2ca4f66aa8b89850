"""The schedule: once a minute, what is due becomes jobs; once an hour, what may no longer be kept is let go.

APScheduler only ticks. What is due stands in the database, and whoever takes it takes it off the list, so any
number of workers may tick at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from coach.jobs import plans, speaking
from coach.jobs.registry import JobContext
from coach.jobs.sync import NETWORK
from coach.pipeline import logins, retention
from coach.pipeline.sync_queue import defer_sync
from coach.store import outbox, queue, sync_system

log = logging.getLogger(__name__)

EVERY_S = 60
HALF_S, HOUR_S = 30, 3600
LATE_S = 300  # a tick that a busy machine missed by less is made up for, once


def tick(context: JobContext, now: datetime) -> int:
    """Queue what is due: connections to synchronise, parcels to send, plans to look at, words to say.

    Returns how many jobs are new.
    """
    new = 0
    for athlete_id, provider in sync_system.take_due(context.db, now):
        with context.db.athlete_session(athlete_id) as s:
            new += defer_sync(s, athlete_id, provider) is not None
    for athlete_id, parcel_id in sync_system.due_parcels(context.db, now):
        new += _send(context, athlete_id, parcel_id)
    new += plans.hand_out(context, now)
    new += speaking.hand_out(context, now)
    if new:
        log.info("%d jobs are due", new)
    return new


def let_go(context: JobContext, now: datetime) -> None:
    """Let go of what sources may no longer keep, and of logins whose code never came."""
    log.info("logins without a code: %d", logins.forget_expired(context.reach))
    log.info("kept no longer: %s", retention.expire_all(context.db, now))


def _send(context: JobContext, athlete_id: int, parcel_id: int) -> bool:
    with context.db.athlete_session(athlete_id) as s:
        job_id = queue.defer(
            s,
            "send_parcel",
            {"parcel_id": parcel_id},
            athlete_id=athlete_id,
            queue=NETWORK,
            lock=f"{outbox.get(s, parcel_id).kind}:{athlete_id}",
            queueing_lock=f"send:{athlete_id}:{parcel_id}",
        )
        return job_id is not None


@contextmanager
def ticking(context: JobContext) -> Iterator[None]:
    """Tick in the background until the end of the block, at once and then every minute."""
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    begin = datetime.now(UTC)
    for do, every_s, first in ((tick, EVERY_S, begin), (let_go, HOUR_S, begin + timedelta(seconds=HALF_S))):
        scheduler.add_job(
            _try,
            "interval",
            (do, context),
            seconds=every_s,
            next_run_time=first,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=LATE_S,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def _try(do: Callable[[JobContext, datetime], object], context: JobContext) -> None:
    try:
        do(context, context.clock())
    except (SQLAlchemyError, psycopg.Error) as error:
        log.warning("the schedule was put off: %s", type(error).__name__)
