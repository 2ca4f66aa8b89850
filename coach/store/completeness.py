"""From which day on what is stored of an athlete is complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from coach.domain.source import Source
from coach.store import connections, models, permissions
from coach.store.connections import Connection
from coach.store.session import Session, athlete_of

_src, _act, _items = models.activity_sources, models.activities, models.remote_items


@dataclass(frozen=True)
class Gap:
    """What is missing: what a service had before `since`, which may not be kept or was never fetched."""

    provider: str
    since: date


def gap(s: Session) -> Gap | None:
    """Return what is missing of the athlete's past, the gap that reaches furthest; None when nothing is.

    Only services whose data may be kept for a time only leave gaps. One is closed again when everything that
    the service lists was fetched anew.
    """
    permitted = permissions.read(s)
    found = []
    for connection in connections.every(s):
        since = connection.kept_since
        if since is not None and _fetched_anew(s, connection, since):
            since = None
        elif since is None and connection.state != "off" and not connection.cursor.get("listed"):
            source = _source(connection.provider)
            if source is not None and permitted[source].keep_for is not None:
                since = _first_day(s, source)
        if since is not None:
            found.append(Gap(connection.provider, since))
    return max(found, key=lambda g: g.since, default=None)


def incomplete_before(s: Session) -> date | None:
    """Return the day from which on what is stored of the athlete is complete; None when all of it is."""
    found = gap(s)
    return found.since if found else None


def _source(provider: str) -> Source | None:
    return Source(provider) if provider in Source else None


def _fetched_anew(s: Session, connection: Connection, since: date) -> bool:
    if not connection.cursor.get("listed"):
        return False
    waiting = select(_items.c.external_id).where(
        _items.c.athlete_id == athlete_of(s),
        _items.c.provider == connection.provider,
        _items.c.state.in_(("listed", "failed")),
        func.date(_items.c.start_at) < since,
    )
    return s.scalar(waiting.limit(1)) is None


def _first_day(s: Session, source: Source) -> date | None:
    mine = (_act.c.athlete_id == _src.c.athlete_id) & (_act.c.id == _src.c.activity_id)
    query = select(func.min(_act.c.local_date)).join_from(_src, _act, mine)
    day: date | None = s.scalar(
        query.where(_src.c.athlete_id == athlete_of(s), _src.c.source == source.value)
    )
    return day
