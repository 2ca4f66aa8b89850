"""What our encoder writes, our reader and two others read back."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from datetime import timedelta

import fitdecode
import fitparse
import numpy as np
import pytest
from fit_files import FIT_START, START, run, swim
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import CHANNELS, Device, Lap, Recording, Sport, Streams
from coach.providers.files.fit import encode_activity, read_fit
from coach.providers.files.fit.sports import map_sport, profile_names

# The profile's resolution of each channel.
RESOLUTION = {
    "distance_m": 0.01,
    "speed_mps": 0.001,
    "hr_bpm": 1,
    "cadence_spm": 2 / 128,
    "power_w": 1,
    "altitude_m": 0.2,
    "lat_deg": 180 / 2**31,
    "lon_deg": 180 / 2**31,
    "temperature_c": 1,
    "stride_length_m": 0.0002,
    "vertical_oscillation_mm": 0.1,
    "vertical_ratio_pct": 0.01,
    "ground_contact_ms": 0.1,
    "ground_contact_balance_pct": 0.01,
    "respiration_brpm": 0.01,
}
# What a field can hold, where that is less than the channel's range.
HIGHEST = {"hr_bpm": 250, "stride_length_m": 5, "altitude_m": 9000}


def assert_same_streams(read: Streams | None, written: Streams) -> None:
    assert read is not None
    np.testing.assert_array_equal(read.t_s, written.t_s)
    known = {n for n, v in written.channels.items() if not np.isnan(v).all()}
    assert read.channels.keys() == known
    for name in known:
        tolerance = RESOLUTION[name] * 0.501
        np.testing.assert_allclose(
            read.channels[name], written.channels[name], rtol=0, atol=tolerance, err_msg=name
        )


@pytest.mark.parametrize("compressed_times", [False, True])
@pytest.mark.parametrize("big_endian", [False, True])
def test_run_comes_back_as_it_was(compressed_times: bool, big_endian: bool) -> None:
    written = run()
    (read,) = read_fit(encode_activity(written, compressed_times=compressed_times, big_endian=big_endian))
    assert_same_streams(read.streams, written.streams)
    assert read.totals == pytest.approx(dict(written.totals), abs=0.016)
    assert replace(read, streams=None, totals={}) == replace(written, streams=None, totals={})


def test_pauses_developer_fields_and_name_come_back() -> None:
    plain = run(900)
    t = plain.streams.t_s.copy()
    t[300:] += 100
    t[600:] += 45
    power = np.where(t % 7 == 0, np.nan, t * 1.5).astype(np.float32).astype(np.float64)
    streams = Streams(t, plain.streams.channels, {"Form Power": ("Watts", power), "Air": ("", power / 2)})
    written = replace(
        plain,
        streams=streams,
        name="6 × 400 m 빠르게",
        elapsed_s=t[-1],
        timer_s=None,
        pauses=((299.0, 399.0), (700.0, 744.0)),
    )
    for compressed_times in (False, True):
        (read,) = read_fit(encode_activity(written, compressed_times=compressed_times))
        assert read.pauses == written.pauses
        assert read.timer_s == pytest.approx(t[-1] - 144)
        assert read.name == written.name
        assert_same_streams(read.streams, streams)
        assert read.streams.developer.keys() == streams.developer.keys()
        for name, (unit, values) in streams.developer.items():
            assert read.streams.developer[name][0] == unit
            np.testing.assert_array_equal(read.streams.developer[name][1], values)


def test_swim_comes_back() -> None:
    written = swim()
    (read,) = read_fit(encode_activity(written))
    assert read.sport is Sport.swim
    assert read.sub_sport == "pool"
    assert [(x.active, x.strokes, x.stroke, x.elapsed_s) for x in read.lengths] == [
        (x.active, x.strokes, x.stroke, x.elapsed_s) for x in written.lengths
    ]
    assert [x.start_s for x in read.lengths] == [x.start_s for x in written.lengths]
    assert read.totals == written.totals


def test_multisport_gives_one_recording_per_session_without_the_transition() -> None:
    ride = replace(run(300), sport=Sport.ride, sub_sport="", laps=())
    change = Recording(sport=Sport.other, start=START + timedelta(seconds=300), elapsed_s=60)
    second = replace(run(400, 1), start=START + timedelta(seconds=360))
    data = encode_activity([ride, change, second])
    parts = read_fit(data)
    assert [(p.part, p.sport, len(p.streams) if p.streams else 0) for p in parts] == [
        (0, Sport.ride, 300),
        (1, Sport.other, 0),
        (2, Sport.run, 400),
    ]
    assert parts[1].flags == ("no_samples",)
    assert [p.start for p in parts] == [ride.start, change.start, second.start]
    assert [len(p.laps) for p in parts] == [0, 0, 2]
    assert_same_streams(parts[2].streams, second.streams)
    # A ride's cadence counts turns of one crank, not steps.
    assert_same_streams(parts[0].streams, ride.streams)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    steps = draw(st.lists(st.integers(0, 90), min_size=1, max_size=40))
    t = np.cumsum([0, *steps]).astype(np.float64)
    names = draw(st.sets(st.sampled_from(sorted(CHANNELS))))
    if {"lat_deg", "lon_deg"} & names:
        names |= {"lat_deg", "lon_deg"}
    sport = draw(st.sampled_from([Sport.run, Sport.ride, Sport.walk, Sport.swim, Sport.row, Sport.ski]))
    fits = {"cadence_spm": 230.0} if sport in (Sport.run, Sport.walk) else {"cadence_spm": 250.0}
    channels = {}
    for name in sorted(names):
        low, high = CHANNELS[name].low, {**HIGHEST, **fits}.get(name, CHANNELS[name].high)
        # Half the range away from the edges, where rounding could step over them.
        values = [draw(st.one_of(st.none(), st.floats(low + 1, high - 1))) for _ in t]
        channels[name] = np.array([np.nan if v is None else v for v in values])
    if "lat_deg" in channels:
        missing = np.isnan(channels["lat_deg"]) | np.isnan(channels["lon_deg"])
        channels["lat_deg"][missing] = channels["lon_deg"][missing] = np.nan
        # Exactly 0/0 is what devices write without a fix.
        channels["lat_deg"][np.abs(channels["lat_deg"]) < 1e-6] = 1.0
    start = START + timedelta(seconds=draw(st.integers(-(10**8), 10**7)))
    laps = tuple(
        Lap(float(i), draw(st.integers(0, 10**6)) / 1000, distance_m=draw(st.none() | st.just(400.5)))
        for i in range(draw(st.integers(0, 3)))
    )
    return Recording(
        sport=sport,
        start=start,
        elapsed_s=t[-1] + draw(st.integers(0, 999)) / 1000,
        distance_m=draw(st.none() | st.integers(0, 10**7).map(lambda cm: cm / 100)),
        utc_offset_s=draw(st.none() | st.sampled_from([-12600, 0, 20700, 32400])),
        streams=Streams(t, channels),
        laps=laps,
        device=Device("development", "7", str(draw(st.integers(1, 2**32 - 2)))),
    )


def step_cadence_is_one_leg(recording: Recording) -> bool:
    cadence = recording.streams.channels.get("cadence_spm", np.empty(0))
    steps = cadence[cadence > 0]
    return recording.sport is not Sport.run or not steps.size or float(np.median(steps)) <= 230


@settings(max_examples=60, deadline=None, derandomize=True)
@given(recordings(), st.booleans(), st.booleans())
def test_any_recording_comes_back(written: Recording, compressed_times: bool, big_endian: bool) -> None:
    assert step_cadence_is_one_leg(written)
    (read,) = read_fit(encode_activity(written, compressed_times=compressed_times, big_endian=big_endian))
    assert_same_streams(read.streams, written.streams)
    assert (read.sport, read.start, read.utc_offset_s) == (written.sport, written.start, written.utc_offset_s)
    assert read.elapsed_s == pytest.approx(written.elapsed_s, abs=0.00051)
    covered = written.streams.channels.get("distance_m", np.array([np.nan]))
    expected = written.distance_m
    if expected is None and not np.isnan(covered).all():
        expected = float(np.nanmax(covered))
    # A distance of zero is how watches write that they measured none.
    unmeasured = expected is None or expected < 0.005
    assert read.distance_m == (None if unmeasured else pytest.approx(expected, abs=0.0051))
    assert [(x.elapsed_s, x.distance_m) for x in read.laps] == [
        (x.elapsed_s, x.distance_m) for x in written.laps
    ]
    assert read.flags == ()


@pytest.mark.parametrize("sport", list(Sport))
def test_sports_come_back(sport: Sport) -> None:
    subs = {Sport.run: ("", "treadmill", "track", "trail", "indoor"), Sport.swim: ("pool", "open_water")}
    for sub_sport in subs.get(sport, ("",)):
        expected = "strength_training" if sport is Sport.strength else sub_sport
        assert map_sport(*profile_names(sport, sub_sport)) == (sport, expected)


@pytest.mark.parametrize("compressed_times", [False, True])
def test_fitparse_and_fitdecode_read_what_we_write(compressed_times: bool) -> None:
    plain = run(500)
    streams = replace(plain.streams, developer={"Form Power": ("Watts", plain.streams.t_s)})
    data = encode_activity(
        [replace(plain, streams=streams), replace(swim(), start=START + timedelta(seconds=600))],
        compressed_times=compressed_times,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        with fitdecode.FitReader(
            io.BytesIO(data),
            check_crc=fitdecode.CrcCheck.RAISE,
            error_handling=fitdecode.ErrorHandling.RAISE,
        ) as reader:
            decoded = [f for f in reader if isinstance(f, fitdecode.FitDataMessage)]
    fitparse.records.DEV_TYPES.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parsed = list(fitparse.FitFile(io.BytesIO(data)).get_messages())
    parsed = [m for m in parsed if m.type == "data"]
    assert [m.name for m in decoded] == [m.name for m in parsed]
    records = [m for m in decoded if m.name == "record"]
    assert len(records) == 500 + len(swim().streams)
    assert records[10].get_value("Form Power") == 10
    assert records[10].get_raw_value("timestamp") == FIT_START + 10
    assert [m.get_value("sport") for m in decoded if m.name == "session"] == ["running", "swimming"]
    assert [m.get_value("sub_sport") for m in parsed if m.name == "session"] == ["trail", "lap_swimming"]
    assert len([m for m in parsed if m.name == "length"]) == 12
    assert len([m for m in decoded if m.name == "lap"]) == 2
