"""Write a planned workout as a FIT workout file, which watches take over USB or from their maker's app.

Three kinds of messages: file_id, workout, workout_step. Only base fields are written: some readers drop the
subfields (`duration_time`, `custom_target_speed_low`) without a word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from coach.domain.activity import Sport
from coach.domain.plan.model import Repeat, Step, StepKind, Target, Workout
from coach.errors import BadInput
from coach.providers.files.fit.session import FIT_EPOCH
from coach.providers.files.fit.sports import profile_names
from coach.providers.files.fit.writer import FitWriter, value_numbers

NAME_BYTES, STEP_NAME_BYTES = 24, 15
# Profile: the values of a heart rate and a power target say what they are by where they begin.
HR_OFFSET_BPM, POWER_OFFSET_W = 100, 1000
CUSTOM = 0  # target_value: no zone of the watch, but the two values that follow
_MOST_STEPS = 0xFFFE

_INTENSITIES: Mapping[StepKind, str] = {
    StepKind.warmup: "warmup",
    StepKind.work: "active",
    StepKind.recovery: "rest",
    StepKind.cooldown: "cooldown",
}
_SUB_SPORTS = {"track": "track", "treadmill": "treadmill", "trail": "trail"}


def encode_workout(
    workout: Workout, name: str, created: datetime, *, step_names: Mapping[StepKind, str] | None = None
) -> bytes:
    """Return a workout as a FIT file: the same bytes for the same arguments.

    `name` and `step_names` are cut to what watches show (24 and 15 bytes of UTF-8). Raises
    BadInput("workout_without_steps").
    """
    steps = list(_messages(workout.steps, step_names or {}))
    if not steps or len(steps) > _MOST_STEPS:
        raise BadInput("workout_without_steps")
    writer = FitWriter()
    writer.message(
        "file_id",
        {
            "type": "workout",
            "manufacturer": "development",
            "product": 0,
            # Watches tell files apart by it; zero means that there is none.
            "serial_number": crc32(workout.uid.encode()) or 1,
            "time_created": round((created - FIT_EPOCH) / timedelta(seconds=1)),
        },
    )
    sport, sub_sport = _sport(workout)
    writer.message(
        "workout",
        {
            "sport": sport,
            "sub_sport": sub_sport,
            "num_valid_steps": len(steps),
            "wkt_name": cut(name, NAME_BYTES) or None,
        },
    )
    for index, step in enumerate(steps):
        writer.message("workout_step", {"message_index": index, **step})
    return writer.file()


def cut(text: str, limit: int) -> str:
    """Return the beginning of a text that takes at most `limit` bytes of UTF-8, no letter cut in two."""
    whole = "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable()).strip()
    kept = whole.encode()[:limit].decode(errors="ignore")
    if kept != whole:
        while kept and unicodedata.combining(whole[len(kept)]):  # what is cut off belongs to the last letter
            kept = kept[:-1]
    return kept.strip()


def _sport(workout: Workout) -> tuple[str, str]:
    sport, sub_sport = profile_names(workout.sport, "")
    if workout.sport is Sport.run and workout.place in _SUB_SPORTS:
        sub_sport = _SUB_SPORTS[workout.place]
    return sport, sub_sport


def _messages(parts: Sequence[Step | Repeat], names: Mapping[StepKind, str]) -> Iterator[dict[str, Any]]:
    """Yield the fields of every step message; a repeat stands behind the steps that it repeats."""
    index = 0
    for part in parts:
        if isinstance(part, Step):
            yield _step(part, names)
            index += 1
        elif part.steps:
            for step in part.steps:
                yield _step(step, names)
            yield {
                "duration_type": "repeat_until_steps_cmplt",
                "duration_value": index,  # the first step to go back to
                "target_type": "open",
                "target_value": part.times,
            }
            index += len(part.steps) + 1


def _step(step: Step, names: Mapping[StepKind, str]) -> dict[str, Any]:
    name = cut(names.get(step.kind, ""), STEP_NAME_BYTES)
    if step.target.kind == "rpe":  # no watch knows it: the athlete reads it
        name = _rpe(step.target)
    return {
        "wkt_step_name": name or None,
        **_duration(step),
        **_target(step.target),
        "intensity": value_numbers("intensity")[_INTENSITIES[step.kind]],
    }


def _duration(step: Step) -> dict[str, Any]:
    match step.ends:
        case "time":
            return {"duration_type": "time", "duration_value": round(step.duration_s * 1000)}
        case "distance":
            return {"duration_type": "distance", "duration_value": round(step.distance_m * 100)}
        case "lap":
            return {"duration_type": "open", "duration_value": 0}


def _target(target: Target) -> dict[str, Any]:
    low, high = target.low, target.high
    if low is None or high is None or target.kind in ("none", "rpe"):
        return {"target_type": "open", "target_value": 0}
    match target.kind:
        case "pace":  # the lower speed is the slower pace
            kind, first, last = "speed", round(1e6 / high), round(1e6 / low)
        case "hr":
            kind, first, last = "heart_rate", round(low) + HR_OFFSET_BPM, round(high) + HR_OFFSET_BPM
        case "power":
            kind, first, last = "power", round(low) + POWER_OFFSET_W, round(high) + POWER_OFFSET_W
    return {
        "target_type": kind,
        "target_value": CUSTOM,
        "custom_target_value_low": first,
        "custom_target_value_high": last,
    }


def _rpe(target: Target) -> str:
    known = [f"{value:g}" for value in dict.fromkeys((target.low, target.high)) if value is not None]
    return cut(f"RPE {'-'.join(known)}", STEP_NAME_BYTES)
