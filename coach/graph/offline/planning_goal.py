"""What somebody trains for, as it is said: the race, its day or month, its name, the time to get under."""

from __future__ import annotations

import re
from typing import Any

from coach.graph.offline import analysis_words as aw
from coach.graph.offline import planning_words as pw
from coach.graph.offline.amounts import HALF_M, MARATHON_M
from coach.graph.offline.heard import Heard
from coach.graph.offline.planning_when import find

_NAMED = re.compile(
    r"((?:서울|동아|춘천|제주|경주|대구|부산|인천|손기정|철원|군산|여명|jtbc|제이티비씨|보스턴"
    r"|도쿄|동경|뉴욕|시카고|런던|베를린|국제)\s?(?:국제\s?)?마라톤)"
    r"|\b((?:seoul|boston|tokyo|new york|chicago|london|berlin|sydney|paris|jtbc"
    r"|chuncheon)\s+(?:city\s+)?(?:half[- ]?)?marathon)\b"
)
_AIMS = ((5000.0, "5k"), (10_000.0, "10k"), (HALF_M, "half"), (MARATHON_M, "marathon"))
_UNDER = re.compile(r"(?:서브|\bsub)[\s-]?(\d{1,3})(?:[:.](\d\d))?(?:[:.](\d\d))?|(서브\s?쓰리)|(서브\s?포)")
_IN_EARNEST = (
    r"목표|도전|준비|대회|마라톤|레이스|하프|풀|서브|신청|등록|접수|체력|꾸준|기초|베이스|마일리지|훈련"
    r"|\brac(?:e|es|ing)\b|\bmarathons?\b|\bhalf\b|\bsub[- ]?\d|\bgoal\b|\btarget\b|\btrain|\bprepar"
    r"|\bsigned\b|\bentered\b|\bregistered\b|\bready for\b|\bbase\b|\bfit(?:ness)?\b|\bmileage\b"
)
LONG_ENOUGH_M = 15_000.0  # from here on a target of a few units is hours
SLOWEST_H = 8


def wants_goal(heard: Heard) -> bool:
    """Whether the athlete tells what they train for, or asks for a plan for it."""
    past = heard.has(pw.PAST) and not heard.has(pw.SIGNED_UP)
    if past or heard.has(rf"{pw.OTHERS}|{aw.POSSIBLE}"):
        return False
    planned = heard.has(pw.A_PLAN) and heard.has(pw.MAKE)
    told = (
        heard.has(pw.AIMING)
        or planned
        or heard.has(r"훈련\s?어떻게|어떻게\s?훈련|\bhow (?:should|do|can) i (?:train|prepare)\b")
    )
    asked = heard.has(pw.QUESTION) and not heard.has(
        r"줄래|줄\s?수|어떻게\s?(?:해|훈련|준비)|\bhow (?:should|do|can) i (?:train|prepare)\b"
        r"|\bcan you\b|\bcould you\b"
    )
    if heard.has(pw.DONT) or asked:
        return False
    if heard.has(pw.COUCH) or heard.has(pw.RETURNING):
        return True
    # "10 km tomorrow" is a run, not a race.
    if not told or not (planned or heard.has(_IN_EARNEST)):
        return False
    metres = distance_m(heard)
    if metres is not None or heard.has(aw.SUB):
        return not heard.has(r"목표\s?(?:심박|페이스|거리|체중)|\btarget (?:heart|pace|hr)\b")
    return heard.has(rf"{pw.BASE}|{pw.FITNESS}") or (
        heard.has(r"대회|레이스|\brace\b")
        and heard.has(r"나가|출전|참가|준비|신청|등록|접수|\bentered\b|\bsigned up\b|\bfor (?:a|my|the)\b")
    )


def goal_args(heard: Heard) -> dict[str, Any]:
    """Return the arguments of `set_goal` that were said; what was not said is not there."""
    if heard.has(pw.COUCH):
        return {"aim": "couch_to_5k"}
    if heard.has(pw.RETURNING):
        return {"aim": "return_from_injury"}
    metres = distance_m(heard)
    if metres is None and not heard.has(rf"{aw.SUB}|대회|레이스|\brace\b"):
        return {"aim": "base" if heard.has(pw.BASE) else "fitness"}
    seconds = target_s(heard, metres)
    if metres is None and heard.has(aw.SUB):
        metres = MARATHON_M  # 서브4 alone is the marathon's
    aim = next((name for known, name in _AIMS if metres is not None and abs(metres - known) < 120), "race")
    named = _NAMED.search(heard.low)
    spans = find(heard)
    day = next((s.start for s in spans if s.is_day and s.start > heard.cal.today), None)
    month = next((s for s in spans if s.kind in ("month", "days")), None)
    return {
        "aim": aim,
        "distance_m": metres if aim == "race" else None,
        "day": day,
        "month": f"{month.start:%Y-%m}" if day is None and month is not None else None,
        "name": _written(heard, named.group()) if named else None,
        "target_time_s": seconds,
        "priority": "B" if heard.has(pw.TUNE_UP) else None,
        "course": "hilly" if heard.has(pw.HILLY) else "flat" if heard.has(pw.FLAT) else None,
    }


def distance_m(heard: Heard) -> float | None:
    """Return how far the race is. A marathon in a name gives way to a distance beside it."""
    found = [a for a in heard.amounts if a.kind == "distance_m"]
    named = _NAMED.search(heard.low)
    own = [a for a in found if named is None or not (named.start() <= a.at[0] < named.end())]
    chosen = own or found
    return chosen[0].value if chosen else None


def target_s(heard: Heard, metres: float | None) -> float | None:
    """Return the time to get under, in s: 서브4, 서브330, sub 45, 3시간 50분, 10km 50분 목표."""
    if m := _UNDER.search(heard.low):
        if m[4] or m[5]:
            return 3 * 3600.0 if m[4] else 4 * 3600.0
        return _under(m[1], m[2], m[3], MARATHON_M if metres is None else metres)
    seconds = heard.value("duration_s")
    if seconds is None and (m := re.search(r"(?<!\d)(\d):([0-5]\d)(?!\d)", heard.low)):
        seconds = int(m[1]) * 60.0 + int(m[2])
    if seconds is None or (seconds < 600 and (metres or 0) < LONG_ENOUGH_M):
        return None
    colon = any(a.kind == "duration_s" and a.colon for a in heard.amounts)
    if colon and seconds < SLOWEST_H * 60 and (metres is None or metres >= LONG_ENOUGH_M):
        return seconds * 60  # 3:45 of a marathon is hours
    return seconds


def _under(first: str, second: str | None, third: str | None, metres: float) -> float | None:
    n, more = int(first), int(second or 0)
    if third is not None:
        return n * 3600.0 + more * 60 + int(third)
    if metres >= LONG_ENOUGH_M:
        if len(first) == 3:  # 서브330
            return int(first[0]) * 3600.0 + int(first[1:]) * 60 if int(first[1:]) < 60 else None
        return n * 3600.0 + more * 60 if 0 < n < SLOWEST_H else n * 60.0 if n >= 60 else None
    return n * 60.0 + more if n >= 10 else n * 3600.0 + more * 60 if n else None


def _written(heard: Heard, low: str) -> str:
    """Return a name as it was written."""
    at = heard.text.lower().find(low)
    return heard.text[at : at + len(low)] if at >= 0 else low
