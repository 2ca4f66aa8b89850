"""Workouts that somebody planned elsewhere and gave us: rows of a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from coach.domain.activity import Sport
from coach.domain.source import Source
from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.planned_workouts


@dataclass(frozen=True)
class PlannedWorkout:
    """One planned workout. `external_id` is its row over there; unknown is None."""

    source: Source
    external_id: str
    day: date
    sport: Sport
    title: str = ""
    note: str = ""
    distance_m: float | None = None
    duration_s: float | None = None


def save(s: Session, workouts: Iterable[PlannedWorkout]) -> int:
    """Keep planned workouts, replacing those of the same source and row; return how many changed."""
    latest = {(w.source, w.external_id): w for w in workouts}
    if not latest:
        return 0
    new = insert(_t).values([{"athlete_id": athlete_of(s), **vars(w)} for w in latest.values()])
    told = ("day", "sport", "title", "note", "distance_m", "duration_s")
    changed = s.execute(
        new.on_conflict_do_update(
            index_elements=["athlete_id", "source", "external_id"],
            set_={**{name: new.excluded[name] for name in told}, "updated_at": func.now()},
            where=tuple_(*(_t.c[n] for n in told)).is_distinct_from(tuple_(*(new.excluded[n] for n in told))),
        ).returning(_t.c.external_id)
    ).all()
    return len(changed)


def between(s: Session, start: date, end: date) -> list[PlannedWorkout]:
    """Return planned workouts by day (`end` included), oldest first."""
    columns = [_t.c[name] for name in PlannedWorkout.__dataclass_fields__]
    query = select(*columns).where(_t.c.athlete_id == athlete_of(s), _t.c.day.between(start, end))
    return [
        PlannedWorkout(**{**r._mapping, "source": Source(r.source), "sport": Sport(r.sport)})
        for r in s.execute(query.order_by(_t.c.day, _t.c.external_id))
    ]


def remove(s: Session, source: Source, external_ids: Iterable[str] | None = None) -> None:
    """Forget planned workouts of a source, or some of them."""
    gone = (_t.c.athlete_id == athlete_of(s)) & (_t.c.source == source.value)
    if external_ids is not None:
        gone &= _t.c.external_id.in_(list(external_ids))
    s.execute(_t.delete().where(gone))
