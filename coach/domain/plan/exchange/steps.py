"""Steps of a workout from elsewhere: how far, how long, how hard, what to hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from coach.domain.plan.exchange import values
from coach.domain.plan.exchange.reading import Fields, LeftOut, Reader
from coach.domain.plan.exchange.words import (
    INTENSITIES,
    NO_TARGET,
    STEP_FIELDS,
    STEP_KINDS,
    UNTIL_LAP,
    UNTIL_TIME,
    plain,
)
from coach.domain.plan.model import FREE, Intensity, Repeat, Step, StepKind, Target, WorkoutKind
from coach.domain.plan.rules.effort import OF_HR_MAX, OF_LTHR, OF_POWER, RPE
from coach.domain.plan.targets import SPREAD_S_PER_KM

type Ends = Literal["distance", "time", "lap"]

MOST_PARTS, MOST_TIMES = 50, 99
LAP_S = 600.0  # how long a warm-up or cool-down without any size is taken to be
ORDER = tuple(Intensity)  # from rest to race
LIMITS = {"hr": (60.0, 230.0), "power": (30.0, 1000.0), "rpe": (0.0, 10.0)}
# How hard the main part of a workout is where its steps do not say.
OF_KIND: Mapping[WorkoutKind, Intensity] = {
    WorkoutKind.marathon: Intensity.marathon,
    WorkoutKind.threshold: Intensity.threshold,
    WorkoutKind.interval: Intensity.interval,
    WorkoutKind.repetition: Intensity.repetition,
    WorkoutKind.strides: Intensity.repetition,
    WorkoutKind.hills: Intensity.interval,
    WorkoutKind.fartlek: Intensity.interval,
    WorkoutKind.progression: Intensity.marathon,
    WorkoutKind.time_trial: Intensity.interval,
    WorkoutKind.race: Intensity.race,
    WorkoutKind.walk: Intensity.walk,
}
_UNIT = r"km|k|m|mi|miles?|meters?|킬로|미터|min(?:utes?)?|분|s|sec(?:onds?)?|초|'|\""
_AMOUNT = rf"\d+(?:\.\d+)?\s*(?:{_UNIT})(?![a-z])"
_REPS = re.compile(rf"(\d{{1,2}})\s*(?:x|×|\*|회|번|세트)\s*({_AMOUNT})", re.IGNORECASE)
_ONE_AMOUNT = re.compile(_AMOUNT, re.IGNORECASE)
_CLOCK = r"\d{1,2}[:'′]\d{2}(?:[\"″]|'')?"
_AT_PACE = re.compile(rf"{_CLOCK}(?:\s*[-–~]\s*{_CLOCK})?(?:\s*/\s*(?:km|mi))?")
_METRIC = re.compile(r"(?:k|km|m|mi|miles?|meters?|킬로|미터)$", re.IGNORECASE)


def read_steps(given: Any, where: str, kind: WorkoutKind, reader: Reader) -> tuple[Step | Repeat, ...]:
    """Return the steps of a workout of a kind. Raises LeftOut where one of them cannot be read."""
    items = given if isinstance(given, list) else [given]
    if len(items) > MOST_PARTS:
        reader.note("too_many_steps", where, limit=MOST_PARTS)
        raise LeftOut
    parts: list[Step | Repeat] = []
    for at, item in enumerate(items):
        place = f"{where}[{at}]" if isinstance(given, list) else where
        parts += _part(item, place, kind, reader)
    if sum(len(p.steps) + 1 if isinstance(p, Repeat) else 1 for p in parts) > MOST_PARTS:
        reader.note("too_many_steps", where, limit=MOST_PARTS)
        raise LeftOut
    return tuple(parts)


def _part(item: Any, where: str, kind: WorkoutKind, reader: Reader) -> list[Step | Repeat]:
    if isinstance(item, str):
        item = from_words(item)
    if not isinstance(item, dict):
        reader.odd(where, item)
        raise LeftOut
    fields = Fields(item, STEP_FIELDS, where, reader)
    times = values.number(fields.get("repeat")) if "repeat" in fields else 1.0
    if times is None or times != int(times) or not 1 <= times <= MOST_TIMES:
        reader.odd(fields.at("repeat"), fields.get("repeat"))
        raise LeftOut
    inner = _inner(fields, kind, reader)
    if times == 1:
        return list(inner)
    # A repeat within a repeat is written out.
    if sum(part.times * len(part.steps) if isinstance(part, Repeat) else 1 for part in inner) > MOST_PARTS:
        reader.note("too_many_steps", where, limit=MOST_PARTS)
        raise LeftOut
    return [Repeat(int(times), tuple(step for part in inner for step in _flat(part)))]


def _flat(part: Step | Repeat) -> tuple[Step, ...]:
    return part.steps * part.times if isinstance(part, Repeat) else (part,)


def _inner(fields: Fields, kind: WorkoutKind, reader: Reader) -> tuple[Step | Repeat, ...]:
    if "steps" in fields:
        return read_steps(fields.get("steps"), fields.at("steps"), kind, reader)
    found: list[Step | Repeat] = []
    if "work" in fields:
        found += _half(fields, "work", StepKind.work, kind, reader)
    else:
        found.append(_step(fields, None, kind, reader))
    if "recovery" in fields:
        found += _half(fields, "recovery", StepKind.recovery, kind, reader)
    return tuple(found)


def _half(fields: Fields, name: str, kind: StepKind, of: WorkoutKind, reader: Reader) -> list[Step | Repeat]:
    """Read the fast or the slow half of {"repeat": 6, "work": …, "recovery": …}."""
    given, where = fields.get(name), fields.at(name)
    if values.number(given) is not None:
        given = {"duration": given}
    if isinstance(given, str):
        given = from_words(given)
    if not isinstance(given, dict):
        reader.odd(where, given)
        raise LeftOut
    return [_step(Fields(given, STEP_FIELDS, where, reader), kind, of, reader)]


def _step(fields: Fields, known: StepKind | None, of: WorkoutKind, reader: Reader) -> Step:
    word = plain(values.text_of(fields.get("kind")))
    kind = known or STEP_KINDS.get(word) or StepKind.work
    if word and known is None and word not in STEP_KINDS and word not in INTENSITIES:
        reader.note("step_kind_unknown", fields.at("kind"), given=fields.words("kind"))
    metres, seconds = amounts(fields, reader, short=True)
    target, hinted = read_target(fields, reader)
    said = hinted or INTENSITIES.get(word) or default_intensity(kind, of)
    if word in ("tempo", "템포", "threshold"):
        said = harder(said, Intensity.threshold)
    until = plain(values.text_of(fields.get("until")))
    until_lap = until in UNTIL_LAP
    if metres is None and seconds is None:
        if kind is StepKind.work and not until_lap:
            reader.note("no_size", fields.where)
            raise LeftOut
        if not until_lap:
            reader.note("step_until_lap", fields.where)
        until_lap, seconds = True, LAP_S
    ends: Ends | None = "lap" if until_lap else "time" if until in UNTIL_TIME and seconds else None
    free = target == FREE and plain(values.text_of(fields.get("pace"))) in NO_TARGET
    return make_step(kind, said, metres, seconds, target, fields.where, reader, ends=ends, free=free)


def make_step(
    kind: StepKind,
    intensity: Intensity,
    metres: float | None,
    seconds: float | None,
    target: Target,
    where: str,
    reader: Reader,
    *,
    ends: Ends | None = None,
    free: bool = False,
) -> Step:
    """Return a step with what is missing of it estimated, as hard as it says or as its target shows.

    `ends`: what ends it, where that is not its distance before its time. `free`: it is to have no target.
    """
    shown = shown_intensity(target, reader)
    if shown is None and metres and seconds:
        shown = _of_pace(1000 * seconds / metres, reader)
    if shown is not None and ORDER.index(shown) > ORDER.index(intensity) >= ORDER.index(Intensity.easy):
        reader.note("intensity_raised", where, intensity=shown.value)
        intensity = shown
    aimless = kind is StepKind.recovery or intensity in (Intensity.race, Intensity.walk, Intensity.rest)
    if target == FREE and not aimless and not free:
        target = reader.pacing.target(intensity)
        reader.targeted()
    s_per_km = reader.pacing.s_per_km(intensity)
    if target.kind == "pace" and target.low is not None and target.high is not None:
        s_per_km = (target.low + target.high) / 2
    ends = ends or ("distance" if metres is not None else "time")
    if metres is None:
        assert seconds is not None
        metres = 0.0 if intensity is Intensity.rest else round(seconds / s_per_km * 100) * 10.0
    if seconds is None:
        seconds = round(metres / 1000 * s_per_km / 5) * 5.0
    return Step(kind, intensity, ends, round(metres, 1), max(1.0, round(seconds, 1)), target)


def amounts(fields: Fields, reader: Reader, *, short: bool) -> tuple[float | None, float | None]:
    """Return metres and seconds of an object; what cannot be read is noted and None."""
    metres = seconds = None
    if "distance" in fields:
        given, unit = fields.get("distance"), fields.unit("distance")
        found = values.distance(given, unit, reader.units)
        if found is None and short:  # {"distance": "90s"}
            seconds_found = values.duration(given, short=True) if isinstance(given, str) else None
            seconds = seconds_found.value if seconds_found else None
        if found is None and seconds is None:
            reader.odd(fields.at("distance"), given)
        elif found is not None:
            metres = found.value
            if found.guessed:
                reader.note("distance_read", fields.at("distance"), given=str(given)[:40], far_m=metres)
    if "duration" in fields:
        given, unit = fields.get("duration"), fields.unit("duration")
        span = values.duration(given, unit, short=short)
        if span is None:
            reader.odd(fields.at("duration"), given)
        else:
            seconds = span.value
            if span.guessed:
                reader.note(
                    "duration_read", fields.at("duration"), given=str(given)[:40], long_clock_s=seconds
                )
    if metres and seconds and not _possible(1000 * seconds / metres):
        reader.note("pace_impossible", fields.where, far_m=metres, long_clock_s=seconds)
        seconds = None
    return metres, seconds


def _possible(s_per_km: float) -> bool:
    return values.PACES_S_PER_KM[0] <= s_per_km <= values.PACES_S_PER_KM[1]


def read_target(fields: Fields, reader: Reader) -> tuple[Target, Intensity | None]:
    """Return what to hold, and how hard words say that it is ("tempo", "Z2")."""
    hint = None
    if "intensity" in fields:
        hint = INTENSITIES.get(plain(values.text_of(fields.get("intensity"))))
        if hint is None:
            reader.odd(fields.at("intensity"), fields.get("intensity"))
    for name in ("pace", "hr", "power", "rpe"):
        if name not in fields:
            continue
        given = fields.get(name)
        target = _target(name, given, fields.unit(name), reader)
        if target is not None:
            return target, hint
        word = INTENSITIES.get(plain(values.text_of(given)))
        if word is None and plain(values.text_of(given)) not in NO_TARGET:
            reader.odd(fields.at(name), given)
        hint = word or hint
    return FREE, hint


def _target(name: str, given: Any, unit: str, reader: Reader) -> Target | None:
    if name == "pace":
        words = values.text_of(given).lower()
        # {"target": "140-150 bpm"}
        for other, marks in (("hr", ("bpm", "심박")), ("rpe", ("rpe",)), ("power", ("watt", "파워"))):
            if any(mark in words for mark in marks):
                return _target(other, given, "", reader)
        ends = values.pace(given, unit, reader.units)
        if ends is None:
            return None
        low, high = (round(end) for end in ends)
        if low == high:
            low, high = low - round(SPREAD_S_PER_KM), high + round(SPREAD_S_PER_KM)
            reader.banded()
        return Target("pace", float(low), float(high))
    found = values.span(given, *LIMITS[name])
    if found is None:
        return None
    low_end, high_end = found
    if low_end == high_end and name != "rpe":
        width = 3.0 if name == "hr" else 5.0
        low_end, high_end = low_end - width, high_end + width
        reader.banded()
    match name:
        case "hr":
            return Target("hr", low_end, high_end)
        case "power":
            return Target("power", low_end, high_end)
        case _:
            return Target("rpe", low_end, high_end)


def default_intensity(kind: StepKind, of: WorkoutKind) -> Intensity:
    """Return how hard a step of a kind is where it does not say, in a workout of a kind."""
    if of is WorkoutKind.walk:
        return Intensity.walk
    if kind is not StepKind.work:
        return Intensity.walk if of is WorkoutKind.walk_run else Intensity.easy
    return OF_KIND.get(of, Intensity.easy)


def harder(a: Intensity, b: Intensity) -> Intensity:
    return max(a, b, key=ORDER.index)


def shown_intensity(target: Target, reader: Reader) -> Intensity | None:
    """Return how hard a target is for this athlete, whatever the step is called. None: not known."""
    if target.low is None or target.high is None:
        return None
    middle, situation = (target.low + target.high) / 2, reader.situation
    match target.kind:
        case "pace":
            return _of_pace(middle, reader)
        case "rpe":
            return _hardest({i: low for i, (low, _) in RPE.items()}, middle)
        case "power" if situation.threshold_power_w:
            return _hardest({i: s * situation.threshold_power_w for i, (s, _) in OF_POWER.items()}, middle)
        case "hr" if situation.lthr_bpm:
            return _hardest({i: s * situation.lthr_bpm for i, (s, _) in OF_LTHR.items()}, middle)
        case "hr" if situation.hr_max_bpm:
            return _hardest({i: s * situation.hr_max_bpm for i, (s, _) in OF_HR_MAX.items()}, middle)
    return None


def _of_pace(s_per_km: float, reader: Reader) -> Intensity | None:
    if not reader.knows_pace:
        return None
    for intensity in (Intensity.repetition, Intensity.interval, Intensity.threshold, Intensity.marathon):
        if s_per_km <= reader.pacing.ranges[intensity][1]:
            return intensity
    return Intensity.easy


def _hardest(limits: Mapping[Intensity, float], value: float) -> Intensity:
    """Return the hardest intensity that begins below a value. Intervals and repetitions begin alike."""
    found = [i for i, low in limits.items() if value >= low and i is not Intensity.repetition]
    return max(found, key=ORDER.index, default=Intensity.easy)


def from_words(text: str) -> dict[str, Any]:
    """Return "6 x 400m @3:50/km, 90s jog" or "2km warmup" as the fields of a step."""
    found: dict[str, Any] = {}
    text = text[:200]
    pace = _AT_PACE.search(text)
    if pace:
        found["pace"] = pace[0]
        text = text.replace(pace[0], " ", 1)
    reps = _REPS.search(text)
    if reps:
        found["repeat"] = int(reps[1])
        found |= _amount(reps[2])
        rest = _ONE_AMOUNT.search(text, reps.end())
        if rest:
            found["recovery"] = {**_amount(rest[0]), "kind": "recovery"}
        text = text[: reps.start()]
    else:
        one = _ONE_AMOUNT.search(text)
        if one:
            found |= _amount(one[0])
            text = text.replace(one[0], " ", 1)
    word = plain(re.sub(r"[@,;+]|\bat\b", " ", text))
    if word:
        found["kind"] = word
    return found


def _amount(words: str) -> dict[str, str]:
    return {"distance" if _METRIC.search(words.strip()) else "duration": words}
