"""Finding what stands in the journal: by day, kind, part of the body, and by words or meaning."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from coach.config import Settings
from coach.domain.activity import Floats
from coach.domain.athlete import Athlete
from coach.domain.daily import Entry
from coach.domain.journal_search import Text, search
from coach.knowledge.embed import Embedder, HashEmbedder, embedder
from coach.store import athletes, daily, journal
from coach.store.journal import JournalNote
from coach.store.session import Database, Session

log = logging.getLogger(__name__)

BATCH = 256  # texts that get their embeddings at one search
FOUND_AT_MOST = 40


@dataclass(frozen=True)
class Remembered:
    """One text of the journal with what was read out of it; `note` is None for an entry without a text."""

    note: JournalNote | None
    entries: tuple[Entry, ...]

    @property
    def day(self) -> date:
        return self.note.day if self.note else self.entries[0].day

    @property
    def text(self) -> str:
        return self.note.text if self.note else self.entries[0].text

    @property
    def activity_id(self) -> int | None:
        of_note = self.note.activity_id if self.note else None
        return of_note or next((e.activity_id for e in self.entries if e.activity_id), None)


def remembered(
    s: Session,
    athlete_id: int,
    *,
    start: date | None = None,
    end: date | None = None,
    kind: str | None = None,
    place: str = "",
    side: str = "",
    least: float | None = None,
) -> list[Remembered]:
    """Return the journal by day (`end` included), newest first.

    With `kind`, `place`, `side` ("left" and "right" include both) or `least` (a value from which on) only
    what has an entry that fits, with those entries alone.
    """
    entries = daily.list_entries(s, athlete_id, start=start, end=end, kinds=[kind] if kind else None)
    of_note: dict[int, list[Entry]] = {}
    alone: list[Remembered] = []
    filtered = bool(kind or place or side or least is not None)
    for entry in entries:
        if not _fits(entry, place, side, least):
            continue
        if entry.note_id is None:
            alone.append(Remembered(None, (entry,)))
        else:
            of_note.setdefault(entry.note_id, []).append(entry)
    notes = journal.find(s, start=start, end=end, ids=list(of_note) if filtered else None)
    found = [Remembered(note, tuple(of_note.get(note.id, ()))) for note in notes]
    found += alone
    found.sort(key=lambda one: (one.day, one.note.id if one.note else 0), reverse=True)
    return found


def _fits(entry: Entry, place: str, side: str, least: float | None) -> bool:
    if place and entry.where != place:
        return False
    if side and entry.side not in (side, "both"):
        return False
    return least is None or (entry.value is not None and entry.value >= least)


def search_in(
    db: Database,
    athlete_id: int,
    about: str,
    among: Sequence[Remembered],
    asking: Embedder | None,
) -> list[Remembered]:
    """Return those that answer a question in words, best first. Blocking, may ask an embedding service.

    Without an embedder, or when it fails, words and topics alone decide.
    """
    near = _near(db, athlete_id, about, [one.note for one in among if one.note and one.note.text], asking)
    texts = [
        Text(n, one.day, _words(one), _kinds(one), near.get(one.note.id) if one.note else None)
        for n, one in enumerate(among)
    ]
    return [among[hit.id] for hit in search(about, texts, FOUND_AT_MOST)]


def _words(one: Remembered) -> str:
    return one.text or " ".join(e.text for e in one.entries)


def _kinds(one: Remembered) -> frozenset[str]:
    """Return what is known to be said: a zero was said too, but not that there was any."""
    return frozenset(e.kind for e in one.entries if e.value != 0)


def _near(
    db: Database, athlete_id: int, about: str, notes: Collection[JournalNote], asking: Embedder | None
) -> Mapping[int, float]:
    """Return how near each text is to a question, by id of the text."""
    if asking is None or not notes:
        return {}
    try:
        embed_missing(db, athlete_id, asking)
        (asked,) = np.asarray(asking.embed([about]), dtype=np.float64)
    except Exception:  # whatever an embedding service fails with, words still find
        log.exception("the embedding of a journal search failed")
        return {}
    with db.athlete_session(athlete_id) as s:
        known = journal.embeddings(s, asking.model, [note.id for note in notes])
    return {key: _cosine(asked, vector) for key, vector in known.items() if len(vector) == len(asked)}


def embed_missing(db: Database, athlete_id: int, asking: Embedder) -> int:
    """Give texts that have none yet an embedding; return how many. No transaction is open meanwhile."""
    with db.athlete_session(athlete_id) as s:
        notes = journal.unembedded(s, asking.model, BATCH)
    if notes:
        vectors = np.asarray(asking.embed([note.text for note in notes]), dtype=np.float64)
        with db.athlete_session(athlete_id) as s:
            journal.save_embeddings(s, asking.model, notes, list(vectors))
    return len(notes)


def _cosine(a: Floats, b: Floats) -> float:
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else 0.0


def embedder_of(s: Session, athlete: Athlete, settings: Settings) -> Embedder:
    """Return what embeds an athlete's journal: an endpoint only with their consent, else hashed words."""
    if athletes.get_model_consent(s, athlete.id) is None:
        return HashEmbedder()
    return embedder(settings)
