"""Bringing the insights up to date: after metrics were computed, and every night."""

from __future__ import annotations

from contextlib import suppress

from coach.errors import NotEnoughData
from coach.jobs.registry import JobContext, job
from coach.pipeline import insights as summaries
from coach.store import athletes, system


@job(queue="default", tries=3)
def insights(context: JobContext, *, athlete_id: int) -> None:
    """Build weeks, months and cards anew where their facts have changed."""
    now = context.clock()
    # While metrics are being computed there is nothing to sum up; the job that does it asks for this one.
    with suppress(NotEnoughData), context.db.athlete_session(athlete_id) as s:
        summaries.refresh(s, athletes.get(s, athlete_id), now)


def hand_out(context: JobContext) -> int:
    """Queue the nightly look at everybody's insights; return how many athletes there are."""
    found = system.list_athletes(context.db)
    for athlete_id in found:
        with context.db.athlete_session(athlete_id) as s:
            summaries.defer(s, athlete_id)
    return len(found)
