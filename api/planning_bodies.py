"""Goals, constraints, health and races as they come in: bounded before any of it reaches the domain."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coach.domain.activity import Sport
from coach.domain.body import PLACES
from coach.domain.plan.model import (
    Blackout,
    Climb,
    Club,
    Constraints,
    Course,
    Goal,
    GoalKind,
    Health,
    Injury,
    Other,
    Priority,
    Race,
    WorkoutKind,
    dump,
)

Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]
Weekday = Annotated[int, Field(ge=0, le=6, description="0 Monday … 6 Sunday.")]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Celsius = Annotated[float, Field(ge=-40, le=60)]
Words = Annotated[str, Field(max_length=200)]


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ClimbIn(Given):
    from_m: float = Field(ge=0, le=1_000_000)
    to_m: float = Field(ge=0, le=1_000_000)
    ascent_m: float = Field(ge=-20_000, le=20_000)


class CourseIn(Given):
    profile: Literal["flat", "rolling", "hilly", "unknown"] = "unknown"
    ascent_m: float | None = Field(None, ge=0, le=50_000)
    climbs: list[ClimbIn] = Field(default=[], max_length=100)
    temperature_c: Celsius | None = Field(None, description="What is usual on that day.")

    def made(self) -> Course:
        return Course(
            self.profile,
            self.ascent_m,
            tuple(Climb(c.from_m, c.to_m, c.ascent_m) for c in self.climbs),
            self.temperature_c,
        )


class RaceIn(Given):
    """A race to come, or one that was run."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "day": "2027-03-14",
                    "distance_m": 42195,
                    "priority": "A",
                    "name": "서울마라톤",
                    "course": {"profile": "flat"},
                    "target_time_s": 14400,
                }
            ]
        },
    )

    day: Day
    distance_m: float = Field(gt=0, le=1_000_000)
    priority: Literal["A", "B", "C"] = "A"
    name: Annotated[str, Field(max_length=120)] = ""
    course: CourseIn = CourseIn()
    target_time_s: float | None = Field(None, gt=0, le=864_000)
    result_s: float | None = Field(None, gt=0, le=864_000)
    activity_id: int | None = Field(None, ge=1, lt=2**63)

    def made(self, race_id: int | None = None) -> Race:
        """Return the race; `race_id` of one that is stored already."""
        return Race(
            day=self.day,
            distance_m=self.distance_m,
            priority=Priority(self.priority),
            name=self.name.strip(),
            course=self.course.made(),
            target_time_s=self.target_time_s,
            id=race_id,
            result_s=self.result_s,
            activity_id=self.activity_id,
        )


class RaceChange(Given):
    """What changes of a race; null clears what may be unknown."""

    day: Day | None = None
    distance_m: float | None = Field(None, gt=0, le=1_000_000)
    priority: Literal["A", "B", "C"] | None = None
    name: Annotated[str, Field(max_length=120)] | None = None
    course: CourseIn | None = None
    target_time_s: float | None = Field(None, gt=0, le=864_000)
    result_s: float | None = Field(None, gt=0, le=864_000)
    activity_id: int | None = Field(None, ge=1, lt=2**63)

    def onto(self, race: Race) -> RaceIn:
        """Return the whole race with the changes."""
        said = self.model_dump(mode="json", exclude_unset=True)
        kept = {name: value for name, value in dump(race).items() if name in RaceIn.model_fields}
        changed = {n: v for n, v in said.items() if v is not None or n in CLEARABLE}
        return RaceIn.model_validate({**kept, **changed})


CLEARABLE = frozenset({"target_time_s", "result_s", "activity_id"})


class GoalIn(Given):
    """What to train for. A race is named by its id or described; other goals may last a number of weeks."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "race",
                    "race": {"day": "2027-03-14", "distance_m": 42195, "target_time_s": 14400},
                }
            ]
        },
    )

    kind: GoalKind
    race: RaceIn | None = None
    race_id: int | None = Field(None, ge=1, lt=2**63)
    weeks: int | None = Field(None, ge=1, le=52)
    start: Day | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        named = (self.race is not None) + (self.race_id is not None)
        if named != (self.kind is GoalKind.race):
            raise ValueError("a goal of kind race needs race or race_id, any other neither")
        return self

    def made(self, race: Race | None) -> Goal:
        """Return the goal; `race` is the stored one."""
        return Goal(self.kind, race, None if race else self.weeks, self.start)


def as_given(goal: Goal) -> dict[str, Any]:
    """Return a goal as `GoalIn` takes it."""
    race = goal.race
    if race is None:
        return {"kind": goal.kind.value, "weeks": goal.weeks, "start": _iso(goal.start)}
    known = {name: value for name, value in dump(race).items() if name in RaceIn.model_fields}
    return {"kind": goal.kind.value, "race": known, "start": _iso(goal.start)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


class ClubIn(Given):
    weekday: Weekday
    kind: WorkoutKind
    duration_s: Seconds
    name: Words = ""


class OtherIn(Given):
    weekday: Weekday
    sport: Sport
    duration_s: Seconds


class BlackoutIn(Given):
    start: Day
    end: Day
    why: Words = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError("end is before start")
        return self


class ConstraintsIn(Given):
    """What the athlete's life allows. Left out: no limit. `max_s`: the longest session of each weekday."""

    max_s: list[Annotated[float, Field(ge=0, le=86_400)] | None] = Field(
        default=[None] * 7, min_length=7, max_length=7, description="From Monday; 0: no running that day."
    )
    runs_per_week: int | None = Field(None, ge=1, le=14)
    long_day: Weekday | None = None
    clubs: list[ClubIn] = Field(default=[], max_length=14)
    double_days: list[Weekday] = Field(default=[], max_length=7)
    strength_days: list[Weekday] = Field(default=[], max_length=7)
    others: list[OtherIn] = Field(default=[], max_length=14)
    blackouts: list[BlackoutIn] = Field(default=[], max_length=60)
    track: bool | None = None
    treadmill: bool | None = None
    terrain: Literal["flat", "hilly", "trail", "unknown"] = "unknown"
    targets: Literal["pace", "hr", "power", "rpe"] = "pace"
    experience: Literal["new", "some", "regular", "advanced"] | None = None
    temperature_c: Celsius | None = None

    def made(self) -> Constraints:
        return Constraints(
            max_s=tuple(self.max_s),
            runs_per_week=self.runs_per_week,
            long_day=self.long_day,
            clubs=tuple(Club(c.weekday, c.kind, c.duration_s, c.name) for c in self.clubs),
            double_days=tuple(self.double_days),
            strength_days=tuple(self.strength_days),
            others=tuple(Other(o.weekday, o.sport, o.duration_s) for o in self.others),
            blackouts=tuple(Blackout(b.start, b.end, b.why) for b in self.blackouts),
            track=self.track,
            treadmill=self.treadmill,
            terrain=self.terrain,
            targets=self.targets,
            experience=self.experience,
            temperature_c=self.temperature_c,
        )


class InjuryIn(Given):
    part: str = Field(examples=["shin"], description="A place of the body.")
    since: Day
    bone: bool = Field(False, description="A stress fracture or reaction.")
    pain_free_walk: bool = Field(False, description="Walks 30 minutes without pain.")
    side: Literal["", "left", "right", "both"] = ""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.part not in PLACES:
            raise ValueError(f"part is one of {', '.join(PLACES)}")
        return self


class HealthIn(Given):
    """What decides whether and how somebody may train. Whether a plan is on hold cannot be set here."""

    needs_clearance: list[Words] = Field(default=[], max_length=20)
    clearance: bool | None = Field(None, description="A doctor agreed, where one is needed.")
    injury: InjuryIn | None = None
    ill_since: Day | None = None
    pregnant: bool = False
    postpartum_since: Day | None = None
    no_period: bool = Field(False, description="Missed periods, or other signs of too little energy.")

    def made(self) -> Health:
        i = self.injury
        return Health(
            clearance=self.clearance,
            needs_clearance=tuple(self.needs_clearance),
            injury=None if i is None else Injury(i.part, i.since, i.bone, i.pain_free_walk, i.side),
            ill_since=self.ill_since,
            pregnant=self.pregnant,
            postpartum_since=self.postpartum_since,
            no_period=self.no_period,
        )
