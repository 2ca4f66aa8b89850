"""Sync across athletes: whose turn it is, what is due, whose address or account this is, what sources permit.

Like `coach.store.system`: as the application such work would silently find nothing. These functions open
their own transaction and never see a token.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from coach.domain.source import Permission, Source
from coach.store import models
from coach.store.session import Database

_c, _addresses = models.connections, models.addresses
MESSENGERS = ("telegram",)  # kinds of parcels
TURN_LOCK = 7_201_004  # advisory, with the service's hash: one at a time counts whose turn it is


def take_turn(
    db: Database, athlete_id: int, provider: str, holder: str, *, now: datetime, for_: timedelta, cap: int
) -> bool:
    """Let `holder` work on an athlete's connection, unless it is off, somebody does, or `cap` work on that
    service.

    A turn that is not renewed (`connections.hold`) ends by itself: its holder was killed.
    """
    with db.system_session() as s:
        s.execute(text("SELECT pg_advisory_xact_lock(:a, hashtext(:p))"), {"a": TURN_LOCK, "p": provider})
        busy = s.execute(
            select(_c.c.athlete_id, _c.c.holder).where(_c.c.provider == provider, _c.c.held_until > now)
        ).all()
        others = [row for row in busy if (row.athlete_id, row.holder) != (athlete_id, holder)]
        if len(others) >= cap or any(row.athlete_id == athlete_id for row in others):
            return False
        taken = s.execute(
            update(_c)
            .where(_c.c.athlete_id == athlete_id, _c.c.provider == provider, _c.c.state != "off")
            .values(holder=holder, held_until=now + for_)
            .returning(_c.c.provider)
        ).all()
        return bool(taken)


def take_due(db: Database, now: datetime, limit: int = 500) -> list[tuple[int, str]]:
    """Return (athlete, service) of the connections that are due, and take them off the list.

    Whoever gets one has it synchronised, which sets the next time. Of several that ask at once each gets
    others.
    """
    with db.system_session() as s:
        due = (
            select(_c.c.athlete_id, _c.c.provider)
            .where(_c.c.next_sync_at <= now, _c.c.state.in_(("connected", "waiting", "broken")))
            .order_by(_c.c.next_sync_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = [(row.athlete_id, row.provider) for row in s.execute(due)]
        for athlete_id, provider in found:
            # Should the job get lost, the connection is due again.
            s.execute(
                update(_c)
                .where(_c.c.athlete_id == athlete_id, _c.c.provider == provider)
                .values(next_sync_at=now + timedelta(hours=1))
            )
        return found


def athletes_of_account(db: Database, provider: str, account_id: str) -> list[int]:
    """Return whose account this is over there: at most one, and nobody's when it is not connected."""
    with db.system_session() as s:
        query = select(_c.c.athlete_id).where(
            _c.c.provider == provider, _c.c.account_id == account_id, _c.c.state != "off"
        )
        return list(s.scalars(query))


def use_address(db: Database, provider: str, token_sha256: bytes, now: datetime) -> int | None:
    """Return whose open address has this secret, and note that it was used; None when it is nobody's."""
    with db.system_session() as s:
        found: int | None = s.scalar(
            update(_addresses)
            .where(
                _addresses.c.provider == provider,
                _addresses.c.token_sha256 == token_sha256,
                _addresses.c.revoked_at.is_(None),
            )
            .values(last_used_at=now)
            .returning(_addresses.c.athlete_id)
        )
        return found


def due_parcels(db: Database, now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """Return (athlete, parcel) of what is to be sent by now."""
    t = models.outbox
    with db.system_session() as s:
        query = (
            select(t.c.athlete_id, t.c.id)
            .where(
                t.c.next_at <= now,
                t.c.state.in_(("waiting", "sending")),
                t.c.kind.not_in(MESSENGERS),  # the bot's own
            )
            .order_by(t.c.next_at)
            .limit(limit)
        )
        return [(row.athlete_id, row.id) for row in s.execute(query)]


def set_permission(db: Database, source: Source, permission: Permission | None) -> None:
    """Set what a source permits in this installation; None: the default again. The operator decides that."""
    t = models.source_settings
    with db.system_session() as s:
        if permission is None:
            s.execute(t.delete().where(t.c.source == source.value))
            return
        values = {
            "to_model": permission.to_model,
            "to_others": permission.to_others,
            "keep_days": None if permission.keep_for is None else permission.keep_for.days,
            "changed_at": text("now()"),
        }
        s.execute(
            insert(t)
            .values(source=source.value, **values)
            .on_conflict_do_update(index_elements=["source"], set_=values)
        )
