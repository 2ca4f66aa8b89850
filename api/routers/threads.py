"""Conversations: the list, what was said, titles, export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import MAX_ID, House, Id, Who
from api.errors import documented
from api.first_turn import events_of, is_first
from api.routers.runs import Started, known_zone, started
from coach.pipeline import keeping_chats
from coach.pipeline.transcript import markdown
from coach.store import athletes, nudge_settings, runs, threads
from coach.store.runs import RunEvent
from coach.store.session import Session
from coach.store.threads import Message
from coach.text import Lang
from coach.text.redacted import without_secrets

router = APIRouter(prefix="/threads", tags=["conversations"])

PAGE_MESSAGES = 40  # about 20 turns
EXPORTED_MESSAGES = 100_000


class ThreadOut(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": 3,
                    "title": "지난주에 몇 킬로 뛰었어?",
                    "channel": "web",
                    "created_at": "2026-11-21T09:00:00Z",
                    "updated_at": "2026-11-21T09:01:00Z",
                }
            ]
        },
    )

    id: int
    title: str
    channel: str
    created_at: datetime
    updated_at: datetime


class ThreadList(BaseModel):
    threads: list[ThreadOut]
    greet: bool = Field(False, description="Nothing was talked about yet, whatever the coach said first.")


class EventOut(BaseModel):
    seq: int = Field(examples=[2])
    type: str = Field(examples=["TEXT_MESSAGE_CONTENT"])
    payload: dict[str, Any]


class TurnOut(BaseModel):
    """What the athlete said and the events of the answer, as they were streamed (text joined)."""

    run_id: str = Field(description="Empty where the coach spoke first, unasked.")
    state: Literal["running", "done", "stopped", "failed", "interrupted"]
    message: str = Field("", description="Empty when the coach began.")
    attachments: list[int] = []
    at: datetime
    events: list[EventOut] = []
    last_seq: int = Field(0, description="Follow a running turn from here.")


class Conversation(BaseModel):
    thread: ThreadOut
    turns: list[TurnOut] = Field(description="Oldest first.")
    earlier: int | None = Field(None, description="Pass as `before` for the turns before these.")


class Greeting(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"tz": "Asia/Seoul"}]})

    tz: str | None = Field(None, max_length=64)
    lang: Lang | None = None


class Title(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"title": "가을 하프 준비"}]})

    title: str = Field(min_length=1, max_length=120)


@router.get("", name="list_threads", summary="List conversations", responses=documented(401, 403, 422))
def list_threads(
    house: House,
    who: Who,
    q: Annotated[
        str | None, Query(max_length=200, description="Words in the title or in what was said.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ThreadList:
    """The latest first."""
    with house.session(who) as s:
        if q and q.strip():
            found = [t for t in threads.search(s, who.athlete_id, q.strip(), limit) if t.archived_at is None]
        else:
            found = threads.list_threads(s, who.athlete_id, limit=limit)
        firsts = nudge_settings.get_thread(s)
        greet = not q and all(thread.id == firsts for thread in found)
    return ThreadList(threads=[ThreadOut.model_validate(thread) for thread in found], greet=greet)


@router.post(
    "",
    name="greet",
    summary="A conversation that the coach begins",
    status_code=201,
    responses=documented(400, 401, 403, 422, 429),
)
async def greet(given: Greeting, house: House, who: Who) -> Started:
    """The coach welcomes, or asks the first open question about the athlete."""
    return started(
        await house.conversations.greet(
            who.athlete_id, channel="web", lang=given.lang, tz=known_zone(given.tz)
        )
    )


@router.get(
    "/{thread_id}", name="get_thread", summary="One conversation", responses=documented(401, 403, 404, 422)
)
def get_thread(
    thread_id: Id,
    house: House,
    who: Who,
    before: Annotated[int | None, Query(ge=1, le=MAX_ID, description="`earlier` of the page before.")] = None,
) -> Conversation:
    """The latest turns."""
    with house.session(who) as s:
        thread = threads.get(s, thread_id)
        # The running one first: should it end before the messages are read, its message is among them.
        now = runs.running(s, thread_id) if before is None else None
        said = threads.messages(s, thread_id, limit=PAGE_MESSAGES, before=before)
        earlier = None
        if len(said) == PAGE_MESSAGES:
            # The oldest turn may be cut in the middle: it belongs to the page before this one.
            cut = said[0].run_id
            said = [m for m in said if cut is None or m.run_id != cut] or said
            earlier = said[0].id
        return Conversation(
            thread=ThreadOut.model_validate(thread),
            turns=_turns(s, said, now),
            earlier=earlier,
        )


def _turns(s: Session, said: Sequence[Message], now: runs.Run | None) -> list[TurnOut]:
    found: dict[UUID | int, TurnOut] = {}
    for message in said:
        if is_first(message):
            found[message.id] = _first(message)
        if message.run_id is None:
            continue
        turn = found.get(message.run_id) or _turn(s, message.run_id)
        found[message.run_id] = turn
        if message.role == "user":
            turn.message = message.text
            turn.attachments = [int(i) for i in message.content.get("attachments", [])]
    if now is not None and now.id not in found:
        found[now.id] = _turn(s, now.id)  # a greeting or a second attempt: no message of its own yet
    return list(found.values())


def _first(message: Message) -> TurnOut:
    events = [
        EventOut(seq=seq, type=kind, payload=payload)
        for seq, (kind, payload) in enumerate(events_of(message), 1)
    ]
    return TurnOut(run_id="", state="done", at=message.created_at, events=events, last_seq=len(events))


def _turn(s: Session, run_id: UUID) -> TurnOut:
    # The state first: a run that ends in between has its last events then, and is only looked at once more.
    run = runs.get(s, run_id)
    events = runs.events(s, run_id, 0)
    return TurnOut(
        run_id=str(run_id),
        state=run.state,
        at=run.created_at,
        events=list(_joined(events)),
        last_seq=events[-1].seq if events else 0,
    )


def _joined(events: Iterable[RunEvent]) -> Iterable[EventOut]:
    """Join the pieces of a text, whose references then count from the joined text's start."""
    text: EventOut | None = None
    for event in events:
        if event.type != "TEXT_MESSAGE_CONTENT":
            if text is not None:
                yield text
                text = None
            yield EventOut(seq=event.seq, type=event.type, payload=dict(event.payload))
        elif text is None or text.payload["messageId"] != event.payload["messageId"]:
            if text is not None:
                yield text
            text = EventOut(seq=event.seq, type=event.type, payload=dict(event.payload))
        else:
            text = _extended(text, event.seq, event.payload)
    if text is not None:
        yield text


def _extended(text: EventOut, seq: int, more: Mapping[str, Any]) -> EventOut:
    shift = len(text.payload["delta"].encode("utf-16-le")) // 2
    refs = [
        {**ref, "start": ref["start"] + shift, "end": ref["end"] + shift} for ref in more.get("refs") or ()
    ]
    payload = {
        **text.payload,
        "delta": text.payload["delta"] + more["delta"],
        "refs": [*(text.payload.get("refs") or ()), *refs],
    }
    return EventOut(seq=seq, type=text.type, payload=payload)


@router.patch(
    "/{thread_id}",
    name="rename_thread",
    summary="Rename a conversation",
    responses=documented(400, 401, 403, 404, 422),
)
def rename_thread(thread_id: Id, given: Title, house: House, who: Who) -> ThreadOut:
    with house.session(who) as s:
        title = without_secrets(given.title).text
        return ThreadOut.model_validate(threads.rename(s, thread_id, title))


@router.delete(
    "/{thread_id}",
    name="delete_thread",
    summary="Delete a conversation",
    status_code=204,
    responses=documented(401, 403, 404, 409, 422),
)
def delete_thread(
    thread_id: Id,
    house: House,
    who: Who,
    for_good: Annotated[
        bool, Query(description="At once. Otherwise it can be taken back for seven days.")
    ] = False,
) -> None:
    """With it goes everything that was said in it, and what was sent to models for it."""
    with house.session(who) as s:
        if for_good:
            keeping_chats.delete_now(s, who.athlete_id, thread_id)
        else:
            threads.archive(s, thread_id)


@router.post(
    "/{thread_id}/restore",
    name="restore_thread",
    summary="Take a deleted conversation back",
    responses=documented(401, 403, 404, 422),
)
def restore_thread(thread_id: Id, house: House, who: Who) -> ThreadOut:
    """Until it went for good, seven days after it was deleted."""
    with house.session(who) as s:
        return ThreadOut.model_validate(threads.archive(s, thread_id, archived=False))


@router.get(
    "/{thread_id}/export",
    name="export_thread",
    summary="Download a conversation",
    response_class=Response,
    responses={
        200: {
            "content": {"text/markdown": {"schema": {"type": "string"}}, "application/json": {}},
            "description": "The whole conversation as Markdown, or as JSON.",
        },
        **documented(401, 403, 404, 422),
    },
)
def export_thread(
    thread_id: Id, house: House, who: Who, format: Annotated[Literal["md", "json"], Query()] = "md"
) -> Response:
    with house.session(who) as s:
        thread = threads.get(s, thread_id)
        said = threads.messages(s, thread_id, limit=EXPORTED_MESSAGES)
        athlete = athletes.get(s, who.athlete_id)
    now = house.clock().astimezone(athlete.zone)
    if format == "json":
        messages = [
            {"role": m.role, "text": m.text, "at": m.created_at.isoformat(), "content": dict(m.content)}
            for m in said
        ]
        whole = {"title": thread.title, "exported_at": now.isoformat(), "messages": messages}
        body, kind = json.dumps(whole, ensure_ascii=False, indent=2, default=str), "application/json"
    else:
        body, kind = "".join(markdown(thread, said, athlete.lang, now)), "text/markdown; charset=utf-8"
    headers = {"content-disposition": f'attachment; filename="hanbal-{thread_id}.{format}"'}
    return Response(body, media_type=kind, headers=headers)
