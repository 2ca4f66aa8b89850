"""What the builder knows of an athlete before it lays out weeks: level, rhythm, and how far they may go."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import Literal

from coach.domain.plan.model import HARD_FROM_S, Goal, GoalKind, Intensity, Priority, Race, Situation
from coach.domain.plan.phases import Event, event_of
from coach.domain.plan.rules import limits
from coach.domain.plan.rules.gates import RUN_MIN, Gate, gate_of
from coach.domain.plan.targets import Pacing, pacing

Level = Literal["beginner", "intermediate", "advanced"]
_SAID: dict[str, Level] = {
    "new": "beginner",
    "some": "beginner",
    "regular": "intermediate",
    "advanced": "advanced",
}
# Kilometres of the highest week by level (science of the project, from published plans): from, to.
PEAK_KM: dict[Event, dict[Level, tuple[float, float]]] = {
    "5k": {"beginner": (20, 30), "intermediate": (40, 60), "advanced": (70, 100)},
    "10k": {"beginner": (25, 40), "intermediate": (45, 70), "advanced": (75, 110)},
    "half": {"beginner": (30, 45), "intermediate": (50, 75), "advanced": (80, 120)},
    "marathon": {"beginner": (45, 65), "intermediate": (65, 90), "advanced": (90, 130)},
}
LONG_KM: dict[Event, dict[Level, float]] = {
    "5k": {"beginner": 8, "intermediate": 13, "advanced": 18},
    "10k": {"beginner": 11, "intermediate": 16, "advanced": 20},
    "half": {"beginner": 16, "intermediate": 20, "advanced": 24},
    "marathon": {"beginner": 29, "intermediate": 32, "advanced": 33},
}
PLAIN_WEEKS = {
    GoalKind.base: 12,
    GoalKind.fitness: 8,
    GoalKind.couch_to_5k: 9,
    GoalKind.return_from_injury: 8,
}
PEAK_RISE = 1.6  # of the start, where the table allows more (Pfitzinger 18/55 and Hansons: 1.6)
BASE_RISE, FITNESS_RISE = 1.3, 1.1
GENTLE_LONG_S = limits.RECOVERY_LONG_S
FEWEST_RUNS, MOST_RUNS = 3, 6
HABIT_WEEKS, HABIT_FROM = 8, 3  # what was done in three of eight weeks is somebody's habit
KM_PER_RUN, MOST_KM_PER_RUN = 14_000.0, 18_000.0  # beyond so much a run the week gets another one


@dataclass(frozen=True)
class Profile:
    """One athlete with one goal."""

    goal: Goal
    situation: Situation
    pacing: Pacing
    start: date
    event: Event
    level: Level
    gate: Gate | None
    gap: int  # days between hard days
    cycle: int  # every so many weeks is lighter
    runs: int  # a week, at the beginning
    most_runs: int
    start_m: float
    peak_m: float
    ready_m: float  # a long run that the race asks for; 0 without one
    weeks: int | None  # how long a plan without a race is
    long_m: float  # longest run to aim at
    longest_s: float  # longest a run may take
    races: tuple[Race, ...]
    gentle: bool  # nothing hard or long at all
    indoors: bool  # too hot outside for hard running: on a treadmill, or not at all
    easy_until: date  # nothing hard up to this day
    usual_long: int | None  # the weekday of most of their longest runs

    @property
    def easy_s_per_m(self) -> float:
        return self.pacing.s_per_km(Intensity.easy) / 1000

    @property
    def race(self) -> Race | None:
        return self.goal.race if self.goal.kind is GoalKind.race else None


def profile_of(goal: Goal, situation: Situation, start: date) -> Profile:
    """Return the profile of an athlete for a goal that starts on a day."""
    wishes, health = situation.constraints, situation.health
    event = event_of(goal.race.distance_m) if goal.race else "10k"
    level = _level(situation)
    own = situation.weekly_m
    if own <= 0:
        own = sum(situation.weeks_m[-4:]) / 4
    runs = _runs(situation)
    start_m = max(own, 2000.0 * FEWEST_RUNS)
    paces = pacing(situation)
    free = sum(most != 0 for most in wishes.max_s)
    most_runs = min(wishes.runs_per_week or (7 if level == "advanced" else MOST_RUNS), free)
    runs = min(runs, most_runs)
    low, high = (1000 * km for km in PEAK_KM[event][level])
    ready = 0.0
    if goal.kind is GoalKind.race:
        ready = _ready_m(goal.race, paces)
        low = max(low, min(high, 1.03 * ready / limits.long_share(runs)))
        peak = max(start_m, min(high, max(low, PEAK_RISE * start_m)))
    else:
        peak = start_m * (BASE_RISE if goal.kind is GoalKind.base else FITNESS_RISE)
        peak = max(peak, 15_000.0)
    gentle = (
        (health.no_period and health.clearance is not True)
        or health.pregnant
        or goal.kind is GoalKind.return_from_injury
    )
    longest_s = limits.LONG_BEGINNER_S if limits.beginner(situation) else limits.LONG_MOST_S
    if gentle:
        longest_s = GENTLE_LONG_S
    long_m = 1000 * LONG_KM[event][level]
    if goal.race is not None:
        long_m = max(long_m, limits.ready_m(goal.race.distance_m) + 500)
    limit = limits.race_limit_m(situation.age) if situation.age is not None else None
    if limit is not None:
        long_m = min(long_m, limit)
    gate = gate_of(situation, start=start)
    weeks = goal.weeks or PLAIN_WEEKS.get(goal.kind)
    if goal.kind is GoalKind.return_from_injury and goal.weeks is None and gate is not None:
        weeks = len(RUN_MIN[gate.mode])  # until running goes on without walking
    return Profile(
        goal=goal,
        situation=situation,
        pacing=paces,
        start=start,
        event=event,
        level=level,
        gate=gate,
        gap=limits.hard_gap_days(situation),
        cycle=limits.building_weeks(situation) + 1,
        runs=max(1, runs),
        most_runs=most_runs,
        start_m=start_m,
        peak_m=peak,
        ready_m=ready,
        weeks=weeks,
        long_m=long_m,
        longest_s=longest_s,
        races=_races(goal, situation, start),
        gentle=gentle,
        indoors=(wishes.temperature_c or 0.0) > limits.TOO_HOT_C,
        easy_until=_easy_until(situation, start),
        usual_long=_usual_long(situation),
    )


def _ready_m(race: Race | None, paces: Pacing) -> float:
    """Return the long run that a race asks for, in m: by its distance, or by time on the feet."""
    if race is None:
        return 0.0
    by_time = limits.READY_S / paces.s_per_km(Intensity.easy) * 1000
    return min(limits.ready_m(race.distance_m), 500.0 * ceil(by_time / 500))


def _level(situation: Situation) -> Level:
    said = situation.constraints.experience
    if said is not None:
        return _SAID[said]
    week = situation.weekly_m
    return "beginner" if week < 25_000 else "intermediate" if week < 70_000 else "advanced"


def _runs(situation: Situation) -> int:
    """Return how often the athlete runs in a week: as wished, else as in the last four weeks."""
    wished = situation.constraints.runs_per_week
    if wished is not None:
        return wished
    days = {r.day for r in situation.runs if 0 < (situation.today - r.day).days <= 28}
    return min(MOST_RUNS, max(FEWEST_RUNS, round(len(days) / 4)))


def _usual_long(situation: Situation) -> int | None:
    """Return the weekday on which the longest run of most of the last eight weeks was, or None."""
    longest: dict[int, tuple[float, int]] = {}
    for run in situation.runs:
        ago = (situation.today - run.day).days - 1
        if 0 <= ago < 7 * HABIT_WEEKS:
            one = (run.distance_m or 0.0, run.day.weekday())
            longest[ago // 7] = max(longest.get(ago // 7, one), one)
    often = Counter(weekday for _, weekday in longest.values())
    weekday, n = max(often.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return weekday if n >= HABIT_FROM and 2 * n > len(longest) else None


def _races(goal: Goal, situation: Situation, start: date) -> tuple[Race, ...]:
    """Return the races from the start on, the goal's first of its day; beside it no other is an A race."""
    found: dict[date, Race] = {}
    for race in sorted(situation.races, key=lambda r: (r.day, r.priority), reverse=True):
        found[race.day] = replace(race, priority=Priority.b) if is_a(race) else race
    if goal.kind is GoalKind.race and goal.race is not None:
        found[goal.race.day] = replace(goal.race, priority=Priority.a)
    return tuple(r for day, r in sorted(found.items()) if day >= start and r.result_s is None)


def _easy_until(situation: Situation, start: date) -> date:
    """Return until when nothing may be hard: illness, a birth, the first weeks of who is new."""
    health, days = situation.health, [start - timedelta(days=1)]
    if health.ill_since is not None:
        days.append(situation.today + timedelta(days=limits.ILL_HARD_DAYS))
    if health.postpartum_since is not None:
        days.append(health.postpartum_since + timedelta(days=limits.POSTPARTUM_HARD_DAYS))
    if limits.beginner(situation):
        days.append(start + timedelta(weeks=limits.BEGINNER_EASY_WEEKS))
    return max(days)


def hard_days_done(situation: Situation) -> list[date]:
    """Return the days on which hard training or a race was done, oldest first."""
    return sorted(
        {
            d.day
            for d in situation.done
            if d.day < situation.today and (d.race or (d.hard_s or 0.0) >= HARD_FROM_S)
        }
    )


def is_a(race: Race) -> bool:
    return race.priority is Priority.a
