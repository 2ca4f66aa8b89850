"""What stands in a text literally: numbers and sides, for values that must not be made up."""

from __future__ import annotations

import re

LONGEST_READ = 10_000  # characters

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_NUMERALS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"(?<![가-힣])(?:{ko})(?=점|이야|이었|였|정도|\s|$)|\b(?:{en})\b"), float(value))
    for value, (ko, en) in enumerate(
        (
            *(("영|공", "zero"), ("일", "one"), ("이", "two"), ("삼", "three"), ("사", "four")),
            *(("오", "five"), ("육", "six"), ("칠", "seven"), ("팔", "eight"), ("구", "nine"), ("십", "ten")),
        )
    )
)
_SIDES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("left", re.compile(r"왼|좌측|\bleft\b", re.IGNORECASE)),
    ("right", re.compile(r"오른|우측|\bright\b", re.IGNORECASE)),
    ("both", re.compile(r"양쪽|양\s?(?:무릎|발|다리|종아리)|두\s?다리|\bboth\b", re.IGNORECASE)),
)


def numbers_said(text: str) -> frozenset[float]:
    """Return the numbers that stand in a text, in digits or as a numeral up to ten."""
    found = {float(m[0]) for m in _DIGITS.finditer(text[:LONGEST_READ])}
    lower = text[:LONGEST_READ].lower()
    return frozenset(found | {value for pattern, value in _NUMERALS if pattern.search(lower)})


def sides_said(text: str) -> frozenset[str]:
    """Return the sides that a text names: "left", "right", "both"."""
    return frozenset(side for side, pattern in _SIDES if pattern.search(text))
