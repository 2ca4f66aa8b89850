"""What came from a messenger: kept before it is worked on, worked on in order, emptied when that is done.

Like `coach.store.system`: nobody knows yet whose it is. These functions open their own transaction. Leases
are counted by the database's clock, which all processes share.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row as Record
from sqlalchemy import case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Database, Session

_t = models.bot_updates
CHANNEL = "hanbal_updates"  # notified when something new was kept
TAKE_LOCK = 7_201_007  # advisory: one at a time looks who is next, so no chat is worked on twice at once
AT_ONCE = "!"  # the lane that no cap keeps waiting
LANES_A_CHAT = 4  # that are worked on at the same time

State = Literal["done", "failed"]


@dataclass(frozen=True)
class Incoming:
    """An update as it came. Those of a chat's lane are worked on strictly by `update_id`."""

    update_id: int
    chat_id: int | None
    lane: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Taken:
    """An update that is the holder's to work on. `tries`: this one counts; `waited_s`: since it was kept."""

    update_id: int
    chat_id: int | None
    lane: str
    payload: Mapping[str, Any]
    progress: Mapping[str, Any]
    tries: int
    waited_s: float


@dataclass(frozen=True)
class Waiting:
    """How much has not been worked on to its end, and for how long the oldest of it waits (seconds)."""

    number: int = 0
    oldest_s: float | None = None


def keep(db: Database, service: str, incoming: Sequence[Incoming]) -> list[int]:
    """Keep updates and wake who works on them; return the ids of those that were not known before."""
    if not incoming:
        return []
    rows = [
        {
            "service": service,
            "update_id": one.update_id,
            "chat_id": one.chat_id,
            "lane": one.lane,
            "payload": dict(one.payload),
        }
        for one in {one.update_id: one for one in incoming}.values()
    ]
    with db.system_session() as s:
        new = sorted(s.scalars(insert(_t).values(rows).on_conflict_do_nothing().returning(_t.c.update_id)))
        if new:
            s.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
        return new


# The first of each lane, unless somebody works on that lane; of a chat so many lanes at once. Every chat
# comes to its first lane before any comes to its second, and who waits longest comes first.
_NEXT = text("""
    WITH heads AS (
      SELECT DISTINCT ON (chat_id, lane) update_id, chat_id, lane, coalesce(held_until > now(), false) AS held
        FROM bot_updates
       WHERE service = :service AND state IN ('waiting', 'working')
       ORDER BY chat_id, lane, coalesce(held_until > now(), false) DESC, update_id
    ), ranked AS (
      SELECT update_id, held,
             row_number() OVER (
               PARTITION BY chat_id ORDER BY lane = :at_once DESC, held DESC, update_id) AS place
        FROM heads
    )
    SELECT update_id FROM ranked
     WHERE NOT held AND place <= :lanes
     ORDER BY place, update_id
     LIMIT :limit
""")


def take(
    db: Database,
    service: str,
    holder: str,
    *,
    for_s: float,
    limit: int,
    finished: Mapping[int, State] = {},
) -> list[Taken]:
    """Finish what the holder is through with, and take what is next in chats on which nobody works.

    A lease that is not renewed ends after `for_s`: its holder was killed, and another takes the update up
    with its progress.
    """
    with db.system_session() as s:
        for state in ("done", "failed"):
            _finish(s, service, holder, [i for i, how in finished.items() if how == state], state)
        if limit <= 0:
            return []
        s.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": TAKE_LOCK})
        asked = {"service": service, "at_once": AT_ONCE, "lanes": LANES_A_CHAT, "limit": limit}
        ids = list(s.scalars(_NEXT, asked))
        if not ids:
            return []
        free = (
            select(_t.c.update_id)
            .where(
                _t.c.service == service,
                _t.c.update_id.in_(ids),
                _t.c.state.in_(("waiting", "working")),
                _t.c.held_until.is_(None) | (_t.c.held_until <= func.now()),
            )
            .with_for_update(skip_locked=True)
        )
        rows = s.execute(
            update(_t)
            .where(_t.c.service == service, _t.c.update_id.in_(list(s.scalars(free))))
            .values(state="working", tries=_t.c.tries + 1, holder=holder, held_until=_from_now(for_s))
            .returning(*_TAKEN)
        ).all()
        return sorted((_taken(row) for row in rows), key=lambda one: ids.index(one.update_id))


def renew(db: Database, service: str, holder: str, ids: Collection[int], *, for_s: float) -> set[int]:
    """Hold on to updates for longer; return those that still are the holder's."""
    if not ids:
        return set()
    with db.system_session() as s:
        held = update(_t).where(_held(service, holder, ids)).values(held_until=_from_now(for_s))
        return set(s.scalars(held.returning(_t.c.update_id)))


def keep_progress(
    db: Database, service: str, holder: str, update_id: int, progress: Mapping[str, Any]
) -> bool:
    """Keep how far the work on an update is; False when it is another's by now."""
    with db.system_session() as s:
        kept = update(_t).where(_held(service, holder, [update_id])).values(progress=dict(progress))
        return bool(s.scalars(kept.returning(_t.c.update_id)).all())


def finish(db: Database, service: str, holder: str, update_id: int, state: State) -> bool:
    """Say that an update needs no more work and empty it; False when it is another's by now."""
    with db.system_session() as s:
        return bool(_finish(s, service, holder, [update_id], state))


def give_back(
    db: Database,
    service: str,
    holder: str,
    ids: Collection[int],
    *,
    pause_s: float = 0,
    uncounted: bool = False,
) -> None:
    """Have updates worked on again, after a pause in which their lanes wait.

    `uncounted`: the try was cut short by us and not by the update, so it does not count.
    """
    if not ids:
        return
    with db.system_session() as s:
        again = case((_t.c.tries > 0, _t.c.tries - 1), else_=0) if uncounted else _t.c.tries
        s.execute(
            update(_t)
            .where(_held(service, holder, ids))
            .values(state="waiting", holder="", held_until=_from_now(pause_s), tries=again)
        )


def waiting(db: Database, service: str) -> Waiting:
    """Return how much waits or is being worked on."""
    with db.system_session() as s:
        age = func.extract("epoch", func.now() - func.min(_t.c.received_at))
        row = s.execute(
            select(func.count(), age).where(_t.c.service == service, _t.c.state.in_(("waiting", "working")))
        ).one()
        return Waiting(row[0], None if row[1] is None else max(0.0, float(row[1])))


def forget(db: Database, service: str, *, after_days: float) -> int:
    """Delete what was done with so long ago that it cannot come again; return how many. What waits stays."""
    with db.system_session() as s:
        old = delete(_t).where(
            _t.c.service == service,
            _t.c.state.in_(("done", "failed")),
            _t.c.done_at < _from_now(-after_days * 86_400),
        )
        return len(s.scalars(old.returning(_t.c.update_id)).all())


_TAKEN = [
    _t.c.update_id,
    _t.c.chat_id,
    _t.c.lane,
    _t.c.payload,
    _t.c.progress,
    _t.c.tries,
    func.extract("epoch", func.now() - _t.c.received_at).label("waited_s"),
]


def _taken(row: Record[Any]) -> Taken:
    return Taken(**{**row._mapping, "waited_s": max(0.0, float(row.waited_s))})


def _held(service: str, holder: str, ids: Collection[int]) -> Any:
    """Whether updates are the holder's. A lease that ran out is still theirs until another takes it."""
    return (
        (_t.c.service == service)
        & _t.c.update_id.in_(list(ids))
        & (_t.c.state == "working")
        & (_t.c.holder == holder)
    )


def _finish(s: Session, service: str, holder: str, ids: Collection[int], state: State) -> list[int]:
    if not ids:
        return []
    done = (
        update(_t)
        .where(_held(service, holder, ids))
        # What somebody wrote is in their conversation, or was for nobody: here nothing of it stays.
        .values(state=state, payload={}, progress={}, holder="", held_until=None, done_at=func.now())
    )
    return list(s.scalars(done.returning(_t.c.update_id)))


def _from_now(seconds: float) -> Any:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
