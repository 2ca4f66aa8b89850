"""Best efforts that were faster than every one before, in the order in which they were run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach.domain.activity import Sport
from coach.domain.metrics.history import Past
from coach.domain.metrics.verification import Level, race_of

RECORD_M = (5000.0, 10_000.0, 21_097.5, 42_195.0)


@dataclass(frozen=True, slots=True)
class Bettered:
    """A best of a distance: by whom it was run and what stood before. Times in seconds."""

    run: Past
    distance_m: float
    time_s: float
    before_s: float
    before_id: int


def bettered(pasts: Iterable[Past]) -> list[Bettered]:
    """Return every best effort of a run that bettered an earlier one, oldest first.

    The first effort over a distance betters nothing, nor does one that is faster by less than is shown: a
    second. A race over a course counts with its own time, as the watch measures the same distance before the
    finish.
    """
    standing: dict[float, tuple[float, int]] = {}
    found = []
    for past in pasts:
        if past.sport is not Sport.run:
            continue
        for metres, seconds in _efforts(past):
            before = standing.get(metres)
            if before is not None and round(seconds) < round(before[0]):
                found.append(Bettered(past, metres, seconds, *before))
            if before is None or seconds < before[0]:
                standing[metres] = (seconds, past.activity_id)
    return found


def _efforts(past: Past) -> Iterable[tuple[float, float]]:
    bests, race = past.measure("distance_bests"), race_of(past)
    confirmed = race if race is not None and race.level is Level.race_confirmed else None
    lines = [] if bests is None else bests.detail["rows"]
    for target in RECORD_M:
        if confirmed is not None and abs(confirmed.distance_m - target) < 1:
            yield target, confirmed.time_s
            continue
        times = [float(line["time_s"]) for line in lines if abs(float(line["distance_m"]) - target) < 1]
        if times:
            yield target, min(times)
