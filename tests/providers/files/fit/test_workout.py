"""Workout files, as fitdecode and fitparse, two independent readers, have them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import fitdecode
import fitparse
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    FREE,
    Intensity,
    Repeat,
    Step,
    StepKind,
    Target,
    Workout,
    WorkoutKind,
)
from coach.errors import BadInput, NotAnActivity
from coach.providers.files.fit import read_fit
from coach.providers.files.fit.workout import NAME_BYTES, STEP_NAME_BYTES, cut, encode_workout

CREATED = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
NAMES = {
    StepKind.warmup: "웜업",
    StepKind.work: "본운동",
    StepKind.recovery: "회복",
    StepKind.cooldown: "쿨다운",
}
PACE = Target("pace", 236.0, 242.0)


def step(kind: StepKind, ends: Any, m: float, s: float, target: Target = FREE) -> Step:
    return Step(kind, Intensity.easy, ends, m, s, target)


SIX_TIMES_400 = Workout(
    "w3-2",
    date(2026, 12, 2),
    WorkoutKind.interval,
    (
        step(StepKind.warmup, "time", 2300, 900),
        Repeat(
            6,
            (
                step(StepKind.work, "distance", 400, 95.6, PACE),
                step(StepKind.recovery, "time", 200, 90),
            ),
        ),
        step(StepKind.cooldown, "lap", 1500, 600),
    ),
    place="track",
)


def decode(data: bytes) -> dict[str, list[Any]]:
    """Return the messages by name as raw values: no subfields, no names of values."""
    found: dict[str, list[Any]] = {}
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage):
                raw = {field.field_def.def_num: field.raw_value for field in frame.fields if field.field_def}
                found.setdefault(frame.name, []).append(raw)
    return found


# workout_step's numbers of the profile
NAME, DURATION, DURATION_VALUE, TARGET, TARGET_VALUE, LOW, HIGH, INTENSITY, INDEX = *range(8), 254
TIME, DISTANCE, OPEN, REPEAT = 0, 1, 5, 6
SPEED, HEART_RATE, NO_TARGET, POWER = 0, 1, 2, 4


def test_six_times_400_is_written_as_planned() -> None:
    messages = decode(encode_workout(SIX_TIMES_400, "6 × 400 m", CREATED, step_names=NAMES))
    (file_id,), (workout,) = messages["file_id"], messages["workout"]
    assert file_id[0] == 5  # type: workout
    assert file_id[3]
    assert workout[4] == 1  # running
    assert workout[11] == 4  # track
    assert (workout[6], workout[8]) == (5, "6 × 400 m")
    warm, fast, easy, again, cool = messages["workout_step"]
    assert [m[INDEX] for m in messages["workout_step"]] == [0, 1, 2, 3, 4]
    assert (warm[DURATION], warm[DURATION_VALUE], warm[TARGET], warm[INTENSITY]) == (TIME, 900_000, 2, 2)
    assert (fast[DURATION], fast[DURATION_VALUE]) == (DISTANCE, 40_000)
    # 4:02 and 3:56 a kilometre, in mm/s
    assert (fast[TARGET], fast[TARGET_VALUE], fast[LOW], fast[HIGH]) == (SPEED, 0, 4132, 4237)
    assert (fast[INTENSITY], fast[NAME]) == (0, "본운동")
    assert (easy[DURATION], easy[DURATION_VALUE], easy[INTENSITY]) == (TIME, 90_000, 1)
    assert (again[DURATION], again[DURATION_VALUE], again[TARGET_VALUE]) == (REPEAT, 1, 6)
    assert (cool[DURATION], cool[INTENSITY], cool[NAME]) == (OPEN, 3, "쿨다운")


def test_fitparse_names_the_same() -> None:
    """The reader that imports recordings knows the values by the profile's names."""
    data = encode_workout(SIX_TIMES_400, "6 × 400 m", CREATED)
    steps = [m.get_values() for m in fitparse.FitFile(io.BytesIO(data)).get_messages("workout_step")]
    assert steps[1]["duration_distance"] == 400
    assert steps[1]["custom_target_speed_low"] == pytest.approx(4.132)
    assert steps[3]["duration_type"] == "repeat_until_steps_cmplt"
    assert (steps[3]["duration_step"], steps[3]["repeat_steps"]) == (1, 6)


def test_a_workout_is_no_activity_when_it_comes_back() -> None:
    with pytest.raises(NotAnActivity):
        read_fit(encode_workout(SIX_TIMES_400, "6 × 400 m", CREATED))


@pytest.mark.parametrize(("target", "kind", "low", "high"), [
    (Target("hr", 140, 152), HEART_RATE, 240, 252),
    (Target("power", 230, 251.6), POWER, 1230, 1252),
    (Target("pace", 300, 300), SPEED, 3333, 3333),
])  # fmt: skip
def test_targets_carry_the_offsets_of_the_profile(target: Target, kind: int, low: int, high: int) -> None:
    one = replace(SIX_TIMES_400, steps=(step(StepKind.work, "time", 1000, 300, target),))
    (found,) = decode(encode_workout(one, "", CREATED))["workout_step"]
    assert (found[TARGET], found[TARGET_VALUE], found[LOW], found[HIGH]) == (kind, 0, low, high)


def test_effort_is_a_name_because_no_watch_holds_it() -> None:
    one = replace(
        SIX_TIMES_400, steps=(step(StepKind.work, "time", 1000, 300, Target("rpe", 3, 4)),), place="treadmill"
    )
    messages = decode(encode_workout(one, "", CREATED))
    assert messages["workout_step"][0][NAME] == "RPE 3-4"
    assert messages["workout_step"][0][TARGET] == NO_TARGET
    assert messages["workout"][0][11] == 1  # treadmill


@pytest.mark.parametrize("workout", [
    Workout("r", date(2026, 12, 3), WorkoutKind.rest),
    Workout("e", date(2026, 12, 3), WorkoutKind.easy, (Repeat(3, ()),)),
])  # fmt: skip
def test_a_day_without_steps_has_no_file(workout: Workout) -> None:
    with pytest.raises(BadInput) as refused:
        encode_workout(workout, "휴식", CREATED)
    assert refused.value.key == "workout_without_steps"


def test_names_are_cut_between_letters() -> None:
    assert cut("10 km 이지런", NAME_BYTES) == "10 km 이지런"
    assert cut("한국어로 된 아주 긴 이름의 훈련", NAME_BYTES) == "한국어로 된 아주"
    assert cut("줄\n바꿈\x00과 \u202e방향", STEP_NAME_BYTES) == "줄바꿈과"
    # A letter and its accent are one, where Unicode has no single letter for both.
    assert cut("abcdefghijklmnx\u0323\u0331", STEP_NAME_BYTES) == "abcdefghijklmn"


def test_the_same_workout_gives_the_same_bytes() -> None:
    first = encode_workout(SIX_TIMES_400, "6 × 400 m", CREATED, step_names=NAMES)
    assert first == encode_workout(SIX_TIMES_400, "6 × 400 m", CREATED, step_names=NAMES)
    other = encode_workout(replace(SIX_TIMES_400, uid="w3-3"), "6 × 400 m", CREATED, step_names=NAMES)
    assert decode(first)["file_id"][0][3] != decode(other)["file_id"][0][3]


spans = st.floats(1, 20_000, allow_nan=False)
bounds = {"pace": (120, 900), "hr": (80, 210), "power": (50, 600), "rpe": (0, 10)}


@st.composite
def targets(draw: st.DrawFn) -> Target:
    kind = draw(st.sampled_from(["none", *bounds]))
    if kind == "none":
        return FREE
    low, high = sorted(draw(st.tuples(*[st.floats(*bounds[kind])] * 2)))
    return Target(kind, low, high)  # type: ignore[arg-type]


steps = st.builds(
    Step,
    st.sampled_from(StepKind),
    st.sampled_from(Intensity),
    st.sampled_from(["distance", "time", "lap"]),
    spans,
    spans,
    targets(),
)
repeats = st.builds(Repeat, st.integers(1, 99), st.lists(steps, min_size=1, max_size=4).map(tuple))
workouts = st.builds(
    Workout,
    uid=st.text(min_size=1, max_size=12),
    day=st.just(date(2026, 12, 2)),
    kind=st.sampled_from(WorkoutKind),
    steps=st.lists(st.one_of(steps, repeats), min_size=1, max_size=8).map(tuple),
    sport=st.sampled_from([Sport.run, Sport.ride, Sport.swim, Sport.walk, Sport.strength]),
    place=st.sampled_from(["any", "track", "treadmill", "hill", "trail"]),
)


def played(messages: list[Any]) -> list[tuple[Any, ...]]:
    """Return the steps as a watch goes through them: back to the first of a repeat until it was done."""
    done: list[tuple[Any, ...]] = []
    for at, message in enumerate(messages):
        if message[DURATION] == REPEAT:
            once = [_shown(m) for m in messages[message[DURATION_VALUE] : at]]
            done += once * (message[TARGET_VALUE] - 1)
        else:
            done.append(_shown(message))
    return done


def _shown(m: Any) -> tuple[Any, ...]:
    return (m[DURATION], m[DURATION_VALUE], m[TARGET], m.get(LOW), m.get(HIGH), m[INTENSITY])


def planned(one: Step) -> tuple[Any, ...]:
    duration = {
        "time": (TIME, round(one.duration_s * 1000)),
        "distance": (DISTANCE, round(one.distance_m * 100)),
        "lap": (OPEN, 0),
    }[one.ends]
    low, high = one.target.low, one.target.high
    target: tuple[Any, ...] = (NO_TARGET, None, None)
    if low is not None and high is not None and one.target.kind != "rpe":
        target = {
            "pace": lambda: (SPEED, round(1e6 / high), round(1e6 / low)),
            "hr": lambda: (HEART_RATE, 100 + round(low), 100 + round(high)),
            "power": lambda: (POWER, 1000 + round(low), 1000 + round(high)),
        }[one.target.kind]()
    intensity = {"warmup": 2, "work": 0, "recovery": 1, "cooldown": 3}[one.kind.value]
    return (*duration, *target, intensity)


@given(workouts, st.text(max_size=60))
@settings(max_examples=60)
def test_every_step_is_done_as_planned(workout: Workout, name: str) -> None:
    messages = decode(encode_workout(workout, name, CREATED, step_names=NAMES))
    assert messages["workout"][0][6] == len(messages["workout_step"])
    assert played(messages["workout_step"]) == [planned(one) for one in workout.each_step()]
    assert len((messages["workout"][0].get(8) or "").encode()) <= NAME_BYTES
    assert all(len((m.get(NAME) or "").encode()) <= STEP_NAME_BYTES for m in messages["workout_step"])
