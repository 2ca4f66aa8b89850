"""How a message names a day, a race and a passage. Names are data, and nothing else is read in them."""

from __future__ import annotations

import re
from datetime import date

from coach.domain.plan.model import Race
from coach.store import passages
from coach.store.session import Session
from coach.text import plans as words
from coach.tools.facts import period_name
from coach.tools.guidelines import cite_of
from coach.tools.spec import Cite, Note, ToolContext

LONGEST = 60
# What is a reference to us, or layout to whoever draws the message.
_MARKS = re.compile(r"(?:[{}\[\]<>`*_~|#\\\s]|://)+")


def day_called(ctx: ToolContext, on: date) -> str:
    """Return a day as it is spoken of: `오늘`, `어제`, `11월 14일 (토)`."""
    return period_name(ctx, on, on)


def race_called(ctx: ToolContext, race: Race) -> str:
    """Return what a race is called, as plain words: by its name, else by its distance."""
    return plain(race.name) or plain(words.race_title(race, ctx.lang, ctx.athlete.units))


def plain(name: str, longest: int = LONGEST) -> str:
    """Return a name without marks and line breaks, at most so many characters of it."""
    bare = _MARKS.sub(" ", name).strip()
    return bare if len(bare) <= longest else f"{bare[: longest - 1]}…"


def passage_on(ctx: ToolContext, session: Session, guideline: str) -> Cite | None:
    """Return the first passage of a guideline in the athlete's language where there is one; None without."""
    found = passages.of_guidelines(session, [guideline])
    own = [passage for passage in found if passage.lang == ctx.lang] or found
    return cite_of(own[0], f"passage.{guideline}") if own and own[0].verified else None


def cited(cite: Cite | None) -> tuple[Note, ...]:
    """Return what is put behind a sentence that rests on a passage: its number, "[1]"."""
    return () if cite is None else (Note(key="speaking.cited", facts={"source": cite.key}, general=True),)
