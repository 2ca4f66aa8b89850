"""What must be sent to another service: written in the transaction that decided it, sent by a job, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row as Record
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.outbox
State = Literal["waiting", "sending", "sent", "refused", "failed"]


@dataclass(frozen=True)
class Parcel:
    """One thing to send. `key` is unique within its kind: the same thing is sent once.

    `sending`: it may have arrived, nobody knows; whoever takes it up looks there first.
    """

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    state: State
    tries: int
    next_at: datetime | None
    receipt: Mapping[str, Any]
    why_key: str | None
    why_params: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


_COLUMNS = [_t.c[name] for name in Parcel.__dataclass_fields__]


def _parcel(r: Record[Any]) -> Parcel:
    return Parcel(**r._mapping)


def put(s: Session, kind: str, key: str, payload: Mapping[str, Any], *, next_at: datetime) -> int | None:
    """Have something sent; return its id, or None when the same was put there before."""
    new: int | None = s.scalar(
        insert(_t)
        .values(athlete_id=athlete_of(s), kind=kind, key=key, payload=dict(payload), next_at=next_at)
        .on_conflict_do_nothing(index_elements=["athlete_id", "kind", "key"])
        .returning(_t.c.id)
    )
    return new


def take(s: Session, parcel_id: int, now: datetime) -> Parcel | None:
    """Begin to send a parcel that is due; None when it is not, or was sent. Locks it until the commit."""
    row = s.execute(
        update(_t)
        .where(
            _t.c.athlete_id == athlete_of(s),
            _t.c.id == parcel_id,
            _t.c.state.in_(("waiting", "sending")),
            _t.c.next_at <= now,
        )
        .values(state="sending", tries=_t.c.tries + 1, updated_at=func.now())
        .returning(*_COLUMNS)
    ).one_or_none()
    return None if row is None else _parcel(row)


def settle(s: Session, parcel_id: int, state: State, **columns: Any) -> None:
    """Say what became of a parcel: `receipt`, `why_key`, `why_params`, `next_at` as in `Parcel`."""
    s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.id == parcel_id)
        .values(state=state, updated_at=func.now(), **columns)
    )


def open_ones(s: Session, kind: str, limit: int = 200) -> list[Parcel]:
    """Return what of a kind is not settled, the oldest first."""
    query = select(*_COLUMNS).where(
        _t.c.athlete_id == athlete_of(s), _t.c.kind == kind, _t.c.state.in_(("waiting", "sending"))
    )
    return [_parcel(r) for r in s.execute(query.order_by(_t.c.id).limit(limit))]


def hold(s: Session, parcel: Parcel, until: datetime, receipt: Mapping[str, Any]) -> bool:
    """Go on sending a parcel that was taken, with what was done so far; False when somebody else took it.

    Nobody else takes it before `until`. Locks it until the commit.
    """
    mine = s.execute(
        update(_t)
        .where(
            _t.c.athlete_id == athlete_of(s),
            _t.c.id == parcel.id,
            _t.c.state == "sending",
            _t.c.tries == parcel.tries,
        )
        .values(receipt=dict(receipt), next_at=until, updated_at=func.now())
        .returning(_t.c.id)
    ).all()
    return bool(mine)


def put_off(s: Session, kind: str, until: datetime) -> None:
    """Send nothing of a kind before `until`: what comes later must not overtake what waits."""
    s.execute(
        update(_t)
        .where(
            _t.c.athlete_id == athlete_of(s),
            _t.c.kind == kind,
            _t.c.state.in_(("waiting", "sending")),
            _t.c.next_at < until,
        )
        .values(next_at=until)
    )


def get(s: Session, parcel_id: int) -> Parcel:
    """Return a parcel. Raises NotFound."""
    row = s.execute(
        select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s), _t.c.id == parcel_id)
    ).one_or_none()
    if row is None:
        raise NotFound("parcel_not_found")
    return _parcel(row)


def named(s: Session, kind: str, key: str) -> Parcel | None:
    """Return the parcel of this kind and key, or None."""
    row = s.execute(
        select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s), _t.c.kind == kind, _t.c.key == key)
    ).one_or_none()
    return None if row is None else _parcel(row)


def find(s: Session, kind: str, *, state: State | None = None, limit: int = 100) -> list[Parcel]:
    """Return parcels of a kind, newest first."""
    query = select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s), _t.c.kind == kind)
    if state is not None:
        query = query.where(_t.c.state == state)
    return [_parcel(r) for r in s.execute(query.order_by(_t.c.id.desc()).limit(limit))]


def counts(s: Session) -> dict[State, int]:
    """Return how many parcels there are in each state; states of none are left out."""
    query = select(_t.c.state, func.count().label("n")).where(_t.c.athlete_id == athlete_of(s))
    return {row.state: row.n for row in s.execute(query.group_by(_t.c.state))}
