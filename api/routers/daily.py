"""The daily record: what the athlete says about a day or a run, and what a watch or a scale measured."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.deps import MAX_ID, House, Id, Services, Who
from api.errors import documented
from coach.domain.athlete import Athlete
from coach.domain.daily import DAILY_UNITS, Entry, EntryKind
from coach.errors import NotFound
from coach.pipeline import editing, journaling
from coach.store import activities, athletes, daily
from coach.store.session import Session

router = APIRouter(tags=["daily record"])

# Kinds with a scale: lowest, highest. The others carry words only.
SCALES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("rpe", "soreness", "fatigue", "stress", "pain"), (0, 10)),
    **dict.fromkeys(("mood", "sleep_quality"), (1, 5)),
}


def checked_scale(kind: EntryKind, value: float | None) -> None:
    """Raise ValueError for a value that its kind does not have."""
    if value is None:
        return
    if kind not in SCALES:
        raise ValueError(f"{kind} has no value")
    low, high = SCALES[kind]
    if not low <= value <= high:
        raise ValueError(f"value must be from {low:g} to {high:g}")


class EntryIn(BaseModel):
    """What the athlete says. rpe, soreness, fatigue, stress, pain: 0–10; mood, sleep_quality: 1–5."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"kind": "pain", "day": "2026-11-21", "value": 4, "where": "knee", "side": "left"}]
        },
    )

    kind: EntryKind
    day: date
    value: float | None = None
    where: str = Field("", max_length=40)
    side: Literal["", "left", "right", "both"] = ""
    text: str = Field("", max_length=4000)
    activity_id: int | None = Field(None, ge=1, le=MAX_ID)

    @model_validator(mode="after")
    def _on_scale(self) -> Self:
        checked_scale(self.kind, self.value)
        if self.value is not None:
            return self
        if self.kind in SCALES and not self.text and self.kind != "pain":
            raise ValueError(f"{self.kind} needs a value or words")
        return self


class EntryOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: EntryKind
    day: date
    value: float | None
    where: str
    side: str
    text: str
    activity_id: int | None


class EntryList(BaseModel):
    entries: list[EntryOut]


class DailyValueOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    day: date
    name: str = Field(examples=["rhr_bpm"])
    value: float = Field(examples=[47])
    source: str = Field(examples=["apple_health"])


class DailyValueList(BaseModel):
    values: list[DailyValueOut]


def _entry(given: EntryIn, entry_id: int = 0) -> Entry:
    return Entry(**given.model_dump(), id=entry_id)


def _heed(s: Session, athlete: Athlete, entry: Entry, house: Services) -> None:
    """Nobody answers an entry that was written by hand: what is dangerous in it is told by a notice."""
    journaling.heed_words(s, athlete, entry.text, entry.day, house.clock(), key=f"entry:{entry.id}")


@router.get("/entries", name="list_entries", summary="List entries", responses=documented(401, 403, 422))
def list_entries(
    house: House,
    who: Who,
    start: date | None = None,
    end: date | None = None,
    kind: EntryKind | None = None,
    activity_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> EntryList:
    """By day, oldest first."""
    with house.session(who) as s:
        found = daily.list_entries(
            s, who.athlete_id, start=start, end=end, kinds=[kind] if kind else None, activity_id=activity_id
        )
    return EntryList(entries=[EntryOut.model_validate(entry) for entry in found])


@router.post(
    "/entries",
    name="add_entry",
    summary="Add an entry",
    status_code=201,
    responses=documented(400, 401, 403, 404, 422),
)
def add_entry(given: EntryIn, house: House, who: Who) -> EntryOut:
    with house.session(who) as s:
        if given.activity_id is not None:
            activities.get(s, who.athlete_id, given.activity_id)  # not found rather than somebody else's
        athlete = athletes.get(s, who.athlete_id)
        kept, _ = editing.note(s, athlete, [_entry(given)])
        _heed(s, athlete, kept[0], house)
        return EntryOut.model_validate(kept[0])


@router.put(
    "/entries/{entry_id}",
    name="change_entry",
    summary="Replace an entry",
    responses=documented(400, 401, 403, 404, 422),
)
def change_entry(entry_id: Id, given: EntryIn, house: House, who: Who) -> EntryOut:
    with house.session(who) as s:
        if given.activity_id is not None:
            activities.get(s, who.athlete_id, given.activity_id)
        athlete = athletes.get(s, who.athlete_id)
        changed = editing.change_note(s, athlete, _entry(given, entry_id))
        _heed(s, athlete, changed, house)
        return EntryOut.model_validate(changed)


@router.delete(
    "/entries/{entry_id}",
    name="delete_entry",
    summary="Delete an entry",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def delete_entry(entry_id: Id, house: House, who: Who) -> None:
    with house.session(who) as s:
        editing.delete_note(s, athletes.get(s, who.athlete_id), entry_id)


@router.get(
    "/daily-values",
    name="list_daily_values",
    summary="Measured values of days",
    responses=documented(401, 403, 404, 422),
)
def list_daily_values(
    house: House,
    who: Who,
    start: date,
    end: date,
    name: Annotated[
        list[str] | None, Query(max_length=20, description=f"Of {', '.join(DAILY_UNITS)}.")
    ] = None,
) -> DailyValueList:
    """By day, oldest first; one value per source."""
    if unknown := set(name or ()) - DAILY_UNITS.keys():
        raise NotFound("no_such_value", name=min(unknown))
    with house.session(who) as s:
        found = daily.values(s, who.athlete_id, name, start, end)
    return DailyValueList(values=[DailyValueOut.model_validate(value) for value in found])
