from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from coach.domain.grouping import PAUSE, Part, belongs, ended, grouped, main_part

START = datetime(2026, 10, 4, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def part(id: int, begin: int, minutes: int, distance_m: float | None = None, *, race: bool = False) -> Part:
    """Return a run that begins so many minutes after the start."""
    start = START + begin * MINUTE
    return Part(id, start, start + minutes * MINUTE, distance_m, race)


some_parts = st.lists(
    st.builds(part, st.integers(1, 10**6), st.integers(0, 3000), st.integers(0, 200)),
    max_size=12,
    unique_by=lambda p: p.id,
)


def ids(groups: tuple[tuple[Part, ...], ...]) -> list[list[int]]:
    return [[p.id for p in group] for group in groups]


def test_warm_up_race_and_cool_down_are_one() -> None:
    warm, race, cool = part(1, 0, 15), part(2, 40, 50, 10_000.0, race=True), part(3, 100, 12)
    evening = part(4, 100 + 12 + 46, 30)
    assert ids(grouped([evening, cool, warm, race])) == [[1, 2, 3], [4]]


def test_a_pause_of_exactly_that_long_still_joins() -> None:
    assert ids(grouped([part(1, 0, 10), part(2, 55, 10)])) == [[1, 2]]
    assert ids(grouped([part(1, 0, 10), part(2, 56, 10)])) == [[1], [2]]


def test_what_lies_within_a_longer_one_does_not_end_the_group() -> None:
    assert ids(grouped([part(1, 0, 120), part(2, 10, 5), part(3, 150, 10)])) == [[1, 2, 3]]


def test_an_answer_is_about_the_race_else_the_longest() -> None:
    warm, race, cool = part(1, 0, 15, 12_000.0), part(2, 40, 50, 10_000.0, race=True), part(3, 100, 12)
    assert main_part((warm, race, cool)).id == 2
    assert main_part((warm, cool)).id == 1
    assert main_part((part(1, 0, 15), part(3, 100, 20))).id == 3


@given(some_parts)
def test_every_run_is_in_one_group_and_the_order_they_came_in_does_not_matter(parts: list[Part]) -> None:
    groups = grouped(parts)
    assert sorted(p.id for group in groups for p in group) == sorted(p.id for p in parts)
    assert groups == grouped(reversed(parts))
    for one, other in pairwise(groups):
        assert other[0].start - ended(one) > PAUSE
        assert not belongs(one, other)
        assert belongs(one, one)


@given(some_parts, st.integers(0, 11))
def test_a_later_part_never_tears_a_group_apart(parts: list[Part], n: int) -> None:
    if not parts:
        return
    left_out = parts[n % len(parts)]
    before = grouped(p for p in parts if p != left_out)
    after = grouped(parts)
    for group in before:
        assert any(set(group) <= set(whole) for whole in after)
