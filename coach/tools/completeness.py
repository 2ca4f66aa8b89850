"""Saying that what is stored is not the whole: what may be kept for a time only leaves gaps.

A sum with a part missing is never told as if it were the whole, and what is gone is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coach.domain.fact import Fact
from coach.pipeline.telling import title
from coach.store import completeness
from coach.store.session import Session
from coach.tools.facts import day_name
from coach.tools.spec import Note, ToolContext


@dataclass(frozen=True)
class Gap:
    """From which day on the records are complete, and whose are missing before it."""

    service: str
    since: date
    day: str  # `since`, as a person says it

    def note(self, name: str) -> Note:
        """Return the sentence `permissions.incomplete…` about this gap."""
        return Note(key=f"permissions.incomplete{name}", params={"service": self.service, "day": self.day})

    def known_share(self, start: date, end: date) -> float:
        """Return which share (0–1) of a span of days is complete."""
        days = (end - start).days + 1
        return min(1.0, max(0.0, ((end - max(start, self.since)).days + 1) / days))


def gap_before(ctx: ToolContext, session: Session, *starts: date | None) -> Gap | None:
    """Return the gap that one of these first days (None: of all time) reaches into, or None."""
    found = completeness.gap(session)
    if found is None or all(start is not None and start >= found.since for start in starts):
        return None
    return Gap(title(ctx.lang, found.provider), found.since, day_name(ctx, found.since))


def marked(ctx: ToolContext, facts: Iterable[Fact], gap: Gap | None) -> tuple[Fact, ...]:
    """Return sums with those marked that reach into a gap: a part is provisional, nothing left is unknown."""
    return tuple(facts if gap is None else (_marked(fact, gap) for fact in facts))


def _marked(fact: Fact, gap: Gap) -> Fact:
    start, end = fact.subject.start, fact.subject.end
    if fact.subject.kind != "period" or start is None or end is None or start >= gap.since:
        return fact
    share = gap.known_share(start, end)
    if not fact.activities:
        return fact.model_copy(update={"value": None, "because": "not_kept", "coverage": share})
    known = share if fact.coverage is None else min(share, fact.coverage)
    return fact.model_copy(update={"coverage": known, "provisional": True})
