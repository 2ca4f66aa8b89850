"""What is due across athletes for those who post into messengers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from coach.store import models
from coach.store.session import Database

_t = models.outbox
# Kinds that a bot's process sends, not a worker. Whoever puts one is heard at once, on "hanbal_<kind>".
POSTED = ("telegram",)


def due_athletes(db: Database, kind: str, now: datetime, limit: int = 500) -> list[int]:
    """Return for whom something of a kind is to be sent by now, who waits longest first."""
    with db.system_session() as s:
        query = (
            select(_t.c.athlete_id)
            .where(_t.c.kind == kind, _t.c.next_at <= now, _t.c.state.in_(("waiting", "sending")))
            .group_by(_t.c.athlete_id)
            .order_by(func.min(_t.c.next_at), func.min(_t.c.id))
            .limit(limit)
        )
        return list(s.scalars(query))
