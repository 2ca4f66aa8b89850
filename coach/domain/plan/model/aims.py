"""What the athlete trains for, and what their life and health allow. SI units; unknown is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from coach.domain.activity import Sport
from coach.domain.plan.model.workouts import WorkoutKind


class GoalKind(StrEnum):
    """What the athlete trains for."""

    race = "race"
    base = "base"  # more kilometres, no race
    fitness = "fitness"  # keep fit
    couch_to_5k = "couch_to_5k"
    return_from_injury = "return_from_injury"


class Priority(StrEnum):
    """How much a race counts: A the plan is built for, B a tune-up with two easy days, C a hard session."""

    a = "A"
    b = "B"
    c = "C"


@dataclass(frozen=True, slots=True)
class Climb:
    """A part of a course that goes up (or down: negative `ascent_m`)."""

    from_m: float
    to_m: float
    ascent_m: float


@dataclass(frozen=True, slots=True)
class Course:
    """What a race course is like. `profile` where the climbs are not known one by one."""

    profile: Literal["flat", "rolling", "hilly", "unknown"] = "unknown"
    ascent_m: float | None = None
    climbs: tuple[Climb, ...] = ()
    temperature_c: float | None = None  # what is usual on that day


@dataclass(frozen=True, slots=True)
class Race:
    """One race. `id` is None until it is stored; `result_s` once it was run."""

    day: date
    distance_m: float
    priority: Priority = Priority.a
    name: str = ""
    course: Course = Course()
    target_time_s: float | None = None
    id: int | None = None
    result_s: float | None = None
    activity_id: int | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What a plan is for. A race belongs to the kind `race` alone; others may last `weeks`."""

    kind: GoalKind
    race: Race | None = None
    weeks: int | None = None
    start: date | None = None  # None: as soon as possible


@dataclass(frozen=True, slots=True)
class Club:
    """A session with others that stays where it is. `kind`: what it usually is."""

    weekday: int  # 0 Monday … 6 Sunday
    kind: WorkoutKind
    duration_s: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Another sport on a fixed day."""

    weekday: int
    sport: Sport
    duration_s: float


@dataclass(frozen=True, slots=True)
class Blackout:
    """Days (both included) on which there is no training."""

    start: date
    end: date
    why: str = ""  # the athlete's words

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the athlete's life allows. Nothing said: any day, no limit.

    `max_s` is the longest session of each weekday from Monday on; 0: no running that day; None: no limit.
    """

    max_s: tuple[float | None, ...] = (None,) * 7
    runs_per_week: int | None = None
    long_day: int | None = None
    clubs: tuple[Club, ...] = ()
    double_days: tuple[int, ...] = ()
    strength_days: tuple[int, ...] = ()
    others: tuple[Other, ...] = ()
    blackouts: tuple[Blackout, ...] = ()
    track: bool | None = None
    treadmill: bool | None = None
    terrain: Literal["flat", "hilly", "trail", "unknown"] = "unknown"
    targets: Literal["pace", "hr", "power", "rpe"] = "pace"
    experience: Literal["new", "some", "regular", "advanced"] | None = None
    temperature_c: float | None = None  # what to expect in training

    def free(self, day: date) -> bool:
        """Tell whether running is possible on a day at all."""
        return self.max_s[day.weekday()] != 0 and not any(day in b for b in self.blackouts)


@dataclass(frozen=True, slots=True)
class Injury:
    part: str  # name in coach.domain.body
    since: date
    bone: bool = False  # a stress fracture or reaction
    pain_free_walk: bool = False  # walks 30 minutes without pain
    side: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """What decides whether and how somebody may train. None: not asked yet."""

    clearance: bool | None = None  # a doctor agreed, where one is needed
    needs_clearance: tuple[str, ...] = ()  # why one is needed: conditions the athlete named
    injury: Injury | None = None
    ill_since: date | None = None
    pregnant: bool = False
    postpartum_since: date | None = None
    no_period: bool = False  # missed periods, or other signs of too little energy
    hold: bool = False  # a red flag was raised and not lifted yet
