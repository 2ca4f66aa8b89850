"""Plans that hide what they are: speed called easy, running called something else, races that are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    FREE,
    Goal,
    GoalKind,
    Intensity,
    Plan,
    Priority,
    Race,
    Step,
    StepKind,
    Target,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.rules import Severity, check
from tests.domain.plan.made import MONDAY, athlete, plan, run, step, week

FORBID = Severity.forbid


def stretch(
    metres: float, seconds: float, target: Target = FREE, intensity: Intensity = Intensity.easy
) -> Step:
    return Step(StepKind.work, intensity, "distance", metres, seconds, target)


def of(session: Workout, **more: object) -> Plan:
    return plan(week(1, {1: session, 3: 9, 5: 9, 6: 11}))


def found(made: Plan, rule: str, **known: object) -> list[Severity]:
    return [f.severity for f in check(made, athlete(**({"vdot": 45.0} | known))) if f.rule == rule]


FAST = [
    (Target("pace", 210, 215), {}),  # 3:30/km; at VDOT 45 intervals are 4:16
    (Target(), {}),  # as fast by its duration alone
    (Target("hr", 165, 172), {"lthr_bpm": 168.0}),
    (Target("hr", 172, 182), {"hr_max_bpm": 188.0, "hr_rest_bpm": 50.0}),
    (Target("power", 285, 300), {"threshold_power_w": 280.0}),
    (Target("rpe", 8, 9), {}),
]


@pytest.mark.parametrize(("target", "known"), FAST)
def test_speed_that_is_called_easy_counts_as_what_it_is(target: Target, known: dict[str, float]) -> None:
    session = run("fast", MONDAY, stretch(9000, 9000 * 0.2125, target))
    rules = ("easy_share", "interval_cap", "threshold_cap")
    assert any(FORBID in found(of(session), rule, **known) for rule in rules)


def test_easy_running_is_easy_by_every_measure() -> None:
    for target in (Target("pace", 323, 364), Target("hr", 126, 150), Target("rpe", 2, 4), Target()):
        session = run("easy", MONDAY, stretch(9000, 9000 * 0.3435, target))
        assert check(of(session), athlete(vdot=45.0, lthr_bpm=168.0)) == ()


def test_walking_at_a_runners_speed_is_running() -> None:
    walk = stretch(5000, 1800, intensity=Intensity.walk)
    made = of(run("walk", MONDAY, walk, kind=WorkoutKind.walk))
    nobody = athlete(done=(), vdot=None)
    assert FORBID in [f.severity for f in check(made, nobody) if f.rule == "walk_run_gate"]


@pytest.mark.parametrize(
    "session",
    [
        run("short", MONDAY, stretch(5000, 600, Target("pace", 330, 350))),  # 5 km in ten minutes
        run("slow", MONDAY, Step(StepKind.work, Intensity.easy, "time", 1000, 7200)),  # two hours for one km
        run("absurd", MONDAY, stretch(5000, 300)),
        replace(run("ride", MONDAY, step(15_000)), sport=Sport.ride),
        replace(run("hike", MONDAY, step(15_000), kind=WorkoutKind.cross), sport=Sport.hike),
        replace(run("gym", MONDAY, step(15_000), kind=WorkoutKind.strength), sport=Sport.strength),
        run("upside", MONDAY, stretch(5000, 1700, Target("pace", 350, 330))),
        replace(run("novel", MONDAY, step(8000)), note="가" * 5000),
        replace(run("name", MONDAY, step(8000)), name="x" * 300),
        run("key", MONDAY, replace(step(8000), note="x" * 200)),
        replace(run("why", MONDAY, step(8000)), purpose="x" * 200),
    ],
    ids=lambda w: w.uid,
)
def test_numbers_and_words_that_cannot_be(session: Workout) -> None:
    assert found(of(session), "sane_numbers") == [FORBID]


def test_time_counts_as_distance_where_a_step_ends_by_it() -> None:
    far = run("w", MONDAY, Step(StepKind.work, Intensity.easy, "time", 9900, 150 * 60.0))
    assert found(of(far), "session_spike") == [FORBID]


def test_a_uid_is_there_once_in_the_whole_plan() -> None:
    one, two = week(1, {1: 9, 3: 9, 5: 9, 6: 11}), week(2, {1: 9, 3: 9, 5: 9, 6: 11})
    twice = replace(two, workouts=(replace(two.workouts[0], uid=one.workouts[0].uid), *two.workouts[1:]))
    assert found(plan(one, twice), "sane_numbers") == [FORBID]


def test_weeks_do_not_overlap() -> None:
    one, two = week(1, {1: 9, 3: 9}), week(2, {1: 9, 3: 9})
    both = plan(one, replace(two, start=one.start + timedelta(days=5)))
    assert FORBID in found(both, "sane_numbers")


def test_only_the_athletes_own_race_is_exempt() -> None:
    """A plan that names an A race of its own on every other day is no reason to run far beyond all habit."""
    days = [MONDAY + timedelta(days=n) for n in (1, 3, 6)]
    races = tuple(Race(day, 20_000.0, id=n) for n, day in enumerate(days))
    raced = {
        (r.day - MONDAY).days: run(
            f"r{r.id}", r.day, step(20_000, Intensity.race), kind=WorkoutKind.race, race_id=r.id
        )
        for r in races
    }
    made = replace(plan(week(1, raced), races=races), goal=Goal(GoalKind.base))
    forbidden = {f.rule for f in check(made, athlete(vdot=45.0)) if f.severity is FORBID}
    assert {"weekly_rise", "easy_share"} <= forbidden


def test_a_race_is_as_far_as_it_is() -> None:
    race = Race(MONDAY + timedelta(days=6), 5000.0, id=1)
    session = run("r", race.day, step(40_000, Intensity.race), kind=WorkoutKind.race, race_id=1)
    made = plan(week(1, {1: 9, 3: 9, 6: session}), races=(race,))
    assert found(made, "session_spike") == [FORBID]


@pytest.mark.parametrize("priority", list(Priority))
def test_no_race_is_far_beyond_what_was_ever_run(priority: Priority) -> None:
    race = Race(MONDAY + timedelta(days=6), 42_195.0, priority, id=1)
    session = run("r", race.day, step(42_195, Intensity.race), kind=WorkoutKind.race, race_id=1)
    made = plan(week(1, {1: 9, 3: 9, 6: session}), races=(race,))
    assert FORBID in found(made, "race_distance")


def test_a_spike_is_not_hidden_in_two_runs_of_a_day() -> None:
    first, second = run("a", MONDAY, step(12_000)), replace(run("b", MONDAY, step(12_000)), second=True)
    made = plan(week(1, {1: first, 3: 5, 5: 5}))
    day = made.workouts[0].day
    both = made.with_workouts((*made.workouts, replace(second, day=day)))
    assert found(both, "daily_total") == [FORBID]
