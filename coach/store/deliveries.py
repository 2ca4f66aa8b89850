"""What a service should hold of a plan, what it holds, and the receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Row as Record
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.deliveries

Grade = Literal["exact", "degraded", "unsupported"]
State = Literal["waiting", "sent", "removed", "refused", "failed", "changed"]


@dataclass(frozen=True)
class Delivery:
    """One workout at one service.

    `wanted_*`: what should be there (None: nothing). `sent_*`: what was put there last. `remote_id` and
    `schedule_id` are their numbers for the workout and its place in the calendar. `remote_sha256` is of what
    was read back then: what is there now differs where somebody changed it ("changed").
    """

    plan_id: int
    uid: str
    provider: str
    wanted_sha256: bytes | None
    wanted_day: date | None
    sent_sha256: bytes | None
    sent_day: date | None
    remote_id: str
    schedule_id: str
    remote_sha256: bytes | None
    grade: Grade | None
    receipt: Mapping[str, Any]
    state: State
    updated_at: datetime


def _delivery(r: Record[Any]) -> Delivery:
    return Delivery(**{name: getattr(r, name) for name in Delivery.__dataclass_fields__})


def write(s: Session, plan_id: int, uid: str, provider: str, **columns: Any) -> None:
    """Write columns of a delivery, which comes to be by that."""
    new = insert(_t).values(athlete_id=athlete_of(s), plan_id=plan_id, uid=uid, provider=provider, **columns)
    s.execute(
        new.on_conflict_do_update(
            index_elements=["athlete_id", "plan_id", "uid", "provider"],
            set_={**{name: new.excluded[name] for name in columns}, "updated_at": func.now()},
        )
    )


def get(s: Session, plan_id: int, uid: str, provider: str) -> Delivery | None:
    """Return a delivery, or None."""
    row = s.execute(
        select(_t).where(
            _t.c.athlete_id == athlete_of(s),
            _t.c.plan_id == plan_id,
            _t.c.uid == uid,
            _t.c.provider == provider,
        )
    ).one_or_none()
    return None if row is None else _delivery(row)


def find(s: Session, plan_id: int | None = None, provider: str | None = None) -> tuple[Delivery, ...]:
    """Return deliveries by the day they are for."""
    query = select(_t).where(_t.c.athlete_id == athlete_of(s))
    if plan_id is not None:
        query = query.where(_t.c.plan_id == plan_id)
    if provider is not None:
        query = query.where(_t.c.provider == provider)
    day = func.coalesce(_t.c.wanted_day, _t.c.sent_day)
    return tuple(_delivery(r) for r in s.execute(query.order_by(day, _t.c.uid)))
