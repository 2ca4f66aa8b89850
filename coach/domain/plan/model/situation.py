"""What the world is like for the athlete, as far as building, checking and adapting need it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from coach.domain.activity import Sport
from coach.domain.plan.model.aims import Constraints, Health, Race


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
    constraints: Constraints = field(default_factory=Constraints)
    health: Health = field(default_factory=Health)
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
