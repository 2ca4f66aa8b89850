"""How the services themselves are doing, whoever asked: pauses after failures, and limits used up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Database, Session

_t = models.provider_health


@dataclass(frozen=True)
class Health:
    """`open_until`: nobody asks this service before. `usage` is what its client noted of its limits."""

    provider: str
    failures: int = 0
    open_until: datetime | None = None
    why_key: str | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)


def read(s: Session, provider: str) -> Health:
    """Return how a service is doing."""
    columns = [_t.c[name] for name in Health.__dataclass_fields__]
    row = s.execute(select(*columns).where(_t.c.provider == provider)).one_or_none()
    return Health(provider) if row is None else Health(**row._mapping)


def note_usage(db: Database, provider: str, usage: Mapping[str, Any]) -> None:
    """Keep what a service said of its limits."""
    _note(db, provider, usage=dict(usage))


def note_failure(
    db: Database,
    provider: str,
    why_key: str,
    *,
    pauses: Mapping[int, timedelta],
    now: datetime,
    athlete_id: int | None = None,
) -> Health:
    """Count a failure of the service itself; return its health.

    `pauses`: from that many failures in a row on nobody asks it for so long (the largest number reached
    counts). `athlete_id` is whose account failed: as long as it works for all others, that account is odd
    rather than the service broken, and nobody else has to wait.
    """
    with db.system_session() as s:
        s.execute(insert(_t).values(provider=provider).on_conflict_do_nothing())
        failures = s.scalars(
            update(_t)
            .where(_t.c.provider == provider)
            .values(failures=_t.c.failures + 1)
            .returning(_t.c.failures)
        ).one()
        pause = max((p for n, p in pauses.items() if failures >= n), default=None)
        if pause is not None and not _fails_alone(s, provider, athlete_id):
            s.execute(
                update(_t).where(_t.c.provider == provider).values(open_until=now + pause, why_key=why_key)
            )
        return read(s, provider)


def _fails_alone(s: Session, provider: str, athlete_id: int | None) -> bool:
    """Return whether others are connected, and a service fails for none of them."""
    if athlete_id is None:
        return False
    c = models.connections.c
    others = select(c.state).where(
        c.provider == provider, c.athlete_id != athlete_id, c.state.in_(("connected", "waiting", "broken"))
    )
    states = set(s.scalars(others))
    return bool(states) and "broken" not in states


def note_success(db: Database, provider: str) -> None:
    """Say that a service answers: failures are counted from zero again."""
    with db.system_session() as s:
        s.execute(
            update(_t)
            .where(_t.c.provider == provider, (_t.c.failures > 0) | _t.c.open_until.is_not(None))
            .values(failures=0, open_until=None, why_key=None)
        )


def _note(db: Database, provider: str, **columns: Any) -> None:
    values = {**columns, "updated_at": text("now()")}
    with db.system_session() as s:
        s.execute(
            insert(_t)
            .values(provider=provider, **values)
            .on_conflict_do_update(index_elements=["provider"], set_=values)
        )
