"""What people write into the cells of a sheet: days, scores, distances, times, parts of the body."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from typing import Any

from coach.domain.body import BodyPart, body_parts
from coach.domain.utterance import read

# A spreadsheet counts days from here (and believes that 1900 was a leap year, which is long over).
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = (36_526, 73_050)  # 2000 – 2099
_YMD = re.compile(r"^(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})(?!\d)")
_XYY = re.compile(r"^(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{4})(?!\d)")
_MD = re.compile(r"^(\d{1,2})\s*(?:[-./]|월)\s*(\d{1,2})\s*일?\.?(?:\s*[(（].{1,10}[)）])?$")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - a text to cut up
_NAMED = re.compile(
    r"^(?:(?P<d1>\d{1,2})\.?\s+(?P<m1>[a-z]{3,9})|(?P<m2>[a-z]{3,9})\.?\s+(?P<d2>\d{1,2}))"
    r"(?:,?\s+(?P<y>\d{4}))?$"
)
_NUMBER = r"[-+]?\d+(?:[.,]\d+)?"
_SCORE = re.compile(rf"(?P<x>{_NUMBER})\s*(?:/|out of)\s*(?P<m>10|5)(?!\d)|(?P<alone>{_NUMBER})\s*점?")
_DISTANCE = re.compile(
    rf"^(?:약|~)?\s*(?P<x>\d[\d,]*(?:\.\d+)?|{_NUMBER})\s*"
    r"(?P<unit>km|k|킬로미터|킬로|키로|㎞|mi|miles?|마일|m|미터)?$"
)
_METRES = {"km": 1000.0, "k": 1000.0, "킬로미터": 1000.0, "킬로": 1000.0, "키로": 1000.0, "㎞": 1000.0,
           "mi": 1609.344, "mile": 1609.344, "miles": 1609.344, "마일": 1609.344, "m": 1.0,
           "미터": 1.0}  # fmt: skip
_CLOCK = re.compile(r"^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$")
_SPOKEN = re.compile(
    r"^(?:약|~)?\s*(?:(?P<h>\d+(?:[.,]\d+)?)\s*(?:시간|hours?|hrs?|h)\s*)?"
    r"(?:(?P<m>\d+(?:[.,]\d+)?)\s*(?:분|minutes?|mins?|m|′|')?\s*)?$"
)
NOTHING = frozenset({"없음", "없다", "없어", "없어요", "무", "아니오", "아니요", "아님", "no", "none", "nope",
                     "nothing", "false", "n", "x", "-", "–", "0"})  # fmt: skip
_YES = frozenset({"true", "yes", "y", "o", "예", "네", "응", "있음", "있어요", "v", "✓", "✔"})
LONGEST = 4000  # characters of a cell; a row with a longer one is refused
_CUT = 50_000  # as much as a spreadsheet puts into a cell
_SIDES = {"왼쪽": "left", "왼": "left", "좌": "left", "left": "left", "l": "left",
          "오른쪽": "right", "오른": "right", "우": "right", "right": "right", "r": "right",
          "양쪽": "both", "양": "both", "both": "both"}  # fmt: skip


def words(cell: Any) -> str:
    """Return a cell as plain text on one line or more; "" for an empty one.

    Formulas and markup are text like any other: nothing here or later runs them.
    """
    if cell is None or isinstance(cell, (dict, list)):
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        cell = int(cell)
    if isinstance(cell, int) and abs(cell) > 10**15:
        return ""
    text = "".join(c for c in str(cell) if c.isprintable() or c == "\n")
    return text.strip()[:_CUT]


def day_of(cell: Any, today: date, *, ahead: bool) -> date | None:
    """Return the day of a cell, or None.

    Takes 2026-03-15, "2026. 3. 15", "2026년 3월 15일", "3/15" (month first; "15/3" is understood too),
    "3월 15일", "15 Mar 2026" and a spreadsheet's serial number. A day without a year is the latest one that
    is not in the future, in a plan (`ahead`) the one nearest to `today`.
    """
    if isinstance(cell, bool):
        return None
    text = words(cell).lower()
    try:
        if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
            serial = int(float(text))
            inside = _SERIALS[0] <= serial <= _SERIALS[1]
            return _SERIAL_ZERO + timedelta(days=serial) if inside else None
        if m := _YMD.match(text):
            return _plausible(date(int(m[1]), int(m[2]), int(m[3])))
        if m := _XYY.match(text):
            month, day = _month_first(int(m[1]), int(m[2]))
            return _plausible(date(int(m[3]), month, day))
        if m := _MD.match(text):
            return _nearest(*_month_first(int(m[1]), int(m[2])), today, ahead)
        if m := _NAMED.match(text):
            name, day = (m["m1"] or m["m2"])[:3], int(m["d1"] or m["d2"])
            if name in _MONTHS:
                month = _MONTHS.index(name) + 1
                if m["y"]:
                    return _plausible(date(int(m["y"]), month, day))
                return _nearest(month, day, today, ahead)
    except (ValueError, OverflowError):  # no such day
        return None
    return None


def _plausible(day: date) -> date | None:
    return day if 2000 <= day.year < 2100 else None


def _month_first(a: int, b: int) -> tuple[int, int]:
    return (b, a) if a > 12 else (a, b)


def _nearest(month: int, day: int, today: date, ahead: bool) -> date | None:
    found = []
    for year in (today.year - 1, today.year, today.year + 1, today.year - 2):
        try:
            found.append(date(year, month, day))
        except ValueError:  # 29 February
            continue
    if ahead:
        return min(found, key=lambda d: abs(d - today), default=None)
    # The clock of the sheet may be a day ahead of ours.
    return max((d for d in found if d <= today + timedelta(days=1)), default=None)


def score_of(text: str, low: float, high: float) -> float | None:
    """Return a score between `low` and `high`, also "7/10", "4/5", "7점"; None for none, or outside."""
    m = _SCORE.fullmatch(text.lower().strip())
    if m is None:
        return None
    if m["alone"]:
        value = _number(m["alone"])
    else:
        x, most = _number(m["x"]), float(m["m"])
        value = x * high / most if low == 0 else low + (high - low) * (x - 1) / (most - 1)
    return value if low <= value <= high else None


def pain_of(text: str) -> tuple[float | None, BodyPart]:
    """Return how strong a pain is (None: not said) and where, from words like "왼쪽 무릎 3/10"."""
    m = _SCORE.search(text.lower())
    value = score_of(m[0], 0, 10) if m else None
    parts = body_parts(read(text).plain)
    return value, parts[0] if parts else BodyPart("")


def side_of(text: str) -> str:
    """Return left, right, both, or ""."""
    return _SIDES.get(text.lower().strip(), "")


def is_nothing(text: str) -> bool:
    """Return whether a cell says that there is nothing."""
    return text.lower().strip(" .") in NOTHING


def is_yes(text: str) -> bool:
    """Return whether a cell only says that it is so, as a ticked box does."""
    return text.lower().strip(" .") in _YES


def metres_of(text: str, unit: str) -> float | None:
    """Return a distance in metres, or None; without a unit in the cell it is in `unit` (km, mi, m)."""
    m = _DISTANCE.match(text.lower().strip())
    if m is None:
        return None
    given = m["x"]
    comma = re.fullmatch(r"\d+,\d{1,2}", given)
    value = float(given.replace(",", "." if comma else ""))
    metres = value * _METRES[m["unit"] or unit]
    return metres if 0 < metres <= 1_000_000 else None


def seconds_of(text: str) -> float | None:
    """Return a duration: "1:05" are hours and minutes, a number alone are minutes. None: no duration."""
    plain = text.lower().strip()
    if m := _CLOCK.match(plain):
        found = int(m[1]) * 3600.0 + int(m[2]) * 60 + int(m[3] or 0)
    elif (m := _SPOKEN.match(plain)) and (m["h"] or m["m"]):
        found = _number(m["h"] or "0") * 3600 + _number(m["m"] or "0") * 60
    else:
        return None
    return found if 0 < found <= 3 * 86_400 else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
