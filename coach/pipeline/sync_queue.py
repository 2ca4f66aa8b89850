"""Having a connection synchronised in the background: asking twice queues once."""

from __future__ import annotations

from coach.store import queue
from coach.store.session import Session

URGENT, FRESH, BACKFILL = 10, 5, -5


def defer_sync(s: Session, athlete_id: int, provider: str, *, urgent: bool = False) -> int | None:
    """Queue the synchronisation of a connection; `urgent`: somebody waits for it."""
    return _defer(s, athlete_id, provider, URGENT if urgent else FRESH, "sync", {})


def defer_backfill(s: Session, athlete_id: int, provider: str) -> int | None:
    """Queue a stretch of what lies further back, behind everything that is new."""
    return _defer(s, athlete_id, provider, BACKFILL, "backfill", {"backfill": True})


def _defer(
    s: Session, athlete_id: int, provider: str, priority: int, kind: str, args: dict[str, bool]
) -> int | None:
    return queue.defer(
        s,
        "sync",
        {"provider": provider, **args},
        athlete_id=athlete_id,
        queue="sync",
        priority=priority,
        lock=f"{provider}:{athlete_id}",
        queueing_lock=f"{kind}:{provider}:{athlete_id}",
    )
