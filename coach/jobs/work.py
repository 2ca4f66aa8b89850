"""The jobs."""

from __future__ import annotations

from collections.abc import Sequence

from coach.jobs.registry import JobContext, job
from coach.pipeline import importing, leaving, noticing
from coach.pipeline import recompute as recomputing
from coach.pipeline import track_record as track_records
from coach.store import athletes


@job(queue="import", tries=3)
def import_files(
    context: JobContext, *, athlete_id: int, import_id: int, uploads: Sequence[tuple[str, str]]
) -> None:
    """Import uploaded files."""
    importing.run_queued(
        context.db,
        athlete_id,
        import_id,
        uploads,
        inbox=context.settings.inbox,
        pool=context.readers,
        now=context.clock(),
    )


@job(queue="default", tries=3)
def recompute(context: JobContext, *, athlete_id: int) -> None:
    """Estimate thresholds anew and compute what is missing, outdated or rests on others now."""
    with context.db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
    today = context.clock().astimezone(athlete.zone).date()
    recomputing.bring_up_to_date(context.db, athlete_id, today)


@job(queue="default", tries=3)
def track_record(context: JobContext, *, athlete_id: int) -> None:
    """Replay what the coach would have said each day against what happened, where anything has changed."""
    with context.db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
    today = context.clock().astimezone(athlete.zone).date()
    track_records.bring_up_to_date(context.db, athlete_id, today)


@job(queue="default", tries=3)
def notice_runs(context: JobContext, *, athlete_id: int) -> None:
    """Have runs that just came asked about."""
    with context.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        noticing.after_sync(s, athletes.get(s, athlete_id), context.clock())


@job(queue="default", tries=5)
def finish_leaving(context: JobContext, *, athlete_id: int) -> None:
    """Delete the rest of an athlete who leaves, where whoever began with it was stopped."""
    leaving.finish(context.reach, athlete_id)
