"""What the coach remembers of the athlete: list, write down, change, delete."""

from __future__ import annotations

from datetime import date
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Id, Who
from api.errors import documented
from coach.domain.memory import Kind
from coach.errors import BadInput
from coach.pipeline import remembering
from coach.store import athletes, memories
from coach.store.session import Session

router = APIRouter(prefix="/memory", tags=["memory"])


class MemoryIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "schedule", "text": "아침에만 뛸 수 있어"}]}
    )

    kind: Kind
    text: str = Field(min_length=1, max_length=300)
    valid_until: date | None = Field(None, description="The last day on which it holds.")


class MemoryChange(BaseModel):
    """What is left out stays; `valid_until` null takes the end away."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    text: str | None = Field(None, min_length=1, max_length=300)
    valid_until: date | None = None


class AnswerIn(BaseModel):
    """Which holds: the new one (yes), the one said before (no), or both."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["yes", "no", "both"]


class MemoryOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int = Field(examples=[7])
    kind: Kind
    text: str = Field(examples=["아침에만 뛸 수 있어"])
    said_on: date
    valid_until: date | None
    confidence: float = Field(examples=[0.9])
    origin: Literal["chat", "page", "onboarding"]
    thread_id: int | None
    message_id: int | None
    quote: str = Field(description="The sentence as it was typed.")
    state: Literal["active", "asked", "replaced"]
    against: int | None = Field(description="The one that it contradicts, while that is being asked.")


class MemoryList(BaseModel):
    memories: list[MemoryOut]


@router.get("", name="list_memories", summary="What is remembered", responses=documented(401, 403, 422))
def list_memories(house: House, who: Who, kind: Kind | None = None) -> MemoryList:
    """The newest first; what has ended too."""
    with house.session(who) as s:
        found = memories.find(s, kind=kind)
    return MemoryList(memories=[MemoryOut.model_validate(memory) for memory in found])


@router.post(
    "",
    name="add_memory",
    summary="Have something remembered",
    status_code=201,
    responses=documented(400, 401, 403, 422, 429),
)
def add_memory(given: MemoryIn, house: House, who: Who) -> MemoryOut:
    """As it is written, without being asked about."""
    with house.session(who) as s:
        today = _today(s, house, who.athlete_id)
        memory = remembering.write(s, who.athlete_id, given.kind, given.text, today, given.valid_until)
        return MemoryOut.model_validate(memory)


@router.patch(
    "/{memory_id}",
    name="change_memory",
    summary="Change what is remembered",
    responses=documented(400, 401, 403, 404, 422),
)
def change_memory(memory_id: Id, given: MemoryChange, house: House, who: Who) -> MemoryOut:
    changes = given.model_dump(exclude_unset=True)
    changes = {name: value for name, value in changes.items() if value is not None or name == "valid_until"}
    with house.session(who) as s:
        memories.get(s, memory_id)  # whose it is comes before what was asked
        if not changes:
            raise BadInput("nothing_to_change")
        today = _today(s, house, who.athlete_id)
        return MemoryOut.model_validate(remembering.rewrite(s, who.athlete_id, memory_id, changes, today))


@router.post(
    "/{memory_id}/answer",
    name="answer_memory",
    summary="Say which of two holds",
    responses=documented(401, 403, 404, 422),
)
def answer_memory(memory_id: Id, given: AnswerIn, house: House, who: Who) -> MemoryOut:
    """Return the one that holds. Answered before: nothing changes."""
    with house.session(who) as s:
        today = _today(s, house, who.athlete_id)
        return MemoryOut.model_validate(remembering.settle(s, who.athlete_id, memory_id, given.answer, today))


@router.delete(
    "/{memory_id}",
    name="delete_memory",
    summary="Forget something for good",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def delete_memory(memory_id: Id, house: House, who: Who) -> None:
    """The words in the conversation stay until that conversation is deleted."""
    with house.session(who) as s:
        memories.get(s, memory_id)
        remembering.forget(s, [memory_id])


@router.delete(
    "",
    name="delete_memories",
    summary="Forget everything for good",
    status_code=204,
    responses=documented(401, 403),
)
def delete_memories(house: House, who: Who) -> None:
    with house.session(who) as s:
        every = memories.find(s, states=("active", "asked", "replaced"))
        remembering.forget(s, [memory.id for memory in every])


def _today(s: Session, house: House, athlete_id: int) -> date:
    return house.clock().astimezone(athletes.get(s, athlete_id).zone).date()
