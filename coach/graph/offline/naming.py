"""A metric asked for by its name: ACWR 알려줘, what's my monotony."""

from __future__ import annotations

from functools import cache

from coach.domain.metrics import METRICS
from coach.graph.offline.asking import parts
from coach.graph.offline.heard import Heard, normalise
from coach.graph.offline.reading import Reading, call
from coach.graph.offline.telling import selector
from coach.text import LANGS, say

# Shorter names ("시간", "pace") are words of every second sentence.
SHORTEST = 4


@cache
def _titles() -> tuple[tuple[str, str], ...]:
    """Return (words, metric), the longest first: both languages' titles, and names as the API has them."""
    found = {name.replace("_", " "): name for name in METRICS}
    for name, metric in METRICS.items():
        for lang in LANGS:
            title = normalise(say(lang, f"metric.{metric.title}"))
            for words in (title, title.split("(")[0].strip(), title.partition("(")[2].rstrip(")").strip()):
                found.setdefault(words, name)
    return tuple(
        sorted(((w, n) for w, n in found.items() if len(w) >= SHORTEST), key=lambda x: (-len(x[0]), x))
    )


def metric(heard: Heard) -> Reading | None:
    """Any metric by its name, when no other rule knew better."""
    if parts(heard) is not None and heard.sport is not None:
        return None
    name = next((name for words, name in _titles() if words in heard.low), None)
    if name is None:
        return None
    if METRICS[name].scope == "activity":
        return call("metric", name=name, **selector(heard))
    span = heard.span
    if span is None:
        return call("metric", name=name)
    if METRICS[name].scope == "day":
        return call("metric", name=name, day=min(span.end, heard.cal.today))
    return call("metric", name=name, start=span.start, end=span.end)
