"""What is asked about a goal before a plan is built for it, and what no plan can be built for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from coach.domain.metrics.age_grade import DISTANCES_M, age_grade
from coach.domain.plan.model import Goal, GoalKind, Race
from coach.errors import BadInput

SHORTEST_M, LONGEST_M = 100.0, 250_000.0
FURTHEST = timedelta(days=731)
# Comfortable walking of grown people, the fastest group (Bohannon 1997: 1.39 m/s is 12 min/km).
WALKING_S_PER_KM = 720.0
# Ultras are walked in part.
WALKED_FROM_M = 50_000.0
SPRINT_MPS = 10.44  # 100 m in 9.58 s, the fastest that anybody has run (World Athletics)


@dataclass(frozen=True)
class Doubt:
    """Something to ask about once, because it may be a slip. Text: `plan_life.doubt_<key>`.

    `params` are named as `coach.text.plans.filled` reads them.
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


def refuse(goal: Goal, today: date) -> None:
    """Raise BadInput for a goal that cannot be: a date, a distance or a time that no plan leads to."""
    if goal.kind is GoalKind.race and goal.race is None:
        raise BadInput("plan_race_missing")
    if goal.race is not None:
        refuse_race(goal.race, today)
    if goal.weeks is not None and not 1 <= goal.weeks <= 52:
        raise BadInput("plan_weeks", weeks=goal.weeks)
    if goal.start is not None and not today <= goal.start <= today + FURTHEST:
        raise BadInput("plan_start", day=goal.start.isoformat())


def refuse_race(race: Race, today: date) -> None:
    """Raise BadInput for a race that cannot be run (any more)."""
    if race.day <= today and race.result_s is None:
        raise BadInput("race_in_past", day=race.day.isoformat())
    if race.day > today + FURTHEST:
        raise BadInput("race_too_far", day=race.day.isoformat())
    if not SHORTEST_M <= race.distance_m <= LONGEST_M:
        raise BadInput("race_distance", distance_m=race.distance_m)
    if race.target_time_s is not None and race.target_time_s < best_s(race.distance_m):
        raise BadInput("target_too_fast", target_clock_s=race.target_time_s, race_m=race.distance_m)


def best_s(distance_m: float) -> float:
    """Return a time that nobody has run a distance in, in s.

    The open standard of men's road running (USATF 2025 tables), on a line in log time over log distance;
    below a mile the speed of the 100 m record, beyond 200 km the speed of the 200 km standard.
    """
    shortest, longest = DISTANCES_M
    if distance_m < shortest:
        return distance_m / SPRINT_MPS
    within = min(distance_m, longest)
    # The standards of some distances lie a little above what was run since.
    return 0.98 * age_grade("M", 25, within, 1.0).open_standard_s * distance_m / within


def doubts(goal: Goal, today: date, weekday_said: int | None = None) -> tuple[Doubt, ...]:
    """Return what to ask about a goal that is possible. `weekday_said`: 0 Monday … 6, as it was named."""
    race = goal.race
    if race is None:
        return ()
    found = [odd_date(race.day, weekday_said), _slow(race)]
    return tuple(d for d in found if d is not None)


def odd_date(day: date, weekday_said: int | None = None) -> Doubt | None:
    """Return a question about a race day that is not the weekday named with it, or no weekend.

    Who names the weekday of a weekday race knows it.
    """
    if weekday_said is not None:
        return (
            None if day.weekday() == weekday_said else Doubt("weekday_differs", _weekday(day, weekday_said))
        )
    return None if day.weekday() >= 5 else Doubt("weekday_race", _weekday(day))


def _weekday(day: date, said: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"race_day": day.isoformat(), "weekday": day.weekday()}
    return found if said is None else {**found, "said_weekday": said}


def _slow(race: Race) -> Doubt | None:
    if race.target_time_s is None or race.distance_m > WALKED_FROM_M:
        return None
    pace = 1000 * race.target_time_s / race.distance_m
    if pace <= WALKING_S_PER_KM:
        return None
    return Doubt("slower_than_walking", {"target_clock_s": race.target_time_s, "race_m": race.distance_m})
