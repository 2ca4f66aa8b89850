"""Which runs belong together: warm-up, race and cool-down are one going out, of which one speaks once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSE = timedelta(minutes=45)  # between two runs of one going out, at most


@dataclass(frozen=True)
class Part:
    """One run of it. Unknown distance is None."""

    id: int
    start: datetime
    end: datetime
    distance_m: float | None = None
    race: bool = False


Group = tuple[Part, ...]


def grouped(parts: Iterable[Part]) -> tuple[Group, ...]:
    """Return the runs that belong together, each group and all of them in the order of time."""
    groups: list[list[Part]] = []
    until: datetime | None = None
    for part in sorted(parts, key=lambda p: (p.start, p.end, p.id)):
        if until is None or part.start - until > PAUSE:
            groups.append([])
            until = part.end
        groups[-1].append(part)
        until = max(until, part.end)
    return tuple(map(tuple, groups))


def ended(group: Sequence[Part]) -> datetime:
    """Return when the last of a group was over."""
    return max(part.end for part in group)


def belongs(group: Sequence[Part], others: Iterable[Part]) -> bool:
    """Whether any of some runs is one of the group, or would be, whatever its number is now."""
    first, last = min(part.start for part in group) - PAUSE, ended(group) + PAUSE
    return any(part.start <= last and part.end >= first for part in others)


def main_part(group: Sequence[Part]) -> Part:
    """Return the run that an answer about all of it is about: the race, else the longest."""
    return max(group, key=lambda p: (p.race, p.distance_m or 0.0, p.end - p.start, -p.id))
