"""Correcting what was read out of a text of the journal, deleting it, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from coach.domain.athlete import Athlete
from coach.domain.daily import Entry
from coach.errors import NotFound
from coach.pipeline import editing, journaling
from coach.store import activities, athletes, daily, edits, journal
from coach.store.edits import Edit
from coach.store.journal import JournalNote, ReadBy
from coach.store.session import Session
from coach.text.redacted import without_secrets

CHANGED, DELETED = "note_changed", "note_deleted"


def correct(
    s: Session,
    athlete: Athlete,
    note_id: int,
    entries: Sequence[Entry],
    now: datetime,
    *,
    read_by: ReadBy = "athlete",
    call_key: str = "",
) -> tuple[JournalNote, list[Entry], int]:
    """Let these entries stand for a text, instead of those that did; one with an `id` of them is changed.

    Returns the text, its entries and the number of the edit. Without any, the words remain as a note. An
    effort of an activity becomes the activity's. Raises NotFound for a text that is not there.
    """
    athletes.lock(s, athlete.id)
    note = _standing(s, note_id)
    first = edits.by_key(s, athlete.id, call_key) if call_key else None
    before = daily.list_entries(s, athlete.id, note_ids=[note_id])
    if first is not None:
        return note, before, first.id
    there = {entry.id: entry for entry in before}
    if not entries and note.text:
        entries = [Entry("note", note.day, text=note.text, activity_id=note.activity_id)]
    kept: list[Entry] = []
    for entry in entries:
        now_said = _of(note, there.get(entry.id), entry)
        if now_said.activity_id is not None:
            activities.get(s, athlete.id, now_said.activity_id)
        kept.append(
            daily.update_entry(s, athlete.id, now_said)
            if now_said.id
            else daily.add_entry(s, athlete.id, now_said)
        )
    for gone in there.keys() - {entry.id for entry in kept}:
        daily.delete_entry(s, athlete.id, gone)
    changed = journal.change(s, note_id, read_by=read_by, corrected_at=now)
    editing.follow_rpe(s, athlete, *before, *kept)
    edit, _ = edits.record(
        s,
        athlete.id,
        None,
        CHANGED,
        {"note": note_id, "entries": [_dump(e) for e in before], "read_by": note.read_by},
        {"entries": [e.id for e in kept]},
        call_key,
    )
    journaling.heed(s, athlete, changed, kept, now)
    return changed, kept, edit.id


def rate_again(s: Session, athlete: Athlete, activity_id: int, rpe: float, now: datetime) -> bool:
    """Let another effort stand where one was told of an activity, however; return whether one was.

    So whoever answers here and there tells it once, and the last counts.
    """
    athletes.lock(s, athlete.id)
    told = daily.list_entries(s, athlete.id, kinds=["rpe"], activity_id=activity_id)
    last = next((entry for entry in reversed(told) if entry.note_id is not None), None)
    if last is None or last.note_id is None:
        return False
    if last.value != rpe:
        of_note = daily.list_entries(s, athlete.id, note_ids=[last.note_id])
        changed = [replace(one, value=rpe) if one.id == last.id else one for one in of_note]
        correct(s, athlete, last.note_id, changed, now)
    return True


def delete(s: Session, athlete: Athlete, note_id: int, *, call_key: str = "") -> int:
    """Take a text with everything read out of it out of every list; return the number of the edit.

    Its embeddings are forgotten. Raises NotFound.
    """
    athletes.lock(s, athlete.id)
    first = edits.by_key(s, athlete.id, call_key) if call_key else None
    if first is not None:
        return first.id
    note = _standing(s, note_id)
    gone = daily.list_entries(s, athlete.id, note_ids=[note_id])
    for entry in gone:
        daily.delete_entry(s, athlete.id, entry.id)
    journal.delete_note(s, note_id)
    editing.follow_rpe(s, athlete, *gone)
    before = {"note": note_id, "entries": [_dump(e) for e in gone], "read_by": note.read_by}
    return edits.record(s, athlete.id, None, DELETED, before, {}, call_key)[0].id


def undo(s: Session, athlete: Athlete, edit: Edit) -> None:
    """Give a text back what stood for it before a correction or a deletion."""
    note_id: int = edit.before["note"]
    before = [_load(row, note_id) for row in edit.before["entries"]]
    if edit.what == DELETED:
        journal.undelete(s, note_id)
    else:
        journal.change(s, note_id, read_by=edit.before["read_by"], corrected_at=None)
    now_there = daily.list_entries(s, athlete.id, note_ids=[note_id])
    for entry in now_there:
        daily.delete_entry(s, athlete.id, entry.id)
    for entry in before:
        daily.undelete_entry(s, athlete.id, entry.id)
        # An activity that was let go meanwhile is not named again.
        about = daily.get_entry(s, athlete.id, entry.id).activity_id
        daily.update_entry(s, athlete.id, replace(entry, activity_id=entry.activity_id and about))
    editing.follow_rpe(s, athlete, *now_there, *before)


def _standing(s: Session, note_id: int) -> JournalNote:
    note = journal.get(s, note_id)
    if note.deleted_at is not None:
        raise NotFound("journal_note_not_found")
    return note


def _of(note: JournalNote, before: Entry | None, entry: Entry) -> Entry:
    """Return an entry as it stands for a text: its day, its run, its own words."""
    about = entry.activity_id or (before.activity_id if before else None)
    if about is None and entry.kind in journaling.OF_A_RUN:
        about = note.activity_id
    return replace(
        entry,
        id=before.id if before else 0,
        day=note.day,
        note_id=note.id,
        activity_id=about,
        text=without_secrets(entry.text).text or (before.text if before else ""),
    )


def _dump(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "day": entry.day.isoformat()}


def _load(row: Mapping[str, Any], note_id: int) -> Entry:
    return Entry(**{**row, "day": date.fromisoformat(row["day"]), "note_id": note_id})
