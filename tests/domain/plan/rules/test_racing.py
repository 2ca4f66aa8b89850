"""Before and after races. Every rule: a plan that breaks it, and the nearest that does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.model import Done, Phase, Priority, Race
from coach.domain.plan.rules import Severity
from coach.domain.plan.rules.limits import recovery_days
from coach.domain.plan.rules.racing import taper_start
from tests.domain.plan.made import MONDAY, athlete, before, intervals, plan, race_run, week
from tests.domain.plan.rules.judged import judged

WARN, FORBID = Severity.warn, Severity.forbid


def marathon_after(longest_km: float, minutes_per_km: float = 6.0) -> tuple[object, object]:
    race = Race(MONDAY + timedelta(days=27), 42_195.0, id=1)
    weeks = [week(1, {6: longest_km}), week(2, {6: 10}), week(3, {6: 8}), week(4, {6: race_run("r", race)})]
    return plan(*weeks, races=(race,)), athlete(done=before(km={6: 10}, s_per_km=60 * minutes_per_km))


@pytest.mark.parametrize(
    ("km", "said"),
    # 60 % of a marathon are 25.3 km, 150 minutes at 6:00 25 km; half of it is 21.1 km, 130 minutes 21.7.
    [(25.3, []), (24.8, [WARN]), (21.5, [WARN]), (20.8, [FORBID]), (12, [FORBID])],
)
def test_a_marathon_needs_a_long_run_before_it(km, said):
    made, somebody = marathon_after(km)
    assert judged(made, somebody, "race_distance") == said  # type: ignore[arg-type]


def test_what_was_run_within_ninety_days_counts():
    made, _ = marathon_after(10)
    ran = (*before(km={6: 10}), Done(999, MONDAY - timedelta(days=60), Sport.run, 10_000.0, 28_000.0))
    assert judged(made, athlete(done=ran), "race_distance") == []  # type: ignore[arg-type]


def tapered(first_km: float, second_km: float, race_m: float = 42_195.0) -> object:
    race = Race(MONDAY + timedelta(days=34), race_m, id=1)
    days = (1, 3, 5, 6)
    weeks = [week(n, dict.fromkeys(days, 15), phase=Phase.specific) for n in (1, 2, 3)]
    weeks.append(week(4, dict.fromkeys(days, first_km / 4), phase=Phase.taper))
    last = {0: second_km / 2, 2: second_km / 2, 6: race_run("r", race)}
    weeks.append(week(5, last, phase=Phase.race))
    return plan(*weeks, races=(race,))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    # The peak is 60 km. Bosquet's 41–60 % less are 24 to 35.4 km a week, with 3.3 km for rounding.
    [(44, 26, []), (46, 32, [WARN]), (36, 12, []), (30, 10, [WARN]), (60, 60, [WARN])],
)
def test_two_weeks_before_a_race_rest(first, second, said):
    usual = athlete(done=before(km={1: 15, 3: 15, 5: 15, 6: 15}))
    assert judged(tapered(first, second), usual, "taper") == said  # type: ignore[arg-type]


def test_a_short_race_needs_no_two_weeks():
    usual = athlete(done=before(km={1: 15, 3: 15, 5: 15, 6: 15}))
    assert judged(tapered(60, 60, 5000.0), usual, "taper") == []  # type: ignore[arg-type]


def test_what_was_missed_in_the_taper_is_not_asked_back():
    made = tapered(44, 26)
    last_week = MONDAY + timedelta(days=28)
    usual = athlete(last_week, done=before(km={1: 15, 3: 15, 5: 15, 6: 15}))  # and nothing since
    assert judged(made, usual, "taper") == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("race_weekday", "days"), [(6, 13), (5, 12), (3, 10), (2, 16), (0, 14)])
def test_the_taper_begins_with_a_week(race_weekday, days):
    assert (
        MONDAY + timedelta(days=race_weekday) - taper_start(MONDAY, MONDAY + timedelta(days=race_weekday))
    ).days == days


def test_one_easy_day_for_each_three_kilometres_raced():
    # Daniels: 14 days after a marathon, 7 after a half, 3 after 10 km.
    assert [recovery_days(m) for m in (5000, 10_000, 21_097.5, 42_195)] == [2, 3, 7, 14]


@pytest.mark.parametrize(
    ("days_later", "said"), [(1, [FORBID]), (7, [FORBID]), (8, [WARN]), (14, [WARN]), (15, [])]
)
def test_hard_work_after_a_marathon_waits(days_later, said):
    raced = Done(999, MONDAY - timedelta(days=1), Sport.run, 14_400.0, 42_195.0, race=True)
    on = days_later - 1
    weeks = [week(n, {}) for n in (1, 2, 3)]
    weeks[on // 7] = week(on // 7 + 1, {on % 7: intervals("h", MONDAY, n=3)})
    assert judged(plan(*weeks), athlete(done=(*before(), raced)), "race_recovery") == said


def test_a_planned_race_counts_too_and_easy_running_is_free():
    tune_up = Race(MONDAY + timedelta(days=5), 10_000.0, Priority.b, id=1)
    for day, what, said in (
        (0, 6, []),
        (0, intervals("h", MONDAY, n=3), [WARN]),
        (2, intervals("h", MONDAY), []),
    ):
        made = plan(week(1, {5: race_run("r", tune_up)}), week(2, {day: what}), races=(tune_up,))
        assert judged(made, athlete(), "race_recovery") == said
