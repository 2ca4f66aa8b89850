"""Forgetting what came from a service: its sources, and everything that rested on them alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from coach.domain.activity import Sport
from coach.domain.source import Source
from coach.pipeline import outings, recompute
from coach.pipeline.outings import ATHLETE
from coach.pipeline.place import local_date, offset_s
from coach.store import (
    activities,
    athletes,
    daily,
    edits,
    emptied,
    insights,
    metrics,
    planned_workouts,
    raw_payloads,
    recordings,
    service_sources,
)
from coach.store.activities import Row
from coach.store.session import Database, Session

BATCH = 20  # sources per transaction: short enough to wait for


def forget_sources(s: Session, athlete_id: int, ids: Collection[int], home: str) -> None:
    """Delete these sources of activities, with their samples and the answers they were made of.

    An activity that is left without any and that the athlete never touched is deleted for good. Of one that
    they touched their own words stay, and the day; others are chosen anew from the sources that are left.
    What was computed is computed anew. `home` is the athlete's zone; needs the athlete's lock.
    """
    gone = service_sources.some(s, athlete_id, ids)
    if not gone:
        return
    service_sources.remove(s, athlete_id, [source.id for source in gone])
    for source in gone:
        if source.external_id and not service_sources.of_item(
            s, athlete_id, source.source, source.external_id
        ):
            raw_payloads.forget_payloads(s, athlete_id, source.source, [source.external_id])
    concerned = {source.activity_id for source in gone}
    for named in {one.source for one in gone}:
        insights.forget(s, athlete_id, named)
    # What was computed of them says what they said: it goes at once, not when somebody computes it anew.
    metrics.forget(s, athlete_id, concerned)
    empty = {i for i in concerned if not recordings.sources(s, i)}
    _delete_untouched(s, athlete_id, empty, home)
    for activity_id in concerned - empty:
        outings.refresh(s, activities.get(s, athlete_id, activity_id), home)
    if activities.first_day(s, athlete_id) is None:
        _forget_estimates(s)
    recompute.defer(s, athlete_id, len(concerned - empty))


def _delete_untouched(s: Session, athlete_id: int, empty: set[int], home: str) -> None:
    together = empty | emptied.merged_into(s, athlete_id, empty)
    touched = emptied.touched(s, athlete_id, together)
    # What was merged shows again when the other goes, so one of them touched keeps both.
    for activity_id in empty:
        group = {activity_id} | emptied.merged_into(s, athlete_id, [activity_id])
        if group & touched:
            _leave_words(s, activities.get(s, athlete_id, activity_id), home)
        else:
            emptied.delete_for_good(s, athlete_id, group)


def _leave_words(s: Session, row: Row, home: str) -> Row:
    """Keep of an activity what the athlete said, and the day it is about.

    One that they wrote down before a recording of it came is again what they wrote.
    """
    own = {name: where for name, where in row.field_sources.items() if where == ATHLETE}
    nothing = Row(
        id=row.id,
        athlete_id=row.athlete_id,
        sport=row.sport,
        start_at=datetime.combine(row.local_date, time(), row.zone),
        tz=home,
        local_date=row.local_date,
        elapsed_s=0.0,
        flags=("no_samples",),
    )
    said = {name: getattr(row, name) for name in own if name in Row.__dataclass_fields__}
    told = _told(s, row, home)
    if told is not None:
        nothing = replace(nothing, **told)
    kept = ("excluded_from_bests", "rpe", "merged_into", "deleted_at")
    return activities.save(
        s,
        replace(
            nothing,
            **{name: getattr(row, name) for name in kept},
            **said,
            distance_origin=(
                row.distance_origin if "distance_m" in own else "recorded" if told is None else "said"
            ),
            field_sources=own,
        ),
    )


def _told(s: Session, row: Row, home: str) -> dict[str, Any] | None:
    """Return what the athlete told of an activity that they wrote down; None where they did not."""
    edit = edits.standing(s, row.athlete_id, row.id, "logged")
    if edit is None or "elapsed_s" not in edit.after:
        return None
    start = datetime.fromisoformat(edit.after["start_at"])
    return {
        "sport": Sport(edit.after["sport"]),
        "start_at": start,
        "utc_offset_s": offset_s(start, home),
        "local_date": local_date(start, home),
        "elapsed_s": edit.after["elapsed_s"],
        "timer_s": edit.after["elapsed_s"],
        "distance_m": edit.after["distance_m"],
    }


def _forget_estimates(s: Session) -> None:
    """Delete thresholds that were estimated from activities of which none is left."""
    for threshold in athletes.thresholds(s):
        if threshold.origin == "estimated":
            athletes.delete_threshold(s, threshold)


def forget_source(db: Database, athlete_id: int, source: Source) -> None:
    """Delete everything that came from a source. Killed anywhere, the next call does the rest."""
    while True:
        with db.athlete_session(athlete_id) as s:
            athletes.lock(s, athlete_id)
            ids = service_sources.ids_from(s, athlete_id, source, BATCH)
            forget_sources(s, athlete_id, ids, athletes.get(s, athlete_id).tz)
        if not ids:
            break
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        changed = daily.delete_values(s, athlete_id, source)
        planned_workouts.remove(s, source)
        raw_payloads.forget_payloads(s, athlete_id, source)
        insights.forget(s, athlete_id, source)
        if changed:
            recompute.defer(s, athlete_id, 0)
