"""All metrics at once, on anything a sensor may have written."""

from __future__ import annotations

import gc
import json
import math
import warnings
import weakref
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import CHANNELS, Sport, Streams
from coach.domain.athlete import Thresholds
from coach.domain.metrics import METRICS, Measure, Unknown, compute
from coach.domain.streams import clean, samples_of

from .build import activity, athlete, value
from .sessions import easy, make, repeat, stand, work

NUMBERS = st.one_of(
    st.floats(-1e4, 1e5), st.sampled_from([0.0, float("nan"), float("inf"), 65535.0, -1.0, 150.0, 3.0])
)


@st.composite
def dirty(draw):
    """Any streams a broken device could write: holes, jumps, wrong ranges, clocks that stand or run back."""
    n = draw(st.integers(0, 40))
    steps = draw(
        st.lists(st.sampled_from([0.0, 1.0, 1.0, 0.5, 7.0, 60.0, -3.0, 1e6]), min_size=n, max_size=n)
    )
    t = np.cumsum(np.array(steps))
    names = draw(st.lists(st.sampled_from(sorted(CHANNELS)), unique=True, max_size=6))
    channels = {
        name: np.array(draw(st.lists(NUMBERS, min_size=n, max_size=n)), dtype=np.float64) for name in names
    }
    return Streams(t, channels)


# The most that anything a person does can have; what is not named here has no such limit.
MOST = {
    "bpm": 250, "spm": 300, "pct": 100, "ms": 1000, "mm": 300, "W": 3000, "C": 60, "mps": 40,
}  # fmt: skip
BELOW_ZERO = {"max_altitude_m"}  # the shores of the Dead Sea


def sane(name: str, found: Measure | Unknown) -> None:
    assert isinstance(found, Measure | Unknown), name
    if isinstance(found, Measure):
        assert found.value is not None, name
        assert math.isfinite(found.value), name
        assert found.coverage is None or 0 <= found.coverage <= 1 + 1e-9, (name, found.coverage)
        json.dumps(dict(found.detail), allow_nan=False)
        unit = METRICS[name].unit
        assert found.value <= MOST.get(unit, math.inf) + 1e-6, name
        if unit in {"m", "s", "bpm", "spm", "AU", "count", "W", "mps", "mm", "ms", "s_per_100m", "score"}:
            assert found.value >= 0 or name in BELOW_ZERO, name


@given(
    dirty(),
    st.sampled_from(list(Sport)),
    st.lists(st.tuples(st.floats(-10, 500), st.floats(-10, 500)), max_size=3),
    st.booleans(),
)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_no_recording_makes_a_metric_raise_or_say_something_silly(streams, sport, pauses, treadmill):
    plain = activity(elapsed_s=100.0, sport=sport, pauses=tuple(pauses), treadmill=treadmill)
    run = replace(plain, recording=replace(plain.recording, streams=streams))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, found in compute(run, athlete()).items():
            sane(name, found)


def test_compute_returns_every_metric_of_the_activity_scope():
    run = activity(speed=np.full(3600, 3.0), hr=np.full(3600, 150.0), altitude=np.full(3600, 20.0))
    found = compute(run, athlete())
    assert set(found) == {n for n, m in METRICS.items() if m.scope == "activity"}
    for name, one in found.items():
        alone = METRICS[name].fn(run, athlete())
        assert alone == one


def test_with_nothing_everything_is_unknown_with_a_reason():
    found = compute(activity(), athlete(Thresholds()))
    assert all(isinstance(v, Unknown) and v.because for v in found.values())


def test_the_samples_are_cleaned_once_and_do_not_keep_the_activity_alive():
    run = activity(speed=np.full(600, 3.0))
    compute(run, athlete())
    gone = weakref.ref(run)
    gc.disable()
    try:
        del run
        assert gone() is None
    finally:
        gc.enable()


def test_smart_recording_gives_what_every_second_gives():
    t = np.arange(0.0, 3601)
    speed = 3 + 0.5 * np.sin(t / 200)
    distance, hr = np.concatenate(([0.0], np.cumsum(speed)))[:-1], 150 + 10 * np.sin(t / 300)
    sparse = np.unique(np.concatenate(([0], np.arange(0, 3601, 7), [3600])))
    full = activity(channels={"distance_m": distance, "hr_bpm": hr}, t=t)
    thin = activity(channels={"distance_m": distance[sparse], "hr_bpm": hr[sparse]}, t=t[sparse])
    a, b = compute(full, athlete()), compute(thin, athlete())
    for name in ("distance_m", "moving_s", "trimp", "graded_load", "avg_hr_bpm", "efficiency_factor"):
        assert value(b[name]) == pytest.approx(value(a[name]), rel=0.005), name


def test_positions_alone_give_distance_and_a_jump_adds_none():
    seconds = np.arange(0.0, 601)
    lat = 37.5 + seconds * 3 / 111_195  # 3 m/s northwards
    lat[300] += 0.05
    run = activity(channels={"lat_deg": lat, "lon_deg": np.full(601, 127.0)}, t=seconds)
    samples = samples_of(run)
    assert samples is not None
    assert samples.jumps == 2
    assert value(compute(run, athlete())["distance_m"]) == pytest.approx(1800, rel=0.01)


def test_a_clock_that_jumps_by_years_costs_no_memory():
    t = np.concatenate((np.arange(0, 100.0), 9e8 + np.arange(0, 100.0)))
    streams = Streams(t, {"distance_m": np.arange(200.0) * 3})
    samples = clean(streams, activity(elapsed_s=200.0).recording)
    assert samples is not None
    assert len(samples) == 200


def test_time_that_runs_backwards_is_left_out():
    t = np.concatenate((np.arange(0, 300.0), np.arange(200, 500.0)))
    distance = np.concatenate((np.arange(0, 300) * 3.0, np.arange(200, 500) * 3.0))
    samples = clean(Streams(t, {"distance_m": distance}), activity(elapsed_s=500.0).recording)
    assert samples is not None
    assert np.all(np.diff(samples.t_s) > 0)
    assert samples.distance_m[-1] == pytest.approx(499 * 3)


def test_a_gap_up_to_ten_seconds_is_bridged_and_a_longer_one_is_unknown():
    hr = np.full(300, 150.0)
    hr[100:108] = np.nan
    hr[200:220] = np.nan
    samples = samples_of(activity(hr=hr))
    assert samples is not None
    assert not np.isnan(samples.hr_bpm[90:120]).any()
    assert np.isnan(samples.hr_bpm[200:220]).all()


DAMAGE = ("gap", "dropped", "spikes", "zeros", "stuck", "jumps", "backwards", "paused", "empty", "sparse")


def damaged(kinds: list[str], seed: int, *, treadmill: bool, sport: Sport):
    """Return a session with intervals and every sensor, damaged as devices damage recordings."""
    rng = np.random.default_rng(seed)
    legs = [easy(400, 2.8), *repeat(4, work(90, 4.5), easy(60, 2.2)), stand(40), easy(300, 2.8)]
    whole = make(legs, seed).run.recording.streams
    assert whole is not None
    n = len(whole)
    t, channels = whole.t_s.copy(), {k: v.copy() for k, v in whole.channels.items()}
    channels |= {
        "power_w": rng.normal(250, 20, n),
        "temperature_c": np.full(n, 24.0),
        "vertical_oscillation_mm": rng.normal(90, 5, n),
        "ground_contact_ms": rng.normal(240, 10, n),
        "lat_deg": 37.5 + channels["distance_m"] / 111_195,
        "lon_deg": np.full(n, 127.0),
    }
    keep, pauses = np.ones(n, dtype=bool), []
    for kind in kinds:
        a = int(rng.integers(0, n - 60))
        b = a + int(rng.integers(5, 60))
        name = str(rng.choice(sorted(channels)))
        match kind:
            case "gap":
                keep[a:b] = False
            case "sparse":
                keep &= rng.random(n) < 0.3
            case "paused":
                pauses.append((float(t[a]), float(t[b])))
            case "backwards":
                t[a:b] -= 50
            case "dropped":
                channels[name][a:] = np.nan
            case "empty":
                channels[name][:] = np.nan
            case "zeros":
                channels[name][:] = 0
            case "stuck":
                channels[name][a:b] = channels[name][a]
            case "spikes":
                channels[name][a:b] = rng.choice([255.0, 65535.0, -1.0, 1e6, 240.0], b - a)
            case "jumps":
                channels["lat_deg"][a] += 0.5
                channels["distance_m"][a:] += 5000
    run = activity(elapsed_s=float(n), sport=sport, pauses=tuple(pauses), treadmill=treadmill)
    streams = Streams(t[keep], {k: v[keep] for k, v in channels.items()})
    return replace(run, recording=replace(run.recording, streams=streams))


@given(
    st.lists(st.sampled_from(DAMAGE), min_size=1, max_size=4),
    st.integers(0, 1000),
    st.booleans(),
    st.sampled_from([Sport.run, Sport.run, Sport.run, Sport.walk, Sport.ride, Sport.swim]),
)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_damaged_recording_gives_believable_values_or_none(kinds, seed, treadmill, sport):
    run = damaged(kinds, seed, treadmill=treadmill, sport=sport)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compute(run, athlete())
    for name, one in found.items():
        sane(name, one)
    pace = found["pace_s_per_km"]
    if isinstance(pace, Measure):
        assert 80 <= value(pace) <= 3600, "nobody runs a kilometre in a minute"
    reps = found["intervals"]
    if isinstance(reps, Measure):
        for row in reps.detail["rows"]:
            assert row["time_s"] > 0
            assert row["distance_m"] is None or 0 <= row["distance_m"] <= 12 * row["time_s"] + 1
