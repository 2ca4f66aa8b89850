"""Stretches of sleep → values of the day on which the athlete woke up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coach.domain.daily import DailyValue
from coach.domain.source import Source

# A stretch that ends after this hour belongs to the night that has just begun.
_EVENING = timedelta(hours=6)
_STAGES = {"sleep_deep_s", "sleep_rem_s", "sleep_light_s"}


@dataclass(frozen=True)
class Stretch:
    """`state` is sleep_deep_s, sleep_rem_s, sleep_light_s, sleep_s (asleep, stage unknown), sleep_awake_s or
    in_bed_s; `start` and `end` are aware."""

    state: str
    start: datetime
    end: datetime
    source: str


def nights(stretches: Iterable[Stretch]) -> Iterator[DailyValue]:
    """Yield sleep_s, its stages, sleep_awake_s and in_bed_s for each night that has any.

    Overlapping stretches of one state count once. Where a device recorded stages, other devices' guesses of
    the same night are left out.
    """
    by_day: dict[date, list[Stretch]] = {}
    for stretch in stretches:
        if timedelta(0) < stretch.end - stretch.start <= timedelta(hours=24):
            by_day.setdefault((stretch.end + _EVENING).date(), []).append(stretch)
    for day, found in sorted(by_day.items()):
        asleep = [s for s in found if s.state not in ("in_bed_s", "sleep_awake_s")]
        staged: dict[str, float] = {}
        for s in asleep:
            if s.state in _STAGES:
                staged[s.source] = staged.get(s.source, 0.0) + (s.end - s.start).total_seconds()
        if staged:
            best = max(staged, key=lambda source: staged[source])
            asleep = [s for s in asleep if s.source == best]
            found = [s for s in found if s.source == best or s.state == "in_bed_s"]
        seconds = {
            "sleep_s": _covered_s(asleep),
            **{
                state: _covered_s([s for s in found if s.state == state])
                for state in (*sorted(_STAGES), "sleep_awake_s", "in_bed_s")
            },
        }
        for name, value in seconds.items():
            if value > 0:
                yield DailyValue(day, name, value, Source.apple_health)


def _covered_s(stretches: list[Stretch]) -> float:
    total = 0.0
    until: datetime | None = None
    for s in sorted(stretches, key=lambda s: s.start):
        start = s.start if until is None or s.start > until else until
        if s.end > start:
            total += (s.end - start).total_seconds()
            until = s.end
    return total
