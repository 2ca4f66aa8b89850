"""Adherence is honest: none without a plan, never flattering, the day that is not over is not missed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.plan.adherence import adherence
from coach.domain.plan.match import Pair, match
from coach.domain.plan.model import Done, WorkoutKind
from tests.domain.plan.running_plan import DAY, START, did, pairs_of, plan_of

PLAN = plan_of(2)
WEEK = PLAN.workouts[:5]


def test_without_a_plan_or_before_it_there_is_none() -> None:
    assert adherence(None, (), (), START) is None
    assert adherence(PLAN, (), (), START) is None


def test_a_week_as_planned_is_all_of_it() -> None:
    done = [did(n, w) for n, w in enumerate(WEEK)]
    found = adherence(PLAN, match(PLAN.workouts, done), done, START + 7 * DAY)
    assert found is not None
    assert (found.due, found.done, found.missed, found.moved, found.shortened, found.extra) == (
        5,
        5,
        0,
        0,
        0,
        0,
    )
    assert (found.key_due, found.key_done) == (3, 3)
    assert found.share == pytest.approx(1.0)
    assert found.done_m == pytest.approx(found.planned_m)


def test_what_became_of_each_session() -> None:
    done = [
        did(1, WEEK[0], distance_m=16_000.0, duration_s=5520.0),  # twice as far
        did(3, WEEK[2], day=WEEK[2].day - DAY),  # a day early
        did(5, WEEK[4], distance_m=7000.0, duration_s=2415.0),  # half
        Done(9, START + 5 * DAY, Sport.run, 1800.0, 5000.0),  # not planned
    ]
    pairs = (Pair(WEEK[0].uid, 1, 0.6), Pair(WEEK[2].uid, 3, 0.7), Pair(WEEK[4].uid, 5, 0.7))
    found = adherence(PLAN, pairs, done, START + 7 * DAY)
    assert found is not None
    assert (found.due, found.done, found.missed, found.moved, found.shortened, found.extra) == (
        5,
        3,
        2,
        1,
        1,
        1,
    )
    assert (found.key_due, found.key_done) == (3, 1)
    assert found.extra_m == 5000.0
    # By hand: all 2760 s of the first and the third, half of 4830; twice as far counts once.
    planned = sum(w.duration_s for w in WEEK)
    assert found.share == pytest.approx((2760 + 2760 + 4830 / 2) / planned)


def test_today_counts_once_it_is_done() -> None:
    today = WEEK[1].day
    before = adherence(PLAN, (), (), today)
    assert before is not None
    assert (before.due, before.missed) == (1, 1)
    done = [did(2, WEEK[1])]
    after = adherence(PLAN, match(PLAN.workouts, done), done, today)
    assert after is not None
    assert (after.due, after.done, after.missed) == (2, 1, 1)


def test_what_nobody_records_says_nothing_by_its_absence() -> None:
    strength = replace(WEEK[0], uid="s", kind=WorkoutKind.strength, sport=Sport.strength)
    plan = PLAN.with_workouts((*PLAN.workouts, strength))
    found = adherence(plan, (), (), START + DAY)
    assert found is not None
    assert found.due == 1


def test_unknown_distance_is_unknown() -> None:
    done = [did(1, WEEK[0], distance_m=None)]
    found = adherence(PLAN, match(PLAN.workouts, done), done, START + DAY)
    assert found is not None
    assert (found.done, found.done_m) == (1, None)
    assert found.share == pytest.approx(1.0)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(0.1, 4.0)), unique_by=lambda t: t[0]), st.integers(1, 14)
)
def test_it_never_flatters(parts: list[tuple[int, float]], days: int) -> None:
    done = [
        did(n, PLAN.workouts[n], distance_m=PLAN.workouts[n].distance_m * part,
            duration_s=PLAN.workouts[n].duration_s * part)
        for n, part in parts
    ]  # fmt: skip
    found = adherence(PLAN, pairs_of(PLAN, done), done, START + days * DAY)
    assert found is not None
    assert 0 <= found.share <= 1 + 1e-9
    assert found.done + found.missed == found.due
    assert found.moved <= found.done
    assert found.key_done <= found.key_due
