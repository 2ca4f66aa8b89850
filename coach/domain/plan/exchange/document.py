"""A plan from elsewhere as one of ours: read tolerantly, everything that was assumed named.

The schema is `coach.domain.plan.exchange_schema`; what other assistants and spreadsheets make of it is read,
too. The result is only a plan: the rules judge it like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from coach.domain.metrics.totals import week_of
from coach.domain.plan.exchange import values
from coach.domain.plan.exchange.goal import near, read_goal, with_races
from coach.domain.plan.exchange.reading import Assumed, Fields, LeftOut, Reader
from coach.domain.plan.exchange.text import clean, open_document
from coach.domain.plan.exchange.weeks import basis_of, weeks_of
from coach.domain.plan.exchange.words import (
    PHASES,
    PLAN_FIELDS,
    WEEK_FIELDS,
    WEEKDAYS,
    WORKOUT_FIELDS,
    plain,
)
from coach.domain.plan.exchange.workouts import described_by_words, read_workout
from coach.domain.plan.model import (
    Goal,
    Phase,
    Plan,
    Situation,
    Workout,
)
from coach.errors import BadInput, TooLarge

MOST_WORKOUTS, MOST_WEEKS = 1000, 104
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Imported:
    """A plan that was read, and everything in it that was assumed, filled in or left out."""

    plan: Plan
    assumed: tuple[Assumed, ...]


def read_plan(given: Any, situation: Situation) -> Imported:
    """Read a plan: JSON as text or bytes (with words or a fence around it), or a parsed document.

    Raises BadInput or TooLarge where nothing can be made of it: see `open_document`, and "plan_no_workouts",
    "plan_all_past", "plan_too_many_workouts", "plan_day_far".
    """
    reader = Reader(situation)
    document = _unwrapped(open_document(given))
    top = Fields(document, PLAN_FIELDS, "", reader)
    if plain(values.text_of(top.get("units"))) in ("mi", "mile", "miles", "imperial", "마일"):
        reader.units = "mi"
    goal = read_goal(top, reader)
    weeks = list(_weeks(top, reader))
    start = _start(top, weeks, goal, reader)
    placed = list(_placed(weeks, start, reader))
    workouts = _kept(placed, reader)
    goal, races, workouts = with_races(goal, workouts, reader)
    if not workouts:
        raise BadInput("plan_all_past" if placed else "plan_no_workouts")
    phases = {week.start or start + _WEEK * week.index: week.phase for week in weeks if week.phase}
    made = weeks_of(workouts, phases, goal, situation)
    plan = Plan(
        goal=goal,
        start=max(made[0].start, situation.today),
        end=workouts[-1].day,
        weeks=made,
        basis=basis_of(situation),
        races=races,
        builder=0,
    )
    return Imported(plan, reader.assumed())


def _unwrapped(document: Any) -> Mapping[str, Any]:
    """Return the object that holds the plan: {"plan": {…}} and bare lists are taken apart."""
    for _ in range(4):
        if isinstance(document, list):
            if document and all(isinstance(item, list) for item in document):
                return {"weeks": document}
            week_like = any(
                isinstance(item, dict) and any(WEEK_FIELDS.get(plain(k)) == "workouts" or _weekday_key(k)
                                               for k in item)
                for item in document
            )  # fmt: skip
            return {"weeks" if week_like else "workouts": document}
        if not isinstance(document, dict):
            break
        inner = [
            value for key, value in document.items()
            if PLAN_FIELDS.get(plain(key)) in ("weeks", None) and isinstance(value, dict)
            and any(PLAN_FIELDS.get(plain(k)) in ("weeks", "workouts") for k in value)
        ]  # fmt: skip
        if not inner:
            return document
        document = {**{k: v for k, v in document.items() if v is not inner[0]}, **inner[0]}
    raise BadInput("plan_no_workouts")


@dataclass(frozen=True)
class _Week:
    index: int  # 0, 1, …
    where: str
    items: tuple[tuple[str, Any], ...]  # where, workout
    start: date | None = None
    phase: Phase | None = None
    total_m: float | None = None
    flat: bool = False  # a list without weeks: each workout says when it is


def _weeks(top: Fields, reader: Reader) -> Iterator[_Week]:
    count = 0
    if "weeks" in top:
        given, where = top.get("weeks"), top.at("weeks")
        if isinstance(given, dict):
            named = [(f"{where}.{clean(str(k), 20)}", v) for k, v in given.items()]
        else:
            named = [(f"{where}[{at}]", v) for at, v in enumerate(given if isinstance(given, list) else [])]
        if len(named) > MOST_WEEKS:
            raise TooLarge("plan_too_many_workouts", limit=MOST_WORKOUTS, weeks=MOST_WEEKS)
        last = -1
        for place, item in named:
            week = _week(item, place, last + 1, reader)
            last = week.index
            count += len(week.items)
            yield week
    if "workouts" in top:
        items = _items(top.get("workouts"), top.at("workouts"))
        count += len(items)
        yield _Week(0, top.at("workouts"), items, flat=True)
    if count > MOST_WORKOUTS:
        raise TooLarge("plan_too_many_workouts", limit=MOST_WORKOUTS, weeks=MOST_WEEKS)


def _week(item: Any, where: str, index: int, reader: Reader) -> _Week:
    if not isinstance(item, dict):
        return _Week(index, where, _items(item, where))
    by_day = {key: value for key, value in item.items() if _weekday_key(key)}
    fields = Fields({k: v for k, v in item.items() if k not in by_day}, WEEK_FIELDS, where, reader)
    items = [*_items(fields.get("workouts"), fields.at("workouts")), *_items(by_day, where)]
    number = re.search(r"\d{1,3}", values.text_of(fields.get("number")))
    if number and index <= int(number[0]) - 1 < MOST_WEEKS:
        index = int(number[0]) - 1
    found = values.day(fields.get("start"), reader.today) if "start" in fields else None
    if "start" in fields and found is None:
        reader.odd(fields.at("start"), fields.get("start"))
    total = values.distance(fields.get("total"), fields.unit("total"), reader.units)
    phase = PHASES.get(plain(values.text_of(fields.get("phase"))))
    start = near(found[0], reader) if found else None
    return _Week(index, where, tuple(items), start, phase, total.value if total else None)


def _weekday_key(key: Any) -> bool:
    return isinstance(key, str) and plain(key) in WEEKDAYS


def _items(given: Any, where: str) -> tuple[tuple[str, Any], ...]:
    """Return (where, workout) of a list, or of an object whose names are days."""
    if isinstance(given, dict):
        found: list[tuple[str, Any]] = []
        for key, value in given.items():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str):
                    one = described_by_words(one)
                if isinstance(one, dict) and not {"day", "date"} & {plain(k) for k in one}:
                    one = {"day": key, **one}
                found.append((f"{where}.{clean(str(key), 20)}", one))
        return tuple(found)
    return tuple((f"{where}[{at}]", one) for at, one in enumerate(given if isinstance(given, list) else []))


def _start(top: Fields, weeks: list[_Week], goal: Goal | None, reader: Reader) -> date:
    """Return the first day of the first week: said, shown by a week's own start or by the race in the last
    one, or next week.
    """
    if "start" in top:
        found = values.day(top.get("start"), reader.today)
        if found is not None:
            return near(found[0], reader)
        reader.odd(top.at("start"), top.get("start"))
    for week in weeks:
        if week.start is not None:
            return near(week.start - _WEEK * week.index, reader)
    dated = _all_dated(weeks, reader) or all(week.flat for week in weeks)
    if not dated and goal is not None and goal.race is not None:
        of_race = week_of(goal.race.day, reader.situation.week_start).first
        start = near(of_race - _WEEK * max(week.index for week in weeks), reader)
        reader.note("start_from_race", "", day=start)
        return start
    ahead = (reader.situation.week_start - reader.today.weekday() - 1) % 7 + 1
    start = reader.today + timedelta(days=ahead)
    if not dated:
        reader.note("start_assumed", "", day=start)
    return start


def _all_dated(weeks: list[_Week], reader: Reader) -> bool:
    for week in weeks:
        for _, item in week.items:
            if not isinstance(item, dict):
                return False
            given = next((v for k, v in item.items() if WORKOUT_FIELDS.get(plain(k)) == "day"), None)
            if values.weekday(given) is not None or values.day(given, reader.today) is None:
                return False
    return True


def _placed(weeks: list[_Week], start: date, reader: Reader) -> Iterator[Workout]:
    for week in weeks:
        first = week.start or start + _WEEK * week.index
        total, in_order = 0.0, len(week.items) == 7 and not week.flat
        for at, (where, item) in enumerate(week.items):
            if isinstance(item, str):
                item = described_by_words(item)
            if not isinstance(item, dict):
                reader.odd(where, item)
                continue
            fields = Fields(item, WORKOUT_FIELDS, where, reader)
            day = _day(fields, first, week.flat, start, reader)
            if day is None and in_order and "day" not in fields:
                day = first + timedelta(days=at)
            if day is None:
                if "day" in fields:
                    reader.odd(fields.at("day"), fields.get("day"))
                else:
                    reader.note("no_day", where)
                continue
            try:
                workout = read_workout(fields, near(day, reader), reader)
            except LeftOut:
                reader.note("left_out", where, day=day)
                continue
            if workout is not None:
                total += workout.distance_m if workout.runs else 0.0
                yield workout
        if week.total_m is not None and abs(week.total_m - total) > max(1000.0, 0.1 * week.total_m):
            reader.note("week_differs", week.where, said_m=week.total_m, found_m=total)


def _day(fields: Fields, first: date, flat: bool, start: date, reader: Reader) -> date | None:
    """Return the day of a workout: a date, a weekday of its week, or its number within the week."""
    number = values.number(fields.get("week"))
    if flat and number is not None and 1 <= number <= MOST_WEEKS:
        first, flat = start + _WEEK * (int(number) - 1), False
    for given in (fields.get("day"), fields.also("day")):
        weekday = values.weekday(given)
        if weekday is not None:
            return None if flat else first + timedelta(days=(weekday - first.weekday()) % 7)
        found = values.day(given, reader.today)
        if found is not None:
            day, guessed = found
            if guessed:
                reader.note("year_assumed", fields.at("day"), day=day)
            return day
        nth = re.fullmatch(r"(?:day\s*)?([1-7])(?:일차)?", values.text_of(given).lower())
        if nth and not flat:
            return first + timedelta(days=int(nth[1]) - 1)
    return None


def _kept(placed: list[Workout], reader: Reader) -> tuple[Workout, ...]:
    """Return what is still to come, by day: two sessions a day at most, numbered."""
    ahead = [w for w in placed if w.day >= reader.today]
    if len(ahead) < len(placed):
        reader.note("past_left_out", "", n=len(placed) - len(ahead))
    ahead.sort(key=lambda w: w.day)
    kept: list[Workout] = []
    for workout in ahead:
        same = [w for w in kept[-2:] if w.day == workout.day]
        if len(same) == 2:
            reader.note("third_left_out", "", day=workout.day)
            continue
        kept.append(replace(workout, second=bool(same)))
    return tuple(kept)
