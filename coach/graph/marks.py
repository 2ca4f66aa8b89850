"""What a text says its numbers are about: periods, days, runs, the split, the race distance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from coach.domain.fact import Fact, Subject
from coach.graph.cues import traits
from coach.graph.mark import Mark, Named, Span, Weekday, placed, stems
from coach.graph.numbers import Day, quantities, real_date

_DAYS = {
    "오늘|today|this morning": 0, "어제|yesterday": -1, "그저께|그제|the day before yesterday": -2,
    "내일|tomorrow": 1, "모레": 2,
}  # fmt: skip
_WEEKS = {"이번 ?주|this week": 0, "지난 ?주|저번 ?주|last week": -1, "다음 ?주|next week": 1}
_MONTHS = {"이번 ?달|this month": 0, "지난 ?달|저번 ?달|last month": -1, "다음 ?달|next month": 1}
_YEARS = {"올해|this year": 0, "작년|지난해|last year": -1}
_RELATIVE = [
    (
        re.compile(rf"(?<![A-Za-z가-힣])(?:{words})(?![A-Za-z])", re.IGNORECASE),
        stems(words),
        unit,
        n,
    )
    for unit, table in (("day", _DAYS), ("week", _WEEKS), ("month", _MONTHS), ("year", _YEARS))
    for words, n in table.items()
]
_WEEKDAY = re.compile(
    r"(?P<last>지난 |\blast )?(?:(?P<ko>[월화수목금토일])요일"
    r"|\b(?P<en>Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?(?:'s)?\b)",
    re.IGNORECASE,
)
_WEEKDAY_STEMS = ("요일", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS = {"ko": "월화수목금토일", "en": ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
# Behind or before what is only compared with: 지난주보다, than last week.
_COMPARED_AFTER = re.compile(
    r"(?:\([^)]*\))?(?:보다|에 비해|대비|[와과] 비교|의 ?(?=절반|두|세|몇|\d))|의 (?=절반|두|세|\d)"
)
_COMPARED_BEGINS = frozenset("(보에대와과의")
_COMPARED_BEFORE = re.compile(
    r"(?:(?:\bthan|compared (?:to|with)|against|versus|vs\.?|as (?:much|far|long|fast|many) as|half of)"
    r"\s(?:in\s|on\s)?"
    r"|%[^.]{0,12}\son\s)$",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\s?(?:to|until|through|–|-|~|부터|에서)\s?")
_NTH_WORDS = ("첫|한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_NTH_EN = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PIECE = r"(?:구간|랩|스플릿|킬로|km|지점)"
_PIECE_EN = r"(?:split|lap|km|kilomet(?:er|re)|mile|rep|repetition)"
_NTH = re.compile(
    rf"(?P<d>\d{{1,2}}) ?(?:(?:km|킬로) ?)?(?:번째|째)(?: ?{_PIECE})?"
    rf"|(?P<k>\d{{1,2}}) ?(?:km|킬로) ?(?:구간|지점)"
    rf"|(?P<w>{'|'.join(_NTH_WORDS)}) ?번째 ?{_PIECE}|(?P<last>마지막 ?{_PIECE}|(?:last|final) {_PIECE_EN}\b)"
    rf"|\b{_PIECE_EN} (?P<e>\d{{1,2}})\b(?![.:])|\b(?P<o>\d{{1,2}})(?:st|nd|rd|th) {_PIECE_EN}\b"
    rf"|\b(?P<x>{'|'.join(_NTH_EN)}) {_PIECE_EN}\b",
    re.IGNORECASE,
)
_RACED = r"(?:최고|기록|베스트|best|PB|PR|신기록|예상|record|time|race|대회|레이스|personal)"
_COURSE = re.compile(
    rf"(?P<n>\d{{1,3}}(?:\.\d+)?) ?(?:km|K|킬로)(?= ?{_RACED})"
    r"|(?P<half>하프|half[ -]marathon|\bhalf(?= best| PB| time))"
    r"|(?P<full>풀코스|풀마라톤|(?<!half )(?<!half-)\bmarathon(?! plan))",
    re.IGNORECASE,
)
# Without one of these there is nothing to look for.
_NTH_STEMS = ("째", "구간", "지점", "마지막", "split", "lap", "kilomet", "mile", "rep")
_NTH_KM = re.compile(r"[a-z] km|km \d")
_COURSE_STEMS = (
    *("하프", "풀코스", "풀마라톤", "half", "marathon"),
    *(stem.casefold() for stem in _RACED.removeprefix("(?:").removesuffix(")").split("|")),
)
NAMED_M = {"half": 21_097.5, "full": 42_195.0}


class Names:
    """Finds what a turn's facts are called. Compiled once for the facts that there are."""

    def __init__(self, facts: Sequence[Fact], today: date) -> None:
        self.today = today
        self._read: dict[str, list[Mark]] = {}  # by sentence, for one turn
        self.of: dict[str, set[tuple[int | None, date | None, date | None, str]]] = {}
        for subject in {id(f.subject): f.subject for f in facts}.values():
            for name in names(subject):
                self.of.setdefault(name, set()).add(identity(subject))
        words = sorted(self.of, key=len, reverse=True)
        self._begins = {word.split(" ")[0] for word in words}
        spaced = (r"\s?".join(re.escape(part) for part in word.split(" ")) for word in words)
        self._pattern = (
            re.compile(rf"(?<![A-Za-z])(?:{'|'.join(spaced)})(?![A-Za-z])", re.IGNORECASE) if words else None
        )

    def subjects(
        self, text: str, parts: Iterable[tuple[int, str]], days: Iterable[tuple[int, int, Day]]
    ) -> list[Mark]:
        """Return every period, day and run that `text` speaks of, without what is only compared with.

        `parts`: its sentences; `days`: the dates in it. Both with where they stand.
        """
        found = placed(parts, self._worded)
        for start, end, day in days:
            if (span := _span(day, self.today)) is not None:
                found.append(Mark(start, end, span))
        found = _joined(text, found)
        near = zip([None, *found], found, [*found[1:], None], strict=False)
        whole = [m for a, m, b in near if not (a and _within(m, a)) and not (b and _within(m, b))]
        return sorted((m for m in whole if not _compared(text, m)), key=lambda m: m.start)

    def _worded(self, text: str) -> list[Mark]:
        """Return the periods, weekdays and names in a sentence."""
        if (known := self._read.get(text)) is not None:
            return known
        low = text.casefold()
        found = [
            Mark(m.start(), m.end(), _relative(unit, n, self.today, m.group()))
            for pattern, begins, unit, n in _RELATIVE
            if any(begin in low for begin in begins)
            for m in pattern.finditer(text)
        ]
        if any(begin in low for begin in _WEEKDAY_STEMS):
            found += [
                Mark(m.start(), m.end(), Weekday(_weekday(m), self.today, 14 if m["last"] else 7))
                for m in _WEEKDAY.finditer(text)
            ]
        if self._pattern is not None and any(begin in low for begin in self._begins):
            found += [
                Mark(m.start(), m.end(), Named(squeezed(m.group()))) for m in self._pattern.finditer(text)
            ]
        self._read[text] = found
        return found


@lru_cache(maxsize=1024)
def nths(sentence: str, last: int) -> tuple[Mark, ...]:
    """Return which splits a sentence speaks of; `last` is the number of the last one."""
    low = sentence.casefold()
    if not any(stem in low for stem in _NTH_STEMS) and not _NTH_KM.search(low):
        return ()
    found = []
    for m in _NTH.finditer(sentence):
        digits = m["d"] or m["k"] or m["e"] or m["o"]
        if digits:
            n = int(digits)
        elif m["last"]:
            n = last
        elif m["x"]:
            n = _NTH_EN.index(m["x"].lower()) + 1
        else:
            n = next(i for i, words in enumerate(_NTH_WORDS, 1) if m["w"] in words.split("|"))
        found.append(Mark(m.start(), m.end(), n))
    return tuple(found)


@lru_cache(maxsize=1024)
def courses(sentence: str) -> tuple[Mark, ...]:
    """Return which race distances a sentence speaks of, in metres."""
    low = sentence.casefold()
    if not any(stem in low for stem in _COURSE_STEMS):
        return ()
    return tuple(
        Mark(m.start(), m.end(), float(m["n"]) * 1000 if m["n"] else NAMED_M["half" if m["half"] else "full"])
        for m in _COURSE.finditer(sentence)
    )


def names(subject: Subject) -> frozenset[str]:
    """Return what a subject is called, without the dates in its label."""
    return frozenset() if subject.kind == "athlete" else _named(subject.label)


@lru_cache(maxsize=4096)
def _named(label: str) -> frozenset[str]:
    found = set()
    for part in re.split(r"[()]", label):
        left = part
        for token in reversed(quantities(part)):
            if token.kind == "date":
                left = left[: token.start] + left[token.end :]
        bare = " ".join(_WEEKDAY.sub("", left).split()).strip(" ,·–-")
        if any(pattern.fullmatch(bare) for pattern, *_ in _RELATIVE):
            continue
        if len(bare) > 1 and not re.fullmatch(r"[\d\s–~-]+일?", bare):
            found.add(squeezed(bare, keep_spaces=True))
    return frozenset(found)


def identity(subject: Subject) -> tuple[int | None, date | None, date | None, str]:
    """Return what makes a subject the same as another."""
    return subject.activity_id, subject.start, subject.end, squeezed(subject.label)


def squeezed(text: str, *, keep_spaces: bool = False) -> str:
    """Return a text in which only letters and digits count."""
    return re.sub(r"[*_`]+" if keep_spaces else r"[\s*_`]+", "", text).casefold()


def course_of(fact: Fact) -> float | None:
    """Return the race distance that a fact's label names, in metres."""
    return _course(fact.label)


@lru_cache(maxsize=4096)
def _course(label: str) -> float | None:
    found = courses(f"{label} best")
    return float(found[0].what) if found and isinstance(found[0].what, float) else None


def fits(mark: Mark, fact: Fact, group: Iterable[Mark]) -> bool:
    """Whether what was named is what the fact is about."""
    subject, what = fact.subject, mark.what
    start, end = subject.start, subject.end or subject.start
    if isinstance(what, Named):
        return what.name in {squeezed(name) for name in names(subject)}
    if start is None or end is None:
        return False
    if isinstance(what, Weekday):
        # The one nearest to today, unless a period is named with it: 지난주 화요일.
        near = any(isinstance(m.what, Span) for m in group) or -what.days < (start - what.today).days < 7
        return start == end and near and start.weekday() == what.number
    if not isinstance(what, Span):
        return False
    if what.word and squeezed(subject.label).startswith(squeezed(what.word)):
        return True
    if what.start == start and (what.end == end or what.start < end <= what.end):
        return True
    if "change" in traits(fact) and start <= what.start and what.end >= end:
        return True
    narrower = any(isinstance(m.what, Named | Weekday) for m in group)
    return start == end and narrower and what.start <= start <= what.end


def extent(day: Day, on: date) -> tuple[date, date]:
    """Return the first and last date that a written date covers."""
    if day.day is None:
        first = on.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if day.last_day and day.last_day > day.day:
        return on, on + timedelta(days=day.last_day - day.day)
    return on, on


def _span(day: Day, today: date) -> Span | None:
    if day.year is None and day.month is not None and (day.month - today.month) % 12 > 6:
        on = real_date(day, today.year - (day.month > today.month))
    elif day.year is None and day.month is not None:
        on = real_date(day, today.year + (day.month < today.month))
    else:
        on = real_date(day, today.year)
    return None if on is None else Span(*extent(day, on))


def _relative(unit: str, n: int, today: date, word: str) -> Span:
    if unit == "day":
        on = today + timedelta(days=n)
        return Span(on, on)
    if unit == "week":
        start = today - timedelta(days=today.weekday() - 7 * n)
        return Span(start, start + timedelta(days=6), word)
    if unit == "month":
        months = today.year * 12 + today.month - 1 + n
        first, after = (date(m // 12, m % 12 + 1, 1) for m in (months, months + 1))
        return Span(first, after - timedelta(days=1), word)
    return Span(date(today.year + n, 1, 1), date(today.year + n, 12, 31), word)


def _joined(text: str, found: list[Mark]) -> list[Mark]:
    """Make "from 9 Nov to 15 Nov" one period."""
    result: list[Mark] = []
    for mark in sorted(found, key=lambda m: m.start):
        last = result[-1] if result else None
        if last and isinstance(last.what, Span) and isinstance(mark.what, Span) and not mark.what.word:
            between = text[last.end : mark.start]
            if last.what.start < mark.what.start and _UNTIL.fullmatch(between):
                result[-1] = Mark(last.start, mark.end, Span(last.what.start, mark.what.end))
                continue
        result.append(mark)
    return result


def _within(mark: Mark, other: Mark) -> bool:
    """Whether a name is only part of a longer one: October of 24 October."""
    return (other.start <= mark.start and mark.end <= other.end) and (
        other.end - other.start > mark.end - mark.start
    )


def _weekday(match: re.Match[str]) -> int:
    if match["ko"]:
        return _WEEKDAYS["ko"].index(match["ko"])
    return _WEEKDAYS["en"].index(match["en"].lower()[:3])


def _compared(text: str, mark: Mark) -> bool:
    if text[mark.end : mark.end + 1] in _COMPARED_BEGINS and _COMPARED_AFTER.match(text, mark.end):
        return True
    before = text[max(0, mark.start - 24) : mark.start]
    return before[-1:].isspace() and _COMPARED_BEFORE.search(before) is not None
