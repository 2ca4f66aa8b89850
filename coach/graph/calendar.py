"""Which dates a conversation is about: those of its facts, those the athlete wrote, and the next days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from coach.domain.fact import Fact
from coach.graph.marks import extent
from coach.graph.numbers import Day, Token, real_date

LONG_DAYS = 31
NEAR = timedelta(days=14)  # dates this near to today are the calendar, not a claim


class Calendar:
    """The dates that may be spoken of without proof. Made for the facts that there are."""

    def __init__(self, facts: Sequence[Fact], said: Iterable[Token], today: date) -> None:
        self._said = [token.day for token in said if token.day is not None]
        self._years = {today.year}
        for fact in facts:
            self._years |= {d.year for d in (fact.subject.start, fact.subject.end) if d}
        self._spans = {(today - NEAR, today + NEAR), *(span for fact in facts for span in _spans(fact))}

    def has(self, day: Day | None) -> bool:
        """Whether a date exists, falls on the weekday it says, and belongs to what is talked about."""
        if day is None:
            return False
        if any(_same_day(said, day) for said in self._said):
            return True
        for year in self._years:
            on = real_date(day, year)
            if on is None or (day.weekday is not None and day.day and on.weekday() != day.weekday):
                continue
            first, last = extent(day, on)
            if any(first <= end and start <= last for start, end in self._spans):
                return True
        return False


def _spans(fact: Fact) -> Iterator[tuple[date, date]]:
    if fact.subject.start:
        start, end = fact.subject.start, fact.subject.end or fact.subject.start
        # Of half a year only the ends are spoken of.
        yield from [(start, end)] if (end - start).days <= LONG_DAYS else [(start, start), (end, end)]
    yield from ((day, day) for day in fact.days)
    if fact.unit == "date" and isinstance(fact.value, str):
        try:
            on = date.fromisoformat(fact.value[:10])
        except ValueError:
            return
        yield on, on


def _same_day(said: Day, written: Day) -> bool:
    return (said.month, said.day) == (written.month, written.day) and (
        written.year is None or said.year is None or said.year == written.year
    )
