"""When the athlete was last heard of: what they wrote, and what they did."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select

from coach.store import models
from coach.store.activity_row import LISTED
from coach.store.session import Session, athlete_of

_a, _m, _n = models.activities, models.messages, models.journal_notes


def last_words(s: Session) -> datetime | None:
    """Return when the athlete last wrote to the coach or into the journal, None when never."""
    said = select(func.max(_m.c.created_at)).where(_m.c.athlete_id == athlete_of(s), _m.c.role == "user")
    noted = select(func.max(_n.c.created_at)).where(_n.c.athlete_id == athlete_of(s))
    return max((at for query in (said, noted) if (at := s.scalar(query)) is not None), default=None)


def last_day_out(s: Session, until: date) -> date | None:
    """Return the last day up to one on which the athlete did any sport, None when never."""
    day: date | None = s.scalar(
        select(func.max(_a.c.local_date)).where(
            _a.c.athlete_id == athlete_of(s), *LISTED, _a.c.local_date <= until
        )
    )
    return day
