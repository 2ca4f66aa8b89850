"""Which days, and numbers that can be. Every rule: what breaks it, and the nearest that does not."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from math import inf, nan
from typing import Any

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    Blackout,
    Constraints,
    Intensity,
    Plan,
    Race,
    Repeat,
    Step,
    StepKind,
    Target,
    WorkoutKind,
)
from coach.domain.plan.rules import Severity, check
from tests.domain.plan.made import MONDAY, athlete, plan, race_run, run, step, week
from tests.domain.plan.rules.judged import judged

WARN, FORBID = Severity.warn, Severity.forbid


def test_one_day_a_week_is_free_of_running():
    assert judged(plan(week(1, dict.fromkeys(range(7), 5))), athlete(), "rest_day") == [WARN]
    assert judged(plan(week(1, dict.fromkeys(range(6), 5))), athlete(), "rest_day") == []


def test_no_training_on_days_that_are_kept_free():
    away = athlete(constraints=Constraints(blackouts=(Blackout(MONDAY, MONDAY + timedelta(days=1)),)))
    assert judged(plan(week(1, {1: 6})), away, "blackout_day") == [FORBID]
    assert judged(plan(week(1, {2: 6})), away, "blackout_day") == []
    by_hand = run("a", MONDAY, step(6000), origin="edited")
    assert judged(plan(week(1, {1: by_hand})), away, "blackout_day") == [WARN]
    assert judged(plan(week(1, {1: run("a", MONDAY, kind=WorkoutKind.rest)})), away, "blackout_day") == []


def test_days_have_only_so_much_room():
    busy = athlete(constraints=Constraints(max_s=(0.0, 3600.0, *(None,) * 5)))
    assert judged(plan(week(1, {1: 10})), busy, "availability") == []
    assert judged(plan(week(1, {1: 10.5})), busy, "availability") == [FORBID]
    assert judged(plan(week(1, {0: 1})), busy, "availability") == [FORBID]
    by_hand = run("a", MONDAY, step(12_000), origin="edited")
    assert judged(plan(week(1, {1: by_hand})), busy, "availability") == [WARN]
    race = Race(MONDAY, 21_097.5, id=1)
    assert judged(plan(week(1, {0: race_run("r", race)}), races=(race,)), busy, "availability") == []


EASY = step(5000)


@pytest.mark.parametrize(
    "broken",
    [
        replace(EASY, distance_m=nan),
        replace(EASY, duration_s=inf),
        replace(EASY, duration_s=-1.0),
        replace(EASY, distance_m=-5000.0),
        replace(EASY, distance_m=0.0),
        replace(EASY, duration_s=0.0),
        replace(EASY, duration_s=300.0),  # 16.7 m/s
        replace(EASY, distance_m=200_000.0, duration_s=90_000.0),
        replace(EASY, target=Target("pace", 400, 300)),
        replace(EASY, target=Target("pace", 20, 30)),
        replace(EASY, target=Target("hr", nan, 150)),
        replace(EASY, target=Target("hr", None, 150)),
        replace(EASY, target=Target("rpe", 5, 11)),
        Repeat(0, (EASY,)),
        Repeat(-3, (EASY,)),
        Repeat(10**12, (EASY,)),
        Repeat(3, ()),
        Step(StepKind.work, Intensity.easy, "distance", 0.0, 60.0),
    ],
)
def test_numbers_that_cannot_be(broken):
    made = plan(week(1, {0: run("a", MONDAY, broken)}))
    assert FORBID in judged(made, athlete(), "sane_numbers")


def with_uids(*uids: str, day: int = 0) -> Plan:
    made = plan(week(1, {}))
    on = MONDAY + timedelta(days=day)
    sessions = tuple(run(uid, on, step(3000), second=n > 0) for n, uid in enumerate(uids))
    return replace(made, weeks=(replace(made.weeks[0], workouts=sessions),))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (plan(week(1, {0: 6})), []),
        (with_uids("a", "b"), []),
        (with_uids("a", "b", "c"), [FORBID]),
        (with_uids("a", "a"), [FORBID]),
        (with_uids(""), [FORBID]),
        (with_uids("a", day=9), [FORBID]),
        (plan(week(1, {0: run("a", MONDAY)})), [FORBID]),
        (plan(week(1, {0: run("a", MONDAY, step(3000), kind=WorkoutKind.rest)})), [FORBID]),
        (plan(week(1, {0: run("a", MONDAY, kind=WorkoutKind.rest)})), []),
    ],
)
def test_days_and_uids_that_cannot_be(made, said):
    assert sorted(judged(made, athlete(), "sane_numbers")) == sorted(said)


def test_weeks_follow_each_other():
    assert FORBID in judged(plan(week(2, {0: 5}), week(1, {0: 5})), athlete(), "sane_numbers")
    assert judged(plan(week(1, {0: 5}), week(2, {0: 5})), athlete(), "sane_numbers") == []


def test_strength_needs_no_distance():
    strong = Step(StepKind.work, Intensity.easy, "time", 0.0, 1800.0)
    session = run("s", MONDAY, strong, kind=WorkoutKind.strength, sport=Sport.strength)
    assert judged(plan(week(1, {0: session})), athlete(), "sane_numbers") == []
    assert judged(plan(week(1, {0: run("s", MONDAY, strong)})), athlete(), "sane_numbers") == [FORBID]


def test_what_an_import_may_hold_never_hangs_or_raises():
    wild: list[Any] = [Repeat(10**12, (EASY, step(400, Intensity.interval))), replace(EASY, duration_s=nan)]
    began = time.perf_counter()
    assert check(plan(week(1, {0: run("a", MONDAY, *wild)})), athlete())
    assert time.perf_counter() - began < 1


def test_the_past_is_not_judged():
    made = plan(week(1, {0: 60, 1: 60, 2: 60}), week(2, {0: 5}))
    later = MONDAY + timedelta(days=7)
    assert {f.rule for f in check(made, athlete(later))} <= {"race_distance"}
