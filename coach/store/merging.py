"""Merging activities that are one outing, and taking them apart again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from coach.domain.activity import Recording
from coach.errors import NotFound
from coach.store import models
from coach.store.activity_row import Row, create, get, mark
from coach.store.recordings import recording_of
from coach.store.session import Session, athlete_of

_src = models.activity_sources


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
    mark(s, row, merged_into=target.id)
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
        own = mark(s, get(s, athlete_id, found.merged_from), merged_into=None)
    s.execute(
        update(_src)
        .where(_src.c.athlete_id == athlete_id, _src.c.id == source_id)
        .values(activity_id=own.id, merged_from=None)
    )
    remaining = {name: where for name, where in parent.field_sources.items() if where != source_id}
    mark(
        s,
        parent,
        field_sources=remaining,
        winner_id=None if parent.winner_id == source_id else parent.winner_id,
    )
    return mark(s, own, winner_id=source_id, field_sources={})


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
