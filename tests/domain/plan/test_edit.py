"""Edits by hand: what they change, what they leave, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.plan.diff import diff
from coach.domain.plan.edit import (
    add,
    blackout,
    drop,
    ease,
    lengthen,
    move,
    replace_kind,
    restore,
    set_steps,
    shorten,
    swap_days,
)
from coach.domain.plan.model import Intensity, Race, Repeat, Step, StepKind, Workout, WorkoutKind
from coach.domain.plan.resize import resized
from coach.domain.plan.rules import check
from coach.errors import BadInput, Conflict, NotFound
from tests.domain.plan.made import MONDAY, athlete, before, intervals, plan, race_run, run, step, timed, week

TUESDAY, FRIDAY, SUNDAY = (MONDAY + timedelta(days=n) for n in (1, 4, 6))
RACE = Race(MONDAY + timedelta(days=13), 21_097.5, id=1)
LONG = run("long", MONDAY, step(16_000), kind=WorkoutKind.long, key=True)
PLAN = plan(
    week(1, {0: 6, 1: intervals("hard", MONDAY), 3: 8, 4: 6, 6: LONG}),
    week(2, {1: 6, 3: 5, 6: race_run("race", RACE)}),
    races=(RACE,),
)


def key_of(raised: pytest.ExceptionInfo[Exception]) -> str:
    return raised.value.key  # type: ignore[attr-defined, no-any-return]


def test_move_keeps_everything_but_the_day():
    moved = move(PLAN, "hard", MONDAY + timedelta(days=2), MONDAY)
    after = moved.by_uid["hard"]
    assert (after.day, after.origin, after.steps) == (
        MONDAY + timedelta(days=2),
        "edited",
        PLAN.by_uid["hard"].steps,
    )
    assert [c.kind for c in diff(PLAN, moved).changes] == ["moved"]
    assert moved.weeks[0].run_m == PLAN.weeks[0].run_m


def test_move_into_another_week_moves_the_distance():
    moved = move(PLAN, "w1d4", MONDAY + timedelta(days=7), MONDAY)
    assert [(w.number, w.before_m - w.after_m) for w in diff(PLAN, moved).weeks] == [(1, 6000), (2, -6000)]


def test_move_to_a_day_that_was_emptied_changes_places():
    dropped = drop(PLAN, "w1d3", MONDAY)
    moved = move(dropped, "w1d4", MONDAY + timedelta(days=3), MONDAY)
    assert [(w.uid, w.kind) for w in moved.on(FRIDAY)] == [("w1d3", WorkoutKind.rest)]
    assert [w.uid for w in moved.on(MONDAY + timedelta(days=3))] == ["w1d4"]


def test_a_day_takes_two_sessions():
    twice = move(PLAN, "w1d4", MONDAY, MONDAY)
    assert [w.second for w in twice.on(MONDAY)] == [False, True]
    with pytest.raises(BadInput) as raised:
        move(twice, "w1d3", MONDAY, MONDAY)
    assert key_of(raised) == "day_full"


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (lambda today: move(PLAN, "w1d0", FRIDAY, today), "workout_in_the_past"),
        (lambda today: move(PLAN, "long", MONDAY, today), "day_in_the_past"),
        (lambda today: move(PLAN, "long", MONDAY + timedelta(days=20), today), "day_not_in_plan"),
        (lambda today: move(PLAN, "race", SUNDAY, today), "race_stays"),
        (lambda today: drop(PLAN, "race", today), "race_stays"),
        (lambda today: drop(PLAN, "w1d0", today), "workout_in_the_past"),
        (lambda today: shorten(PLAN, "w1d0", today), "workout_in_the_past"),
        (lambda today: ease(PLAN, "race", today), "race_stays"),
        (lambda today: swap_days(PLAN, MONDAY, FRIDAY, today), "day_in_the_past"),
        (lambda today: swap_days(PLAN, RACE.day, FRIDAY, today), "race_stays"),
        (lambda today: set_steps(PLAN, "long", (), today), "workout_empty"),
        (lambda today: shorten(PLAN, "long", today, distance_m=200.0), "workout_too_short"),
        (lambda today: shorten(PLAN, "long", today, factor=1.5), "workout_not_shorter"),
        (lambda today: lengthen(PLAN, "long", today, factor=0.5), "workout_not_longer"),
        (lambda today: lengthen(PLAN, "long", today, factor=9.0), "workout_too_long"),
        (lambda today: blackout(PLAN, RACE.day, RACE.day, today), "goal_race_in_blackout"),
        (lambda today: restore(PLAN, "w1d0", PLAN, today), "workout_in_the_past"),
    ],
)
def test_what_is_refused(edit, key):
    with pytest.raises(BadInput) as raised:
        edit(TUESDAY)
    assert key_of(raised) == key


def test_unknown_sessions_are_not_found():
    for edit in (drop, shorten, ease):
        with pytest.raises(NotFound):
            edit(PLAN, "nobody", MONDAY)


def test_drop_and_restore():
    dropped = drop(PLAN, "hard", MONDAY)
    rest = dropped.by_uid["hard"]
    assert (rest.kind, rest.steps, rest.key, rest.day) == (WorkoutKind.rest, (), False, TUESDAY)
    assert dropped.weeks[0].run_m == PLAN.weeks[0].run_m - 10_000
    assert restore(dropped, "hard", PLAN, MONDAY) == PLAN


def test_swap_exchanges_all_of_two_days():
    swapped = swap_days(PLAN, MONDAY, TUESDAY, MONDAY)
    assert ([w.uid for w in swapped.on(MONDAY)], [w.uid for w in swapped.on(TUESDAY)]) == (["hard"], ["w1d0"])
    assert swap_days(swapped, MONDAY, TUESDAY, MONDAY).weeks[0].run_m == PLAN.weeks[0].run_m


def test_add_takes_the_place_of_a_rest():
    new = run("new", TUESDAY + timedelta(days=1), step(5000))
    more = add(PLAN, new, MONDAY)
    assert more.by_uid["new"].origin == "edited"
    with pytest.raises(Conflict):
        add(more, new, MONDAY)
    dropped = drop(PLAN, "w1d3", MONDAY)
    assert [
        w.uid
        for w in add(dropped, replace(new, day=MONDAY + timedelta(days=3)), MONDAY).on(
            new.day + timedelta(days=1)
        )
    ] == ["new"]


def sizes(workout: Workout) -> list[tuple[str, float]]:
    return [
        (f"{part.times}×", part.steps[0].distance_m)
        if isinstance(part, Repeat)
        else (part.kind.value, part.distance_m)
        for part in workout.steps
    ]


@pytest.mark.parametrize(
    ("to_m", "left"),
    [
        (9000, [("warmup", 1500), ("5×", 800), ("cooldown", 1500)]),
        (8000, [("warmup", 1000), ("5×", 800), ("cooldown", 1000)]),
        # Six thousand metres are in the repeats: one goes, and what it frees goes back to the jogging.
        (7500, [("warmup", 1400), ("4×", 800), ("cooldown", 1300)]),
        (5000, [("warmup", 1000), ("2×", 800), ("cooldown", 1600)]),
    ],
)
def test_easy_parts_go_first_then_repeats(to_m, left):
    found = sizes(resized(intervals("h", MONDAY), distance_m=to_m))
    assert sum(m for _, m in found if _ in ("warmup", "cooldown")) == sum(
        m for k, m in left if k in ("warmup", "cooldown")
    )
    assert found[1] == left[1]
    assert resized(intervals("h", MONDAY), distance_m=to_m).distance_m == to_m


def test_a_quarter_less_is_rounded_to_half_kilometres():
    assert shorten(PLAN, "w1d0", MONDAY).by_uid["w1d0"].distance_m == 4500
    assert lengthen(PLAN, "w1d0", MONDAY).by_uid["w1d0"].distance_m == 7500
    by_time = run("t", MONDAY, timed(3000))
    made = plan(week(1, {0: by_time}))
    assert shorten(made, "t", MONDAY, duration_s=1900).by_uid["t"].duration_s == 1800


def test_walk_run_loses_rounds():
    pair = (timed(120), timed(60, Intensity.walk))
    session = run(
        "w", MONDAY, timed(300, Intensity.walk, StepKind.warmup), Repeat(8, pair), kind=WorkoutKind.walk_run
    )
    short = resized(session, duration_s=1200)
    assert short.duration_s == 1200
    assert [p.times for p in short.steps if isinstance(p, Repeat)] == [5]


@given(
    total=st.integers(8, 30),
    n=st.integers(1, 8),
    metres=st.sampled_from([200, 400, 800, 1000]),
    share=st.floats(0.2, 2.5),
)
def test_a_resized_session_is_round_and_whole(total, n, metres, share):
    if n * (metres + 400) + 2000 > 1000 * total:
        return
    session = intervals("h", MONDAY, n=n, metres=float(metres), total_m=1000.0 * total)
    try:
        new = resized(session, factor=share)
    except BadInput:
        assert share < 0.9
        return
    assert new.distance_m % 500 == pytest.approx(0, abs=1e-6)
    assert all(s.distance_m > 0 and s.duration_s > 0 and s.distance_m % 50 == 0 for s in new.each_step())
    # The nearest half kilometre; less than it was is never rounded back to what it was.
    assert abs(new.distance_m - share * session.distance_m) <= (500 if share < 1 else 250) + 1e-6
    assert share >= 1 or new.distance_m < session.distance_m
    assert {s.intensity for s in new.each_step()} <= {s.intensity for s in session.each_step()}
    # Never harder than it was: what is more is easy.
    assert new.metres_at(Intensity.interval) <= session.metres_at(Intensity.interval)


def test_ease_takes_about_as_long():
    eased = ease(PLAN, "hard", MONDAY).by_uid["hard"]
    before_s = PLAN.by_uid["hard"].duration_s
    assert (eased.kind, eased.hard) == (WorkoutKind.easy, False)
    assert 0.85 * before_s <= eased.duration_s <= before_s
    assert ease(PLAN, "w1d0", MONDAY) == PLAN


@pytest.mark.parametrize(
    "kind", [WorkoutKind.threshold, WorkoutKind.strides, WorkoutKind.hills, WorkoutKind.cross]
)
def test_another_kind_of_session(kind):
    usual = athlete(vdot=45.0, done=before(km={1: 12, 3: 10, 5: 12, 6: 16}))
    made = replace_kind(PLAN, "hard", kind, usual)
    new = made.by_uid["hard"]
    assert (new.kind, new.day, new.origin) == (kind, TUESDAY, "edited")
    assert 0.7 < new.duration_s / PLAN.by_uid["hard"].duration_s < 1.3
    assert not [f for f in check(made, usual) if f.rule in ("sane_numbers", "easy_share", "threshold_cap")]


def test_a_kind_that_does_not_fit_is_refused():
    short = plan(week(1, {0: 2}))
    with pytest.raises(BadInput) as raised:
        replace_kind(short, "w1d0", WorkoutKind.threshold, athlete(vdot=45.0))
    assert key_of(raised) == "kind_not_possible"


def test_set_steps():
    steps = (step(3000), step(3000, Intensity.threshold))
    made = set_steps(PLAN, "w1d3", steps, MONDAY, WorkoutKind.threshold)
    assert (made.by_uid["w1d3"].steps, made.by_uid["w1d3"].kind) == (steps, WorkoutKind.threshold)


def test_days_away_are_dropped_and_the_long_run_kept():
    away = blackout(PLAN, MONDAY + timedelta(days=5), SUNDAY, MONDAY)
    assert away.by_uid["long"].day == FRIDAY
    assert away.by_uid["w1d4"].kind is WorkoutKind.rest  # its day went to the long run: dropped, not repaid
    assert away.weeks[0].run_m == PLAN.weeks[0].run_m - 6000
    assert all(w.kind is WorkoutKind.rest for d in (5, 6) for w in away.on(MONDAY + timedelta(days=d)))


def test_days_away_keep_one_hard_session_where_there_is_room():
    away = blackout(PLAN, TUESDAY, TUESDAY, MONDAY)
    kept = away.by_uid["hard"]
    assert kept.kind is WorkoutKind.interval
    assert kept.day in (MONDAY, MONDAY + timedelta(days=3))
    gone = blackout(PLAN, MONDAY, FRIDAY + timedelta(days=1), MONDAY)
    assert gone.by_uid["hard"].kind is WorkoutKind.rest  # only the long run's day was left
    assert gone.by_uid["long"] == PLAN.by_uid["long"]


def test_the_past_of_days_away_stays():
    away = blackout(PLAN, MONDAY, SUNDAY, FRIDAY)
    assert [away.by_uid[uid] for uid in ("w1d0", "hard", "w1d3")] == [
        PLAN.by_uid[uid] for uid in ("w1d0", "hard", "w1d3")
    ]
    assert away.by_uid["w1d4"].kind is away.by_uid["long"].kind is WorkoutKind.rest


@given(first=st.integers(0, 12), length=st.integers(0, 12), today=st.integers(0, 12))
def test_days_away_never_add_anything(first, length, today):
    start = MONDAY + timedelta(days=first)
    end = min(start + timedelta(days=length), RACE.day - timedelta(days=1))
    now = MONDAY + timedelta(days=today)
    if end < start:
        return
    away = blackout(PLAN, start, end, now)
    assert set(away.by_uid) == set(PLAN.by_uid)
    for day in (start + timedelta(days=n) for n in range((end - start).days + 1)):
        assert day < now or not any(w.steps for w in away.on(day))
    for was, is_ in zip(PLAN.weeks, away.weeks, strict=True):
        assert is_.run_m <= was.run_m
    assert all(away.by_uid[w.uid] == w for w in PLAN.workouts if w.day < now)
    steps = [s for w in away.workouts for s in w.steps]
    assert all(isinstance(s, Step | Repeat) for s in steps)
