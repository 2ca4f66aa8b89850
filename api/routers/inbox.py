"""What the coach said first, and when it may."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.deps import MAX_ID, House, Id, Services, Who
from api.errors import documented
from coach.domain.athlete import Athlete
from coach.domain.nudges import Manners, NudgeKind
from coach.errors import NotFound
from coach.pipeline import journaling
from coach.store import athletes, nudge_settings, nudges
from coach.store.nudges import Said
from coach.store.session import Session
from coach.text import formats, say

router = APIRouter(tags=["inbox"])


class WordOut(BaseModel):
    """A message that the coach began. `id` is the message's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 41,
                    "kind": "weekly",
                    "title": "한 주 이야기",
                    "when": "11월 22일 (일) 18:00",
                    "at": "2026-11-22T09:00:00Z",
                    "text": "이번 주에는 4번, 41 km를 달렸어요.",
                    "html": "<p>이번 주에는 4번, 41 km를 달렸어요.</p>",
                    "thread_id": 7,
                    "seen": False,
                    "ask_rpe": None,
                }
            ]
        }
    )

    id: int
    kind: NudgeKind
    title: str
    when: str
    at: datetime
    text: str
    html: str
    thread_id: int
    seen: bool
    ask_rpe: int | None = Field(description="The activity whose effort nobody told yet; else null.")


class Inbox(BaseModel):
    items: list[WordOut] = Field(description="Newest first.")
    unseen: int
    before: int | None = Field(description="Ask with this for what is older; null: that is all.")


class Unseen(BaseModel):
    unseen: int
    thread_id: int | None = Field(description="The conversation of the newest one that was not seen.")
    id: int | None


class MannersOut(BaseModel):
    """When the coach may speak first. Times by the athlete's clock; weekdays from Monday, 0."""

    weekly: bool
    weekly_day: int
    weekly_at: time
    after_run: bool
    morning: bool
    morning_at: time
    alert: bool
    race: bool
    silence: bool
    quiet_from: time
    quiet_until: time
    paused_until: date | None


class MannersChange(BaseModel):
    """What is left out stays as it is; quiet hours that begin and end alike are none."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"weekly_day": 5, "weekly_at": "09:00"}]}
    )

    weekly: bool | None = None
    weekly_day: int | None = Field(None, ge=0, le=6)
    weekly_at: time | None = None
    after_run: bool | None = None
    morning: bool | None = None
    morning_at: time | None = None
    alert: bool | None = None
    race: bool | None = None
    silence: bool | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    paused_until: date | None = None


@router.get(
    "/inbox", name="list_inbox", summary="What the coach said first", responses=documented(401, 403, 422)
)
def list_inbox(
    house: House,
    who: Who,
    before: Annotated[int | None, Query(ge=1, le=MAX_ID, description="`before` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Inbox:
    """Check-ins, notes after runs, alerts and receipts, wherever else they were sent."""
    with house.session(who) as s:
        return inbox_of(house, s, who.athlete_id, before, limit)[1]


@router.get(
    "/inbox/unseen", name="inbox_unseen", summary="Is there anything new?", responses=documented(401, 403)
)
def inbox_unseen(house: House, who: Who) -> Unseen:
    with house.session(who) as s:
        unseen = nudges.unseen(s)
        newest = nudges.list_said(s, limit=1) if unseen else []
    if not newest or newest[0].nudges[0].seen_at is not None:
        return Unseen(unseen=unseen, thread_id=None, id=None)
    message = newest[0].message
    return Unseen(unseen=unseen, thread_id=message.thread_id, id=message.id)


@router.post(
    "/inbox/{message_id}/seen",
    name="see_word",
    summary="Note that it was seen",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def see_word(message_id: Id, house: House, who: Who) -> None:
    """The first time counts, for this one and all before it."""
    with house.session(who) as s:
        if not nudges.of_message(s, message_id):
            raise NotFound("message_not_found")
        nudges.seen(s, house.clock(), up_to=message_id)


@router.get(
    "/checkins", name="get_checkins", summary="When the coach may speak first", responses=documented(401, 403)
)
def get_checkins(house: House, who: Who) -> MannersOut:
    with house.session(who) as s:
        return manners_out(nudge_settings.get(s))


@router.patch(
    "/checkins",
    name="change_checkins",
    summary="Change when it may",
    responses=documented(400, 401, 403, 422),
)
def change_checkins(given: MannersChange, house: House, who: Who) -> MannersOut:
    fields: dict[str, Any] = given.model_dump(exclude_unset=True)
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        today = house.clock().astimezone(athlete.zone).date()
        kept = {k: v for k, v in fields.items() if v is not None or k == "paused_until"}
        return manners_out(nudge_settings.change(s, today, **kept))


def manners_out(manners: Manners) -> MannersOut:
    return MannersOut(**{name: getattr(manners, name) for name in MannersOut.model_fields})


def inbox_of(
    house: Services, s: Session, athlete_id: int, before: int | None, limit: int
) -> tuple[Athlete, Inbox]:
    """Return a part of the inbox, as the athlete reads it."""
    athlete = athletes.get(s, athlete_id)
    found = nudges.list_said(s, limit=limit + 1, before=before)
    more, found = len(found) > limit, found[:limit]
    today = house.clock().astimezone(athlete.zone).date()
    items = [_word(s, athlete, said, today) for said in found]
    return athlete, Inbox(items=items, unseen=nudges.unseen(s), before=items[-1].id if more else None)


def _word(s: Session, athlete: Athlete, said: Said, today: date) -> WordOut:
    message, first = said.message, said.nudges[0]
    at = message.created_at.astimezone(athlete.zone)
    return WordOut(
        id=message.id,
        kind=first.kind,
        title=say(athlete.lang, f"inbox.kind_{first.kind.value}"),
        when=f"{formats.day(at.date(), athlete.lang, today)} {at:%H:%M}",
        at=message.created_at,
        text=message.text,
        html=str(message.content.get("html", "")),
        thread_id=message.thread_id,
        seen=first.seen_at is not None or first.answered_at is not None,
        ask_rpe=_to_ask(s, athlete, said),
    )


def _to_ask(s: Session, athlete: Athlete, said: Said) -> int | None:
    """Return the activity that a message asks about, while nobody told how hard it was."""
    pending = _first(said).get("pending") or {}
    if pending.get("kind") != "after_run":
        return None
    try:
        row = journaling.run_meant(
            s, athlete.id, int(pending["activity_id"]), said.nudges[0].local_date, ["rpe"]
        )
    except NotFound:
        return None
    return row.id if row is not None and row.rpe is None else None


def _first(said: Said) -> dict[str, Any]:
    """Return what is kept beside a message that the coach began."""
    return dict(said.message.content.get("first") or {})
