"""Sums with the athlete's own numbers: 5 km 20분이면 VDOT 얼마야?, what pace is a 1:40 half."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from coach.graph.offline import analysis_words as aw
from coach.graph.offline import words as w
from coach.graph.offline.amounts import MARATHON_M, Amount
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call

# A time for a distance is read so that a person can run it: "하프 1:40" is an hour and forty minutes.
FASTEST_MPS, SLOWEST_MPS = 8.0, 1.2
_SUPPOSED = (
    r"이?(?:라)?면(?=\W|$|\s)|하면|뛰면|나오면|려면|때\s|환산"
    r"|\bif\b|\bfor an?\b|\bequivalent|\bequals?\b|\bwould\b|\bto run\b|\bneed\b|\bis an?\b"
    r"|\bdoes an?\b|\bworth\b"
)
_HOW_LONG = r"몇\s?(?:분|시간)|걸려|걸릴|\bhow long\b|\bwhat time\b|\bfinish"
_SUM = r"계산|\bcalculate\b|\bconvert\b"
_TRAINED = r"훈련|연습|계획|플랜|\btrain|\bplan\b|\bprepare\b"
_VDOT = r"vdot|브이닷"
_WORDS = {"쓰리": "3", "포": "4"}


def calculate(heard: Heard) -> Reading | None:
    """A sum with given numbers. What was really run is told or asked in other words, and not this."""
    rules = (
        _hr_max,
        _karvonen,
        _time_off,
        _heat,
        _age_grade,
        _of_vdot,
        _session,
        _target,
        _performance_or_pace,
    )
    return next((found for rule in rules if (found := rule(heard)) is not None), None)


def _call(name: str, **inputs: Any) -> Reading:
    return call("calculate", name=name, inputs=inputs)


def _number(pattern: str, heard: Heard) -> float | None:
    """Return the first group that matched, as a number."""
    found = heard.search(pattern)
    return float(next(g for g in found.groups() if g)) if found else None


_AGE = r"(\d{2})\s?(?:세|살)|\b(?:age|aged)\s?(\d{2})\b|\b(\d{2})[- ]year"


def _hr_max(heard: Heard) -> Reading | None:
    age = _number(_AGE, heard)
    if age is None or not heard.has(r"최대\s?심박|\bmax(?:imum)?\s+(?:hr|heart)"):
        return None
    return _call("tanaka", age=int(age))


def _karvonen(heard: Heard) -> Reading | None:
    """A share of the heart-rate reserve, or VO2max from the two heart rates."""
    highest = _number(
        r"(?:최대\s?심박|\bmax\w*(?:\s(?:hr|heart[- ]?rate))?)(?:수|이|가|은|는|\sis|\sof)?\s?(\d{3})\b",
        heard,
    )
    resting = _number(
        r"(?:안정\s?시?\s?심박|쉴\s?때\s?심박|안정시|\brest\w*(?:\s(?:hr|heart[- ]?rate))?)"
        r"(?:수|이|가|은|는|\sis|\sof)?\s?(\d{2})(?!\d)",
        heard,
    )
    if highest is None or resting is None:
        return None
    share = _number(r"(\d{2,3})\s?(?:%|퍼센트|프로|percent)", heard)
    if share is not None:
        return _call("karvonen", hr_max=highest, hr_rest=resting, fraction=share / 100)
    return _call("uth", hr_max=highest, hr_rest=resting) if heard.has(r"vo2|최대\s?산소") else None


_DAYS = {"주": 7, "week": 7, "달": 30, "개월": 30, "month": 30, "일": 1, "day": 1}
_COUNTS = {"한": 1, "두": 2, "세": 3, "네": 4, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}


def _time_off(heard: Heard) -> Reading | None:
    """How much fitness a break costs: 2주 쉬면 VDOT 얼마나 떨어져?"""
    lost = heard.has(rf"{_VDOT}|체력|얼마나|\bfitness\b|\blose\b|\bdrop\b|\bhow much\b")
    if not lost or not heard.has(
        r"쉬면|쉬게\s?되면|안\s?뛰면|못\s?뛰면|\boff\b|\bbreak\b|\bnot running\b|\bwithout running\b"
    ):
        return None
    found = heard.search(
        r"(\d{1,3}|한|두|세|네)\s?(주|달|개월|일)|\b(\d{1,3}|an?|one|two|three|four|six)\s(week"
        r"|month|day)s?\b"
    )
    if found is None:
        return None
    count, unit = (g for g in found.groups() if g)
    return _call("vdot_time_off", days_off=_DAYS[unit] * int(_COUNTS.get(count, 0) or count))


def _heat(heard: Heard) -> Reading | None:
    pace = heard.value("pace_s_per_km")
    degrees = heard.search(
        r"(\d{2,3}(?:\.\d)?)\s?(?:도(?![가-힣])|도에|도면|도\s|°|degrees?|celsius|c\b"
        r"|f\b)\s?(f\b|fahrenheit)?"
    )
    if pace is None or degrees is None or heard.values("distance_m"):
        return None
    celsius = float(degrees[1])
    if degrees[2] or heard.has(r"\d\s?°?f\b|fahrenheit"):
        celsius = round((celsius - 32) / 1.8, 1)
    return _call("heat_pace", pace_s_per_km=pace, temperature_c=celsius)


def _age_grade(heard: Heard) -> Reading | None:
    age, metres, seconds = _number(_AGE, heard), *_race(heard)
    sex = "F" if heard.has(r"여자|여성|\b(?:wom[ae]n|female)\b") else None
    sex = sex or ("M" if heard.has(r"남자|남성|\b(?:m[ae]n|male)\b") else None)
    if None in (age, sex, metres, seconds) or not heard.has(aw.AGE_GRADE):
        return None
    assert metres is not None
    return _call("age_grade_2025", sex=sex, age=age, km=metres / 1000, time_s=seconds)


def _of_vdot(heard: Heard) -> Reading | None:
    """What a VDOT is worth: training paces, or the time over a distance."""
    vdot = _number(rf"(?:{_VDOT})\s?(?:이|가|은|는|of|is|=)?\s?(\d{{2}}(?:\.\d)?)(?!\d)", heard)
    if vdot is None or heard.values("duration_s"):
        return None
    if distances := heard.values("distance_m"):
        return _call("vdot_table", vdot=vdot, distance_m=distances[0])
    return _call("vdot_paces", vdot=vdot) if heard.has(rf"{w.PACE}|훈련") else None


def _session(heard: Heard) -> Reading | None:
    """The load of a session as it feels: RPE 7로 60분 뛰면 부하 얼마야?"""
    rpe = _number(r"\brpe\s?:?\s?(\d{1,2})|강도\s?(\d{1,2})", heard)
    minutes = heard.value("duration_s")
    if rpe is None or minutes is None or not heard.asks or not heard.has(r"부하|\bload\b"):
        return None
    return _call("session_rpe", minutes=minutes / 60, rpe_cr10=rpe)


def _target(heard: Heard) -> Reading | None:
    """The pace of a goal: 서브4 페이스 몇이야, pace for a sub 20 5k."""
    goal = heard.search(aw.SUB)
    if goal is None or not heard.has(w.PACE) or heard.has(_TRAINED):
        return None
    # The goal's own number may have been read as an amount ("서브 330 페이스"): the rest tells the distance.
    start, end = goal.span()
    rest = heard.saying(f"{heard.low[:start]} {heard.low[end:]}")
    metres = next(iter(rest.values("distance_m")), MARATHON_M)
    seconds = _goal_s(_WORDS.get(goal[1], goal[1]), metres)
    return None if seconds is None else _call("pace", distance_m=metres, time_s=seconds)


def _goal_s(text: str, metres: float) -> float | None:
    """Return the time that "4", "330", "1:45" or "20" means over a distance: the first one can run."""
    parts = [int(part) for part in text.split(":")]
    if len(parts) == 3:
        return parts[0] * 3600.0 + parts[1] * 60 + parts[2]
    if len(parts) == 2:
        readings = [parts[0] * 3600 + parts[1] * 60, parts[0] * 60 + parts[1]]
    else:
        n = parts[0]
        readings = [n * 3600, n * 60, n // 100 * 3600 + n % 100 * 60]
    return next((float(s) for s in readings if s and SLOWEST_MPS <= metres / s <= FASTEST_MPS), None)


def _race(heard: Heard) -> tuple[float | None, float | None]:
    """Return the distance and time that belong together: those that stand next to each other."""
    distances = [a for a in heard.amounts if a.kind == "distance_m"]
    time = next((a for a in heard.amounts if a.kind == "duration_s"), None)
    if time is None or not distances:
        return (distances[0].value if distances else None), None

    def apart(distance: Amount) -> int:
        return max(distance.at[0] - time.at[1], time.at[0] - distance.at[1])

    metres, seconds = min(distances, key=apart).value, time.value
    if not metres or not seconds:
        return None, None
    return metres, seconds * 60 if metres / seconds > FASTEST_MPS else seconds


def _performance_or_pace(heard: Heard) -> Reading | None:
    metres, seconds = _race(heard)
    pace = heard.value("pace_s_per_km")
    asked = heard.asks or heard.has(rf"{_SUM}|{_VDOT}|{_HOW_LONG}|\bwhat\b")
    if metres is None or heard.spans or not asked:
        return None
    if pace is not None and seconds is None:
        supposed = heard.has(rf"{_SUPPOSED}|{_SUM}|{_HOW_LONG}") and not heard.has(r"\bdid i\b")
        return _call("pace", distance_m=metres, pace_s_per_km=pace) if supposed else None
    if seconds is None or not heard.has(rf"{_SUPPOSED}|{_SUM}|{_VDOT}|\bpredict"):
        return None
    one = len(heard.values("distance_m")) == 1
    if heard.has(w.PACE) and one and not heard.has(rf"{aw.PREDICTED}|{_VDOT}|훈련|{aw.AGE_GRADE}"):
        return _call("pace", distance_m=metres, time_s=seconds)
    return _call("performance", distance_m=metres, time_s=seconds)


_WEEKLY = r"(?:한\s?|일)?주(?:일|간)?(?:에|당)?\s?\d|주간|매주|\bper week\b|\ba week\b|\bweekly\b"


def with_volume(heard: Heard, args: Mapping[str, Any]) -> Reading | None:
    """Return the marathon that a race is worth to one who runs so much a week: the answer asked for that."""
    inputs, metres = args.get("inputs"), heard.value("distance_m")
    if args.get("name") != "performance" or not isinstance(inputs, Mapping) or metres is None:
        return None
    if not heard.has(_WEEKLY) or heard.asks or not {"distance_m", "time_s"} <= inputs.keys():
        return None
    week = {"km_per_week": round(metres / 1000, 1)}
    return _call("vickers_vertosick", d_m=inputs["distance_m"], t_s=inputs["time_s"], **week)


# Which inputs a follow-up may change ("21분이면?", "and 15k?"), by the kind of amount.
_INPUTS: Mapping[str, tuple[str, ...]] = {
    "distance_m": ("distance_m",),
    "duration_s": ("time_s",),
    "pace_s_per_km": ("pace_s_per_km",),
}


def again(heard: Heard, args: Mapping[str, Any]) -> Reading | None:
    """Return the same sum with another number."""
    name, before = args.get("name"), args.get("inputs")
    if not isinstance(name, str) or not isinstance(before, Mapping):
        return None
    inputs = dict(before)
    for amount in heard.amounts:
        for key in _INPUTS.get(amount.kind, ()):
            if key not in inputs:
                return None
            metres = inputs.get("distance_m")
            fast = key == "time_s" and isinstance(metres, int | float) and metres > FASTEST_MPS * amount.value
            inputs[key] = amount.value * 60 if fast else amount.value
    plain = re.search(r"(?<![\d:.])(\d{1,3}(?:\.\d)?)(?![\d:])", heard.low)
    single = [key for key in ("vdot", "age", "days_off", "temperature_c") if key in inputs]
    if inputs == before and plain and len(single) == 1 and not heard.amounts:
        number = float(plain[1])
        weeks = single[0] == "days_off" and heard.has(r"주|week")
        inputs[single[0]] = number * 7 if weeks else number
    if inputs == before and plain and {"distance_m", "time_s"} <= inputs.keys() and not heard.amounts:
        metres = inputs["distance_m"]
        if isinstance(metres, int | float):
            inputs["time_s"] = _goal_s(plain[1].split(".")[0], float(metres)) or inputs["time_s"]
    return None if inputs == before else _call(name, **inputs)
