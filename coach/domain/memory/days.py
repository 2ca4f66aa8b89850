"""Until when something holds that has an end: a date or a span, as it is said of one's plans."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_EN_MONTH = r"(" + "|".join(f"{m[:3]}(?:{m[3:]})?" if len(m) > 3 else m for m in _MONTHS) + r")\.?"
_COUNTS = {
    "한": 1,
    "하루": 1,
    "두": 2,
    "이틀": 2,
    "세": 3,
    "사흘": 3,
    "네": 4,
    "나흘": 4,
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
}
_UNITS = {"일": 1, "주": 7, "주일": 7, "달": 30, "개월": 30, "day": 1, "week": 7, "month": 30}


def last_day(low: str, today: date) -> date | None:
    """Return the last day of the days named in a text (in lower case), or None when it names none."""
    begun = _named(low, today)
    length = _length(low)
    if length is not None:
        first = begun[0] if begun is not None else today
        return first + timedelta(days=length - 1)
    return begun[1] if begun is not None else None


def _length(low: str) -> int | None:
    m = re.search(
        r"(\d{1,3}|한|두|세|네)\s?(일|주일|주|달|개월)\s?(?:동안|간)|(이틀|사흘|나흘)\s?(?:동안|간)?"
        r"|\bfor (\d{1,3}|an?|one|two|three|four|five|six) (day|week|month)s?\b",
        low,
    )
    if m is None:
        return None
    count, unit = (m[3], "일") if m[3] else (m[1] or m[4], m[2] or m[5])
    return (int(count) if count.isdigit() else _COUNTS[count]) * _UNITS[unit]


def _named(low: str, today: date) -> tuple[date, date] | None:
    """Return first and last day of what is named."""
    if m := re.search(r"(?:(20\d\d|내년|올해)\s?(?:년)?\s*)?(\d{1,2})\s?월\s*(\d{1,2})\s?일", low):
        return _one(_day(m[1], int(m[2]), int(m[3]), today))
    if m := re.search(
        rf"\b{_EN_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b|\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_EN_MONTH}\b",
        low,
    ):
        return _one(_day(None, _month_of(m[1] or m[4]), int(m[2] or m[3]), today))
    if m := re.search(r"(20\d\d)-(\d\d?)-(\d\d?)", low):
        return _one(_day(m[1], int(m[2]), int(m[3]), today))
    week = today - timedelta(days=today.weekday())
    for pattern, first, last in (
        (r"모레|\bday after tomorrow\b", today + timedelta(days=2), today + timedelta(days=2)),
        (r"내일|\btomorrow\b", today + timedelta(days=1), today + timedelta(days=1)),
        (r"오늘|\btoday\b|\btonight\b", today, today),
        (r"다다음\s?주", week + timedelta(days=14), week + timedelta(days=20)),
        (r"다음\s?주|담주|\bnext week(?:end)?\b", week + timedelta(days=7), week + timedelta(days=13)),
        (r"이번\s?주|\bthis week(?:end)?\b", today, week + timedelta(days=6)),
    ):
        if re.search(pattern, low):
            return first, last
    for pattern, ahead in (
        (r"다다음\s?달", 2),
        (r"다음\s?달|담달|\bnext month\b", 1),
        (r"이번\s?달|\bthis month\b", 0),
    ):
        if re.search(pattern, low):
            at = today.month - 1 + ahead
            return _month(today.year + at // 12, at % 12 + 1)
    if m := re.search(
        rf"(?:(내년|올해|20\d\d)\s?(?:년)?\s*)?(\d{{1,2}})\s?월(?!\s?\d)|\b(?:in|until|till"
        rf"|by) {_EN_MONTH}\b",
        low,
    ):
        month = int(m[2]) if m[2] else _month_of(m[3])
        if 1 <= month <= 12:
            year = _year(m[1], today)
            return _month(year or today.year + (month < today.month), month)
    if re.search(r"내년|\bnext year\b", low):
        return date(today.year + 1, 1, 1), date(today.year + 1, 12, 31)
    if re.search(r"올해|금년|\bthis year\b", low):
        return today, date(today.year, 12, 31)
    return None


def _one(day: date | None) -> tuple[date, date] | None:
    return None if day is None else (day, day)


def _day(year: str | None, month: int, day: int, today: date) -> date | None:
    """Return a date; without a year the next that comes."""
    named = _year(year, today)
    try:
        found = date(named or today.year, month, day)
        return found if named or found >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _year(word: str | None, today: date) -> int | None:
    if not word:
        return None
    return today.year + 1 if word == "내년" else today.year if word == "올해" else int(word)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _month_of(word: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(word[:3]))
