"""Defer a job by name, in the caller's transaction: it exists exactly when what it is about exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

from coach.store.session import Session

_JOB = """ROW(:queue, :name, :priority, :lock, :queueing_lock, :args, :scheduled_at)
          ::procrastinate_job_to_defer_v1"""
_ARGS = bindparam("args", type_=JSONB)
_AS_APP = text(f"SELECT hanbal_defer({_JOB})").bindparams(_ARGS)
_AS_SYSTEM = text(f"SELECT (procrastinate_defer_jobs_v1(ARRAY[{_JOB}]))[1]").bindparams(_ARGS)
_MANY = text("""
    SELECT coalesce(cardinality(procrastinate_defer_jobs_v1(ARRAY(
           SELECT ROW(:queue, CAST(:name AS text), :priority, NULL, CAST(:name AS text) || ':' || a.id,
                      jsonb_build_object('athlete_id', a.id), NULL)::procrastinate_job_to_defer_v1
             FROM unnest(CAST(:athletes AS bigint[])) AS a(id)
            WHERE NOT EXISTS (
                  SELECT FROM procrastinate_jobs j
                   WHERE j.status = 'todo' AND j.queueing_lock = CAST(:name AS text) || ':' || a.id)
            ORDER BY a.id))), 0)
""")
MEETINGS = 5  # with others that queue the same at the same moment


def own_lock(job_name: str, athlete_id: int) -> str:
    """Return the `queueing_lock` of a job that waits once for an athlete, as `defer_many` names it."""
    return f"{job_name}:{athlete_id}"


def defer_many(
    s: Session, job_name: str, athlete_ids: Iterable[int], *, queue: str = "default", priority: int = 0
) -> int:
    """Queue a job for each of many athletes in one statement; return how many are new.

    Needs a session across athletes. For whom one is waiting already (`own_lock`), none is added.
    """
    jobs = {"queue": queue, "name": job_name, "priority": priority, "athletes": sorted(set(athlete_ids))}
    for left in reversed(range(MEETINGS)):
        try:
            with s.begin_nested():
                return int(s.scalar(_MANY, jobs) or 0)
        except IntegrityError as error:
            # Somebody queued one of them between the look and the writing: look again.
            if not left or not isinstance(error.orig, UniqueViolation):
                raise
    return 0


def defer(
    s: Session,
    job_name: str,
    args: Mapping[str, Any],
    *,
    athlete_id: int,
    queue: str = "default",
    priority: int = 0,
    lock: str | None = None,
    queueing_lock: str | None = None,
    schedule_at: datetime | None = None,
) -> int | None:
    """Queue a job and return its id; None when one with the same `queueing_lock` is waiting already.

    Higher `priority` goes first; jobs with the same `lock` never run at once. `args` are plain JSON without
    private text (workers' logs show them) and get `athlete_id` added, which must be the session's.
    """
    job = {
        "queue": queue,
        "name": job_name,
        "priority": priority,
        "lock": lock,
        "queueing_lock": queueing_lock,
        "args": {**args, "athlete_id": athlete_id},
        "scheduled_at": schedule_at,
    }
    try:
        with s.begin_nested():  # a duplicate key would otherwise end the caller's transaction
            job_id: int | None = s.scalar(_AS_APP if "athlete_id" in s.info else _AS_SYSTEM, job)
            return job_id
    except IntegrityError as error:
        if queueing_lock is not None and isinstance(error.orig, UniqueViolation):
            return None
        raise
