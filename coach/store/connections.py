"""The athlete's connections to services: what state they are in, their tokens, and how far they were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from psycopg.errors import UniqueViolation
from sqlalchemy import Row as Record
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from coach.errors import CoachError, Conflict, NotFound
from coach.store import models
from coach.store.session import Session, athlete_of
from coach.store.vault import Vault

_t = models.connections
State = Literal["off", "pending", "connected", "waiting", "needs_you", "broken"]
Encrypted = Literal["secret", "pending"]
ENCRYPTED: tuple[Encrypted, ...] = get_args(Encrypted)


@dataclass(frozen=True)
class Connection:
    """One connection, without its secrets.

    `why` (a text key of `error`, parameters) belongs to waiting, needs_you and broken. `retry_at`: when we
    try again by ourselves. `cursor` is the synchronisation's own. `held_until`: somebody works on it until
    then.
    """

    provider: str
    state: State
    account_id: str
    account_name: str
    scopes: tuple[str, ...]
    options: Mapping[str, Any]
    has_secret: bool
    pending_until: datetime | None
    why_key: str | None
    why_params: Mapping[str, Any]
    retry_at: datetime | None
    next_sync_at: datetime | None
    synced_at: datetime | None
    connected_at: datetime | None
    failures: int
    cursor: Mapping[str, Any]
    kept_since: date | None
    holder: str
    held_until: datetime | None

    def works(self, now: datetime) -> bool:
        """Whether somebody works on it right now."""
        return self.held_until is not None and self.held_until > now


_COLUMNS = [_t.c[name] for name in Connection.__dataclass_fields__ if name != "has_secret"]


def _row(r: Record[*tuple[Any, ...]]) -> Connection:
    values = dict(r._mapping)
    return Connection(**{**values, "scopes": tuple(values["scopes"])})


def get(s: Session, provider: str) -> Connection | None:
    """Return the athlete's connection to a service, or None where there never was one."""
    return next(iter(every(s, provider)), None)


def every(s: Session, provider: str | None = None) -> list[Connection]:
    """Return the athlete's connections, those that are off included, by service."""
    query = select(*_COLUMNS, _t.c.secret.is_not(None).label("has_secret")).where(
        _t.c.athlete_id == athlete_of(s)
    )
    if provider is not None:
        query = query.where(_t.c.provider == provider)
    return [_row(r) for r in s.execute(query.order_by(_t.c.provider))]


def change(s: Session, provider: str, **columns: Any) -> Connection:
    """Create or change a connection and return it. Takes the columns of `Connection`, and no secret.

    Raises Conflict when the account over there belongs to another athlete here.
    """
    values = {**columns, "updated_at": func.now()}
    values = {name: list(v) if name == "scopes" else v for name, v in values.items()}
    try:
        with s.begin_nested():
            s.execute(
                insert(_t)
                .values(athlete_id=athlete_of(s), provider=provider, **values)
                .on_conflict_do_update(index_elements=["athlete_id", "provider"], set_=values)
            )
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise Conflict("account_connected_elsewhere") from error
        raise
    found = get(s, provider)
    assert found is not None
    return found


def trouble(
    s: Session, provider: str, state: State, error: CoachError, *, retry_at: datetime | None = None
) -> Connection:
    """Say why a connection does not work, and when we try again (None: when the athlete acts)."""
    return change(
        s,
        provider,
        state=state,
        why_key=error.key,
        why_params=dict(error.params),
        retry_at=retry_at,
        next_sync_at=retry_at,
    )


def well(s: Session, provider: str, **columns: Any) -> Connection:
    """Say that a connection works."""
    fine: dict[str, Any] = {
        "state": "connected",
        "why_key": None,
        "why_params": {},
        "retry_at": None,
        "failures": 0,
    }
    return change(s, provider, **{**fine, **columns})


def keep_secret(s: Session, vault: Vault, provider: str, column: Encrypted, value: str | None) -> None:
    """Keep tokens (or what a login that waits for its code needs), encrypted; None forgets them.

    Tokens rotate: what is kept here must be the newest, so hold the athlete's lock.
    """
    sealed = None if value is None else vault.encrypt(s, provider, column, value)
    change(s, provider, **{column: sealed})


def secret(s: Session, vault: Vault, provider: str, column: Encrypted = "secret") -> str:
    """Return the decrypted tokens. Raises NotFound where there are none."""
    vault.hold(s)
    sealed = s.scalar(select(_t.c[column]).where(_t.c.athlete_id == athlete_of(s), _t.c.provider == provider))
    if sealed is None:
        raise NotFound("not_connected")
    return vault.decrypt(s, provider, column, bytes(sealed))


def begin_login(s: Session, provider: str) -> bool:
    """Return whether nobody else logs in here for the athlete, in whatever process, and keep it so until the
    transaction ends."""
    key = f"login:{provider}:{athlete_of(s)}"
    return bool(s.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(key, 0)))))


def release(s: Session, provider: str, holder: str) -> None:
    """Give the turn back that `system.take_turn` gave; nothing happens when somebody else has it by now."""
    s.execute(
        _t.update()
        .where(_t.c.athlete_id == athlete_of(s), _t.c.provider == provider, _t.c.holder == holder)
        .values(holder="", held_until=None)
    )


def hold(s: Session, provider: str, holder: str, now: datetime, for_: timedelta) -> bool:
    """Keep a turn for longer; False when somebody else took it meanwhile."""
    done = s.execute(
        _t.update()
        .where(_t.c.athlete_id == athlete_of(s), _t.c.provider == provider, _t.c.holder == holder)
        .values(held_until=now + for_)
        .returning(_t.c.provider)
    ).all()
    return bool(done)


def rekey(s: Session, vault: Vault) -> bool:
    """Encrypt everything of the athlete anew under the newest secret; False when that was done already."""
    if vault.is_current(s):
        return False
    query = select(_t.c.provider, _t.c.secret, _t.c.pending).where(_t.c.athlete_id == athlete_of(s))
    open_values = {
        (row.provider, column): vault.decrypt(s, row.provider, column, bytes(sealed))
        for row in s.execute(query)
        for column in ENCRYPTED
        if (sealed := getattr(row, column)) is not None
    }
    vault.renew(s)
    for (provider, column), value in open_values.items():
        change(s, provider, **{column: vault.encrypt(s, provider, column, value)})
    return True
