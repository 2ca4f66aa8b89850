"""States of logins at other services: each belongs to one athlete's browser session and counts once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, update

from coach.store import models
from coach.store.accounts import token_hash
from coach.store.session import Session, athlete_of

_t = models.oauth_states
VALID_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Begun:
    """What the athlete asked for when the login began."""

    write: bool


def begin(s: Session, provider: str, session_sha256: bytes, now: datetime, *, write: bool = False) -> str:
    """Return a new state for a login that begins in this browser session. `write`: uploads are wanted."""
    s.execute(delete(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.expires_at <= now))
    state = secrets.token_urlsafe(32)
    s.execute(
        insert(_t).values(
            athlete_id=athlete_of(s),
            provider=provider,
            state_sha256=token_hash(state),
            session_sha256=session_sha256,
            write=write,
            expires_at=now + VALID_FOR,
        )
    )
    return state


def use(s: Session, provider: str, session_sha256: bytes, state: str, now: datetime) -> Begun | None:
    """Return what began with this state, or None: given to another session, too old, or used before."""
    write = s.execute(
        update(_t)
        .where(
            _t.c.athlete_id == athlete_of(s),
            _t.c.provider == provider,
            _t.c.state_sha256 == token_hash(state),
            _t.c.session_sha256 == session_sha256,
            _t.c.expires_at > now,
            _t.c.used_at.is_(None),
        )
        .values(used_at=func.now())
        .returning(_t.c.write)
    ).scalar_one_or_none()
    return None if write is None else Begun(write)
