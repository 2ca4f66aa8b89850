"""What an athlete tells or orders: log, correct, mark, delete, undo, and notes for the journal."""

from __future__ import annotations

import re
from typing import Any

from coach.domain.activity import Sport
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call, make_call, reply

_WRONG = r"틀렸|틀린|잘못|아니라|아니고|\bwrong\b|\bincorrect\b|\bactually\b|\bshould (?:be|have been)\b"
_CAME_OUT = r"나왔|찍었|찍음|끊었|\bin\b.*\d"
_ORDER = r"바꿔|바꾸|변경|수정|고쳐|고치|정정|\bcorrect\b|\bchange\b|\bfix\b|\bset\b|\bupdate\b|\bedit\b"


def selector(heard: Heard, *, race: bool = True) -> dict[str, Any]:
    """Return which activity is meant: the named day, or last, longest, fastest, the last race."""
    pick = picked(heard, race=race)
    sport = {"sport": heard.sport.value} if heard.sport else {}
    span = heard.span
    if heard.day is not None and pick in (None, "last"):
        return {"day": heard.day.start, **sport}
    if span is not None and not span.is_day and span.kind != "recent":
        return {"pick": pick or "last", "start": span.start, "end": span.end, **sport}
    return {"pick": pick, **sport} if pick else sport


def picked(heard: Heard, *, race: bool = True) -> str | None:
    if heard.has(w.UPLOADED):
        return "uploaded"
    if heard.has(w.LONGEST):
        return "longest"
    if heard.has(w.FASTEST):
        return "fastest"
    if race and heard.has(w.RACE):
        return "race"
    return "last" if heard.has(w.LAST) else None


def undo(heard: Heard) -> Reading | None:
    if heard.has(w.UNDO) and not heard.amounts:
        return call("undo")
    return None


def delete(heard: Heard) -> Reading | None:
    if heard.has(w.DELETE) and not heard.has(rf"{w.BEST}|보여|알려|목록|모든|\bshow\b|\blist\b|\ball\b"):
        return call("activity_delete", **selector(heard))
    return None


def change(heard: Heard) -> Reading | None:
    """A correction of one activity."""
    for read in (_rename, _excluded, _distance, _sport, _race, _treadmill):
        if (found := read(heard)) is not None:
            return found
    return None


def _rename(heard: Heard) -> Reading | None:
    text, low = heard.text.strip(), heard.low
    if not heard.has(r"이름|제목|\b(?:re)?name\b|\btitle\b|\bcall (?:yesterday|today|my|the|that|this)"):
        return None
    if re.search(r"(?:내|제|나의)\s?이름|\bmy name\b|\bcall me\b|\byour name\b", low):
        return None
    m = re.search(r"(?<![A-Za-z])['\"‘“「]([^\"“”「」]{1,80}?)['\"’”」](?![A-Za-z])", text)
    for pattern in (
        (
            r"(?:이름|제목)(?:을|를|은)?\s*(.{1,80}?)(?:으로|로|이라고|라고)\s*(?:바꿔"
            r"|변경|수정|해|붙여|정해|고쳐)"
        ),
        r"\b(?:re)?(?:name|title)\b.*?\b(?:to|as)\s+(.{1,80}?)[.!]*$",
        (
            r"\bcall (?:yesterday'?s?|today'?s?|my|the|that|this)\s*(?:last\s+)?(?:run"
            r"|ride|swim|walk|race|activity|workout|one)?\s+(.{1,80}?)[.!]*$"
        ),
        (
            r"\bname\b\s+(?:yesterday'?s?|today'?s?|my|the|that|this)\s*(?:last\s+)?(?:run"
            r"|ride|activity|workout|one)\s+(.{1,80}?)[.!]*$"
        ),
    ):
        m = m or re.search(pattern, text, re.I)
    return call("activity_change", **selector(heard), name=m[1].strip()) if m else None


def _excluded(heard: Heard) -> Reading | None:
    if not heard.has(rf"{w.BEST}|\brecords?\b|기록에서"):
        return None
    if heard.has(r"빼|제외|\bexclude\b|\bleave out\b|\b(?:don't|do not) count\b|\bremove\b|\bignore\b"):
        return call("activity_change", **selector(heard), excluded_from_bests=True)
    if heard.has(r"다시\s?(?:넣|포함)|포함(?:시켜|해)|\binclude\b|\bcount .* again\b"):
        return call("activity_change", **selector(heard), excluded_from_bests=False)
    return None


def _distance(heard: Heard) -> Reading | None:
    metres = heard.values("distance_m")
    if not metres or (heard.has(w.DID) and not heard.has(rf"{_ORDER}|{_WRONG}")):
        return None
    if heard.has(r"거리|\bdistance\b|km|킬로|키로|마일") and heard.has(rf"{_ORDER}|{_WRONG}"):
        return call("activity_change", **selector(heard), distance_m=metres[-1])
    return None


_SPORT_WORDS = (
    r"달리기|러닝|자전거|라이딩|수영|걷기|산책|등산|하이킹|스키|근력|run|ride|swim|walk|hike|bike ride"
)


def _sport(heard: Heard) -> Reading | None:
    sport = heard.sport
    if heard.has(rf"(?:{_SPORT_WORDS}|운동)\s?(?:이|가)?\s?아니(?:고|라|었고)"):
        pass  # the sport named last is the right one
    elif m := re.search(rf"\b(?:was|is) (?:actually )?an? ({_SPORT_WORDS})\b,? (?:and )?not", heard.low):
        sport = heard.saying(m[1]).sport
    elif not (heard.has(r"종목|운동\s?종류|\b(?:sport|activity type|type)\b") and heard.has(_ORDER)):
        return None
    if sport is None:
        return None
    meant = {k: v for k, v in selector(heard, race=False).items() if k != "sport"}
    return call("activity_change", **meant, new_sport=sport.value)


def _not(heard: Heard, thing: str) -> bool:
    return heard.has(
        rf"(?:{thing})(?:이|가|는|은)?\s?(?:아니|아냐|해제|취소)|\b(?:not|wasn't|isn't|unmark)\b.*(?:{thing})"
    )


def _race(heard: Heard) -> Reading | None:
    if not heard.has(w.RACE) or heard.value("duration_s") is not None or heard.low.endswith("?"):
        return None
    if _not(heard, w.RACE):
        return call("activity_change", **selector(heard, race=False), race=False)
    if heard.has(w.MARK) and not heard.has(r"어땠|어때|알려|보여|\bhow\b|\bshow\b|\bwhat\b"):
        return call("activity_change", **selector(heard, race=False), race=True)
    return None


def _treadmill(heard: Heard) -> Reading | None:
    if not heard.has(w.TREADMILL) or heard.amounts or heard.low.endswith("?"):
        return None
    if _not(heard, w.TREADMILL):
        return call("activity_change", **selector(heard), treadmill=False)
    if heard.has(w.MARK) and not heard.has(r"어땠|어때|알려|보여|\bhow\b|\bshow\b"):
        return call("activity_change", **selector(heard), treadmill=True)
    return None


def log(heard: Heard) -> Reading | None:
    """A run said in words: 오늘 8킬로 50분 뛰었어."""
    ordered = heard.has(r"추가|기록해|등록해|입력해|저장해|\blog\b|\badd\b|\brecord (?:a|my)\b")
    if heard.asks and not (ordered and not heard.low.endswith("?")):
        return None
    if heard.future or heard.has(rf"{w.INTENDS}|{w.RESTED}"):
        return None
    distance, duration = heard.value("distance_m"), _duration(heard)
    place = heard.has(w.TREADMILL)
    if heard.has(rf"{w.SLEEP}|{w.WEIGHT}|{w.BEST}|걸음|만\s?보|\bsteps\b"):
        return None
    did = heard.has(w.DID)
    if heard.has(rf"{w.SPLITS}|{w.LAPS}|{w.INTERVALS}") and not did:
        return None
    # 오늘 5키로 22분 나왔어; "5k in 22:00 today"
    did |= distance is not None and duration is not None and heard.day is not None and heard.has(_CAME_OUT)
    if distance is None and duration is None:
        done = ordered or (did and heard.day is not None)
        told = heard.has(rf"{w.PAIN}|{w.FEELING}|{w.EFFORT}")
        return reply("ask_amount") if done and (heard.sport or place) and not told else None
    if not did and not ((heard.sport or place) and heard.day is not None):
        return None
    if heard.has(r"넘게|이상|이하|미만|\bover\b|\bunder\b|\b(?:more|less|longer|shorter) than\b|\bevery\b"):
        return None
    if heard.sport is None and not (did or place):
        return None
    rpe = re.search(r"\brpe\s*:?\s*(\d{1,2}(?:\.\d)?)|(?:강도|힘든\s?정도)\s*(\d{1,2})(?:점)?", heard.low)
    rpe_value = float(next(g for g in rpe.groups() if g)) if rpe else None
    clock = heard.value("clock")
    day = heard.day.start if heard.day else None
    if day is None and heard.has(r"아침|오전|점심|오후|저녁|새벽|방금|아까|\bjust\b|\bat lunch\b"):
        day = heard.cal.today
    logged = make_call(
        "log_activity",
        sport=(heard.sport or Sport.run).value,
        distance_m=distance,
        duration_s=duration,
        day=day,
        time_of_day=None if clock is None else f"{int(clock) // 60:02d}:{int(clock) % 60:02d}",
        treadmill=True if place else None,
        race=True if heard.has(w.RACE) else None,
        rpe=rpe_value if rpe_value is not None and rpe_value <= 10 else None,
    )
    if not heard.has(w.PAIN):
        return Reading((logged,))
    return Reading((logged, make_call("journal_add", text=heard.text.strip(), day=day)))


def _duration(heard: Heard) -> float | None:
    """Return how long it took: said, or distance times pace. "1:20" for 15 km is hours and minutes."""
    distance = heard.value("distance_m")
    found = next((a for a in heard.amounts if a.kind == "duration_s"), None)
    if found is None:
        pace = heard.value("pace_s_per_km")
        return None if pace is None or distance is None else round(pace * distance / 1000)
    if (
        found.colon
        and distance
        and found.value < 0.12 * distance
        and heard.sport in (None, Sport.run, Sport.walk)
    ):
        return found.value * 60
    return found.value


def journal(heard: Heard) -> Reading | None:
    """Something for the daily record, in the athlete's own words."""
    if heard.has(w.NOTE):
        return _note(heard)
    if heard.asks and not heard.has(r"아파요$"):
        return None
    if (heard.body and heard.has(w.PAIN)) or heard.has(rf"{w.EFFORT}|{w.FEELING}|{w.WEIGHT}"):
        return _note(heard)
    if heard.has(rf"{w.PAIN}|{w.HRV}|{w.REST_HR}") and heard.has(
        r"었|았|였|있|\b(?:was|is|had|have|feels?|felt|got)\b"
    ):
        return _note(heard)
    return None


def _note(heard: Heard) -> Reading:
    day = heard.day.start if heard.day else None
    if heard.has(w.SLEEP) and heard.has(r"어젯밤|간밤|\blast night\b"):
        day = heard.cal.today  # a night belongs to the day one wakes up
    return call("journal_add", text=heard.text.strip(), day=day)
