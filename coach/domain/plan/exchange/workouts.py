"""One workout from elsewhere as one of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from coach.domain.activity import Sport
from coach.domain.plan.exchange import values
from coach.domain.plan.exchange.reading import Fields, LeftOut, Reader
from coach.domain.plan.exchange.steps import (
    amounts,
    default_intensity,
    from_words,
    harder,
    make_step,
    read_steps,
    read_target,
    shown_intensity,
)
from coach.domain.plan.exchange.words import KINDS, PLACES, SPORTS, YES, plain
from coach.domain.plan.library import WHY, untravelled
from coach.domain.plan.library import race as race_steps
from coach.domain.plan.model import (
    FREE,
    Intensity,
    Race,
    StepKind,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.race_plan import held_s_per_km

_EASY_KINDS = (WorkoutKind.easy, WorkoutKind.recovery, WorkoutKind.long, WorkoutKind.medium_long)
_KIND_OF = {
    Intensity.marathon: WorkoutKind.marathon,
    Intensity.threshold: WorkoutKind.threshold,
    Intensity.interval: WorkoutKind.interval,
    Intensity.repetition: WorkoutKind.repetition,
    Intensity.race: WorkoutKind.time_trial,
}
_ALIASES = sorted(KINDS, key=len, reverse=True)


def read_workout(fields: Fields, day: date, reader: Reader) -> Workout | None:
    """Return the workout of a day; None for a day of rest. Its `uid` is empty yet.

    Raises LeftOut where nothing can be made of it; why was noted.
    """
    kind = _kind(fields, reader)
    if kind is WorkoutKind.rest:
        return None
    sport = _sport(fields, kind)
    if kind not in (WorkoutKind.walk, WorkoutKind.race) and sport in (Sport.walk, Sport.hike):
        kind = WorkoutKind.walk
    elif sport is Sport.strength:
        kind = WorkoutKind.strength
    elif sport is not Sport.run and kind is not WorkoutKind.walk:
        kind = WorkoutKind.cross
    plain_workout = Workout(
        "",
        day,
        kind,
        sport=sport,
        place=_place(fields),
        origin="imported",
        note=fields.words("name", "note"),
    )
    if kind in (WorkoutKind.cross, WorkoutKind.strength):
        return _described(_untravelled(plain_workout, fields, reader), fields)
    if kind is WorkoutKind.race:
        return _described(_race(plain_workout, fields, reader), fields)
    if "steps" in fields and fields.get("steps") not in ([], {}, ""):
        steps = read_steps(fields.get("steps"), fields.at("steps"), kind, reader)
        return _described(_fitting(replace(plain_workout, steps=steps), fields, reader), fields)
    return _described(_whole(plain_workout, fields, reader), fields)


def _described(workout: Workout, fields: Fields) -> Workout:
    purpose, _ = WHY.get(workout.kind, ("", ""))
    asked = fields.get("key")
    key = workout.hard or workout.kind in (WorkoutKind.long, WorkoutKind.race)
    if asked is not None:
        key = asked is True or plain(values.text_of(asked)) in YES
    return replace(workout, purpose=purpose, key=key)


def _kind(fields: Fields, reader: Reader) -> WorkoutKind:
    for name in ("kind", "name", "intensity"):
        given = fields.get(name)
        if not isinstance(given, str) or not given.strip():
            continue
        found = KINDS.get(plain(given)) or _within(given)
        if found is not None:
            return found
        if name == "kind":
            reader.note("kind_unknown", fields.at("kind"), given=fields.words("kind"))
    return WorkoutKind.easy


def _within(text: str) -> WorkoutKind | None:
    """Return the kind that is named first in some words."""
    words = plain(text[:200])
    places = [
        (words.find(alias), -len(alias), alias) for alias in _ALIASES if _long(alias) and alias in words
    ]
    return KINDS[min(places)[2]] if places else None


def _long(alias: str) -> bool:
    return len(alias) >= (2 if re.search("[가-힣]", alias) else 4)


def _sport(fields: Fields, kind: WorkoutKind) -> Sport:
    for name in ("sport", "kind", "name"):
        found = SPORTS.get(plain(values.text_of(fields.get(name))))
        if found is not None and (name == "sport" or kind in (WorkoutKind.cross, WorkoutKind.strength)):
            return found
    match kind:
        case WorkoutKind.cross:
            return Sport.other
        case WorkoutKind.strength:
            return Sport.strength
        case WorkoutKind.walk:
            return Sport.walk
    return Sport.run


def _place(fields: Fields) -> Any:
    return PLACES.get(plain(values.text_of(fields.get("place"))), "any")


def _untravelled(workout: Workout, fields: Fields, reader: Reader) -> Workout:
    _, seconds = amounts(fields, reader, short=False)
    if seconds is None:
        reader.note("no_time", fields.where, kind=workout.kind.value)
        raise LeftOut
    return replace(workout, steps=untravelled(seconds))


def _race(workout: Workout, fields: Fields, reader: Reader) -> Workout:
    metres, _ = amounts(fields, reader, short=False)
    if metres is None:
        reader.note("no_size", fields.where)
        raise LeftOut
    title = fields.words("name")
    known = bool(title) and KINDS.get(plain(title)) is None
    own = (r for r in reader.situation.races if r.day == workout.day and abs(r.distance_m - metres) < 100)
    held = held_s_per_km(next(own, Race(workout.day, metres)), reader.situation)
    return replace(workout, steps=race_steps(reader.pacing, metres, held), name=title[:80] if known else "")


def _whole(workout: Workout, fields: Fields, reader: Reader) -> Workout:
    """Return a workout of which only the size is known, perhaps with a pace: one step."""
    metres, seconds = amounts(fields, reader, short=False)
    if metres is None and seconds is None:
        reader.note("no_size", fields.where)
        raise LeftOut
    target, hint = read_target(fields, reader)
    kind = workout.kind
    intensity = Intensity.walk if kind is WorkoutKind.walk else Intensity.easy
    if target != FREE:
        intensity = harder(hint or default_intensity(StepKind.work, kind), intensity)
        if kind not in (*_EASY_KINDS, WorkoutKind.walk) and shown_intensity(target, reader) is None:
            intensity = default_intensity(StepKind.work, kind)
    elif kind is WorkoutKind.walk_run:
        # How much of it is run is not said: to run all of it would be more than was meant.
        reader.note("walk_run_as_walk", fields.where)
        workout, intensity = replace(workout, kind=WorkoutKind.walk), Intensity.walk
    elif kind not in (*_EASY_KINDS, WorkoutKind.walk):
        reader.note("steps_missing", fields.where, kind=kind.value)
        workout = replace(workout, kind=WorkoutKind.easy)
    elif hint is not None:
        intensity = harder(hint, intensity)
    step = make_step(StepKind.work, intensity, metres, seconds, target, fields.where, reader)
    return _fitting(replace(workout, steps=(step,)), fields, reader)


def _fitting(workout: Workout, fields: Fields, reader: Reader) -> Workout:
    """Return a workout whose kind does not say less than its steps."""
    if workout.kind in (WorkoutKind.easy, WorkoutKind.recovery) and workout.hard:
        hardest = max(
            (i for i in _KIND_OF if workout.seconds_at(i) > 0),
            key=lambda i: (workout.seconds_at(i), i.value),
        )
        reader.note("kind_raised", fields.where, kind=_KIND_OF[hardest].value)
        return replace(workout, kind=_KIND_OF[hardest])
    if "distance" in fields and workout.runs:
        said = values.distance(fields.get("distance"), fields.unit("distance"), reader.units)
        if said is not None and abs(said.value - workout.distance_m) > max(500.0, 0.1 * said.value):
            reader.note("size_differs", fields.where, said_m=said.value, found_m=workout.distance_m)
    return workout


def described_by_words(text: str) -> dict[str, Any]:
    """Return a workout that is only a line ("이지런 8km", "8 km easy @ 6:00/km") as fields."""
    found = from_words(text)
    if "repeat" in found:  # sets without what is around them: the line is read as one step
        found = {"steps": [text]}
        kind = _within(text)
        return {**found, "type": kind.value if kind else "interval", "note": text}
    found["type"] = found.pop("kind", "") or text
    if KINDS.get(plain(str(found["type"]))) is not WorkoutKind.rest:
        found["note"] = text
    return found
