"""Which names in a text govern a number: those of its clause, its row and column, or named before."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coach.graph.mark import Mark, Row

_SENTENCE_END = re.compile(r"[.!?。…]+[\"')\]*_]*(?=\s)|\n")
_CLAUSE_END = re.compile(
    r"[,;:，](?=\s|\*|$)|\s[—–-]\s|\b(?:and|but|while|whereas)\b(?=\s)|(?<=[가-힣])(?:(?<!최)고|며|지만|는데|으나)(?=[\s,])"
    r"|그리고|하지만|(?<=[0-9a-zA-Z\"%번])(?:에서|과|와)(?=\s)"
)
SENTENCE = 2000  # characters of a sentence before a number, at most
EARLIER = 1200  # characters before a sentence in which a name may stand that still governs
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t]")


@dataclass(frozen=True)
class Scope:
    """Where the names may stand that govern a number in `[at, end)`.

    `own` are stretches of which the first that names anything counts: the clause, or cell, row and column.
    `before` and `behind` are the rest of the sentence, `earlier` what was said before it.
    """

    at: int
    end: int
    own: tuple[tuple[int, int], ...]
    before: tuple[int, int]
    behind: tuple[int, int]
    earlier: tuple[tuple[int, int], ...]


class Scopes:
    """The scopes of the numbers of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        ends = list(_SENTENCE_END.finditer(text))
        self._begins = [m.start() for m in ends]
        self._ends = [m.end() for m in ends]
        self._clauses: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self._earlier: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}

    def scope(self, at: int, end: int) -> Scope:
        """Return the scope of the number in `[at, end)`."""
        text = self.text
        line_start = text.rfind("\n", 0, at) + 1
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        if text[line_start:line_end].lstrip().startswith("|"):
            return self._cell(at, end, line_start, line_end)
        start, stop = self.sentence(at, end)
        first, last = start, stop
        for begin, behind in self._clause_ends(start, stop):
            if behind <= at:
                first = behind
            elif begin >= end:
                last = begin
                break
        if (start, line_start) not in self._earlier:
            self._earlier[start, line_start] = self._before(line_start, start)
        return Scope(
            at, end, ((first, last),), (start, first), (last, stop), self._earlier[start, line_start]
        )

    def sentence(self, at: int, end: int) -> tuple[int, int]:
        """Return the sentence around `[at, end)`."""
        before = bisect_right(self._ends, at)
        after = bisect_left(self._begins, end)
        start = self._ends[before - 1] if before else 0
        stop = self._begins[after] if after < len(self._begins) else len(self.text)
        return max(start, at - SENTENCE), stop

    def _clause_ends(self, start: int, stop: int) -> list[tuple[int, int]]:
        known = self._clauses.get((start, stop))
        if known is None:
            known = [m.span() for m in _CLAUSE_END.finditer(self.text, start, stop)]
            self._clauses[start, stop] = known
        return known

    def _before(self, line_start: int, start: int) -> tuple[tuple[int, int], ...]:
        """Return what stands before a sentence, nearest first; before a list's item, not its sisters."""
        text = self.text
        if not _ITEM.match(text, line_start):
            return self._sentences(start)
        spans = self._sentences(start, line_start)
        top = line_start
        while top > 0:
            above = text.rfind("\n", 0, top - 1) + 1
            if not _ITEM.match(text, above):
                break
            top = above
        return (*spans, *self._sentences(top))

    def _sentences(self, end: int, floor: int = 0) -> tuple[tuple[int, int], ...]:
        floor = max(floor, end - EARLIER)
        first, last = bisect_right(self._ends, floor), bisect_left(self._ends, end)
        edges = [floor, *self._ends[first:last], end]
        spans = [(a, b) for a, b in pairwise(edges) if not self.text[a:b].isspace()]
        return tuple(reversed(spans))

    def _cell(self, at: int, end: int, line_start: int, line_end: int) -> Scope:
        text = self.text
        edges = [i for i in range(line_start, line_end) if text[i] == "|"]
        column = sum(1 for e in edges if e < at) - 1
        cells = _cells(text, line_start, line_end)
        own = cells[column] if 0 <= column < len(cells) else (at, end)
        row = cells[0] if cells else own
        top = line_start
        while top > 0:
            above = text.rfind("\n", 0, top - 1) + 1
            if not text[above:top].lstrip().startswith("|"):
                break
            top = above
        heads = _cells(text, top, text.find("\n", top)) if top != line_start else []
        head = heads[column] if 0 <= column < len(heads) else own
        return Scope(at, end, (own, row, head), (at, at), (end, end), self._sentences(top))


def paragraph(text: str, at: int, end: int) -> tuple[int, int]:
    """Return the paragraph around `[at, end)`: between empty lines."""
    start = text.rfind("\n\n", 0, at)
    stop = text.find("\n\n", end)
    return (0 if start < 0 else start + 2), (len(text) if stop < 0 else stop)


def governing(row: Row, numbers: Sequence[int], scope: Scope, *, carried: bool = True) -> list[Mark]:
    """Return the marks that govern the number of `scope`. `numbers`: where the numbers of the text begin.

    A clause that begins with a number names what it is behind it ("42.3 km last week"); otherwise the last
    names before a number count.
    """
    for first, last in scope.own:
        if here := row.within(first, last):
            return _nearest(here, numbers, scope, first, last)
    if not carried:
        return []
    if before := row.within(*scope.before):
        return _last(before, numbers)
    if behind := row.within(*scope.behind):
        return _first(behind, numbers)
    for start, stop in scope.earlier:
        if earlier := row.within(start, stop):
            return _last(earlier, numbers)
    return []


def _nearest(here: list[Mark], numbers: Sequence[int], scope: Scope, first: int, last: int) -> list[Mark]:
    before = [m for m in here if m.end <= scope.at]
    behind = [m for m in here if m.start >= scope.end]
    number_first = _parted(numbers, first, min(last, here[0].start))
    if behind and (number_first or not before):
        return _first(behind, numbers)
    return _last(before, numbers) if before else []


def _last(marks: list[Mark], numbers: Sequence[int]) -> list[Mark]:
    """Return the last marks between which there is no number."""
    found = [marks[-1]]
    for mark in reversed(marks[:-1]):
        if _parted(numbers, mark.end, found[0].start):
            break
        found.insert(0, mark)
    return found


def _first(marks: list[Mark], numbers: Sequence[int]) -> list[Mark]:
    found = [marks[0]]
    for mark in marks[1:]:
        if _parted(numbers, found[-1].end, mark.start):
            break
        found.append(mark)
    return found


def _parted(numbers: Sequence[int], start: int, stop: int) -> bool:
    """Whether a number begins in `[start, stop)`."""
    at = bisect_left(numbers, start)
    return at < len(numbers) and numbers[at] < stop


def _cells(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    edges = [i for i in range(start, stop) if text[i] == "|"]
    if stop > start and text[start:stop].rstrip()[-1:] != "|":
        edges.append(stop)
    return [(a + 1, b) for a, b in pairwise(edges)]
