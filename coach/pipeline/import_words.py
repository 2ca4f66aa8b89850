"""What became of imported files, in words: for the page and for messengers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from coach.domain.athlete import Athlete
from coach.store.imports import Import, Item
from coach.text import Lang, formats, has, say


def summary(lang: Lang, state: Import, items: Sequence[Item]) -> str:
    """Return how an import went, or that it goes on."""
    if state.finished_at is None:
        return say(lang, "web.import.working")
    if state.state == "failed":
        return say(lang, "web.import.failed")
    count = Counter(item.outcome for item in items)
    new = count["imported"] + count["partial"]
    known = count["merged"] + count["duplicate"]
    failed = count["unreadable"] + count["not_an_activity"]
    return say(lang, "web.import.done", files=state.done, imported=new, known=known, failed=failed)


def title(item: Item, athlete: Athlete) -> str:
    """Return day, sport and distance of what was in a file; "" when nothing was."""
    lang = athlete.lang
    parts = []
    if item.start is not None:
        parts.append(formats.day(item.start.astimezone(athlete.zone).date(), lang))
    if item.sport is not None:
        parts.append(say(lang, f"sports.{item.sport}"))
    if item.distance_m:
        parts.append(formats.distance(item.distance_m, lang, athlete.units))
    return " ".join(parts)


def reason(item: Item, lang: Lang) -> str | None:
    """Return why a file was not taken, or not whole."""
    if not item.reason_key or not has(lang, f"error.{item.reason_key}"):
        return None
    return say(lang, f"error.{item.reason_key}", **{"name": item.file, **item.reason_params})
