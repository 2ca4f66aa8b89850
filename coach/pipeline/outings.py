"""One outing from its sources: who wins, which field comes from where, and taking sources apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from coach.domain.activity import Activity, Recording
from coach.domain.outing import WHOLE_HOURS, Chosen, Sketch, choose, same_outing
from coach.domain.source import Source
from coach.errors import BadInput
from coach.pipeline.place import local_date, offset_s, zone_of
from coach.store import activities, daily, journal, permissions, streams
from coach.store.activities import Row, SourceRow
from coach.store.activity_row import mark
from coach.store.session import Session

# In `Row.field_sources`: the athlete's own word, which no recording overrides.
ATHLETE = 0
# What these send nobody chose to send again; a file that is given once more is meant.
BY_THEMSELVES = (Source.garmin, Source.strava, Source.apple_health)
# Beside the fields in `Row.field_sources`: the athlete said that this is an outing of its own.
APART = "apart"


@dataclass(frozen=True)
class Placed:
    """Where a recording went. `activity` is what its metrics are computed from."""

    row: Row
    activity: Activity
    is_new: bool


def place(
    s: Session, athlete_id: int, recording: Recording, *, source: Source, file_id: int | None, home: str
) -> Placed:
    """Store a recording: as a source of the activity it is a copy of, else as a new activity.

    A copy that several activities resemble shows that they are one, and makes them one. What a service sends
    of an activity that the athlete deleted stays deleted with it. `home` is the athlete's zone. Needs the
    athlete's lock.
    """
    found = _resembling(s, athlete_id, recording)
    if not found and source in BY_THEMSELVES:
        found = _resembling(s, athlete_id, recording, deleted=True)[:1]
    if found:
        target = found[0]
        activities.add_source(s, athlete_id, recording, source=source, file_id=file_id, activity_id=target.id)
        for other in found[1:]:
            target = _absorb(s, target, other)
        row = refresh(s, target, home)
        return Placed(row, activities.load(s, athlete_id, row.id), False)
    if recording.streams is not None:
        recording = replace(recording, streams=streams.as_stored(recording.streams))
    recording = replace(recording, flags=_flags(recording))
    row = activities.create(s, athlete_id, **_columns(recording, zone_of([recording], home)))
    stored = activities.add_source(
        s, athlete_id, recording, source=source, file_id=file_id, activity_id=row.id
    )
    fields = dict.fromkeys(choose([(source, recording)], permissions.read(s)).fields, stored.id)
    row = mark(s, row, winner_id=stored.id, field_sources=fields)
    return Placed(row, _activity(row, recording), True)


def _activity(row: Row, recording: Recording) -> Activity:
    """Return what `activities.load` would read back of a new activity."""
    return Activity(
        id=row.id,
        recording=recording,
        local_date=row.local_date,
        tz=row.tz,
        sources=row.sources,
        race=row.race,
        treadmill=row.treadmill,
    )


def _resembling(s: Session, athlete_id: int, recording: Recording, *, deleted: bool = False) -> list[Row]:
    """Return the activities that `recording` is another source of, the one to keep first.

    `deleted`: of those that the athlete deleted.
    """
    sketch = Sketch.of(recording)
    found = [
        row
        for row in activities.candidates(s, athlete_id, recording.start, recording.elapsed_s, deleted=deleted)
        if _near(row, recording) and any(same_outing(sketch, known) for known in _sketches(s, row))
    ]
    together = [row for row in found if APART not in row.field_sources]
    # What the athlete has entered or told apart stays as it is.
    return sorted(together, key=lambda row: (not _own(row), row.id)) or found[:1]


def _near(row: Row, recording: Recording) -> bool:
    """Return whether a source of `row` can be the same outing, before its sources are read."""
    longest = timedelta(seconds=max(row.elapsed_s, recording.elapsed_s))
    return abs(row.start_at - recording.start) <= WHOLE_HOURS + longest


def _sketches(s: Session, row: Row) -> list[Sketch]:
    known = [Sketch.of(k.recording) for k in activities.sources(s, row.id)]
    return known or [Sketch(row.sport, row.start_at, row.elapsed_s, row.distance_m, typed=True)]


def _columns(recording: Recording, tz: str) -> dict[str, Any]:
    offset = recording.utc_offset_s
    return {
        "sport": recording.sport,
        "sub_sport": recording.sub_sport,
        "start_at": recording.start,
        "tz": tz,
        "utc_offset_s": offset if offset is not None else offset_s(recording.start, tz),
        "local_date": local_date(recording.start, tz),
        "elapsed_s": recording.elapsed_s,
        "timer_s": recording.timer_s,
        "moving_s": None,
        "distance_m": recording.distance_m,
        "name": recording.name,
        "note": recording.note,
        "totals": dict(recording.totals),
        "race": recording.race,
        "treadmill": recording.sub_sport == "treadmill",
        "flags": _flags(recording),
    }


def _flags(recording: Recording) -> tuple[str, ...]:
    missing = () if recording.streams is not None or "no_samples" in recording.flags else ("no_samples",)
    return (*recording.flags, *missing)


def _own(row: Row) -> dict[str, int]:
    return {name: where for name, where in row.field_sources.items() if where == ATHLETE}


def refresh(s: Session, row: Row, home: str) -> Row:
    """Choose anew which source each field of an activity comes from; the athlete's own words stay.

    The result depends on the sources alone, not on the order they came in. Metrics must be computed anew.
    """
    known = activities.sources(s, row.id)
    if not known:
        return row
    recordings = _with_samples(s, known)
    chosen = choose(recordings, permissions.read(s))
    fields = {name: known[index].id for name, index in chosen.fields.items()}
    ranked = [recordings[index][1] for index in chosen.ranked]
    believed = _believed([r for _, r in recordings], chosen)
    columns = _columns(believed, zone_of(ranked, home))
    own = _own(row)
    columns |= {name: getattr(row, name) for name in own if name in columns}
    if "distance_m" not in own:
        columns["distance_origin"] = "recorded"
    return activities.save(
        s,
        replace(row, **columns, winner_id=known[chosen.winner].id, field_sources={**fields, **own}),
    )


def _with_samples(s: Session, known: Sequence[SourceRow]) -> list[tuple[Source, Recording]]:
    """Return the sources with their samples, without which their worth cannot be told."""
    return [(k.source, replace(k.recording, streams=streams.read(s, k.id))) for k in known]


def _believed(known: Sequence[Recording], chosen: Chosen) -> Recording:
    """Return the winner's recording with the fields and totals that other sources know better."""
    values: dict[str, Any] = {}
    totals: dict[str, float] = {}
    for name, index in chosen.fields.items():
        total = name.removeprefix("totals.")
        if total != name:
            totals[total] = known[index].totals[total]
        else:
            values[name] = getattr(known[index], name)
    return replace(known[chosen.winner], **values, totals=totals)


def split(s: Session, row: Row, source_id: int, home: str) -> tuple[Row, Row]:
    """Make a source an activity of its own again. Returns what is left, and what was split off.

    What was told apart does not merge by itself again. Raises BadInput for the only source. The metrics of
    both must be computed anew; needs the athlete's lock.
    """
    if len(activities.sources(s, row.id)) < 2:
        raise BadInput("only_one_source")
    apart = activities.split(s, source_id)
    left = refresh(s, activities.get(s, row.athlete_id, row.id), home)
    apart = refresh(s, mark(s, apart, field_sources={APART: ATHLETE}), home)
    return left, apart


def join(s: Session, row: Row, other: Row, home: str) -> Row:
    """Make two activities one, whose sources are those of both: the athlete says they are. Returns it.

    Its metrics must be computed anew; needs the athlete's lock.
    """
    return refresh(s, _absorb(s, row, other), home)


def _absorb(s: Session, target: Row, other: Row) -> Row:
    """Move the sources of `other` to `target`, with what the athlete said of it."""
    for entry in daily.list_entries(s, target.athlete_id, activity_id=other.id):
        daily.update_entry(s, target.athlete_id, replace(entry, activity_id=target.id))
    journal.move(s, other.id, to=target.id)
    activities.merge(s, target.athlete_id, other.id, into=target.id)
    theirs = {name: where for name, where in _own(other).items() if name not in _own(target)}
    said = {name: getattr(other, name) for name in theirs if name in Row.__dataclass_fields__}
    if "distance_m" in said:
        said["distance_origin"] = other.distance_origin
    words = {**target.field_sources, **theirs}
    words.pop(APART, None)
    return activities.save(
        s,
        replace(
            target,
            **said,
            field_sources=words,
            rpe=target.rpe if target.rpe is not None else other.rpe,
            excluded_from_bests=target.excluded_from_bests or other.excluded_from_bests,
        ),
    )
