"""Jobs that gave up, with the reason as the athlete may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.job_failures


@dataclass(frozen=True)
class Failure:
    """A job that was tried `tries` times in vain. `error_key` is a text key of `error`."""

    job_id: int
    job: str
    args: Mapping[str, Any]
    error_key: str
    error_params: Mapping[str, Any]
    tries: int
    failed_at: datetime
    retried_at: datetime | None


_COLUMNS = [_t.c[name] for name in Failure.__dataclass_fields__]


def note(
    s: Session,
    job_id: int,
    job: str,
    args: Mapping[str, Any],
    *,
    error_key: str,
    error_params: Mapping[str, Any],
    tries: int,
) -> None:
    """Keep that a job gave up, and why."""
    said = {"error_key": error_key, "error_params": dict(error_params), "tries": tries}
    new = insert(_t).values(athlete_id=athlete_of(s), job_id=job_id, job=job, args=dict(args), **said)
    s.execute(
        new.on_conflict_do_update(
            index_elements=["job_id"], set_={**said, "failed_at": func.now(), "retried_at": None}
        )
    )


def waiting(s: Session, limit: int = 100) -> list[Failure]:
    """Return the jobs that gave up and were not tried again since, newest first."""
    query = select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s), _t.c.retried_at.is_(None))
    return [Failure(**r._mapping) for r in s.execute(query.order_by(_t.c.failed_at.desc()).limit(limit))]


def retried(s: Session, job_id: int) -> Failure:
    """Note that a failed job is tried again, and return it. Raises NotFound unless it waits for that."""
    row = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.job_id == job_id, _t.c.retried_at.is_(None))
        .values(retried_at=func.now())
        .returning(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise NotFound("job_not_found")
    return Failure(**row._mapping)
