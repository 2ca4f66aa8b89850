"""What a week says is chosen by rules: of made weeks it is known what is unusual."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.insights import Record, Shift, Stretch, tell
from coach.domain.insights.stretch import MEASURED, unusual

FIRST = date(2026, 11, 9)
USUAL = {
    "distance_m": 40_000.0,
    "load": 250.0,
    "time_s": 14_400.0,
    "runs": 4.0,
    "longest_m": 15_000.0,
    "easy_pct": 80.0,
    "rhr_bpm": 50.0,
    "hrv_ms": 60.0,
    "sleep_s": 27_000.0,
}
WOBBLE = (0.97, 1.02, 1.0, 0.99, 1.03, 0.98, 1.01, 1.0, 0.96, 1.02, 1.0, 0.99)


def week(**values: float | None) -> Stretch:
    """A week like twelve others, but for these values."""
    own = {**USUAL, **values}
    before = tuple({name: value * factor for name, value in USUAL.items()} for factor in WOBBLE)
    return Stretch(
        "week",
        FIRST,
        FIRST + timedelta(days=6),
        runs=int(own["runs"] or 0),
        values=own,
        before=before,
        longest_m=own["longest_m"],
        rated=4,
    )


def keys(stretch: Stretch) -> list[str]:
    return [said.key.removeprefix("insights.") for said in tell(stretch)]


def test_a_week_like_the_others_says_so() -> None:
    assert keys(week()) == ["ran", "steady", "look_steady"]


@pytest.mark.parametrize(
    ("values", "said", "look"),
    [
        ({"distance_m": 62_000.0}, "distance_m_up", "look_volume_up"),
        ({"distance_m": 18_000.0}, "distance_m_down", "look_volume_down"),
        ({"load": 420.0}, "load_up", "look_volume_up"),
        ({"runs": 7.0}, "runs_up", "look_volume_up"),
        ({"longest_m": 24_000.0}, "longest_m_up", "look_steady"),
        ({"easy_pct": 55.0}, "easy_pct_down", "look_easy"),
        ({"rhr_bpm": 56.0}, "rhr_bpm_up", "look_body"),
        ({"hrv_ms": 45.0}, "hrv_ms_down", "look_body"),
        ({"sleep_s": 21_000.0}, "sleep_s_down", "look_sleep"),
        ({"sleep_s": 31_500.0}, "sleep_s_up", "look_steady"),
    ],
)
def test_the_one_unusual_thing_is_said(values: dict[str, float], said: str, look: str) -> None:
    assert keys(week(**values)) == ["ran", said, look]


def test_of_one_family_only_the_most_unusual_is_said() -> None:
    found = keys(week(distance_m=90_000.0, load=400.0, time_s=30_000.0, runs=6.0))
    assert found == ["ran", "distance_m_up", "look_volume_up"]


def test_the_weightiest_two_are_said_and_no_third() -> None:
    stretch = week(rhr_bpm=56.0, sleep_s=15_000.0, easy_pct=40.0)
    sizes = {u.measured.name: u.size for m in MEASURED if (u := unusual(stretch, m))}
    assert sorted(sizes, key=lambda n: -sizes[n]) == ["sleep_s", "easy_pct", "rhr_bpm"]
    assert keys(stretch) == ["ran", "sleep_s_down", "easy_pct_down", "look_body"]


def test_ties_are_said_in_order() -> None:
    stretch = week(distance_m=60_000.0, time_s=21_600.0)  # both half as much again, of the same wobble
    assert keys(stretch)[1] == "distance_m_up"


def test_a_record_and_the_farthest_run_come_first() -> None:
    stretch = replace(
        week(distance_m=62_000.0, longest_m=22_000.0),
        most_before_m=20_000.0,
        records=(Record(5000.0, "record.5000"), Record(10_000.0, "record.10000")),
    )
    said = tell(stretch)
    assert [s.key for s in said][1:3] == ["insights.record", "insights.farthest"]
    assert said[1].figures["time"] == "record.10000.time"  # of several the longest


def test_a_lasting_change_is_said_as_sure_as_it_is() -> None:
    shifts = (Shift("rhr", "down", False, "shift.rhr"),)
    assert "shift_perhaps_down" in keys(replace(week(), shifts=shifts))


def test_what_was_missed_of_a_plan_is_no_debt() -> None:
    found = keys(replace(week(), due=4, missed=2))
    assert found == ["ran", "plan", "look_plan"]


def test_a_week_without_runs() -> None:
    nothing = dict.fromkeys(("distance_m", "load", "time_s", "runs"), 0.0)
    stretch = replace(week(**nothing, longest_m=None, easy_pct=None), runs=0)
    assert keys(stretch) == ["none", "look_volume_down"]
    assert keys(replace(stretch, others=2)) == ["only_others", "look_volume_down"]


def test_a_week_whose_records_are_gone_is_not_summed_up() -> None:
    gone = dict.fromkeys(("distance_m", "load", "time_s", "runs", "longest_m", "easy_pct"))
    stretch = replace(week(), complete=False, whole=False, values={**USUAL, **gone})
    assert keys(stretch) == ["not_kept"]


def test_a_week_that_runs_is_compared_with_nothing() -> None:
    assert keys(replace(week(distance_m=5000.0), whole=False)) == ["ran", "unknown_week_running"]


def test_unknown_nights_and_load_are_said() -> None:
    stretch = week(rhr_bpm=None, hrv_ms=None, sleep_s=None, load=None)
    assert keys(stretch)[-2:] == ["unknown_body", "unknown_load"]


def test_nothing_is_unusual_against_too_few_weeks() -> None:
    stretch = week(distance_m=90_000.0)
    assert keys(replace(stretch, before=stretch.before[-5:]))[1] != "distance_m_up"


def test_a_trend_is_not_unusual() -> None:
    """Twelve weeks up to 62 km: the thirteenth with 63 is beyond them all, and no surprise."""
    rising = tuple({**USUAL, "distance_m": 40_000.0 + 2000.0 * n} for n in range(12))
    stretch = replace(week(distance_m=63_000.0), before=rising)
    assert "distance_m_up" not in keys(stretch)


VALUE = st.none() | st.floats(0, 500_000, allow_nan=False)
VALUES = st.fixed_dictionaries(dict.fromkeys(USUAL, VALUE))


@given(
    values=VALUES,
    before=st.lists(VALUES, max_size=12),
    kind=st.sampled_from(["week", "month"]),
    runs=st.integers(0, 30),
    due=st.integers(0, 9),
    whole=st.booleans(),
    spike=st.none() | st.floats(-50, 300),
    race=st.none() | st.integers(1, 400),
)
def test_always_between_one_and_four_sentences_and_one_to_look_at(
    values, before, kind, runs, due, whole, spike, race
) -> None:
    stretch = Stretch(
        kind, FIRST, FIRST + timedelta(days=6), runs=runs, whole=whole, values=values, before=tuple(before),
        spike_pct=spike, due=due, missed=due, days_to_race=race, longest_m=values["longest_m"],
    )  # fmt: skip
    said = tell(stretch)
    spoken = [s for s in said if s.role != "unknown"]
    assert 1 <= len(spoken) <= 4
    assert sum(s.role == "look" for s in said) == int(whole)
    assert len({s.key for s in said}) == len(said)
