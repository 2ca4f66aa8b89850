"""What the coach said first in a conversation: messages that no run answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select

from coach.store import models
from coach.store.session import Session

_m = models.messages
LOOK_BACK = 40  # messages of a conversation; what was said first before them is no news


@dataclass(frozen=True)
class First:
    """One of them. `first` is what its content keeps for the turn that follows (`coach.pipeline.saying`).

    `is_newest`: the coach answered nothing in this conversation since. `is_meant`: the athlete's message
    replies to this very one.
    """

    message_id: int
    text: str
    first: Mapping[str, Any]
    rests_on: tuple[str, ...]  # sources that let it be kept or passed on only without their words
    is_newest: bool
    is_meant: bool = False


def meant(s: Session, thread_id: int, message_id: int) -> First | None:
    """Return the message that the athlete replies to; None for one that the coach did not say first here."""
    row = s.execute(
        select(_m.c.text, _m.c.content).where(
            _m.c.id == message_id,
            _m.c.thread_id == thread_id,
            _m.c.run_id.is_(None),
            _m.c.role == "assistant",
        )
    ).one_or_none()
    if row is None or "first" not in row.content:
        return None
    first = row.content["first"] or {}
    return First(message_id, row.text, first, _rests(row.content), is_newest=True, is_meant=True)


def latest(s: Session, thread_id: int, most: int) -> list[First]:
    """Return what was said first lately in a conversation, the oldest first; at most `most` of it."""
    said_first = _m.c.run_id.is_(None) & (_m.c.role == "assistant")
    rows = s.execute(
        select(
            _m.c.id,
            _m.c.role,
            said_first,
            # The content of what runs said is large, and stays where it is.
            case((said_first, _m.c.text), else_=""),
            case((said_first, _m.c.content), else_=None),
        )
        .where(_m.c.thread_id == thread_id)
        .order_by(_m.c.id.desc())
        .limit(LOOK_BACK)
    )
    found: list[First] = []
    newest = True
    for message_id, role, is_first, text, content in rows:
        if not is_first:
            newest = newest and role != "assistant"
            continue
        if "first" not in content:  # what it said may no longer be kept
            continue
        found.append(First(message_id, text, content["first"] or {}, _rests(content), newest))
        if len(found) == most:
            break
    return found[::-1]


def _rests(content: Mapping[str, Any]) -> tuple[str, ...]:
    rests = [(content.get(name) or {}).get("sources", ()) for name in ("once_gone", "passed_on")]
    return tuple(dict.fromkeys(source for of in rests for source in of))
