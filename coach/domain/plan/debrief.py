"""How a race went against its plan, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from coach.domain.plan.model import Race
from coach.domain.plan.race_plan import Split, edges_of
from coach.errors import NotEnoughData

SAME_SHARE = 0.01  # halves that differ by less were even
OFF_SHARE = 0.03  # how far a recording may be from the course's length and still be the race
DRIFT_PCT = 5.0  # decoupling from here on tells of a fading runner (convention)


@dataclass(frozen=True)
class Part:
    """A part of the course as it was planned (None: no plan) and run, in s."""

    from_m: float
    to_m: float
    planned_s: int | None
    done_s: float


@dataclass(frozen=True)
class Debrief:
    """`halves`: the second was slower (positive), as fast (even) or faster (negative) than the first.

    `slowest` is the place of the part that lost most against the mean pace. `notes` are text keys
    (`plan.<note>`), their placeholders `params`.
    """

    race: Race
    result_s: float
    planned_s: int | None
    parts: tuple[Part, ...]
    first_half_s: float
    second_half_s: float
    halves: Literal["negative", "even", "positive"]
    slowest: int
    decoupling_pct: float | None
    notes: tuple[str, ...]

    @property
    def off_s(self) -> float | None:
        """How many seconds later than planned it was; negative: sooner."""
        return None if self.planned_s is None else self.result_s - self.planned_s

    @property
    def halves_s(self) -> float:
        """By how many seconds the second half was slower."""
        return self.second_half_s - self.first_half_s

    @property
    def params(self) -> Mapping[str, Any]:
        """What the sentences of the notes fill in."""
        off = self.off_s
        return {
            "result_clock_s": self.result_s,
            "planned_clock_s": self.planned_s,
            "off_clock_s": None if off is None else abs(off),
            "halves_clock_s": abs(self.halves_s),
            "decoupling_pct": self.decoupling_pct,
        }


def debrief(
    race: Race,
    marks: Sequence[tuple[float, float]],
    planned: Sequence[Split] = (),
    *,
    result_s: float | None = None,
    decoupling_pct: float | None = None,
) -> Debrief:
    """Return how a race went. `marks`: metres and seconds since the start, growing (laps or samples).

    A recording a little longer or shorter than the course is stretched to it, and to the official result
    where one is given. Raises NotEnoughData where it is not of the whole race.
    """
    points = [(0.0, 0.0), *((m, s) for m, s in marks if m > 0 and s > 0)]
    length = points[-1][0]
    if len(points) < 3 or abs(length / race.distance_m - 1) > OFF_SHARE:
        raise NotEnoughData("race_not_recorded")
    whole = points[-1][1] if result_s is None else result_s
    scaled = [(m * race.distance_m / length, s * whole / points[-1][1]) for m, s in points]
    edges = [0.0, *(split.to_m for split in planned)] if planned else edges_of(race.distance_m)
    times = [_at(scaled, edge) for edge in edges]
    parts = tuple(
        Part(a, b, planned[i].duration_s if planned else None, times[i + 1] - times[i])
        for i, (a, b) in enumerate(pairwise(edges))
    )
    half = _at(scaled, race.distance_m / 2)
    first, second = half, whole - half
    halves: Literal["negative", "even", "positive"] = "even"
    if abs(second - first) > SAME_SHARE * first:
        halves = "positive" if second > first else "negative"
    slowest = max(range(len(parts)), key=lambda i: _pace(parts[i]))
    planned_s = planned[-1].total_s if planned else None
    notes = []
    if planned_s is not None:
        off = round(whole) - planned_s
        notes.append("debrief_on_time" if not off else "debrief_faster" if off < 0 else "debrief_slower")
    notes.append(f"debrief_{halves}")
    if decoupling_pct is not None and decoupling_pct >= DRIFT_PCT:
        notes.append("debrief_drift")
    return Debrief(
        race, whole, planned_s, parts, first, second, halves, slowest, decoupling_pct, tuple(notes)
    )


def _pace(part: Part) -> float:
    return part.done_s / (part.to_m - part.from_m)


def _at(points: Sequence[tuple[float, float]], metres: float) -> float:
    """Return when a distance was reached, in s."""
    for (a, t), (b, u) in pairwise(points):
        if metres <= b:
            return t + (u - t) * (metres - a) / (b - a) if b > a else u
    return points[-1][1]
