"""Planned workouts in Garmin's words, and back.

Garmin obeys the numbers of its types and ignores the names beside them, and takes whatever it is given: so
what is written here is read back and held against the plan by numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from garminconnect.workout import (
    BaseWorkout,
    ConditionType,
    CustomHeartRateTarget,
    CustomPowerTarget,
    ExecutableStep,
    PaceTarget,
    RepeatGroup,
    SpeedTarget,
    SportType,
    StepType,
    TargetType,
    WorkoutSegment,
    create_repeat_group,
)

from coach.domain.activity import Sport
from coach.domain.plan.held import Held, HeldPart, HeldRepeat, HeldStep, is_held
from coach.domain.plan.model import Intensity, Repeat, Step, StepKind, Target, Workout
from coach.errors import BadInput
from coach.providers.contract import Scheduled, WorkoutOrder
from coach.providers.garmin.values import day_of, number, object_of, rows_of, text

# Watches take no more than fifty steps of a workout, a repeat being one besides those in it.
MOST_STEPS = 50
MOST_TIMES = 99
_UNKNOWN = "garmin:0"  # a type whose number was not there
LONGEST_NAME, LONGEST_TEXT, LONGEST_NOTE = 80, 1_000, 200
DEEPEST = 4  # repeats within repeats that are read

# Which sport's workouts there are. There are none for walking: on the watch those are runs.
_SPORTS: Mapping[Sport, tuple[int, str]] = {
    Sport.run: (SportType.RUNNING, "running"),
    Sport.walk: (SportType.RUNNING, "running"),
    Sport.hike: (SportType.RUNNING, "running"),
    Sport.ride: (SportType.CYCLING, "cycling"),
    Sport.strength: (SportType.STRENGTH_TRAINING, "strength_training"),
}
_OTHER_SPORT = (SportType.OTHER, "other")
_SPORT_NAMES = {
    SportType.RUNNING: Sport.run.value,
    SportType.CYCLING: Sport.ride.value,
    SportType.SWIMMING: Sport.swim.value,
    SportType.STRENGTH_TRAINING: Sport.strength.value,
    SportType.OTHER: Sport.other.value,
}
_STEPS = {
    StepType.WARMUP: "warmup",
    StepType.COOLDOWN: "cooldown",
    StepType.INTERVAL: "interval",
    StepType.RECOVERY: "recovery",
    StepType.REST: "rest",
}
_KINDS = {
    StepType.WARMUP: StepKind.warmup.value,
    StepType.COOLDOWN: StepKind.cooldown.value,
    StepType.INTERVAL: StepKind.work.value,
    StepType.MAIN: StepKind.work.value,
    StepType.RECOVERY: StepKind.recovery.value,
    StepType.REST: StepKind.recovery.value,
}
_CONDITIONS = {
    ConditionType.LAP_BUTTON: "lap.button",
    ConditionType.TIME: "time",
    ConditionType.DISTANCE: "distance",
}
_ENDS = {
    "lap": ConditionType.LAP_BUTTON,
    "time": ConditionType.TIME,
    "distance": ConditionType.DISTANCE,
}
_NO_TARGET = {
    "workoutTargetTypeId": TargetType.NO_TARGET,
    "workoutTargetTypeKey": "no.target",
    "displayOrder": 1,
}


@dataclass
class _Count:
    """Numbers the steps: each has its own, across repeats."""

    last: int = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def payload_of(order: WorkoutOrder) -> dict[str, Any]:
    """Return a workout as Garmin takes it. Raises BadInput where it cannot hold it."""
    workout = order.workout
    _fit(workout)
    sport_id, sport_key = _SPORTS.get(workout.sport, _OTHER_SPORT)
    sport = {"sportTypeId": sport_id, "sportTypeKey": sport_key, "displayOrder": 1}
    count = _Count()
    notes = iter(order.notes)
    steps = [_part(part, workout.sport, count, notes) for part in workout.steps]
    made = BaseWorkout(
        workoutName=order.name[:LONGEST_NAME],
        description=order.text[:LONGEST_TEXT],
        sportType=sport,
        estimatedDurationInSecs=round(workout.duration_s),
        workoutSegments=[WorkoutSegment(segmentOrder=1, sportType=sport, workoutSteps=steps)],
    )
    return made.to_dict()


def _fit(workout: Workout) -> None:
    written = sum(len(part.steps) + 1 if isinstance(part, Repeat) else 1 for part in workout.steps)
    if not written:
        raise BadInput("plan_send_no_steps")
    if written > MOST_STEPS:
        raise BadInput("plan_send_too_many_steps", n=written, most=MOST_STEPS)
    for part in workout.steps:
        if isinstance(part, Repeat) and not 1 <= part.times <= MOST_TIMES:
            raise BadInput("plan_send_too_many_times", n=part.times, most=MOST_TIMES)
    for step in workout.each_step():
        if step.ends != "lap" and not (step.duration_s if step.ends == "time" else step.distance_m) > 0:
            raise BadInput("plan_send_no_steps")


def _part(part: Step | Repeat, sport: Sport, count: _Count, notes: Iterator[str]) -> Any:
    if not isinstance(part, Repeat):
        return _step(part, sport, count, next(notes, ""))
    at = count.next()
    inside: list[ExecutableStep | RepeatGroup] = [
        _step(step, sport, count, next(notes, "")) for step in part.steps
    ]
    return create_repeat_group(part.times, inside, at, skip_last_rest_step=False)


def _step(step: Step, sport: Sport, count: _Count, note: str) -> ExecutableStep:
    condition = _ENDS[step.ends]
    amount = {"time": step.duration_s, "distance": step.distance_m}.get(step.ends)
    kind = _step_type(step)
    target = _target(step.target, sport)
    values: dict[str, Any] = {"targetType": _NO_TARGET}
    if target is not None:
        values = {
            "targetType": {
                "workoutTargetTypeId": target.target_type,
                "workoutTargetTypeKey": target.target_type_key,
                "displayOrder": 1,
            },
            "targetValueOne": target.lower_limit,
            "targetValueTwo": target.upper_limit,
        }
    return ExecutableStep(
        stepOrder=count.next(),
        stepType={"stepTypeId": kind, "stepTypeKey": _STEPS[kind], "displayOrder": kind},
        endCondition={
            "conditionTypeId": condition,
            "conditionTypeKey": _CONDITIONS[condition],
            "displayOrder": condition,
            "displayable": True,
        },
        endConditionValue=amount,
        description=note[:LONGEST_NOTE] or None,
        **values,
    )


def _step_type(step: Step) -> int:
    if step.kind is StepKind.warmup:
        return StepType.WARMUP
    if step.kind is StepKind.cooldown:
        return StepType.COOLDOWN
    if step.kind is StepKind.recovery:
        return StepType.REST if step.intensity is Intensity.rest else StepType.RECOVERY
    return StepType.INTERVAL


def _target(
    target: Target, sport: Sport
) -> PaceTarget | SpeedTarget | CustomHeartRateTarget | CustomPowerTarget | None:
    """Return the target as Garmin holds it; None where it has nothing of the kind (how hard it feels)."""
    if not is_held(target) or target.low is None or target.high is None:
        return None
    low, high = target.low, target.high
    if target.kind == "pace" and low > 0:
        on_foot = sport in (Sport.run, Sport.walk, Sport.hike)
        made = PaceTarget if on_foot else SpeedTarget
        return made(lower_limit=1000 / high, upper_limit=1000 / low)  # the slower one is the lower
    if target.kind == "hr":
        return CustomHeartRateTarget(lower_limit=low, upper_limit=high)
    if target.kind == "power":
        return CustomPowerTarget(lower_limit=low, upper_limit=high)
    return None


def held_of(answer: Any) -> Held | None:
    """Read a workout as Garmin shows it, with its steps or (in a list) without; None where it is none."""
    row = object_of(answer)
    found = id_of(row.get("workoutId"))
    if not found:
        return None
    sport = number(object_of(row.get("sportType")).get("sportTypeId"))
    parts = (
        part
        for segment in rows_of(row.get("workoutSegments"))
        for part in _held_parts(segment.get("workoutSteps"))
    )
    name = text(row.get("workoutName"), 500)
    description = text(row.get("description"), 5_000)
    known = _SPORT_NAMES.get(int(sport or 0), f"garmin:{int(sport or 0)}")
    return Held(known, tuple(parts), name, description, found)


def is_whole(held: Held) -> bool:
    """Return whether nothing was missing in what a workout was read from."""
    return bool(held.name) and held.sport != _UNKNOWN and _are_whole(held.parts)


def _are_whole(parts: tuple[HeldPart, ...]) -> bool:
    return bool(parts) and all(
        part.times > 0 and _are_whole(part.steps)
        if isinstance(part, HeldRepeat)
        else _UNKNOWN not in (part.kind, part.ends)
        for part in parts
    )


def _held_parts(steps: Any, depth: int = DEEPEST) -> Iterator[HeldPart]:
    rows = sorted(rows_of(steps), key=lambda row: number(row.get("stepOrder")) or 0.0)
    for row in rows:
        if row.get("workoutSteps") is not None and depth:
            times = number(row.get("numberOfIterations")) or number(row.get("endConditionValue")) or 0
            yield HeldRepeat(int(times), tuple(_held_parts(row["workoutSteps"], depth - 1)))
        else:
            yield _held_step(row)


def _held_step(row: Mapping[str, Any]) -> HeldStep:
    kind = int(number(object_of(row.get("stepType")).get("stepTypeId")) or 0)
    condition = int(number(object_of(row.get("endCondition")).get("conditionTypeId")) or 0)
    ends = next((name for name, known in _ENDS.items() if known == condition), f"garmin:{condition}")
    amount = None if ends == "lap" else number(row.get("endConditionValue"))
    target, low, high = _held_target(row)
    return HeldStep(_KINDS.get(kind, f"garmin:{kind}"), ends, amount, target, low, high)


def _held_target(row: Mapping[str, Any]) -> tuple[str, float | None, float | None]:
    """Return kind and range in our units, the lower first, however Garmin has them."""
    kind = int(number(object_of(row.get("targetType")).get("workoutTargetTypeId")) or TargetType.NO_TARGET)
    if kind == TargetType.NO_TARGET:
        return "none", None, None
    zone = number(row.get("zoneNumber"))
    values = (number(row.get("targetValueOne")), number(row.get("targetValueTwo")))
    if None in values or zone is not None:
        return f"garmin:{kind}:zone", zone, zone
    low, high = sorted(value for value in values if value is not None)
    if kind in (TargetType.PACE_ZONE, TargetType.SPEED_ZONE):
        return ("pace", 1000 / high, 1000 / low) if low > 0 else (f"garmin:{kind}", low, high)
    names = {TargetType.HEART_RATE_ZONE: "hr", TargetType.POWER_ZONE: "power"}
    return names.get(kind, f"garmin:{kind}"), low, high


def scheduled_of(answer: Any) -> Scheduled | None:
    """Read a place in the calendar, from any of the ways in which Garmin shows one; None where it is none."""
    row = object_of(answer)
    names = ("workoutScheduleId", "scheduledWorkoutId", "scheduleId", "id")
    found = next((known for name in names if (known := id_of(row.get(name)))), "")
    workout = id_of(row.get("workoutId")) or id_of(object_of(row.get("workout")).get("workoutId"))
    days = (day_of(row.get(name)) for name in ("calendarDate", "scheduleDate", "scheduledDate", "date"))
    day = next((day for day in days if day is not None), None)
    return Scheduled(found, workout, day) if found and workout and day is not None else None


def id_of(value: Any) -> str:
    """Return one of Garmin's numbers as text, all its digits kept; "" where it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return str(value)
    return value if isinstance(value, str) and value.isdecimal() and int(value) > 0 else ""
