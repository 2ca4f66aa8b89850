"""Dates and periods that are said, in Korean and English: 지난주, 작년 10월, since June, on the 3rd."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from coach.graph.offline.calendar import Calendar, Kind, Period

Resolved = tuple[Kind, Period | None]
Resolver = Callable[[re.Match[str], Calendar], "Resolved | Span | None"]
Rule = tuple[re.Pattern[str], Resolver]


@dataclass(frozen=True)
class Span:
    """A day or period that was named, and where. `others` are further readings of the same words."""

    kind: Kind
    start: date
    end: date  # included
    at: tuple[int, int] = (0, 0)
    others: tuple[Period, ...] = ()
    bare_day: bool = False  # "15일", "the 15th": the month comes from what stands before

    @property
    def period(self) -> Period:
        return self.start, self.end

    @property
    def is_day(self) -> bool:
        return self.start == self.end


def find(text: str, cal: Calendar, rules: Iterable[Rule]) -> tuple[Span, ...]:
    """Return the days and periods named in `text` (lower case), in order; the longest reading wins."""
    found: list[Span] = []
    for pattern, resolve in rules:
        for match in pattern.finditer(text):
            try:
                result = resolve(match, cal)
            except (ValueError, OverflowError):  # 13월, year 0: not a date
                continue
            if isinstance(result, Span):
                found.append(replace(result, at=match.span()))
            elif result is not None and (period := result[1]) is not None:
                start, end = cal.until_today(period)
                found.append(Span(result[0], start, end, match.span()))
    found.sort(key=lambda s: (s.at[0], -s.at[1]))
    kept: list[Span] = []
    for span in found:
        if not kept or span.at[0] >= kept[-1].at[1]:
            kept.append(span)
    return tuple(_ranges(text, kept, cal))


_TO = re.compile(r"\s*(?:부터|에서|to|until|till|through|thru|~|-|–|—)\s*(?:the\s*)?")
_AND = re.compile(r"\s*and\s*")
_UNTIL_NOW = re.compile(r"\s*(?:부터|이후|이래|\s)*\s*(?:지금|현재|오늘|now|today)(?:까지)?")
_SINCE_AFTER = re.compile(r"\s*(?:에서)?(?:부터|이후로?|이래로?)|\s+on(?:wards?)?\b(?! the)")
_SINCE_BEFORE = re.compile(r"\bsince\s+(?:the\s+)?(?:start of\s+|beginning of\s+)?$")
_BETWEEN = re.compile(r"(?<!difference )between\s+(?:the\s+)?$")
_UNTIL_AFTER = re.compile(r"\s*까지")


def _ranges(text: str, spans: list[Span], cal: Calendar) -> list[Span]:
    """Join "A부터 B까지", "from A to B", "since A" into one period."""
    result: list[Span] = []
    i = 0
    while i < len(spans):
        a = spans[i]
        before = text[: a.at[0]]
        b = spans[i + 1] if i + 1 < len(spans) else None
        between = text[a.at[1] : b.at[0]] if b else ""
        if b and (
            (_TO.fullmatch(between) and between.strip() and not (a.is_day and b.kind == "range"))
            or (_AND.fullmatch(between) and _BETWEEN.search(before))
        ):
            result.append(_join(a, b, cal))
            i += 2
            continue
        if (m := _SINCE_AFTER.match(text, a.at[1])) or _SINCE_BEFORE.search(before):
            end = m.end() if m else a.at[1]
            now = _UNTIL_NOW.match(text, end)
            a = Span("range", a.start, max(cal.today, a.start), (a.at[0], now.end() if now else end))
        result.append(a)
        i += 1
    return result


def _join(a: Span, b: Span, cal: Calendar) -> Span:
    start, end = a.start, b.end
    if b.bare_day:  # 10월 1일부터 7일까지
        end = start.replace(day=min(b.end.day, 28)) if b.end.day > 28 else start.replace(day=b.end.day)
        if b.end.day > 28:
            full = cal.named_month(start.month, start.year)[1]
            end = full.replace(day=min(b.end.day, full.day))
    if start > end:  # 11월부터 2월까지: the November before that February
        start = start.replace(year=start.year - 1, day=min(start.day, 28))
    return Span("range", start, end, (a.at[0], b.at[1]))
