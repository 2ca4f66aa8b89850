"""Accounts: passwords, one-time links and sessions of one athlete.

Tokens are random and kept only as SHA-256. Whoever comes with a token is not known yet, so looking one up
is the system's (`coach.store.system`).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, insert, select, update

from coach.errors import BadInput, NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_a, _link, _s = models.accounts, models.login_links, models.sessions

Role = Literal["athlete", "coach", "admin"]
MIN_PASSWORD = 8
LINK_VALID_S = 15 * 60
SESSION_VALID_S = 30 * 24 * 3600

# OWASP's parameters (19 MiB, 2 passes). Two at once: a flood of logins must not take all memory and cores.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_hashing = BoundedSemaphore(2)


@dataclass(frozen=True)
class Account:
    """Who may log in for an athlete."""

    id: int
    athlete_id: int
    role: Role
    has_password: bool


@dataclass(frozen=True)
class LoginSession:
    """One login of one device."""

    token_sha256: bytes
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    user_agent: str


ACCOUNT_COLUMNS = (_a.c.id, _a.c.athlete_id, _a.c.role, _a.c.password_hash.is_not(None))


def new_token() -> str:
    """Return 256 random bits for an address or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def get(s: Session, account_id: int) -> Account:
    """Return an account. Raises NotFound."""
    row = s.execute(select(*ACCOUNT_COLUMNS).where(_a.c.id == account_id)).one_or_none()
    if row is None:
        raise NotFound("account_not_found")
    return Account(*row)


def own(s: Session) -> Account | None:
    """Return the account by which the session's athlete logs in, or None where nobody made one."""
    row = s.execute(
        select(*ACCOUNT_COLUMNS)
        .where(_a.c.athlete_id == athlete_of(s), _a.c.role != "coach")
        .order_by(_a.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else Account(*row)


def set_password(s: Session, account_id: int, password: str) -> None:
    """Set the password; sessions stay. Raises BadInput when it is too short, NotFound."""
    if len(password) < MIN_PASSWORD:
        raise BadInput("password_too_short", min=MIN_PASSWORD)
    with _hashing:
        hashed = _hasher.hash(password)
    changed = s.execute(
        update(_a).where(_a.c.id == account_id).values(password_hash=hashed).returning(_a.c.id)
    ).one_or_none()
    if changed is None:
        raise NotFound("account_not_found")


def verify(s: Session, account_id: int, password: str) -> bool:
    """Return whether this is the account's password; takes as long when there is none."""
    return matches(s.scalar(select(_a.c.password_hash).where(_a.c.id == account_id)), password)


def matches(hashed: str | None, password: str) -> bool:
    """Return whether a password has this hash, in the same time for no hash at all."""
    with _hashing:
        try:
            return _hasher.verify(hashed or _NOBODY, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def create_link(s: Session, account_id: int, *, now: datetime, valid_s: float = LINK_VALID_S) -> str:
    """Return the token of a link that logs in once (`coach.store.system.use_link`)."""
    token = new_token()
    s.execute(
        insert(_link).values(
            token_sha256=token_hash(token),
            athlete_id=get(s, account_id).athlete_id,
            account_id=account_id,
            expires_at=now + timedelta(seconds=valid_s),
        )
    )
    return token


def create_session(
    s: Session,
    account_id: int,
    *,
    now: datetime,
    valid_s: float = SESSION_VALID_S,
    user_agent: str = "",
) -> str:
    """Log a device in and return the session's token."""
    token = new_token()
    s.execute(
        insert(_s).values(
            token_sha256=token_hash(token),
            athlete_id=get(s, account_id).athlete_id,
            account_id=account_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(seconds=valid_s),
            user_agent=user_agent[:300],
        )
    )
    return token


def sessions(s: Session, account_id: int) -> list[LoginSession]:
    """Return an account's logins, the latest seen first."""
    columns = (_s.c[name] for name in LoginSession.__dataclass_fields__)
    rows = s.execute(select(*columns).where(_s.c.account_id == account_id).order_by(_s.c.last_seen_at.desc()))
    return [LoginSession(*row) for row in rows]


def revoke(s: Session, account_id: int, token_sha256: bytes | None = None) -> int:
    """End one login, or all of an account (None), at once; return how many ended."""
    query = update(_s).where(_s.c.account_id == account_id, _s.c.revoked_at.is_(None))
    if token_sha256 is not None:
        query = query.where(_s.c.token_sha256 == token_sha256)
    return len(s.execute(query.values(revoked_at=func.now()).returning(_s.c.token_sha256)).all())
