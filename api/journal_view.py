"""Texts of the journal as the page and programs read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.deps import MAX_ID
from api.routers.daily import EntryOut, checked_scale
from coach.domain.athlete import Athlete
from coach.domain.daily import DailyValue, Entry, EntryKind
from coach.domain.journal import extract
from coach.domain.source import Source
from coach.pipeline.recalling import Remembered
from coach.store import activities, daily
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import formats, say
from coach.tools.journal import entry_words


class ReadEntry(BaseModel):
    """What a text says, given or corrected by the athlete; `id` names the entry that is changed."""

    model_config = ConfigDict(extra="forbid")

    id: int = Field(0, ge=0, le=MAX_ID)
    kind: EntryKind
    value: float | None = None
    where: str = Field("", max_length=40)
    side: Literal["", "left", "right", "both"] = ""

    @model_validator(mode="after")
    def _on_scale(self) -> ReadEntry:
        checked_scale(self.kind, self.value)
        return self

    def entry(self, day: date) -> Entry:
        return Entry(self.kind, day, self.value, self.where, self.side, id=self.id)


class SaidEntry(EntryOut):
    """An entry with what it says in the athlete's language."""

    said: str


class JournalRun(BaseModel):
    """The run that a text is about."""

    id: int
    name: str
    day: date


class JournalOut(BaseModel):
    """One text and what was read out of it. Without an `id` it is an entry that never had a text."""

    id: int | None
    day: date
    day_said: str = Field(examples=["11월 21일 (토)"])
    text: str
    origin: str
    read_by: str
    corrected: bool
    run: JournalRun | None
    entries: list[SaidEntry]
    values: list[str] = Field([], description="Measured values it gave, such as hours of sleep, in words.")


class JournalList(BaseModel):
    notes: list[JournalOut]
    more: bool = Field(description="Whether there is more further back.")


class JournalKept(BaseModel):
    """A text as it was kept. `warning`: what to do first, where it speaks of something dangerous."""

    note: JournalOut
    edit_id: int | None
    warning: str | None = None


def shown(s: Session, athlete: Athlete, found: list[Remembered], today: date) -> list[JournalOut]:
    """Return texts with their entries and runs as the athlete reads them."""
    ids = {one.activity_id for one in found} - {None}
    rows = {n: activities.get(s, athlete.id, n) for n in ids if n is not None}
    told = _told(s, athlete, found)
    return [_shown(one, rows.get(one.activity_id or 0), athlete, today, told) for one in found]


def _told(s: Session, athlete: Athlete, found: list[Remembered]) -> dict[tuple[date, str], DailyValue]:
    """Return the values that the athlete themselves gave on the days of these texts, by day and name."""
    days = [one.day for one in found if one.note is not None]
    if not days:
        return {}
    values = daily.values(s, athlete.id, None, min(days), max(days))
    return {(value.day, value.name): value for value in values if value.source is Source.journal}


def _shown(
    one: Remembered,
    row: Row | None,
    athlete: Athlete,
    today: date,
    told: Mapping[tuple[date, str], DailyValue],
) -> JournalOut:
    note = one.note
    entries = [
        SaidEntry(**EntryOut.model_validate(entry).model_dump(), said=entry_words(entry, athlete.lang))
        for entry in one.entries
    ]
    run = None
    if row is not None and row.deleted_at is None:
        run = JournalRun(id=row.id, name=run_name(row, athlete), day=row.local_date)
    return JournalOut(
        id=note.id if note else None,
        day=one.day,
        day_said=formats.day(one.day, athlete.lang, today),
        text=one.text,
        origin=note.origin if note else "",
        read_by=note.read_by if note else "",
        corrected=bool(note and note.corrected_at),
        run=run,
        entries=entries,
        # A text that named a value, as far as that still stands: a later one of the day may have replaced it.
        values=[
            entry_words(value, athlete.lang)
            for said in (extract(note.text, athlete.lang) if note else ())
            if said.kind == "sleep_s" and (value := told.get((one.day, said.kind))) is not None
        ],
    )


def run_name(row: Row, athlete: Athlete) -> str:
    """Return what a run is called where it is one of several: its name, else its sport, and how far."""
    what = row.name or say(athlete.lang, f"sports.{row.sport}")
    if row.distance_m is None:
        return what
    return f"{what} · {formats.distance(row.distance_m, athlete.lang, athlete.units)}"
