"""Red flags that keep a plan still until the athlete says that a doctor agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.plan_holds


@dataclass(frozen=True)
class Hold:
    """One red flag that holds. `words` are the athlete's own."""

    id: int
    trigger: str
    severity: str
    words: str
    raised_at: datetime


def raise_hold(s: Session, trigger: str, severity: str, words: str, now: datetime) -> bool:
    """Keep that a red flag was raised; False where the same one stands already."""
    new = s.scalar(
        insert(_t)
        .values(athlete_id=athlete_of(s), trigger=trigger, severity=severity, words=words, raised_at=now)
        .on_conflict_do_nothing(
            index_elements=["athlete_id", "trigger"], index_where=_t.c.lifted_at.is_(None)
        )
        .returning(_t.c.id)
    )
    return new is not None


def standing(s: Session) -> tuple[Hold, ...]:
    """Return the holds that were not lifted, the oldest first."""
    query = select(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.lifted_at.is_(None)).order_by(_t.c.id)
    return tuple(_hold(r) for r in s.execute(query))


def last_lifted(s: Session) -> tuple[int, datetime] | None:
    """Return the hold that was lifted last and when, or None."""
    query = select(_t.c.id, _t.c.lifted_at).where(
        _t.c.athlete_id == athlete_of(s), _t.c.lifted_at.is_not(None)
    )
    row = s.execute(query.order_by(_t.c.lifted_at.desc(), _t.c.id).limit(1)).one_or_none()
    return None if row is None else (row.id, row.lifted_at)


def turns(s: Session) -> tuple[int, datetime | None]:
    """Return how often a hold began or ended, and when that last was: it only ever grows."""
    ends = (func.max(_t.c.raised_at), func.max(_t.c.lifted_at))
    query = select(func.count(), func.count(_t.c.lifted_at), *ends).where(_t.c.athlete_id == athlete_of(s))
    raised, lifted, *moments = s.execute(query).one()
    return raised + lifted, max((moment for moment in moments if moment is not None), default=None)


def lift(s: Session, now: datetime, by: int | None) -> tuple[Hold, ...]:
    """Lift every hold, because the athlete confirmed that they are cleared; return those."""
    rows = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=by)
        .returning(_t)
    ).all()
    return tuple(_hold(r) for r in rows)


def _hold(r: Record[Any]) -> Hold:
    return Hold(**{name: getattr(r, name) for name in Hold.__dataclass_fields__})
