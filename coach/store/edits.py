"""What was changed by whom asked, so that it can be undone, and is written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session

_t = models.edits
GONE = "gone"  # an activity was deleted where it came from, and left the lists


@dataclass(frozen=True)
class Edit:
    """One change: `what` names its kind, `before` and `after` are what it takes to reverse and repeat it."""

    id: int
    activity_id: int | None
    what: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    call_key: str | None
    created_at: datetime
    undone_at: datetime | None


_COLUMNS = tuple(_t.c[name] for name in Edit.__dataclass_fields__)


def record(
    s: Session,
    athlete_id: int,
    activity_id: int | None,
    what: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    call_key: str = "",
) -> tuple[Edit, bool]:
    """Keep a change; return it and whether it is new. The same `call_key` again returns the first.

    Record before writing: of several that do the same at once, the others wait here and learn that the
    change was made.
    """
    row = s.execute(
        insert(_t)
        .values(
            athlete_id=athlete_id,
            activity_id=activity_id,
            what=what,
            before=dict(before),
            after=dict(after),
            call_key=call_key or None,
        )
        .on_conflict_do_nothing(index_elements=["athlete_id", "call_key"])
        .returning(*_COLUMNS)
    ).one_or_none()
    if row is not None:
        return Edit(*row), True
    first = by_key(s, athlete_id, call_key)
    assert first is not None
    return first, False


def by_key(s: Session, athlete_id: int, call_key: str) -> Edit | None:
    """Return the change that was written with a key, or None."""
    row = s.execute(
        select(*_COLUMNS).where(_t.c.athlete_id == athlete_id, _t.c.call_key == call_key)
    ).one_or_none()
    return None if row is None else Edit(*row)


def get(s: Session, edit_id: int) -> Edit:
    """Return a change. Raises NotFound."""
    row = s.execute(select(*_COLUMNS).where(_t.c.id == edit_id)).one_or_none()
    if row is None:
        raise NotFound("edit_not_found")
    return Edit(*row)


def last_undoable(s: Session, athlete_id: int) -> Edit | None:
    """Return the latest change of the athlete's that was not undone, or None.

    What a service had us do (GONE) is not theirs: "undo" takes back what they did themselves.
    """
    row = s.execute(
        select(*_COLUMNS)
        .where(_t.c.athlete_id == athlete_id, _t.c.undone_at.is_(None), _t.c.what != GONE)
        .order_by(_t.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Edit(*row)


def standing(s: Session, athlete_id: int, activity_id: int, what: str) -> Edit | None:
    """Return the latest change of a kind to an activity that was not undone, or None."""
    row = s.execute(
        select(*_COLUMNS)
        .where(
            _t.c.athlete_id == athlete_id,
            _t.c.activity_id == activity_id,
            _t.c.what == what,
            _t.c.undone_at.is_(None),
        )
        .order_by(_t.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Edit(*row)


def mark_undone(s: Session, edit_id: int) -> bool:
    """Mark a change as undone; return False when it was already (only one caller may reverse it)."""
    gone = s.execute(
        update(_t)
        .where(_t.c.id == edit_id, _t.c.undone_at.is_(None))
        .values(undone_at=func.now())
        .returning(_t.c.id)
    ).all()
    return bool(gone)
