"""Trying a job again that gave up."""

from __future__ import annotations

from collections.abc import Mapping

from coach.pipeline import sync_queue
from coach.store import job_failures, queue
from coach.store.session import Database, Session

_QUEUES = {"import_files": "import", "send_parcel": "sync"}


def again(db: Database, athlete_id: int, job_id: int) -> None:
    """Have a job that gave up run again, once. Raises NotFound where it does not wait for that."""
    with db.athlete_session(athlete_id) as s:
        failure = job_failures.retried(s, job_id)
        args = {name: value for name, value in failure.args.items() if name != "athlete_id"}
        _defer(s, athlete_id, failure.job, args)


def _defer(s: Session, athlete_id: int, job: str, args: Mapping[str, object]) -> None:
    provider = args.get("provider")
    if job == "sync" and isinstance(provider, str):
        if args.get("backfill"):
            sync_queue.defer_backfill(s, athlete_id, provider)
        else:
            sync_queue.defer_sync(s, athlete_id, provider, urgent=True)
        return
    queue.defer(s, job, args, athlete_id=athlete_id, queue=_QUEUES.get(job, "default"), priority=10)
