"""Which weeks a plan has: their days, their phase, and which of them are lighter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal

from coach.domain.plan.model import Phase

Event = Literal["5k", "10k", "half", "marathon"]
_EVENTS: tuple[tuple[Event, float], ...] = (
    ("5k", 5000.0),
    ("10k", 10_000.0),
    ("half", 21_097.5),
    ("marathon", 42_195.0),
)
# Weeks of recovery after a race (convention: about a day for each mile raced).
RECOVERY_WEEKS: dict[Event, int] = {"5k": 1, "10k": 1, "half": 2, "marathon": 3}
RECOVERY_SHARES: dict[Event, tuple[float, ...]] = {
    "5k": (0.7,),
    "10k": (0.65,),
    "half": (0.4, 0.65),
    "marathon": (0.25, 0.45, 0.6),
}
SPECIFIC_WEEKS: dict[Event, int] = {"5k": 4, "10k": 5, "half": 6, "marathon": 7}
# What is left of the volume this many days before the race (Bosquet 2007: 41–60 % less over two weeks).
TAPER: dict[Event, tuple[float, float, float, float]] = {  # days 1–7, 8–14, 15–21, before
    "5k": (0.45, 0.60, 1.0, 1.0),
    "10k": (0.45, 0.60, 1.0, 1.0),
    "half": (0.42, 0.60, 1.0, 1.0),
    "marathon": (0.40, 0.58, 0.85, 1.0),
}
CUTBACK_SHARE = 0.75
MOST_BUILD_WEEKS = 12  # two hard sessions a week, and nobody profits from them for longer


@dataclass(frozen=True)
class Slot:
    """One week to be filled. `share`: what is left of the usual volume, 1 of a normal week."""

    number: int
    start: date
    end: date  # included; the first week of a plan may be short
    phase: Phase
    cutback: bool = False
    share: float = 1.0

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1))


@lru_cache(maxsize=1024)
def event_of(distance_m: float) -> Event:
    """Return the event whose training a distance needs: the nearest, by ratio."""
    return min(_EVENTS, key=lambda e: max(e[1], distance_m) / min(e[1], distance_m))[0]


def first_day(today: date, wished: date | None, week_start: int) -> date:
    """Return when a plan begins: the wished day, else tomorrow, or the next week where this one is over."""
    if wished is not None and wished >= today:
        return wished
    tomorrow = today + timedelta(days=1)
    left = 7 - (tomorrow.weekday() - week_start) % 7
    return tomorrow if left >= 4 else tomorrow + timedelta(days=left)


def weeks_between(start: date, end: date, week_start: int) -> tuple[tuple[date, date], ...]:
    """Return the calendar weeks from `start` to the one that holds `end`; the first may be short."""
    weeks, day = [], start
    while day <= end:
        last = day + timedelta(days=6 - (day.weekday() - week_start) % 7)
        weeks.append((day, last))
        day = last + timedelta(days=1)
    return tuple(weeks)


def to_race(
    start: date, race: date, event: Event, week_start: int, cycle: int, walk_run: int = 0
) -> tuple[Slot, ...]:
    """Return the weeks up to a race and through the recovery from it.

    `cycle`: every so many weeks is lighter. `walk_run`: how many weeks at the beginning alternate walking
    and running.
    """
    spans = weeks_between(start, race, week_start)
    last = len(spans) - 1
    after = spans[-1][1] + timedelta(days=1)
    recovery = weeks_between(after, after + timedelta(days=7 * RECOVERY_WEEKS[event] - 1), week_start)
    shares = [_taper_share(a, b, race, event) for a, b in spans]
    tapering = next((n for n in range(last + 1) if shares[n] < 0.9), last)
    tapering = max(tapering, min(walk_run, last))
    loading = tapering - walk_run
    specific = min(SPECIFIC_WEEKS[event], round(0.4 * loading))
    build = min(round(0.5 * (loading - specific)), MOST_BUILD_WEEKS)
    light = {walk_run + n for n in _lighter(loading, cycle)}
    slots = []
    for n, (a, b) in enumerate(spans):
        cut = False
        if n == last:
            phase = Phase.race
        elif n < walk_run:
            phase = Phase.walk_run
        elif n >= tapering:
            phase = Phase.taper
        else:
            left = tapering - n
            phase = (
                Phase.specific
                if left <= specific
                else Phase.build
                if left <= specific + build
                else Phase.base
            )
            cut = n in light
        share = shares[n] if n >= tapering else CUTBACK_SHARE if cut else 1.0
        slots.append(Slot(n + 1, a, b, phase, cut, share))
    for n, ((a, b), share) in enumerate(zip(recovery, RECOVERY_SHARES[event], strict=True)):
        slots.append(Slot(last + 2 + n, a, b, Phase.recovery, False, share))
    return tuple(slots)


def without_race(start: date, weeks: int, week_start: int, cycle: int, walk_run: int = 0) -> tuple[Slot, ...]:
    """Return `weeks` weeks of base training, the first of them walk-run."""
    spans = weeks_between(start, start + timedelta(days=7 * weeks - 1), week_start)
    return tuple(_plain(spans, cycle, walk_run))


def _lighter(weeks: int, cycle: int) -> set[int]:
    """Return which of the weeks are lighter: as few as needed, spread evenly, the longer blocks first."""
    cuts = max(0, -(-(weeks - cycle + 1) // cycle))
    each, longer = divmod(weeks - cuts, cuts + 1)
    found, at = set(), -1
    for block in range(cuts):
        at += each + (block < longer) + 1
        found.add(at)
    return found


def _plain(spans: tuple[tuple[date, date], ...], cycle: int, walk_run: int) -> Iterator[Slot]:
    light = {walk_run + n for n in _lighter(len(spans) - walk_run, cycle)}
    for n, (a, b) in enumerate(spans):
        if n < walk_run:
            yield Slot(n + 1, a, b, Phase.walk_run)
        else:
            cut = n in light
            yield Slot(n + 1, a, b, Phase.base, cut, CUTBACK_SHARE if cut else 1.0)


def _taper_share(start: date, end: date, race: date, event: Event) -> float:
    """Return what a week before the race holds of a usual one, by its days; none from the race on."""
    days = (end - start).days + 1
    left = [(race - start).days - n for n in range(days)]
    shares = [TAPER[event][min((n - 1) // 7, 3)] for n in left if n > 0]
    return sum(shares) / (7 if len(shares) < days else days)
