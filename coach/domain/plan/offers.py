"""What is safe instead of a goal that is not: a shorter race that day, the same later, or a base first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from coach.domain.plan.model import Course, Goal, GoalKind, Race, Situation
from coach.domain.plan.outcome import Built, Offer, Refused
from coach.domain.plan.rules import Finding, limits

SHORTER_M = (21_097.5, 10_000.0, 5000.0)
LATEST_WEEKS = 52
# Where these forbid, no other date or distance helps: a doctor does, or time.
HEALTH = frozenset(
    {
        "hold_gate",
        "clearance_gate",
        "injury_gate",
        "pregnancy_gate",
        "postpartum_gate",
        "illness_gate",
    }
)

type Attempt = Callable[[Goal, Situation], Built | Refused]


def offer_for(
    goal: Goal, situation: Situation, findings: tuple[Finding, ...], attempt: Attempt
) -> Offer | None:
    """Return the nearest goal that can be built, None where only rest or a doctor helps."""
    rules = {f.rule for f in findings}
    if rules & {"hold_gate", "clearance_gate", "injury_gate", "no_days", "pregnancy_gate"}:
        return None
    if "postpartum_gate" in rules and situation.health.postpartum_since is not None:
        begin = situation.health.postpartum_since + timedelta(days=limits.POSTPARTUM_DAYS)
        return Offer("after_birth", {"start_day": begin.isoformat()}, Goal(GoalKind.fitness, start=begin))
    if goal.race is None or goal.kind is not GoalKind.race:
        return _gentle(goal, situation, attempt)
    if "race_past" in rules:
        return None
    if rules & {"race_in_blackout", "race_too_far_off"}:
        return _gentle(goal, situation, attempt)
    shorter = _shorter(goal.race, situation, attempt)
    later = None if _too_young(goal.race, situation) else _later(goal, situation, attempt)
    params: dict[str, object] = {"wished_m": goal.race.distance_m}
    if shorter is not None and shorter.race is not None:
        params |= {"race_m": shorter.race.distance_m, "race_day": shorter.race.day.isoformat()}
        if later is None:
            return Offer("shorter", params, shorter)
        weeks = (later - situation.today).days // 7
        params |= {"later_day": later.isoformat(), "weeks": weeks, "wished_race_m": goal.race.distance_m}
        return Offer("shorter_or_later", params, shorter)
    if later is not None:
        params |= {"race_m": goal.race.distance_m, "later_day": later.isoformat()}
        params["weeks"] = (later - situation.today).days // 7
        return Offer("later", params, replace(goal, race=_moved(goal.race, later)))
    return _gentle(goal, situation, attempt)


def _shorter(race: Race, situation: Situation, attempt: Attempt) -> Goal | None:
    for metres in SHORTER_M:
        if metres < 0.9 * race.distance_m:
            goal = Goal(GoalKind.race, Race(race.day, metres))
            if isinstance(attempt(goal, _without(situation, race)), Built):
                return goal
    return None


def _later(goal: Goal, situation: Situation, attempt: Attempt) -> date | None:
    """Return the first day, whole weeks after the race, for which a plan can be built."""
    assert goal.race is not None
    apart = (goal.race.day - situation.today).days // 7
    low, high = 1, LATEST_WEEKS - apart
    if high < 1 or not _possible(goal, situation, high, attempt):
        return None
    while low < high:  # who is ready in n weeks is so in n + 1
        middle = (low + high) // 2
        if _possible(goal, situation, middle, attempt):
            high = middle
        else:
            low = middle + 1
    return goal.race.day + timedelta(weeks=low)


def _possible(goal: Goal, situation: Situation, weeks: int, attempt: Attempt) -> bool:
    assert goal.race is not None
    day = goal.race.day + timedelta(weeks=weeks)
    later = replace(goal, race=_moved(goal.race, day))
    return isinstance(attempt(later, _without(situation, goal.race)), Built)


def _moved(race: Race, day: date) -> Race:
    """Return a race like it on another day: not this one, which has its date."""
    return Race(day, race.distance_m, race.priority, course=Course())


def _without(situation: Situation, race: Race) -> Situation:
    return replace(situation, races=tuple(r for r in situation.races if r.day != race.day))


def _too_young(race: Race, situation: Situation) -> bool:
    limit = None if situation.age is None else limits.race_limit_m(situation.age)
    return limit is not None and race.distance_m > 1.02 * limit


def _gentle(goal: Goal, situation: Situation, attempt: Attempt) -> Offer | None:
    """Return base training, or easy running without a goal, whichever can be built."""
    for key, kind in (("base", GoalKind.base), ("fitness", GoalKind.fitness)):
        other = Goal(kind)
        if kind is goal.kind:
            continue
        alone = replace(situation, races=())
        if isinstance(attempt(other, alone), Built):
            return Offer(key, {}, other)
    return None
