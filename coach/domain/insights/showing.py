"""Which cards are shown: at most two, none twice, and what was put away stays away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.insights.cards import Card

MOST_OPEN = 2
QUIET = timedelta(weeks=8)  # after a dismissal its topic rests, in other words too


@dataclass(frozen=True, slots=True)
class Known:
    """A card that is stored. `dismissed_on`: None while it is open."""

    key: str
    topic: str
    dismissed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A card to keep: under `key`, which is an open card's own where it says the same thing still."""

    key: str
    card: Card


def choose(found: Sequence[Card], known: Collection[Known], today: date) -> tuple[Shown, ...]:
    """Return the cards to show, those that are open first: every other open one is withdrawn.

    `found`: what holds now, the most pressing first. A dismissed key never comes back; its topic not within
    eight weeks. Who sees two cards is not shown a third, however pressing: they go one by one.
    """
    gone = {k.key for k in known if k.dismissed_on is not None}
    resting = {k.topic for k in known if k.dismissed_on is not None and today < k.dismissed_on + QUIET}
    open_ones = {k.topic: k.key for k in known if k.dismissed_on is None}
    allowed: dict[str, Card] = {}
    for card in found:
        if card.topic not in resting and card.key not in gone:
            allowed.setdefault(card.topic, card)
    staying = [c for c in allowed.values() if c.topic in open_ones]
    coming = [c for c in allowed.values() if c.topic not in open_ones]
    chosen = (staying + coming)[:MOST_OPEN]
    return tuple(Shown(open_ones.get(card.topic, card.key), card) for card in chosen)
