"""Conversations that go for good: which are due, and deleting them with all that was made of their words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, delete, exists, select, text, update

from coach.store import models, working_memory
from coach.store.session import Session

_t, _r = models.threads, models.runs

# What is remembered stays, without the words it was taken from: those were the conversation.
_UNQUOTE = (
    update(models.memories)
    .where(models.memories.c.thread_id.is_not(None))
    .values(quote="", message_id=None, thread_id=None)
)
# A red flag stays with its kind and day; the words that raised it are looked for, as it names no message.
_UNSAY_HOLDS = text("""
    UPDATE plan_holds h SET words = ''
     WHERE h.athlete_id = :athlete AND h.words <> ''
       AND EXISTS (SELECT FROM messages m WHERE m.athlete_id = h.athlete_id AND m.thread_id = ANY(:ids)
                                            AND strpos(m.text, h.words) > 0)
""")


def put_away(s: Session, athlete_id: int, before: datetime, limit: int) -> list[int]:
    """Return conversations that were put away before a moment, the oldest first; none that is answering."""
    return _found(s, athlete_id, _t.c.archived_at < before, limit)


def silent(s: Session, athlete_id: int, before: datetime, limit: int) -> list[int]:
    """Return conversations in which nothing was said since a moment; none that is answering."""
    return _found(s, athlete_id, _t.c.updated_at < before, limit)


def _found(s: Session, athlete_id: int, which: ColumnElement[bool], limit: int) -> list[int]:
    query = select(_t.c.id).where(_t.c.athlete_id == athlete_id, which, ~_answering())
    # Somebody may be saying something in one of them right now: that one is left to the next time.
    query = query.order_by(_t.c.id).limit(limit).with_for_update(skip_locked=True)
    return list(s.scalars(query))


def purge(s: Session, athlete_id: int, thread_ids: Collection[int]) -> list[int]:
    """Delete conversations for good; return which, without those that are answering.

    With them go messages, runs, events, the graph's memory and what was sent to models. What a call cost
    stays, and approvals, memories, journal and files stay without a link to them.
    """
    mine = (_t.c.athlete_id == athlete_id, _t.c.id.in_(list(thread_ids)))
    # Held, no run can begin in them; looked at anew, because one may have begun before that.
    held = list(s.scalars(select(_t.c.id).where(*mine).order_by(_t.c.id).with_for_update()))
    ids = list(s.scalars(select(_t.c.id).where(_t.c.id.in_(held), ~_answering()).order_by(_t.c.id)))
    if not ids:
        return []
    s.execute(_UNQUOTE.where(models.memories.c.thread_id.in_(ids)))
    s.execute(_UNSAY_HOLDS, {"athlete": athlete_id, "ids": ids})
    working_memory.forget(s, athlete_id, ids)
    # Runs first: their calls forget what was sent when they lose their run.
    s.execute(delete(_r).where(_r.c.athlete_id == athlete_id, _r.c.thread_id.in_(ids)))
    s.execute(delete(_t).where(_t.c.athlete_id == athlete_id, _t.c.id.in_(ids)))
    return ids


def _answering() -> Exists:
    return exists().where(
        _r.c.athlete_id == _t.c.athlete_id, _r.c.thread_id == _t.c.id, _r.c.state == "running"
    )
