"""The one way into the journal: a text from chat, page, spreadsheet or after a run, and what it says.

The text is kept whole, as the athlete wrote it; rules read entries out of it, which the athlete may correct
(`correcting`). Every text is read by the red-flag guard: one written outside a conversation is answered with
a notice, as nobody else is there to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.daily import DailyValue, Entry, EntryKind
from coach.domain.journal import extract, runs_back
from coach.domain.redflags import RedFlag, check
from coach.domain.source import Source
from coach.errors import BadInput, NotFound
from coach.pipeline import editing, holding
from coach.pipeline.situation import local_day
from coach.store import activities, athletes, daily, journal, notices, nudges
from coach.store.activities import Row
from coach.store.journal import JournalNote, Origin
from coach.store.session import Session
from coach.text import Lang
from coach.text.formats import day as day_words
from coach.text.redacted import without_secrets

LONGEST = 4000  # characters of one text
OF_A_RUN: tuple[EntryKind, ...] = ("rpe", "pain", "soreness")
ASKED_AFTER = timedelta(hours=48)  # a run whose effort nobody told is asked about so long


@dataclass(frozen=True)
class Written:
    """A text as it was kept and what was read out of it. `flag`: what the guard saw in it."""

    note: JournalNote
    entries: tuple[Entry, ...]
    values: tuple[DailyValue, ...] = ()
    run: Row | None = None
    edit_id: int | None = None
    flag: RedFlag | None = None

    @property
    def is_unread(self) -> bool:
        """Whether the rules found nothing in the text but words."""
        return not self.values and all(entry.kind == "note" for entry in self.entries)


def write(
    s: Session,
    athlete: Athlete,
    text: str,
    now: datetime,
    *,
    origin: Origin,
    day: date | None = None,
    activity_id: int | None = None,
    said: Sequence[Entry] = (),
    lang: Lang | None = None,
    call_key: str = "",
    unread: Sequence[EntryKind] = (),
) -> Written:
    """Keep a text and what it says; the same `call_key` again changes nothing and returns the first.

    `said` are entries given as such (the buttons of a page): of a kind that was given, the text is not read,
    nor of the kinds `unread`, which the text does not tell of.
    Raises BadInput("nothing_to_note", "note_too_long", "day_ahead"), NotFound for an activity.
    """
    text = readable(text)
    if not text and not said:
        raise BadInput("nothing_to_note")
    today, told_day = local_day(athlete, now), day is not None
    day = day or today
    if day > today:
        raise BadInput("day_ahead", day=day_words(day, lang or athlete.lang, today))
    athletes.lock(s, athlete.id)
    first = journal.by_keys(s, [call_key]).get(call_key) if call_key else None
    if first is not None:
        kept = daily.list_entries(s, athlete.id, note_ids=[first.id])
        return Written(first, tuple(kept), edit_id=editing.edit_of(s, athlete, call_key))
    told = [
        row
        for row in read(text, day, said, lang or athlete.lang)
        if row in said or not isinstance(row, Entry) or row.kind not in unread
    ]
    if activity_id is None and not told_day and (back := runs_back(text)) is not None:
        rows = activities.find(s, athlete.id, sport=Sport.run, end=today, limit=back)
        activity_id = rows[-1].id if len(rows) == back else None
    run = run_meant(s, athlete.id, activity_id, day, [t.kind for t in told if isinstance(t, Entry)])
    day = run.local_date if run is not None else day
    note, _ = journal.add(
        s, day, text, origin, activity_id=run.id if run is not None else None, call_key=call_key
    )
    entries = [_placed(t, note, run) for t in told if isinstance(t, Entry)]
    values = [replace(t, day=day) for t in told if isinstance(t, DailyValue)]
    if text and not entries and not values:
        entries = [Entry("note", day, text=text, activity_id=note.activity_id, note_id=note.id)]
    found, edit_id = editing.note(s, athlete, entries, values, note_id=note.id, call_key=call_key)
    for rated in {e.activity_id for e in found if e.kind == "rpe" and e.activity_id is not None}:
        nudges.rated(s, rated, now)
    flag = heed(s, athlete, note, found, now)
    return Written(note, tuple(found), tuple(values), run, edit_id, flag)


def readable(text: str) -> str:
    """Return a text as it may be kept: without passwords, keys and NUL. Raises BadInput("note_too_long")."""
    text = text.replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise BadInput("note_too_long", limit=LONGEST, length=len(text))
    return without_secrets(text).text


def read(
    text: str, day: date, said: Sequence[Entry], lang: Lang, source: Source = Source.journal
) -> list[Entry | DailyValue]:
    """Return what was given and what the rules read out of a text, as rows of `day`.

    Pain of another part of the body than the given one is read too; hours of sleep are a value of `source`.
    """
    given = {(e.kind, e.where) if e.where else (e.kind, None) for e in said}
    kinds = {kind for kind, where in given if where is None}
    told: list[Entry | DailyValue] = list(said)
    for one in extract(text, lang):
        row = one.on(day)
        if isinstance(row, DailyValue):
            told.append(replace(row, source=source))
        elif row.kind not in kinds and (row.kind, row.where) not in given:
            told.append(row)
    return told


def _placed(entry: Entry, note: JournalNote, run: Row | None) -> Entry:
    of_run = run is not None and (entry.kind in OF_A_RUN or entry.activity_id is not None)
    return replace(
        entry, day=note.day, note_id=note.id, activity_id=run.id if run is not None and of_run else None
    )


def run_meant(
    s: Session, athlete_id: int, activity_id: int | None, day: date, kinds: Sequence[str]
) -> Row | None:
    """Return the activity a text is about: the one named, else the only one of its day, or None.

    Raises NotFound for one that is not there any more.
    """
    if activity_id is not None:
        row = activities.get(s, athlete_id, activity_id)
        if row.merged_into is not None:
            row = activities.get(s, athlete_id, row.merged_into)
        if row.deleted_at is not None:
            raise NotFound("activity_not_found")
        return row
    if not any(kind in OF_A_RUN for kind in kinds):
        return None
    rows = activities.find(s, athlete_id, start=day, end=day, limit=2)
    return rows[0] if len(rows) == 1 else None


def heed(
    s: Session, athlete: Athlete, note: JournalNote, entries: Sequence[Entry], now: datetime
) -> RedFlag | None:
    """Read a text for signs of danger: hold the plan, and say what to do where no conversation did.

    Returns the most urgent sign that asks for an answer, or None. What lies longer back than the guard of
    `holding` looks was dealt with then.
    """
    words = "\n".join(dict.fromkeys([note.text, *(e.text for e in entries if e.text not in note.text)]))
    return heed_words(s, athlete, words, note.day, now, tell=note.origin != "chat", key=f"note:{note.id}")


def heed_words(
    s: Session,
    athlete: Athlete,
    words: str,
    day: date,
    now: datetime,
    *,
    key: str,
    tell: bool = True,
    once: bool = False,
) -> RedFlag | None:
    """Read words of the athlete, wherever they stand, as `heed` does; `key` names what they stand in.

    `once`: words that come again unchanged, after a hold was lifted too, are not read again.
    """
    if not words.strip() or (local_day(athlete, now) - day).days >= holding.ENTRY_DAYS:
        return None
    flag = check(words)
    if flag is None:
        return None
    news = tell and flag.stops_turn
    if news:
        told = f"red_flag:{key}:{flag.trigger.value}"
        news = notices.tell(s, told, flag.text_key, tone="alert", link="/")
    if news or not once:
        holding.raise_flags(s, athlete.id, words, now)
    return flag if flag.stops_turn else None


def to_ask(s: Session, athlete: Athlete, now: datetime) -> Row | None:
    """Return the latest run of the last 48 hours when nobody told yet how hard it was, or None."""
    today = local_day(athlete, now)
    rows = activities.find(s, athlete.id, start=today - timedelta(days=3), end=today, limit=5)
    runs = [row for row in rows if row.sport == "run"]
    if not runs:
        return None
    latest = max(runs, key=lambda row: row.start_at)
    ended = latest.start_at + timedelta(seconds=latest.elapsed_s or 0)
    return latest if latest.rpe is None and now - ended <= ASKED_AFTER else None
