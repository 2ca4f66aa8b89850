"""Long work in the background, as the page shows it: one row per athlete and kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, text

from coach.store import models
from coach.store.session import Session

_t = models.progress
Kind = Literal["metrics", "track_record"]

# What is taken up after a cut is still the same work: it has begun anew only when the last was finished.
_REPORT = text("""
    INSERT INTO progress AS p (athlete_id, kind, done, total, finished_at)
    VALUES (:athlete_id, :kind, :done, :total, CASE WHEN :done >= :total THEN now() END)
        ON CONFLICT (athlete_id, kind) DO UPDATE
       SET done = excluded.done, total = excluded.total, updated_at = now(),
           started_at = CASE WHEN p.finished_at IS NULL THEN p.started_at ELSE now() END,
           finished_at = excluded.finished_at
""")


@dataclass(frozen=True)
class Progress:
    """How far some work is. `finished_at` None: it goes on, or was cut off and will be taken up again."""

    kind: Kind
    done: int
    total: int
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None


def report(s: Session, athlete_id: int, kind: Kind, done: int, total: int) -> None:
    """Keep how far the work of a kind is; it is finished when `done` reaches `total`."""
    s.execute(_REPORT, {"athlete_id": athlete_id, "kind": kind, "done": done, "total": total})


def every(s: Session, athlete_id: int) -> list[Progress]:
    """Return all work that was ever reported, by kind."""
    columns = (_t.c.kind, _t.c.done, _t.c.total, _t.c.started_at, _t.c.updated_at, _t.c.finished_at)
    rows = s.execute(select(*columns).where(_t.c.athlete_id == athlete_id).order_by(_t.c.kind))
    return [Progress(*row) for row in rows]


def running(s: Session, athlete_id: int, kind: Kind) -> Progress | None:
    """Return the work of a kind that is not finished, or None."""
    return next((p for p in every(s, athlete_id) if p.kind == kind and p.finished_at is None), None)
