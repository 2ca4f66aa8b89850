"""Linking a chat of a messenger: how it is, a code for it, one typed from it, and an end to it."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Who
from api.errors import documented
from api.messenger_view import SERVICE, State, invite, picture, standing
from coach.errors import NotFound
from coach.store import messenger_system, messengers

router = APIRouter(prefix="/messengers", tags=["messengers"])


class TelegramOut(BaseModel):
    """How the athlete's Telegram is. "none": this installation has no bot; "starting": it was not reached."""

    state: State = Field(examples=["linked"])
    bot: str = Field(description="The bot's name, without @.", examples=["my_hanbal_bot"])
    linked_at: datetime | None


class InvitationOut(BaseModel):
    """Whoever opens `url` first is linked: it is for the athlete alone."""

    url: str = Field(examples=["https://t.me/my_hanbal_bot?start=q8Zk3"])
    qr: str = Field(description="The address as an SVG element.", examples=["<svg …></svg>"])
    code: str = Field(examples=["q8Zk3"])
    expires_at: datetime


class CodeIn(BaseModel):
    """A code as the bot wrote it; small letters, spaces and dashes do no harm."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"code": "ABCD-2345"}]})

    code: str = Field(min_length=1, max_length=40)


@router.get(
    "/telegram", name="telegram_status", summary="How Telegram is linked", responses=documented(401, 403)
)
def telegram_status(house: House, who: Who) -> TelegramOut:
    with house.session(who) as s:
        return TelegramOut(**vars(standing(s, house.settings)))


@router.post(
    "/telegram/code",
    name="telegram_code",
    summary="A code that links a chat",
    status_code=201,
    responses=documented(401, 403, 409, 429),
)
def telegram_code(house: House, who: Who, response: Response) -> InvitationOut:
    """It works once, for a quarter of an hour; the ones before work no more."""
    with house.session(who) as s:
        made = invite(s, house.settings, who.account_id, house.clock())
    response.headers["cache-control"] = "no-store"
    return InvitationOut(**vars(made), qr=picture(made.url))


@router.post(
    "/telegram/claim",
    name="telegram_claim",
    summary="Link the chat that was given a code",
    responses=documented(401, 403, 404, 409, 422, 429),
)
def telegram_claim(given: CodeIn, house: House, who: Who) -> TelegramOut:
    """Five wrong codes in a quarter of an hour, then the account has to wait."""
    now = house.clock()
    house.codes.attempt(who.account_id, now)
    messenger_system.claim(
        house.db, SERVICE, given.code, athlete_id=who.athlete_id, account_id=who.account_id, now=now
    )
    house.codes.succeeded(who.account_id)
    return telegram_status(house, who)


@router.delete(
    "/telegram",
    name="telegram_unlink",
    summary="Unlink the chat",
    status_code=204,
    responses=documented(401, 403, 404, 429),
)
def telegram_unlink(house: House, who: Who) -> None:
    """The chat is told; what comes from there afterwards is a stranger's."""
    with house.session(who) as s:
        if not messengers.unlink(s, SERVICE, house.clock()):
            raise NotFound("messenger_not_linked")
