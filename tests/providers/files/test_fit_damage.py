"""Damaged, odd and hostile files: what can be read is read and flagged, the rest is refused in words."""

from __future__ import annotations

import tracemalloc
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from fit_files import FIT_START, SAMPLE_FILES, SAMPLES, START, RawFit, run, swim

from coach.domain.activity import CHANNELS, Recording, Sport, Streams
from coach.errors import CoachError, NotAnActivity, TooLarge, UnreadableFile
from coach.providers.files.fit import encode_activity, read_fit, rr_intervals_s
from coach.providers.files.fit.crc import crc16
from coach.providers.files.fit.samples import plausible_times
from coach.text import LANGS, say

STAMP, HR, CADENCE, LAT, LON = (253, 4, 0x86), (3, 1, 0x02), (4, 1, 0x02), (0, 4, 0x85), (1, 4, 0x85)


def slow_crc(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def test_crc_is_arc() -> None:
    assert crc16(b"123456789") == 0xBB3D  # the check value of CRC-16/ARC
    data = np.random.default_rng(1).integers(0, 256, 40_000, dtype=np.uint8).tobytes()
    for size in (0, 1, 31, 32, 33, 64, 1499, 40_000):
        assert crc16(data[:size]) == slow_crc(data[:size])
    assert crc16(data[700:], crc16(data[:700])) == crc16(data)


# ── damage ──────────────────────────────────────────────────────────────────────────────────────────────


def test_truncated_file_gives_what_is_in_it() -> None:
    whole = run(600)
    data = encode_activity(whole)
    (read,) = read_fit(data[: len(data) * 2 // 3])
    assert read.flags == ("truncated",)
    assert read.streams is not None
    assert 350 < len(read.streams) < 450
    assert read.start == whole.start
    assert read.elapsed_s == read.streams.t_s[-1]
    # Without its session the file does not say what sport it was.
    assert read.sport is Sport.other
    assert read.identity == whole.identity
    assert read.distance_m == pytest.approx(
        whole.streams.channels["distance_m"][len(read.streams) - 1], abs=0.01
    )


def test_bad_crc_is_flagged_and_read() -> None:
    data = bytearray(encode_activity(run(100)))
    data[-1] ^= 0xFF
    (read,) = read_fit(bytes(data))
    assert read.flags == ("bad_crc",)
    assert read.streams is not None
    assert len(read.streams) == 100


def test_missing_checksum_is_flagged() -> None:
    (read,) = read_fit(encode_activity(run(100))[:-2])
    assert read.flags == ("bad_crc",)


@pytest.mark.parametrize("header", ["size zero", "all zeros"])
def test_crashed_watch_left_no_header(header: str) -> None:
    data = bytearray(encode_activity(run(300)))
    if header == "size zero":
        data[4:8] = bytes(4)
    else:
        data[:14] = bytes(14)
    (read,) = read_fit(bytes(data[: len(data) * 3 // 4]))
    assert read.flags == ("no_header",)
    assert read.streams is not None
    assert len(read.streams) > 150


def test_garbage_behind_the_file_does_not_cost_it() -> None:
    data = encode_activity(run(50))
    assert read_fit(data + bytes(100))[0].flags == ()
    assert read_fit(data + b"\x17garbage")[0].flags == ("truncated",)


def test_chained_files_are_separate_outings() -> None:
    later = replace(run(80), start=START + timedelta(days=1))
    first, second = read_fit(encode_activity(run(60)) + encode_activity(later))
    assert (len(first.streams), len(second.streams)) == (60, 80)
    assert second.start - first.start == timedelta(days=1)


def test_unknown_local_type_ends_the_file() -> None:
    raw = RawFit().file_id().define(0, 20, [STAMP, HR])
    for row in range(20):
        raw.data(0, "IB", FIT_START + row, 120)
    raw.data(7, "IB", FIT_START + 20, 120)
    (read,) = read_fit(raw.file())
    assert read.flags == ("truncated",)
    assert len(read.streams) == 20


# ── refusals ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "fit_empty"),
        (b"PK\x03\x04" + bytes(50), "fit_not_fit"),
        (b"\x0e\x10", "fit_not_fit"),
        (bytes(1000), "fit_not_fit"),
        (RawFit().file(), "fit_no_data"),
        (RawFit().file_id().file(), "fit_no_data"),
        (RawFit().file_id().define(0, 233, [(2, 1, 2)]).data(0, "B", 1).file(), "fit_no_data"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, key: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_fit(data)
    assert caught.value.key == key
    assert not isinstance(caught.value, NotAnActivity)
    for lang in LANGS:
        assert "a.fit" in say(lang, f"error.{key}", name="a.fit")


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (1, "device"),
        (2, "settings"),
        (3, "settings"),
        (5, "workout"),
        (6, "course"),
        (7, "schedule"),
        (9, "weight"),
        (10, "totals"),
        (11, "goals"),
        (14, "blood_pressure"),
        (15, "monitoring"),
        (28, "monitoring"),
        (32, "monitoring"),
        (34, "segment"),
        (44, "other"),
    ],
)
def test_other_files_are_named_as_what_they_are(kind: int, key: str) -> None:
    raw = RawFit().file_id(kind).define(0, 20, [STAMP, HR]).data(0, "IB", FIT_START, 100)
    with pytest.raises(NotAnActivity) as caught:
        read_fit(raw.file())
    assert caught.value.key == f"fit_{key}"
    for lang in LANGS:
        assert "a.fit" in say(lang, f"error.fit_{key}", name="a.fit")


def test_settings_behind_an_activity_do_not_matter() -> None:
    data = encode_activity(run(30)) + RawFit().file_id(2).file()
    assert len(read_fit(data)) == 1


# ── bombs ───────────────────────────────────────────────────────────────────────────────────────────────

MIB = 1 << 20


def definitions(count: int) -> RawFit:
    raw = RawFit().file_id()
    raw.content += b"".join(RawFit().define(0, i % 65536, [(i >> 16, 1, 2)]).content for i in range(count))
    return raw


def wide_rows() -> RawFit:
    """Return few fields of 255 numbers, each in one message only, among many short ones."""
    raw = RawFit().file_id().define(0, 20, [(3, 1, 2)])
    raw.content += b"\0\x50" * 200_000
    for number in range(60):
        raw.define(1, 20, [(number, 255, 2)])
        raw.content += b"\1" + bytes(range(255))
    return raw


def repeated(message: int, fields: Sequence[tuple[int, int, int]], content: bytes, count: int) -> RawFit:
    raw = RawFit().file_id().define(0, message, fields)
    raw.content += (b"\0" + content) * count
    return raw


@pytest.mark.parametrize(
    "bomb",
    [
        RawFit().file_id().define(0, 20, []).content + b"\0" * (976 * 1024),
        RawFit().file_id().define(0, 18, []).define(1, 20, []).content + b"\0\1" * (500 * 1024),
        RawFit().file_id().define(0, 20, [(3, 0, 2)]).content + b"\0" * (976 * 1024),
        definitions(70_000).content,
        wide_rows().content,
        repeated(18, [(5, 1, 0)], b"\1", 400_000).content,
        repeated(19, [(2, 4, 0x86)], b"\1\2\3\x30", 150_000).content,
        repeated(21, [(253, 4, 0x86), (0, 1, 0), (1, 1, 0)], b"\1\2\3\x30\0\0", 150_000).content
        + RawFit().define(0, 20, [STAMP]).data(0, "I", FIT_START).content,
    ],
    ids=["empty", "empty in turn", "size zero", "definitions", "wide", "sessions", "laps", "timer events"],
)
def test_bombs_are_refused(bomb: bytes) -> None:
    raw = RawFit()
    raw.content = bomb
    tracemalloc.start()
    with pytest.raises(TooLarge) as caught:
        read_fit(raw.file())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.key == "fit_overloaded"
    assert peak < 250 * MIB
    for lang in LANGS:
        assert "a.fit" in say(lang, "error.fit_overloaded", name="a.fit")


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────


def records(times: Sequence[float]) -> Recording:
    raw = RawFit().file_id().define(0, 20, [STAMP, HR])
    for i, t in enumerate(times):
        raw.data(0, "IB", int(FIT_START + t), 100 + i % 50)
    (read,) = read_fit(raw.file())
    return read


def test_clock_set_after_the_start() -> None:
    read = records([*range(-400_000_000, -400_000_000 + 10), *range(100)])
    assert read.flags == ("time_jump",)
    assert read.start == START
    np.testing.assert_array_equal(read.streams.t_s, np.arange(100))


def test_one_sample_from_the_future() -> None:
    times = list(range(100))
    times[40] = 50_000
    times[41] = 10**8
    read = records(times)
    assert read.flags == ("time_jump",)
    np.testing.assert_array_equal(read.streams.t_s, [t for t in range(100) if t not in (40, 41)])


def test_second_thoughts_of_a_second_are_no_jump() -> None:
    read = records([0, 1, 2, 4, 3, 5, 6])
    assert read.flags == ()
    assert len(read.streams) == 6
    assert (np.diff(read.streams.t_s) > 0).all()


def test_a_night_between_two_halves_is_kept_when_the_session_says_so() -> None:
    gap = 30 * 3600
    assert records([0, 1, 2, gap, gap + 1]).flags == ("time_jump",)
    plain = run(200)
    t = plain.streams.t_s.copy()
    t[100:] += gap
    long = replace(
        plain, streams=replace(plain.streams, t_s=t), elapsed_s=t[-1], pauses=((99.0, 100.0 + gap),)
    )
    (read,) = read_fit(encode_activity(long))
    assert read.flags == ()
    assert len(read.streams) == 200
    assert read.pauses == long.pauses


def test_times_that_are_all_missing() -> None:
    rows, jumped = plausible_times(np.array([np.nan, np.nan]))
    assert (rows.size, jumped) == (0, False)
    raw = RawFit().file_id().define(0, 20, [HR]).data(0, "B", 100)
    (read,) = read_fit(raw.file())
    assert read.streams is None
    assert "no_samples" in read.flags


def test_out_of_range_values_are_missing() -> None:
    raw = RawFit().file_id().define(0, 20, [STAMP, HR, LAT, LON, (7, 2, 0x84), (13, 1, 0x01)])
    half = 2**30  # 90 degrees
    rows = [
        (150, half // 2, half, 250, 20),
        (10, 0, 0, 60_000, 100),  # no such pulse, no fix, no such power, hotter than any place
        (255, half + 99, half, 65535, 127),  # beyond the pole; the types' "none"
        (151, half // 2, 0x7FFFFFFF, 251, -30),  # half a position
    ]
    for i, (hr, lat, lon, power, temperature) in enumerate(rows):
        raw.data(0, "IBiiHb", FIT_START + i, hr, lat, lon, power, temperature)
    (read,) = read_fit(raw.file())
    nan = np.nan
    expected = {
        "hr_bpm": [150, nan, nan, 151],
        "lat_deg": [45, nan, nan, nan],
        "lon_deg": [90, nan, nan, nan],
        "power_w": [250, nan, nan, 251],
        "temperature_c": [20, nan, nan, -30],
    }
    assert read.streams.channels.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(read.streams.channels[name], values)


def test_enhanced_fields_win_and_the_old_ones_fill_their_gaps() -> None:
    raw = RawFit().file_id().define(0, 20, [STAMP, (6, 2, 0x84), (73, 4, 0x86), (2, 2, 0x84), (78, 4, 0x86)])
    raw.data(0, "IHIHI", FIT_START, 3000, 3100, 2600, 2605)
    raw.data(0, "IHIHI", FIT_START + 1, 3000, 0xFFFFFFFF, 2600, 0xFFFFFFFF)
    (read,) = read_fit(raw.file())
    np.testing.assert_allclose(read.streams.channels["speed_mps"], [3.1, 3.0])
    np.testing.assert_allclose(read.streams.channels["altitude_m"], [21.0, 20.0])


def test_cadence_counts_both_feet() -> None:
    def read(stored: Sequence[int], sport: int) -> list[float]:
        raw = RawFit().file_id().define(1, 18, [(5, 1, 0)]).data(1, "B", sport)
        raw.define(0, 20, [STAMP, CADENCE, (53, 1, 0x02)])
        for i, cadence in enumerate(stored):
            raw.data(0, "IBB", FIT_START + i, cadence, 64)
        (recording,) = read_fit(raw.file())
        return recording.streams.channels["cadence_spm"].tolist()

    running, cycling = 1, 2
    assert read([0, 84, 85], running) == [1, 169, 171]
    assert read([0, 84, 85], cycling) == [0.5, 84.5, 85.5]
    # Some watches write steps; nobody takes 340 a minute.
    assert read([170, 172], running) == [170.5, 172.5]


def test_rr_intervals() -> None:
    raw = RawFit().file_id().define(0, 78, [(0, 6, 0x84)])
    raw.data(0, "3H", 800, 812, 65535).data(0, "3H", 790, 65535, 65535)
    np.testing.assert_allclose(rr_intervals_s(raw.file()), [0.8, 0.812, 0.79])
    assert rr_intervals_s(encode_activity(run(10))).size == 0


def test_stored_heart_beats_fill_a_swim_without_pulse() -> None:
    base = 5_000_000
    beats = RawFit().define(0, 132, [STAMP, (9, 4, 0x86), (6, 1, 0x02)])
    beats.data(0, "IIB", FIT_START + 10, base, 120)
    beats.define(1, 132, [(6, 2, 0x02), (10, 3, 0x0D)])
    ticks = base
    for beat in range(0, 40, 2):
        low, high = ticks + 512, ticks + 1024
        ticks = high
        packed = (low & 0xFFF) | (high & 0xFFF) << 12
        beats.data(1, "BB3s", 121 + beat, 122 + beat, packed.to_bytes(3, "little"))
    still = swim()
    without = replace(still, streams=Streams(still.streams.t_s, {}))
    (read,) = read_fit(encode_activity(without) + beats.file())
    hr = read.streams.get("hr_bpm")
    at = {int(t): v for t, v in zip(read.streams.t_s, hr, strict=True)}
    assert np.isnan(at[8])
    assert at[12] == 124  # two beats a second, each one faster
    assert at[20] == 140
    assert np.isnan(at[40])


def test_positions_and_names_survive_odd_developer_fields() -> None:
    described = [(0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 8, 7), (8, 4, 7)]
    raw = RawFit().file_id().define(1, 206, described)
    raw.data(1, "BBB8s4s", 0, 5, 0x88, b"Power\0\0\0", b"W\0\0\0")
    raw.data(1, "BBB8s4s", 1, 5, 0x88, b"Power\0\0\0", b"W\0\0\0")
    raw.data(1, "BBB8s4s", 1, 6, 0x84, b"\0\0\0\0\0\0\0\0", b"\0\0\0\0")
    raw.define(0, 20, [STAMP], [(5, 4, 0), (5, 4, 1), (6, 2, 1), (9, 3, 9)])
    raw.data(0, "IffH3s", FIT_START, 1.5, 2.5, 7, b"???")
    (read,) = read_fit(raw.file())
    assert {n: (u, v.tolist()) for n, (u, v) in read.streams.developer.items()} == {
        "Power": ("W", [1.5]),
        "Power (1.5)": ("W", [2.5]),
        "developer_1_6": ("", [7.0]),
    }


def test_signalling_nan_is_quietly_missing() -> None:
    raw = RawFit().file_id().define(0, 20, [STAMP, (60, 4, 0x88), (61, 4, 0x88), HR])
    raw.data(0, "I4sfB", FIT_START, b"\x01\x00\xa0\x7f", float("inf"), 99)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (read,) = read_fit(raw.file())
    assert read.streams.channels.keys() == {"hr_bpm"}


# ── fuzz ────────────────────────────────────────────────────────────────────────────────────────────────


def mutants(data: bytes, count: int, seed: int) -> list[bytes]:
    """Return copies with bytes changed, pieces cut out, doubled or swapped."""
    rng = np.random.default_rng(seed)
    result = []
    for _ in range(count):
        mutant = bytearray(data)
        for _ in range(int(rng.integers(1, 12))):
            at = int(rng.integers(0, len(mutant)))
            # Most of the structure lies at the beginning and the end.
            at = at if rng.random() < 0.4 else at % 600 if rng.random() < 0.5 else -(at % 600) - 1
            at %= len(mutant)
            kind = rng.integers(0, 5)
            if kind <= 1:
                mutant[at] = int(rng.integers(0, 256))
            elif kind == 2:
                mutant[at] = int(rng.choice([0, 1, 0x7F, 0x80, 0xFF, 0x40, 0x60, 0x88, 0x89, 0x8F]))
            elif kind == 3:
                del mutant[at : at + int(rng.integers(1, 30))]
            else:
                piece = mutant[at : at + int(rng.integers(1, 60))]
                mutant[at:at] = piece
            if not mutant:
                mutant = bytearray(data)
        result.append(bytes(mutant))
    return result


def assert_sane(recording: Recording) -> None:
    assert np.isfinite(recording.elapsed_s)
    assert recording.elapsed_s >= 0
    assert all(np.isfinite(v) for v in recording.totals.values())
    assert all(lap.start_s >= 0 and lap.elapsed_s >= 0 for lap in recording.laps)
    assert all(0 <= a < b <= recording.elapsed_s for a, b in recording.pauses)
    if recording.streams is not None:
        t = recording.streams.t_s
        assert t[0] >= 0
        assert (np.diff(t) >= 0).all()
        for name, values in recording.streams.channels.items():
            known = values[~np.isnan(values)]
            assert ((known >= CHANNELS[name].low) & (known <= CHANNELS[name].high)).all()


def seeds() -> list[bytes]:
    plain = run(120)
    with_developer = replace(plain.streams, developer={"Form Power": ("Watts", plain.streams.t_s)})
    rich = replace(plain, streams=with_developer, pauses=((50.0, 60.0),))
    return [
        encode_activity(rich),
        encode_activity(rich, compressed_times=True, big_endian=True),
        encode_activity([swim(), replace(run(60), start=START + timedelta(hours=1))]),
        *(p.read_bytes() for p in SAMPLE_FILES if p.stat().st_size < 20_000),
    ]


@pytest.mark.parametrize("block", range(6))
def test_only_coach_errors_escape(block: int) -> None:
    read = 0
    for number, seed in enumerate(seeds()):
        for mutant in mutants(seed, 40, 1000 * block + number):
            try:
                recordings = read_fit(mutant)
            except CoachError:
                continue
            read += 1
            for recording in recordings:
                assert_sane(recording)
    assert read > 60  # most mutants hold something


def test_every_prefix_is_read_or_refused() -> None:
    data = encode_activity([run(20), replace(swim(), start=START + timedelta(hours=1))])
    for size in range(0, len(data), 7):
        try:
            for recording in read_fit(data[:size]):
                assert_sane(recording)
        except CoachError:
            continue


# ── samples ─────────────────────────────────────────────────────────────────────────────────────────────

samples = pytest.mark.skipif(not SAMPLE_FILES, reason="HANBAL_SAMPLES names no folder with recordings")


@samples
def test_real_files_that_are_no_activities() -> None:
    for name, kind in (("MonitoringFile.fit", "monitoring"), ("WorkoutRepeatSteps.fit", "workout")):
        with pytest.raises(NotAnActivity) as caught:
            read_fit((SAMPLES / name).read_bytes())
        assert caught.value.key == f"fit_{kind}"


@samples
@pytest.mark.parametrize(
    ("name", "sports", "samples_read", "flags"),
    [
        ("4801048867.fit", ["ride"], [5159], ()),
        (
            "activity-large-fenxi2-multisport.fit",
            ["other", "run", "run", "ride"],
            [11683, 2197, 6695, 3131],
            (),
        ),
        ("activity-small-fenix2-run.fit", ["run"], [2809], ()),
        ("compressed-speed-distance.fit", ["run"], [755], ()),
        ("developer-types-sample.fit", ["run"], [3424], ()),
        ("event_timestamp.fit", ["swim"], [4376], ()),
        ("garmin-fenix-5-run.fit", ["run"], [21], ()),
        ("garmin-fr935-cr.fit", ["swim"], [7515], ()),
        ("invalid/activity-activity-filecrc.fit", ["run", "run"], [14, 14], ("bad_crc",)),
        ("invalid/activity-filecrc.fit", ["run"], [14], ("bad_crc",)),
        ("invalid/activity-settings-corruptheader.fit", ["run"], [14], ("truncated",)),
        ("invalid/activity-settings-nodata.fit", ["run"], [14], ("truncated",)),
        ("invalid/activity-unexpected-eof.fit", ["run"], [14], ("truncated",)),
        ("invalid/elemnt-bolt-no-application-id-inside-developer-data-id.fit", ["ride"], [132], ()),
    ],
)
def test_real_files(name: str, sports: list[str], samples_read: list[int], flags: tuple[str, ...]) -> None:
    recordings = read_fit((SAMPLES / name).read_bytes())
    assert [r.sport.value for r in recordings] == sports
    assert [len(r.streams) for r in recordings] == samples_read
    assert recordings[-1].flags == flags
    assert [r.part for r in recordings] == list(range(len(recordings))) or "activity-activity" in name
    for recording in recordings:
        assert_sane(recording)


@samples
def test_real_values() -> None:
    (ride,) = read_fit((SAMPLES / "4801048867.fit").read_bytes())
    assert ride.start.isoformat() == "2020-04-18T11:10:44+00:00"
    assert (ride.distance_m, ride.utc_offset_s, len(ride.laps)) == (36322.85, 7200, 8)
    assert ride.device.product == "fr935"
    (foot_pod,) = read_fit((SAMPLES / "compressed-speed-distance.fit").read_bytes())
    covered = foot_pod.streams.get("distance_m")
    assert covered[-1] == pytest.approx(foot_pod.distance_m, abs=0.1)
    assert foot_pod.pauses == ((681.0, 791.0),)
    assert 160 < np.nanmedian(foot_pod.streams.get("cadence_spm")) < 190
    (pool,) = read_fit((SAMPLES / "event_timestamp.fit").read_bytes())
    hr = pool.streams.get("hr_bpm")
    assert np.nanmean(hr) == pytest.approx(pool.totals["avg_hr_bpm"], abs=4)
    assert np.nanmax(hr) == pool.totals["max_hr_bpm"]
    assert len(pool.lengths) == 166
    assert sum(length.strokes or 0 for length in pool.lengths) == pool.totals["strokes"]
    (stryd,) = read_fit((SAMPLES / "developer-types-sample.fit").read_bytes())
    assert set(stryd.streams.developer) == {"Form Power", "Leg Spring Stiffness", "Speed", "Distance"}
