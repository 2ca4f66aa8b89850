"""The page of the journal: writing, what was read out of it, finding it again."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import House, Who
from api.journal_view import run_name
from api.routers.daily import SCALES
from api.routers.journal import question
from api.templates import page
from coach.domain.body import PLACES
from coach.pipeline import journaling
from coach.store import activities, athletes
from coach.text import Lang, formats, say

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

RUNS_OFFERED = timedelta(days=13)
SIDES = ("left", "right", "both")
WORDLESS = ("illness", "note")


@router.get("/journal", name="journal_page")
def journal_page(house: House, who: Who) -> HTMLResponse:
    """Show the frame; the list comes from the API, as its own search does."""
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        today = now.astimezone(athlete.zone).date()
        recent = activities.find(s, athlete.id, start=today - RUNS_OFFERED, end=today, limit=30)
        asked = journaling.to_ask(s, athlete, now)
    lang = athlete.lang
    return page(
        "journal.html",
        lang,
        j=partial(_sentence, lang),
        today=today.isoformat(),
        limit=journaling.LONGEST,
        asked=None if asked is None else {"id": asked.id, "question": question(asked, athlete, today)},
        runs=[
            {
                "id": row.id,
                "day": row.local_date.isoformat(),
                "name": f"{formats.day(row.local_date, lang, today)} · {run_name(row, athlete)}",
            }
            for row in recent
        ],
        places=[(place, say(lang, f"body.{place}")) for place in PLACES],
        sides=[(side, _sentence(lang, side)) for side in SIDES],
        kinds=[
            {"name": kind, "label": say(lang, f"body.kind_{kind}"), "low": low, "high": high}
            for kind, low, high in _kinds()
        ],
    )


def _kinds() -> list[tuple[str, int | None, int | None]]:
    scaled: list[tuple[str, int | None, int | None]] = [
        (kind, int(low), int(high)) for kind, (low, high) in SCALES.items()
    ]
    return [*scaled, *((kind, None, None) for kind in WORDLESS)]


def _sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"journal.page.{key}", **params)
