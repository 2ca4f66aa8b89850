"""A text in which numbers stand, with all that they may be about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from coach.graph.cues import cues
from coach.graph.mark import Row, placed, sentences
from coach.graph.marks import Names, courses, nths
from coach.graph.numbers import Token
from coach.graph.scopes import Scopes

QUESTION_SEEN = 1500  # characters of a question that an answer may rely on, from its end


class Spoken:
    """A stretch of an answer, and before it what the athlete asked.

    `begin`: where `words` begin in the text that `tokens` count from. `asked` counts in the question.
    """

    def __init__(
        self,
        words: str,
        tokens: Sequence[Token],
        question: str,
        asked: Sequence[Token],
        names: Names,
        last_split: int = 0,
        begin: int = 0,
    ) -> None:
        cut = max(0, len(question) - QUESTION_SEEN)
        self.whole = f"{question[cut:]}\n{words}" if question else words
        self._shift = len(self.whole) - len(words) - begin
        self._names, self._last_split = names, last_split
        # Tokens with how far they are moved to stand where they do in `whole`.
        self._placed = [(t, -cut) for t in asked if t.start >= cut]
        self._placed += [(t, self._shift) for t in tokens if t.start >= begin]
        self._parts = sentences(self.whole)
        self.scopes = Scopes(self.whole)

    def at(self, token: Token) -> tuple[int, int]:
        """Return where a token of the words stands in `whole`."""
        return token.start + self._shift, token.end + self._shift

    @cached_property
    def subjects(self) -> Row:
        days = ((t.start + n, t.end + n, t.day) for t, n in self._placed if t.day is not None)
        return Row(self._names.subjects(self.whole, self._parts, days))

    @cached_property
    def cues(self) -> Row:
        return Row(placed(self._parts, cues))

    @cached_property
    def nths(self) -> Row:
        if not self._last_split:
            return Row([])
        return Row(placed(self._parts, lambda part: nths(part, self._last_split)))

    @cached_property
    def courses(self) -> Row:
        return Row(placed(self._parts, courses))

    @cached_property
    def numbers(self) -> list[int]:
        """Where what is claimed begins: no dates, and no numbers that only name something."""
        naming = sorted((m.start, m.end) for row in (self.subjects, self.nths, self.courses) for m in row)
        starts = [start for start, _ in naming]
        reached = list(accumulate((end for _, end in naming), max))
        found = []
        for token, shift in self._placed:
            if token.kind in ("quantity", "bare", "ref"):
                at = token.start + shift
                before = bisect_right(starts, at)
                if not before or reached[before - 1] <= at:
                    found.append(at)
        return found
