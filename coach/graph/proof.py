"""Proof of numbers: nothing that looks like a fact leaves unless it can be traced to one.

A model writes references (`{f12}`) and code renders them. Digits and number words that a model writes itself
count only when exactly one fact of this turn has that value in that unit and the sentence names what it is
about, or when the athlete said them, or when they are a date of the calendar in question. Everything else
leaves with a mark.

The filter works on the stream and holds text back only from the first character of a number or reference to
the end of its unit. Where the end of a sentence changes the verdict (the subject was named after the number),
`prove` on the finished text says so and the difference is sent as a correction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from coach.graph import scopes
from coach.graph.calendar import Calendar
from coach.graph.claims import as_opinion
from coach.graph.ledger import Ledger
from coach.graph.numbers import Reading, Token, quantities, scan
from coach.graph.spoken import Spoken
from coach.graph.stating import Matcher
from coach.text import Lang, say
from coach.text.facts import render
from coach.text.formats import Units
from coach.text.particles import PAIRS, with_particle

UNVERIFIED = "?"  # the reference of a number that could not be traced
SAID = "said"  # the reference of what the athlete wrote this turn
CALENDAR = "calendar"  # of a date that exists and belongs to what is talked about
EMERGENCY = {"119", "112", "109", "1339", "1388", "1366", "911", "999", "988"}
_CALLING = re.compile(r"전화|신고|연락|상담|call|dial|emergency|phone", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。…]+[\"')\]]*(?=\s)|\n")
_CITED = re.compile(r"\{ ?(g\d{1,7})")
# True by definition: the marathon and its half, in metres and in miles.
_COURSES_M = (42_195.0, 21_097.5, 26.2 * 1609.344, 13.1 * 1609.344)
_COURSE = re.compile(r"마라톤|풀코스|하프|marathon", re.IGNORECASE)
_RAN = re.compile(r"달렸|뛰었|뛰셨|뛴|달린|완주|했|\bran\b|\bdid\b|covered|finished|your?", re.IGNORECASE)
WINDOW = 500  # characters before a number in which its subject may have been named


@dataclass(frozen=True)
class Piece:
    """Text to send; `ref` when it is a number that can be opened, "?" when it could not be traced."""

    text: str
    ref: str = ""


@dataclass(frozen=True)
class _Held:
    """What numbers are held against while the turn has `size` facts."""

    size: int
    matcher: Matcher
    calendar: Calendar


@dataclass
class Proof:
    """What numbers of one turn are held against."""

    ledger: Ledger
    lang: Lang
    units: Units
    today: date
    words: str = ""  # what the athlete wrote this turn
    # Passages in the order in which the message cites them: "[1]" is the first.
    numbering: dict[str, int] = field(default_factory=dict)
    _said: list[Token] = field(init=False)
    _read: dict[str, list[Token]] = field(default_factory=dict)  # what numbers a passage holds
    _made: _Held | None = None
    _whole: tuple[str, Spoken] | None = None
    _quotes: tuple[list[str], int, list[str], str] | None = None

    def __post_init__(self) -> None:
        self._said = quantities(self.words)

    def pieces(
        self, text: str, token: Token, known: Sequence[Token], *, whole: bool, trusted: bool
    ) -> list[Piece]:
        """Return what leaves for `token`: rendered, passed on, or marked. `known`: the text's tokens so far.

        `whole`: the sentence is complete, so what stands behind the token counts too. `trusted`: code worded
        the text, so only its references need rendering.
        """
        if token.kind == "ref":
            return self._reference(token)
        plain = [Piece(token.text)]
        if trusted or token.kind == "layout":
            return plain
        if token.kind == "forged":
            return self._marked(token)
        if self._quoted(text, token, whole):
            return plain
        if token.text in EMERGENCY and _CALLING.search(_sentence(text, token, whole)):
            return plain
        ref = self._proven_by(text, token, known, whole)
        if ref is None:
            return self._marked(token)
        return [Piece(token.text, ref)]

    def _proven_by(self, text: str, token: Token, known: Sequence[Token], whole: bool) -> str | None:
        """Return the reference of what proves a token, "" when it needs no proof, None when nothing does."""
        if token.kind == "date":
            return CALENDAR if self._held().calendar.has(token.day) else None
        matcher, words = self._held().matcher, self._spoken(text, token, known, whole)
        if token.kind == "most":
            fact = matcher.most(token, words)
            said = token.text in self.words
            return fact.ref if fact else SAID if said else None
        if matcher.only_names(token, words):
            return ""
        fact = matcher.find(token, words)
        if fact is not None:
            return fact.ref
        if self._among(token, self._said):
            return SAID
        if _is_course(token) and _only_course(_sentence(text, token, whole)):
            return ""
        return self._cited(text, token, whole)

    def _cited(self, text: str, token: Token, whole: bool) -> str | None:
        """Return the passage cited in the same paragraph that holds the number."""
        start, stop = scopes.paragraph(text, token.start, token.end)
        for match in _CITED.finditer(text, start, stop if whole else token.end):
            passage = self.ledger.passage(match[1])
            if passage is None:
                continue
            if match[1] not in self._read:
                self._read[match[1]] = quantities(passage.text)
            if self._among(token, self._read[match[1]]):
                return match[1]
        return None

    def _held(self) -> _Held:
        """Return what the text is held against, made anew when tools have returned more."""
        if self._made is None or self._made.size != len(self.ledger.turn):
            facts = self.ledger.of_turn()
            self._made = _Held(
                len(facts), Matcher(facts, self.today), Calendar(facts, self._said, self.today)
            )
            self._whole = None
        return self._made

    def _spoken(self, text: str, token: Token, known: Sequence[Token], whole: bool) -> Spoken:
        """Return the text around a token with what it speaks of; until it is whole, up to its end."""
        matcher = self._held().matcher
        if whole:
            if self._whole is None or self._whole[0] is not text:
                self._whole = text, matcher.text(text, known, self.words, self._said)
            return self._whole[1]
        begin = _window(text, token.start)
        near: list[Token] = []
        for one in reversed(known):
            if one.start < begin:
                break
            if one.start < token.end:
                near.append(one)
        return matcher.text(text[begin : token.end], near[::-1], self.words, self._said, begin)

    def _reference(self, token: Token) -> list[Piece]:
        if self.ledger.passage(token.ref) is not None:
            return self._citation(token)
        fact = self.ledger.get(token.ref)
        if fact is None:
            return [Piece(say(self.lang, "graph.unverified"), UNVERIFIED), Piece(token.after)]
        value = render(fact, self.lang, self.units, today=self.today)
        # A writer that adds the unit by itself would double it: 42.3 km km.
        after = "" if token.after and value.endswith(token.after.strip()) else token.after
        if token.particle in PAIRS and not after:
            return [Piece(value, token.ref), Piece(with_particle(value, token.particle)[len(value) :])]
        return [Piece(value, token.ref), Piece(after)]

    def _citation(self, token: Token) -> list[Piece]:
        number = str(self.numbering.setdefault(token.ref, len(self.numbering) + 1))
        after = token.after
        if token.particle in PAIRS and not after:
            after = with_particle(number, token.particle)[len(number) :]
        return [Piece(f"[{number}]", token.ref), Piece(after)]

    def _marked(self, token: Token) -> list[Piece]:
        return [Piece(token.text, UNVERIFIED), Piece(f" {say(self.lang, 'graph.unverified')}")]

    def _quoted(self, text: str, token: Token, whole: bool) -> bool:
        """Whether the number belongs to words that code chose. Before the sentence is whole: so far."""
        for quote in self._holding(token.text):
            at = quote.find(token.text)
            while at >= 0:
                begin, end = token.start - at, token.end
                if whole:
                    end = begin + len(quote)
                if begin >= 0 and text[begin:end] == quote[: end - begin]:
                    return True
                at = quote.find(token.text, at + 1)
        return False

    def _holding(self, written: str) -> list[str]:
        """Return the quotes with that number in them; a label that is only "10 km" proves none."""
        quotes = self.ledger.quotes
        if self._quotes is None or self._quotes[0] is not quotes or self._quotes[1] != len(quotes):
            different = list(dict.fromkeys(quotes))
            self._quotes = quotes, len(quotes), different, "\n".join(different)
        if written not in self._quotes[3]:
            return []
        return [quote for quote in self._quotes[2] if written in quote and quote != written]

    def _among(self, token: Token, held: list[Token]) -> bool:
        """Whether each end of what is written is one of the numbers held."""
        known = [reading for one in held for reading in (*one.readings, *one.upper)]
        return bool(token.readings) and all(
            _is_known(readings, known) for readings in (token.readings, token.upper) if readings
        )


class ProofStream:
    """The filter on one stretch of text: feed it pieces of any size, get what may leave."""

    def __init__(self, proof: Proof, *, trusted: bool = False) -> None:
        self.proof = proof
        self.trusted = trusted
        self.text = ""  # everything fed so far, as it was written
        self.decided = 0  # up to here
        self._known: list[Token] = []

    def feed(self, chunk: str) -> list[Piece]:
        """Return what is certain after `chunk`."""
        self.text += chunk
        return self._advance(final=False)

    def finish(self) -> list[Piece]:
        """Return what was still held."""
        return self._advance(final=True)

    def proven(self) -> list[Piece]:
        """Return the whole text again, judged with every sentence complete."""
        text = self.text if self.trusted else as_opinion(self.text, self.proof.lang)
        read = text == self.text and self.decided == len(text)
        scanned = (self._known, len(text)) if read else scan(text, final=True)
        return _walk(self.proof, text, 0, scanned, scanned[0], whole=True, trusted=self.trusted)

    def _advance(self, *, final: bool) -> list[Piece]:
        scanned = scan(self.text, self.decided, final=final)
        self._known += scanned[0]
        pieces = _walk(
            self.proof, self.text, self.decided, scanned, self._known, whole=False, trusted=self.trusted
        )
        self.decided = scanned[1]
        return pieces


def _walk(
    proof: Proof,
    text: str,
    start: int,
    scanned: tuple[list[Token], int],
    known: Sequence[Token],
    *,
    whole: bool,
    trusted: bool,
) -> list[Piece]:
    tokens, end = scanned
    pieces: list[Piece] = []
    for token in tokens:
        pieces.append(Piece(text[start : token.start]))
        pieces += proof.pieces(text, token, known, whole=whole, trusted=trusted)
        start = token.end
    pieces.append(Piece(text[start:end]))
    return [piece for piece in pieces if piece.text]


def _window(text: str, at: int) -> int:
    """Return where to begin reading what a number may be about: a line or sentence some way before it."""
    floor = at - WINDOW
    if floor <= 0:
        return 0
    line = text.rfind("\n", 0, floor) + 1
    if floor - line <= WINDOW:
        return line
    ends = [m.end() for m in _SENTENCE_END.finditer(text, floor - WINDOW, floor)]
    return ends[-1] if ends else floor


def _sentence(text: str, token: Token, whole: bool) -> str:
    """Return the sentence around a token: all of it, or as far as the token's end."""
    begin = max(0, token.start - scopes.SENTENCE)
    for match in _SENTENCE_END.finditer(text, begin, token.start):
        begin = match.end()
    if not whole:
        return text[begin : token.end]
    match_after = _SENTENCE_END.search(text, token.end)
    return text[begin : match_after.start() if match_after else len(text)]


def _is_known(readings: tuple[Reading, ...], known: list[Reading]) -> bool:
    return any(
        dimension == other and abs(value - number) <= min(half, its_half)
        for dimension, value, half in known
        for other, number, its_half in readings
    )


def _is_course(token: Token) -> bool:
    """Whether a number is the length of the marathon or its half."""
    exact = [v for d, v, half in token.readings if d == "m" and half <= 100]
    return any(abs(value - course) < 60 for value in exact for course in _COURSES_M)


def _only_course(sentence: str) -> bool:
    """Whether a sentence speaks of a marathon, and of nobody who has run it."""
    return _COURSE.search(sentence) is not None and _RAN.search(sentence) is None
