"""Sums with the athlete's own numbers: 5 km 20분이면 VDOT 얼마야?, what pace is a 1:40 half."""

from __future__ import annotations

import re
from typing import Any

from coach.graph.offline import analysis_words as aw
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call

# Nobody runs so fast: "하프 1:40" is an hour and forty minutes.
FASTEST_MPS = 8.0
_SUPPOSED = (
    r"이?(?:라)?면(?=\W|$|\s)|하면|뛰면|나오면|려면|때\s|환산"
    r"|\bif\b|\bfor an?\b|\bequivalent|\bequals?\b|\bwould\b|\bto run\b|\bneed\b|\bis an?\b"
)


def calculate(heard: Heard) -> Reading | None:
    """A sum with given numbers. What was really run is told or asked in other words, and not this."""
    for rule in (_hr_max, _performance_or_pace):
        if (found := rule(heard)) is not None:
            return found
    return None


def _call(name: str, **inputs: Any) -> Reading:
    return call("calculate", name=name, inputs=inputs)


def _hr_max(heard: Heard) -> Reading | None:
    age = re.search(r"(\d{2})\s?(?:세|살)|\b(?:age|aged)\s?(\d{2})\b|\b(\d{2})[- ]year", heard.low)
    if age is None or not heard.has(r"최대\s?심박|\bmax(?:imum)?\s+(?:hr|heart)"):
        return None
    return _call("tanaka", age=int(next(g for g in age.groups() if g)))


def _performance_or_pace(heard: Heard) -> Reading | None:
    distances, times = heard.values("distance_m"), heard.values("duration_s")
    pace = heard.value("pace_s_per_km")
    if not distances or heard.spans or not (heard.asks or heard.has(r"계산|\bcalculate\b|\bconvert\b")):
        return None
    if not heard.has(rf"{_SUPPOSED}|계산|\bcalculate\b|vdot"):
        return None
    distance_m = distances[0]
    if pace is not None and not times:
        return _call("pace", distance_m=distance_m, pace_s_per_km=pace)
    if not times:
        return None
    time_s = times[0]
    if distance_m / time_s > FASTEST_MPS:
        time_s *= 60
    graded = heard.has(r"연령|나이|\bage[- ]?grad")
    if (
        heard.has(w.PACE)
        and not heard.has(rf"{aw.PREDICTED}|vdot|훈련")
        and len(distances) == 1
        and not graded
    ):
        return _call("pace", distance_m=distance_m, time_s=time_s)
    return _call("performance", distance_m=distance_m, time_s=time_s)
