"""Which efforts speak for an athlete's fitness, and how far each can be believed. Pure.

A race over a distance that a course has is measured; what a watch says of a stretch of training is neither
measured nor maximal: it is a lower bound of what the athlete can do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coach.domain.activity import Sport
from coach.domain.metrics.bests import MILE_M, Effort, believable
from coach.domain.metrics.history import Past
from coach.domain.metrics.performance import vdot_of
from coach.domain.metrics.registry import Measure

# The metrics of past activities that the choice of efforts reads.
READS = ("distance_bests", "duration_bests", "distance_m", "elapsed_s")

# Distances that courses are measured for.
COURSES_M = (
    1500.0,
    MILE_M,
    3000.0,
    2 * MILE_M,
    5000.0,
    8000.0,
    10_000.0,
    15_000.0,
    10 * MILE_M,
    20_000.0,
    21_097.5,
    25_000.0,
    30_000.0,
    42_195.0,
    50_000.0,
    100_000.0,
)
# A watch measures a certified course long (nobody runs its shortest line) and rarely short.
COURSE_SHORT, COURSE_LONG = 0.99, 1.025
# A clock this far behind the fastest stretch of the same length was stopped long after the finish.
STOPPED_LATE = 1.04
# VDOT was made for 3.5 minutes to 4 hours. In training nothing below 3 km and 10 minutes counts:
# over less, the error of the distance is as large as what the effort would say.
RACE_MIN_M, RACE_MIN_S = 1500.0, 210.0
TRAINING_MIN_M, TRAINING_MIN_S = 3000.0, 600.0
MAX_S = 4 * 3600.0


class Level(StrEnum):
    """How far a distance and its time can be believed, the most first."""

    race_confirmed = "race_confirmed"  # a race, and the distance is one that courses have
    race = "race"  # a race over what the recording says
    corrected = "corrected"  # the athlete stated the distance
    watch = "watch"  # a watch with satellite positions
    gps = "gps"  # positions alone, of an unknown device
    sensor = "sensor"  # no positions: counted from steps
    heart_rate = "heart_rate"  # no hard effort: extrapolated from easy running


RACED = frozenset({Level.race_confirmed, Level.race})


@dataclass(frozen=True)
class Performance:
    """A distance covered in a time (elapsed, as a race counts), of which day and activity."""

    distance_m: float
    time_s: float
    day: date
    activity_id: int
    level: Level

    @property
    def raced(self) -> bool:
        return self.level in RACED


def course_of(distance_m: float) -> float | None:
    """Return the course that a recorded distance is the length of, or None when it is of none."""
    for course in COURSES_M:
        if COURSE_SHORT * course <= distance_m <= COURSE_LONG * course:
            return course
    return None


def race_of(past: Past) -> Performance | None:
    """Return a race as a whole, over the length of its course where the recording agrees with one.

    None when it was no race, distance or time is unknown, or nobody runs that fast. A clock that was
    stopped long after the finish is no race time: then the fastest stretches of the recording speak.
    """
    metres, seconds = past.value("distance_m"), past.value("elapsed_s")
    if not past.race or not metres or not seconds:
        return None
    course = course_of(metres)
    if course is not None:
        fastest = dict(_rows(past, "distance_bests")).get(course)
        if fastest is not None and seconds > STOPPED_LATE * fastest:
            return None
    whole = Performance(
        course or metres,
        seconds,
        past.day,
        past.activity_id,
        Level.race if course is None else Level.race_confirmed,
    )
    return whole if believable(Effort(whole.distance_m, whole.time_s, 0.0)) else None


def level_of(past: Past) -> Level:
    """Return how far the distances within a recording can be believed."""
    bests = past.measure("distance_bests")
    said = bests.detail.get("distance_from") if bests is not None else None
    return Level(said) if said else Level.watch


def performances_of(past: Past) -> list[Performance]:
    """Return the efforts of a run that may speak for fitness, by distance and by time.

    A race of confirmed distance speaks as a whole; the stretches within it are shorter by the error of
    the watch. A run on a treadmill whose distance was not corrected has none.
    """
    level, efforts = _telling(past)
    return [Performance(m, s, past.day, past.activity_id, level) for m, s in efforts]


def _telling(past: Past) -> tuple[Level, list[tuple[float, float]]]:
    if past.sport is not Sport.run:
        return Level.watch, []
    race = race_of(past)
    if race is not None and race.level is Level.race_confirmed:
        return race.level, [(race.distance_m, race.time_s)]
    rows = [*_rows(past, "distance_bests"), *_rows(past, "duration_bests")]
    if race is not None:
        rows.append((race.distance_m, race.time_s))
    return Level.race if past.race else level_of(past), rows


def worth_of(past: Past) -> tuple[float, Performance] | None:
    """Return the highest VDOT that an activity shows and the effort that shows it, or None."""
    level, efforts = _telling(past)
    raced = level in RACED
    least_m, least_s = (RACE_MIN_M, RACE_MIN_S) if raced else (TRAINING_MIN_M, TRAINING_MIN_S)
    best, best_m, best_s = 0.0, 0.0, 0.0
    for metres, seconds in efforts:
        if metres >= least_m and least_s <= seconds <= MAX_S:
            vdot = vdot_of(metres, seconds)
            if vdot > best:
                best, best_m, best_s = vdot, metres, seconds
    return (best, Performance(best_m, best_s, past.day, past.activity_id, level)) if best else None


@dataclass(frozen=True)
class Candidate:
    """A value that one activity shows. `trusted`: it needs no second witness."""

    value: float
    activity_id: int
    trusted: bool = False


def confirmed(
    candidates: Sequence[Candidate], close: Callable[[float, float], bool]
) -> tuple[float, tuple[int, ...]] | None:
    """Return the highest candidate that is trusted or has the next one close below, and both their ids.

    One bad recording stands alone, so it sets nothing.
    """
    row = sorted(candidates, key=lambda c: (-c.value, c.activity_id))
    for n, c in enumerate(row):
        if c.trusted:
            return c.value, (c.activity_id,)
        if n + 1 < len(row) and close(c.value, row[n + 1].value):
            return c.value, (c.activity_id, row[n + 1].activity_id)
    return None


def _rows(past: Past, name: str) -> list[tuple[float, float]]:
    found = past.measures.get(name)
    rows = found.detail["rows"] if isinstance(found, Measure) else []
    return [(r["distance_m"], r["time_s"]) for r in rows]
