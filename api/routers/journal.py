"""The journal: texts about a day or a run, what was read out of them, and finding them again."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.deps import MAX_ID, House, Id, Services, Who
from api.errors import documented
from api.journal_view import JournalKept, JournalList, JournalOut, ReadEntry, run_name, shown
from coach.domain.athlete import Athlete
from coach.domain.daily import Entry, EntryKind
from coach.pipeline import correcting, journaling, recalling
from coach.pipeline.journaling import Written
from coach.pipeline.recalling import Remembered
from coach.store import athletes, daily, journal
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import formats, say

router = APIRouter(prefix="/journal", tags=["journal"])

SHOWN = 50


class JournalIn(BaseModel):
    """A text, entries, or both. `key`: the same again writes nothing more."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "왼쪽 무릎이 살짝 시큰했어", "day": "2026-11-21"}]},
    )

    # No limit here: what is too long is answered with a sentence that says the limit.
    text: str = ""
    day: date | None = None
    activity_id: int | None = Field(None, ge=1, le=MAX_ID)
    entries: list[ReadEntry] = Field(default=[], max_length=20)
    key: str = Field("", max_length=80, pattern=r"^[A-Za-z0-9-]*$")


class Corrected(BaseModel):
    """What the text says, all of it; an empty list leaves the words alone."""

    model_config = ConfigDict(extra="forbid")

    entries: list[ReadEntry] = Field(max_length=20)


class AfterRun(BaseModel):
    model_config = ConfigDict(extra="forbid")

    activity_id: int = Field(ge=1, le=MAX_ID)
    rpe: float = Field(ge=0, le=10)
    text: str = ""


class Asked(BaseModel):
    """The run that nobody told of yet how hard it was, and the question; null when there is none."""

    activity_id: int | None
    question: str | None


class Deleted(BaseModel):
    edit_id: int = Field(description="What `POST /edits/{id}/undo` takes.")


@router.get("", name="list_journal", summary="List or search", responses=documented(401, 403, 422))
def list_journal(
    house: House,
    who: Who,
    about: Annotated[str, Query(max_length=200, description="Words; searched by meaning.")] = "",
    start: date | None = None,
    end: date | None = None,
    kind: EntryKind | None = None,
    place: Annotated[str, Query(max_length=40)] = "",
    side: Literal["", "left", "right", "both"] = "",
    least: Annotated[float | None, Query(ge=0, le=10, description="Values from this on.")] = None,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = SHOWN,
) -> JournalList:
    """Newest first; with `about` the best match first."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        embedder = recalling.embedder_of(s, athlete, house.settings)
        found = recalling.remembered(
            s, athlete.id, start=start, end=end, kind=kind, place=place, side=side, least=least
        )
    if about.strip():
        found = recalling.search_in(house.db, athlete.id, about, found, embedder)
    with house.session(who) as s:
        notes = shown(s, athlete, found[offset : offset + limit], _today(house, athlete))
    return JournalList(notes=notes, more=len(found) > offset + limit)


@router.post(
    "", name="write_journal", summary="Write", status_code=201, responses=documented(400, 401, 403, 404, 422)
)
def write_journal(given: JournalIn, house: House, who: Who) -> JournalKept:
    """The text is kept whole; what the rules read out of it comes back to be corrected."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        day = given.day or _today(house, athlete)
        written = journaling.write(
            s,
            athlete,
            given.text,
            house.clock(),
            origin="page",
            day=day,
            activity_id=given.activity_id,
            said=[entry.entry(day) for entry in given.entries],
            call_key=f"page:{given.key}" if given.key else "",
        )
        return _kept(s, athlete, written, house)


@router.put(
    "/{note_id}/entries",
    name="correct_journal",
    summary="Correct what was read",
    responses=documented(400, 401, 403, 404, 422),
)
def correct_journal(note_id: Id, given: Corrected, house: House, who: Who) -> JournalKept:
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        day = journal.get(s, note_id).day
        said = [entry.entry(day) for entry in given.entries]
        note, entries, edit_id = correcting.correct(s, athlete, note_id, said, house.clock())
        return JournalKept(note=_one(s, athlete, Remembered(note, tuple(entries)), house), edit_id=edit_id)


@router.delete(
    "/{note_id}",
    name="delete_journal_note",
    summary="Delete a text",
    responses=documented(401, 403, 404, 422),
)
def delete_journal_note(note_id: Id, house: House, who: Who) -> Deleted:
    """Everything read out of it goes with it; both can be brought back."""
    with house.session(who) as s:
        return Deleted(edit_id=correcting.delete(s, athletes.get(s, who.athlete_id), note_id))


@router.get(
    "/after_run", name="after_run", summary="The run to be asked about", responses=documented(401, 403)
)
def after_run(house: House, who: Who) -> Asked:
    """The latest run of the last 48 hours, while nobody said how hard it was."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        row = journaling.to_ask(s, athlete, house.clock())
    if row is None:
        return Asked(activity_id=None, question=None)
    return Asked(activity_id=row.id, question=question(row, athlete, _today(house, athlete)))


@router.post(
    "/after_run",
    name="answer_after_run",
    summary="Say how a run was",
    status_code=201,
    responses=documented(400, 401, 403, 404, 422),
)
def answer_after_run(given: AfterRun, house: House, who: Who) -> JournalKept:
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        row = journaling.run_meant(s, athlete.id, given.activity_id, _today(house, athlete), ["rpe"])
        assert row is not None
        written = journaling.write(
            s,
            athlete,
            given.text,
            house.clock(),
            origin="after_run",
            day=row.local_date,
            activity_id=row.id,
            said=[Entry("rpe", row.local_date, given.rpe)],
        )
        return _kept(s, athlete, written, house)


def question(row: Row, athlete: Athlete, today: date) -> str:
    """Return the question how a run was, as a person would put it today."""
    what = run_name(row, athlete)
    if row.distance_m is not None:
        what = formats.distance(row.distance_m, athlete.lang, athlete.units)
        if athlete.lang == "en":
            what = f"{what} {say('en', f'sports.{row.sport}').lower()}"
    ago = (today - row.local_date).days
    key = {0: "after", 1: "after_yesterday"}.get(ago, "after_day")
    day = {"day": formats.day(row.local_date, athlete.lang, today)} if ago > 1 else {}
    return say(athlete.lang, f"journal.page.{key}", what=what, **day)


def _kept(s: Session, athlete: Athlete, written: Written, house: Services) -> JournalKept:
    entries = daily.list_entries(s, athlete.id, note_ids=[written.note.id])
    return JournalKept(
        note=_one(s, athlete, Remembered(written.note, tuple(entries)), house),
        edit_id=written.edit_id,
        warning=None if written.flag is None else say(athlete.lang, written.flag.text_key),
    )


def _one(s: Session, athlete: Athlete, one: Remembered, house: Services) -> JournalOut:
    return shown(s, athlete, [one], _today(house, athlete))[0]


def _today(house: Services, athlete: Athlete) -> date:
    return house.clock().astimezone(athlete.zone).date()
