"""What the coach means to say first: each thing once, when its time has come, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy import Row as Record
from sqlalchemy.dialects.postgresql import insert

from coach.domain.nudges import NudgeKind
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of
from coach.store.threads import Message

_t, _m = models.nudges, models.messages
State = Literal["waiting", "said", "merged", "dropped"]
ASKED = "asked:"


@dataclass(frozen=True)
class Nudge:
    """One thing to be said. `about` holds only ids and keys of ours.

    "said": it leads the message `message_id`; "merged": that message says it too; "dropped": it was not said,
    `why` names the sentence that tells the reason. `said_on` is the athlete's own day. `next_at` is when a
    worker is to look at it.
    """

    id: int
    kind: NudgeKind
    key: str
    local_date: date
    about: Mapping[str, Any]
    due_at: datetime
    state: State
    next_at: datetime
    why: str | None
    message_id: int | None
    said_at: datetime | None
    said_on: date | None
    seen_at: datetime | None
    answered_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class Said:
    """A message that the coach began, and what it says; the leading nudge first."""

    message: Message
    nudges: tuple[Nudge, ...]


_COLUMNS = [_t.c[name] for name in Nudge.__dataclass_fields__]
_MESSAGE_COLUMNS = [_m.c[name] for name in Message.__dataclass_fields__]
_SAID = _t.c.state.in_(("said", "merged"))


def _nudge(r: Record[Any]) -> Nudge:
    return Nudge(**{**r._mapping, "kind": NudgeKind(r.kind)})


def add(
    s: Session,
    kind: NudgeKind,
    key: str,
    local_date: date,
    due_at: datetime,
    about: Mapping[str, Any] | None = None,
) -> bool:
    """Have something said from `due_at` on; return whether it is news: each key of a kind is said once.

    `local_date` is the athlete's day that it belongs to. Of a note after a run `about["ended_at"]` (ISO) says
    when the run ended; without it that was at `due_at`.
    """
    new = s.execute(
        insert(_t)
        .values(
            athlete_id=athlete_of(s),
            kind=kind.value,
            key=key,
            local_date=local_date,
            due_at=due_at,
            next_at=due_at,
            about=dict(about or {}),
        )
        .on_conflict_do_nothing(index_elements=["athlete_id", "kind", "key"])
        .returning(_t.c.id)
    ).all()
    return bool(new)


def get(s: Session, nudge_id: int) -> Nudge:
    """Return a nudge. Raises NotFound, also for another athlete's."""
    row = s.execute(select(*_COLUMNS).where(_mine(s), _t.c.id == nudge_id)).one_or_none()
    if row is None:
        raise NotFound("nudge_not_found")
    return _nudge(row)


def named(s: Session, kind: NudgeKind, key: str) -> Nudge | None:
    """Return the nudge of this kind and key, whatever became of it; None when there was none."""
    row = s.execute(select(*_COLUMNS).where(_mine(s), _t.c.kind == kind.value, _t.c.key == key)).one_or_none()
    return None if row is None else _nudge(row)


def latest(s: Session, kind: NudgeKind, *, state: State | None = None) -> Nudge | None:
    """Return the nudge of a kind that was due last, or None."""
    query = select(*_COLUMNS).where(_mine(s), _t.c.kind == kind.value)
    if state is not None:
        query = query.where(_t.c.state == state)
    row = s.execute(query.order_by(_t.c.due_at.desc(), _t.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _nudge(row)


def waiting(s: Session, now: datetime) -> list[Nudge]:
    """Return what is due and not said yet, in the order in which it became due."""
    query = select(*_COLUMNS).where(_mine(s), _t.c.state == "waiting", _t.c.due_at <= now)
    return [_nudge(row) for row in s.execute(query.order_by(_t.c.due_at, _t.c.id))]


def since(s: Session, kind: NudgeKind, due_from: datetime) -> list[Nudge]:
    """Return the nudges of a kind that were or are due from a moment on, whatever became of them."""
    query = select(*_COLUMNS).where(_mine(s), _t.c.kind == kind.value, _t.c.due_at >= due_from)
    return [_nudge(row) for row in s.execute(query.order_by(_t.c.due_at, _t.c.id))]


def change(s: Session, nudge_id: int, about: Mapping[str, Any], due_at: datetime) -> bool:
    """Let what still waits be about something else, and due at another time; return whether it waited."""
    changed = s.execute(
        update(_t)
        .where(_mine(s), _t.c.id == nudge_id, _t.c.state == "waiting")
        .values(about=dict(about), due_at=due_at, next_at=due_at)
        .returning(_t.c.id)
    ).all()
    return bool(changed)


def said_on(s: Session, day: date) -> int:
    """Return how many messages the coach began unasked on one of the athlete's days.

    Receipts were asked for, and so was what a command wanted (its key begins with ASKED).
    """
    unasked = _t.c.kind != NudgeKind.receipt.value, ~_t.c.key.startswith(ASKED)
    query = select(func.count()).where(_mine(s), _t.c.state == "said", _t.c.said_on == day, *unasked)
    return s.scalar(query) or 0


def mark_said(s: Session, ids: Sequence[int], message_id: int, now: datetime, day: date) -> list[int]:
    """Note that a message says these, led by the first; return those that were still waiting."""
    if not ids:
        return []
    return list(
        s.scalars(
            update(_t)
            .where(_mine(s), _t.c.id.in_(ids), _t.c.state == "waiting")
            .values(
                state=case((_t.c.id == ids[0], "said"), else_="merged"),
                message_id=message_id,
                said_at=now,
                said_on=day,
            )
            .returning(_t.c.id)
        )
    )


def drop(s: Session, ids: Iterable[int], why: str) -> int:
    """Give up saying these; `why` is a text key. Return how many were still waiting."""
    gone = s.execute(
        update(_t)
        .where(_mine(s), _t.c.id.in_(list(ids)), _t.c.state == "waiting")
        .values(state="dropped", why=why)
        .returning(_t.c.id)
    ).all()
    return len(gone)


def newest(s: Session, kind: NudgeKind, limit: int) -> list[Nudge]:
    """Return the nudges of a kind that were made last, whatever became of them, the newest first."""
    query = select(*_COLUMNS).where(_mine(s), _t.c.kind == kind.value)
    return [_nudge(row) for row in s.execute(query.order_by(_t.c.id.desc()).limit(limit))]


def hasten(s: Session, nudge_id: int, due_at: datetime) -> None:
    """Let something be said earlier than it was to be, when it still waits."""
    s.execute(
        update(_t)
        .where(_mine(s), _t.c.id == nudge_id, _t.c.state == "waiting", _t.c.due_at > due_at)
        .values(due_at=due_at, next_at=func.least(_t.c.next_at, due_at))
    )


def put_off(s: Session, ids: Iterable[int], until: datetime) -> None:
    """Have no worker look at these before then."""
    s.execute(
        update(_t)
        .where(_mine(s), _t.c.id.in_(list(ids)), _t.c.state == "waiting")
        .values(next_at=func.greatest(_t.c.due_at, until))
    )


def look_again(s: Session) -> None:
    """Have all that waits looked at when it is due: what it was put off for may no longer hold."""
    s.execute(update(_t).where(_mine(s), _t.c.state == "waiting").values(next_at=_t.c.due_at))


def list_said(s: Session, limit: int = 50, before: int | None = None) -> list[Said]:
    """Return the messages that the coach began (before message `before`), the newest first: the inbox."""
    chosen = select(_t.c.message_id).where(_mine(s), _t.c.state == "said", _t.c.message_id.is_not(None))
    if before is not None:
        chosen = chosen.where(_t.c.message_id < before)
    ids = list(s.scalars(chosen.order_by(_t.c.message_id.desc()).limit(limit)))
    query = select(*_MESSAGE_COLUMNS).where(_m.c.athlete_id == athlete_of(s), _m.c.id.in_(ids))
    messages = {row.id: Message(*row) for row in s.execute(query)}
    told = s.execute(
        select(*_COLUMNS).where(_mine(s), _t.c.message_id.in_(ids)).order_by(_t.c.state.desc(), _t.c.id)
    )
    says: dict[int, list[Nudge]] = {}
    for row in told:
        says.setdefault(row.message_id, []).append(_nudge(row))
    return [Said(messages[n], tuple(says[n])) for n in ids]


def of_message(s: Session, message_id: int) -> list[Nudge]:
    """Return what a message says, the leading nudge first; nothing for a message the coach did not begin."""
    query = select(*_COLUMNS).where(_mine(s), _t.c.message_id == message_id)
    return [_nudge(row) for row in s.execute(query.order_by(_t.c.state.desc(), _t.c.id))]


def unseen(s: Session) -> int:
    """Return how many messages the coach began that were not looked at on the page, nor answered."""
    new = _t.c.seen_at.is_(None), _t.c.answered_at.is_(None), _t.c.message_id.is_not(None)
    return s.scalar(select(func.count()).where(_mine(s), _t.c.state == "said", *new)) or 0


def seen(s: Session, now: datetime, up_to: int | None = None) -> int:
    """Note that the messages (up to message `up_to`) were looked at; return how many nudges were new."""
    query = update(_t).where(_mine(s), _SAID, _t.c.seen_at.is_(None))
    if up_to is not None:
        query = query.where(_t.c.message_id <= up_to)
    return len(s.execute(query.values(seen_at=now).returning(_t.c.id)).all())


def answered(s: Session, nudge_id: int, now: datetime) -> bool:
    """Note that the athlete answered what was said; return whether that is the first answer."""
    first = s.execute(
        update(_t)
        .where(_mine(s), _t.c.id == nudge_id, _SAID, _t.c.answered_at.is_(None))
        .values(answered_at=now)
        .returning(_t.c.id)
    ).all()
    return bool(first)


def rated(s: Session, activity_id: int, now: datetime) -> int:
    """Note that the athlete said how hard an activity was, wherever: nobody asks that any more.

    Return how many questions that answered, of what was merged into it too.
    """
    asked = _m.c.content["first"]["pending"]
    same = select(models.activities.c.id).where(
        models.activities.c.athlete_id == athlete_of(s),
        or_(models.activities.c.id == activity_id, models.activities.c.merged_into == activity_id),
    )
    about = select(asked["nudge_id"].as_integer()).where(
        _m.c.athlete_id == athlete_of(s),
        _m.c.id == _t.c.message_id,
        asked["kind"].as_string() == "after_run",
        asked["activity_id"].as_integer().in_(same),
    )
    open_ones = update(_t).where(_mine(s), _SAID, _t.c.answered_at.is_(None), _t.c.id.in_(about))
    return len(s.execute(open_ones.values(answered_at=now).returning(_t.c.id)).all())


def _mine(s: Session) -> ColumnElement[bool]:
    return _t.c.athlete_id == athlete_of(s)
