"""What the athlete must be told once."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Id, Who
from api.errors import documented
from coach.store import athletes, notices
from coach.store.notices import Tone
from coach.text import say

router = APIRouter(prefix="/notices", tags=["connections"])


class NoticeOut(BaseModel):
    """A sentence, and the page that helps."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 4,
                    "tone": "alert",
                    "text": "Garmin이 로그인을 받아 주지 않았어요. 다시 연결해 주세요.",
                    "link": "/connections#garmin",
                    "created_at": "2026-11-21T03:00:00Z",
                }
            ]
        }
    )

    id: int
    tone: Tone
    text: str
    link: str = Field(description="A path of ours, or empty.")
    created_at: datetime


class NoticeList(BaseModel):
    notices: list[NoticeOut]


@router.get("", name="list_notices", summary="What there is to tell", responses=documented(401, 403))
def list_notices(house: House, who: Who) -> NoticeList:
    """Newest first, without what was put away or is over."""
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
        found = notices.open_ones(s)
    return NoticeList(
        notices=[
            NoticeOut(
                id=notice.id,
                tone=notice.tone,
                text=say(lang, notice.text_key, **notice.params),
                link=notice.link,
                created_at=notice.created_at,
            )
            for notice in found
        ]
    )


@router.delete(
    "/{notice_id}",
    name="put_notice_away",
    summary="Put a notice away",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def put_notice_away(notice_id: Id, house: House, who: Who) -> None:
    """It has been read. Should the same happen again, it is told again."""
    with house.session(who) as s:
        notices.put_away(s, notice_id)
