"""Files in: an upload becomes an import, whose progress and outcomes can be asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.deps import MAX_ID, House, Id, Services, Who
from api.errors import documented
from coach.domain.athlete import Athlete
from coach.errors import BadInput
from coach.pipeline import import_words, importing, receiving_files
from coach.store import athletes, imports, threads
from coach.store.imports import Item
from coach.text import say

router = APIRouter(tags=["files"])

MAX_FILES = 2000


class Received(BaseModel):
    """The files were kept and are read in the background."""

    import_id: int = Field(examples=[7])
    files: int = Field(examples=[3])


class ImportOut(BaseModel):
    """How far an import is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 7,
                    "state": "running",
                    "total": 3,
                    "done": 1,
                    "summary": "파일을 읽는 중이에요.",
                }
            ]
        }
    )

    id: int
    state: imports.State
    total: int | None = Field(description="Null until the files are counted.")
    done: int
    summary: str


class ItemOut(BaseModel):
    """What became of one file, or of one activity in it."""

    file: str = Field(examples=["morning.fit"])
    outcome: imports.Outcome
    outcome_text: str = Field(examples=["가져왔어요"])
    activity_id: int | None
    title: str = Field(examples=["11월 21일 (토) 달리기 8.2 km"])
    reason: str | None = Field(examples=["파일이 중간에 잘려 있어요."])


class ItemList(BaseModel):
    items: list[ItemOut]


@router.post(
    "/uploads",
    name="upload",
    summary="Add files",
    status_code=201,
    responses=documented(400, 401, 403, 404, 413, 429),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["files"],
                        "properties": {
                            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                            "thread_id": {
                                "type": "integer",
                                "description": "Its conversation.",
                            },
                        },
                    }
                }
            },
        }
    },
)
async def upload(request: Request, house: House, who: Who) -> Received:
    """FIT, GPX, TCX, also as `.gz`, zip archives, a whole Strava export. Streamed to disk up to the limit."""
    async with request.form(max_files=MAX_FILES, max_fields=5) as form:
        return await run_in_threadpool(_receive, form, house, who)


def _receive(form: FormData, house: Services, who: Who) -> Received:
    given = [part for part in form.getlist("files") if isinstance(part, UploadFile) and part.filename]
    if not given:
        raise BadInput("nothing_uploaded")
    thread_id = _thread_id(form, house, who)
    inbox = house.settings.inbox
    with receiving_files.place(inbox) as place:
        uploads = [
            (receiving_files.name_of(part.filename), receiving_files.keep(part.file, place / str(i)))
            for i, part in enumerate(given)
        ]
        queued = importing.start(
            house.db,
            who.athlete_id,
            uploads,
            inbox=inbox,
            channel="widget" if who.widget else "web",
            thread_id=thread_id,
        )
    return Received(import_id=queued.id, files=len(uploads))


def _thread_id(form: FormData, house: Services, who: Who) -> int | None:
    given = form.get("thread_id")
    if given is None:
        return None
    digits = given if isinstance(given, str) and given.isascii() and given.isdecimal() else ""
    if not digits or not 0 < int(digits[:20]) <= MAX_ID:
        raise BadInput("bad_request_field", field="thread_id", problem=str(given)[:40])
    with house.session(who) as s:
        return threads.get(s, int(digits)).id


@router.get(
    "/imports/{import_id}",
    name="get_import",
    summary="How far an import is",
    responses=documented(401, 403, 404, 422),
)
def get_import(import_id: Id, house: House, who: Who) -> ImportOut:
    with house.session(who) as s:
        state = imports.get(s, import_id)
        lang = athletes.get(s, who.athlete_id).lang
        items = imports.items(s, import_id) if state.finished_at else []
    return ImportOut(
        id=state.id,
        state=state.state,
        total=state.total,
        done=state.done,
        summary=import_words.summary(lang, state, items),
    )


@router.get(
    "/imports/{import_id}/items",
    name="list_import_items",
    summary="What became of each file",
    responses=documented(401, 403, 404, 422),
)
def list_import_items(
    import_id: Id,
    house: House,
    who: Who,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 500,
) -> ItemList:
    with house.session(who) as s:
        imports.get(s, import_id)
        items = imports.items(s, import_id)
        athlete = athletes.get(s, who.athlete_id)
    # What went wrong first: that is what needs a hand.
    items.sort(key=lambda item: item.outcome in ("imported", "merged", "duplicate"))
    return ItemList(items=[_item_out(item, athlete) for item in items[:limit]])


def _item_out(item: Item, athlete: Athlete) -> ItemOut:
    return ItemOut(
        file=item.file,
        outcome=item.outcome,
        outcome_text=say(athlete.lang, f"web.import.{item.outcome}"),
        activity_id=item.activity_id,
        title=import_words.title(item, athlete),
        reason=import_words.reason(item, athlete.lang),
    )
