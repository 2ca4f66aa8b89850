"""The inbox: what the coach said first, the newest on top."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.deps import MAX_ID, House, Who
from api.routers.inbox import inbox_of
from api.templates import page
from coach.text import Lang, say

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SHOWN = 20


@router.get("/inbox", name="inbox_page")
def inbox_page(
    house: House, who: Who, before: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None
) -> HTMLResponse:
    """Show what was said; `before`: what is older than this one."""
    with house.session(who) as s:
        athlete, found = inbox_of(house, s, who.athlete_id, before, SHOWN)
    return page(
        "inbox.html", athlete.lang, i=partial(_sentence, athlete.lang), inbox=found, is_first=before is None
    )


def _sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"inbox.{key}", **params)
