"""What the page of settings shows of an athlete's own data."""

from __future__ import annotations

from typing import Any

from api.authorize import Principal
from api.deps import Services
from coach.pipeline import keeping_chats
from coach.store import athletes, leaving, threads
from coach.text import formats, say

SHOWN = 50  # deleted conversations; the others go in their turn


def own_data_view(house: Services, who: Principal) -> dict[str, Any]:
    """Return the values of `own_data.html`."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        days = athletes.get_chat_keep_days(s, who.athlete_id)
        deleted = threads.list_threads(s, who.athlete_id, archived=True, limit=SHOWN)
        holdings = leaving.holdings(s)
    lang, today = athlete.lang, house.clock().astimezone(athlete.zone).date()
    lines = []
    for thread in deleted:
        gone = keeping_chats.goes_at(thread)
        day = "" if gone is None else formats.day(gone.astimezone(athlete.zone).date(), lang, today)
        title = thread.title or say(lang, "web.chat.untitled")
        lines.append({"id": thread.id, "title": title, "goes": say(lang, "web.own.goes", day=day)})
    return {
        "keep": "" if days is None else days,
        "choices": sorted({*keeping_chats.CHOICES, *([] if days is None else [days])}),
        "deleted": lines,
        "counts": None if holdings.nothing else vars(holdings),
        "owner": who.role == "admin",
    }
