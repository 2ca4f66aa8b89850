"""The training plan in the athlete's own calendar: an address with a secret, and opening and closing it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from api.deps import House, Who
from api.errors import documented
from coach.errors import LimitReached, NotLoggedIn
from coach.pipeline import calendar_feed
from coach.store import athletes
from coach.text import say

router = APIRouter(prefix="/calendar", tags=["plans"])

ICS = "text/calendar; charset=utf-8"


class OpenedOut(BaseModel):
    """A calendar address, shown this once."""

    url: str = Field(examples=["https://coach.example/api/v1/calendar/….ics"])
    webcal: str = Field(description="The same for apps that subscribe by a link.")
    said: str


class CalendarOut(BaseModel):
    """Whether an address is open. The address itself is known to nobody here."""

    is_open: bool
    opened_at: datetime | None
    last_used_at: datetime | None


@router.get("/feed", name="calendar_status", summary="Is a calendar open?", responses=documented(401, 403))
def calendar_status(house: House, who: Who) -> CalendarOut:
    with house.session(who) as s:
        known = calendar_feed.known_feed(s)
    if known is None:
        return CalendarOut(is_open=False, opened_at=None, last_used_at=None)
    return CalendarOut(is_open=True, opened_at=known.created_at, last_used_at=known.last_used_at)


@router.post(
    "", name="open_calendar", summary="Open a calendar", status_code=201, responses=documented(401, 403)
)
def open_calendar(request: Request, response: Response, house: House, who: Who) -> OpenedOut:
    """A new address; the one before stops working."""
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
        secret = calendar_feed.open_feed(s)
    url = f"{house.address_of(request)}/api/v1/calendar/{secret}.ics"
    response.headers["cache-control"] = "no-store"
    webcal = f"webcal://{url.partition('://')[2]}"
    return OpenedOut(url=url, webcal=webcal, said=say(lang, "plan_exchange.calendar_said"))


@router.delete(
    "",
    name="close_calendar",
    summary="Close the calendar",
    status_code=204,
    responses=documented(401, 403, 404),
)
def close_calendar(house: House, who: Who) -> None:
    """Its address opens nothing any more."""
    with house.session(who) as s:
        calendar_feed.close_feed(s)


@router.get(
    "/{secret}.ics",
    name="calendar_feed",
    summary="The plan as a calendar",
    response_class=Response,
    responses={200: {"content": {ICS: {}}}, 304: {"description": "As it was."}, **documented(401, 429)},
)
def get_calendar(secret: Annotated[str, Path(max_length=300)], request: Request, house: House) -> Response:
    """For calendar apps. The secret in the address is the authority; the calendar holds the workouts of the
    approved plan and the races, and nothing else. While the plan is on hold, what is to come is cancelled.
    """
    client = f"calendar {request.client.host if request.client else ''}"
    try:
        house.throttle.check(client)
    except LimitReached as error:
        raise LimitReached("calendar_throttled", **error.params) from error
    try:
        feed = calendar_feed.feed_of(house.db, secret, house.clock())
    except NotLoggedIn:
        house.throttle.failed(client)
        raise
    headers = {"etag": feed.etag, "cache-control": "private, no-cache"}
    asked = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if feed.etag in asked:
        return Response(status_code=304, headers=headers)
    headers["content-disposition"] = 'inline; filename="hanbal.ics"'
    return Response(feed.content, media_type=ICS, headers=headers)
