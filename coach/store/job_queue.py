"""What lies in the queue: an athlete's jobs that wait or run, and whether any worker takes them.

Like `coach.store.system`: the application sees no job. These functions open their own transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import text

from coach.store.session import Database


@dataclass(frozen=True)
class Queued:
    """A job that waits (`todo`, not before `scheduled_at`) or runs (`doing`). `tries`: those so far.

    `provider`: the service it is about, "" where it is about none.
    """

    job_id: int
    job: str
    provider: str
    status: Literal["todo", "doing"]
    tries: int
    scheduled_at: datetime | None


def waiting(db: Database, athlete_id: int, limit: int = 100) -> list[Queued]:
    """Return the athlete's jobs that wait or run, in the order in which they are taken."""
    with db.system_session() as s:
        rows = s.execute(
            text("""
                SELECT id, task_name, coalesce(args ->> 'provider', ''), status::text, attempts, scheduled_at
                  FROM procrastinate_jobs
                 WHERE status IN ('todo', 'doing') AND args ->> 'athlete_id' = :athlete
                 ORDER BY status, scheduled_at NULLS FIRST, priority DESC, id
                 LIMIT :limit
            """),
            {"athlete": str(athlete_id), "limit": limit},
        )
        return [Queued(*row) for row in rows]


def is_worked(db: Database, silent_for_s: float = 20.0) -> bool:
    """Return whether any worker has shown within so long that it lives."""
    with db.system_session() as s:
        return bool(
            s.scalar(
                text("""
                    SELECT EXISTS (SELECT FROM procrastinate_workers
                                    WHERE last_heartbeat > now() - make_interval(secs => :after))
                """),
                {"after": silent_for_s},
            )
        )
