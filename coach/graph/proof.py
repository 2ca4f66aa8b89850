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
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from coach.domain.fact import Fact, Subject
from coach.graph.ledger import Ledger
from coach.graph.numbers import Day, Token, quantities, real_date, scan
from coach.text import Lang, say
from coach.text.facts import render
from coach.text.formats import Units
from coach.text.particles import PAIRS, with_particle

UNVERIFIED = "?"  # the reference of a number that could not be traced
SAID = "said"  # the reference of what the athlete wrote this turn
CALENDAR = "calendar"  # of a date that exists and belongs to what is talked about
CALENDAR_DAYS = 14  # dates this near to today are the calendar, not a claim
EMERGENCY = {"119", "112", "109", "1339", "1388", "1366", "911", "999", "988"}
_CALLING = re.compile(r"전화|신고|연락|상담|call|dial|emergency|phone", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。…]+[\"')\]]*(?=\s)|\n")
_BLANK = re.compile(r"[\s*_`]+")
# Units that stand for the plain number beside a fact of theirs.
_UNITLESS = {"AU", "ratio", "count", "text", "year", "", "score", "m_per_min_per_bpm", "m_per_beat", "index"}
_COUNTED = {"count": 1.0, "days": 1.0, "weeks": 1.0, "months": 1.0, "years": 1.0}


@dataclass(frozen=True)
class Piece:
    """Text to send; `ref` when it is a number that can be opened, "?" when it could not be traced."""

    text: str
    ref: str = ""


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

    def __post_init__(self) -> None:
        self._said = quantities(self.words)

    def pieces(self, text: str, token: Token, *, whole: bool, trusted: bool) -> list[Piece]:
        """Return what leaves for `token`: rendered, passed on, or marked.

        `whole`: the sentence is complete, so what stands behind the token counts too. `trusted`: code worded
        the text, so only its references need rendering.
        """
        if token.kind == "ref":
            return self._reference(token)
        plain = [Piece(token.text)]
        if trusted or token.kind == "layout":
            return plain
        sentence = _sentence(text, token, whole)
        if self._quoted(text, token, whole):
            return plain
        if token.kind == "date":
            return plain if self._in_calendar(token) else self._marked(token)
        if self._said_by_athlete(token):
            return plain
        if token.text in EMERGENCY and _CALLING.search(sentence):
            return plain
        fact = self._fact(token, sentence)
        return [Piece(token.text, fact.ref)] if fact else self._marked(token)

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
        for quote in self.ledger.quotes:
            at = quote.find(token.text)
            while at >= 0:
                begin, end = token.start - at, token.end
                if whole:
                    end = begin + len(quote)
                if begin >= 0 and text[begin:end] == quote[: end - begin]:
                    return True
                at = quote.find(token.text, at + 1)
        return False

    def _said_by_athlete(self, token: Token) -> bool:
        for said in self._said:
            for dimension, value, half in said.readings:
                for other, number, its_half in token.readings:
                    if dimension == other and abs(value - number) <= min(half, its_half):
                        return True
        return False

    def _in_calendar(self, token: Token) -> bool:
        """Whether a date exists, falls on the weekday it says, and belongs to what is talked about."""
        day = token.day
        if day is None:
            return False
        if any(said.day is not None and _same_day(said.day, day) for said in self._said):
            return True
        years = {self.today.year} | {d.year for s in self._subjects() for d in (s.start, s.end) if d}
        for year in years:
            on = real_date(day, year)
            if on is None or (day.weekday is not None and day.day and on.weekday() != day.weekday):
                continue
            first, last = _extent(day, on)
            near = timedelta(days=CALENDAR_DAYS)
            if first <= self.today + near and last >= self.today - near:
                return True
            if any(first <= end and start <= last for start, end in self._spans()):
                return True
        return False

    def _subjects(self) -> Iterable[Subject]:
        return (fact.subject for fact in self.ledger.of_turn())

    def _spans(self) -> Iterable[tuple[date, date]]:
        for fact in self.ledger.of_turn():
            if fact.subject.start:
                yield fact.subject.start, fact.subject.end or fact.subject.start
            yield from ((day, day) for day in fact.days)
            if fact.unit == "date" and isinstance(fact.value, str):
                try:
                    on = date.fromisoformat(fact.value[:10])
                except ValueError:
                    continue
                yield on, on

    def _fact(self, token: Token, sentence: str) -> Fact | None:
        """Return the one fact of this turn that the sentence states, or None."""
        facts = self.ledger.of_turn()
        found = {_identity(fact): fact for fact in facts if _states(token, fact)}
        if len(found) != 1:
            return None
        fact = next(iter(found.values()))
        bare = _squeeze(sentence)
        if not self._names(bare, sentence, fact.subject):
            return None
        rivals = [f.label for f in facts if f.unit == fact.unit and f.metric != fact.metric]
        if not rivals and fact.subject.kind != "athlete":
            return fact
        # 평균 심박수 and 최고 심박수: what tells them apart must be said.
        shared = {word for label in rivals for word in _words(label)}
        telling = [word for word in _words(fact.label) if word not in shared] or [_squeeze(fact.label)]
        return fact if any(word in bare for word in telling) else None

    def _names(self, bare: str, sentence: str, subject: Subject) -> bool:
        """Whether the sentence says what the fact is about."""
        if subject.kind == "athlete":
            return True
        if subject.label and _squeeze(subject.label) in bare:
            return True
        # "지난주(11월 9–15일)" is named by either half.
        parts = re.split(r"[()]", subject.label)
        if len(parts) > 1 and any(len(_squeeze(p)) > 1 and _squeeze(p) in bare for p in parts):
            return True
        start, end = subject.start, subject.end or subject.start
        if start is None or end is None:
            return False
        dates = [t.day for t in quantities(sentence) if t.day is not None]
        if start == end:
            relative = {0: ("오늘", "today"), 1: ("어제", "yesterday")}.get((self.today - start).days, ())
            if any(name in bare for name in relative):
                return True
            return any(
                d.day and _extent(d, real_date(d, start.year) or date.min) == (start, start) for d in dates
            )
        whole = [real_date(d, start.year) for d in dates]
        extents = [_extent(d, on) for d, on in zip(dates, whole, strict=True) if on]
        if (start, end) in extents:
            return True
        return any(a == start for a, _ in extents) and any(b == end for _, b in extents)


class ProofStream:
    """The filter on one stretch of text: feed it pieces of any size, get what may leave."""

    def __init__(self, proof: Proof, *, trusted: bool = False) -> None:
        self.proof = proof
        self.trusted = trusted
        self.text = ""  # everything fed so far, as it was written
        self._decided = 0

    def feed(self, chunk: str) -> list[Piece]:
        """Return what is certain after `chunk`."""
        self.text += chunk
        return self._advance(final=False)

    def finish(self) -> list[Piece]:
        """Return what was still held."""
        return self._advance(final=True)

    def proven(self) -> list[Piece]:
        """Return the whole text again, judged with every sentence complete."""
        return _walk(self.proof, self.text, 0, scan(self.text, final=True), whole=True, trusted=self.trusted)

    def _advance(self, *, final: bool) -> list[Piece]:
        scanned = scan(self.text, self._decided, final=final)
        pieces = _walk(self.proof, self.text, self._decided, scanned, whole=False, trusted=self.trusted)
        self._decided = scanned[1]
        return pieces


def _walk(
    proof: Proof, text: str, start: int, scanned: tuple[list[Token], int], *, whole: bool, trusted: bool
) -> list[Piece]:
    tokens, end = scanned
    pieces: list[Piece] = []
    for token in tokens:
        pieces.append(Piece(text[start : token.start]))
        pieces += proof.pieces(text, token, whole=whole, trusted=trusted)
        start = token.end
    pieces.append(Piece(text[start:end]))
    return [piece for piece in pieces if piece.text]


def _sentence(text: str, token: Token, whole: bool) -> str:
    """Return the sentence around a token: all of it, or as far as the token's end."""
    begin = 0
    for match in _SENTENCE_END.finditer(text, 0, token.start):
        begin = match.end()
    if not whole:
        return text[begin : token.end]
    match_after = _SENTENCE_END.search(text, token.end)
    return text[begin : match_after.start() if match_after else len(text)]


def _squeeze(text: str) -> str:
    return _BLANK.sub("", text).casefold()


def _words(label: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[가-힣]{2,}|[A-Za-z0-9]{3,}", label)]


def _identity(fact: Fact) -> tuple[object, ...]:
    """Two answers of the same value about the same thing are one fact."""
    subject = fact.subject
    return fact.metric, fact.unit, fact.value, subject.activity_id, subject.start, subject.end


def _same_day(said: Day, written: Day) -> bool:
    return (said.month, said.day) == (written.month, written.day) and (
        written.year is None or said.year is None or said.year == written.year
    )


def _extent(day: Day, on: date) -> tuple[date, date]:
    """Return the first and last date that a written date covers."""
    if day.day is None:
        first = on.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if day.last_day and day.last_day > day.day:
        return on, on + timedelta(days=day.last_day - day.day)
    return on, on


def _states(token: Token, fact: Fact) -> bool:
    """Whether a written quantity is this fact's value, as precisely as it was written."""
    if isinstance(fact.value, str) or fact.value is None:
        return False
    for dimension, value, half in token.readings:
        expected = _fact_value(fact, dimension)
        if expected is not None and abs(expected - value) <= half * (1 + 1e-6) + 1e-9:
            return True
    return False


def _fact_value(fact: Fact, dimension: str) -> float | None:
    """Return the fact's value in `dimension`, or None when it is of another."""
    value = float(fact.value)  # type: ignore[arg-type]
    if dimension == fact.unit or (dimension == "" and fact.unit in _UNITLESS):
        return value
    if dimension in _COUNTED and fact.unit == "count":
        return value
    if dimension == "s_per_mi" and fact.unit == "s_per_km":
        return value * 1.609344
    if dimension in ("s_per_km", "s_per_mi") and fact.unit == "mps" and value > 0:
        return 1000 / value * (1.609344 if dimension == "s_per_mi" else 1)
    if dimension == "F" and fact.unit == "C":
        return value * 9 / 5 + 32
    return None
