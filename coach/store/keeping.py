"""What is older than its source may be kept: finding it, and deleting what repeats what a source said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select

from coach.domain.source import Source
from coach.store import models
from coach.store.session import Session

_src, _act = models.activity_sources, models.activities


@dataclass(frozen=True)
class Outlived:
    """A source of an activity that was last confirmed too long ago. `day` is that of the activity."""

    id: int
    activity_id: int
    external_id: str
    day: date


def outlived(s: Session, athlete_id: int, source: Source, before: datetime, limit: int) -> list[Outlived]:
    """Return some of a source's recordings that nothing confirmed since, the newest activities first."""
    query = (
        select(_src.c.id, _src.c.activity_id, _src.c.external_id, _act.c.local_date)
        .join_from(_src, _act, (_act.c.athlete_id == _src.c.athlete_id) & (_act.c.id == _src.c.activity_id))
        .where(_src.c.athlete_id == athlete_id, _src.c.source == source.value, _src.c.confirmed_at < before)
        .order_by(_act.c.local_date.desc(), _src.c.id)
        .limit(limit)
    )
    return [Outlived(*row) for row in s.execute(query)]


def without_other(
    s: Session, athlete_id: int, activity_ids: Collection[int], gone: Collection[int]
) -> set[int]:
    """Return which activities are known from no source but those in `gone`."""
    query = select(_src.c.activity_id).where(
        _src.c.athlete_id == athlete_id,
        _src.c.activity_id == func.any(list(activity_ids)),
        _src.c.id != func.all(list(gone)),
    )
    return set(activity_ids) - set(s.scalars(query))


def forget_answers(s: Session, athlete_id: int, source: Source, before: datetime) -> int:
    """Delete a source's answers, listed things, daily values and plans of before; return how many values."""
    answers, listed = models.raw_payloads, models.remote_items
    days, planned = models.daily_values, models.planned_workouts
    for table, name, at in (
        (answers, answers.c.source, answers.c.fetched_at),
        (listed, listed.c.provider, listed.c.seen_at),
        (planned, planned.c.source, planned.c.updated_at),
    ):
        s.execute(delete(table).where(table.c.athlete_id == athlete_id, name == source.value, at < before))
    gone = s.scalars(
        delete(days)
        .where(days.c.athlete_id == athlete_id, days.c.source == source.value, days.c.received_at < before)
        .returning(days.c.day)
    )
    return len(gone.all())


def forget_edits(s: Session, athlete_id: int, activity_ids: Collection[int]) -> None:
    """Delete what was changed of activities: what stood there before may be what a source said.

    What the athlete wrote down stays: it is theirs alone.
    """
    t = models.edits
    s.execute(
        delete(t).where(
            t.c.athlete_id == athlete_id,
            t.c.activity_id == func.any(list(activity_ids)),
            t.c.what != "logged",
        )
    )


def forget_track_records(s: Session, athlete_id: int) -> None:
    """Delete what models would have said: they looked at everything there was."""
    t = models.track_records
    s.execute(delete(t).where(t.c.athlete_id == athlete_id))


def known_from_several(s: Session, athlete_id: int) -> list[int]:
    """Return the activities that have more than one source, the newest first."""
    query = (
        select(_src.c.activity_id)
        .where(_src.c.athlete_id == athlete_id)
        .group_by(_src.c.activity_id)
        .having(func.count() > 1)
        .order_by(_src.c.activity_id.desc())
    )
    return list(s.scalars(query))
