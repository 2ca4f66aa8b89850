"""Distances, durations, paces and times of day that are said: 8킬로, 1시간 20분, 530 페이스, at 7am."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from coach.text.formats import M_PER_MILE

HALF_M = 21_097.5
MARATHON_M = 42_195.0

AmountKind = Literal["distance_m", "duration_s", "pace_s_per_km", "clock", "steps"]


@dataclass(frozen=True)
class Amount:
    """One quantity in SI units, and where in the text. `clock` is minutes after midnight."""

    kind: AmountKind
    value: float
    at: tuple[int, int] = (0, 0)
    per: Literal["", "km", "mi"] = ""  # what a pace was said to be per
    colon: bool = False  # written 5:30: minutes and seconds, or hours and minutes


_KO_NUMBERS = {
    "반": 0.5, "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "스무": 20, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9,
    "십": 10, "십이": 12, "십오": 15, "이십": 20, "이십오": 25, "삼십": 30, "사십": 40, "오십": 50,
}  # fmt: skip
_EN_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_DEC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_KO_WORD = "|".join(sorted(_KO_NUMBERS, key=len, reverse=True))
_EN_WORD = "|".join(sorted(_EN_NUMBERS, key=len, reverse=True))
_NUM = (
    rf"(?:(?<![\d.,:])(?P<n>{_DEC})|(?<![가-힣])(?P<k>{_KO_WORD})\s?(?=킬로"
    rf"|키로|마일|시간)|\b(?P<e>{_EN_WORD})[\s-](?=k|mi|ho|hr|se))"
)


def _num(m: re.Match[str]) -> float:
    if m["n"]:
        text = m["n"]
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
            return float(text.replace(",", ""))
        return float(text.replace(",", "."))
    return float(_KO_NUMBERS[m["k"]] if m["k"] else _EN_NUMBERS[m["e"]])


def _int(text: str | None) -> int:
    return int(text) if text else 0


def _distance(size: float) -> Callable[[re.Match[str]], Amount]:
    return lambda m: Amount("distance_m", _num(m) * size)


def _fixed(metres: float) -> Callable[[re.Match[str]], Amount]:
    return lambda m: Amount("distance_m", metres)


def _metres(m: re.Match[str]) -> Amount:
    value = _num(m)
    if m["u"] == "m" and value < 100:  # "30m" after a run is minutes
        return Amount("duration_s", value * 60)
    return Amount("distance_m", value)


def _hours(m: re.Match[str]) -> Amount:
    half = 0.5 if m["half"] else 0.0
    return Amount("duration_s", (_num(m) + half) * 3600 + _int(m["min"]) * 60 + _int(m["sec"]))


def _minutes(m: re.Match[str]) -> Amount:
    return Amount("duration_s", float(m["n"]) * 60 + (30 if m["half"] else _int(m["sec"])))


def _seconds(m: re.Match[str]) -> Amount:
    return Amount("duration_s", float(m["n"]))


def _clock_text(m: re.Match[str]) -> Amount:
    h, minutes, seconds = m["a"], m["b"], m["c"]
    if seconds is not None:
        return Amount("duration_s", int(h) * 3600 + int(minutes) * 60 + int(seconds))
    return Amount("duration_s", int(h) * 60 + int(minutes), colon=True)


def _pace(m: re.Match[str]) -> Amount:
    seconds = _int(m["pm"]) * 60 + _int(m["ps"])
    said = f"{m['per'] or ''} {m.groupdict().get('per2') or ''}"
    if re.search(r"mi(?!n)|마일", said):
        return Amount("pace_s_per_km", seconds / (M_PER_MILE / 1000), per="mi")
    return Amount("pace_s_per_km", seconds, per="km" if re.search(r"/\s?k|per k", said) else "")


def _ko_time(m: re.Match[str]) -> Amount | None:
    hour, minute = int(m["h"]), 30 if m["half"] else _int(m["min"])
    part = m["part"] or ""
    if hour > 24 or minute > 59:
        return None
    if (
        part in ("오후", "저녁", "밤", "낮")
        and hour < 12
        and not (part == "밤" and hour < 5)
        and not (part == "낮" and hour >= 10)
    ):
        hour += 12
    return Amount("clock", hour % 24 * 60 + minute)


def _en_time(m: re.Match[str]) -> Amount | None:
    hour, minute = int(m["h"]), _int(m["min"])
    if not 1 <= hour <= 12 or minute > 59:
        return None
    hour = hour % 12 + (12 if m["ap"].startswith("p") else 0)
    return Amount("clock", hour * 60 + minute)


def _man_steps(m: re.Match[str]) -> Amount:
    n = m["s"]
    return Amount("steps", (float(n) if n[:1].isdigit() else _KO_NUMBERS.get(n, 1)) * 10_000)


_PER = (
    r"(?P<per>\s*(?:/\s?(?:km|mi|mile|k)\b|per\s+(?:km|kilomet(?:er"
    r"|re)|mile)|min(?:utes?)?\s?/\s?(?:km|mi(?:le)?)))"
)
_MS = r"(?P<pm>\d{1,2})(?::|'|분\s?)(?P<ps>[0-5]?\d)(?:\"|초)?"
_MIN_SEC = r"(?:\s*(?:and\s*)?(?P<sec>\d{1,2})\s*(?:초|s\b|secs?\b|seconds?\b))?"

_RULES: tuple[tuple[str, Callable[[re.Match[str]], Amount | None]], ...] = (
    (
        (
            rf"{_NUM}\s*(?:km\b|km(?=[가-힣])|kms\b|㎞|킬로미터|킬로|키로미터|키로|케이|k\b|k(?=[가-힣])"
            r"|kilomet(?:er|re)s?\b)(?!\s*/\s*h)"
        ),
        _distance(1000),
    ),
    (rf"{_NUM}[\s-]*(?:마일|miles?\b|mi\b)", _distance(M_PER_MILE)),
    (rf"{_NUM}\s*(?P<u>미터|met(?:er|re)s?\b|m\b|m(?=[가-힣]))", _metres),
    (
        (
            r"하프(?:\s?마라톤|\s?코스)?|\bhalf[- ]?marathons?\b|(?<!first )(?<!second )\bhalf\b"
            r"(?!\s+(?:an?\b|of|hour|the)|-)|(?<![\d.])21\.1(?:km)?\b|(?<![\d.])21\.0975(?:km)?"
        ),
        _fixed(HALF_M),
    ),
    (
        (
            r"풀\s?코스|풀\s?마라톤|(?<!하프 )(?<!하프)마라톤|\bfull[- ]marathon\b"
            r"|(?<!half )(?<!half-)\bmarathons?\b"
            r"|(?<![\d.])42\.(?:195|2)(?:\s?km)?(?!\d)"
            # 풀 얼마나 나올까: the full distance
            r"|(?<![가-힣])풀(?:은|는|을|도|로)?(?=\s|\?|$)"
        ),
        _fixed(MARATHON_M),
    ),
    (
        (
            rf"{_NUM}\s*(?:시간|h\b|hrs?\b|hours?\b)(?P<half>\s*반|\s+and\s+a\s+half)?(?:\s*(?:and\s*)?(?P<min>\d{{1,2}})\s*(?:분(?!기)"
            rf"|m\b|mins?\b|minutes?\b))?{_MIN_SEC}"
        ),
        _hours,
    ),
    (
        (
            rf"(?<![\d.,:])(?P<n>\d{{1,3}})\s*-?(?:분(?!기|의|할)|min\b|mins\b"
            rf"|minutes?\b)(?P<half>\s*반)?{_MIN_SEC}"
        ),
        _minutes,
    ),
    (r"(?<![\d.,:])(?P<n>\d{1,4})\s*(?:초|secs?\b|seconds?\b)", _seconds),
    (r"\bhalf an hour\b", lambda m: Amount("duration_s", 1800)),
    (r"\ban hour and a half\b", lambda m: Amount("duration_s", 5400)),
    (r"(?<![\d:.])(?P<a>\d{1,3}):(?P<b>[0-5]\d)(?::(?P<c>[0-5]\d))?(?![\d:])", _clock_text),
    (rf"(?<![\d:]){_MS}{_PER}", _pace),
    (rf"(?<![\d:]){_MS}\s*(?P<per>(?:\s*마일)?\s*(?:페이스|pace|split))", _pace),
    (
        (
            r"(?P<per>(?:페이스|pace)(?:\s*(?:은|는|를|을|이|가|to|is|of|at"
            rf"|:|=))*)\s*{_MS}(?P<per2>{_PER.replace('?P<per>', '')})?"
        ),
        _pace,
    ),
    (
        (
            r"(?<!\d)(?P<pm>\d{1,2})(?:'|′|’)\s?(?P<ps>[0-5]\d)(?:\"|″|”|'')?(?P<per>(?:\s*/\s?(?:km"
            r"|mi|k))?)"
        ),
        _pace,
    ),
    (r"(?<![\d:.])(?P<pm>[2-9]|1\d)(?P<ps>[0-5]\d)\s*(?P<per>페이스|pace|언더)", _pace),
    (r"(?<![\d:.])(?P<pm>[2-9]|1\d)분(?P<ps>)\s*(?:대\s?)?(?P<per>페이스)", _pace),
    (r"(?P<per>페이스)(?:\s*(?:은|는|를|을))?\s*(?P<pm>[2-9]|1\d)(?P<ps>[0-5]\d)(?![\d:])", _pace),
    (
        (
            r"(?:(?P<part>오전|오후|아침|저녁|새벽|밤|낮)(?:에)?\s*)?(?<![\d:])(?P<h>\d{1,2})시(?!간)(?:\s*(?:(?P<half>반)"
            r"|(?P<min>\d{1,2})분))?"
        ),
        _ko_time,
    ),
    (r"\b(?:at\s+)?(?P<h>\d{1,2})(?::(?P<min>[0-5]\d))?\s?(?P<ap>[ap])\.?m\b\.?", _en_time),
    (r"(?P<s>\d+(?:\.\d)?|일|이|삼|사|오|)\s?만\s?(?:보|걸음)", _man_steps),
    (
        r"(?P<n>\d{1,3}(?:,\d{3})+|\d+)\s?(?:보(?![가-힣])|걸음|steps?\b)",
        lambda m: Amount("steps", float(m["n"].replace(",", ""))),
    ),
)


_COMPILED = tuple((re.compile(pattern, re.ASCII), read) for pattern, read in _RULES)


def find(text: str, taken: Sequence[tuple[int, int]] = ()) -> tuple[Amount, ...]:
    """Return the quantities named in `text` (lower case), in order; places in `taken` (dates) left out."""
    found: list[Amount] = []
    for pattern, read in _COMPILED:
        for match in pattern.finditer(text):
            amount = read(match)
            if amount is not None:
                found.append(replace(amount, at=match.span()))
    found.sort(key=lambda a: (a.at[0], -a.at[1]))
    kept: list[Amount] = []
    for amount in found:
        if any(amount.at[0] < end and start < amount.at[1] for start, end in taken):
            continue
        if not kept or amount.at[0] >= kept[-1].at[1]:
            kept.append(amount)
    return tuple(kept)
