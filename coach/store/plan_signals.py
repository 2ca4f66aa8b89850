"""Why a plan should be changed: each reason once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.plan_signals


@dataclass(frozen=True)
class Signal:
    """One reason, on the day it was seen. `revision` is what was proposed because of it."""

    plan_id: int
    key: str
    kind: str
    day: date
    params: Mapping[str, Any]
    revision: int | None
    seen_at: datetime


def note(s: Session, plan_id: int, key: str, kind: str, day: date, params: Mapping[str, Any]) -> bool:
    """Keep a reason; False where it was seen before."""
    new = s.scalar(
        insert(_t)
        .values(athlete_id=athlete_of(s), plan_id=plan_id, key=key, kind=kind, day=day, params=dict(params))
        .on_conflict_do_nothing(index_elements=["athlete_id", "plan_id", "key"])
        .returning(_t.c.key)
    )
    return new is not None


def led_to(s: Session, plan_id: int, key: str, revision: int) -> None:
    """Keep which revision was proposed because of it."""
    s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.plan_id == plan_id, _t.c.key == key)
        .values(revision=revision)
    )


def find(s: Session, plan_id: int) -> tuple[Signal, ...]:
    """Return the reasons seen so far, the newest first."""
    query = select(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.plan_id == plan_id)
    return tuple(_signal(r) for r in s.execute(query.order_by(_t.c.day.desc(), _t.c.key)))


def _signal(r: Record[Any]) -> Signal:
    return Signal(**{name: getattr(r, name) for name in Signal.__dataclass_fields__})
