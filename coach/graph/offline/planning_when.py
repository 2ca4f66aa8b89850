"""Days that are still to come, in Korean and English: 내년 3월, 다음 주 목요일, on Saturday, in 12 weeks.

Everywhere else "목요일" is the last one: what was done is asked about. In a plan it is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from coach.graph.offline.calendar import Calendar, add_months, make, month_end
from coach.graph.offline.heard import Heard

Kind = Literal["day", "week", "weekend", "month", "year", "days"]


@dataclass(frozen=True)
class Ahead:
    """A day or a span of days that is named, today or later, and where. Both ends are included."""

    kind: Kind
    start: date
    end: date
    at: tuple[int, int] = (0, 0)

    @property
    def is_day(self) -> bool:
        return self.kind == "day"


_WD = "월화수목금토일"
_EN_WD = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EN_MONTH = (
    r"(?P<mon>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_EN_DAY = (
    r"(?P<wd>mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?)?(?:day)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)(?:'?s)?\b"
)
_NUMBERS = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "여덟": 8, "열": 10, "열두": 12, "보름": 2,
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10,
    "twelve": 12, "sixteen": 16, "twenty": 20,
}  # fmt: skip
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_YEAR = r"(?:(?P<y4>20\d\d)\s?년\s?|(?P<y2>[2-4]\d)\s?년\s?|(?P<yr>내년|올해|올)\s?)?"

Resolve = Callable[[re.Match[str], Calendar], "Ahead | None"]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text]


def _year(m: re.Match[str], today: date) -> int | None:
    named = m.groupdict()
    if named.get("y4"):
        return int(named["y4"])
    if named.get("y2"):
        return 2000 + int(named["y2"])
    if named.get("yr") in ("내년", "next year"):
        return today.year + 1
    return today.year if named.get("yr") else None


def _day(on: date | None) -> Ahead | None:
    return None if on is None else Ahead("day", on, on)


def _in_days(days: int) -> Resolve:
    return lambda m, cal: _day(cal.today + timedelta(days=days))


def next_date(month: int, day: int, today: date, year: int | None = None) -> date | None:
    """Return a day of the calendar; without a year the next one, today included."""
    if year is not None:
        return make(year, month, day)
    found = (make(today.year + ahead, month, day) for ahead in range(9))
    return next((on for on in found if on is not None and on >= today), None)


def _date(m: re.Match[str], cal: Calendar) -> Ahead | None:
    return _day(next_date(int(m["m"]), int(m["d"]), cal.today, _year(m, cal.today)))


def _iso(m: re.Match[str], cal: Calendar) -> Ahead | None:
    return _day(make(int(m["y4"]), int(m["m"]), int(m["d"])))


def _en_date(m: re.Match[str], cal: Calendar) -> Ahead | None:
    month = _MONTHS.index(m["mon"][:3]) + 1
    return _day(next_date(month, int(m["d"]), cal.today, _year(m, cal.today)))


def _month_of(year: int | None, month: int, today: date) -> Ahead | None:
    if not 1 <= month <= 12:
        return None
    if year is None:
        year = today.year + (month < today.month)
    first = date(year, month, 1)
    return Ahead("month", first, month_end(first))


def _month(m: re.Match[str], cal: Calendar) -> Ahead | None:
    return _month_of(_year(m, cal.today), int(m["m"]), cal.today)


def _en_month(m: re.Match[str], cal: Calendar) -> Ahead | None:
    month = _MONTHS.index(m["mon"][:3]) + 1
    year = _year(m, cal.today)
    if year is None and m.groupdict().get("next") and month == cal.today.month:
        year = cal.today.year + 1
    return _month_of(year, month, cal.today)


def _other_month(ahead: int) -> Resolve:
    def resolve(m: re.Match[str], cal: Calendar) -> Ahead:
        first = add_months(cal.today.replace(day=1), ahead)
        return Ahead("month", first, month_end(first))

    return resolve


def _nth_sunday(m: re.Match[str], cal: Calendar) -> Ahead | None:
    """3월 셋째 주 일요일."""
    month = _month(m, cal)
    if month is None:
        return None
    nth = {"첫": 0, "둘": 1, "두": 1, "셋": 2, "세": 2, "넷": 3, "네": 3}.get(m["nth"][0])
    nth = int(m["nth"][0]) - 1 if nth is None else nth
    weekday = _WD.index(m["wd"])
    on = month.start + timedelta(days=(weekday - month.start.weekday()) % 7 + 7 * nth)
    return _day(on) if on <= month.end else None


def _weekday(m: re.Match[str], cal: Calendar) -> Ahead:
    named = m.groupdict()
    wd = named["wd"]
    weekday = _WD.index(wd) if wd in _WD else _EN_WD[wd[:3]]
    rel = named.get("rel") or ""
    if rel in ("이번", "이번 주", "이번주", "this", "this week"):
        on = cal.weekday_of_week(weekday, 0)[0]
        return Ahead("day", on, on)
    if "다다음" in rel:
        on = cal.weekday_of_week(weekday, -2)[0]
    elif rel:
        on = cal.weekday_of_week(weekday, -1)[0]
    else:
        on = cal.today + timedelta(days=(weekday - cal.today.weekday()) % 7)
    return Ahead("day", on, on)


def _week(ahead: int) -> Resolve:
    return lambda m, cal: Ahead("week", *cal.week(-ahead))


def _weekend(m: re.Match[str], cal: Calendar) -> Ahead:
    return Ahead(
        "weekend", *cal.weekend(-1 if m.groupdict().get("rel") in ("다음", "다음 주", "next") else 0)
    )


def _later(m: re.Match[str], cal: Calendar) -> Ahead:
    """In so many days, weeks or months: the day itself."""
    n, unit = _number(m["n"]), m["u"]
    if unit[0] in "개달mM":
        on = add_months(cal.today, n)
    else:
        on = cal.today + timedelta(days=n * (1 if unit[0] in "일d" else 7))
    return Ahead("day", on, on)


def _next_year(m: re.Match[str], cal: Calendar) -> Ahead:
    return Ahead("year", *cal.named_year(cal.today.year + 1))


def _season(m: re.Match[str], cal: Calendar) -> Ahead:
    """A season of the coming twelve months: 내년 봄, this autumn."""
    first = {"봄": 3, "sp": 3, "여": 6, "su": 6, "가": 9, "au": 9, "fa": 9, "겨": 12, "wi": 12}
    name = m["s"]
    month = first[name[0] if name[0] in "봄여가겨" else name[:2]]
    said = m.groupdict().get("yr")
    year = cal.today.year + 1 if said in ("내년", "next") else cal.today.year
    if not said and add_months(date(year, month, 1), 2) < cal.today:
        year += 1
    start = date(year, month, 1)
    return Ahead("days", start, month_end(add_months(start, 2)))


_KO_REL = r"(?P<rel>이번\s?주|이번|다다음\s?주|다음\s?주|다음|담\s?주|차주)\s*"
_RULES: tuple[tuple[str, Resolve], ...] = (
    (r"(?P<y4>20\d\d)[-./]\s?(?P<m>\d{1,2})[-./]\s?(?P<d>\d{1,2})\.?", _iso),
    (rf"{_YEAR}(?<!\d)(?P<m>\d{{1,2}})\s?월\s?(?P<d>\d{{1,2}})\s?일", _date),
    (r"(?<![\d:/.])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/])(?=.*[가-힣])", _date),
    (
        rf"{_YEAR}(?<!\d)(?P<m>\d{{1,2}})월\s?(?P<nth>첫|둘|두|셋|세|넷|네|[1-5])(?:째|번째)?\s?(?:주\s?)?"
        rf"(?P<wd>[{_WD}])요일",
        _nth_sunday,
    ),
    (rf"{_YEAR}(?<!\d)(?P<m>\d{{1,2}})월(?!\s?\d{{1,2}}\s?일)", _month),
    (rf"\b{_EN_MONTH}\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y4>20\d\d))?", _en_date),
    (rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_EN_MONTH}\b(?:,?\s+(?P<y4>20\d\d))?", _en_date),
    (rf"\b(?P<next>next\s+){_EN_MONTH}\b", _en_month),
    (
        rf"\b(?:in|this|by|for|until|of|-)\s+{_EN_MONTH}\b(?:\s+(?P<y4>20\d\d)|\s+(?P<yr>next year))?",
        _en_month,
    ),
    (rf"\b{_EN_MONTH}\s+(?P<y4>20\d\d)\b", _en_month),
    (rf"{_KO_REL}(?P<wd>[{_WD}])(?:요일|욜)", _weekday),
    (rf"(?<![가-힣])(?P<wd>[{_WD}])(?:요일|욜)", _weekday),
    (rf"\b(?P<rel>this week|this|next week|next)(?:'s)?\s+{_EN_DAY}", _weekday),
    (rf"\b(?:on\s+|for\s+|to\s+|from\s+)?{_EN_DAY}", _weekday),
    (r"(?P<rel>다음\s?주|다음|이번\s?주|이번)?\s*주말", _weekend),
    (r"\b(?P<rel>this|next)?\s*weekend\b", _weekend),
    (r"이번\s?주(?!말)|금주|\bthis week\b", _week(0)),
    (r"다다음\s?주(?!말)|\bthe week after next\b", _week(2)),
    (r"다음\s?주(?!말)|담\s?주|차주|\bnext week\b", _week(1)),
    (r"이번\s?달|이달|\bthis month\b", _other_month(0)),
    (r"다음\s?달|담\s?달|\bnext month\b", _other_month(1)),
    (
        r"(?P<yr>내년|올해|올)?\s?(?P<s>봄|여름|가을|겨울)(?=\s|에|$|철|시즌|[가-힣]*\s?(?:대회"
        r"|마라톤|풀|하프))",
        _season,
    ),
    (r"\b(?:(?P<yr>this|next)\s+)?(?P<s>spring|summer|autumn|fall|winter)\b", _season),
    (rf"{_N}\s?(?P<u>일|주일|주|달|개월)\s?(?:뒤|후|있다가|남)", _later),
    (rf"\bin\s+{_N}\s+(?P<u>days?|weeks?|months?)\b", _later),
    (rf"\b{_N}\s+(?P<u>days?|weeks?|months?)\s+(?:from now|away|out|left)\b", _later),
    (r"오늘|\btoday'?s?\b|\btonight\b", _in_days(0)),
    (r"내일\s?모레|모레|\bday after tomorrow\b", _in_days(2)),
    (r"내일|낼(?![가-힣])|\btomorrow'?s?\b", _in_days(1)),
    (r"글피", _in_days(3)),
    (r"내년|\bnext year\b", _next_year),
)
_COMPILED = tuple((re.compile(pattern, re.ASCII), resolve) for pattern, resolve in _RULES)


def find(heard: Heard) -> tuple[Ahead, ...]:
    """Return the days and spans a message names, read as still to come, in order; the longest wins."""
    found: list[Ahead] = []
    for pattern, resolve in _COMPILED:
        for match in pattern.finditer(heard.low):
            try:
                span = resolve(match, heard.cal)
            except (ValueError, OverflowError):  # 13월, 40 thousand weeks
                continue
            if span is not None:
                found.append(replace(span, at=match.span()))
    found.sort(key=lambda s: (s.at[0], -s.at[1]))
    kept: list[Ahead] = []
    for span in found:
        if not kept or span.at[0] >= kept[-1].at[1]:
            kept.append(span)
    return tuple(kept)


def days(heard: Heard) -> list[date]:
    """Return the single days that are named, today or later, in order."""
    return [span.start for span in find(heard) if span.is_day and span.start >= heard.cal.today]


def spanned(heard: Heard) -> tuple[date, date] | None:
    """Return the days that a message is about: one named, or from the first to the last ("부터 … 까지")."""
    found = [span for span in find(heard) if span.end >= heard.cal.today and span.kind != "year"]
    if not found:
        return None
    ranged = len(found) > 1 and heard.has(r"부터|에서|~|까지|\bfrom\b|\buntil\b|\btill?\b|\bthrough\b|\bto\b")
    last = found[1] if ranged and found[1].end >= found[0].start else found[0]
    # 12월 24일부터 26일까지: the month is said once.
    if m := re.search(
        r"(?:부터|에서|~|-)\s?(\d{1,2})일?(?:\s?까지|\b)(?!월)", heard.low[found[0].at[1] :], re.ASCII
    ):
        bare = make(found[0].start.year, found[0].start.month, int(m[1]))
        if bare is not None and bare >= found[0].start:
            return found[0].start, bare
    return found[0].start, last.end
