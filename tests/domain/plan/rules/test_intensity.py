"""How hard a plan may be. Every rule: a plan that breaks it, and the nearest that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.model import Constraints, Course, Done, Intensity, Priority, Race, Target, Week
from coach.domain.plan.rules import Severity
from coach.domain.plan.rules.limits import interval_limit_m, repetition_limit_m, threshold_limit_m
from tests.domain.plan.made import MONDAY, athlete, before, intervals, plan, race_run, run, step, week
from tests.domain.plan.rules.judged import judged

WARN, FORBID = Severity.warn, Severity.forbid


def hard(uid: str, *, metres: float = 800.0, n: int = 3) -> object:
    return intervals(uid, MONDAY, n=n, metres=metres)


@pytest.mark.parametrize(
    ("age", "days", "said"),
    [(35, (1, 3), []), (35, (1, 2), [WARN]), (55, (1, 4), []), (55, (1, 3), [WARN]), (None, (1, 3), [])],
)
def test_hard_days_need_room(age, days, said):
    made = plan(week(1, {day: hard(f"h{day}") for day in days}))
    assert judged(made, athlete(age=age), "hard_day_spacing") == said


def test_three_hard_days_in_a_row_are_forbidden():
    made = plan(week(1, {day: hard(f"h{day}") for day in (1, 2, 3)}))
    assert judged(made, athlete(), "hard_day_spacing") == [WARN, FORBID]


def test_what_was_run_hard_yesterday_counts():
    made = plan(week(1, {0: hard("today")}))
    yesterday = Done(999, MONDAY - timedelta(days=1), Sport.run, 3600.0, 10_000.0, hard_s=600.0)
    assert judged(made, athlete(done=(*before(), yesterday)), "hard_day_spacing") == [WARN]
    gentle = replace(yesterday, hard_s=300.0)
    assert judged(made, athlete(done=(*before(), gentle)), "hard_day_spacing") == []


def test_strides_make_no_hard_day():
    strides = run("s", MONDAY, step(6000), step(800, Intensity.repetition))  # 3:12 of fast running
    made = plan(week(1, {1: hard("h"), 2: strides}))
    assert judged(made, athlete(), "hard_day_spacing") == []


def share_of(easy_m: float, threshold_m: float) -> Week:
    """A week whose days are all alike, in steps of known pace: 360 and 280 s/km."""
    tempo = run("t", MONDAY, step(2000), step(threshold_m, Intensity.threshold))
    return week(1, {1: tempo, 4: easy_m / 1000 - 2})


def test_four_fifths_are_easy():
    # With 280 s/km at threshold and 360 s/km easy, 20 % of the time is 6 km in 24.67.
    light = athlete(done=before(km={2: 6}))
    easy_m = 6000 * 280 * 4 / 360
    assert judged(plan(share_of(easy_m, 6000)), light, "easy_share") == []
    assert judged(plan(share_of(easy_m - 1000, 6000)), light, "easy_share") == [WARN]
    assert judged(plan(share_of(easy_m * 7 / 12 + 100, 6000)), light, "easy_share") == [WARN]
    assert judged(plan(share_of(easy_m * 7 / 12 - 200, 6000)), light, "easy_share") == [FORBID]


def test_little_hard_running_is_never_too_much():
    light = athlete(done=before(km={2: 6}))
    assert judged(plan(share_of(4000, 3200)), light, "easy_share") == []  # 15 of 39 minutes


def test_daniels_caps():
    assert [threshold_limit_m(m) for m in (20_000, 50_000, 100_000)] == pytest.approx([3000, 5000, 10_000])
    assert [interval_limit_m(m) for m in (20_000, 50_000, 150_000)] == pytest.approx([2400, 4000, 10_000])
    assert [repetition_limit_m(m) for m in (20_000, 50_000, 200_000)] == pytest.approx([1600, 2500, 8000])


@pytest.mark.parametrize(
    ("rule", "intensity", "limit_m"),
    [
        ("threshold_cap", Intensity.threshold, 4000),
        ("interval_cap", Intensity.interval, 3200),
        ("repetition_cap", Intensity.repetition, 2000),
    ],
)
def test_a_week_holds_so_much_of_each_intensity(rule, intensity, limit_m):
    def made(metres: float) -> object:
        session = intervals("h", MONDAY, n=1, metres=metres, intensity=intensity)
        return plan(week(1, {1: session, 3: 10, 5: 10, 6: 10}))

    assert judged(made(limit_m + 100), athlete(), rule) == []  # what rounding may add
    assert judged(made(limit_m + 101), athlete(), rule) == [WARN]
    assert judged(made(2 * limit_m + 1), athlete(), rule) == [FORBID]


def test_heat():
    paced = Target("pace", 258, 262)
    session = run("h", MONDAY, step(2000), step(4000, Intensity.interval, target=paced), step(2000))
    made = plan(week(1, {1: session}))

    def at(celsius: float | None, changed: object = made) -> list[Severity]:
        return judged(changed, athlete(constraints=Constraints(temperature_c=celsius)), "heat")  # type: ignore[arg-type]

    # ACSM's flags: red from 23, black above 28.
    assert [at(c) for c in (None, 22.9, 23, 28, 28.1)] == [[], [], [WARN], [WARN], [FORBID]]
    by_effort = replace(
        session, steps=(step(2000), step(4000, Intensity.interval, target=Target("rpe", 8, 9)))
    )
    assert [at(c, plan(week(1, {1: by_effort}))) for c in (28, 28.1)] == [[], [FORBID]]
    inside = replace(session, place="treadmill")
    assert at(35, plan(week(1, {1: inside}))) == []
    assert at(35, plan(week(1, {1: 10}))) == []  # easy running is the athlete's own to time


def test_a_hot_race_is_warned_about():
    for celsius, said in ((28.0, []), (29.0, [WARN])):
        race = Race(
            MONDAY + timedelta(days=5), 10_000.0, Priority.a, course=Course(temperature_c=celsius), id=1
        )
        made = plan(week(1, {5: race_run("r", race)}), races=(race,))
        assert judged(made, athlete(), "heat") == said
