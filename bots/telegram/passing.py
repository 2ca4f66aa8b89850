"""What may go through a messenger: its servers are others', and keep what they carried.

A source that may not be shown to others, or be kept for a time only, stays on the page. What rests on it is
told as `coach.graph.turn.Turn.passed_on` left it; where nobody can say what a thing rests on, it stays too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coach.domain.source import Source
from coach.store import permissions, recordings
from coach.store.rests_on import of_thresholds
from coach.store.session import Session
from coach.text import Lang, say

Card = Mapping[str, Any]


@dataclass(frozen=True)
class Passing:
    """What of a message may be sent. `stays`: something of it is to be seen on the page only."""

    text: str
    facts: Mapping[str, Any]
    cards: tuple[Card, ...]
    question: Mapping[str, Any] | None
    stays: bool


def kept_here(s: Session, athlete_id: int) -> frozenset[Source]:
    """Return the sources of what the athlete has that may not go through a messenger."""
    return recordings.used(s, athlete_id, _closed(s))


def _closed(s: Session) -> frozenset[Source]:
    return frozenset(source for source, allowed in permissions.read(s).items() if not allowed.to_messenger)


def passing(s: Session, athlete_id: int, text: str, content: Mapping[str, Any], lang: Lang) -> Passing:
    """Return what of a stored message may be sent."""
    facts, cards = content.get("facts") or {}, tuple(content.get("cards") or ())
    question = content.get("question")
    closed = _closed(s)
    here = recordings.used(s, athlete_id, closed)
    rests = closed & _sources(content)
    if not rests and not here:
        return Passing(text, facts, cards, question, stays=False)
    if rests:
        left = content.get("passed_on") or {}
        # Written when the sources permitted something else: it cannot be told what it holds.
        known = rests <= set(left.get("sources", ()))
        text = left["text"] if known else say(lang, "permissions.stays_whole")
        facts, question = (left.get("facts") or {}) if known else {}, None
    shown = tuple(card for card in cards if _may_pass(s, athlete_id, card, here | rests, bool(rests)))
    return Passing(text, facts, shown, question, stays=bool(rests) or len(shown) < len(cards))


def _sources(content: Mapping[str, Any]) -> frozenset[Source]:
    """Return the sources that a stored message is known to rest on."""
    named: list[Iterable[str]] = [fact.get("sources") or () for fact in (content.get("facts") or {}).values()]
    named += [(content.get(name) or {}).get("sources") or () for name in ("once_gone", "passed_on")]
    return frozenset(Source(name) for names in named for name in names)


def _may_pass(s: Session, athlete_id: int, card: Card, here: frozenset[Source], rests: bool) -> bool:
    match card.get("kind"):
        case "link" | "approval":
            return True
        case "table":
            return not rests
        case "activity":
            return _free(s, athlete_id, [card.get("activity_id")], here)
        case "chart":
            params = card.get("params") or {}
            of = [params[name] for name in ("activity_id", "other_id") if params.get(name) is not None]
            # A chart of many days may hold any of what there is; zones are drawn from thresholds.
            estimated = any(not here.isdisjoint(basis.sources) for basis in of_thresholds(s, athlete_id))
            return bool(of) and not estimated and _free(s, athlete_id, of, here)
    return False


def _free(s: Session, athlete_id: int, activity_ids: Iterable[Any], here: frozenset[Source]) -> bool:
    ids = [int(activity_id) for activity_id in activity_ids if activity_id is not None]
    known = recordings.sources_of(s, athlete_id, ids)
    return all(here.isdisjoint(known.get(activity_id, here)) for activity_id in ids)
