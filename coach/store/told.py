"""What conversations tell of sources that may be kept for a time only.

Such a message carries `once_gone` in its content: the sources whose time counts, and how it reads without
them (`coach.graph.turn`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from coach.domain.source import Source
from coach.store import models
from coach.store.session import Session

_m, _r, _e = models.messages, models.runs, models.run_events
_STAYS = ("state",)  # of the content beside the words


@dataclass(frozen=True)
class Told:
    """A message of the coach that rests on such a source."""

    id: int
    thread_id: int
    run_id: UUID | None
    content: Mapping[str, Any]
    created_at: datetime


def resting_on(s: Session, athlete_id: int, source: Source, before: datetime) -> list[Told]:
    """Return the messages of before that rest on a source, the oldest first."""
    columns = [_m.c[name] for name in Told.__dataclass_fields__]
    query = select(*columns).where(
        _m.c.athlete_id == athlete_id,
        _m.c.created_at < before,
        _m.c.content["once_gone"]["sources"].contains([source.value]),
    )
    return [Told(*row) for row in s.execute(query.order_by(_m.c.id))]


def take_back(s: Session, athlete_id: int, message: Told, instead: str) -> None:
    """Leave of a message what does not rest on such a source.

    Cards, question and facts go. Whoever tapped an answer of its question said what stood on the button:
    that message becomes `instead`.
    """
    rest = dict(message.content["once_gone"])
    content = {name: message.content[name] for name in _STAYS if name in message.content}
    content |= {name: rest[name] for name in ("html", "refs", "facts")} | {"gone": True}
    s.execute(
        update(_m)
        .where(_m.c.athlete_id == athlete_id, _m.c.id == message.id)
        .values(text=rest["text"], content=content)
    )
    question = message.content.get("question") or {}
    labels = [choice["label"] for choice in question.get("choices", ())]
    if labels:
        s.execute(
            update(_m)
            .where(
                _m.c.athlete_id == athlete_id,
                _m.c.thread_id == message.thread_id,
                _m.c.id > message.id,
                _m.c.role == "user",
                _m.c.text == func.any(labels),
            )
            .values(text=instead)
        )


def unanswered(s: Session, athlete_id: int, before: datetime) -> list[tuple[UUID, int, datetime]]:
    """Return (run, conversation, when) of the ended runs of before that left events but no message."""
    answered = select(_m.c.id).where(
        _m.c.athlete_id == _r.c.athlete_id, _m.c.run_id == _r.c.id, _m.c.role == "assistant"
    )
    events = select(_e.c.seq).where(_e.c.athlete_id == _r.c.athlete_id, _e.c.run_id == _r.c.id)
    query = select(_r.c.id, _r.c.thread_id, _r.c.created_at).where(
        _r.c.athlete_id == athlete_id,
        _r.c.created_at < before,
        _r.c.state != "running",
        events.exists(),
        ~answered.exists(),
    )
    return [(row.id, row.thread_id, row.created_at) for row in s.execute(query)]


def forget_events(s: Session, athlete_id: int, run_ids: Collection[UUID]) -> None:
    """Delete what runs showed as they went; their messages stay."""
    s.execute(delete(_e).where(_e.c.athlete_id == athlete_id, _e.c.run_id == func.any(list(run_ids))))
