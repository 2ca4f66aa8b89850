"""The page of what was sent to language models outside."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.deps import MAX_ID, House, Who
from api.model_call_view import MONEY_DIGITS, call_words
from api.templates import page
from coach.graph.spending import alive_since
from coach.store import athletes, model_calls
from coach.text import Lang, say
from coach.text.formats import number

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SHOWN = 20


@router.get("/sent", name="sent_page")
def sent_page(
    house: House, who: Who, before: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None
) -> HTMLResponse:
    """Show the latest calls, or those `before` one."""
    now, settings = house.clock(), house.settings
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        today = now.astimezone(athlete.zone).date()
        found = model_calls.listed(s, SHOWN, before)
        calls = [call_words(*model_calls.get(s, call.id), athlete, settings, now) for call in found]
        spent = model_calls.spent(s, today, alive_since(settings, now))
    lang = athlete.lang
    used = say(lang, "sent.today_used", tokens=number(spent.tokens), most=number(settings.max_tokens_per_day))
    if settings.max_cost_per_day is not None:
        amounts = {"cost": spent.cost, "most": settings.max_cost_per_day}
        written = {name: number(amount, MONEY_DIGITS) for name, amount in amounts.items()}
        used += say(lang, "sent.today_cost", **written)
    return page(
        "sent.html",
        lang,
        p=partial(_sentence, lang),
        days=settings.model_log_days,
        calls=calls,
        used=used,
        older=found[-1].id if len(found) == SHOWN else None,
    )


def _sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"sent.{key}", **params)
