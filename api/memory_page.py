"""The page of what the coach remembers: by kind, with where it was said, to change and to delete."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import House, Services, Who
from api.templates import page
from coach.domain.athlete import Athlete
from coach.domain.memory import KINDS, Memory
from coach.store import athletes, memories
from coach.text import Lang, formats, say
from coach.tools.memory import plan_lines
from coach.tools.spec import ToolContext

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/memory", name="memory_page")
def memory_page(house: House, who: Who) -> HTMLResponse:
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        found = memories.find(s)
        ctx = _context(house, athlete)
        planned = [words for _, words in plan_lines(ctx, s)]
    lang = athlete.lang
    by_id = {memory.id: memory for memory in found}
    groups = [
        {
            "name": say(lang, f"memory.kind_{kind}"),
            "lines": [_line(m, by_id, athlete, ctx.today) for m in found if m.kind == kind],
        }
        for kind in KINDS
    ]
    return page(
        "memory.html",
        lang,
        m=partial(_sentence, lang),
        kinds=[(kind, say(lang, f"memory.kind_{kind}")) for kind in KINDS],
        groups=[group for group in groups if group["lines"]],
        planned=planned,
        today=ctx.today.isoformat(),
    )


def _sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"memory.{key}", **params)


def _context(house: Services, athlete: Athlete) -> ToolContext:
    return ToolContext(athlete, house.db, house.clock(), athlete.lang)


def _line(memory: Memory, by_id: dict[int, Memory], athlete: Athlete, today: date) -> dict[str, Any]:
    lang = athlete.lang
    said = "written_day" if memory.origin == "page" else "said_day"
    old = by_id.get(memory.against) if memory.against is not None else None
    until = memory.valid_until
    return {
        "id": memory.id,
        "kind": memory.kind,
        "text": memory.text,
        "when": say(lang, f"memory.{said}", day=formats.day(memory.said_on, lang, today)),
        "until": "" if until is None else say(lang, "memory.until", day=formats.day(until, lang, today)),
        "until_day": "" if until is None else until.isoformat(),
        "over": until is not None and until < today,
        "thread": memory.thread_id,
        "asked": memory.state == "asked",
        "old": "" if old is None else old.text,
    }
