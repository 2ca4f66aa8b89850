"""What is remembered of an athlete, and its traces elsewhere."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update

from coach.domain.memory import Kind, Memory
from coach.domain.memory.statement import Origin, State
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_t, _m = models.memories, models.messages
_COLUMNS = tuple(_t.c[name] for name in Memory.__dataclass_fields__)
# What was sent to a model is kept for the athlete to read; what they want forgotten is not.
_SENT = text("""
    UPDATE model_calls SET sent = replace(sent::text, :words, '…')::jsonb
     WHERE athlete_id = :athlete AND position(:words in sent::text) > 0
""")


def add(
    s: Session,
    *,
    kind: Kind,
    about: str,
    words: str,
    value: Mapping[str, Any],
    said_on: date,
    valid_until: date | None,
    confidence: float,
    origin: Origin,
    thread_id: int | None = None,
    message_id: int | None = None,
    quote: str = "",
    against: int | None = None,
) -> Memory:
    """Remember something; with `against` it waits for the athlete's answer."""
    row = s.execute(
        insert(_t)
        .values(
            athlete_id=athlete_of(s),
            kind=kind,
            about=about,
            text=words,
            value=dict(value),
            said_on=said_on,
            valid_until=valid_until,
            confidence=confidence,
            origin=origin,
            thread_id=thread_id,
            message_id=message_id,
            quote=quote,
            against=against,
            state="active" if against is None else "asked",
        )
        .returning(*_COLUMNS)
    ).one()
    return Memory(*row)


def get(s: Session, memory_id: int) -> Memory:
    """Return one. Raises NotFound."""
    row = s.execute(
        select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s), _t.c.id == memory_id)
    ).one_or_none()
    if row is None:
        raise NotFound("memory_not_found")
    return Memory(*row)


def find(
    s: Session, *, kind: Kind | None = None, states: tuple[State, ...] = ("active", "asked")
) -> list[Memory]:
    """Return what is remembered, the newest first; what has ended too (see `Memory.holds`)."""
    query = select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s), _t.c.state.in_(states))
    if kind is not None:
        query = query.where(_t.c.kind == kind)
    return [Memory(*row) for row in s.execute(query.order_by(_t.c.said_on.desc(), _t.c.id.desc()))]


def count(s: Session) -> int:
    return int(s.scalar(select(func.count()).where(_t.c.athlete_id == athlete_of(s))) or 0)


def change(s: Session, memory_id: int, **values: Any) -> Memory:
    """Change columns of one. Raises NotFound."""
    row = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.id == memory_id)
        .values(**values, updated_at=func.now())
        .returning(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise NotFound("memory_not_found")
    return Memory(*row)


def delete_all(s: Session, ids: Collection[int]) -> list[Memory]:
    """Delete rows for good, with those that they replaced; return what was deleted."""
    athlete_id = athlete_of(s)
    abouts = set(
        s.scalars(select(_t.c.about).where(_t.c.athlete_id == athlete_id, _t.c.id.in_(ids), _t.c.about != ""))
    )
    earlier = (_t.c.state == "replaced") & _t.c.about.in_(abouts)
    rows = s.execute(
        delete(_t).where(_t.c.athlete_id == athlete_id, _t.c.id.in_(ids) | earlier).returning(*_COLUMNS)
    ).all()
    # What contradicted something that is gone contradicts nothing any more.
    s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_id, _t.c.state == "asked", _t.c.against.is_(None))
        .values(state="active")
    )
    return [Memory(*row) for row in rows]


def unsay(s: Session, words: Collection[str]) -> None:
    """Take words out of what is kept of prompts that were sent to models."""
    for said in sorted({word for word in words if word}, key=len, reverse=True):
        s.execute(_SENT, {"athlete": athlete_of(s), "words": json.dumps(said, ensure_ascii=False)[1:-1]})


def said_in(s: Session, thread_id: int, words: str) -> int | None:
    """Return the message of the athlete's in which something was said, the latest, or None."""
    found: int | None = s.scalar(
        select(func.max(_m.c.id)).where(
            _m.c.athlete_id == athlete_of(s),
            _m.c.thread_id == thread_id,
            _m.c.role == "user",
            _m.c.text == words,
        )
    )
    return found


def threads_of(s: Session) -> list[int]:
    """Return every conversation of the athlete's: any of them may have repeated what is remembered."""
    threads = models.threads
    return list(s.scalars(select(threads.c.id).where(threads.c.athlete_id == athlete_of(s))))
