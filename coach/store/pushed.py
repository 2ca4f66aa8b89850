"""What a phone or a spreadsheet pushed, by its own key: the newest of each, untransformed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from coach.domain.daily import Entry
from coach.domain.source import Source
from coach.store import daily, models, raw_payloads
from coach.store.session import Session, athlete_of

_t, _e = models.raw_payloads, models.entries


def find(s: Session, source: Source, endpoint: str, keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Return what was pushed under some keys; of others there is nothing."""
    rows = s.execute(
        select(_t.c.external_id, _t.c.payload).where(
            _t.c.athlete_id == athlete_of(s),
            _t.c.source == source.value,
            _t.c.endpoint == endpoint,
            _t.c.external_id == func.any(list(keys)),
        )
    )
    return {row.external_id: row.payload for row in rows}


def keys(s: Session, source: Source, endpoint: str) -> set[str]:
    """Return every key that something was pushed under."""
    query = select(_t.c.external_id).where(
        _t.c.athlete_id == athlete_of(s), _t.c.source == source.value, _t.c.endpoint == endpoint
    )
    return set(s.scalars(query))


def replace(
    s: Session, source: Source, endpoint: str, key: str, payload: Mapping[str, Any], now: datetime
) -> None:
    """Keep what was pushed under a key, in place of what was there."""
    athlete_id = athlete_of(s)
    raw_payloads.forget_payloads(s, athlete_id, source, [key], endpoint)
    raw_payloads.keep_payload(s, athlete_id, source, endpoint, payload, external_id=key, fetched_at=now)


def forget(s: Session, source: Source, endpoint: str, gone: Collection[str]) -> None:
    """Forget what was pushed under some keys."""
    raw_payloads.forget_payloads(s, athlete_of(s), source, gone, endpoint)


def entries(s: Session, call_keys: Collection[str]) -> dict[str, tuple[Entry, bool]]:
    """Return the entries that were written under some keys, and whether each is deleted."""
    athlete_id = athlete_of(s)
    rows = s.execute(
        select(_e.c.call_key, _e.c.id, _e.c.deleted_at).where(
            _e.c.athlete_id == athlete_id, _e.c.call_key == func.any(list(call_keys))
        )
    ).all()
    return {
        row.call_key: (daily.get_entry(s, athlete_id, row.id), row.deleted_at is not None) for row in rows
    }
