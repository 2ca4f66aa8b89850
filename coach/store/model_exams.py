"""How the configured models did in the exam: one row per sitting, of the installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from coach.store import models
from coach.store.session import Database, Session

_t = models.model_exams


@dataclass(frozen=True)
class Exam:
    """One sitting. `version` is that of the questions, `safe` whether the safety part was passed."""

    host: str
    model: str
    version: str
    safe: bool
    result: Mapping[str, Any]
    taken_at: datetime


def add(
    db: Database,
    *,
    host: str,
    model: str,
    version: str,
    safe: bool,
    result: Mapping[str, Any],
    taken_at: datetime,
) -> None:
    """Keep a sitting. What was sat before stays: a model may change behind its name."""
    with db.system_session() as s:
        s.execute(
            insert(_t).values(
                host=host, model=model, version=version, safe=safe, result=dict(result), taken_at=taken_at
            )
        )


def latest(s: Session, host: str, model: str) -> Exam | None:
    """Return the last sitting of a model, or None when it never sat one."""
    columns = (_t.c.host, _t.c.model, _t.c.version, _t.c.safe, _t.c.result, _t.c.taken_at)
    row = s.execute(
        select(*columns)
        .where(_t.c.host == host, _t.c.model == model)
        .order_by(_t.c.taken_at.desc(), _t.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Exam(*row)
