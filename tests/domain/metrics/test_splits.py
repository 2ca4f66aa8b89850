"""Splits and laps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Lap
from coach.domain.metrics import Measure, splits
from coach.domain.metrics.prepared import prepared

from .build import activity, athlete, because, value
from .examples import example_of


def rows(found):
    assert isinstance(found, Measure), found
    assert value(found) == len(found.detail["rows"])
    return found.detail["rows"]


@example_of("splits_km", "splits_mile", source="Definition, by hand: 4 m/s and 2.5 m/s")
def test_splits_of_a_run_that_slows_down():
    speed = np.concatenate((np.full(500, 4.0), np.full(600, 2.5)))  # 2 km in 500 s, 1.5 km in 600 s
    hr = np.concatenate((np.full(500, 150.0), np.full(600, 160.0)))
    run = activity(speed=speed, hr=hr)
    km = rows(splits.splits_km(run, athlete()))
    assert [r["distance_m"] for r in km] == [1000, 1000, 1000, 500]
    assert [r["full"] for r in km] == [True, True, True, False]
    assert [r["elapsed_s"] for r in km] == [250, 250, 400, 200]
    assert [r["pace_s_per_km"] for r in km] == pytest.approx([250, 250, 400, 400], abs=2)
    assert [r["avg_hr_bpm"] for r in km] == [150, 150, 160, 160]
    miles = rows(splits.splits_mile(run, athlete()))
    assert [r["distance_m"] for r in miles] == pytest.approx([1609.3, 1609.3, 281.3], abs=0.1)
    # 1609.344 m at 4 m/s; then 390.656 m at 4 and 1218.688 m at 2.5 m/s.
    assert [r["elapsed_s"] for r in miles[:2]] == pytest.approx([402.3, 585.1], abs=0.1)


@given(st.lists(st.floats(0, 6), min_size=30, max_size=400))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_splits_add_up_to_the_run(speeds):
    speed = np.array(speeds) * 5 % 6
    found = splits.splits_km(activity(speed=np.repeat(speed, 5)), athlete())
    if not isinstance(found, Measure):
        return
    total = float(speed.sum() * 5)
    assert sum(r["distance_m"] for r in found.detail["rows"]) == pytest.approx(total, abs=11)
    starts = [r["start_s"] for r in found.detail["rows"]]
    assert starts == sorted(starts)


def test_a_stop_is_in_the_elapsed_time_of_its_split_but_not_in_its_pace():
    speed = np.concatenate((np.full(150, 4.0), np.zeros(100), np.full(100, 4.0)))
    (first,) = rows(splits.splits_km(activity(speed=speed), athlete()))
    assert first["elapsed_s"] == 350
    assert first["pace_s_per_km"] == pytest.approx(250, abs=5)


@example_of("laps", source="Definition, by hand: what the watch left out comes from the samples")
def test_laps_keep_what_the_watch_said_and_fill_in_the_rest():
    run = activity(
        speed=np.full(600, 3.0),
        hr=np.full(600, 150.0),
        laps=(
            Lap(0, 200, timer_s=190, distance_m=610, avg_hr_bpm=148, intensity="active"),
            Lap(200, 400),
            Lap(600, 0),
        ),
    )
    first, second = rows(splits.laps(run, athlete()))
    assert (first["distance_m"], first["moving_s"], first["avg_hr_bpm"]) == (610, 190, 148)
    assert first["pace_s_per_km"] == pytest.approx(190 / 0.61, abs=0.1)
    assert first["intensity"] == "active"
    assert (second["index"], second["distance_m"], second["avg_hr_bpm"]) == (2, 1200, 150)
    assert second["pace_s_per_km"] == pytest.approx(1000 / 3, abs=0.1)


def test_without_distance_or_laps_there_are_none():
    run = activity(hr=np.full(600, 150.0))
    assert because(splits.splits_km(run, athlete())) == "no_distance_samples"
    assert because(splits.laps(run, athlete())) == "no_laps"


def test_laps_without_samples_are_shown_as_recorded():
    run = activity(elapsed_s=600.0, laps=(Lap(0, 300, distance_m=1000), Lap(300, 300)))
    first, second = rows(splits.laps(run, athlete()))
    assert first["pace_s_per_km"] == 300
    assert second["distance_m"] is None
    assert second["pace_s_per_km"] is None


def test_standing_on_the_kilometre_mark_belongs_to_the_next_split():
    speed = np.concatenate((np.full(250, 4.0), np.zeros(60), np.full(250, 4.0)))
    first, second = rows(splits.splits_km(activity(speed=speed), athlete()))
    assert (first["elapsed_s"], second["elapsed_s"]) == (250, 310)


def test_splits_of_any_length():
    run = activity(speed=np.full(1100, 4.0))
    five = rows(splits.splits_of(prepared(run), 500.0))
    assert [r["elapsed_s"] for r in five] == [125] * 8 + [100]
    assert [r["full"] for r in five] == [True] * 8 + [False]
    assert splits.splits_of(prepared(run), 1000.0) == splits.splits_km(run, athlete())
    assert (
        because(splits.splits_of(prepared(activity(hr=np.full(60, 150.0))), 500.0)) == "no_distance_samples"
    )
