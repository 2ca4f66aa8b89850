"""Finding quantities in running text: numbers with units, paces, times, dates, number words, references.

The lexer works on text that is still arriving: `scan` gives what is certain and where it must wait. It waits
only while what stands at the end could still be the beginning of a longer token, so what it finds does not
depend on how the text was cut into pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import regex  # type: ignore[import-untyped]

from coach.graph import units
from coach.graph.grammar import BEGINS, DIGITS, ENDED, LOOK_BACK, TOKEN, WEEKDAYS_KO

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SUB = {"쓰리": 3, "스리": 3, "포": 4, "파이브": 5, "three": 3, "four": 4, "five": 5}
SUB_HOURS = 6  # sub-4 is hours, sub-20 minutes

Kind = Literal["ref", "layout", "date", "quantity", "bare", "most", "forged"]
# (dimension, value, half a unit of the last place written)
Reading = tuple[str, float, float]


@dataclass(frozen=True)
class Day:
    """A date as far as it was written."""

    month: int | None
    day: int | None = None
    year: int | None = None
    last_day: int | None = None
    weekday: int | None = None


@dataclass(frozen=True)
class Token:
    """One find in `[start, end)`.

    A quantity may be read in several ways ("5:30" is a pace, a duration or a time of day): `readings`. The
    upper end of a range is in `upper`. "most" is a superlative, "forged" a citation in the form that only
    code writes.
    """

    kind: Kind
    start: int
    end: int
    text: str
    readings: tuple[Reading, ...] = ()
    upper: tuple[Reading, ...] = ()
    day: Day | None = None
    ref: str = ""
    particle: str = ""
    after: str = ""  # a unit that the writer put behind a reference


def scan(text: str, start: int = 0, *, final: bool) -> tuple[list[Token], int]:
    """Return the tokens from `start` on that are certain, and the position up to which the text is decided.

    Unless `final`, a token that more text could make longer is left undecided.
    """
    tokens: list[Token] = []
    end, position = len(text), start
    while (begin := BEGINS.search(text, position)) is not None:
        at = begin.start()
        if not final and at >= end - LOOK_BACK and _may_grow(text, at):
            return tokens, at
        if (match := TOKEN.match(text, at)) is not None:
            tokens.append(_token(match))
            position = match.end()
        else:
            position = at + 1
    return tokens, end


def quantities(text: str) -> list[Token]:
    """Return every quantity, bare number and date in a finished text."""
    return [t for t in scan(text, final=True)[0] if t.kind in ("quantity", "bare", "date")]


def real_date(day: Day, year: int) -> date | None:
    """Return the calendar date of `day` in `year` unless it names its own, or None when there is none."""
    try:
        return date(day.year or year, day.month or 1, day.day or 1)
    except ValueError:
        return None


def _may_grow(text: str, at: int) -> bool:
    """Whether what stands from `at` on is the beginning of a token that more text could make longer."""
    if DIGITS.match(text, at):  # what is asked most, answered cheaply
        return True
    if ENDED.match(text, at):
        return False
    return TOKEN.fullmatch(text, at, partial=True) is not None


def _token(match: regex.Match[str]) -> Token:
    where = {"start": match.start(), "end": match.end(), "text": match.group()}
    found = match
    if found["ref"]:
        return Token(
            "ref",
            **where,
            ref=found["name"],
            particle=(found["particle"] or "").strip(),
            after=found["after"] or "",
        )
    if any(found[name] for name in ("list", "zone", "idiom", "ordinal")):
        return Token("layout", **where)
    if found["forged"]:
        return Token("forged", **where)
    if found["ko_most"] or found["en_most"]:
        return Token("most", **where)
    day = _day(found)
    if day is not None:
        return Token("date", **where, day=day)
    if found["range"]:
        low, high = (_number(found[name] or "", None, found["r_u"]) for name in ("r_a", "r_b"))
        return Token("quantity", **where, readings=low, upper=high)
    bare = bool(found["number"]) and not found["unit"]
    return Token("bare" if bare else "quantity", **where, readings=_readings(found))


def _day(found: regex.Match[str]) -> Day | None:
    def number(name: str) -> int | None:
        digits = regex.sub(r"\D", "", found[name] or "")
        return int(digits) if digits else None

    if iso := found["iso"]:
        year, month, day = (int(part) for part in iso.split("-"))
        return Day(month, day, year)
    if found["ko_date"]:
        weekday = WEEKDAYS_KO.index(found["ko_w"]) if found["ko_w"] else None
        return Day(number("ko_m"), number("ko_d"), number("ko_y"), number("ko_d2"), weekday)
    if found["en_month_first"]:
        month = MONTHS.index((found["mf_m"] or "").lower()[:3]) + 1
        return Day(month, number("mf_d"), number("mf_y") or number("mf_y0"), number("mf_u"))
    if found["en_day_first"]:
        month = MONTHS.index((found["df_m"] or "").lower()[:3]) + 1
        return Day(month, number("df_d"), number("df_y"), number("df_u"))
    return None


def _readings(found: regex.Match[str]) -> tuple[Reading, ...]:
    if found["clock"] or found["prime"] or found["span"] or found["slang"] or found["sub"]:
        return _times(found)
    if found["half_past"] or found["en_half"]:
        return _halves(found)
    if found["man"]:
        return _thousands(found)
    if found["fraction"]:
        value = float(found["fr_n"] or 0) + units.FRACTIONS[found["fr"] or ""]
        return _in_unit(value, 0.05, found["fr_u"]) if found["fr_u"] else (("times", value, 0.02),)
    if found["multiple"]:
        value = units.multiple(found["multiple"])
        more: tuple[Reading, ...] = ()
        if found["multiple"].lower() in ("twice", "thrice"):
            more = (("count", value, 0.5),)
        return (("times", value, 0.04 * value), *more)
    if found["number"]:
        number = _number(found["value"] or "", found["sign"], found["unit"], wide=bool(found["about"]))
        if found["about"] and (found["unit"] or "").lower() in ("분", "min"):
            number += (("s_per_km", *number[0][1:]),)  # 5분대 페이스
        return number
    if found["odd"] or found["word_p"]:
        return ()
    for group, counter in (
        ("sino", units.sino),
        ("sino1", units.sino),
        ("sino2", units.sino),
        ("native", units.native),
        ("word", units.english),
    ):
        if found[group]:
            unit = found["word_h"] if group == "word" and not found["word_u"] else found[f"{group}_u"]
            return _in_unit(counter(found[f"{group}_n"] or ""), 0.5, _singular(unit))
    return _in_unit(1, 0.5, found["native1_u"])


def _times(found: regex.Match[str]) -> tuple[Reading, ...]:
    def number(name: str) -> int:
        return int(found[name] or 0)

    if found["clock"]:
        short = number("c1") * 60 + number("c2")
        if found["c_per"]:
            return (_pace(short, found["c_per"]),)
        if found["c3"]:
            return (("s", short * 60 + number("c3"), 0.5),)
        return (
            ("s", short, 0.5),
            ("s", short * 60, 30.0),
            ("s_per_km", short, 0.5),
            ("s_per_mi", short, 0.5),
        )
    if found["prime"]:
        value = float(number("p1") * 60 + number("p2"))
        if found["p_per"]:
            return (_pace(value, found["p_per"]),)
        return (("s_per_km", value, 0.5), ("s", value, 0.5))
    if found["slang"]:
        return (("s_per_km", number("sl_m") * 60 + number("sl_s"), 0.5),)
    if found["sub"]:
        n = _SUB[found["sub_w"]] if found["sub_w"] else number("sub_n")
        size = 3600 if n <= SUB_HOURS else 60
        return (("under_s", n * size + number("sub_m") * size / 60, 0.5),)
    if found["s_h"]:
        total = number("s_h") * 3600 + number("s_m") * 60 + number("s_s")
        if found["s_s"] is None:  # 2:55:40 is said as 2 hours 55 as well as 56
            return (("s", total, 30.0), ("s", total + 30, 30.0))
        return (("s", total, 0.5),)
    value = float(number("t_m") * 60 + number("t_s"))
    if found["t_per"]:
        return (_pace(value, found["t_per"]),)
    return (("s", value, 0.5), ("s_per_km", value, 0.5))


def _halves(found: regex.Match[str]) -> tuple[Reading, ...]:
    """Return half hours and the like: right to a quarter of what is halved."""
    if found["half_past"]:
        written = found["hp_n"] or ""
        count = float(written) if written.isdecimal() else units.native(written)
        return (("s", (count + 0.5) * 3600, 480.0),)
    if found["eh_u2"]:
        return _in_unit(0.5, 0.13, _singular(found["eh_u2"]))
    written = found["eh_n"] or "a"
    count = float(written) if written.isdecimal() else units.english(written)
    return _in_unit(count + 0.5, 0.13, _singular(found["eh_u"] or found["eh_u1"]))


def _thousands(found: regex.Match[str]) -> tuple[Reading, ...]:
    if found["man_t"]:
        value, half = float(found["man_t"]) * 1000, 500.0
    else:
        written = found["man_n"] or ""
        value, half = float(written) * 10_000, 5_000 * 10.0 ** -len(written.partition(".")[2])
        if found["man_k"]:
            value, half = value + float(found["man_k"]) * 1000, 500.0
        elif found["man_r"]:
            value, half = value + float(found["man_r"]), 0.5
    return _in_unit(value, half, found["man_u"])


def _number(value: str, sign: str | None, unit: str | None, *, wide: bool = False) -> tuple[Reading, ...]:
    """Return what digits say, as precisely as they were written; `wide`: 40 km대 is from 40 to under 50."""
    written = value.replace(",", "")
    number = float(written) * (-1 if sign in ("-", "−") else 1)
    half = 0.5 * 10 ** -len(written.partition(".")[2])
    if wide:
        half *= 10.0 if written.endswith("0") and len(written) > 1 else 1.0
        number += half
    return _in_unit(number, half, unit)


def _pace(seconds: float, per: str | None) -> Reading:
    if "mi" in (per or ""):
        return ("s_per_mi", seconds, 0.5)
    return ("s_per_100m" if "100" in (per or "") else "s_per_km", seconds, 0.5)


def _singular(unit: str | None) -> str | None:
    """Return a spelled-out English unit as the table of units has it."""
    return " ".join(unit.lower().split()) if unit else None


def _in_unit(value: float, half: float, unit: str | None) -> tuple[Reading, ...]:
    if not unit:
        return (("", value, half),)
    dimension, factor = units.UNITS[unit.lower().replace("\u00a0", " ").strip()]
    if dimension == "times":
        half = min(half, 0.05 * value)  # 두 배 is not 1.6 times
    return ((dimension, value * factor, half * factor),)
