"""What is known of the athlete when a turn begins: short lines for the prompt, and how to speak to them."""

from __future__ import annotations

from collections.abc import Sequence

from coach.domain.memory import Memory
from coach.domain.source import Source, permission_of
from coach.graph.turn import Turn
from coach.pipeline.remembering import shared_words
from coach.store import memories

MOST_LINES = 30
MOST_CHARS = 1500
_STYLES = {
    ("length", "short"): "short",
    ("length", "long"): "long",
    ("register", "casual"): "casual",
    ("register", "polite"): "polite",
    ("wanted", False): "off",
    ("wanted", True): "on",
}


def fill(turn: Turn) -> None:
    """Take up what is remembered of the athlete. Blocking."""
    with turn.ctx.db.athlete_session(turn.ctx.athlete.id) as session:
        known = [m for m in memories.find(session, states=("active",)) if m.holds(turn.ctx.today)]
    turn.manner = manner_of(known)
    turn.background = lines(turn, known)
    turn.style = [_style(turn, m) for m in known if m.kind == "manner" and m.about]


def lines(turn: Turn, known: Sequence[Memory]) -> list[str]:
    """Return what is remembered, a line each: what the message is about, then the newest.

    None of it where the athlete's own words must not go to a model. At most MOST_LINES and MOST_CHARS.
    """
    if not permission_of([Source.journal], turn.permissions).to_model:
        return []
    told = [memory for memory in known if memory.kind != "manner" or not memory.about]
    # Newest first already; a stable sort keeps that among those that are as relevant.
    ranked = sorted(told, key=lambda memory: -shared_words(turn.ctx.message, memory.text))
    found: list[str] = []
    room = MOST_CHARS
    for memory in ranked:
        line = _line(turn, memory)
        if len(found) == MOST_LINES:
            break
        if line and len(line) < room:
            found.append(line)
            room -= len(line) + 1
    return found


def _line(turn: Turn, memory: Memory) -> str:
    params = {
        "day": memory.said_on.isoformat(),
        "kind": turn.text(f"memory.kind_{memory.kind}"),
        "what": memory.text.replace('"', "'"),
    }
    if memory.valid_until is not None:
        return turn.text("memory.background_until", until=memory.valid_until.isoformat(), **params)
    return turn.text("memory.background", **params)


def _style(turn: Turn, memory: Memory) -> str:
    """Return a wish for the style as code words it: what was typed could hold more than a wish."""
    what = memory.about.removeprefix("manner:")
    if what == "name":
        return turn.text("memory.style_name", name=str(memory.value.get("name", ""))[:20])
    style = next((word for (key, value), word in _STYLES.items() if memory.value.get(key) == value), "on")
    return turn.text(f"memory.style_{what}_{style}" if style in ("on", "off") else f"memory.style_{style}")


def manner_of(known: Sequence[Memory]) -> dict[str, str]:
    """Return how the athlete wants to be spoken to, as far as code can do it: "length", "name"."""
    wanted: dict[str, str] = {}
    for memory in known:
        if memory.about in ("manner:length", "manner:name"):
            name = memory.about.removeprefix("manner:")
            wanted.setdefault(name, str(memory.value.get(name, ""))[:20])
    return wanted
