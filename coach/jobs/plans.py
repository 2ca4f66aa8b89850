"""The daily work on a running plan: what was done of it, what waits no longer, and what should change."""

from __future__ import annotations

from datetime import datetime

from coach.errors import NotEnoughData
from coach.jobs.registry import JobContext, job
from coach.pipeline import adapting, approving, delivering, matching, proposing
from coach.store import athletes, plan_system


@job(queue="default", tries=3)
def plan_daily(context: JobContext, *, athlete_id: int) -> None:
    """Match, expire, adapt and want, each in its own transaction: what fails later undoes nothing before."""
    now = context.clock()
    with context.db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
        matching.match_new(s, athlete, now)
    with context.db.athlete_session(athlete_id) as s:
        proposing.expire(s, athlete, now)
        approving.finish(s, athlete, now)
    try:
        with context.db.athlete_session(athlete_id) as s:
            adapting.adapt_running(s, athlete, now)
    except NotEnoughData:
        pass  # metrics are being computed; the job that does it asks for this one again
    with context.db.athlete_session(athlete_id) as s:
        delivering.want(s, athlete_id, now)
        delivering.defer_look(s, athlete_id)


def hand_out(context: JobContext, now: datetime) -> int:
    """Queue the daily work of everybody whose day has begun; return how many jobs are new."""
    new = 0
    for athlete_id in plan_system.take_due(context.db, now):
        with context.db.athlete_session(athlete_id) as s:
            new += matching.defer(s, athlete_id)
    return new
