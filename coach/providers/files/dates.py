"""Dates as Strava's export writes them: in the athlete's language and order, always in UTC."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Literal

Order = Literal["dmy", "mdy"]

# The first letters of month names without accents, in the languages Strava writes. Longest match wins.
_MONTHS: dict[str, int] = {
    prefix: month
    for month, prefixes in {
        1: "jan ene gen sty",
        2: "feb fev lut",
        3: "mar mrz maa",
        4: "apr abr avr kwi",
        5: "may mai mei mag maj",
        6: "jun juin giu cze",
        7: "jul juil lug lip",
        8: "aug ago aou sie",
        9: "sep set sept wrz",
        10: "oct okt ott out paz",
        11: "nov lis",
        12: "dec dez dic des gru",
    }.items()
    for prefix in prefixes.split()
}
_NUMBER_OR_WORD = re.compile(r"\d+|[^\W\d_]+")
_PM = {"pm", "오후", "午後", "下午"}
_AM = {"am", "오전", "午前", "上午"}


def parse_date(text: str, order: Order = "dmy") -> datetime | None:
    """Return the moment (UTC), or None when `text` is no date with a time.

    Understands "Jan 5, 2024, 8:00:00 AM", "5 janv. 2024 à 08:00:00", "09.12.2022, 15:24:49",
    "2024. 1. 5. 오후 8:00:00", "2018-09-12 15:02:23". `order` says which of two numbers below 13 comes
    first (see `order_of`).
    """
    tokens = _NUMBER_OR_WORD.findall(_plain(text))
    numbers = [int(t) for t in tokens if t.isdigit() and len(t) <= 4]
    words = [t for t in tokens if not t.isdigit()]
    month = next((m for w in words if (m := _month(w)) is not None), None)
    year_at = next((i for i, n in enumerate(numbers) if n >= 1000), None)
    if year_at is None:
        return None
    if month is not None:
        # "Jan 5, 2024" and "5 janv. 2024" have the day before the year, "2024 Jan 5" after it.
        if year_at > 1 or len(numbers) < 2:
            return None
        date, clock = (numbers[year_at], month, numbers[1 - year_at]), numbers[2:]
    elif year_at == 0:
        if len(numbers) < 3:
            return None
        date, clock = (numbers[0], numbers[1], numbers[2]), numbers[3:]
    elif year_at == 2:
        first, second = numbers[0], numbers[1]
        month_first = second > 12 or (first <= 12 and order == "mdy")
        date = (numbers[2], first, second) if month_first else (numbers[2], second, first)
        clock = numbers[3:]
    else:
        return None
    if len(clock) < 2:
        return None
    hour = clock[0]
    if any(w in _PM for w in words) and hour < 12:
        hour += 12
    elif any(w in _AM for w in words) and hour == 12:
        hour = 0
    try:
        return datetime(*date, hour, clock[1], clock[2] if len(clock) > 2 else 0, tzinfo=UTC)
    except ValueError:
        return None


def order_of(texts: list[str]) -> Order:
    """Return whether numeric dates of one file put the day or the month first, from those that tell."""
    for text in texts:
        numbers = [int(t) for t in re.findall(r"\d+", text)[:3] if len(t) <= 4]
        if len(numbers) == 3 and numbers[2] >= 1000:
            if numbers[0] > 12:
                return "dmy"
            if numbers[1] > 12:
                return "mdy"
    # Nothing tells: a slash with AM or PM is American, everything else puts the day first.
    american = any("/" in t and re.search(r"[AP]M", t, re.IGNORECASE) for t in texts)
    return "mdy" if american else "dmy"


def _month(word: str) -> int | None:
    return next((_MONTHS[word[:n]] for n in (4, 3, 2) if word[:n] in _MONTHS), None)


def _plain(text: str) -> str:
    # "a.m." and "févr." without dots and accents; Hangul would fall apart under NFD, so join it again.
    lowered = text.lower().replace(".m.", "m").replace(". m.", "m")
    stripped = "".join(c for c in unicodedata.normalize("NFD", lowered) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", stripped)
