"""Runs: saying something, and following the answer as server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.deps import MAX_ID, House, Services, Who
from api.errors import documented
from coach.errors import BadInput
from coach.store import runs
from coach.text import Lang

router = APIRouter(prefix="/runs", tags=["runs"])

PING_S = 15


class Say(BaseModel):
    """What the athlete says."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "message": "지난주에 몇 킬로 뛰었어?",
                    "client_key": "8c0f1c9e5c5d4b0f",
                    "tz": "Asia/Seoul",
                    "attachments": [],
                }
            ]
        },
    )

    message: str = Field(max_length=8000, description="May be empty when files are attached.")
    thread_id: int | None = Field(None, ge=1, le=MAX_ID, description="None begins a new conversation.")
    client_key: str = Field(
        min_length=8, max_length=100, description="Names this attempt: the same key starts one run only."
    )
    tz: str | None = Field(None, max_length=64, description="The zone the athlete is in, as IANA names it.")
    lang: Lang | None = Field(None, description="Overrides the account's language for this answer.")
    attachments: list[Annotated[int, Field(ge=1, le=MAX_ID)]] = Field(
        default_factory=list, max_length=20, description="Imports that belong to this message."
    )


class Started(BaseModel):
    """A run under way. `created` is false when the same `client_key` had started it before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"run_id": "0b9f6f0e-1f5e-4c35-9c6e-2a7d3f1f8a11", "thread_id": 3, "created": True}]
        }
    )

    run_id: str
    thread_id: int
    created: bool


class Stopped(BaseModel):
    stopped: bool = Field(description="False when the run had ended already.", examples=[True])


def started(answer: Any) -> Started:
    return Started(run_id=str(answer.run_id), thread_id=answer.thread_id, created=answer.created)


def known_zone(tz: str | None) -> str | None:
    """Return `tz` when it is a zone of the database, else raise BadInput."""
    if tz is None:
        return None
    try:
        return ZoneInfo(tz).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("unknown_zone", tz=tz) from error


@router.post(
    "",
    name="start_run",
    summary="Say something",
    status_code=201,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 429),
)
async def start_run(say: Say, house: House, who: Who) -> Started:
    """Start an answer and return at once; it goes on whether or not anybody watches. Follow it at
    `/runs/{run_id}/events`."""
    return started(
        await house.conversations.start(
            who.athlete_id,
            say.message,
            thread_id=say.thread_id,
            client_key=say.client_key,
            channel="widget" if who.widget else "web",
            lang=say.lang,
            tz=known_zone(say.tz),
            attachments=say.attachments,
        )
    )


EVENT_STREAM = """id: 1
event: RUN_STARTED
data: {"runId":"0b9f6f0e-1f5e-4c35-9c6e-2a7d3f1f8a11","threadId":3}

id: 2
event: TEXT_MESSAGE_CONTENT
data: {"messageId":"m1","delta":"지난주에는 42.3 km를 달렸어요.","refs":[{"ref":"f1","start":6,"end":13}]}

id: 3
event: RUN_FINISHED
data: {"runId":"0b9f6f0e-1f5e-4c35-9c6e-2a7d3f1f8a11"}

"""


@router.get(
    "/{run_id}/events",
    name="run_events",
    summary="Follow a run",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "Stored events after `after`, then live ones, until RUN_FINISHED or RUN_ERROR. "
            "Event names are AG-UI's; `id` is the event's number, to resume from.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EVENT_STREAM}},
        },
        **documented(401, 403, 404, 422),
    },
)
async def run_events(
    run_id: UUID,
    house: House,
    who: Who,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="The last number seen.")] = 0,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=2**31 - 1, description="The same, as a browser's EventSource sends it.")
    ] = None,
) -> EventSourceResponse:
    await run_in_threadpool(_check_exists, house, who, run_id)  # a 404 now, not a stream that breaks
    events = house.conversations.events(who.athlete_id, str(run_id), max(after, last_event_id or 0))
    return EventSourceResponse(
        _sse(events),
        ping=PING_S,
        sep="\n",
        ping_message_factory=lambda: ServerSentEvent(comment="ping", sep="\n"),
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


def _check_exists(house: Services, who: Who, run_id: UUID) -> None:
    with house.session(who) as s:
        runs.get(s, run_id)


async def _sse(events: AsyncIterator[Any]) -> AsyncIterator[ServerSentEvent]:
    async for event in events:
        yield _encode(event)


def _encode(event: Any) -> ServerSentEvent:
    data = json.dumps(event.payload, ensure_ascii=False, separators=(",", ":"))
    return ServerSentEvent(data, event=event.type, id=str(event.seq), sep="\n")


@router.post(
    "/{run_id}/stop", name="stop_run", summary="Stop a run", responses=documented(401, 403, 404, 422)
)
async def stop_run(run_id: UUID, house: House, who: Who) -> Stopped:
    """What was said so far stays."""
    return Stopped(stopped=await house.conversations.stop(who.athlete_id, str(run_id)))


@router.post(
    "/{run_id}/retry",
    name="retry_run",
    summary="Answer again",
    status_code=201,
    responses=documented(401, 403, 404, 409, 422, 429),
)
async def retry_run(run_id: UUID, house: House, who: Who) -> Started:
    """Answer the same message anew. What the first attempt wrote is not written twice."""
    return started(await house.conversations.retry(who.athlete_id, str(run_id)))
