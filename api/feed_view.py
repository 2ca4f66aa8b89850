"""The calendar's address as its box shows it."""

from __future__ import annotations

from datetime import date

from coach.domain.athlete import Athlete
from coach.pipeline.calendar_feed import known_feed
from coach.store.session import Session
from coach.text import formats, say


def feed_words(s: Session, athlete: Athlete, today: date) -> str:
    """Return since when an address is open, "" where none is. Its secret was shown once."""
    known = known_feed(s)
    if known is None:
        return ""
    day = formats.day(known.created_at.astimezone(athlete.zone).date(), athlete.lang, today)
    return say(athlete.lang, "plan_web.feed_since", day=day)
