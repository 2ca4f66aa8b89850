"""Units and number words as runners write them in Korean and English."""

from __future__ import annotations

import re

# unit as written (lower case) → (dimension, factor to the dimension's base unit)
UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(
        ("km", "킬로미터", "킬로", "kilometers", "kilometer", "kilometres", "kilometre"), ("m", 1e3)
    ),
    **dict.fromkeys(("m", "미터", "meters", "meter", "metres", "metre"), ("m", 1.0)),
    **dict.fromkeys(("miles", "mile", "mi", "마일"), ("m", 1609.344)),
    **dict.fromkeys(("feet", "ft", "피트"), ("m", 0.3048)),
    "k": ("m", 1e3),
    **dict.fromkeys(("hours", "hour", "hrs", "hr", "h", "시간"), ("s", 3600.0)),
    **dict.fromkeys(("minutes", "minute", "mins", "min", "분"), ("s", 60.0)),
    **dict.fromkeys(("seconds", "second", "secs", "sec", "s", "초"), ("s", 1.0)),
    **dict.fromkeys(("bpm", "비피엠", "beats"), ("bpm", 1.0)),
    "spm": ("spm", 1.0),
    "rpm": ("rpm", 1.0),
    **dict.fromkeys(("watts", "watt", "w", "와트"), ("W", 1.0)),
    **dict.fromkeys(("percent", "%", "퍼센트", "프로"), ("pct", 1.0)),
    **dict.fromkeys(("kg", "킬로그램"), ("kg", 1.0)),
    **dict.fromkeys(("lbs", "lb", "pounds"), ("kg", 0.45359237)),
    **dict.fromkeys(("ms", "밀리초"), ("ms", 1.0)),
    **dict.fromkeys(("mm", "밀리미터"), ("mm", 1.0)),
    **dict.fromkeys(("ml", "밀리리터"), ("ml", 1.0)),
    **dict.fromkeys(("g", "그램"), ("g", 1.0)),
    **dict.fromkeys(("mg", "밀리그램"), ("g", 1e-3)),
    **dict.fromkeys(("km/h", "kph"), ("mps", 1 / 3.6)),
    "mph": ("mps", 0.44704),
    **dict.fromkeys(("°c", "도"), ("C", 1.0)),
    "°f": ("F", 1.0),
    **dict.fromkeys(("kcal", "킬로칼로리", "칼로리"), ("kcal", 1.0)),
    "ml/kg/min": ("ml/kg/min", 1.0),
    **dict.fromkeys(("일", "days", "day"), ("days", 1.0)),
    **dict.fromkeys(("주일", "주", "weeks", "week"), ("weeks", 1.0)),
    **dict.fromkeys(("개월", "달", "months", "month"), ("months", 1.0)),
    **dict.fromkeys(("년", "years", "year"), ("years", 1.0)),
    **dict.fromkeys(
        ("번", "회", "개", "건", "차례", "바퀴", "명", "곳", "가지", "살", "세", "세트"), ("count", 1.0)
    ),
    **dict.fromkeys(
        ("runs", "run", "times", "sessions", "session", "activities", "activity"), ("count", 1.0)
    ),
    **dict.fromkeys(("workouts", "workout", "laps", "lap", "rides", "swims", "races"), ("count", 1.0)),
    **dict.fromkeys(("steps", "보", "걸음"), ("steps", 1.0)),
    "배": ("times", 1.0),
    **dict.fromkeys(
        (f"times {word}" for word in ("as", "the", "your", "more", "faster", "further", "longer", "higher")),
        ("times", 1.0),
    ),
}

_SINO = dict(zip("일이삼사오육칠팔구", range(1, 10), strict=True))
_SINO_PLACES = {"십": 10, "백": 100, "천": 1000}
_NATIVE = {
    **dict(zip(("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"), range(1, 10), strict=True)),
    **dict(
        zip(
            ("열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"),
            range(10, 100, 10),
            strict=True,
        )
    ),
    "스무": 20,
}
_ONES = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ENGLISH = {
    **{word: n for n, word in enumerate(_ONES, 1)},
    **{word: n * 10 for n, word in enumerate(_TENS, 2)},
    "hundred": 100,
    "thousand": 1000,
    "dozen": 12,
}
# Parts and multiples that are said without a number. "Twice" is a count as well.
MULTIPLES: dict[str, float] = {
    "절반": 0.5, "반토막": 0.5, "반 토막": 0.5, "반으로": 0.5, "곱절": 2.0,
    "twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "triple": 3.0, "tripled": 3.0,
    "quadrupled": 4.0, "halved": 0.5, "half": 0.5, "two thirds": 2 / 3, "three quarters": 0.75,
    "a third": 1 / 3, "one third": 1 / 3, "a quarter": 0.25, "one quarter": 0.25,
}  # fmt: skip
FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}


def sino(word: str) -> float:
    """Return a Sino-Korean number: 백오십 → 150."""
    total, digit = 0, 0
    for letter in word:
        if letter in _SINO:
            digit = _SINO[letter]
        else:
            total += (digit or 1) * _SINO_PLACES[letter]
            digit = 0
    return total + digit


def native(word: str) -> float:
    """Return a native Korean number: 스물두 → 22."""
    total = 0.0
    rest = word.replace(" ", "").replace("\u00a0", "")
    for name, value in sorted(_NATIVE.items(), key=lambda item: -len(item[0])):
        if name in rest:
            total += value
            rest = rest.replace(name, "", 1)
    return total


def english(words: str) -> float:
    """Return a number in English words: forty-two → 42, a → 1."""
    total = 0.0
    for word in re.split(r"[ -]+", words.lower()):
        if word in ("hundred", "thousand"):
            total = (total or 1) * ENGLISH[word]
        elif word in ("a", "an"):
            total += 1
        elif word != "and":
            total += ENGLISH[word]
    return total


def multiple(words: str) -> float:
    """Return what a part or multiple stands for: 절반 → 0.5, "half of" → 0.5, "twice as" → 2."""
    low = " ".join(words.lower().split())
    return next(
        value for name, value in sorted(MULTIPLES.items(), key=lambda i: -len(i[0])) if low.startswith(name)
    )
