"""Activities: what is true of one outing, and which of its sources says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy import Row as Record

from coach.domain.activity import Activity, Recording, Sport
from coach.domain.source import Source
from coach.errors import NotFound
from coach.store import models, streams
from coach.store.recordings import SourceRow, add_source, recording_of, same_identity, sources
from coach.store.session import Session, athlete_of

__all__ = [
    "Row",
    "SourceRow",
    "add_source",
    "candidates",
    "count",
    "create",
    "delete",
    "find",
    "first_day",
    "get",
    "last",
    "load",
    "merge",
    "same_identity",
    "save",
    "sources",
    "split",
    "undelete",
]

_t, _src = models.activities, models.activity_sources
CANDIDATE_WINDOW = timedelta(days=1)  # some exporters write local time as if it were UTC


@dataclass(frozen=True)
class Row:
    """One activity as stored; unknown is None.

    `winner_id` is the source (`SourceRow.id`) whose recording speaks for the activity, `field_sources` names
    another source for single fields: streams, laps, lengths, pauses, device, or a scalar's origin.
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
_LISTED = (_t.c.deleted_at.is_(None), _t.c.merged_into.is_(None))


def _select() -> Select[Any]:
    names = select(func.array_agg(_src.c.source.distinct())).where(
        _src.c.athlete_id == _t.c.athlete_id, _src.c.activity_id == _t.c.id
    )
    return select(_t, names.scalar_subquery().label("sources"))


def _row(r: Record[Any]) -> Row:
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
    row = s.execute(_select().where(_t.c.athlete_id == athlete_id, _t.c.id == activity_id)).one_or_none()
    if row is None:
        raise NotFound("activity_not_found")
    return _row(row)


def find(
    s: Session,
    athlete_id: int,
    *,
    start: date | None = None,
    end: date | None = None,
    sport: Sport | None = None,
    race: bool | None = None,
    min_distance_m: float | None = None,
    max_distance_m: float | None = None,
    text: str | None = None,
    limit: int | None = None,
    newest_first: bool = True,
) -> list[Row]:
    """Return activities by local date (`end` included), neither deleted nor merged into another."""
    wanted: list[ColumnElement[bool]] = []
    if start is not None:
        wanted.append(_t.c.local_date >= start)
    if end is not None:
        wanted.append(_t.c.local_date <= end)
    if sport is not None:
        wanted.append(_t.c.sport == sport)
    if race is not None:
        wanted.append(_t.c.race.is_(race))
    if min_distance_m is not None:
        wanted.append(_t.c.distance_m >= min_distance_m)
    if max_distance_m is not None:
        wanted.append(_t.c.distance_m <= max_distance_m)
    if text:
        wanted.append(_t.c.name.icontains(text, autoescape=True) | _t.c.note.icontains(text, autoescape=True))
    order = (_t.c.start_at.desc(), _t.c.id.desc()) if newest_first else (_t.c.start_at, _t.c.id)
    query = _select().where(_t.c.athlete_id == athlete_id, *_LISTED, *wanted).order_by(*order)
    return [_row(r) for r in s.execute(query.limit(limit))]


def last(s: Session, athlete_id: int, sport: Sport | None = None) -> Row | None:
    """Return the most recent activity (of a sport), or None."""
    return next(iter(find(s, athlete_id, sport=sport, limit=1)), None)


def count(s: Session, athlete_id: int, sport: Sport | None = None) -> int:
    """Return how many activities there are (of a sport)."""
    query = select(func.count()).where(_t.c.athlete_id == athlete_id, *_LISTED)
    return s.scalar(query if sport is None else query.where(_t.c.sport == sport)) or 0


def first_day(s: Session, athlete_id: int, sport: Sport | None = None) -> date | None:
    """Return the local date of the oldest activity (of a sport), or None."""
    query = select(func.min(_t.c.local_date)).where(_t.c.athlete_id == athlete_id, *_LISTED)
    day: date | None = s.scalar(query if sport is None else query.where(_t.c.sport == sport))
    return day


def candidates(s: Session, athlete_id: int, start: datetime, elapsed_s: float) -> list[Row]:
    """Return what may be the same outing: all that begin within a day of it, nearest first."""
    near = _t.c.start_at.between(
        start - CANDIDATE_WINDOW, start + timedelta(seconds=elapsed_s) + CANDIDATE_WINDOW
    )
    rows = [_row(r) for r in s.execute(_select().where(_t.c.athlete_id == athlete_id, *_LISTED, near))]
    return sorted(rows, key=lambda row: (abs(row.start_at - start), row.id))


def delete(s: Session, athlete_id: int, activity_id: int) -> Row:
    """Take an activity out of every list and sum; `undelete` brings it back."""
    row = get(s, athlete_id, activity_id)
    return row if row.deleted_at else _mark(s, row, deleted_at=func.now())


def undelete(s: Session, athlete_id: int, activity_id: int) -> Row:
    """Bring a deleted activity back."""
    return _mark(s, get(s, athlete_id, activity_id), deleted_at=None)


def _mark(s: Session, row: Row, **values: Any) -> Row:
    s.execute(
        update(_t)
        .where(_t.c.athlete_id == row.athlete_id, _t.c.id == row.id)
        .values(**values, updated_at=func.now())
    )
    return get(s, row.athlete_id, row.id)


def merge(s: Session, athlete_id: int, activity_id: int, into: int) -> Row:
    """Move the sources of one activity to another and hide it; `split` reverses that. Return `into`."""
    row, target = get(s, athlete_id, activity_id), get(s, athlete_id, into)
    if row.id == target.id:
        return target
    s.execute(
        update(_src)
        .where(_src.c.athlete_id == athlete_id, _src.c.activity_id == row.id)
        .values(activity_id=target.id, merged_from=func.coalesce(_src.c.merged_from, row.id))
    )
    _mark(s, row, merged_into=target.id)
    return get(s, athlete_id, into)


def split(s: Session, source_id: int) -> Row:
    """Give a source an activity of its own again: the one it was merged from, else a new one."""
    athlete_id = athlete_of(s)
    found = s.execute(
        select(_src.c.activity_id, _src.c.merged_from).where(
            _src.c.athlete_id == athlete_id, _src.c.id == source_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound("activity_not_found")
    parent = get(s, athlete_id, found.activity_id)
    if found.merged_from is None:
        own = _from_recording(s, parent, recording_of(s, source_id))
    else:
        own = _mark(s, get(s, athlete_id, found.merged_from), merged_into=None)
    s.execute(
        update(_src)
        .where(_src.c.athlete_id == athlete_id, _src.c.id == source_id)
        .values(activity_id=own.id, merged_from=None)
    )
    remaining = {name: where for name, where in parent.field_sources.items() if where != source_id}
    _mark(
        s,
        parent,
        field_sources=remaining,
        winner_id=None if parent.winner_id == source_id else parent.winner_id,
    )
    return _mark(s, own, winner_id=source_id, field_sources={})


def _from_recording(s: Session, parent: Row, recording: Recording) -> Row:
    shift = recording.start - parent.start_at
    local = parent.local_date
    if recording.utc_offset_s is not None:
        local = (recording.start + timedelta(seconds=recording.utc_offset_s)).date()
    elif shift:
        local = (datetime.combine(parent.local_date, datetime.min.time()) + shift).date()
    return create(
        s,
        parent.athlete_id,
        sport=recording.sport,
        start_at=recording.start,
        tz=parent.tz,
        local_date=local,
        elapsed_s=recording.elapsed_s,
        sub_sport=recording.sub_sport,
        name=recording.name,
        note=recording.note,
        utc_offset_s=recording.utc_offset_s,
        timer_s=recording.timer_s,
        distance_m=recording.distance_m,
        totals=recording.totals,
        race=recording.race,
        treadmill=recording.sub_sport == "treadmill",
        flags=recording.flags,
    )


_FROM_SOURCES = ("streams", "laps", "lengths", "pauses", "device")


def load(s: Session, athlete_id: int, activity_id: int, streams: bool = True) -> Activity:
    """Return the activity with its samples (unless `streams` is False). Raises NotFound.

    Scalars are the row's, the athlete's corrections included; samples, laps, lengths, pauses and device are
    the winner's, or those of the source that `field_sources` names for them.
    """
    row = get(s, athlete_id, activity_id)
    return Activity(
        id=row.id,
        recording=_recording(s, row, streams),
        local_date=row.local_date,
        tz=row.tz,
        moving_s=row.moving_s,
        sources=row.sources,
        race=row.race,
        treadmill=row.treadmill,
        excluded_from_bests=row.excluded_from_bests,
        distance_origin=row.distance_origin,
        rpe=row.rpe,
    )


def _recording(s: Session, row: Row, with_streams: bool) -> Recording:
    known: dict[int, Recording] = {}

    def said_by(source_id: int) -> Recording:
        if source_id not in known:
            known[source_id] = recording_of(s, source_id)
        return known[source_id]

    scalars: dict[str, Any] = {
        "sport": row.sport,
        "start": row.start_at,
        "elapsed_s": row.elapsed_s,
        "sub_sport": row.sub_sport,
        "utc_offset_s": row.utc_offset_s,
        "timer_s": row.timer_s,
        "distance_m": row.distance_m,
        "name": row.name,
        "note": row.note,
        "totals": dict(row.totals),
        "race": row.race,
        "flags": row.flags,
    }
    if row.winner_id is None:
        return Recording(**scalars)
    parts: dict[str, Any] = {}
    for name in _FROM_SOURCES:
        source_id = row.field_sources.get(name, row.winner_id)
        if name != "streams":
            parts[name] = getattr(said_by(source_id), name)
        elif with_streams:
            parts[name] = streams.read(s, source_id)
    return replace(said_by(row.winner_id), **scalars, **parts)
