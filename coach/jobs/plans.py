"""The daily work on a running plan: what was done of it, what waits no longer, and what should change."""

from __future__ import annotations

from datetime import datetime

from coach.domain.athlete import Athlete
from coach.errors import NotEnoughData
from coach.jobs.registry import JobContext, job
from coach.pipeline import adapting, delivering, matching
from coach.pipeline.situation import local_day
from coach.store import approvals, athletes, plan_system, plans
from coach.store.session import Session


@job(queue="default", tries=3)
def plan_daily(context: JobContext, *, athlete_id: int) -> None:
    """Match, expire, adapt and want, each in its own transaction: what fails later undoes nothing before."""
    now = context.clock()
    with context.db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
        matching.match_new(s, athlete, now)
    with context.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        expire(s, now)
        finish(s, athlete, now)
    try:
        with context.db.athlete_session(athlete_id) as s:
            adapting.adapt_running(s, athlete, now)
    except NotEnoughData:
        pass  # metrics are being computed; the job that does it asks for this one again
    with context.db.athlete_session(athlete_id) as s:
        delivering.want(s, athlete_id, now)


def hand_out(context: JobContext, now: datetime) -> int:
    """Queue the daily work of everybody whose day has begun; return how many jobs are new."""
    new = 0
    for athlete_id in plan_system.take_due(context.db, now):
        with context.db.athlete_session(athlete_id) as s:
            new += matching.defer(s, athlete_id)
    return new


def expire(s: Session, now: datetime) -> int:
    """Mark what nobody decided in time, and the revisions it was about; return how many there were."""
    gone = approvals.expire(s, now)
    for approval in gone:
        if approval.kind == "plan" and approval.plan_id is not None and approval.revision is not None:
            plans.set_revision(s, approval.plan_id, approval.revision, "expired")
    return len(gone)


def finish(s: Session, athlete: Athlete, now: datetime) -> bool:
    """Say that the running plan is done once its last day is past; return whether it is."""
    running = plans.running(s)
    if running is None or running.end_day >= local_day(athlete, now):
        return False
    plans.set_plan(s, running.id, state="done")
    return True
