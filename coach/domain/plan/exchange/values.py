"""Single values of plans from elsewhere: distances, times, paces, ranges and days, as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from coach.domain.plan.exchange.words import MONTHS, RACE_DISTANCES_M, WEEKDAYS, plain

M_PER_MILE = 1609.344
KM_OR_M = 200  # a bare number up to it is kilometres
MOST_M, MOST_S = 300_000.0, 48 * 3600.0
PACES_S_PER_KM = (120.0, 1200.0)
_METRES = {
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres", "미터"), 1.0),
    **dict.fromkeys(("k", "km", "kms", "kilometer", "kilometers", "kilometre", "kilometres"), 1000.0),
    **dict.fromkeys(("킬로", "킬로미터", "키로", "키로미터"), 1000.0),
    **dict.fromkeys(("mi", "mile", "miles", "마일"), M_PER_MILE),
}
_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "초", '"', "″"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "분", "'", "′"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "시간"), 3600.0),
}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_RANGE = re.compile(r"\s*(?:-|–|—|~|〜|to)\s*", re.IGNORECASE)
_DISTANCE = re.compile(rf"({_NUMBER})\s*([a-z]+|[가-힣]+)?", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)")
_SPAN = re.compile(rf"({_NUMBER})\s*(시간|[a-z]+|분|초|['\"′″])", re.IGNORECASE)
_PACE = re.compile(r"(\d{1,2})\s*(?::|['′]|분)\s*(\d{1,2})?\s*(?:[\"″]|''|초)?")
_AROUND_PACE = re.compile(
    r"min(?:ute)?s?|페이스|/|per|km|킬로|mi(?:le)?|마일|당|kilomet(?:er|re)|[\s–—~〜-]|to", re.IGNORECASE
)
_PER_MILE = re.compile(r"(?:/|per|a)\s*(?:mi\b|mile)|min/mi|마일", re.IGNORECASE)


@dataclass(frozen=True)
class Value:
    """A number that was read; `guessed` where the unit or the order of things had to be assumed."""

    value: float
    guessed: bool = False


def text_of(given: Any) -> str:
    """Return a value as words, "" for what is none."""
    if isinstance(given, bool) or given is None or isinstance(given, dict | list):
        return ""
    return f"{given:g}" if isinstance(given, float) else str(given)[:200].strip()


def number(given: Any) -> float | None:
    """Return a bare number, also one that was written as text."""
    if isinstance(given, bool):
        return None
    if isinstance(given, int | float):
        return float(given)
    if isinstance(given, str) and re.fullmatch(_NUMBER, given.strip()[:30]):
        return float(given.strip().replace(",", ""))
    return None


def distance(given: Any, unit: str = "", default: str = "km") -> Value | None:
    """Return metres of 10000, "10 km", "6mi", "400m", "half", "8-10km" (the middle). None: not readable.

    `unit` is what the field's name says, `default` what a plan counts in where nothing says it.
    """
    bare = number(given)
    if bare is not None:
        if unit:
            return _metres(bare * _METRES[unit])
        if default == "mi":
            return _metres(bare * M_PER_MILE, guessed=True)
        return _metres(bare * (1000.0 if bare <= KM_OR_M else 1.0), guessed=True)
    words = text_of(given)
    if plain(words) in RACE_DISTANCES_M:
        return Value(RACE_DISTANCES_M[plain(words)])
    parts = [part for part in _RANGE.split(words) if part]
    if len(parts) == 2:
        last = distance(parts[1], unit, default)
        tail = _DISTANCE.fullmatch(parts[1].strip())
        own_unit = tail[2].lower() if tail and tail[2] and tail[2].lower() in _METRES else unit
        first = distance(parts[0], own_unit, default)
        return Value((first.value + last.value) / 2, True) if first and last else None
    found = _DISTANCE.fullmatch(words)
    if not found:
        return None
    amount, named = float(found[1].replace(",", "")), (found[2] or "").lower()
    return _metres(amount * _METRES[named]) if named in _METRES else None


def _metres(value: float, guessed: bool = False) -> Value | None:
    return Value(value, guessed) if 0 < value <= MOST_M else None


def duration(given: Any, unit: str = "", *, short: bool = False) -> Value | None:
    """Return seconds of "45:00", "1:05:00", "45 min", "1시간 5분", "PT45M", 45 (minutes). None: not readable.

    `short`: of a step, where 1:30 is a minute and a half and a bare 90 is seconds; of a whole workout 1:30 is
    an hour and a half.
    """
    bare = number(given)
    if bare is not None:
        if unit:
            return _seconds(bare * _SECONDS[unit])
        minutes = bare < 30 if short else bare <= 400
        return _seconds(bare * (60.0 if minutes else 1.0), guessed=True)
    words = text_of(given)
    parts = [part for part in _RANGE.split(words) if part]
    if len(parts) == 2:
        last = duration(parts[1], unit, short=short)
        tail = _SPAN.fullmatch(parts[1].strip())
        own_unit = tail[2].lower() if tail and tail[2].lower() in _SECONDS else unit
        first = duration(parts[0], own_unit, short=short)
        return Value((first.value + last.value) / 2, True) if first and last else None
    clock = _CLOCK.fullmatch(words)
    if clock:
        a, b, c = clock.groups()
        if a is not None:
            return _seconds(int(a) * 3600 + int(b) * 60 + float(c))
        if not short and int(b) <= 5:
            return _seconds(int(b) * 3600 + float(c) * 60, guessed=True)
        return _seconds(int(b) * 60 + float(c))
    iso = re.fullmatch(r"pt(.+)", words, re.IGNORECASE)
    if iso:
        words = iso[1]
    spans = _SPAN.findall(words)
    rest = re.sub(r"[\s,]|and|약|about", "", _SPAN.sub("", words))
    trailing = re.fullmatch(r"\d{1,2}", rest) and spans and spans[-1][1].lower() in ("h", "시간")
    if not spans or (rest and not trailing) or any(u.lower() not in _SECONDS for _, u in spans):
        return None
    total = sum(float(n.replace(",", "")) * _SECONDS[u.lower()] for n, u in spans)
    return _seconds(total + (int(rest) * 60 if trailing else 0))


def _seconds(value: float, guessed: bool = False) -> Value | None:
    return Value(value, guessed) if 0 < value <= MOST_S else None


def pace(given: Any, unit: str = "", default: str = "km") -> tuple[float, float] | None:
    """Return fast and slow end in s/km of "5:30/km", 5'30", "8:51/mi", "5:20-5:40", 330 or 5.5."""
    if isinstance(given, dict | list):
        return _ends(given, lambda one: pace(one, unit, default))
    words = text_of(given)
    per_mile = (
        bool(_PER_MILE.search(words)) or unit == "/mi" or (default == "mi" and "km" not in words.lower())
    )
    bare = number(given)
    if bare is not None:
        seconds = [bare if bare >= 100 or unit == "s/km" else bare * 60]
    else:
        found = list(_PACE.finditer(words))
        left = _AROUND_PACE.sub("", _PACE.sub("", words))
        if not found or len(found) > 2 or left or any(int(m[2] or 0) > 59 for m in found):
            return None
        seconds = [int(m[1]) * 60.0 + int(m[2] or 0) for m in found]
    ends = sorted(s / (M_PER_MILE / 1000) if per_mile else s for s in seconds)
    within = all(PACES_S_PER_KM[0] <= s <= PACES_S_PER_KM[1] for s in ends)
    return (ends[0], ends[-1]) if within else None


def span(given: Any, low: float, high: float) -> tuple[float, float] | None:
    """Return both ends of "140-152", "RPE 6", "145 bpm", 145, [140, 152], {"low": …, "high": …}."""
    if isinstance(given, dict | list):
        return _ends(given, lambda one: span(one, low, high))
    words = re.sub(r"(?i)\b(rpe|bpm|hr|watts?|w)\b|심박수?|파워|/\s*10$", " ", text_of(given)).strip(" ~:@")
    words = re.sub(r"(?i)(?<=\d)(bpm|watts?|w)\b", "", words)
    parts = _RANGE.split(words.strip())
    if not 1 <= len(parts) <= 2 or not all(
        re.fullmatch(r"\d{1,4}(?:\.\d+)?", part.strip()) for part in parts
    ):
        return None
    ends = sorted(float(part) for part in parts)
    return (ends[0], ends[-1]) if low <= ends[0] and ends[-1] <= high else None


def _ends(given: Any, read: Any) -> tuple[float, float] | None:
    """Return the outer ends of a list or of a mapping of low and high, whatever these are called."""
    if isinstance(given, dict):
        given = [v for k, v in given.items() if plain(str(k)) not in ("unit", "units", "type", "kind")]
    found = [read(one) for one in given if not isinstance(one, dict | list)]
    if not 1 <= len(found) <= 2 or len(found) != len(given) or not all(found):
        return None
    return min(one[0] for one in found), max(one[1] for one in found)


def weekday(given: Any) -> int | None:
    """Return 0 (Monday) to 6 of a weekday's name."""
    return WEEKDAYS.get(plain(given)) if isinstance(given, str) and len(given) < 20 else None


def day(given: Any, today: date) -> tuple[date, bool] | None:
    """Return a date and whether its year had to be assumed (the next such day). None: not readable."""
    words = re.sub(r"\([^)]*\)|,", " ", text_of(given)).strip().lower()
    words = re.sub(r"[t ]\d{2}:\d{2}.*$", "", words)
    parts = re.fullmatch(r"(\d{4})\s*[-/.년]\s*(\d{1,2})\s*[-/.월]\s*(\d{1,2})\s*[일.]?", words)
    if parts:
        return _date(int(parts[1]), int(parts[2]), int(parts[3]))
    parts = re.fullmatch(r"(\d{1,2})\s*[-/.월]\s*(\d{1,2})\s*일?", words)
    if parts:
        return _next(today, int(parts[1]), int(parts[2]))
    names = [word for word in re.split(r"[\s./-]+", words) if plain(word) not in WEEKDAYS]
    month = next((MONTHS[word] for word in names if word in MONTHS), None)
    numbers = [re.sub(r"(?<=\d)(st|nd|rd|th)$", "", word) for word in names if word not in MONTHS]
    if month is None or not 1 <= len(numbers) <= 2 or not all(n.isdecimal() and len(n) <= 4 for n in numbers):
        return None
    year = next((int(n) for n in numbers if len(n) == 4), None)
    days = [int(n) for n in numbers if len(n) <= 2]
    if len(days) != 1:
        return None
    return _next(today, month, days[0]) if year is None else _date(year, month, days[0])


def _date(year: int, month: int, on: int) -> tuple[date, bool] | None:
    try:
        return date(year, month, on), False
    except ValueError:
        return None


def _next(today: date, month: int, on: int) -> tuple[date, bool] | None:
    # A plan that began last week names days that just were.
    for year in (today.year - 1, today.year, today.year + 1, today.year + 2):
        found = _date(year, month, on)
        if found and found[0] >= today - timedelta(days=60):
            return found[0], True
    return None
