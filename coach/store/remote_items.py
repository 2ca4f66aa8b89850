"""What a service was seen to hold, and how far we are with each: listed, done, gone, given up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row as Record
from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.remote_items
# In `Item.why_key` of what is here, but with less than the service said that there is.
THIN = "thin"
State = Literal["listed", "done", "gone", "failed", "refused"]


@dataclass(frozen=True)
class Seen:
    """One thing a service showed in a list. `sha256` changes when what it shows of it changes."""

    external_id: str
    start_at: datetime
    sha256: bytes
    summary: Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """As `Seen`, with how far we are: `listed` is to be fetched, `failed` again, `refused` never."""

    external_id: str
    start_at: datetime
    sha256: bytes
    summary: Mapping[str, Any]
    state: State
    tries: int
    why_key: str | None
    seen_at: datetime
    done_at: datetime | None


def _item(r: Record[Any]) -> Item:
    return Item(**r._mapping)


_COLUMNS = [_t.c[name] for name in Item.__dataclass_fields__]


def saw(s: Session, provider: str, seen: Sequence[Seen], now: datetime) -> int:
    """Note what a list showed; what is new or changed since is to be fetched. Returns how many of those."""
    latest = {item.external_id: item for item in seen}
    if not latest:
        return 0
    new = insert(_t).values(
        [
            {
                "athlete_id": athlete_of(s),
                "provider": provider,
                "external_id": item.external_id,
                "start_at": item.start_at,
                "sha256": item.sha256,
                "summary": dict(item.summary),
                "seen_at": now,
            }
            for item in latest.values()
        ]
    )
    changed = _t.c.sha256 != new.excluded.sha256
    again = changed | (_t.c.state == "gone")
    rows = s.execute(
        new.on_conflict_do_update(
            index_elements=["athlete_id", "provider", "external_id"],
            set_={
                "start_at": new.excluded.start_at,
                "sha256": new.excluded.sha256,
                "summary": new.excluded.summary,
                "seen_at": new.excluded.seen_at,
                "state": case((again, "listed"), else_=_t.c.state),
                "tries": case((again, 0), else_=_t.c.tries),
            },
        ).returning(_t.c.state)
    ).scalars()
    return sum(state == "listed" for state in rows)


def todo(s: Session, provider: str, *, since: datetime | None = None, limit: int | None = None) -> list[Item]:
    """Return what is to be fetched, newest first; `since`: only what began then or later."""
    query = select(*_COLUMNS).where(
        _t.c.athlete_id == athlete_of(s), _t.c.provider == provider, _t.c.state.in_(("listed", "failed"))
    )
    if since is not None:
        query = query.where(_t.c.start_at >= since)
    # What failed before comes after all that did not.
    return [_item(r) for r in s.execute(query.order_by(_t.c.tries, _t.c.start_at.desc()).limit(limit))]


def get(s: Session, provider: str, external_id: str) -> Item | None:
    """Return one, or None when it was never seen."""
    row = s.execute(select(*_COLUMNS).where(*_one(s, provider, external_id))).one_or_none()
    return None if row is None else _item(row)


def mark(
    s: Session,
    provider: str,
    external_id: str,
    state: State,
    *,
    now: datetime,
    why_key: str | None = None,
    tried: bool = False,
) -> None:
    """Say how far we are with one; a failure counts as a try, and so does giving up what was `tried`."""
    s.execute(
        update(_t)
        .where(*_one(s, provider, external_id))
        .values(
            state=state,
            why_key=why_key,
            done_at=now if state == "done" else _t.c.done_at,
            tries=_t.c.tries + (1 if tried or state == "failed" else 0),
        )
    )


def try_again(s: Session, provider: str, tries: range, *, thin_since: datetime) -> int:
    """Have what was given up after some of `tries` fetched once more; return how many those are.

    What was refused at once, because it cannot be read, stays so. What came thinner than it should be
    (`THIN`) is asked for again when it began since then: of what is older nobody will add anything.
    """
    thin = (_t.c.state == "done") & (_t.c.why_key == THIN) & (_t.c.start_at >= thin_since)
    rows = s.execute(
        update(_t)
        .where(
            _t.c.athlete_id == athlete_of(s),
            _t.c.provider == provider,
            (_t.c.state == "refused") | thin,
            _t.c.tries >= tries.start,
            _t.c.tries < tries.stop,
        )
        .values(state="failed")
        .returning(_t.c.external_id)
    ).all()
    return len(rows)


def unseen(s: Session, provider: str, since: datetime, before: datetime) -> list[Item]:
    """Return what began between two moments, was there, and was not shown since `before`."""
    query = select(*_COLUMNS).where(
        _t.c.athlete_id == athlete_of(s),
        _t.c.provider == provider,
        _t.c.start_at >= since,
        _t.c.seen_at < before,
        _t.c.state != "gone",
    )
    return [_item(r) for r in s.execute(query.order_by(_t.c.start_at.desc()))]


def done_among(s: Session, provider: str, external_ids: Iterable[str]) -> list[str]:
    """Return which of these are done, and unchanged since."""
    query = select(_t.c.external_id).where(
        _t.c.athlete_id == athlete_of(s),
        _t.c.provider == provider,
        _t.c.external_id == func.any(list(external_ids)),
        _t.c.state == "done",
    )
    return list(s.scalars(query))


def oldest(s: Session, provider: str) -> datetime | None:
    """Return when the oldest one that is there began, or None."""
    query = select(func.min(_t.c.start_at)).where(
        _t.c.athlete_id == athlete_of(s), _t.c.provider == provider, _t.c.state != "gone"
    )
    start: datetime | None = s.scalar(query)
    return start


def counts(s: Session, provider: str) -> dict[State, int]:
    """Return how many there are in each state; states of none are left out."""
    query = select(_t.c.state, func.count().label("n")).where(
        _t.c.athlete_id == athlete_of(s), _t.c.provider == provider
    )
    return {row.state: row.n for row in s.execute(query.group_by(_t.c.state))}


def done_since(s: Session, provider: str, since: datetime) -> tuple[int, datetime | None]:
    """Return how many were done since a moment, and when the first of them was; estimates rest on it."""
    query = select(func.count(), func.min(_t.c.done_at)).where(
        _t.c.athlete_id == athlete_of(s), _t.c.provider == provider, _t.c.done_at >= since
    )
    count, first = s.execute(query).one()
    return count, first


def forget(s: Session, provider: str, external_ids: Iterable[str] | None = None) -> None:
    """Forget what was seen of a service, or some of it."""
    mine = (_t.c.athlete_id == athlete_of(s)) & (_t.c.provider == provider)
    if external_ids is not None:
        mine &= _t.c.external_id.in_(list(external_ids))
    s.execute(_t.delete().where(mine))


def _one(s: Session, provider: str, external_id: str) -> tuple[Any, ...]:
    return (
        _t.c.athlete_id == athlete_of(s),
        _t.c.provider == provider,
        _t.c.external_id == external_id,
    )
