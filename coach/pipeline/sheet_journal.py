"""The journal sheet: each row is one text of the journal, which follows the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from coach.domain.athlete import Athlete
from coach.domain.daily import DailyValue, Entry
from coach.domain.source import Source
from coach.pipeline import journaling
from coach.pipeline.situation import local_day
from coach.providers.sheets.rows import KINDS, RefusedRow, Row
from coach.store import daily, journal, pushed
from coach.store.journal import JournalNote
from coach.store.session import Session, athlete_of

MOST_OF_A_KIND = 4  # a row may tell of several pains


def keep(s: Session, athlete: Athlete, rows: Sequence[Row], now: datetime) -> list[Entry]:
    """Write what rows say, in place of what they said before; return what is new or changed of it.

    The words of the note column are read by the rules, except for kinds that have a column filled in.
    """
    news: list[Entry] = []
    for row in rows:
        if row.kind != "journal":
            continue
        if not row.entries:
            remove(s, [row.id])
            continue
        note = _note(s, row)
        words = next((e.text for e in row.entries if e.kind == "note"), "")
        told = journaling.read(words, note.day, row.entries, athlete.lang, Source.sheets)
        daily.save_values(s, athlete.id, [t for t in told if isinstance(t, DailyValue)])
        changed = _follow(s, row.id, note, [t for t in told if isinstance(t, Entry)])
        said = "\n".join(dict.fromkeys(e.text for e in changed if e.text))
        journaling.heed_words(s, athlete, said, note.day, now, key=f"note:{note.id}")
        news += changed
    return news


def remove(s: Session, row_ids: Collection[str]) -> None:
    """Take away what came from rows that are empty now, or gone."""
    notes = journal.by_keys(s, [_key(row_id) for row_id in row_ids])
    for note in notes.values():
        _forget_values(s, note)
        if note.deleted_at is None:
            journal.delete_note(s, note.id)
    for entry, deleted in pushed.entries(s, [k for row_id in row_ids for k in _keys(row_id)]).values():
        if not deleted:
            daily.delete_entry(s, athlete_of(s), entry.id)


def heed_refused(s: Session, athlete: Athlete, refused: Sequence[RefusedRow], now: datetime) -> None:
    """Read the words of rows that cannot be used for signs of danger, once each."""
    today = local_day(athlete, now)
    for row in refused:
        if row.said and row.id:
            journaling.heed_words(s, athlete, row.said, today, now, key=f"row:{row.id}", once=True)


def _note(s: Session, row: Row) -> JournalNote:
    """Return the text of a row as it is now."""
    text = "\n".join(dict.fromkeys(e.text for e in row.entries if e.text))
    day = row.entries[0].day
    key = _key(row.id)
    note, is_new = journal.add(s, day, text, "sheets", external_id=row.id, call_key=key)
    if is_new:
        return note
    _forget_values(s, note)
    if note.text != text:
        journal.forget_embeddings(s, note.id)
    return journal.change(s, note.id, day=day, text=text, read_by="rules", corrected_at=None, deleted_at=None)


def _follow(s: Session, row_id: str, note: JournalNote, told: Sequence[Entry]) -> list[Entry]:
    """Let the entries of a row be `told`; return those that are new or changed."""
    seen: Counter[str] = Counter()
    said: dict[str, Entry] = {}
    for entry in told:
        seen[entry.kind] += 1
        if seen[entry.kind] <= MOST_OF_A_KIND:
            said[_entry_key(row_id, entry.kind, seen[entry.kind])] = replace(entry, note_id=note.id)
    known = pushed.entries(s, _keys(row_id))
    athlete_id, news = athlete_of(s), list[Entry]()
    for key, entry in said.items():
        if key not in known:
            news.append(daily.add_entry(s, athlete_id, entry, key))
            continue
        before, deleted = known[key]
        now_said = replace(entry, id=before.id, activity_id=before.activity_id)
        if deleted:
            daily.undelete_entry(s, athlete_id, before.id)
        if now_said != before:
            daily.update_entry(s, athlete_id, now_said)
        if deleted or now_said != before:
            news.append(now_said)
    for key in known.keys() - said.keys():
        entry, deleted = known[key]
        if not deleted:
            daily.delete_entry(s, athlete_id, entry.id)
    return news


def _forget_values(s: Session, note: JournalNote) -> None:
    daily.delete_value(s, athlete_of(s), note.day, "sleep_s", Source.sheets)


def _key(row_id: str) -> str:
    return f"sheets:{row_id}"


def _entry_key(row_id: str, kind: str, n: int) -> str:
    return f"sheets:{row_id}:{kind}" + (f":{n}" if n > 1 else "")


def _keys(row_id: str) -> list[str]:
    return [_entry_key(row_id, kind, n) for kind in KINDS for n in range(1, MOST_OF_A_KIND + 1)]
