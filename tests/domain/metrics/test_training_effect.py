"""Training effect: the device's own, and our estimate where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.athlete import Thresholds
from coach.domain.metrics import Measure, training_effect

from .build import FULL, activity, athlete, because, thresholds, value
from .examples import example_of

THRESHOLD = 1000 / 270


def both(run, limits=FULL):
    return [
        fn(run, athlete(limits))
        for fn in (training_effect.training_effect_aerobic, training_effect.training_effect_anaerobic)
    ]


@example_of(
    "training_effect_aerobic",
    source="Our judgement: loads of 0, 10, 30, 60, 100, 160 make 0 to 5; an hour at LTHR: 4",
)
@pytest.mark.parametrize(("minutes", "effect"), [(60, 4.0), (36, 3.0), (18, 2.0), (96, 5.0), (300, 5.0)])
def test_aerobic_effect_of_time_at_threshold_heart_rate(minutes, effect):
    aerobic, anaerobic = both(activity(hr=np.full(60 * minutes, 170.0)))
    assert value(aerobic) == pytest.approx(effect, abs=0.01)
    assert isinstance(aerobic, Measure)
    assert (aerobic.detail["method"], aerobic.estimated) == ("heart_rate", True)
    assert because(anaerobic) == "no_speed", "heart rate is too slow to tell"


@example_of(
    "training_effect_anaerobic",
    source="Our judgement: 0, 12, 50, 100, 175, 275 s above make 0 to 5; 8 × 60 s at 125 %, by hand: 108.7 s",
)
def test_anaerobic_effect_of_intervals_and_of_an_even_run():
    on, off = np.full(60, 1.25 * THRESHOLD), np.full(120, 0.7 * THRESHOLD)
    aerobic, anaerobic = both(activity(speed=np.concatenate([off, *[on, off] * 8])))
    assert isinstance(anaerobic, Measure)
    # Of each minute, by means of 10 s: 0.67 on the way up, 50 × 0.25, and 0.42 on the way down.
    assert anaerobic.detail["above_s"] == pytest.approx(8 * 13.59, abs=0.5)
    assert value(anaerobic) == pytest.approx(3.12, abs=0.01)
    assert isinstance(aerobic, Measure)
    assert aerobic.detail["method"] == "pace"
    even = both(activity(speed=np.full(3600, 1.03 * THRESHOLD)))[1]
    assert value(even) == 0


def test_a_ride_goes_by_power():
    watts = np.tile(np.repeat([400.0, 150.0], 60), 10)
    ride = activity(channels={"power_w": watts}, sport=Sport.ride)
    aerobic, anaerobic = both(ride, thresholds(ride_threshold_power_w=250.0))
    assert isinstance(aerobic, Measure)
    assert isinstance(anaerobic, Measure)
    assert (aerobic.detail["method"], anaerobic.detail["method"]) == ("power", "power")
    assert value(anaerobic) == 5
    assert [because(found) for found in both(ride)] == ["no_hr", "need_threshold_power"]


def test_the_device_knows_better():
    told = {"training_effect": 3.4, "anaerobic_training_effect": 0.0}
    aerobic, anaerobic = both(activity(hr=np.full(3600, 170.0), totals=told), Thresholds())
    assert (value(aerobic), value(anaerobic)) == (3.4, 0.0)
    assert isinstance(aerobic, Measure)
    assert (aerobic.detail, aerobic.estimated) == ({"method": "device"}, False)
    without_strap = both(activity(hr=np.full(3600, 170.0), totals={"training_effect": 0.0}))[0]
    assert isinstance(without_strap, Measure)
    assert without_strap.detail["method"] == "heart_rate"
    broken = both(activity(hr=np.full(3600, 170.0), totals={"training_effect": 25.5}))[0]
    assert value(broken) == pytest.approx(4)


@pytest.mark.parametrize("aerobic", [{"training_effect": 0.0}, {}])
def test_a_zero_of_a_watch_without_heart_rate_says_nothing_of_either_effect(aerobic):
    """Eight minutes at 125 % of threshold speed are no zero, whatever a watch without a strap writes."""
    on, off = np.full(60, 1.25 * THRESHOLD), np.full(120, 0.7 * THRESHOLD)
    speed = np.concatenate([off, *[on, off] * 8])
    totals = {**aerobic, "anaerobic_training_effect": 0.0}
    for found in both(activity(speed=speed, totals=totals)):
        assert isinstance(found, Measure)
        assert found.detail["method"] != "device"
        assert value(found) > 2
    told = both(activity(speed=speed, totals={**aerobic, "anaerobic_training_effect": 2.5}))[1]
    assert value(told) == 2.5


def test_without_anything_to_go_by_it_is_unknown():
    assert [because(found) for found in both(activity(elapsed_s=600.0))] == ["no_hr", "no_speed"]
    run = activity(speed=np.full(600, 3.0))
    assert because(both(run, Thresholds())[1]) == "need_threshold_speed"
    swim = activity(elapsed_s=600.0, sport=Sport.swim)
    assert because(both(swim)[1]) == "not_a_run_or_ride"
    half = activity(hr=np.where(np.arange(600) < 200, 150.0, 0.0), sport=Sport.other)
    assert because(both(half)[0]) == "hr_has_gaps"


@given(st.floats(0, 8), st.floats(0, 220), st.floats(0, 900), st.integers(30, 300))
@settings(max_examples=30, derandomize=True, deadline=None)
def test_both_stay_within_the_scale(speed, hr, watts, seconds):
    run = activity(
        speed=np.full(seconds, speed),
        hr=np.full(seconds, hr),
        channels={"power_w": np.full(seconds + 1, watts)},
    )
    for found in both(run):
        assert not isinstance(found, Measure) or 0 <= value(found) <= 5


def test_more_work_never_does_less():
    loads = np.linspace(0, 200, 50)
    assert np.all(np.diff([training_effect.aerobic_effect_of(v) for v in loads]) >= 0)
    assert np.all(np.diff([training_effect.anaerobic_effect_of(v) for v in 2 * loads]) >= 0)
