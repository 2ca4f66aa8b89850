"""How the athlete wants to be spoken to unasked, and in which conversation."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from coach.domain.nudges import Manners, checked
from coach.store import models, nudges
from coach.store.session import Session, athlete_of

_t = models.nudge_settings
_COLUMNS = [_t.c[name] for name in Manners.__dataclass_fields__]


def get(s: Session) -> Manners:
    """Return how the athlete wants it; the defaults where they never said."""
    row = s.execute(select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s))).one_or_none()
    return Manners() if row is None else Manners(**row._mapping)


def change(s: Session, today: date, **fields: Any) -> Manners:
    """Change some of the fields of `Manners` and return them all. Raises BadInput for nonsense.

    `today` is the athlete's day. Times may be given as "HH:MM", days as "YYYY-MM-DD". The next tick sets the
    schedule by what is kept here, and what waits is looked at anew.
    """
    manners = checked(get(s), today, fields)
    _keep(s, **asdict(manners))
    nudges.look_again(s)
    return manners


def get_thread(s: Session) -> int | None:
    """Return where the coach speaks first when there is no messenger; None: nowhere yet."""
    return s.scalar(select(_t.c.thread_id).where(_t.c.athlete_id == athlete_of(s)))


def set_thread(s: Session, thread_id: int) -> None:
    """Speak first in this conversation from now on."""
    _keep(s, thread_id=thread_id)


def _keep(s: Session, **values: bool | int | time | date | None) -> None:
    set_ = {**values, "changed_at": func.now()}
    s.execute(
        insert(_t)
        .values(athlete_id=athlete_of(s), **values)
        .on_conflict_do_update(index_elements=["athlete_id"], set_=set_)
    )
