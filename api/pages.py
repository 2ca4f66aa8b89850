"""The web pages: a small frame from the server, everything else from our own modules."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.deps import MAX_ID, House, Id, Services, Who
from api.language import browser_language
from api.routers.charts import activity_charts
from api.routers.daily import SCALES
from api.templates import WEB, page
from coach.domain.athlete import Athlete
from coach.domain.body import PLACES
from coach.domain.metrics.registry import Measure
from coach.store import accounts, activities, athletes, daily, edits, metrics, routes
from coach.store.activities import Row
from coach.text import Lang, formats, say
from coach.text.facts import quantity
from coach.tools.journal import FIVES, entry_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MODULES = sorted(f"chat/{path.name}" for path in (WEB / "static" / "chat").glob("*.js"))

# Where a link that logs in may lead: whoever wrote the link must not choose another site.
_AFTER_LOGIN = re.compile(r"/connections(?:#[a-z_]{1,40})?")


@router.get("/", name="chat_page")
def chat_page(
    house: House, who: Who, thread: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None
) -> HTMLResponse:
    """Show the chat, with one conversation open where `thread` names it."""
    lang = _athlete(house, who).lang
    return page("chat.html", lang, modules=["hanbal-chat.js", *MODULES], thread=thread)


@router.get("/login", name="login_page")
def login_page(request: Request) -> HTMLResponse:
    return page("login.html", browser_language(request), link=False, least=accounts.MIN_PASSWORD)


@router.get("/login/{token}", name="login_link_page")
def login_link_page(
    token: str, request: Request, wanted: Annotated[str, Query(alias="next")] = ""
) -> HTMLResponse:
    """Only the page's script uses the link, by POST: a preview that fetches it must not use it up.

    `next` is where to go afterwards; an address that is none of those leads to the chat.
    """
    goes_to = wanted if _AFTER_LOGIN.fullmatch(wanted) else "/"
    least = accounts.MIN_PASSWORD
    return page("login.html", browser_language(request), link=True, least=least, goes_to=goes_to)


@router.get("/activities/{activity_id}", name="activity_page")
def activity_page(activity_id: Id, house: House, who: Who) -> HTMLResponse:
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        row = activities.get(s, who.athlete_id, activity_id)
        measured = metrics.read(s, who.athlete_id, [activity_id]).get(activity_id, {})
        has_route = any(True for _ in routes.tracks(s, [row], hide=()))
        hidden = edits.standing(s, who.athlete_id, activity_id, edits.GONE)
    found = measured.get("intervals")
    charts = activity_charts(activity_id, athlete.lang)
    if not isinstance(found, Measure) or not found.value:
        charts = [chart for chart in charts if chart["id"] != "intervals"]
    day = formats.day(row.local_date, athlete.lang)
    sport = say(athlete.lang, f"sports.{row.sport}")
    flags = [flag for flag in ("race", "treadmill", "deleted_at") if getattr(row, flag)]
    return page(
        "activity.html",
        athlete.lang,
        id=activity_id,
        title=f"{row.name or sport} · {day}",
        tags=[sport, *(_label(athlete.lang, flag) for flag in flags)],
        figures=_figures(row, measured, athlete),
        charts=charts,
        has_route=has_route,
        hidden=hidden.id if hidden is not None and row.deleted_at is not None else None,
    )


# What stands at the top of an activity's page: label, metric, unit.
_FIGURES = (
    ("pace", "pace_s_per_km", "s_per_km"),
    ("hr", "avg_hr_bpm", "bpm"),
    ("ascent", "ascent_m", "m"),
)


def _figures(row: Row, measured: Any, athlete: Athlete) -> list[tuple[str, str]]:
    lang, units = athlete.lang, athlete.units
    label = partial(_label, lang)
    figures = []
    if row.distance_m is not None:
        figures.append((label("distance"), formats.distance(row.distance_m, lang, units, digits=2)))
    if row.moving_s is not None:
        figures.append((label("moving"), formats.duration(row.moving_s, lang)))
    if row.elapsed_s:  # of a day's words alone nothing is known
        figures.append((label("elapsed"), formats.duration(row.elapsed_s, lang)))
    for key, name, unit in _FIGURES:
        found = measured.get(name)
        if isinstance(found, Measure) and found.value is not None:
            figures.append((label(key), quantity(found.value, unit, lang, units, metric=name)))
    return figures


def _label(lang: Lang, key: str) -> str:
    return say(lang, f"web.activity.{key}")


# How each scale of the daily record is drawn: kind, lowest, highest.
_SCALES = tuple((kind, int(low), int(high)) for kind, (low, high) in SCALES.items() if kind != "pain")
RECENT_DAYS = 30


@router.get("/record", name="record_page")
def record_page(
    house: House, who: Who, activity: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None
) -> HTMLResponse:
    """The daily record: of a day, or of one activity."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        row = activities.get(s, who.athlete_id, activity) if activity is not None else None
        today = house.clock().astimezone(athlete.zone).date()
        recent = daily.list_entries(s, who.athlete_id, start=today - timedelta(days=RECENT_DAYS), end=today)
    lang = athlete.lang
    about = None
    if row is not None:
        what = row.name or say(lang, f"sports.{row.sport}")
        about = {"id": row.id, "what": f"{what} · {formats.day(row.local_date, lang)}"}
    return page(
        "record.html",
        lang,
        activity=about,
        day=(row.local_date if row else today).isoformat(),
        today=today.isoformat(),
        scales=[
            (kind, say(lang, f"body.kind_{kind}"), low, high, _ends(kind, lang))
            for kind, low, high in _SCALES
        ],
        places=[(place, say(lang, f"body.{place}")) for place in PLACES],
        entries=[
            {
                "id": entry.id,
                "what": entry_words(entry, lang),
                "text": entry.text,
                "day": formats.day(entry.day, lang, today),
            }
            for entry in reversed(recent)
        ],
    )


def _ends(kind: str, lang: Lang) -> list[str]:
    """Return what the lowest and the highest value of a scale mean."""
    how = "good" if kind in FIVES else "hard"
    return [say(lang, f"web.record.{end}_{how}") for end in ("low", "high")]


@router.get("/favicon.ico", name="favicon")
def favicon() -> Response:
    return RedirectResponse("/static/mark.svg", status_code=301)


def _athlete(house: Services, who: Who) -> Athlete:
    with house.session(who) as s:
        return athletes.get(s, who.athlete_id)
