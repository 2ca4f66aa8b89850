"""A name that a text says, and rows of them in the order of the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

LONGEST = 240  # characters of a name, at most
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")
_LITERAL = re.compile(r"(?:\\b)*([^\\\[\](){}?*+.|^$]+)(?![?*{])")


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


def sentences(text: str) -> list[tuple[int, str]]:
    """Return the sentences of a text, roughly, with where they begin: names are read in each of them."""
    found, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        found.append((start, text[start : match.end()]))
        start = match.end()
    return [*found, (start, text[start:])]


def placed(parts: Iterable[tuple[int, str]], find: Callable[[str], Iterable[Mark]]) -> list[Mark]:
    """Return what is found in each sentence, placed in the text they are from."""
    return [
        Mark(start + shift, end + shift, what) for shift, part in parts for start, end, what in find(part)
    ]


def stems(pattern: str) -> tuple[str, ...]:
    """Return how each alternative of an expression begins, in small letters, to be looked for first."""
    depth, parts = 0, [""]
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    found = []
    for part in parts:
        literal = _LITERAL.match(part)
        if literal is None:
            raise ValueError(f"no letters at the beginning of {part}")
        found.append(literal[1].casefold())
    return tuple(found)
