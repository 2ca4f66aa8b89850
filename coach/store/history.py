"""The stored past of an athlete, as the metrics of days read it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from coach.domain.activity import Device, Sport
from coach.domain.metrics.history import History, Past, one_a_day, origin_a_day
from coach.store import activities, athletes, completeness, daily, metrics, models, recordings
from coach.store.activity_row import LISTED
from coach.store.session import Session

_t = models.activities


def history_of(
    s: Session,
    athlete_id: int,
    until: date,
    *,
    load: bool = False,
    measures: Collection[str] = (),
    daily_names: Collection[str] = (),
    entry_kinds: Collection[str] = (),
    since: date | None = None,
    devices: bool = False,
) -> History | None:
    """Return the athlete's past up to and including `until`, or None when nothing was ever recorded.

    Only what is asked for is read: `load` the daily training load of all time; from `since` on, `measures`
    the activities with these metrics, `daily_names` measured values and `entry_kinds` what was said.
    `devices` tells which watch recorded an activity.
    """
    first = activities.first_day(s, athlete_id)
    first_value = daily.first_day(s, athlete_id) if daily_names or entry_kinds else None
    begin = min((day for day in (first, first_value) if day is not None), default=None)
    if begin is None or begin > until:
        return None
    begin_at = begin if since is None else max(since, begin)
    measured = daily.values(s, athlete_id, daily_names, begin_at, until) if daily_names else []
    return History(
        athlete=athletes.get(s, athlete_id, until),
        first_day=first or begin,
        last_day=until,
        daily_load=metrics.daily_sums(s, athlete_id, "training_load", begin, until) if load else {},
        activities=_activities(s, athlete_id, begin_at, until, measures, devices) if measures else (),
        daily=one_a_day(measured),
        daily_sources={
            name: frozenset(v.source for v in measured if v.name == name)
            for name in {v.name for v in measured}
        },
        daily_origin=origin_a_day(measured),
        entries=daily.list_entries(s, athlete_id, start=begin_at, end=until, kinds=entry_kinds)
        if entry_kinds
        else (),
        thresholds=athletes.thresholds(s),
        complete_from=completeness.incomplete_before(s),
    )


def _activities(
    s: Session, athlete_id: int, begin: date, until: date, measures: Collection[str], devices: bool
) -> list[Past]:
    # Only these columns: a whole row, with the sources behind it, costs more than all its metrics.
    query = select(_t.c.id, _t.c.local_date, _t.c.sport, _t.c.race, _t.c.treadmill, _t.c.rpe).where(
        _t.c.athlete_id == athlete_id, *LISTED, _t.c.local_date.between(begin, until)
    )
    rows = s.execute(query.order_by(_t.c.start_at, _t.c.id)).all()
    ids = [row.id for row in rows]
    read = metrics.read(s, athlete_id, ids, measures)
    watch = recordings.devices(s, athlete_id, ids) if devices else {}
    return [
        Past(
            activity_id=row.id,
            day=row.local_date,
            sport=Sport(row.sport),
            measures=read.get(row.id, {}),
            race=row.race,
            treadmill=row.treadmill,
            rpe=row.rpe,
            device=watch.get(row.id, Device()),
        )
        for row in rows
    ]
