"""An athlete's own data: taking all of it along, keeping conversations, deleting everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import closing
from datetime import timedelta
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import iterate_in_threadpool

from api.authorize import Principal
from api.deps import House, Services, Who, cookie_name, is_https
from api.errors import documented
from api.routers.auth import Password
from coach.errors import BadInput, NotAllowed
from coach.pipeline import archive, keeping_chats
from coach.pipeline import leaving as going
from coach.store import accounts, athletes, leaving
from coach.text import Lang, say

router = APIRouter(tags=["own data"])

FRESH = timedelta(minutes=15)  # a login that long ago proves who it is, where there is no password
LANGS: tuple[Lang, Lang] = ("ko", "en")


class Holdings(BaseModel):
    """How much there is."""

    model_config = ConfigDict(from_attributes=True)

    activities: int = Field(examples=[412])
    days: int = Field(description="Days with measured values.")
    files: int
    conversations: int
    notes: int = Field(description="Values and texts of the journal.")
    memories: int
    plans: int
    connections: int


class OwnData(BaseModel):
    """What there is of the athlete, and how long conversations are kept (null: until they delete them)."""

    holdings: Holdings
    chat_keep_days: int | None = Field(examples=[365])


class ChatKeepDays(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 365}]})

    days: Annotated[int, Field(ge=1, le=keeping_chats.MOST_DAYS)] | None


class Deletion(BaseModel):
    """`word` is the one that the page shows. `password` is needed when there is one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"word": "지우기", "password": "달빛 아래 한 걸음"}]},
    )

    word: str = Field(min_length=1, max_length=40)
    password: Password | None = None


class Deleted(BaseModel):
    """`untold`: services that could not be told; there the permission must be taken back by hand."""

    untold: list[str]
    said: str


@router.get("/own-data", name="own_data", summary="How much there is of me", responses=documented(401, 403))
def own_data(house: House, who: Who) -> OwnData:
    with house.session(who) as s:
        return OwnData(
            holdings=Holdings.model_validate(leaving.holdings(s)),
            chat_keep_days=athletes.get_chat_keep_days(s, who.athlete_id),
        )


@router.put(
    "/own-data/chat-keep-days",
    name="keep_chats",
    summary="How long conversations are kept",
    status_code=204,
    responses=documented(400, 401, 403, 422),
)
def keep_chats(given: ChatKeepDays, house: House, who: Who) -> None:
    """From the next night on, those in which nothing was said for longer are deleted for good."""
    with house.session(who) as s:
        keeping_chats.keep_days(s, who.athlete_id, given.days)


@router.get(
    "/export",
    name="export_all",
    summary="Everything of mine in one zip",
    response_class=Response,
    responses={
        200: {
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            "description": "docs/export.md says what is in it. Positions and conversations are not hidden.",
        },
        **documented(401, 403, 409),
    },
)
def export_all(house: House, who: Who) -> StreamingResponse:
    """Written while it is read. A second one at the same time is refused."""
    now = house.clock()
    with house.session(who) as s:
        today = now.astimezone(athletes.get(s, who.athlete_id).zone).date()
    pieces = archive.write(house.db, who.athlete_id, now)
    first = next(pieces)  # what goes wrong before the first byte is still an answer of its own
    headers = {
        "content-disposition": f'attachment; filename="hanbal-{today}.zip"',
        "cache-control": "no-store",
    }
    return StreamingResponse(_streamed(first, pieces), media_type="application/zip", headers=headers)


async def _streamed(first: bytes, rest: Generator[bytes]) -> AsyncIterator[bytes]:
    # Whoever goes away must not leave the transaction open behind them.
    with closing(rest):
        async for piece in iterate_in_threadpool(chain([first], rest)):
            yield piece


@router.post(
    "/own-data/delete",
    name="delete_everything",
    summary="Delete everything of mine",
    responses=documented(400, 401, 403, 422, 429),
)
def delete_everything(
    given: Deletion, request: Request, response: Response, house: House, who: Who
) -> Deleted:
    """It cannot be undone: records, conversations, the account. Needs the password, or a login just now."""
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
    if given.word.strip().casefold() not in {say(known, "web.own.delete_word") for known in LANGS}:
        raise BadInput("delete_word_wrong")
    _prove(given, request, house, who)
    untold = going.leave(house.reach, who.athlete_id)
    response.delete_cookie(
        cookie_name(request), path="/", secure=is_https(request), httponly=True, samesite="lax"
    )
    said = [say(lang, "web.own.gone")]
    if untold:
        said.append(say(lang, "own_data.by_hand", services=", ".join(untold)))
    return Deleted(untold=list(untold), said=" ".join(said))


def _prove(given: Deletion, request: Request, house: Services, who: Principal) -> None:
    """Raise unless it is certain who asks: by the password, or by a login that was just now."""
    address = request.client.host if request.client else ""
    house.throttle.check(address)
    with house.session(who) as s:
        if accounts.get(s, who.account_id).has_password:
            if not accounts.verify(s, who.account_id, given.password or ""):
                house.throttle.failed(address)
                raise BadInput("wrong_password")
            return
        logins = accounts.sessions(s, who.account_id)
    began = [row.created_at for row in logins if row.token_sha256 == who.session]
    if not began or house.clock() - began[0] > FRESH:
        raise NotAllowed("fresh_login_needed")
