"""Mean-maximal curves of a period: the best of all its activities at every duration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coach.domain.metrics.history import Past
from coach.domain.metrics.registry import Measure


@dataclass(frozen=True)
class Held:
    """The highest mean that was held for a duration, and the activity that holds it."""

    duration_s: int
    best: float
    activity_id: int
    day: date


def period_curve(pasts: Iterable[Past], name: str) -> list[Held]:
    """Return the envelope of the activities' curves `name` (hr_curve, speed_curve, power_curve), by duration.

    Never rises with duration: who held something for ten minutes held it for nine, though a curve of
    means may say otherwise by the width of its pauses. Nothing known gives an empty list.
    """
    best: dict[int, Held] = {}
    for past in pasts:
        curve = past.measures.get(name)
        if not isinstance(curve, Measure):
            continue
        for seconds, value in zip(curve.detail["duration_s"], curve.detail["best"], strict=True):
            found = best.get(seconds)
            if found is None or value > found.best:
                best[seconds] = Held(seconds, float(value), past.activity_id, past.day)
    row: list[Held] = []
    for seconds in sorted(best, reverse=True):
        held = best[seconds]
        if row and row[-1].best > held.best:
            longer = row[-1]
            held = Held(seconds, longer.best, longer.activity_id, longer.day)
        row.append(held)
    return row[::-1]


def held_for(curve: list[Held], duration_s: int) -> Held | None:
    """Return the point of a curve at a duration, or at the next longer one; None beyond its end."""
    return next((h for h in curve if h.duration_s >= duration_s), None)
