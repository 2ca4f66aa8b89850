"""Nightly upkeep: conversations go that are kept no longer, the others keep only their newest checkpoint (the
words are in our own tables), and the coach looks back on what it said."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from coach.graph.checkpoints import AthleteSaver, open_pool, thread_key
from coach.jobs import insights
from coach.jobs.registry import JobContext
from coach.pipeline import keeping_chats, recompute, track_record
from coach.store import model_calls, system, threads

log = logging.getLogger(__name__)

FIRST_AFTER_S = 300.0  # a start is busy enough
EVERY_S = 24 * 3600.0
QUIET = timedelta(hours=1)  # a conversation that long ago is not being answered
REACH = timedelta(days=40)  # what is older was pruned on an earlier night


async def prune(context: JobContext, now: datetime) -> int:
    """Prune the conversations that lie quiet; return how many there were."""
    pool = open_pool(context.db.conninfo(), 1)
    await pool.open()
    try:
        saver = AthleteSaver(pool)
        pruned = 0
        for athlete_id in await asyncio.to_thread(system.list_athletes, context.db):
            ids = await asyncio.to_thread(_quiet, context, athlete_id, now)
            await saver.aprune([thread_key(athlete_id, thread_id) for thread_id in ids])
            pruned += len(ids)
        return pruned
    finally:
        await pool.close()


def _quiet(context: JobContext, athlete_id: int, now: datetime) -> list[int]:
    with context.db.athlete_session(athlete_id) as s:
        return threads.quiet(s, athlete_id, since=now - REACH, until=now - QUIET)


async def catch_up(context: JobContext) -> None:
    """Have computed what an upgrade left behind: new metrics, changed formulas."""
    try:
        found = await asyncio.to_thread(recompute.notice_outdated, context.db)
    except SQLAlchemyError as error:
        log.warning("outdated metrics were not looked for: %s", type(error).__name__)
    else:
        log.info("metrics of %d athletes are outdated", found)


def look_back(context: JobContext) -> int:
    """Have every athlete's track record brought up to date; return how many athletes there are."""
    found = system.list_athletes(context.db)
    for athlete_id in found:
        with context.db.athlete_session(athlete_id) as s:
            track_record.defer(s, athlete_id)
    return len(found)


def forget_calls(context: JobContext, now: datetime) -> int:
    """Delete what was noted of model calls longer ago than the settings say; return how many there were."""
    before = now - timedelta(days=context.settings.model_log_days)
    gone = 0
    for athlete_id in system.list_athletes(context.db):
        with context.db.athlete_session(athlete_id) as s:
            gone += model_calls.forget_before(s, before)
    return gone


async def keep_up(context: JobContext) -> None:
    """Do the nightly work once a day until cancelled; a night that fails is made up for by the next."""
    await asyncio.sleep(FIRST_AFTER_S)
    while True:
        try:
            gone = await asyncio.to_thread(keeping_chats.purge_all, context.db, context.clock())
            log.info("%d deleted and %d old conversations went for good", gone.deleted, gone.old)
            log.info("%d conversations pruned", await prune(context, context.clock()))
            calls = await asyncio.to_thread(forget_calls, context, context.clock())
            log.info("%d calls of models forgotten", calls)
            log.info("%d track records to look at", await asyncio.to_thread(look_back, context))
            log.info("insights of %d athletes", await asyncio.to_thread(insights.hand_out, context))
        except (psycopg.Error, SQLAlchemyError) as error:
            log.warning("upkeep was put off: %s", type(error).__name__)
        await asyncio.sleep(EVERY_S)
