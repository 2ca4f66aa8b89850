"""What life and health allow, as it is said: the days that are free, the long run's day, a doctor's word."""

from __future__ import annotations

import re
from typing import Any

from coach.graph.offline import planning_words as pw
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KO = "월화수목금토일"
_TOO = (
    r"(?:요일|욜|주말|평일)(?:에)?도(?![가-힣])|게\s?(?:됐|되었|돼)"
    r"|\b(?:also|too|as well|again|no longer|now|after all)\b"
)
_LISTED = re.compile(rf"(?<![가-힣])([{_KO}](?:[\s,·/]*[{_KO}]){{1,6}})(?:요일)?(?=[\s에만은이]|$)")


def limits(heard: Heard) -> Reading | None:
    """Read which days are free, how long, what to train by."""
    if heard.has(rf"{pw.DONT}|{pw.OTHERS}") or heard.asks or heard.has(rf"{pw.QUESTION}|{w.DID}|{w.PAIN}"):
        return None
    named = weekdays(heard)
    told: dict[str, Any] = {}
    if heard.has(pw.SET_LONG) and named:
        told["long_day"] = named[0]
    elif heard.has(pw.CLUB) and named:
        told |= {"club_days": named, "minutes": _minutes(heard)}
    elif heard.has(pw.STRENGTH) and named:
        told["strength_days"] = named
    elif named and heard.has(pw.DAYS_FREE) and _no_others(heard, named):
        told["days"] = named
    if (m := heard.search(pw.PER_WEEK)) and heard.has(r"뛰|달리|훈련|운동|\brun|\btrain"):
        told["runs_per_week"] = int(m["a"] or m["b"])
        if not heard.has(
            r"싶|할래|할게|가능|수\s?있|해\s?줘|으로|\bwant\b|\bcan\b|\bplease\b|\bwould\b|\bset\b"
        ):
            told.pop("runs_per_week")
    of_days = bool(named) or heard.has(r"하루|\ba day\b")
    if of_days and heard.has(pw.LIMIT) and (minutes := _minutes(heard)) and "club_days" not in told:
        told |= {"minutes": minutes, "minutes_days": named or None}
    if heard.has(pw.SET_TARGET):
        told["targets"] = next((name for name, pattern in pw.TARGETS if heard.has(pattern)), None)
    if heard.has(pw.HAS) and not heard.has(r"없"):
        told["treadmill" if heard.has(r"트레드밀|treadmill") else "track"] = True
    told = {name: value for name, value in told.items() if value is not None}
    return call("set_constraints", **told) if told else None


def health(heard: Heard) -> Reading | None:
    """Read what decides whether somebody may train; that a doctor agreed is asked back, never believed."""
    if heard.has(pw.OTHERS) or heard.asks or heard.has(pw.QUESTION):
        return None
    if heard.has(pw.CLEARED) and not heard.has(r"안\s?된|말라|\bnot\b|n't\b"):
        return call("set_health", cleared="doctor")
    if heard.has(pw.STILL) and heard.has(pw.A_PLAN) and not heard.has(pw.DONT):
        return call("set_health", cleared="doctor")
    if heard.has(pw.PREGNANT) and not heard.has(r"아니|\bnot\b"):
        return call("set_health", pregnant=True)
    if heard.has(pw.NO_PERIOD):
        return call("set_health", no_period=True)
    if heard.has(pw.HURT) and heard.body and not heard.has(w.EFFORT):
        bone = True if heard.has(r"피로\s?골절|\bstress fracture\b") else None
        part = heard.body[0]
        return call("set_health", injured=part.name, side=part.side or None, bone=bone)
    return None


def weekdays(heard: Heard) -> list[str]:
    """Return the weekdays that are named: 화목토, 월요일과 수요일, 평일, Tue and Thu, weekends."""
    found = {i for i, d in enumerate(_KO) if re.search(rf"{d}(?:요일|욜)", heard.low)}
    if m := _LISTED.search(heard.low):
        found |= {i for i, d in enumerate(_KO) if d in m[1]}
    found |= {i for i, d in enumerate(DAYS) if re.search(rf"\b{d}(?:s|nes|rs?|ur)?(?:day)?s?\b", heard.low)}
    if heard.has(r"평일|주중|\bweekdays?\b"):
        found |= set(range(5))
    if heard.has(r"주말|\bweekends?\b"):
        found |= {5, 6}
    if heard.has(r"매일|\bevery ?day\b|\bany day\b"):
        found = set(range(7))
    return [DAYS[i] for i in sorted(found)]


def _no_others(heard: Heard, named: list[str]) -> bool:
    """Whether these are all days there are: not "Tuesday too", nor one day without an "only"."""
    if heard.has(_TOO):
        return False
    return len(named) > 1 or heard.has(r"만(?![가-힣])|밖에|가능한\s?(?:요일|날)|\bonly\b|\bjust\b|\bdays?\b")


def _minutes(heard: Heard) -> int | None:
    seconds = heard.value("duration_s")
    return round(seconds / 60) if seconds and seconds >= 600 else None
