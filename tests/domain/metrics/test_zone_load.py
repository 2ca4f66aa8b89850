"""Zones as load: Edwards and Lucia as published."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.athlete import Thresholds
from coach.domain.metrics import Measure, zone_load

from .build import activity, athlete, because, thresholds, value
from .examples import example_of, vectors


def minutes_at(*pairs):
    return np.concatenate([np.full(int(60 * minutes), float(bpm)) for minutes, bpm in pairs])


@example_of("edwards_trimp", source="Edwards 1993; golden.json edwards (10, 20, 15, 10, 5 minutes: 160)")
def test_edwards_published_session():
    (vector,) = vectors("edwards")
    minutes = vector["inputs"]["minutes_in_50_60_70_80_90pct_hrmax_zones"]
    assert zone_load.edwards_of(minutes) == vector["expected"]
    hr = minutes_at(*zip(minutes, (110, 130, 150, 170, 190), strict=True))
    found = zone_load.edwards_trimp(activity(hr=hr), athlete(thresholds(hr_max_bpm=200)))
    assert isinstance(found, Measure)
    assert value(found) == pytest.approx(vector["expected"], abs=1e-9)
    assert found.detail["minutes"] == minutes


def test_edwards_leaves_out_what_lies_below_half_and_keeps_what_lies_above_the_maximum():
    limits = athlete(thresholds(hr_max_bpm=200))
    edges = minutes_at((10, 99), (10, 100), (10, 119), (10, 120), (10, 180), (10, 205))
    found = zone_load.edwards_trimp(activity(hr=edges), limits)
    assert value(found) == 10 * (0 + 1 + 1 + 2 + 5 + 5)
    assert because(zone_load.edwards_trimp(activity(hr=edges), athlete(Thresholds()))) == "need_hr_max"
    assert because(zone_load.edwards_trimp(activity(hr=np.zeros(60)), limits)) == "no_hr"


@example_of("lucia_trimp", source="Lucia 2003; golden.json lucia (40, 15, 5 minutes: 85)")
def test_lucias_published_session():
    (vector,) = vectors("lucia")
    minutes = vector["inputs"]["minutes_below_VT1_between_above_VT2"]
    assert zone_load.lucia_of(minutes) == vector["expected"]
    hr = minutes_at(*zip(minutes, (152, 153, 170), strict=True))  # LT1 153, LT2 170
    found = zone_load.lucia_trimp(activity(hr=hr), athlete(thresholds(lthr_bpm=170)))
    assert isinstance(found, Measure)
    assert value(found) == pytest.approx(vector["expected"], abs=1e-9)
    assert (found.detail["lt1_bpm"], found.detail["lt2_bpm"]) == (153, 170)
    assert found.detail["basis"] == "zones_lthr"


def test_lucia_without_thresholds_or_heart_rate_is_unknown():
    run = activity(hr=np.full(60, 150.0))
    assert because(zone_load.lucia_trimp(run, athlete(Thresholds()))) == "need_hr_max"
    assert because(zone_load.lucia_trimp(activity(speed=np.full(60, 3.0)), athlete())) == "no_hr"
    reserve = zone_load.lucia_trimp(run, athlete(thresholds(hr_max_bpm=190, hr_rest_bpm=50)))
    assert (reserve.detail["lt1_bpm"], reserve.detail["lt2_bpm"]) == (148, 176)


@given(st.integers(60, 190), st.integers(3, 500), st.floats(0, 30))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_both_are_non_negative_and_add_up_over_a_split(low, at, swing):
    hr = low + swing * np.sin(np.arange(520) / 60)
    for fn in (zone_load.edwards_trimp, zone_load.lucia_trimp):
        parts = [value(fn(activity(hr=part), athlete())) for part in (hr[:at], hr[at:])]
        assert min(parts) >= 0
        assert sum(parts) == pytest.approx(value(fn(activity(hr=hr), athlete())))


def test_a_sensor_that_drops_out_is_told_by_the_coverage():
    hr = np.where(np.arange(600) < 450, 150.0, 0.0)
    for fn in (zone_load.edwards_trimp, zone_load.lucia_trimp):
        found = fn(activity(hr=hr), athlete())
        assert isinstance(found, Measure)
        assert found.coverage == pytest.approx(0.75, abs=0.02)
