"""Races: those to come and those that were run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import func, insert, select, update

from coach.domain.plan.model import Course, Priority, Race, dump, load
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.races


def _race(r: Record[Any]) -> Race:
    return Race(
        day=r.day,
        distance_m=r.distance_m,
        priority=Priority(r.priority),
        name=r.name,
        course=load(Course, r.course),
        target_time_s=r.target_time_s,
        id=r.id,
        result_s=r.result_s,
        activity_id=r.activity_id,
    )


def save(s: Session, race: Race) -> Race:
    """Keep a race, new (`id` None) or changed; return it with its id. Raises NotFound."""
    values = {
        "day": race.day,
        "distance_m": race.distance_m,
        "priority": race.priority.value,
        "name": race.name,
        "course": dump(race.course),
        "target_time_s": race.target_time_s,
        "result_s": race.result_s,
        "activity_id": race.activity_id,
    }
    if race.id is None:
        new = s.scalar(insert(_t).values(athlete_id=athlete_of(s), **values).returning(_t.c.id))
        return replace(race, id=new)
    changed = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.id == race.id, _t.c.deleted_at.is_(None))
        .values(**values)
        .returning(_t.c.id)
    ).one_or_none()
    if changed is None:
        raise NotFound("race_not_found")
    return race


def get(s: Session, race_id: int) -> Race:
    """Return a race. Raises NotFound."""
    row = s.execute(select(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.id == race_id)).one_or_none()
    if row is None or row.deleted_at is not None:
        raise NotFound("race_not_found")
    return _race(row)


def find(s: Session, start: date | None = None, end: date | None = None) -> tuple[Race, ...]:
    """Return races by day (both ends included), the earliest first."""
    query = select(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.deleted_at.is_(None))
    if start is not None:
        query = query.where(_t.c.day >= start)
    if end is not None:
        query = query.where(_t.c.day <= end)
    return tuple(_race(r) for r in s.execute(query.order_by(_t.c.day, _t.c.id)))


def delete(s: Session, race_id: int) -> None:
    """Forget a race. Raises NotFound."""
    get(s, race_id)
    s.execute(
        update(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.id == race_id).values(deleted_at=func.now())
    )
