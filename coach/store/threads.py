"""Conversations and what was said in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update

from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session

_t, _m = models.threads, models.messages

Role = Literal["user", "assistant", "system"]


@dataclass(frozen=True)
class Thread:
    """One conversation."""

    id: int
    title: str
    channel: str
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True)
class Message:
    """One thing that was said; `content` holds what is beside the words (cards, facts)."""

    id: int
    thread_id: int
    run_id: UUID | None
    role: Role
    text: str
    content: Mapping[str, Any]
    created_at: datetime


_COLUMNS = tuple(_t.c[name] for name in Thread.__dataclass_fields__)
_MESSAGE_COLUMNS = tuple(_m.c[name] for name in Message.__dataclass_fields__)


def create(s: Session, athlete_id: int, title: str = "", channel: str = "web") -> Thread:
    """Begin a conversation."""
    row = s.execute(
        insert(_t).values(athlete_id=athlete_id, title=title, channel=channel).returning(*_COLUMNS)
    ).one()
    return Thread(*row)


def get(s: Session, thread_id: int) -> Thread:
    """Return a conversation. Raises NotFound."""
    row = s.execute(select(*_COLUMNS).where(_t.c.id == thread_id)).one_or_none()
    if row is None:
        raise NotFound("thread_not_found")
    return Thread(*row)


def list_threads(s: Session, athlete_id: int, *, archived: bool = False, limit: int = 50) -> list[Thread]:
    """Return the conversations (or the archived ones), the latest first."""
    shelf = _t.c.archived_at.is_not(None) if archived else _t.c.archived_at.is_(None)
    rows = s.execute(
        select(*_COLUMNS)
        .where(_t.c.athlete_id == athlete_id, shelf)
        .order_by(_t.c.updated_at.desc(), _t.c.id.desc())
        .limit(limit)
    )
    return [Thread(*row) for row in rows]


def quiet(s: Session, athlete_id: int, *, since: datetime, until: datetime) -> list[int]:
    """Return the conversations in which something was last said between two moments."""
    said = (_t.c.updated_at >= since) & (_t.c.updated_at < until)
    return list(s.scalars(select(_t.c.id).where(_t.c.athlete_id == athlete_id, said).order_by(_t.c.id)))


def rename(s: Session, thread_id: int, title: str) -> Thread:
    """Give a conversation another title. Raises NotFound."""
    return _change(s, thread_id, title=title)


def archive(s: Session, thread_id: int, archived: bool = True) -> Thread:
    """Put a conversation away, or take it back. Raises NotFound."""
    return _change(s, thread_id, archived_at=func.now() if archived else None)


def _change(s: Session, thread_id: int, **values: Any) -> Thread:
    row = s.execute(
        update(_t).where(_t.c.id == thread_id).values(**values).returning(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise NotFound("thread_not_found")
    return Thread(*row)


def search(s: Session, athlete_id: int, text: str, limit: int = 20) -> list[Thread]:
    """Return conversations with these words in the title or in what was said, the latest first."""
    said = exists().where(
        _m.c.athlete_id == _t.c.athlete_id,
        _m.c.thread_id == _t.c.id,
        _m.c.text.icontains(text, autoescape=True),
    )
    rows = s.execute(
        select(*_COLUMNS)
        .where(_t.c.athlete_id == athlete_id, _t.c.title.icontains(text, autoescape=True) | said)
        .order_by(_t.c.updated_at.desc(), _t.c.id.desc())
        .limit(limit)
    )
    return [Thread(*row) for row in rows]


def add_message(
    s: Session,
    athlete_id: int,
    thread_id: int,
    role: Role,
    text: str,
    *,
    content: Mapping[str, Any] | None = None,
    run_id: UUID | None = None,
) -> int:
    """Keep what was said, return its id, and move the conversation up."""
    new: int = s.scalars(
        insert(_m)
        .values(
            athlete_id=athlete_id,
            thread_id=thread_id,
            role=role,
            text=text,
            content=dict(content or {}),
            run_id=run_id,
        )
        .returning(_m.c.id)
    ).one()
    s.execute(update(_t).where(_t.c.id == thread_id).values(updated_at=func.now()))
    return new


def messages(s: Session, thread_id: int, limit: int = 200, before: int | None = None) -> list[Message]:
    """Return the latest `limit` messages (before message `before`), the oldest first."""
    query = select(*_MESSAGE_COLUMNS).where(_m.c.thread_id == thread_id)
    if before is not None:
        query = query.where(_m.c.id < before)
    rows = s.execute(query.order_by(_m.c.id.desc()).limit(limit)).all()
    return [Message(*row) for row in reversed(rows)]


def message(s: Session, message_id: int) -> Message:
    """Return one thing that was said. Raises NotFound."""
    row = s.execute(select(*_MESSAGE_COLUMNS).where(_m.c.id == message_id)).one_or_none()
    if row is None:
        raise NotFound("message_not_found")
    return Message(*row)


def answer_of(s: Session, thread_id: int, run_id: UUID) -> Message | None:
    """Return what the coach said in a run, None when it said nothing (yet)."""
    said = _m.c.thread_id == thread_id, _m.c.run_id == run_id, _m.c.role == "assistant"
    row = s.execute(select(*_MESSAGE_COLUMNS).where(*said).order_by(_m.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Message(*row)


def each_message(s: Session, thread_id: int) -> Iterator[Message]:
    """Return everything that was said, the oldest first, without holding all of it in memory."""
    query = select(*_MESSAGE_COLUMNS).where(_m.c.thread_id == thread_id).order_by(_m.c.id)
    for row in s.execute(query.execution_options(yield_per=100)):
        yield Message(*row)
