"""Which activity was which workout: the right one, one to one, whatever the order, and the athlete's word."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.plan.match import match, score
from coach.domain.plan.model import (
    Done,
    Intensity,
    Step,
    StepKind,
    Workout,
    WorkoutKind,
)
from tests.domain.plan.running_plan import DAY, START, did, easy, intervals, plan_of, tempo

WEEK = plan_of(1).workouts


def found(workouts: tuple[Workout, ...], done: list[Done], **more: object) -> dict[str, int]:
    return {p.uid: p.activity_id for p in match(workouts, done, **more)}  # type: ignore[arg-type]


def test_a_week_as_planned_is_matched_day_by_day() -> None:
    done = [did(n, w) for n, w in enumerate(WEEK)]
    pairs = match(WEEK, done)
    assert [(p.uid, p.activity_id, p.score) for p in pairs] == [(w.uid, n, 1.0) for n, w in enumerate(WEEK)]


def test_two_days_that_were_swapped_are_recognised_by_what_was_run() -> None:
    thursday, friday = WEEK[2], WEEK[3]
    done = [did(1, friday, day=thursday.day), did(2, thursday, day=friday.day, distance_m=9000.0)]
    assert found(WEEK, done) == {friday.uid: 1, thursday.uid: 2}


def test_the_same_day_is_preferred() -> None:
    done = [did(1, WEEK[0]), did(2, WEEK[0], day=START + DAY, hard_s=None)]
    assert found((WEEK[0],), done) == {WEEK[0].uid: 1}


def test_one_that_was_put_off_moves_and_the_easy_run_is_left_out() -> None:
    friday, saturday = WEEK[3], easy("sa", START + 5 * DAY)
    late = did(1, friday, day=saturday.day)
    assert found((friday, saturday), [late]) == {friday.uid: 1}
    # Nothing tells it from any other run: it is what was planned that day.
    assert found((friday, saturday), [replace(late, hard_s=None)]) == {"sa": 1}


def test_a_second_run_does_not_become_tomorrows_session() -> None:
    monday, tuesday = WEEK[:2]
    twice = [did(1, monday, distance_m=4000.0, duration_s=1380.0, hard_s=None), did(2, monday, hard_s=None)]
    assert found((monday, tuesday), twice) == {monday.uid: 2}


def test_a_swap_ends_with_the_week() -> None:
    sunday = easy("su", START + 6 * DAY)
    assert found((sunday,), [did(1, sunday, day=START + 7 * DAY)]) == {}
    assert found((sunday,), [did(1, sunday, day=START + 7 * DAY)], week_start=6) == {"su": 1}


def test_structure_tells_two_runs_of_a_day_apart() -> None:
    hard, jog = tempo("hard", START), easy("jog", START, 7600.0)
    done = [did(1, jog), did(2, hard)]
    assert found((hard, jog), done) == {"jog": 1, "hard": 2}


@pytest.mark.parametrize(
    ("sport", "kind", "fits"),
    [
        (Sport.ride, WorkoutKind.easy, False),
        (Sport.walk, WorkoutKind.easy, False),
        (Sport.walk, WorkoutKind.walk_run, True),
        (Sport.ride, WorkoutKind.cross, True),
        (Sport.run, WorkoutKind.cross, False),
        (Sport.strength, WorkoutKind.strength, True),
        (Sport.run, WorkoutKind.strength, False),
    ],
)
def test_the_sport_must_be_of_the_kind(sport: Sport, kind: WorkoutKind, fits: bool) -> None:
    workout = replace(easy("a", START), kind=kind)
    assert (score(workout, did(1, workout, sport=sport)) > 0) is fits


def test_a_race_is_known_by_day_and_distance() -> None:
    step = Step(StepKind.work, Intensity.race, "distance", 21_097.5, 6300.0)
    race = Workout("race", START, WorkoutKind.race, (step,))
    assert score(race, Done(1, START, Sport.run, 6400.0, 21_240.0)) > 0.95
    assert score(race, Done(1, START, Sport.run, 1200.0, 3000.0)) == 0  # the warm-up
    assert score(race, Done(1, START, Sport.run, 4000.0, 12_000.0, race=True)) > 0  # given up on the way
    assert score(race, Done(1, START + DAY, Sport.run, 6400.0, 21_240.0)) == 0


def test_what_is_far_too_short_is_not_the_workout() -> None:
    long = WEEK[4]
    assert score(long, did(1, long, distance_m=3000.0, duration_s=1065.0)) == 0
    shortened = score(long, did(1, long, distance_m=9000.0, duration_s=3195.0))
    assert 0.5 < shortened < 0.9


def test_the_athletes_word_wins_and_holds() -> None:
    done = [did(n, w) for n, w in enumerate(WEEK)]
    said = match(WEEK, done, {WEEK[0].uid: 3})
    assert {p.uid: (p.activity_id, p.origin) for p in said}[WEEK[0].uid] == (3, "said")
    assert WEEK[3].uid not in {p.uid for p in said}  # its activity is taken
    apart = found(WEEK, done, refused=[(WEEK[0].uid, 0)])
    assert WEEK[0].uid not in apart


def best_sum(workouts: list[Workout], done: list[Done]) -> float:
    """Try every way there is."""
    n = max(len(workouts), len(done))
    padded = [*done, *[None] * (n - len(done))]
    return max(
        sum(score(w, d) for w, d in zip(workouts, order, strict=False) if d is not None)
        for order in itertools.permutations(padded, min(n, len(padded)))
    )


sizes = st.sampled_from([3000.0, 5000.0, 6000.0, 8000.0, 10_000.0, 14_000.0])
days = st.integers(0, 6).map(lambda n: START + n * DAY)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(days, sizes, st.booleans()), min_size=1, max_size=5),
    st.lists(st.tuples(days, sizes, st.booleans()), max_size=5),
    st.randoms(use_true_random=False),
)
def test_no_other_way_within_a_day_is_better(
    planned: list[tuple[date, float, bool]], ran: list[tuple[date, float, bool]], random: object
) -> None:
    workouts = [tempo(f"w{n}", d) if hard else easy(f"w{n}", d, m) for n, (d, m, hard) in enumerate(planned)]
    done = [did(n, easy("x", d, m), hard_s=720.0 if hard else 0.0) for n, (d, m, hard) in enumerate(ran)]
    pairs = match(workouts, done)
    of_day = sum(
        best_sum([w for w in workouts if w.day == day], [d for d in done if d.day == day])
        for day in {w.day for w in workouts}
    )
    assert sum(p.score for p in pairs) >= of_day - 1e-6
    assert len({p.activity_id for p in pairs}) == len(pairs)
    days_of = {w.uid: w.day for w in workouts}
    ran_on = {d.activity_id: d.day for d in done}
    if all(days_of[p.uid] == ran_on[p.activity_id] for p in pairs):
        assert sum(p.score for p in pairs) == pytest.approx(of_day)
    random.shuffle(workouts), random.shuffle(done)  # type: ignore[attr-defined]
    assert match(workouts, done) == pairs
    assert all(0 < p.score <= 1 for p in pairs)


def test_a_whole_plan_matches_quickly_and_ignores_rest() -> None:
    plan = plan_of(20)
    emptied = replace(plan.workouts[0], kind=WorkoutKind.rest, steps=())
    workouts = (emptied, *plan.workouts[1:])
    pairs = match(workouts, [did(n, w) for n, w in enumerate(plan.workouts)])
    assert {p.uid for p in pairs} == {w.uid for w in plan.workouts[1:]}
    assert intervals("i", START).hard  # what the tests call hard is hard
