"""A metric asked for by its name: ACWR 알려줘, what's my monotony."""

from __future__ import annotations

import re
from functools import cache

from coach.domain.metrics import METRICS
from coach.graph.offline import analysis_words as aw
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard, normalise
from coach.graph.offline.outing import parts
from coach.graph.offline.reading import Reading, call
from coach.graph.offline.telling import selector
from coach.text import LANGS, say

# Shorter names ("시간", "pace") are words of every second sentence.
SHORTEST = 4
# So are these, however long they are: alone they ask for no metric.
_COMMON = frozenset(
    [
        *("pace", "form", "left", "laps", "stops", "strain", "watch", "distance", "fatigue", "fitness"),
        *("strokes", "intervals", "activities", "temperature", "wellness", "average", "descent", "ascent"),
        *("two steps", "how you feel", "elapsed time", "moving time"),
        *("두 걸음", "총 시간", "총 거리", "1km당", "몸 느낌"),
    ]
)
# Names that runners use beside the titles; unlike those they are read before most other rules.
_ALSO_CALLED = (
    ("acwr", r"급성\W{0,3}만성|\bacute\W{0,3}(?:to\W)?chronic|\bacwr\b"),
    ("ground_contact_balance_pct", r"좌우\s?(?:밸런스|균형|비율)|\b(?:contact|left[ /-]right) balance\b"),
    ("age_grade_pct", aw.AGE_GRADE),
    ("monotony", r"단조로움|\bmonotony\b"),
    ("swolf", r"스월프|\bswolf\b"),
    ("easy_share_pct", r"(?:이지|편한\s?강도)\s?(?:런\s?)?비율|\beasy share\b"),
    ("vertical_ratio_pct", r"수직\s?비율|\bvertical ratio\b"),
    ("hr_recovery_bpm", r"심박\s?회복(?:력|률|속도)?(?!\s?구간)|\bheart[- ]?rate recovery\b|\bhr recovery\b"),
)
_WORD = r"[a-z가-힣]"


@cache
def _titles() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return (title, metric), the longest first: both languages' titles, and names as the API has them."""
    found = {name.replace("_", " "): name for name in METRICS}
    for name, metric in METRICS.items():
        for lang in LANGS:
            title = normalise(say(lang, f"metric.{metric.title}"))
            for words in (title, title.split("(")[0].strip(), title.partition("(")[2].rstrip(")").strip()):
                found.setdefault(words, name)
    kept = ((words, name) for words, name in found.items() if len(words) >= SHORTEST and words not in _COMMON)
    # A Korean title may be followed by a particle, and never begins inside a word.
    return tuple(
        (re.compile(rf"(?<!{_WORD}){re.escape(words)}(?![a-z])"), name)
        for words, name in sorted(kept, key=lambda x: (-len(x[0]), x))
    )


def called(heard: Heard) -> Reading | None:
    """A metric by a name that means nothing else."""
    if heard.has(rf"{w.COMPARE}|{w.DRAWN}|{aw.RELATION}|{aw.CHANGED}|{w.PAIN}"):
        return None
    name = next((name for name, pattern in _ALSO_CALLED if heard.has(pattern)), None)
    return None if name is None else _asked(heard, name)


def metric(heard: Heard) -> Reading | None:
    """Any metric by its title, when no other rule knew better."""
    if (parts(heard) is not None and heard.sport is not None) or heard.has(
        rf"{w.PAIN}|{w.INTENDS}|{w.ADVICE}"
    ):
        return None
    # A statement names a metric only where it is nothing but the name: "training monotony please".
    if not heard.asks and len(heard.low.split()) > 4:
        return None
    name = next((name for pattern, name in _titles() if pattern.search(heard.low)), None)
    return None if name is None else _asked(heard, name)


def _asked(heard: Heard, name: str) -> Reading:
    scope, span = METRICS[name].scope, heard.span
    if scope == "activity":
        return call("metric", name=name, **selector(heard))
    if span is None or span.kind == "recent":
        return call("metric", name=name)
    if scope == "day":
        return call("metric", name=name, day=min(span.end, heard.cal.today))
    return call("metric", name=name, start=span.start, end=span.end)
