"""Writing down, correcting, deleting, undoing: every change is recorded, and made once per key.

Each of these takes the athlete's lock first, so that of several threads that were asked the same one writes
and the others find what it wrote.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.daily import DailyValue, Entry
from coach.domain.source import Source
from coach.pipeline import outings, profile, recompute, remembering
from coach.pipeline.outings import ATHLETE
from coach.pipeline.place import local_date, offset_s
from coach.pipeline.thresholds import resting_on
from coach.store import activities, athletes, daily, edits, journal
from coach.store.activities import Row
from coach.store.activity_row import mark
from coach.store.edits import Edit
from coach.store.session import Session
from coach.text.redacted import without_secrets

FIELDS = ("name", "race", "treadmill", "distance_m", "excluded_from_bests", "sport")
ON_RPE = resting_on({"rpe"})


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
    """Write down an activity that nothing recorded; return it and the number of the edit.

    When a recording of it arrives later, that says how far and how long it was; what only the athlete can
    know (name, race, treadmill) stays.
    """
    first = _made_before(s, athlete, call_key)
    if first is not None and first.activity_id is not None:
        return activities.get(s, athlete.id, first.activity_id), first.id
    own = {name: ATHLETE for name, said in (("name", name), ("race", race), ("treadmill", treadmill)) if said}
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
        name=without_secrets(name).text,
        treadmill=treadmill,
        race=race,
        rpe=rpe,
        distance_origin="said",
        flags=("no_samples",),
        field_sources=own,
    )
    # Kept beside the row, which says what a recording says as soon as there is one.
    told = {
        "start_at": start.isoformat(),
        "sport": sport,
        "distance_m": distance_m,
        "elapsed_s": duration_s,
    }
    edit, _ = edits.record(s, athlete.id, row.id, "logged", {}, told, call_key)
    return _measured(s, athlete, row.id), edit.id


def change(
    s: Session, athlete: Athlete, activity_id: int, changes: Mapping[str, Any], *, call_key: str = ""
) -> tuple[Row, int]:
    """Change fields of an activity (FIELDS); return it and the number of the edit.

    Raises ValueError for another field.
    """
    if not set(changes) <= set(FIELDS):
        raise ValueError(f"not fields to change: {sorted(set(changes) - set(FIELDS))}")
    first = _made_before(s, athlete, call_key)
    row = activities.get(s, athlete.id, activity_id)
    if first is not None:
        return row, first.id
    columns = dict(changes)
    if "name" in columns:
        columns["name"] = without_secrets(columns["name"]).text
    if "distance_m" in changes and row.distance_origin == "recorded":
        columns["distance_origin"] = "corrected"
    own = dict.fromkeys(changes, ATHLETE)
    before = {
        **{name: getattr(row, name) for name in columns},
        "own": [name for name in changes if row.field_sources.get(name) == ATHLETE],
    }
    edit, _ = edits.record(s, athlete.id, activity_id, "changed", before, columns, call_key)
    activities.save(s, replace(row, **columns, field_sources={**row.field_sources, **own}))
    return _measured(s, athlete, activity_id), edit.id


def _undo_change(s: Session, athlete: Athlete, edit: Edit) -> Row:
    """Give back what a change replaced, except what was changed again since."""
    assert edit.activity_id is not None
    row = activities.get(s, athlete.id, edit.activity_id)
    before = {n: v for n, v in edit.before.items() if n != "own" and getattr(row, n) == edit.after[n]}
    if "distance_m" not in before:
        before.pop("distance_origin", None)
    if "sport" in before:
        before["sport"] = Sport(before["sport"])
    words = {
        name: where
        for name, where in row.field_sources.items()
        if where != ATHLETE or name not in before or name in edit.before["own"]
    }
    row = activities.save(s, replace(row, **before, field_sources=words))
    # A recording that came meanwhile may know it better than the one that was there then.
    outings.refresh(s, row, athlete.tz)
    return _measured(s, athlete, row.id)


def delete(s: Session, athlete: Athlete, activity_id: int, *, call_key: str = "") -> int:
    """Take an activity out of every list and sum; return the number of the edit."""
    first = _made_before(s, athlete, call_key)
    if first is not None:
        return first.id
    activities.delete(s, athlete.id, activity_id)
    return edits.record(s, athlete.id, activity_id, "deleted", {}, {}, call_key)[0].id


def hide(s: Session, athlete: Athlete, activity_id: int) -> int:
    """Take an activity that was deleted where it came from out of the lists; return the number of the edit.

    Not a change of the athlete's, so that their "undo" passes over it; `undo` with its number takes it back.
    """
    activities.delete(s, athlete.id, activity_id)
    return edits.record(s, athlete.id, activity_id, edits.GONE, {}, {})[0].id


def show_again(s: Session, athlete: Athlete, activity_id: int) -> bool:
    """Bring back what was hidden because it was gone; return whether it was."""
    edit = edits.standing(s, athlete.id, activity_id, edits.GONE)
    return edit is not None and undo(s, athlete, edit.id) is not None


def note(
    s: Session,
    athlete: Athlete,
    entries: Sequence[Entry],
    values: Sequence[DailyValue] = (),
    *,
    note_id: int | None = None,
    call_key: str = "",
) -> tuple[list[Entry], int]:
    """Keep what the athlete said; return the entries and the number of the edit.

    `note_id` is the text they were read out of, which goes with them when this is undone.

    An RPE said of an activity becomes that activity's, and its load is computed with it. Measured `values`
    (hours of sleep) replace what was said of the same day before.
    """
    first = _made_before(s, athlete, call_key)
    if first is not None:
        return [daily.get_entry(s, athlete.id, entry_id) for entry_id in first.after["entries"]], first.id
    kept = [daily.add_entry(s, athlete.id, _clean(entry)) for entry in entries]
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
            rated.setdefault(str(row.id), row.rpe)
            mark(s, row, rpe=entry.value)
            _measured(s, athlete, row.id, ON_RPE)
    edit, _ = edits.record(
        s,
        athlete.id,
        None,
        "noted",
        {"rpe": rated, "values": before},
        {
            "entries": [entry.id for entry in kept],
            "values": [_value_said(v) for v in values],
            "note": note_id,
        },
        call_key,
    )
    return kept, edit.id


def edit_of(s: Session, athlete: Athlete, call_key: str) -> int | None:
    """Return the number of the change that was made with a key, or None."""
    first = edits.by_key(s, athlete.id, call_key) if call_key else None
    return None if first is None else first.id


def change_note(s: Session, athlete: Athlete, entry: Entry) -> Entry:
    """Write an entry anew, by its id; the RPE of the activities it is about follows. Raises NotFound."""
    athletes.lock(s, athlete.id)
    before = daily.get_entry(s, athlete.id, entry.id)
    changed = daily.update_entry(s, athlete.id, _clean(replace(entry, note_id=before.note_id)))
    follow_rpe(s, athlete, before, changed)
    return changed


def _clean(entry: Entry) -> Entry:
    """Return an entry whose words hold no password and no key."""
    return replace(entry, text=without_secrets(entry.text).text)


def delete_note(s: Session, athlete: Athlete, entry_id: int) -> None:
    """Take an entry back; the RPE of its activity follows. Raises NotFound."""
    athletes.lock(s, athlete.id)
    follow_rpe(s, athlete, daily.delete_entry(s, athlete.id, entry_id))


def follow_rpe(s: Session, athlete: Athlete, *touched: Entry) -> None:
    """Let the RPE of the activities that `touched` are about be what is last said of them, if anything is."""
    for activity_id in {e.activity_id for e in touched if e.kind == "rpe" and e.activity_id is not None}:
        said = daily.list_entries(s, athlete.id, kinds=["rpe"], activity_id=activity_id)
        row = activities.get(s, athlete.id, activity_id)
        mark(s, row, rpe=said[-1].value if said else None)
        _measured(s, athlete, activity_id, ON_RPE)


def _value_said(value: DailyValue) -> list[Any]:
    return [value.day.isoformat(), value.name, value.value]


def _undo_note(s: Session, athlete: Athlete, edit: Edit) -> None:
    if edit.after.get("note"):
        journal.delete_note(s, edit.after["note"])
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
        mark(s, row, rpe=rpe)
        _measured(s, athlete, row.id, ON_RPE)


def undo_last(s: Session, athlete: Athlete, *, call_key: str = "") -> Undone | None:
    """Undo the latest change that has not been undone; None when there is none.

    The same `call_key` again undoes nothing more and returns the same.
    """
    first = _made_before(s, athlete, call_key)
    if first is not None:
        return Undone(first.after["what"], first.after["label"])
    edit = edits.last_undoable(s, athlete.id)
    undone = undo(s, athlete, edit.id) if edit else None
    if undone is not None and call_key:
        kept, _ = edits.record(s, athlete.id, None, "undone", {}, vars(undone), call_key)
        edits.mark_undone(s, kept.id)  # not a change that could be undone in its turn
    return undone


def undo(s: Session, athlete: Athlete, edit_id: int) -> Undone | None:
    """Undo one change; None when somebody has already."""
    athletes.lock(s, athlete.id)
    edit = edits.get(s, edit_id)
    if not edits.mark_undone(s, edit_id):
        return None
    if edit.what == "noted":
        _undo_note(s, athlete, edit)
        return Undone(edit.what, "")
    if edit.what in ("note_changed", "note_deleted"):
        from coach.pipeline import correcting  # which writes through here

        correcting.undo(s, athlete, edit)
        return Undone(edit.what, "")
    if edit.what == "profile":
        profile.undo_change(s, athlete, edit.before)
        return Undone(edit.what, "")
    if edit.what == remembering.EDIT:
        remembering.undo(s, edit)
        return Undone(edit.what, "")
    assert edit.activity_id is not None
    if edit.what in ("deleted", edits.GONE):
        activities.undelete(s, athlete.id, edit.activity_id)
        row = _measured(s, athlete, edit.activity_id)  # thresholds may have moved meanwhile
        return Undone("deleted", row.name)
    if edit.what == "logged":
        row = _undo_log(s, athlete, edit.activity_id)
    else:
        row = _undo_change(s, athlete, edit)
    return Undone(edit.what, row.name)


def _undo_log(s: Session, athlete: Athlete, activity_id: int) -> Row:
    """Take back an activity that was written down; when it was recorded too, only the athlete's words go."""
    row = activities.get(s, athlete.id, activity_id)
    if row.winner_id is None:
        return activities.delete(s, athlete.id, activity_id)
    outings.refresh(s, mark(s, row, field_sources={}), athlete.tz)
    return _measured(s, athlete, row.id)


def _made_before(s: Session, athlete: Athlete, call_key: str) -> Edit | None:
    """Return the change that was made with this key; the athlete's lock is held from here on."""
    athletes.lock(s, athlete.id)
    return edits.by_key(s, athlete.id, call_key) if call_key else None


def _measured(
    s: Session, athlete: Athlete, activity_id: int, names: Collection[str] = recompute.VERSIONS.keys()
) -> Row:
    """Compute metrics of an activity anew and return it."""
    activity = activities.load(s, athlete.id, activity_id)
    recompute.measure(s, athlete, athletes.thresholds(s), activity, names)
    return activities.get(s, athlete.id, activity_id)
