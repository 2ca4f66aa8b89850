"""Activities: what is true of one outing, and which of its sources says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from coach.domain.activity import Activity, Recording, Sport
from coach.store import models, streams
from coach.store.activity_row import LISTED, Row, create, get, mark, row_of, save, selection
from coach.store.edits import GONE
from coach.store.merging import merge, split
from coach.store.recordings import SourceRow, add_source, recording_of, same_identity, sources
from coach.store.session import Session

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

_t = models.activities
CANDIDATE_WINDOW = timedelta(days=1)  # some exporters write local time as if it were UTC
_edits = models.edits
# Not what was hidden because a service deleted it, nor what was written down only and taken back.
_DELETED_BY_ATHLETE = (
    _t.c.deleted_at.is_not(None),
    _t.c.merged_into.is_(None),
    _t.c.winner_id.is_not(None),
    ~select(_edits.c.id)
    .where(
        _edits.c.athlete_id == _t.c.athlete_id,
        _edits.c.activity_id == _t.c.id,
        _edits.c.what == GONE,
        _edits.c.undone_at.is_(None),
    )
    .correlate(_t)
    .exists(),
)


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
    query = selection().where(_t.c.athlete_id == athlete_id, *LISTED, *wanted).order_by(*order)
    return [row_of(r) for r in s.execute(query.limit(limit))]


def last(s: Session, athlete_id: int, sport: Sport | None = None) -> Row | None:
    """Return the most recent activity (of a sport), or None."""
    return next(iter(find(s, athlete_id, sport=sport, limit=1)), None)


def count(s: Session, athlete_id: int, sport: Sport | None = None) -> int:
    """Return how many activities there are (of a sport)."""
    query = select(func.count()).where(_t.c.athlete_id == athlete_id, *LISTED)
    return s.scalar(query if sport is None else query.where(_t.c.sport == sport)) or 0


def first_day(s: Session, athlete_id: int, sport: Sport | None = None) -> date | None:
    """Return the local date of the oldest activity (of a sport), or None."""
    query = select(func.min(_t.c.local_date)).where(_t.c.athlete_id == athlete_id, *LISTED)
    day: date | None = s.scalar(query if sport is None else query.where(_t.c.sport == sport))
    return day


def candidates(
    s: Session, athlete_id: int, start: datetime, elapsed_s: float, *, deleted: bool = False
) -> list[Row]:
    """Return what may be the same outing: all that begin within a day of it, nearest first.

    `deleted`: instead, what the athlete deleted.
    """
    near = _t.c.start_at.between(
        start - CANDIDATE_WINDOW, start + timedelta(seconds=elapsed_s) + CANDIDATE_WINDOW
    )
    listed = _DELETED_BY_ATHLETE if deleted else LISTED
    rows = [row_of(r) for r in s.execute(selection().where(_t.c.athlete_id == athlete_id, *listed, near))]
    return sorted(rows, key=lambda row: (abs(row.start_at - start), row.id))


def delete(s: Session, athlete_id: int, activity_id: int) -> Row:
    """Take an activity out of every list and sum; `undelete` brings it back."""
    row = get(s, athlete_id, activity_id)
    return row if row.deleted_at else mark(s, row, deleted_at=func.now())


def undelete(s: Session, athlete_id: int, activity_id: int) -> Row:
    """Bring a deleted activity back."""
    return mark(s, get(s, athlete_id, activity_id), deleted_at=None)


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
