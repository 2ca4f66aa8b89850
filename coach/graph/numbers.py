"""Finding quantities in running text: numbers with units, paces, times, dates, number words, references.

The lexer works on text that is still arriving: `scan` gives what is certain and where it must wait. It waits
only while what stands at the end could still be the beginning of a longer token, so what it finds does not
depend on how the text was cut into pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import regex  # type: ignore[import-untyped]

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
    **dict.fromkeys(("km/h", "kph"), ("mps", 1 / 3.6)),
    "mph": ("mps", 0.44704),
    **dict.fromkeys(("°c", "도"), ("C", 1.0)),
    "°f": ("F", 1.0),
    "kcal": ("kcal", 1.0),
    "ml/kg/min": ("ml/kg/min", 1.0),
    **dict.fromkeys(("일", "days", "day"), ("days", 1.0)),
    **dict.fromkeys(("주일", "주", "weeks", "week"), ("weeks", 1.0)),
    **dict.fromkeys(("개월", "달", "months", "month"), ("months", 1.0)),
    **dict.fromkeys(("년", "years", "year"), ("years", 1.0)),
    **dict.fromkeys(
        ("번", "회", "개", "건", "차례", "바퀴", "명", "곳", "배", "가지", "살", "세"), ("count", 1.0)
    ),
    **dict.fromkeys(
        ("runs", "run", "times", "sessions", "session", "activities", "activity"), ("count", 1.0)
    ),
    **dict.fromkeys(
        ("workouts", "workout", "laps", "lap", "rides", "swims", "races", "steps"), ("count", 1.0)
    ),
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS_KO = "월화수목금토일"
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
_ENGLISH = {
    **{word: n for n, word in enumerate(_ONES, 1)},
    **{word: n * 10 for n, word in enumerate(_TENS, 2)},
    "hundred": 100,
    "thousand": 1000,
    "dozen": 12,
}


def _any(words: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return "|".join(regex.escape(w) for w in sorted(words, key=len, reverse=True))


_LATIN = [u for u in UNITS if u[-1].isascii() and u not in ("k", "%")]
_HANGUL = [u for u in UNITS if not u[-1].isascii()]
_SP = r"[ \u00a0\u202f]?"
# A Latin unit ends where the word ends; 번째 is an ordinal, not a count.
_UNIT = rf"(?:(?i:{_any(_LATIN)})(?![A-Za-z])|%|K(?![A-Za-z])|(?:{_any(_HANGUL)})(?!째))"
# Behind a reference only what is surely a unit: " 달" may begin 달렸어요.
_AFTER = rf"(?:(?i:{_any(_LATIN)})(?![A-Za-z])|%|킬로미터|킬로|미터|마일|퍼센트|분|초)"
# A digit behind a letter belongs to a name (VO2max), unless the letters are the unit of another number.
_NAME = r"(?:^|[^A-Za-z0-9_/}%\"'°])[A-Za-z_][A-Za-z_0-9]{0,15}"
_LEFT = rf"(?:(?<!{_NAME})|(?<=[\d}}]{_SP}(?i:{_any([*_LATIN, 'k'])})))"
# Letters do not make a name of what is a quantity all the same: ran42 km, HR150, pace5:30.
_QUANTITY = rf"\d{{3}}|\d{{1,2}}(?:[.:]\d|{_SP}['’′]|{_SP}{_UNIT})"
_LEFT = rf"(?:{_LEFT}|(?={_QUANTITY}))"
_PER = rf"{_SP}/{_SP}(?:km|mi|100{_SP}m|100{_SP}yd)(?![A-Za-z])"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?(?![\d:])"
_UNTIL = rf"(?:{_SP}[–~-]{_SP}\d{{1,2}})?"
_NUM = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,4})?"
_EN_WORD = _any(list(_ENGLISH))
_EN_MEASURE = "|".join(
    f"{stem}s?" for stem in ("kilomet(?:er|re)", "met(?:er|re)", "mile", "minute", "hour", "second")
)
_EN_COUNT = (
    "runs?|times|days?|weeks?|months?|years?|sessions?|workouts?|laps?|rides?|races?|activities|percent|km|"
    "steps|bpm|kcal|watts?"
)
_KO_BIG = "[일이삼사오육칠팔구]?천|[일이삼사오육칠팔구]?백|[일이삼사오육칠팔구]?십"

TOKEN = regex.compile(
    "|".join(
        (
            rf"(?P<ref>\{{{_SP}(?P<name>[fg]\d{{1,7}}){_SP}(?::\+?(?P<particle>[^{{}}\n]{{0,8}}))?\}})"
            rf"(?P<after>{_SP}{_AFTER})?",
            r"(?P<list>(?<=^|\n)[ \t]{0,6}\d{1,2}[.)](?=[ \t]))",
            r"(?P<zone>(?:존|[Zz]one)[ \u00a0]?[1-7](?![\d.,:]))",
            rf"{_LEFT}(?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}}(?!\d))",
            rf"{_LEFT}(?P<ko_date>(?:(?P<ko_y>\d{{4}})년{_SP})?(?P<ko_m>\d{{1,2}})월"
            rf"(?:{_SP}(?P<ko_d>\d{{1,2}})(?:[–~-](?P<ko_d2>\d{{1,2}}))?일"
            rf"(?:{_SP}\((?P<ko_w>[{WEEKDAYS_KO}])(?:요일)?\))?)?)",
            rf"(?<![A-Za-z])(?P<en_month_first>(?P<mf_m>{_MONTH})"
            rf"{_SP}(?:(?P<mf_y0>\d{{4}})(?!\d)|(?P<mf_d>{_DAY})(?P<mf_u>{_UNTIL})(?:,?{_SP}(?P<mf_y>\d{{4}}))?))",
            rf"{_LEFT}(?P<en_day_first>(?P<df_d>{_DAY})(?P<df_u>{_UNTIL})[ ](?:of[ ])?"
            rf"(?P<df_m>{_MONTH})"
            r"(?:[ ](?P<df_y>\d{4}))?)",
            rf"{_LEFT}(?P<clock>(?P<c1>\d{{1,3}}):(?P<c2>\d{{2}})(?::(?P<c3>\d{{2}}))?(?P<c_per>{_PER})?)",
            rf"{_LEFT}(?P<prime>(?P<p1>\d{{1,3}}){_SP}['’′]{_SP}(?P<p2>\d{{2}})(?:[\"”″]|'')?(?P<p_per>{_PER})?)",
            rf"{_LEFT}(?P<span>(?P<s_h>\d{{1,4}}){_SP}(?:시간|hours?|hrs?|h){_SP}(?P<s_m>\d{{1,2}}){_SP}"
            rf"(?:분|minutes?|mins?|m)(?:{_SP}(?P<s_s>\d{{1,2}}){_SP}(?:초|seconds?|secs?|s))?(?![A-Za-z])"
            rf"|(?P<t_m>\d{{1,4}}){_SP}(?:분|minutes?|mins?){_SP}(?P<t_s>\d{{1,2}}){_SP}(?:초|seconds?|secs?|s)"
            rf"(?![A-Za-z])(?P<t_per>{_PER})?)",
            rf"{_LEFT}(?P<number>(?P<sign>(?<!\d)[+\-−])?(?P<value>{_NUM})(?:{_SP}(?P<unit>{_UNIT}))?)",
            # Written in ways that are not read as numbers here, so they cannot be proven either: ④② km, Ⅻ km,
            # 四十二 km, 사십이점삼 킬로, 만 이천 보.
            rf"(?P<odd>[\p{{No}}\p{{Nl}}〇一二三四五六七八九十百千]{{1,12}}(?:[.,:·][\p{{N}}〇一二三四五六七八九]{{1,4}})?"
            rf"{_SP}{_UNIT}"
            rf"|(?<![가-힣])[영일이삼사오육칠팔구십백천만]{{1,8}}{_SP}점{_SP}[영일이삼사오육칠팔구]{{1,4}}{_SP}(?:{_any(_HANGUL)}|{_any(_LATIN)})"
            rf"|(?<![가-힣])[일이삼사오육칠팔구십백천]{{0,6}}만{_SP}[일이삼사오육칠팔구십백천]{{0,6}}{_SP}(?:보|걸음|미터|킬로|칼로리)(?![가-힣]))",
            rf"(?<![가-힣])(?P<sino>(?P<sino_n>(?:{_KO_BIG}){{1,3}}[일이삼사오육칠팔구]?){_SP}"
            r"(?P<sino_u>킬로미터|킬로|미터|마일|분|초|시간|퍼센트|프로|와트|개월|회|번|년|주|일)(?!째))",
            rf"(?<![가-힣])(?P<sino1>(?P<sino1_n>[일이삼사오육칠팔구]){_SP}"
            r"(?P<sino1_u>킬로미터|킬로|미터|마일|퍼센트|개월))",
            rf"(?<![가-힣])(?P<sino2>(?P<sino2_n>[삼사오육칠팔구]){_SP}(?P<sino2_u>분|초|회|년)(?!째))",
            rf"(?<![가-힣])(?P<native>(?P<native_n>(?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔){_SP}"
            r"(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉)|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무|서른|마흔|쉰)"
            rf"{_SP}(?P<native_u>번|회|개월|개|시간|달|주|킬로미터|킬로|마일|바퀴|차례|배|곳|명|살)(?!째))",
            rf"(?<![가-힣])(?P<native1>한{_SP}(?P<native1_u>시간|킬로미터|킬로|마일))",
            rf"(?<![A-Za-z])(?P<word>(?i:(?P<word_n>(?:{_EN_WORD})"
            rf"(?:(?:-|[ ]and[ ]|[ ])(?:{_EN_WORD})){{0,3}})"
            rf"[ -](?P<word_u>{_EN_MEASURE}|{_EN_COUNT}))(?![A-Za-z]))",
        )
    )
)
_LOOK_BACK = 72  # longer than any token
_MAY_START = regex.compile(r"[\p{N}{+\-−\n \tA-Za-z가-힣〇一二三四五六七八九十百千]")

Kind = Literal["ref", "layout", "date", "quantity", "bare"]


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

    A quantity may be read in several ways ("5:30" is a pace, a duration or a time of day): `readings` are
    (dimension, value, half a unit of the last place written).
    """

    kind: Kind
    start: int
    end: int
    text: str
    readings: tuple[tuple[str, float, float], ...] = ()
    day: Day | None = None
    ref: str = ""
    particle: str = ""
    after: str = ""  # a unit that the writer put behind a reference


def scan(text: str, start: int = 0, *, final: bool) -> tuple[list[Token], int]:
    """Return the tokens from `start` on that are certain, and the position up to which the text is decided.

    Unless `final`, a token that more text could make longer is left undecided.
    """
    tokens: list[Token] = []
    position = start
    while True:
        wait = len(text) if final else _waiting(text, position)
        match = TOKEN.search(text, position, len(text))
        if match is None or match.start() >= wait:
            return tokens, wait
        tokens.append(_token(match))
        position = match.end()


def quantities(text: str) -> list[Token]:
    """Return every quantity, bare number and date in a finished text."""
    return [t for t in scan(text, final=True)[0] if t.kind not in ("ref", "layout")]


def _waiting(text: str, position: int) -> int:
    """Return where the earliest token begins that more text could still change, or the end."""
    for at in range(max(position, len(text) - _LOOK_BACK), len(text)):
        if _MAY_START.match(text[at]) and TOKEN.fullmatch(text, at, partial=True):
            return at
    return len(text)


def _token(match: regex.Match[str]) -> Token:
    where = {"start": match.start(), "end": match.end(), "text": match.group()}
    found = match.groupdict()
    if found["ref"]:
        return Token(
            "ref",
            **where,
            ref=found["name"],
            particle=(found["particle"] or "").strip(),
            after=found["after"] or "",
        )
    if found["list"] or found["zone"]:
        return Token("layout", **where)
    day = _day(found)
    if day is not None:
        return Token("date", **where, day=day)
    readings = _readings(found)
    bare = bool(found["number"]) and not found["unit"]
    return Token("bare" if bare else "quantity", **where, readings=readings)


def _day(found: dict[str, str | None]) -> Day | None:
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


def _readings(found: dict[str, str | None]) -> tuple[tuple[str, float, float], ...]:
    def seconds(*names: str) -> float:
        return sum(
            int(found[name] or 0) * size for name, size in zip(names, (3600, 60, 1), strict=True) if name
        )

    if found["clock"]:
        if found["c_per"]:
            return (_pace(int(found["c1"] or 0) * 60 + int(found["c2"] or 0), found["c_per"]),)
        if found["c3"]:
            return (("s", seconds("c1", "c2", "c3"), 0.5),)
        short = int(found["c1"] or 0) * 60 + int(found["c2"] or 0)
        return (
            ("s", short, 0.5),
            ("s", short * 60, 30.0),
            ("s_per_km", short, 0.5),
            ("s_per_mi", short, 0.5),
        )
    if found["prime"]:
        value = float(int(found["p1"] or 0) * 60 + int(found["p2"] or 0))
        if found["p_per"]:
            return (_pace(value, found["p_per"]),)
        return (("s_per_km", value, 0.5), ("s", value, 0.5))
    if found["span"]:
        if found["s_h"]:
            exact = found["s_s"] is not None
            total = seconds("s_h", "s_m", "s_s") if exact else seconds("s_h", "s_m", "c3")
            return (("s", total, 0.5 if exact else 30.0),)
        value = float(int(found["t_m"] or 0) * 60 + int(found["t_s"] or 0))
        if found["t_per"]:
            return (_pace(value, found["t_per"]),)
        return (("s", value, 0.5), ("s_per_km", value, 0.5))
    if found["number"]:
        written = (found["value"] or "").replace(",", "")
        value = float(written) * (-1 if found["sign"] in ("-", "−") else 1)
        half = 0.5 * 10 ** -len(written.partition(".")[2])
        return _in_unit(value, half, found["unit"])
    if found["odd"]:
        return ()
    for group, counter in (
        ("sino", _sino),
        ("sino1", _sino),
        ("sino2", _sino),
        ("native", _native),
        ("word", _english),
    ):
        if found[group]:
            return _in_unit(counter(found[f"{group}_n"] or ""), 0.5, found[f"{group}_u"])
    return _in_unit(1, 0.5, found["native1_u"])


def _pace(seconds: float, per: str) -> tuple[str, float, float]:
    if "mi" in per:
        return ("s_per_mi", seconds, 0.5)
    return ("s_per_100m" if "100" in per else "s_per_km", seconds, 0.5)


def _in_unit(value: float, half: float, unit: str | None) -> tuple[tuple[str, float, float], ...]:
    if not unit:
        return (("", value, half),)
    dimension, factor = UNITS[unit.lower()]
    return ((dimension, value * factor, half * factor),)


def _sino(word: str) -> float:
    total, digit = 0, 0
    for letter in word:
        if letter in _SINO:
            digit = _SINO[letter]
        else:
            total += (digit or 1) * _SINO_PLACES[letter]
            digit = 0
    return total + digit


def _native(word: str) -> float:
    total = 0.0
    rest = word.replace(" ", "").replace("\u00a0", "")
    for name, value in sorted(_NATIVE.items(), key=lambda item: -len(item[0])):
        if name in rest:
            total += value
            rest = rest.replace(name, "", 1)
    return total


def _english(words: str) -> float:
    total = 0.0
    for word in regex.split(r"[ -]+", words.lower()):
        if word in ("hundred", "thousand"):
            total = (total or 1) * _ENGLISH[word]
        elif word != "and":
            total += _ENGLISH[word]
    return total


def real_date(day: Day, year: int) -> date | None:
    """Return the calendar date of `day` in `year` unless it names its own, or None when there is none."""
    try:
        return date(day.year or year, day.month or 1, day.day or 1)
    except ValueError:
        return None
