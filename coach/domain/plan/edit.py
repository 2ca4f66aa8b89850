"""Changing a plan by hand: pure, one session or a few days at a time, the past frozen.

An edited plan is checked like any other before it may be kept. What is taken out is dropped, never repaid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from coach.domain.activity import Sport
from coach.domain.plan import library
from coach.domain.plan.easing import eased, easy_step, has_hard
from coach.domain.plan.library import WHY, Room
from coach.domain.plan.model import (
    Intensity,
    Plan,
    Repeat,
    Situation,
    Step,
    StepKind,
    Target,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.resize import resized
from coach.domain.plan.rules.limits import (
    HARD_GAP_DAYS,
    interval_limit_m,
    repetition_limit_m,
    threshold_limit_m,
)
from coach.domain.plan.targets import pacing
from coach.errors import BadInput, Conflict, NotFound

MOST_PER_DAY = 2
HARD_SHARE = 0.15  # of a week's running time, for a session that is made hard by hand
OTHER_S = 45 * 60.0
_QUIET = frozenset({WorkoutKind.rest, WorkoutKind.strength, WorkoutKind.cross, WorkoutKind.walk})


def workout_of(plan: Plan, uid: str) -> Workout:
    """Return a session. Raises NotFound."""
    found = plan.by_uid.get(uid)
    if found is None:
        raise NotFound("workout_not_found")
    return found


def move(plan: Plan, uid: str, day: date, today: date) -> Plan:
    """Return the plan with a session on another day; where that day was empty on purpose, they change places.

    Raises BadInput for the past, a race, a day outside the plan, or one with two sessions already.
    """
    workout = _changeable(plan, uid, today)
    _coming(plan, day, today)
    if day == workout.day:
        return plan
    there = [w for w in plan.on(day) if w.uid != uid]
    emptied = next((w for w in there if w.kind is WorkoutKind.rest), None)
    if sum(w.kind is not WorkoutKind.rest for w in there) >= MOST_PER_DAY:
        raise BadInput("day_full")
    changed = {uid: replace(workout, day=day, second=any(w.runs for w in there), origin="edited")}
    if emptied is not None:
        changed[emptied.uid] = replace(emptied, day=workout.day, origin="edited")
    return _with(plan, changed)


def swap_days(plan: Plan, a: date, b: date, today: date) -> Plan:
    """Return the plan with all sessions of two days exchanged. Raises BadInput for the past or a race."""
    _coming(plan, a, today)
    _coming(plan, b, today)
    changed = {}
    for here, there in ((a, b), (b, a)):
        for w in plan.on(here):
            _no_race(w)
            changed[w.uid] = replace(w, day=there, origin="edited")
    return _with(plan, changed)


def drop(plan: Plan, uid: str, today: date) -> Plan:
    """Return the plan with a session made a rest. Raises BadInput for the past or the goal race."""
    workout = workout_of(plan, uid)
    _not_past(workout, today)
    if plan.goal.race is not None and workout.kind is WorkoutKind.race and workout.day == plan.goal.race.day:
        raise BadInput("race_stays")
    return _with(plan, {uid: emptied(workout)})


def emptied(workout: Workout) -> Workout:
    """Return a session as a rest that keeps its uid and its day."""
    return replace(
        workout,
        kind=WorkoutKind.rest,
        steps=(),
        sport=Sport.run,
        purpose="",
        guideline="",
        key=False,
        place="any",
        race_id=None,
        origin="edited",
        name="",
    )


def restore(plan: Plan, uid: str, earlier: Plan, today: date) -> Plan:
    """Return the plan with a session as it was in an earlier revision."""
    was = workout_of(earlier, uid)
    _not_past(was, today)
    now = plan.by_uid.get(uid)
    if now is None:
        return add(plan, was, today)
    _not_past(now, today)
    return _with(plan, {uid: was})


def add(plan: Plan, workout: Workout, today: date) -> Plan:
    """Return the plan with one more session. Raises Conflict where its uid exists, BadInput for its day."""
    if workout.uid in plan.by_uid:
        raise Conflict("workout_exists")
    _coming(plan, workout.day, today)
    there = [w for w in plan.on(workout.day) if w.kind is not WorkoutKind.rest]
    if len(there) >= MOST_PER_DAY:
        raise BadInput("day_full")
    kept = [w for w in plan.workouts if w.day != workout.day or w.kind is not WorkoutKind.rest]
    new = replace(workout, second=any(w.runs for w in there), origin="edited")
    return plan.with_workouts((*kept, new))


def shorten(
    plan: Plan,
    uid: str,
    today: date,
    *,
    factor: float | None = None,
    distance_m: float | None = None,
    duration_s: float | None = None,
) -> Plan:
    """Return the plan with a session made shorter: easy parts first, its structure kept.

    Without a size it is a quarter less. Raises BadInput where it would not be shorter, or nearly nothing.
    """
    if factor is None and distance_m is None and duration_s is None:
        factor = 0.75
    return _resize(plan, uid, today, factor, distance_m, duration_s, longer=False)


def lengthen(
    plan: Plan,
    uid: str,
    today: date,
    *,
    factor: float | None = None,
    distance_m: float | None = None,
    duration_s: float | None = None,
) -> Plan:
    """Return the plan with a session made longer, by its easy part; without a size by a quarter."""
    if factor is None and distance_m is None and duration_s is None:
        factor = 1.25
    return _resize(plan, uid, today, factor, distance_m, duration_s, longer=True)


def _resize(
    plan: Plan,
    uid: str,
    today: date,
    factor: float | None,
    distance_m: float | None,
    duration_s: float | None,
    *,
    longer: bool,
) -> Plan:
    workout = _changeable(plan, uid, today)
    new = resized(workout, factor=factor, distance_m=distance_m, duration_s=duration_s)
    if (new.duration_s <= workout.duration_s) if longer else (new.duration_s >= workout.duration_s):
        raise BadInput("workout_not_longer" if longer else "workout_not_shorter")
    return _with(plan, {uid: replace(new, origin="edited")})


def ease(plan: Plan, uid: str, today: date) -> Plan:
    """Return the plan with a session made easy running of about the same duration."""
    workout = _changeable(plan, uid, today)
    if not has_hard(workout):
        return plan
    new = eased(workout, 100, easy_step(plan.workouts))
    return _with(plan, {uid: replace(new, origin="edited")})


def set_steps(
    plan: Plan, uid: str, steps: tuple[Step | Repeat, ...], today: date, kind: WorkoutKind | None = None
) -> Plan:
    """Return the plan with other steps in a session, and another kind where one is given."""
    workout = _changeable(plan, uid, today)
    if not steps:
        raise BadInput("workout_empty")
    return _with(plan, {uid: replace(workout, steps=steps, kind=kind or workout.kind, origin="edited")})


def replace_kind(plan: Plan, uid: str, kind: WorkoutKind, situation: Situation) -> Plan:
    """Return the plan with another kind of session on the day, about as long, in the athlete's own paces.

    Raises BadInput `kind_not_possible` for a race, or where the day is too short for its shortest form.
    """
    workout = _changeable(plan, uid, situation.today)
    if kind is workout.kind:
        return plan
    if kind is WorkoutKind.rest:
        return drop(plan, uid, situation.today)
    steps = _steps_of(plan, workout, kind, situation)
    if steps is None:
        raise BadInput("kind_not_possible")
    purpose, guideline = WHY.get(kind, ("", ""))
    new = replace(
        workout,
        kind=kind,
        steps=steps,
        sport=Sport.strength
        if kind is WorkoutKind.strength
        else Sport.ride
        if kind is WorkoutKind.cross
        else Sport.run,
        purpose=purpose,
        guideline=guideline,
        place="any",
        name="",
        origin="edited",
    )
    return _with(plan, {uid: new})


def _steps_of(plan: Plan, workout: Workout, kind: WorkoutKind, situation: Situation) -> library.Steps | None:
    week = plan.week_of(workout.day)
    week_m, week_s = (week.run_m, week.run_s) if week else (workout.distance_m, workout.duration_s)
    own = pacing(situation)
    total = workout.distance_m if workout.runs else 6_000.0
    total = max(round(total / 500) * 500.0, 2_000.0)
    hard_s = HARD_SHARE * week_s

    def room(limit_m: float) -> Room:
        return Room(total, limit_m, hard_s)

    make: dict[WorkoutKind, Callable[[], library.Steps | None]] = {
        WorkoutKind.easy: lambda: library.easy(own, total),
        WorkoutKind.recovery: lambda: library.easy(own, total),
        WorkoutKind.long: lambda: library.easy(own, total),
        WorkoutKind.medium_long: lambda: library.easy(own, total),
        WorkoutKind.strides: lambda: library.strides(own, total, 6),
        WorkoutKind.threshold: lambda: library.threshold(own, room(threshold_limit_m(week_m)), 0),
        WorkoutKind.interval: lambda: library.interval(own, room(interval_limit_m(week_m)), 0),
        WorkoutKind.repetition: lambda: library.repetition(own, room(repetition_limit_m(week_m)), 0),
        WorkoutKind.hills: lambda: library.hills(own, room(interval_limit_m(week_m)), 0),
        WorkoutKind.fartlek: lambda: library.fartlek(own, room(interval_limit_m(week_m)), 0),
        WorkoutKind.progression: lambda: library.progression(own, room(total)),
        WorkoutKind.marathon: lambda: library.marathon_long(own, room(total), 0),
        WorkoutKind.walk: lambda: _walk(workout),
        WorkoutKind.cross: lambda: library.untravelled(_other_s(workout), Target("rpe", 2.0, 4.0)),
        WorkoutKind.strength: lambda: library.untravelled(min(_other_s(workout), 2400.0)),
    }
    return make[kind]() if kind in make else None


def _other_s(workout: Workout) -> float:
    return max(round((workout.duration_s or OTHER_S) / 300) * 300.0, 600.0)


def _walk(workout: Workout) -> library.Steps:
    seconds = _other_s(workout)
    metres = round(seconds / 660 * 1000, -1)
    return (Step(StepKind.work, Intensity.walk, "time", metres, seconds),)


def blackout(plan: Plan, start: date, end: date, today: date) -> Plan:
    """Return the plan with days emptied (both included), from today on.

    What falls on them is dropped. Of each week that loses days the long run and one hard session are kept
    where an easy day is left for them, 48 hours from any other; that easy run goes instead.
    Raises BadInput where the goal race lies within.
    """
    first = max(start, today)
    race = plan.goal.race
    if race is not None and first <= race.day <= end:
        raise BadInput("goal_race_in_blackout")
    changed: dict[str, Workout] = {}
    for week in plan.weeks:
        lost = [w for w in week.workouts if first <= w.day <= end and w.kind is not WorkoutKind.rest]
        if not lost:
            continue
        free = [w for w in week.workouts if w.day >= today and not first <= w.day <= end]
        for w in _kept_of(lost, free):
            place = _place_for(w, free, plan, changed)
            if place is None:
                continue
            changed[w.uid] = replace(w, day=place.day, second=False, origin="edited")
            changed[place.uid] = replace(emptied(place), day=w.day, second=False)
            free.remove(place)
            free.append(changed[w.uid])
        for w in lost:
            changed.setdefault(w.uid, emptied(w))
    return _with(plan, changed)


def _kept_of(lost: list[Workout], free: list[Workout]) -> list[Workout]:
    """Return what of the lost is worth another day: the long run, and a hard session if none is left."""
    runs = [w for w in lost if w.runs and w.kind is not WorkoutKind.race]
    longest = max((w.distance_m for w in (*runs, *free) if w.runs), default=0.0)
    kept = [w for w in runs if w.kind is WorkoutKind.long or (w.distance_m == longest and longest > 0)][:1]
    if not any(w.hard for w in (*free, *kept)):
        kept += sorted((w for w in runs if w.hard), key=lambda w: (not w.key, w.day))[:1]
    return kept


def _place_for(w: Workout, free: list[Workout], plan: Plan, changed: dict[str, Workout]) -> Workout | None:
    """Return an easy run whose day a session may take: the nearest, away from other hard days."""
    now = [changed.get(o.uid, o) for o in plan.workouts]
    hard = {o.day for o in now if o.hard and o.uid != w.uid}
    busy = {o.day for o in now if o.second or o.kind is WorkoutKind.race}
    gap = timedelta(days=HARD_GAP_DAYS)
    places = [
        o
        for o in free
        if o.runs
        and not o.hard
        and o.kind not in (*_QUIET, WorkoutKind.long, WorkoutKind.race)
        and o.origin != "club"
        and o.day not in busy
        and o.uid not in changed
        and (not w.hard or all(abs(o.day - day) >= gap for day in hard))
    ]
    return min(places, key=lambda o: (abs(o.day - w.day), o.day), default=None)


def _with(plan: Plan, changed: dict[str, Workout]) -> Plan:
    if not changed:
        return plan
    return plan.with_workouts(tuple(changed.get(w.uid, w) for w in plan.workouts))


def _changeable(plan: Plan, uid: str, today: date) -> Workout:
    workout = workout_of(plan, uid)
    _not_past(workout, today)
    _no_race(workout)
    return workout


def _not_past(workout: Workout, today: date) -> None:
    if workout.day < today:
        raise BadInput("workout_in_the_past")


def _no_race(workout: Workout) -> None:
    if workout.kind is WorkoutKind.race:
        raise BadInput("race_stays")


def _coming(plan: Plan, day: date, today: date) -> None:
    if day < today:
        raise BadInput("day_in_the_past")
    if plan.week_of(day) is None or not plan.start <= day <= plan.end:
        raise BadInput("day_not_in_plan")
