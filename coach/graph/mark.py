"""A name that a text says, and rows of them in the order of the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

LONGEST = 240  # characters of a name, at most
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s)|\n|$)", re.DOTALL)


@dataclass(frozen=True)
class Span:
    """Days that are spoken of. `word`: as it was said, where a subject may be called the same."""

    start: date
    end: date
    word: str = ""


@dataclass(frozen=True)
class Weekday:
    number: int
    today: date
    days: int  # how far away it may be


@dataclass(frozen=True)
class Named:
    """A subject by its name."""

    name: str


class Mark(NamedTuple):
    """One such name in `[start, end)` of a text."""

    start: int
    end: int
    what: Span | Weekday | Named | str | int | float


class Row:
    """Marks in the order of a text, of which those of a stretch can be asked for."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._starts = [m.start for m in marks]

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._marks)

    def within(self, first: int, last: int) -> list[Mark]:
        """Return the marks that lie in `[first, last)`."""
        start = bisect_left(self._starts, first)
        stop = bisect_right(self._starts, last, start)
        return [m for m in self._marks[start:stop] if m.end <= last]

    def over(self, at: int, end: int, *, slack: int = 0) -> Iterator[Mark]:
        """Iterate over the marks that cover `[at, end)` but for the last `slack` characters."""
        start = bisect_left(self._starts, at - LONGEST)
        stop = bisect_right(self._starts, at, start)
        return (m for m in self._marks[start:stop] if end <= m.end + slack)


def by_sentence(text: str, find: Callable[[str], Iterable[Mark]]) -> list[Mark]:
    """Return what is found in each sentence: those that have not changed are known from the last time."""
    found = []
    for part in _SENTENCE.finditer(text):
        marks = find(part.group())
        if marks:
            shift = part.start()
            found += [Mark(start + shift, end + shift, what) for start, end, what in marks]
    return found
