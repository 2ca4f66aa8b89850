"""Planned workouts at Garmin: the numbers it obeys, what it makes of them, and what is read back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from garmin_account import Connected

from coach.domain.activity import Sport
from coach.domain.plan.held import HeldRepeat, compare, grade, planned
from coach.domain.plan.model import FREE, Intensity, Repeat, Step, StepKind, Target, Workout, WorkoutKind
from coach.errors import BadInput, ComeBackLater, NeedsAthlete, NotFound, ProviderTrouble, ServiceBroken
from coach.providers.contract import WorkoutOrder, Workouts
from coach.providers.garmin.workout_mapping import MOST_STEPS, held_of, payload_of, scheduled_of

DAY = date(2026, 11, 26)
TEXT = "빨라지려고 해요.\nHanbal · w03-thu #0123456789ab"
PACE = Target("pace", 220.0, 230.0)


def step(
    kind: StepKind = StepKind.work,
    intensity: Intensity = Intensity.easy,
    ends: Any = "time",
    amount: float = 600.0,
    target: Target = FREE,
) -> Step:
    metres, seconds = (amount, amount * 0.3) if ends == "distance" else (amount / 0.3, amount)
    return Step(kind, intensity, ends, metres, seconds, target)


SIX_TIMES_400 = Workout(
    "w03-thu",
    DAY,
    WorkoutKind.interval,
    (
        step(StepKind.warmup),
        Repeat(
            6,
            (
                step(intensity=Intensity.interval, ends="distance", amount=400.0, target=PACE),
                step(StepKind.recovery, Intensity.rest, amount=90.0),
            ),
        ),
        step(amount=300.0, target=Target("hr", 120.0, 140.0)),
        step(StepKind.cooldown, ends="lap"),
    ),
)


def order(workout: Workout = SIX_TIMES_400, *notes: str) -> WorkoutOrder:
    return WorkoutOrder(workout, "인터벌 6 × 400 m", TEXT, notes)


def steps_in(payload: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def below(steps: list[dict[str, Any]]) -> None:
        for each in steps:
            found.append(each)
            below(each.get("workoutSteps", []))

    below(payload["workoutSegments"][0]["workoutSteps"])
    return found


def numbers(each: dict[str, Any]) -> tuple[Any, ...]:
    return (
        each["stepType"]["stepTypeId"],
        each["endCondition"]["conditionTypeId"],
        each.get("endConditionValue"),
        each.get("targetType", {}).get("workoutTargetTypeId"),
    )


def test_the_numbers_are_those_that_garmin_obeys() -> None:
    """As measured against Garmin: conditions 1 lap, 2 time, 3 distance, 7 times; targets 1 none, 4 heart
    rate, 6 pace; steps 1 warm-up, 2 cool-down, 3 interval, 5 rest, 6 repeat."""
    assert [numbers(each) for each in steps_in(payload_of(order()))] == [
        (1, 2, 600.0, 1),
        (6, 7, 6.0, None),
        (3, 3, 400.0, 6),
        (5, 2, 90.0, 1),
        (3, 2, 300.0, 4),
        (2, 1, None, 1),
    ]


def test_every_step_has_a_number_of_its_own_and_the_slower_pace_comes_first() -> None:
    steps = steps_in(payload_of(order()))
    assert [each["stepOrder"] for each in steps] == [1, 2, 3, 4, 5, 6]
    assert (steps[2]["targetValueOne"], steps[2]["targetValueTwo"]) == pytest.approx((1000 / 230, 1000 / 220))
    assert steps[1]["skipLastRestStep"] is False  # the last recovery is done, too


def test_it_says_what_the_recorded_example_says() -> None:
    recorded = json.loads(EXAMPLE)
    theirs = {(numbers(each), each.get("targetValueOne")) for each in steps_in(recorded)}
    ours = {(numbers(each), each.get("targetValueOne")) for each in steps_in(payload_of(order()))}
    assert {(n, pytest.approx(v) if v else v) for n, v in theirs - ours} == {
        ((4, 2, 90.0, 1), None),  # there the recovery is jogged
        ((2, 2, 600.0, 1), None),  # and the cool-down has an end
    }


EXAMPLE = (Path(__file__).parent / "workout_6x400.json").read_text()


def test_what_garmin_holds_is_what_was_planned(garmin: Connected) -> None:
    account = garmin.open()
    assert isinstance(account, Workouts)
    number = account.create_workout(order(SIX_TIMES_400, "", "", "서서 쉬기", "", ""))
    held = account.read_workout(number)
    assert held is not None
    assert held.name == "인터벌 6 × 400 m"
    assert held.text.endswith("#0123456789ab")
    differences = compare(planned(SIX_TIMES_400), held)
    assert (differences, grade(differences)) == ((), "exact")
    repeat = held.parts[1]
    assert isinstance(repeat, HeldRepeat)
    kept = garmin.fake.workouts[int(number)]["workoutSegments"][0]["workoutSteps"][1]["workoutSteps"]
    assert kept[1]["description"] == "서서 쉬기"
    assert compare(planned(SIX_TIMES_400), account.would_hold(order())) == ()


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        ({"targetType": {"workoutTargetTypeId": 1}}, ("2.1", "target")),
        ({"targetType": {"workoutTargetTypeId": 99}}, ("2.1", "target")),
        ({"endCondition": {"conditionTypeId": 1}, "endConditionValue": None}, ("2.1", "end")),
        ({"endConditionValue": 500.0}, ("2.1", "amount")),
        ({"targetValueOne": 4.0}, ("2.1", "range")),
        ({"stepType": {"stepTypeId": 4}}, ("2.1", "kind")),
    ],
)
def test_what_garmin_made_of_a_step_is_seen(garmin: Connected, spoil: dict[str, Any], found: Any) -> None:
    """Garmin answers 200 whatever it is given: only reading back tells."""
    account = garmin.open()
    payload = payload_of(order())
    payload["workoutSegments"][0]["workoutSteps"][1]["workoutSteps"][0].update(spoil)
    said = account._ask(lambda: account._garmin.upload_workout(payload))
    held = account.read_workout(str(said["workoutId"]))
    assert held is not None
    assert [(d.step, d.what) for d in compare(planned(SIX_TIMES_400), held)] == [found]


def test_names_of_types_are_ignored_and_numbers_obeyed(garmin: Connected) -> None:
    """The trap of older constants: DISTANCE=1 is the lap button there, whatever the name says."""
    account = garmin.open()
    payload = payload_of(order())
    first = payload["workoutSegments"][0]["workoutSteps"][0]
    first["endCondition"] = {"conditionTypeId": 1, "conditionTypeKey": "distance"}
    said = account._ask(lambda: account._garmin.upload_workout(payload))
    held = account.read_workout(str(said["workoutId"]))
    assert held is not None
    assert [(d.what, d.wanted, d.got) for d in compare(planned(SIX_TIMES_400), held)] == [
        ("end", "time", "lap")
    ]


def test_how_hard_it_feels_cannot_be_held_and_the_grade_says_so(garmin: Connected) -> None:
    workout = replace(SIX_TIMES_400, steps=(step(target=Target("rpe", 3.0, 4.0)),))
    account = garmin.open()
    held = account.read_workout(account.create_workout(order(workout, "30분, RPE 3–4")))
    assert held is not None
    (difference,) = compare(planned(workout), held)
    assert (difference.what, difference.wanted["kind"], difference.got["kind"]) == ("target", "rpe", "none")
    assert grade((difference,)) == "degraded"


@pytest.mark.parametrize(
    ("sport", "number", "kept"),
    [
        (Sport.run, 1, "run"),
        (Sport.walk, 1, "run"),
        (Sport.ride, 2, "ride"),
        (Sport.strength, 5, "strength"),
        (Sport.swim, 3, "other"),
        (Sport.row, 3, "other"),
    ],
)
def test_sports(sport: Sport, number: int, kept: str) -> None:
    workout = replace(SIX_TIMES_400, sport=sport, steps=(step(),))
    payload = payload_of(order(workout))
    assert payload["sportType"]["sportTypeId"] == number
    held = held_of({**payload, "workoutId": 1})
    assert held is not None
    assert held.sport == kept
    assert grade(compare(planned(workout), held)) == ("exact" if sport.value == kept else "degraded")


def test_walk_run_is_running_with_walks_between() -> None:
    walks = Repeat(8, (step(amount=60.0), step(StepKind.recovery, Intensity.walk, amount=90.0)))
    workout = replace(SIX_TIMES_400, kind=WorkoutKind.walk_run, steps=(walks,))
    assert [numbers(each)[:3] for each in steps_in(payload_of(order(workout)))] == [
        (6, 7, 8.0),
        (3, 2, 60.0),
        (4, 2, 90.0),
    ]


@pytest.mark.parametrize(
    ("steps", "key"),
    [
        ((), "plan_send_no_steps"),
        ((step(amount=0.0),), "plan_send_no_steps"),
        ((step(),) * (MOST_STEPS + 1), "plan_send_too_many_steps"),
        ((Repeat(100, (step(),)),), "plan_send_too_many_times"),
    ],
)
def test_what_no_watch_holds_is_refused_before_it_is_sent(steps: Any, key: str) -> None:
    with pytest.raises(BadInput) as refused:
        payload_of(order(replace(SIX_TIMES_400, steps=steps)))
    assert refused.value.key == key


def test_the_calendar(garmin: Connected) -> None:
    account = garmin.open()
    number = account.create_workout(order())
    place = account.schedule(number, DAY)
    assert (place.workout_id, place.day) == (number, DAY)
    assert int(place.id) > 2**53  # all of its digits are there
    assert account.scheduled(DAY, DAY) == (place,)
    account.reschedule(place.id, date(2026, 11, 28))
    assert account.scheduled(DAY, DAY) == ()
    account.update_workout(number, replace(order(), name="다른 이름"))
    assert [p.day for p in account.scheduled(DAY, date(2026, 11, 30))] == [date(2026, 11, 28)]
    account.unschedule(place.id)
    account.unschedule(place.id)  # gone already
    assert account.scheduled(DAY, date(2026, 11, 30)) == ()
    account.delete_workout(number)
    account.delete_workout(number)
    assert account.read_workout(number) is None
    with pytest.raises(NotFound):
        account.schedule(number, DAY)
    with pytest.raises(NotFound):
        account.update_workout(number, order())
    with pytest.raises(NotFound):
        account.reschedule(place.id, DAY)


def test_the_month_of_the_calendar_begins_at_zero(garmin: Connected) -> None:
    garmin.fake.put_on(garmin.fake.draw_up(), DAY)
    account = garmin.open()
    (shown,) = account._ask(lambda: account._garmin.get_scheduled_workouts(2026, 11))["calendarItems"]
    place = scheduled_of(shown)
    assert place is not None
    assert place.day == DAY


def test_short_pages_are_not_the_end_of_the_library(garmin: Connected) -> None:
    for n in range(7):
        garmin.fake.draw_up(f"{n}")
    garmin.fake.pages_of = 3
    found = garmin.open().find_workouts()
    assert [held.name for held in found] == ["6", "5", "4", "3", "2", "1", "0"]
    assert all(held.parts == () for held in found)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("401", None),  # the tokens are renewed, and it is asked once more
        ("429_after", ComeBackLater),
        ("503", ServiceBroken),
        ("done_500", ServiceBroken),
        ("cut", ServiceBroken),
        ("slow", ServiceBroken),
        ("403", NeedsAthlete),
        ("400", BadInput),
        ("404", NotFound),
        ("204", ServiceBroken),
        ("html", ServiceBroken),
        ("empty", ServiceBroken),
        ("broken_json", ServiceBroken),
        ("wrong_types", ServiceBroken),
        ("nulls", ServiceBroken),
    ],
)
def test_whatever_garmin_answers_one_of_our_errors_is_raised(
    garmin: Connected, fault: Any, expected: Any
) -> None:
    garmin.timeout_s = 0.3
    account = garmin.open()
    garmin.fake.fault("/workout-service/workout", fault, seconds=0.6)
    if expected is None:
        assert account.create_workout(order())
        return
    with pytest.raises(expected):
        account.create_workout(order())


@pytest.mark.parametrize("fault", ["204", "html", "empty", "wrong_types", "nulls", "missing_fields", "500"])
@pytest.mark.parametrize("path", ["/workout-service/workouts", "*/workoutScheduleByPeriod", "*/workout/*"])
def test_odd_answers_never_look_like_nothing_being_there(garmin: Connected, path: str, fault: Any) -> None:
    """Taking an odd answer for an empty library would make every workout anew."""
    account = garmin.open()
    number = garmin.fake.draw_up(description="Hanbal · w03-thu #0123456789ab")
    garmin.fake.put_on(number, DAY)
    garmin.fake.fault(path, fault)
    try:
        found: Any = {
            "/workout-service/workouts": account.find_workouts,
            "*/workoutScheduleByPeriod": lambda: account.scheduled(DAY, DAY),
            "*/workout/*": lambda: account.read_workout(str(number)),
        }[path]()
    except ProviderTrouble:
        return
    assert found  # what is left of the answer was enough
