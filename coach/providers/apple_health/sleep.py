"""Stretches of sleep → values of the day on which the athlete woke up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from coach.domain.daily import DailyValue
from coach.domain.source import Source

# A stretch that ends after this hour belongs to the night that has just begun.
_EVENING = timedelta(hours=6)
_NAP_APART = timedelta(hours=2)
_STAGES = {"sleep_deep_s", "sleep_rem_s", "sleep_light_s"}


@dataclass(frozen=True)
class Stretch:
    """`state` is sleep_deep_s, sleep_rem_s, sleep_light_s, sleep_s (asleep, stage unknown), sleep_awake_s or
    in_bed_s; `start` and `end` are aware."""

    state: str
    start: datetime
    end: datetime
    source: str


def night_of(stretch: Stretch) -> date:
    """Return the day to whose night a stretch belongs."""
    return (stretch.end + _EVENING).date()


def nights(stretches: Iterable[Stretch]) -> Iterator[DailyValue]:
    """Yield sleep_s, its stages, sleep_awake_s, in_bed_s and when sleep began and ended, for each night.

    Overlapping stretches of one state count once. Where a device recorded stages, other devices' guesses of
    the same night are left out.
    """
    by_day: dict[date, list[Stretch]] = {}
    for stretch in stretches:
        if timedelta(0) < stretch.end - stretch.start <= timedelta(hours=24):
            by_day.setdefault(night_of(stretch), []).append(stretch)
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
        if asleep:
            yield from times(day, *_longest(asleep))


def times(day: date, start: datetime, end: datetime) -> Iterator[DailyValue]:
    """Yield when sleep began and ended, in minutes from midnight of the day; local as the stamps are.

    Yields nothing for times that make no night: none, over 24 hours, or not of this day.
    """
    midnight = datetime.combine(day, time())
    began, ended = ((t.replace(tzinfo=None) - midnight).total_seconds() / 60 for t in (start, end))
    if began < ended <= began + 1440 and 0 < ended <= 1440:
        yield DailyValue(day, "sleep_start_min", began, Source.apple_health)
        yield DailyValue(day, "sleep_end_min", ended, Source.apple_health)


def _longest(asleep: list[Stretch]) -> tuple[datetime, datetime]:
    """Return when the longest sleep of the day began and ended; a nap lies hours from it."""
    spans: list[tuple[datetime, datetime]] = []
    for s in sorted(asleep, key=lambda s: s.start):
        if spans and s.start - spans[-1][1] <= _NAP_APART:
            spans[-1] = (spans[-1][0], max(spans[-1][1], s.end))
        else:
            spans.append((s.start, s.end))
    return max(spans, key=lambda span: span[1] - span[0])


def _covered_s(stretches: list[Stretch]) -> float:
    total = 0.0
    until: datetime | None = None
    for s in sorted(stretches, key=lambda s: s.start):
        start = s.start if until is None or s.start > until else until
        if s.end > start:
            total += (s.end - start).total_seconds()
            until = s.end
    return total
