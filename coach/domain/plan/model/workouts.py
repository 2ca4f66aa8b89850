"""Workouts: their kinds, steps and targets. SI units.

A step carries how far and how long it is, both: one of them ends it, the other is an estimate at the middle
of its target. Every total anywhere (a sentence, a table, a file for the watch) is the sum of these numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from coach.domain.activity import Sport


class WorkoutKind(StrEnum):
    """What a workout is called and why it is done; its steps say what exactly."""

    easy = "easy"
    recovery = "recovery"
    long = "long"
    medium_long = "medium_long"
    marathon = "marathon"
    threshold = "threshold"
    interval = "interval"
    repetition = "repetition"
    strides = "strides"
    hills = "hills"
    fartlek = "fartlek"
    progression = "progression"
    walk_run = "walk_run"
    walk = "walk"
    time_trial = "time_trial"
    race = "race"
    cross = "cross"
    strength = "strength"
    rest = "rest"  # a day that was emptied on purpose; has no steps


class Intensity(StrEnum):
    """How hard a step is (Daniels' letters). Hard are those from `marathon` on."""

    rest = "rest"
    walk = "walk"
    easy = "easy"
    marathon = "marathon"
    threshold = "threshold"
    interval = "interval"
    repetition = "repetition"
    race = "race"


HARD = frozenset(
    {Intensity.marathon, Intensity.threshold, Intensity.interval, Intensity.repetition, Intensity.race}
)
# Strides and the like: so little fast running makes no hard day.
HARD_FROM_S = 6 * 60.0


class StepKind(StrEnum):
    warmup = "warmup"
    work = "work"
    recovery = "recovery"
    cooldown = "cooldown"


@dataclass(frozen=True, slots=True)
class Target:
    """What to hold during a step: `low` ≤ `high`; kind "none" has neither.

    Pace in s/km (low is faster), heart rate in bpm, power in W, RPE 0–10.
    """

    kind: Literal["none", "pace", "hr", "power", "rpe"] = "none"
    low: float | None = None
    high: float | None = None


FREE = Target()


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of a workout. `ends` says what ends it: the other of the two is an estimate.

    `lap`: until the athlete presses the button; both are estimates then. `note`: text key `plan.step_*`.
    """

    kind: StepKind
    intensity: Intensity
    ends: Literal["distance", "time", "lap"]
    distance_m: float
    duration_s: float
    target: Target = FREE
    note: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Steps done several times over; the last recovery is done too."""

    times: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Workout:
    """One session of a day. `uid` stays the same through all revisions of a plan.

    `purpose` is a text key (`plan.purpose_<purpose>`), `guideline` the id of what it rests on
    (`coach.domain.plan.guidelines`). `origin`: who put it there. `note`: words of a person, never obeyed.
    """

    uid: str
    day: date
    kind: WorkoutKind
    steps: tuple[Step | Repeat, ...] = ()
    sport: Sport = Sport.run
    purpose: str = ""
    guideline: str = ""
    key: bool = False  # one of the two or three sessions of the week that count most
    place: Literal["any", "track", "treadmill", "hill", "trail"] = "any"
    second: bool = False  # the second session of a double day
    race_id: int | None = None
    origin: Literal["built", "edited", "imported", "club"] = "built"
    name: str = ""  # a race's or a club's own; "" where the kind says it
    note: str = ""

    def each_step(self) -> Iterator[Step]:
        """Yield every step in the order it is done, repeats written out."""
        for part in self.steps:
            if isinstance(part, Repeat):
                for _ in range(part.times):
                    yield from part.steps
            else:
                yield part

    @property
    def distance_m(self) -> float:
        """How far it is on foot or otherwise, in m; 0 where the distance does not matter (strength)."""
        return sum(_times(part, "distance_m") for part in self.steps)

    @property
    def duration_s(self) -> float:
        return sum(_times(part, "duration_s") for part in self.steps)

    @property
    def runs(self) -> bool:
        """Whether it is running (walk-run and races included)."""
        return self.sport is Sport.run and self.kind is not WorkoutKind.rest and bool(self.steps)

    def seconds_at(self, *intensities: Intensity) -> float:
        """Return how long its steps of these intensities are, in s."""
        return sum(step.duration_s for step in self.each_step() if step.intensity in intensities)

    def metres_at(self, *intensities: Intensity) -> float:
        return sum(step.distance_m for step in self.each_step() if step.intensity in intensities)

    @property
    def hard(self) -> bool:
        """Whether it needs easy days around it: six minutes or more at marathon effort or harder."""
        return self.seconds_at(*HARD) >= HARD_FROM_S


def _times(part: Step | Repeat, name: str) -> float:
    if isinstance(part, Repeat):
        return part.times * sum(float(getattr(step, name)) for step in part.steps)
    return float(getattr(part, name))
