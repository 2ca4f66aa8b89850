"""One outing in depth: which one, which parts of it, and in splits of what length."""

from __future__ import annotations

import re

from coach.graph.offline import analysis_words as aw
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call
from coach.graph.offline.telling import picked

SHORTEST_M, LONGEST_M = 100.0, 50_000.0  # of splits
USUAL_M = {1000, 1609}


def about_one(heard: Heard) -> bool:
    """Return whether one outing is meant: a day or a pick together with an outing."""
    outing = heard.sport is not None or heard.has(rf"{w.SESSION}|{w.RACE}|{w.LONG_RUN}")
    return picked(heard) is not None or (heard.day is not None and outing)


def parts(heard: Heard) -> list[str] | None:
    """Return the parts of an activity that were asked for."""
    named = [
        part
        for part, pattern in (
            ("laps", w.LAPS),
            ("splits", w.SPLITS),
            ("zones", rf"{w.ZONES}|{w.HR}"),
            ("drift", w.DRIFT),
            ("dynamics", w.CADENCE),
            ("best_efforts", w.BEST),
            ("intervals", w.INTERVALS),
            ("context", w.CONTEXT),
            ("effect", w.TRAINING_EFFECT),
            ("swim", w.STROKES),
        )
        if heard.has(pattern)
    ]
    if split_m(heard) is not None and "splits" not in named:
        named.insert(0, "splits")
    return named or None


# Of these words alone one may ask what they mean, or how the weather is.
_GENERAL = {"intervals", "context"}
_EVERY = (
    r"(?:단위|마다|씩|간격)(?:로|으로)?|(?:로|으로)?\s?(?:끊어|나눠|나눠서)|구간(?:별)?|스플릿"
    r"|(?:-)?\s?(?:splits?|segments?|chunks?)\b"
)
_BEFORE_LENGTH = r"\b(?:every|each|per|splits? (?:of|every|by))\s+$"


def split_m(heard: Heard) -> float | None:
    """Return the length of the splits that were asked for (5km 단위로, every 400 m); None: the usual."""
    for amount in heard.amounts:
        start, end = amount.at
        every = re.match(rf"\s?(?:{_EVERY})", heard.low[end:]) or re.search(_BEFORE_LENGTH, heard.low[:start])
        if amount.kind == "distance_m" and every and SHORTEST_M <= amount.value <= LONGEST_M:
            return None if round(amount.value) in USUAL_M else amount.value
    return None


def activity(heard: Heard) -> Reading | None:
    """One outing in depth."""
    # "last 3 runs", "지난 대회": a race of the past is the last one
    pick = picked(heard)
    wanted, split = parts(heard), split_m(heard)
    if wanted is not None and _GENERAL.issuperset(wanted) and not _of_an_outing(heard, pick):
        wanted = None
    detail = wanted is not None or heard.has(w.PACE)
    many = heard.has(w.LISTING) and not heard.has(rf"{w.LAST}|{w.LONGEST}|{w.FASTEST}")
    if (
        many
        and heard.day is not None
        and heard.has(r"기록")
        and not heard.has(r"다\s?보여|모두|전부|쭉|들|목록|\ball\b")
    ):
        many = False  # 11월 15일 기록 보여줘
    if many and wanted is None:
        return None
    span = heard.period
    sport = heard.sport.value if heard.sport else None
    dates = {} if span is None else {"start": span.start, "end": span.end}
    if heard.has(
        r"넘게|이상|이하|미만|\bover\b(?! the)|\bunder\b|\bmore than\b|\bless than\b|\bat least\b"
    ) and heard.value("distance_m"):
        return None
    if pick == "last" and heard.day is not None and heard.day.kind == "day":
        pick = None  # 아까 오늘 뛴 거: the day says it
    if pick is None and span is not None and not span.is_day and heard.has(w.LONG_RUN):
        pick = "longest"
    if pick is not None:
        if heard.has(w.QUANTITY) and pick == "race" and not detail and heard.has(r"몇\s?번|\bhow many\b"):
            return None
        if pick == "race" and heard.day is not None:
            return call("activity_show", day=heard.day.start, sport=sport, parts=wanted)
        return call("activity_show", pick=pick, sport=sport, parts=wanted, split_m=split, **dates)
    if heard.day is not None:
        if heard.has(w.QUANTITY) and not detail:
            return None
        if detail or (about_one(heard) and heard.has(w.HOW_WAS)):
            return call("activity_show", day=heard.day.start, sport=sport, parts=wanted, split_m=split)
        return None
    # What stands behind a heart rate is not told by the last run.
    if wanted is not None and span is None and not heard.has(aw.RELATION):
        return call("activity_show", pick="last", sport=sport, parts=wanted, split_m=split)
    return None


def _of_an_outing(heard: Heard, pick: str | None) -> bool:
    """Whether repetitions or heat are those of a run, and not a question about the world."""
    if pick is not None:
        return True
    happened = heard.has(rf"{w.HOW_WAS}|{w.DID}|{w.QUANTITY}|영향|했|였|\bdid\b|\bmy\b")
    if heard.day is not None:
        happened |= heard.has(w.INTERVALS)
        return happened and (heard.sport is not None or heard.has(w.SESSION))
    return heard.has(r"내\s|보여|몇\s?개|\bmy\b|\bshow\b|\bhow many\b") and heard.has(w.INTERVALS)
