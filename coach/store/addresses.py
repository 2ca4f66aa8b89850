"""Addresses that a phone or a spreadsheet sends to: each has a secret, of which only the hash is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from coach.store import models
from coach.store.accounts import token_hash
from coach.store.session import Session, athlete_of

_t = models.addresses
SECRET_BYTES = 32


@dataclass(frozen=True)
class Address:
    """An address that is open. The secret itself was shown once and is known to nobody here."""

    provider: str
    created_at: datetime
    last_used_at: datetime | None


def open_one(s: Session, provider: str) -> str:
    """Open an address for a service and return its secret; the ones before are closed."""
    close(s, provider)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    s.execute(insert(_t).values(athlete_id=athlete_of(s), provider=provider, token_sha256=token_hash(secret)))
    return secret


def close(s: Session, provider: str) -> bool:
    """Close the addresses of a service; return whether one was open."""
    closed = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.provider == provider, _t.c.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(_t.c.created_at)
    ).all()
    return bool(closed)


def is_open(s: Session, provider: str, secret: str) -> bool:
    """Return whether this is the secret of the athlete's open address, and hold it so."""
    query = select(_t.c.athlete_id).where(
        _t.c.athlete_id == athlete_of(s),
        _t.c.provider == provider,
        _t.c.token_sha256 == token_hash(secret),
        _t.c.revoked_at.is_(None),
    )
    return s.execute(query.with_for_update(read=True)).first() is not None


def get(s: Session, provider: str) -> Address | None:
    """Return the open address of a service, or None."""
    row = s.execute(
        select(_t.c.provider, _t.c.created_at, _t.c.last_used_at).where(
            _t.c.athlete_id == athlete_of(s), _t.c.provider == provider, _t.c.revoked_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else Address(*row)
