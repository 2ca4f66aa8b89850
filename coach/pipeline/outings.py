"""One outing from its sources: who wins, which field comes from where, and taking sources apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from coach.domain.activity import Recording, Sport
from coach.domain.outing import Chosen, Sketch, choose, same_outing
from coach.domain.source import Source
from coach.pipeline.place import local_date, offset_s, zone_of
from coach.store import activities, streams
from coach.store.activities import Row, SourceRow
from coach.store.session import Session

ATHLETE = 0  # in `Row.field_sources`: the athlete's own word, which no recording overrides


def place(
    s: Session, athlete_id: int, recording: Recording, *, source: Source, file_id: int | None, home: str
) -> tuple[Row, bool]:
    """Store a recording: as a source of the activity it is a copy of, else as a new activity.

    `home` is the athlete's zone. Returns the activity and whether it is new.
    """
    found = _known(s, athlete_id, recording)
    if found is None:
        row = activities.create(s, athlete_id, **_columns(recording, zone_of(recording, home)))
        stored = activities.add_source(
            s, athlete_id, recording, source=source, file_id=file_id, activity_id=row.id
        )
        return activities.save(s, replace(row, winner_id=stored.id)), True
    activities.add_source(s, athlete_id, recording, source=source, file_id=file_id, activity_id=found.id)
    return refresh(s, found, zone_of(recording, home)), False


def _known(s: Session, athlete_id: int, recording: Recording) -> Row | None:
    """Return the activity that `recording` is another source of, the one nearest in time first."""
    sketch = Sketch.of(recording)
    for row in activities.candidates(s, athlete_id, recording.start, recording.elapsed_s):
        if any(same_outing(sketch, known) for known in _sketches(s, row)):
            return row
    return None


def _sketches(s: Session, row: Row) -> list[Sketch]:
    own = Sketch(row.sport, row.start_at, row.elapsed_s, row.distance_m)
    return [own] if row.winner_id is None else [Sketch.of(k.recording) for k in activities.sources(s, row.id)]


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


def refresh(s: Session, row: Row, tz: str | None = None) -> Row:
    """Choose anew which source each field of an activity comes from; the athlete's own words stay."""
    known = activities.sources(s, row.id)
    if not known:
        return row
    recordings = _with_samples(s, known)
    chosen = choose(recordings)
    fields = {name: known[index].id for name, index in chosen.fields.items()}
    own = {name: where for name, where in row.field_sources.items() if where == ATHLETE}
    winner = known[chosen.winner]
    columns = _columns(_believed([r for _, r in recordings], chosen), tz or row.tz)
    kept = {name: getattr(row, name) for name in own if name in columns}
    # What only the athlete says (race, treadmill) is not taken back by a later copy that knows nothing of it.
    kept["race"] = row.race or columns["race"]
    kept["treadmill"] = row.treadmill if "treadmill" in own else columns["treadmill"]
    kept["moving_s"] = row.moving_s
    return activities.save(
        s, replace(row, **{**columns, **kept}, winner_id=winner.id, field_sources={**fields, **own})
    )


def _with_samples(s: Session, known: Sequence[SourceRow]) -> list[tuple[Source, Recording]]:
    """Return the sources with their samples, without which their worth cannot be told."""
    return [(k.source, replace(k.recording, streams=streams.read(s, k.id))) for k in known]


def _believed(known: Sequence[Recording], chosen: Chosen) -> Recording:
    """Return the winner's recording with the fields and totals that other sources know better."""
    values = {
        name: getattr(known[index], name)
        for name, index in chosen.fields.items()
        if not name.startswith("totals.")
    }
    totals = {
        name.removeprefix("totals."): known[index].totals[name.removeprefix("totals.")]
        for name, index in chosen.fields.items()
        if name.startswith("totals.")
    }
    recording = known[chosen.winner]
    if recording.sport is Sport.other:
        named = [k.sport for k in known if k.sport is not Sport.other]
        values["sport"] = named[0] if named else Sport.other
    return replace(recording, **values, totals=totals)


def split(s: Session, row: Row, source_id: int) -> tuple[Row, Row]:
    """Make a source an activity of its own again. Returns what is left, and what was split off."""
    apart = activities.split(s, source_id)
    return refresh(s, activities.get(s, row.athlete_id, row.id)), refresh(s, apart)
