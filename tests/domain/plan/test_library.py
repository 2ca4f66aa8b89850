"""Workouts fit what they are given: the distance, the limit of hard running, and round numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.plan import library
from coach.domain.plan.library import Room, Steps
from coach.domain.plan.model import HARD, Intensity, Repeat, Situation, Workout, WorkoutKind
from coach.domain.plan.targets import pacing
from tests.domain.plan.athletes import TODAY

MAKERS = {
    Intensity.threshold: library.threshold,
    Intensity.interval: library.interval,
    Intensity.repetition: library.repetition,
}


def workout(steps: Steps) -> Workout:
    return Workout("w", TODAY, WorkoutKind.easy, steps)


@given(
    st.integers(6, 60).map(lambda n: 500.0 * n),
    st.floats(500, 12_000),
    st.floats(300, 4000),
    st.floats(28, 75),
    st.integers(0, 5),
)
@settings(max_examples=30, derandomize=True, deadline=None)
def test_every_hard_session_fits_its_room(
    total: float, hard_m: float, hard_s: float, vdot: float, style: int
) -> None:
    paces = pacing(Situation(TODAY, vdot=vdot))
    room = Room(total, hard_m, hard_s)
    made = [maker(paces, room, style) for maker in MAKERS.values()]
    made += [library.hills(paces, room, style), library.fartlek(paces, room, style)]
    made += [library.progression(paces, room), library.marathon_long(paces, room, style)]
    for steps in made:
        if steps is None:
            continue
        each = list(workout(steps).each_step())
        assert workout(steps).distance_m == pytest.approx(total)
        assert sum(s.distance_m for s in each if s.intensity in HARD) <= hard_m + 1
        # What ends after a distance is an estimate in time, to the nearest five seconds of each step.
        assert sum(s.duration_s for s in each if s.intensity in HARD) <= hard_s + 2.5 * len(each)
        assert all(s.distance_m > 0 and s.duration_s > 0 for s in each)


def test_intervals_last_three_to_five_minutes_where_the_pace_allows() -> None:
    for vdot in (40.0, 50.0, 60.0):
        steps = library.interval(pacing(Situation(TODAY, vdot=vdot)), Room(12_000, 6000, 3000), 0)
        assert steps is not None
        repeat = next(part for part in steps if isinstance(part, Repeat))
        assert 180 <= repeat.steps[0].duration_s <= 300
        assert repeat.steps[1].duration_s <= repeat.steps[0].duration_s


def test_styles_are_different_sessions() -> None:
    paces, room = pacing(Situation(TODAY, vdot=50.0)), Room(12_000, 6000, 3000)
    for maker in (library.threshold, library.hills, library.fartlek, library.repetition):
        assert maker(paces, room, 0) != maker(paces, room, 1)


def test_strides_leave_a_round_run_and_make_no_hard_day() -> None:
    for n in (4, 6, 8):
        made = workout(library.strides(pacing(Situation(TODAY, vdot=47.3)), 8000.0, n))
        assert made.distance_m == pytest.approx(8000)
        assert not made.hard
        assert made.steps[0].distance_m % 100 == pytest.approx(0)  # type: ignore[union-attr]


def test_what_does_not_fit_is_not_made() -> None:
    paces = pacing(Situation(TODAY, vdot=45.0))
    assert library.interval(paces, Room(2000, 5000, 3000), 0) is None
    assert library.threshold(paces, Room(8000, 500, 3000), 0) is None
    assert library.marathon_long(paces, Room(7000, 9000, 3000), 0) is None
