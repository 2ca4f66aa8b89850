"""The page of insights: what weeks and months say, with cards that can be put away."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.deps import House, Who
from api.routers.insights import feed_of
from api.templates import page
from coach.store import activities, athletes
from coach.text import Lang, say

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SHOWN = 12


@router.get("/insights", name="insights_page")
def insights_page(house: House, who: Who, before: Annotated[date | None, Query()] = None) -> HTMLResponse:
    """Show the feed, the newest first; `before`: what is older."""
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
        feed = feed_of(house, s, who.athlete_id, before, SHOWN)
        empty = (
            "" if feed.items or before else "first_week" if activities.count(s, who.athlete_id) else "no_data"
        )
    return page(
        "insights.html", lang, i=partial(_sentence, lang), feed=feed, empty=empty, is_first=before is None
    )


def _sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"insights.page.{key}", **params)
