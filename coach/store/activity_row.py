"""One row of activities: its fields, and how it is written and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, cast, func, insert, select, update
from sqlalchemy import Row as Record
from sqlalchemy.dialects.postgresql import JSONPATH

from coach.domain.activity import Sport
from coach.domain.source import Source
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session

_t, _src = models.activities, models.activity_sources


@dataclass(frozen=True)
class Row:
    """One activity as stored; unknown is None.

    `winner_id` is the source (`SourceRow.id`) whose recording speaks for the activity, `field_sources` names
    another source for single fields: streams, laps, lengths, pauses, device, or a scalar's origin. `sources`
    are those that anything of it comes from: what else it is known from, is only kept.
    """

    id: int
    athlete_id: int
    sport: Sport
    start_at: datetime
    tz: str
    local_date: date
    elapsed_s: float
    sub_sport: str = ""
    name: str = ""
    note: str = ""
    utc_offset_s: int | None = None
    timer_s: float | None = None
    moving_s: float | None = None
    distance_m: float | None = None
    totals: Mapping[str, float] = field(default_factory=dict)
    race: bool = False
    treadmill: bool = False
    excluded_from_bests: bool = False
    distance_origin: Literal["recorded", "corrected", "said"] = "recorded"
    rpe: float | None = None
    winner_id: int | None = None
    field_sources: Mapping[str, int] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    merged_into: int | None = None
    deleted_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    sources: frozenset[Source] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the place where it began."""
        return ZoneInfo(self.tz)

    @property
    def has_samples(self) -> bool:
        """Whether a recording with samples stands behind it."""
        return self.winner_id is not None and "no_samples" not in self.flags


_SET_BY_US = {"id", "athlete_id", "created_at", "updated_at", "sources"}
LISTED = (_t.c.deleted_at.is_(None), _t.c.merged_into.is_(None))


def speaks() -> ColumnElement[bool]:
    """Return whether a source is one that its activity's fields come from. Joins the two tables."""
    path = cast("$.* ? (@ == $id)", JSONPATH)
    named = func.jsonb_path_exists(_t.c.field_sources, path, func.jsonb_build_object("id", _src.c.id))
    # Until somebody chose, all of them may have been read.
    return (
        (_src.c.athlete_id == _t.c.athlete_id)
        & (_src.c.activity_id == _t.c.id)
        & (_t.c.winner_id.is_(None) | (_src.c.id == _t.c.winner_id) | named)
    )


def selection() -> Select[Any]:
    """Return the query of whole rows, to be narrowed; `row_of` reads its records."""
    names = select(func.array_agg(_src.c.source.distinct())).where(speaks()).correlate(_t)
    return select(_t, names.scalar_subquery().label("sources"))


def row_of(r: Record[Any]) -> Row:
    """Return a record of `selection` as Row."""
    values = dict(r._mapping)
    values["sport"] = Sport(values["sport"])
    values["flags"] = tuple(values["flags"])
    # An activity without recording is what the athlete said.
    values["sources"] = frozenset(Source(name) for name in values["sources"] or (Source.journal,))
    return Row(**values)


def create(
    s: Session,
    athlete_id: int,
    *,
    sport: Sport,
    start_at: datetime,
    tz: str,
    local_date: date,
    elapsed_s: float,
    **columns: Any,
) -> Row:
    """Add an activity; `columns` are any other fields of Row."""
    row = Row(0, athlete_id, sport, start_at, tz, local_date, elapsed_s, **columns)
    new = s.scalar(insert(_t).values(athlete_id=athlete_id, **_values(row)).returning(_t.c.id))
    return get(s, athlete_id, int(new or 0))


def save(s: Session, row: Row) -> Row:
    """Write every field of a row and return it as stored. Raises NotFound."""
    changed = s.execute(
        update(_t)
        .where(_t.c.athlete_id == row.athlete_id, _t.c.id == row.id)
        .values(**_values(row), updated_at=func.now())
        .returning(_t.c.id)
    ).one_or_none()
    if changed is None:
        raise NotFound("activity_not_found")
    return get(s, row.athlete_id, row.id)


def _values(row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in row.__dataclass_fields__ if name not in _SET_BY_US}
    return {
        **values,
        "flags": list(row.flags),
        "totals": dict(row.totals),
        "field_sources": dict(row.field_sources),
    }


def get(s: Session, athlete_id: int, activity_id: int) -> Row:
    """Return an activity, deleted and merged ones too. Raises NotFound."""
    if not 0 < activity_id < 2**63:  # beyond what a key can be, the database fails instead of finding nothing
        raise NotFound("activity_not_found")
    row = s.execute(selection().where(_t.c.athlete_id == athlete_id, _t.c.id == activity_id)).one_or_none()
    if row is None:
        raise NotFound("activity_not_found")
    return row_of(row)


def mark(s: Session, row: Row, **values: Any) -> Row:
    """Write a few columns of a row and return it as stored."""
    s.execute(
        update(_t)
        .where(_t.c.athlete_id == row.athlete_id, _t.c.id == row.id)
        .values(**values, updated_at=func.now())
    )
    return get(s, row.athlete_id, row.id)
