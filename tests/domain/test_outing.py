"""When two recordings are one outing, and which of them says what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Recording, Sport
from coach.domain.outing import Sketch, choose, overlap, same_outing
from coach.domain.source import DEFAULT_PERMISSIONS, Source

START = datetime(2026, 10, 3, 6, 30, tzinfo=UTC)
RUN = Sketch(Sport.run, START, 3600.0, 10_000.0)

sketches = st.builds(
    Sketch,
    sport=st.sampled_from(Sport),
    start=st.integers(-100_000, 100_000).map(lambda s: START + timedelta(seconds=s)),
    elapsed_s=st.floats(0, 20_000),
    distance_m=st.none() | st.floats(0, 60_000),
    identity=st.sampled_from(["", "a", "b"]),
    part=st.integers(0, 2),
    typed=st.booleans(),
)
# Close to each other, where it is decided.
near = st.builds(
    lambda a, shift, stretch, hours: (
        a,
        replace(
            a,
            start=a.start + timedelta(seconds=shift, hours=hours),
            elapsed_s=a.elapsed_s * stretch,
            distance_m=a.distance_m and a.distance_m * stretch,
        ),
    ),
    sketches,
    st.integers(-600, 600),
    st.floats(0.4, 2),
    st.sampled_from([0, 0, 1, 9, 14, 15]),
)


@settings(max_examples=300, derandomize=True)
@given(near | st.tuples(sketches, sketches))
def test_being_one_outing_is_mutual(pair: tuple[Sketch, Sketch]) -> None:
    a, b = pair
    assert same_outing(a, b) == same_outing(b, a)
    assert overlap(a, b) == pytest.approx(overlap(b, a))


@settings(max_examples=200, derandomize=True)
@given(sketches)
def test_every_recording_is_its_own_outing(a: Sketch) -> None:
    assert same_outing(a, a)


@settings(max_examples=200, derandomize=True)
@given(sketches, sketches)
def test_what_shares_no_time_is_no_copy(a: Sketch, b: Sketch) -> None:
    if overlap(a, b) == 0 and same_outing(a, b):
        off = abs(a.start - b.start).total_seconds() % 3600
        assert min(off, 3600 - off) <= 2
        assert abs(a.elapsed_s - b.elapsed_s) <= 2
        assert not a.typed
        assert not b.typed


def moved(**by: float) -> Sketch:
    return replace(RUN, start=START + timedelta(**by))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (moved(seconds=30), True),
        (moved(minutes=11), True),
        (moved(minutes=13), False),
        (replace(RUN, distance_m=10_490.0), True),
        (replace(moved(seconds=9), distance_m=10_600.0), False),
        (replace(RUN, distance_m=13_000.0), True),
        (replace(RUN, distance_m=13_000.0, elapsed_s=3604.0), True),
        (replace(RUN, distance_m=13_000.0, elapsed_s=3606.0), False),
        (replace(RUN, distance_m=13_000.0, typed=True), False),
        (replace(RUN, distance_m=None), True),
        (replace(RUN, sport=Sport.other), True),
        (replace(RUN, sport=Sport.walk), True),
        (replace(RUN, sport=Sport.ride), False),
        (moved(hours=9), True),
        (moved(hours=9, seconds=1), True),
        (moved(hours=9, seconds=5), False),
        (moved(hours=15), False),
        (replace(moved(hours=9), typed=True), False),
        (replace(moved(hours=9), elapsed_s=3590.0), False),
        (replace(RUN, elapsed_s=1700.0), False),
        (replace(RUN, elapsed_s=1900.0), True),
    ],
)
def test_where_the_line_runs(other: Sketch, same: bool) -> None:
    assert same_outing(RUN, other) is same


def test_one_identity_is_one_recording_however_much_of_it_there_is() -> None:
    whole = replace(RUN, identity="1:2:3")
    assert same_outing(whole, replace(whole, elapsed_s=60.0, distance_m=200.0))
    after = replace(whole, part=1, start=RUN.start + timedelta(seconds=RUN.elapsed_s))
    assert not same_outing(whole, after)
    assert same_outing(replace(after, part=0), after)  # a part that also comes alone
    # A program that writes one identity into everything joins nothing that shares no time.
    assert not same_outing(whole, replace(whole, start=START + timedelta(hours=5)))


def test_two_watches_hours_apart_are_two_runs() -> None:
    assert not same_outing(replace(RUN, identity="a"), replace(moved(hours=9), identity="b"))
    assert same_outing(replace(RUN, identity="a"), moved(hours=9))


def said(**changes: object) -> Recording:
    values: dict[str, object] = {"sport": Sport.run, "start": START, "elapsed_s": 3600.0, **changes}
    return Recording(**values)  # type: ignore[arg-type]


def test_the_watch_s_own_file_wins_and_others_fill_in() -> None:
    watch = said(identity="1:2", distance_m=10_000.0, totals={"ascent_m": 30.0})
    app = said(name="아침", distance_m=10_100.0, totals={"ascent_m": 50.0, "calories_kcal": 600.0})
    chosen = choose([(Source.file, app), (Source.file, watch)], DEFAULT_PERMISSIONS)
    assert chosen.winner == 1
    assert chosen.fields == {
        "name": 0,
        "distance_m": 1,
        "totals.ascent_m": 1,
        "totals.calories_kcal": 0,
        "sport": 1,
    }


def test_a_damaged_file_loses_against_any_whole_one() -> None:
    cut = said(identity="1:2", flags=("truncated",))
    assert choose([(Source.file, cut), (Source.file, said())], DEFAULT_PERMISSIONS).winner == 1


def test_a_restricted_source_gives_nothing_beside_an_open_one() -> None:
    strava = said(identity="1:2", name="비밀", distance_m=10_000.0, totals={"calories_kcal": 1.0})
    chosen = choose([(Source.strava, strava), (Source.file, said(distance_m=9_900.0))], DEFAULT_PERMISSIONS)
    assert chosen.ranked == (1,)
    assert set(chosen.fields.values()) == {1}


@settings(max_examples=60, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([Source.file, Source.archive, Source.strava]),
            st.builds(
                said,
                identity=st.sampled_from(["", "1:2"]),
                name=st.sampled_from(["", "아침", "저녁"]),
                distance_m=st.sampled_from([None, 9_900.0, 10_000.0]),
                totals=st.sampled_from([{}, {"ascent_m": 3.0}, {"ascent_m": 4.0, "strokes": 1.0}]),
                flags=st.sampled_from([(), ("truncated",)]),
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_choice_does_not_know_the_order(sources: list[tuple[Source, Recording]]) -> None:
    def values(order: tuple[int, ...]) -> dict[str, object]:
        given = [sources[i] for i in order]
        chosen = choose(given, DEFAULT_PERMISSIONS)
        found: dict[str, object] = {"winner": given[chosen.winner]}
        for name, index in chosen.fields.items():
            said_by = given[index][1]
            total = name.removeprefix("totals.")
            found[name] = said_by.totals[total] if total != name else getattr(said_by, name)
        return found

    ends = [values(order) for order in permutations(range(len(sources)))]
    assert all(end == ends[0] for end in ends)


def test_nothing_to_choose_from() -> None:
    with pytest.raises(ValueError, match="at least one"):
        choose([], DEFAULT_PERMISSIONS)
