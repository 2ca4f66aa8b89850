"""The goal of a plan from elsewhere, and its races."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from coach.domain.plan.exchange import values
from coach.domain.plan.exchange.reading import Fields, Reader
from coach.domain.plan.exchange.text import clean
from coach.domain.plan.exchange.words import GOAL_FIELDS, GOAL_KINDS, RACE_DISTANCES_M, WORKOUT_FIELDS, plain
from coach.domain.plan.exchange.workouts import read_workout
from coach.domain.plan.model import Goal, GoalKind, Priority, Race, Workout, WorkoutKind
from coach.errors import BadInput

FURTHEST = timedelta(weeks=104)
_SAME_RACE = 0.02  # so much may two statements of a race's distance differ


def near(day: date, reader: Reader) -> date:
    """Return a day that a plan can have. Raises BadInput("plan_day_far")."""
    if not -FURTHEST <= day - reader.today <= FURTHEST:
        raise BadInput("plan_day_far", day=day.isoformat())
    return day


def read_goal(top: Fields, reader: Reader) -> Goal | None:
    given = top.get("goal")
    if isinstance(given, str):
        kind = GOAL_KINDS.get(plain(given))
        if kind is not None and kind is not GoalKind.race:
            return Goal(kind)
        if plain(given) not in RACE_DISTANCES_M:
            reader.note("goal_words", top.at("goal"), given=clean(given, 80))
        return None
    if not isinstance(given, dict):
        return None
    fields = Fields(given, GOAL_FIELDS, top.at("goal"), reader)
    kind = GOAL_KINDS.get(plain(values.text_of(fields.get("kind"))))
    metres = values.distance(fields.get("distance"), fields.unit("distance"), reader.units)
    day = values.day(fields.get("day"), reader.today)
    if metres is None or day is None or day[0] < reader.today:
        if kind is not None and kind is not GoalKind.race:
            return Goal(kind)
        reader.note("goal_words", top.at("goal"), given=clean(str(given), 80))
        return None
    target = values.duration(fields.get("target_time"))
    seconds = target.value if target and _runnable(target.value, metres.value) else None
    if "target_time" in fields and seconds is None:
        reader.odd(fields.at("target_time"), fields.get("target_time"))
    name = clean(values.text_of(fields.get("name")), 80)
    race = Race(near(day[0], reader), metres.value, _priority(fields), name, target_time_s=seconds)
    return Goal(GoalKind.race, _stored(race, reader))


def _runnable(seconds: float, metres: float) -> bool:
    return values.PACES_S_PER_KM[0] <= 1000 * seconds / metres <= values.PACES_S_PER_KM[1]


def _priority(fields: Fields) -> Priority:
    word = values.text_of(fields.get("priority")).upper()
    return Priority(word) if word in ("A", "B", "C") else Priority.a


def _stored(race: Race, reader: Reader) -> Race:
    """Return the athlete's own race where this is one of them."""
    for known in reader.situation.races:
        if known.day == race.day and abs(known.distance_m - race.distance_m) <= _SAME_RACE * race.distance_m:
            return replace(known, target_time_s=race.target_time_s or known.target_time_s)
    return race


def with_races(
    goal: Goal | None, workouts: tuple[Workout, ...], reader: Reader
) -> tuple[Goal, tuple[Race, ...], tuple[Workout, ...]]:
    """Return the goal, every race of the plan, and the workouts with the races among them."""
    aim = goal.race if goal else None
    races: list[Race] = []
    named: list[Workout] = []
    for workout in workouts:
        if workout.kind is WorkoutKind.race:
            if aim is not None and workout.day == aim.day:
                race, aim_seen = aim, True
            else:
                race, aim_seen = Race(workout.day, workout.distance_m, Priority.c, workout.name), False
                race = _stored(race, reader)
            workout = replace(workout, race_id=race.id, name=workout.name or race.name, key=True)
            races.append(race)
            if aim_seen and abs(race.distance_m - workout.distance_m) > _SAME_RACE * race.distance_m:
                reader.note("size_differs", "", said_m=race.distance_m, found_m=workout.distance_m)
        named.append(workout)
    if aim is not None and aim not in races and named:
        reader.note("race_added", "", day=aim.day)
        races.append(aim)
        named.append(_race_workout(aim, reader))
        named = [w for w in named if w.kind is WorkoutKind.race or w.day != aim.day]
        named.sort(key=lambda w: (w.day, w.second))
    if goal is None:
        if races:
            races[-1] = replace(races[-1], priority=Priority.a)
            goal = Goal(GoalKind.race, races[-1])
        else:
            goal = Goal(GoalKind.fitness)
        reader.note("goal_assumed", "", goal=goal.kind.value)
    numbered = tuple(replace(w, uid=f"i{n:03d}") for n, w in enumerate(named, start=1))
    return goal, tuple(sorted(races, key=lambda r: r.day)), numbered


def _race_workout(race: Race, reader: Reader) -> Workout:
    fields = Fields({"distance_m": race.distance_m, "type": "race"}, WORKOUT_FIELDS, "", reader)
    workout = read_workout(fields, race.day, reader)
    assert workout is not None
    return replace(workout, name=race.name, race_id=race.id)
