"""What a plan is made of: steps, workouts, weeks, and the goal that they lead to. SI units; unknown is None.

A step carries how far and how long it is, both: one of them ends it, the other is an estimate at the middle
of its target. Every total anywhere (a sentence, a table, a file for the watch) is the sum of these numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import TypeAdapter

from coach.domain.activity import Sport


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


class Phase(StrEnum):
    walk_run = "walk_run"
    base = "base"
    build = "build"
    specific = "specific"
    taper = "taper"
    race = "race"
    recovery = "recovery"


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


@dataclass(frozen=True)
class Week:
    """Seven days of a plan from `start` on, or fewer at its ends."""

    number: int  # 1, 2, …
    start: date
    phase: Phase
    cutback: bool
    workouts: tuple[Workout, ...]
    days: int = 7  # fewer where the plan begins or ends within it

    @property
    def end(self) -> date:
        """The last day, included."""
        return self.start + timedelta(days=self.days - 1)

    @cached_property
    def run_m(self) -> float:
        """How far is run in the week, in m, races included."""
        return sum(w.distance_m for w in self.workouts if w.runs)

    @cached_property
    def run_s(self) -> float:
        return sum(w.duration_s for w in self.workouts if w.runs)

    @cached_property
    def longest_m(self) -> float:
        return max((w.distance_m for w in self.workouts if w.runs), default=0.0)


@dataclass(frozen=True)
class Basis:
    """What a plan was built from, as it was known that day: shown beside the plan, and kept with it."""

    day: date
    weekly_m: float  # median of the last four whole weeks
    longest_m: float  # of the last 30 days
    runs_per_week: float
    vdot: float | None = None
    vdot_low: float | None = None
    vdot_high: float | None = None
    vdot_estimated: bool = False  # from heart rate or provisional, not from a race or a confirmed best
    ctl: float | None = None
    atl: float | None = None
    load_per_hour: float | None = None  # of the athlete's easy running


@dataclass(frozen=True)
class Plan:
    """One plan: all of its content. What it is stored, proposed and approved as is its `sha256`."""

    goal: Goal
    start: date
    end: date
    weeks: tuple[Week, ...]
    basis: Basis
    races: tuple[Race, ...] = ()  # every race within it, the goal's among them
    seed: int = 0
    builder: int = 1  # version of the rules it was built by; 0: imported

    @cached_property
    def workouts(self) -> tuple[Workout, ...]:
        """All workouts by day."""
        return tuple(w for week in self.weeks for w in week.workouts)

    @cached_property
    def by_uid(self) -> Mapping[str, Workout]:
        return {w.uid: w for w in self.workouts}

    def on(self, day: date) -> tuple[Workout, ...]:
        return tuple(w for w in self.workouts if w.day == day)

    def week_of(self, day: date) -> Week | None:
        return next((week for week in self.weeks if week.start <= day <= week.end), None)

    def with_workouts(self, workouts: tuple[Workout, ...]) -> Plan:
        """Return the plan with these workouts in place of all its own, each in the week of its day."""
        weeks = tuple(
            replace(
                week,
                workouts=tuple(
                    sorted(
                        (w for w in workouts if week.start <= w.day <= week.end),
                        key=lambda w: (w.day, w.second, w.uid),
                    )
                ),
            )
            for week in self.weeks
        )
        return replace(self, weeks=weeks)


# What the world is like for the athlete, as far as building, checking and adapting need it


@dataclass(frozen=True, slots=True)
class Done:
    """One activity that was done, as plans see it."""

    activity_id: int
    day: date
    sport: Sport
    duration_s: float
    distance_m: float | None = None
    hard_s: float | None = None  # time above threshold effort, where known
    race: bool = False
    rpe: float | None = None


@dataclass(frozen=True)
class Situation:
    """The athlete on one day. `done`: the activities of the last 90 days, oldest first."""

    today: date
    constraints: Constraints = Constraints()
    health: Health = Health()
    age: int | None = None  # the youngest it can be: only the year of birth is known
    sex: Literal["female", "male"] | None = None
    week_start: int = 0
    done: tuple[Done, ...] = ()
    vdot: float | None = None
    vdot_low: float | None = None
    vdot_high: float | None = None
    vdot_estimated: bool = False
    hr_max_bpm: float | None = None
    hr_rest_bpm: float | None = None
    lthr_bpm: float | None = None
    threshold_power_w: float | None = None
    ctl: float | None = None
    atl: float | None = None
    load_per_hour: float | None = None
    readiness: tuple[tuple[date, float], ...] = ()  # of the last days, where known
    races: tuple[Race, ...] = ()

    @cached_property
    def runs(self) -> tuple[Done, ...]:
        return tuple(d for d in self.done if d.sport is Sport.run)

    @cached_property
    def weeks_m(self) -> tuple[float, ...]:
        """What was run in each of the last twelve times seven days before today, oldest first, in m."""
        weeks = [0.0] * 12
        for run in self.runs:
            ago = (self.today - run.day).days - 1
            if 0 <= ago < 84:
                weeks[11 - ago // 7] += run.distance_m or 0.0
        return tuple(weeks)

    @cached_property
    def weekly_m(self) -> float:
        """The median of the last four weeks, in m."""
        last = sorted(self.weeks_m[-4:])
        return (last[1] + last[2]) / 2

    def longest_m(self, day: date | None = None) -> float:
        """Return the longest run of the 30 days before a day (today), in m."""
        before = day or self.today
        first = before - timedelta(days=30)
        return max((r.distance_m or 0.0 for r in self.runs if first <= r.day < before), default=0.0)

    @cached_property
    def days_since_run(self) -> int | None:
        last = max((r.day for r in self.runs), default=None)
        return None if last is None else (self.today - last).days

    @property
    def untrained(self) -> bool:
        """Whether there was no run within 30 days: walk-run gates replace percentages then."""
        return self.days_since_run is None or self.days_since_run > 30


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}  # making one takes a tenth of a second


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def dump(thing: object) -> Any:
    """Return a plan (or any part of this module) as JSON values."""
    return _adapter(type(thing)).dump_python(thing, mode="json")


def load[T](kind: type[T], data: Any) -> T:
    """Read what `dump` wrote. Raises pydantic.ValidationError."""
    found: T = _adapter(kind).validate_python(data)
    return found


def canonical(thing: object) -> bytes:
    """Return the one way that content is written down: what is hashed, and what an approval is for."""
    return json.dumps(dump(thing), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_of(thing: object) -> bytes:
    """Return the SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(thing)).digest()
