"""Which names in a text govern a number: those of its clause, its row and column, or named before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coach.graph.marks import Mark

_SENTENCE_END = re.compile(r"[.!?。…]+[\"')\]*_]*(?=\s)|\n")
_CLAUSE_END = re.compile(
    r"[,;:，](?=\s|\*|$)|\s[—–-]\s|\b(?:and|but|while|whereas)\b(?=\s)|(?<=[가-힣])(?:(?<!최)고|며|지만|는데|으나)(?=[\s,])"
    r"|그리고|하지만|(?<=[0-9a-zA-Z\"%번])(?:에서|과|와)(?=\s)"
)
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


def scope(text: str, at: int, end: int) -> Scope:
    """Return the scope of the number in `[at, end)` of `text`."""
    line_start = text.rfind("\n", 0, at) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    if text[line_start:line_end].lstrip().startswith("|"):
        return _cell(text, at, end, line_start, line_end)
    start, stop = sentence(text, at, end)
    first, last = start, stop
    for match in _CLAUSE_END.finditer(text, start, stop):
        if match.end() <= at:
            first = match.end()
        elif match.start() >= end:
            last = match.start()
            break
    earlier = _earlier(text, line_start, start)
    return Scope(at, end, ((first, last),), (start, first), (last, stop), earlier)


def sentence(text: str, at: int, end: int) -> tuple[int, int]:
    """Return the sentence around `[at, end)`."""
    start = 0
    floor = max(0, at - 2000)
    for match in _SENTENCE_END.finditer(text, floor, at):
        start = match.end()
    after = _SENTENCE_END.search(text, end)
    return max(start, floor if start == 0 else start), after.start() if after else len(text)


def paragraph(text: str, at: int, end: int) -> tuple[int, int]:
    """Return the paragraph around `[at, end)`: between empty lines."""
    start = text.rfind("\n\n", 0, at)
    stop = text.find("\n\n", end)
    return (0 if start < 0 else start + 2), (len(text) if stop < 0 else stop)


def governing(
    marks: Sequence[Mark], numbers: Sequence[int], scope: Scope, *, carried: bool = True
) -> list[Mark]:
    """Return the marks that govern the number of `scope`. `numbers`: where the numbers of the text begin.

    A clause that begins with a number names what it is behind it ("42.3 km last week"); otherwise the last
    names before a number count.
    """
    for first, last in scope.own:
        here = [m for m in marks if first <= m.start and m.end <= last]
        if here:
            return _nearest(here, numbers, scope, first, last)
    if not carried:
        return []
    before = [m for m in marks if scope.before[0] <= m.start and m.end <= scope.before[1]]
    if before:
        return _last(before, numbers)
    behind = [m for m in marks if scope.behind[0] <= m.start and m.end <= scope.behind[1]]
    if behind:
        return _first(behind, numbers)
    for start, stop in scope.earlier:
        earlier = [m for m in marks if start <= m.start and m.end <= stop]
        if earlier:
            return _last(earlier, numbers)
    return []


def _nearest(here: list[Mark], numbers: Sequence[int], scope: Scope, first: int, last: int) -> list[Mark]:
    before = [m for m in here if m.end <= scope.at]
    behind = [m for m in here if m.start >= scope.end]
    inside = [n for n in numbers if first <= n < last]
    number_first = bool(inside) and inside[0] < here[0].start
    if behind and (number_first or not before):
        return _first(behind, numbers)
    return _last(before, numbers) if before else []


def _last(marks: list[Mark], numbers: Sequence[int]) -> list[Mark]:
    """Return the last marks between which there is no number."""
    found = [marks[-1]]
    for mark in reversed(marks[:-1]):
        if any(mark.end <= n < found[0].start for n in numbers):
            break
        found.insert(0, mark)
    return found


def _first(marks: list[Mark], numbers: Sequence[int]) -> list[Mark]:
    found = [marks[0]]
    for mark in marks[1:]:
        if any(found[-1].end <= n < mark.start for n in numbers):
            break
        found.append(mark)
    return found


def _earlier(text: str, line_start: int, start: int) -> tuple[tuple[int, int], ...]:
    """Return what stands before a sentence, nearest first; before a list's item, not its sisters."""
    if not _ITEM.match(text, line_start):
        return _sentences(text, start)
    spans = _sentences(text, start, line_start)
    top = line_start
    while top > 0:
        above = text.rfind("\n", 0, top - 1) + 1
        if not _ITEM.match(text, above):
            break
        top = above
    return (*spans, *_sentences(text, top))


def _sentences(text: str, end: int, floor: int = 0) -> tuple[tuple[int, int], ...]:
    floor = max(floor, end - 1200)
    edges = [floor, *(m.end() for m in _SENTENCE_END.finditer(text, floor, end)), end]
    spans = [(a, b) for a, b in pairwise(edges) if text[a:b].strip()]
    return tuple(reversed(spans))


def _cell(text: str, at: int, end: int, line_start: int, line_end: int) -> Scope:
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
    return Scope(at, end, (own, row, head), (at, at), (end, end), _sentences(text, top))


def _cells(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    edges = [i for i in range(start, stop) if text[i] == "|"]
    if stop > start and text[start:stop].rstrip()[-1:] != "|":
        edges.append(stop)
    return [(a + 1, b) for a, b in pairwise(edges)]
