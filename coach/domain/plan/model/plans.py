"""A plan: its weeks, and what it was built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from coach.domain.plan.model.aims import Goal, Race
from coach.domain.plan.model.workouts import Workout


class Phase(StrEnum):
    walk_run = "walk_run"
    base = "base"
    build = "build"
    specific = "specific"
    taper = "taper"
    race = "race"
    recovery = "recovery"


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
