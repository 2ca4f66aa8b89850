"""Writing down, correcting, deleting, undoing: every change is recorded, and made once per key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.daily import DailyValue, Entry
from coach.domain.source import Source
from coach.pipeline import recompute
from coach.pipeline.outings import ATHLETE
from coach.pipeline.place import local_date, offset_s
from coach.store import activities, athletes, daily, edits
from coach.store.activities import Row
from coach.store.edits import Edit
from coach.store.session import Session

FIELDS = ("name", "race", "treadmill", "distance_m", "excluded_from_bests", "sport")


@dataclass(frozen=True)
class Undone:
    """What was undone: its kind (text key `tools.undone_<what>`) and the name of what it was about."""

    what: str
    label: str


def log_activity(
    s: Session,
    athlete: Athlete,
    *,
    start: datetime,
    sport: Sport,
    distance_m: float | None,
    duration_s: float,
    treadmill: bool = False,
    race: bool = False,
    name: str = "",
    rpe: float | None = None,
    call_key: str = "",
) -> tuple[Row, int]:
    """Write down an activity that nothing recorded; return it and the number of the edit."""
    first = edits.by_key(s, athlete.id, call_key) if call_key else None
    if first is not None and first.activity_id is not None:
        return activities.get(s, athlete.id, first.activity_id), first.id
    row = activities.create(
        s,
        athlete.id,
        sport=sport,
        start_at=start,
        tz=athlete.tz,
        utc_offset_s=offset_s(start, athlete.tz),
        local_date=local_date(start, athlete.tz),
        elapsed_s=duration_s,
        timer_s=duration_s,
        distance_m=distance_m,
        name=name,
        treadmill=treadmill,
        race=race,
        rpe=rpe,
        distance_origin="said",
        flags=("no_samples",),
        field_sources=dict.fromkeys(FIELDS, ATHLETE),
    )
    edit, _ = edits.record(s, athlete.id, row.id, "logged", {}, {}, call_key)
    _measure(s, athlete, row.id)
    return activities.get(s, athlete.id, row.id), edit.id


def change(
    s: Session, athlete: Athlete, activity_id: int, changes: Mapping[str, Any], *, call_key: str = ""
) -> tuple[Row, int]:
    """Change fields of an activity (FIELDS); return it and the number of the edit."""
    row = activities.get(s, athlete.id, activity_id)
    before = {
        **{name: getattr(row, name) for name in changes},
        "distance_origin": row.distance_origin,
        "field_sources": dict(row.field_sources),
    }
    edit, new = edits.record(s, athlete.id, activity_id, "changed", before, dict(changes), call_key)
    if not new:
        return row, edit.id
    columns = dict(changes)
    if "distance_m" in changes and row.distance_origin == "recorded":
        columns["distance_origin"] = "corrected"
    own = dict.fromkeys(changes, ATHLETE)
    activities.save(s, replace(row, **columns, field_sources={**row.field_sources, **own}))
    _measure(s, athlete, activity_id)
    return activities.get(s, athlete.id, activity_id), edit.id


def delete(s: Session, athlete: Athlete, activity_id: int, *, call_key: str = "") -> int:
    """Take an activity out of every list and sum; return the number of the edit."""
    edit, new = edits.record(s, athlete.id, activity_id, "deleted", {}, {}, call_key)
    if new:
        activities.delete(s, athlete.id, activity_id)
    return edit.id


def note(
    s: Session,
    athlete: Athlete,
    entries: Sequence[Entry],
    values: Sequence[DailyValue] = (),
    *,
    call_key: str = "",
) -> tuple[list[Entry], int]:
    """Keep what the athlete said; return the entries and the number of the edit.

    An RPE said of an activity becomes that activity's, and its load is computed with it. Measured `values`
    (hours of sleep) replace what was said of the same day before.
    """
    first = edits.by_key(s, athlete.id, call_key) if call_key else None
    if first is not None:
        return [daily.get_entry(s, athlete.id, entry_id) for entry_id in first.after["entries"]], first.id
    kept = [daily.add_entry(s, athlete.id, entry) for entry in entries]
    before = [
        _value_said(v)
        for value in values
        for v in daily.values(s, athlete.id, (value.name,), value.day, value.day)
        if v.source == value.source
    ]
    daily.save_values(s, athlete.id, values)
    rated: dict[str, float | None] = {}
    for entry in kept:
        if entry.kind == "rpe" and entry.activity_id is not None:
            row = activities.get(s, athlete.id, entry.activity_id)
            rated[str(row.id)] = row.rpe
            activities.save(s, replace(row, rpe=entry.value))
            _measure(s, athlete, row.id)
    edit, _ = edits.record(
        s,
        athlete.id,
        None,
        "noted",
        {"rpe": rated, "values": before},
        {"entries": [entry.id for entry in kept], "values": [_value_said(v) for v in values]},
        call_key,
    )
    return kept, edit.id


def _value_said(value: DailyValue) -> list[Any]:
    return [value.day.isoformat(), value.name, value.value]


def _undo_note(s: Session, athlete: Athlete, edit: Edit) -> None:
    for entry_id in edit.after["entries"]:
        daily.delete_entry(s, athlete.id, entry_id)
    for day, name, _ in edit.after["values"]:
        daily.delete_value(s, athlete.id, date.fromisoformat(day), name, Source.journal)
    earlier = [
        DailyValue(date.fromisoformat(d), name, v, Source.journal) for d, name, v in edit.before["values"]
    ]
    daily.save_values(s, athlete.id, earlier)
    for activity_id, rpe in edit.before["rpe"].items():
        row = activities.get(s, athlete.id, int(activity_id))
        activities.save(s, replace(row, rpe=rpe))
        _measure(s, athlete, row.id)


def undo_last(s: Session, athlete: Athlete, *, call_key: str = "") -> Undone | None:
    """Undo the latest change that has not been undone; None when there is none."""
    edit = edits.last_undoable(s, athlete.id)
    return undo(s, athlete, edit.id) if edit else None


def undo(s: Session, athlete: Athlete, edit_id: int) -> Undone | None:
    """Undo one change; None when somebody has already."""
    edit = edits.get(s, edit_id)
    if not edits.mark_undone(s, edit_id):
        return None
    if edit.what == "noted":
        _undo_note(s, athlete, edit)
        return Undone(edit.what, "")
    assert edit.activity_id is not None
    if edit.what == "deleted":
        row = activities.undelete(s, athlete.id, edit.activity_id)
    elif edit.what == "logged":
        row = activities.delete(s, athlete.id, edit.activity_id)
    else:
        row = activities.get(s, athlete.id, edit.activity_id)
        before = dict(edit.before)
        if "sport" in before:
            before["sport"] = Sport(before["sport"])
        row = activities.save(s, replace(row, **before))
        _measure(s, athlete, row.id)
    return Undone(edit.what, row.name)


def _measure(s: Session, athlete: Athlete, activity_id: int) -> None:
    known = athletes.thresholds(s)
    recompute.measure(s, athlete, known, activities.load(s, athlete.id, activity_id))
