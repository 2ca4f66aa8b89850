"""Korean particles that fit the word before them: 무릎이, 거리가, 10 km를, 180 bpm을, 서울로."""

from __future__ import annotations

import re

# particle as written in the catalogue → (after a final consonant, after a vowel)
PAIRS = {
    "은": ("은", "는"),
    "는": ("은", "는"),
    "이": ("이", "가"),
    "가": ("이", "가"),
    "을": ("을", "를"),
    "를": ("을", "를"),
    "과": ("과", "와"),
    "와": ("과", "와"),
    "으로": ("으로", "로"),
    "로": ("으로", "로"),
    "이에요": ("이에요", "예요"),
    "예요": ("이에요", "예요"),
    "이나": ("이나", "나"),
    "이라": ("이라", "라"),
    "이라고": ("이라고", "라고"),
}

# How the end of what is not Hangul is read aloud: (ends in a consonant, that consonant is ㄹ).
_DIGITS = {
    "0": (True, False),  # 영
    "1": (True, True),  # 일
    "2": (False, False),
    "3": (True, False),  # 삼
    "4": (False, False),
    "5": (False, False),
    "6": (True, False),  # 육
    "7": (True, True),  # 칠
    "8": (True, True),  # 팔
    "9": (False, False),
}
_LETTERS = {"l": (True, True), "m": (True, False), "n": (True, False), "r": (True, True)}  # 엘 엠 엔 알
_UNITS = {
    "km": (False, False),  # 킬로미터
    "m": (False, False),  # 미터
    "mm": (False, False),  # 밀리미터
    "mi": (True, True),  # 마일
    "kg": (True, False),  # 킬로그램
    "lb": (False, False),  # 파운드
    "bpm": (True, False),  # 비피엠
    "spm": (True, False),
    "ms": (False, False),  # 밀리초
    "w": (False, False),  # 와트
    "%": (False, False),  # 퍼센트
    "°c": (False, False),  # 도
    '"': (False, False),  # 초
    "'": (True, False),  # 분
    "/km": (False, False),
    "/mi": (True, True),
}


def _ending(word: str) -> tuple[bool, bool]:
    """Return whether `word`, read aloud in Korean, ends in a consonant, and whether that is ㄹ."""
    text = re.sub(r"\([^()]*\)$", "", word.strip()).rstrip(" .,!?…)»”’\u200b")
    if not text:
        return (False, False)
    lower = text.lower()
    unit = re.search(r"(?:(?<=\d)|(?<=\s)|(?<=\")|^)(/?[a-z°%]+|[\"'%])$", lower)
    if unit and unit.group(1) in _UNITS:
        return _UNITS[unit.group(1)]
    if re.search(r"\d:\d\d$", text):
        return (False, False)  # a clock is read aloud to its 초
    last = text[-1]
    if "가" <= last <= "힣":
        final = (ord(last) - 0xAC00) % 28
        return (final != 0, final == 8)
    if last in _DIGITS:
        zeros = re.search(r"[1-9](0+)$", re.sub(r"[,.]", "", text))
        if zeros:  # 십, 백, 천, 만 … all end in a consonant other than ㄹ, 억 too, 조 does not
            return (len(zeros.group(1)) < 12, False)
        return _DIGITS[last]
    return _LETTERS.get(lower[-1], (lower[-1] in "bcdgkpt" and len(lower) > 1 and not text.isupper(), False))


def with_particle(word: str, particle: str) -> str:
    """Return `word` with the form of `particle` that fits it. Raises KeyError for an unknown particle."""
    after_consonant, after_vowel = PAIRS[particle]
    consonant, is_rieul = _ending(word)
    if particle in ("으로", "로") and is_rieul:
        return word + after_vowel
    return word + (after_consonant if consonant else after_vowel)
