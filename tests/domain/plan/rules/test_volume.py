"""How much may be run. Every rule: a plan that breaks it, and the nearest that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.model import Basis, Constraints, Done, Phase, Priority, Race
from coach.domain.plan.rules import Severity, check
from coach.domain.plan.rules.limits import (
    Volume,
    session_limit_m,
    session_most_m,
    usual_m,
    week_limit_m,
    week_most_m,
)
from tests.domain.plan.made import MONDAY, athlete, before, plan, race_run, run, step, week
from tests.domain.plan.rules.judged import judged

WARN, FORBID = Severity.warn, Severity.forbid


@pytest.mark.parametrize(
    ("km", "said"),
    [(13.2, []), (13.3, [WARN]), (15.6, [WARN]), (15.7, [FORBID])],
)
def test_a_run_against_the_longest_of_thirty_days(km, said):
    # Frandsen 2025: 12 km was the longest, so from 13.2 km on injuries were more frequent.
    assert judged(plan(week(1, {1: 8, 6: km})), athlete(), "session_spike") == said


def test_short_runs_may_grow_by_a_kilometre():
    slow = athlete(done=before(km={1: 3, 3: 3, 5: 3}))
    assert judged(plan(week(1, {1: 4})), slow, "session_spike") == []
    assert judged(plan(week(1, {1: 4.1})), slow, "session_spike") == [WARN]
    assert judged(plan(week(1, {1: 5.1})), slow, "session_spike") == [FORBID]


def test_earlier_planned_runs_count_as_done_and_those_of_31_days_ago_do_not():
    growing = plan(week(1, {6: 13}), week(2, {6: 14}), week(3, {6: 15}))
    assert judged(growing, athlete(), "session_spike") == []
    long_ago = (Done(1, MONDAY - timedelta(days=31), Sport.run, 7200.0, 20_000.0), *before(weeks=4))
    assert judged(plan(week(1, {0: 20})), athlete(done=long_ago), "session_spike") == [FORBID]
    recent = (*before(weeks=4), Done(99, MONDAY - timedelta(days=30), Sport.run, 7200.0, 20_000.0))
    assert judged(plan(week(1, {0: 20})), athlete(done=recent), "session_spike") == []


def test_the_goal_race_is_exempt_and_another_is_warned_about():
    goal = Race(MONDAY + timedelta(days=6), 21_097.5, id=1)
    tune_up = replace(goal, priority=Priority.b)
    for race, said in ((goal, []), (tune_up, [WARN])):
        made = plan(week(1, {6: race_run("r", race)}), races=(race,))
        assert judged(made, athlete(), "session_spike") == said
        # Calling a run a race does not make it one.
        nobody = replace(made, races=(), goal=replace(made.goal, race=None))
        assert judged(nobody, athlete(), "session_spike") == [FORBID]


def test_what_nobody_measured_is_estimated_from_its_time():
    # 90 minutes on a treadmill at 2.4 m/s are 13 km.
    treadmill = tuple(replace(d, distance_m=None, duration_s=5400.0) for d in before(km={6: 1}))
    assert judged(plan(week(1, {6: 14.2})), athlete(done=treadmill), "session_spike") == []
    assert judged(plan(week(1, {6: 14.4})), athlete(done=treadmill), "session_spike") == [WARN]


def test_limits_grow_with_what_was_run():
    assert [session_limit_m(m) for m in (0, 3000, 10_000, 20_000)] == pytest.approx(
        [3000, 4000, 11_000, 22_000]
    )
    assert [session_most_m(m) for m in (0, 3000, 10_000, 20_000)] == pytest.approx(
        [3000, 5000, 13_000, 26_000]
    )


@pytest.mark.parametrize(
    ("km", "said"),
    [(44, []), (45, [WARN]), (48, [WARN]), (48.2, [FORBID])],
)
def test_a_week_against_those_before_it(km, said):
    made = plan(week(1, dict.fromkeys((0, 1, 3, 5), km / 4)))
    assert judged(made, athlete(), "weekly_rise") == said


def test_after_a_cut_back_week_the_week_before_it_counts():
    days = (1, 3, 5, 6)

    def of(number: int, km: float, **more: bool) -> object:
        return week(number, dict.fromkeys(days, km / 4), **more)

    up = (of(1, 44), of(2, 48), of(3, 36, cutback=True))
    assert judged(plan(*up, of(4, 52)), athlete(), "weekly_rise") == []
    assert judged(plan(*up, of(4, 53.2)), athlete(), "weekly_rise") == [WARN]
    # One lighter week that nobody called so, as after a missed run, is no reason to start again.
    not_said_so = (of(1, 44), of(2, 48), of(3, 36))
    assert judged(plan(*not_said_so, of(4, 52)), athlete(), "weekly_rise") == []
    two_weeks = (of(1, 44), of(2, 32), of(3, 32))
    assert judged(plan(*two_weeks, of(4, 52)), athlete(), "weekly_rise") == [FORBID]


def test_small_weeks_may_grow_by_kilometres():
    slow = athlete(done=before(km={1: 5, 3: 5, 5: 5}))
    assert judged(plan(week(1, {1: 6, 3: 6, 5: 6})), slow, "weekly_rise") == []
    assert judged(plan(week(1, {1: 6, 3: 6, 5: 6.1})), slow, "weekly_rise") == [WARN]
    assert judged(plan(week(1, {1: 6, 3: 6, 5: 6, 6: 2.1})), slow, "weekly_rise") == [FORBID]


def test_the_way_back_after_weeks_off_is_a_half_then_three_quarters():
    full, off = [Volume(80_000, 28_800)] * 4, [Volume(0, 0)] * 4
    assert usual_m([*full, *off[:2]]) == pytest.approx(40_000)  # mean and middle of 80, 80, 0, 0
    assert week_limit_m([*full, *off]) == pytest.approx(40_000)
    assert week_limit_m([*full, *off[:3], Volume(40_000, 14_400)]) == pytest.approx(60_000)


def test_a_week_in_progress_is_judged_for_what_remains():
    wednesday = MONDAY + timedelta(days=2)
    made = plan(week(1, {0: 10, 1: 10, 3: 10, 5: 10}))
    # 60 km on Monday and Tuesday do not stand against what was planned for them ...
    much = (
        *before(),
        *(Done(900 + i, MONDAY + timedelta(days=i), Sport.run, 10_800, 30_000) for i in (0, 1)),
    )
    assert judged(made, athlete(wednesday, done=much), "weekly_rise") == []
    # ... and what was not run makes no room that the rest of the week would not have had.
    more = plan(week(1, {0: 10, 1: 10, 3: 14, 5: 15}))
    assert judged(more, athlete(wednesday, done=much), "weekly_rise") == [FORBID]
    assert judged(more, athlete(wednesday, done=before()), "weekly_rise") == []


def test_a_week_that_is_over_is_not_judged_and_counts_as_it_was():
    made = plan(week(1, {1: 30, 3: 30, 5: 30}), week(2, {1: 12, 3: 10, 5: 10, 6: 12}))
    later = MONDAY + timedelta(days=7)
    assert judged(made, athlete(later, done=before(later)), "weekly_rise") == []
    assert all(f.day is None or f.day >= later for f in check(made, athlete(later, done=before(later))))


def test_never_more_than_a_fifth_above_the_own_four_weeks():
    steady = [Volume(40_000, 14_400)] * 8
    assert week_limit_m(steady) == pytest.approx(44_000)
    assert week_most_m(steady) == pytest.approx(48_000)
    rising = [Volume(m, 0) for m in (40_000, 44_000, 48_000, 52_000)]
    assert week_limit_m(rising) == pytest.approx(57_200)
    assert week_most_m(rising) == pytest.approx(59_800)  # 15 % above the last


@pytest.mark.parametrize(("age", "allowed"), [(35, 3), (55, 2)])
def test_a_lighter_week_comes_after_three_that_build_up(age, allowed):
    def of(number: int, km: float) -> object:
        return week(number, dict.fromkeys((1, 3, 5, 6), km / 4))

    somebody = athlete(age=age)
    building = [of(n, 38 + 2 * n) for n in range(1, allowed + 2)]
    assert judged(plan(*building), somebody, "cutback") == [WARN]
    assert judged(plan(*building[:-1]), somebody, "cutback") == []
    lighter = of(allowed + 1, 0.87 * (38 + 2 * allowed))
    assert judged(plan(*building[:-1], lighter), somebody, "cutback") == []
    steady = [of(n, 40) for n in range(1, 9)]
    assert judged(plan(*steady), somebody, "cutback") == []


@pytest.mark.parametrize(
    ("others", "limit"),
    [((8, 8, 8, 8), 0.35), ((10, 10, 10), 0.40), ((10, 10), 0.55)],
)
def test_the_long_run_is_a_part_of_the_week(others, limit):
    # Alone in its history, so that no fuller week before it is taken for the measure.
    light = athlete(done=before(km={2: 6}))
    long = limit * sum(others) / (1 - limit)
    days = dict(enumerate(others))
    assert judged(plan(week(1, days | {6: long})), light, "long_run_share") == []
    assert judged(plan(week(1, days | {6: long + 1.5})), light, "long_run_share") == [WARN]


def test_a_week_that_was_cut_short_may_keep_its_long_run():
    # Of 40 km last week 12.5 are less than a third, whatever is left of this one.
    assert judged(plan(week(1, {1: 6, 6: 12})), athlete(), "long_run_share") == []
    light = athlete(done=before(km={2: 6}))
    assert judged(plan(week(1, {1: 6, 6: 13})), light, "long_run_share") == [WARN]


def test_three_hours_are_the_most():
    def lasting(minutes: float) -> object:
        return plan(week(1, {6: minutes / 6}))

    assert judged(lasting(180), athlete(), "long_run_duration") == []
    assert judged(lasting(181), athlete(), "long_run_duration") == [FORBID]
    new = athlete(constraints=Constraints(experience="new"))
    assert judged(lasting(150), new, "long_run_duration") == []
    assert judged(lasting(151), new, "long_run_duration") == [WARN]
    assert judged(lasting(181), new, "long_run_duration") == [FORBID]
    race = Race(MONDAY + timedelta(days=6), 42_195.0, id=1)
    made = plan(week(1, {6: race_run("r", race)}), races=(race,))
    assert judged(made, athlete(), "long_run_duration") == []


def test_two_runs_of_a_day_count_together():
    def twice(km: float) -> object:
        second = run("second", MONDAY, step(1000 * km), second=True)
        made = plan(week(1, {0: 10}))
        return made.with_workouts((*made.workouts, second))

    # 12 km was the longest: 15.6 km together are the limit, 19.2 km the most.
    assert judged(twice(5.6), athlete(), "daily_total") == []
    assert judged(twice(5.7), athlete(), "daily_total") == [WARN]
    assert judged(twice(9.3), athlete(), "daily_total") == [FORBID]


def test_percentages_are_silent_where_gates_hold():
    nobody = athlete(done=())
    made = plan(week(1, {0: 30, 2: 30}), basis=Basis(MONDAY, 0.0, 0.0, 0.0))
    rules = {f.rule for f in check(made, nobody)}
    assert not rules & {"session_spike", "weekly_rise", "long_run_share", "cutback"}
    assert "walk_run_gate" in rules


def test_after_the_peak_nothing_needs_a_cut_back():
    weeks = [
        week(n, dict.fromkeys((1, 3, 5, 6), km / 4), phase=phase)
        for n, km, phase in (
            (1, 40, Phase.build),
            (2, 42, Phase.build),
            (3, 44, Phase.build),
            (4, 30, Phase.taper),
            (5, 20, Phase.race),
        )
    ]
    assert judged(plan(*weeks), athlete(), "cutback") == []
