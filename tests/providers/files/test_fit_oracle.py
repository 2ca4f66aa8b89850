"""Every sample as fitdecode, an independent reader, has it."""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import fitdecode
import numpy as np
import pytest
from fit_files import FIT_START, SAMPLE_FILES, RawFit, run, swim

from coach.domain.activity import Streams
from coach.providers.files.fit import encode_activity
from coach.providers.files.fit.columns import BASE_TYPES, Columns
from coach.providers.files.fit.content import HRV, files_of, read_content, read_rr
from coach.providers.files.fit.rest import WANTED, Message
from coach.providers.files.fit.samples import read_beats
from coach.providers.files.fit.scan import scan

Rows = list[dict[Any, tuple[float, ...]]]


def decode(data: bytes) -> dict[str, list[Any]]:
    """Return fitdecode's messages by name, until it meets something it cannot read."""
    messages: dict[str, list[Any]] = defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = fitdecode.FitReader(
            io.BytesIO(data),
            processor=None,
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        )
        try:
            with reader:
                for frame in reader:
                    if isinstance(frame, fitdecode.FitDataMessage):
                        messages[frame.name].append(frame)
        except fitdecode.FitError:
            pass
    return messages


def numbers(value: Any) -> tuple[float, ...]:
    """Return a raw value as numbers, NaN for none; () for text."""
    if isinstance(value, str | bytes):
        return ()
    items = value if isinstance(value, tuple | list) else (value,)
    return tuple(float("nan") if v is None else float(v) for v in items)


def is_column(field_def: Any) -> bool:
    """Tell whether a field holds numbers of a known type in its proper size."""
    kind, _ = BASE_TYPES.get(field_def.base_type.identifier & 0x1F, ("", None))
    return bool(kind) and field_def.size > 0 and field_def.size % int(kind[1:]) == 0


def assert_same(columns: Columns, frames: list[Any]) -> int:
    """Hold every field of every message against fitdecode's; return how many values were equal."""
    assert len(columns) == len(frames)
    expected: dict[Any, dict[int, tuple[float, ...]]] = defaultdict(dict)
    for row, frame in enumerate(frames):
        stamp = frame.get_raw_value("timestamp") if frame.has_field("timestamp") else None
        ours = columns.time_s[row]
        assert ours == stamp or (stamp is None and np.isnan(ours)), row
        for item in frame.fields:
            if item.field_def is None or item.def_num == 253 or not is_column(item.field_def):
                continue
            is_developer = isinstance(item.field_def, fitdecode.types.DevFieldDefinition)
            key = (item.field_def.dev_data_index, item.def_num) if is_developer else item.field_def.def_num
            if key not in columns.values and item.field_def.base_type.name == "byte":
                continue  # fitdecode's way with a size that is no multiple of the type
            expected[key][row] = numbers(item.raw_value)
    compared = 0
    assert columns.values.keys() == expected.keys()
    for key, column in columns.values.items():
        wide = column.reshape(len(columns), -1)
        reference = np.full(wide.shape, np.nan)
        for row, values in expected[key].items():
            reference[row, : len(values)] = values
        np.testing.assert_array_equal(wide, reference, err_msg=str(key))
        compared += int((~np.isnan(reference)).sum())
    return compared


def assert_file_as_fitdecode(data: bytes) -> int:
    frames = decode(data)
    files = files_of(scan(data))
    contents = [read_content(data, segments) for segments in files]
    assert sum(len(c.records) for c in contents) == len(frames["record"])
    first = 0
    compared = 0
    for content in contents:
        last = first + len(content.records)
        compared += assert_same(content.records, frames["record"][first:last])
        first = last
    rr = np.concatenate([read_rr(data, segments) for segments in files])
    theirs = [v for f in frames["hrv"] for v in numbers(f.get_raw_value("time"))]
    np.testing.assert_allclose(rr, np.array([v for v in theirs if v == v]) / 1000)
    assert_beats([read_beats(columns) for c in contents for columns in c.heart_beats], frames["hr"])
    for content in contents:
        for name in ("session", "lap", "length", "file_id"):
            compared += assert_rest(content.of(name), name, frames, len(contents))
    return compared


def assert_beats(ours: list[tuple[np.ndarray, np.ndarray]], frames: list[Any]) -> None:
    """Hold heart beats against fitdecode's, which has intervals right but no absolute time."""
    theirs: list[list[tuple[float, float]]] = []
    for frame in frames:
        if frame.has_field("timestamp"):
            theirs.append([])
        times = [f.value for f in frame.get_fields("event_timestamp") if f.field_def is None]
        theirs[-1] += zip(times, numbers(frame.get_raw_value("filtered_bpm")), strict=False)
    assert len(ours) == len(theirs)
    for (times, bpm), expected in zip(ours, theirs, strict=True):
        expected_times, expected_bpm = np.array(expected).T
        # Ours begins with the message that ties the strap's clock to a timestamp.
        np.testing.assert_allclose(np.diff(times[1:]), np.diff(expected_times), atol=0.001)
        np.testing.assert_array_equal(bpm[1:], expected_bpm)
    absolute = np.concatenate([times for times, _ in ours]) if ours else np.empty(0)
    assert (np.diff(absolute) >= 0).all()


def assert_rest(ours: list[Message], name: str, frames: Mapping[str, list[Any]], files: int) -> int:
    """Hold raw values of the wanted fields against fitdecode's."""
    theirs = frames[name]
    if files > 1:
        theirs = theirs[: len(ours)]
    assert len(ours) == len(theirs), name
    compared = 0
    for message, frame in zip(ours, theirs, strict=True):
        for item in frame.fields:
            if item.field_def is None or item.field_def.name not in WANTED[name]:
                continue
            if isinstance(item.raw_value, int | float):
                assert message.raw[item.field_def.name] == item.raw_value, (name, item.name)
                compared += 1
    return compared


@pytest.mark.parametrize("compressed_times", [False, True])
@pytest.mark.parametrize("big_endian", [False, True])
def test_encoded_files(compressed_times: bool, big_endian: bool) -> None:
    plain = run(800)
    t = plain.streams.t_s + np.repeat([0.0, 40.0, 140.0, 141.0], 200)
    gaps = {
        name: np.where(np.arange(800) % (3 + i) == 0, np.nan, values)
        for i, (name, values) in enumerate(plain.streams.channels.items())
    }
    streams = Streams(t, gaps, {"Form Power": ("Watts", t / 3), "Stiffness": ("kN/m", t / 7)})
    data = encode_activity(
        [replace(plain, streams=streams, elapsed_s=t[-1], pauses=((399.0, 430.0),)), swim()],
        compressed_times=compressed_times,
        big_endian=big_endian,
    )
    assert assert_file_as_fitdecode(data) > 9_000


@pytest.mark.parametrize("order", ["<", ">"])
def test_every_base_type_and_none(order: str) -> None:
    shapes = {
        0x00: ("B", 7, 0xFF),
        0x01: ("b", -7, 0x7F),
        0x02: ("B", 7, 0xFF),
        0x83: ("h", -700, 0x7FFF),
        0x84: ("H", 700, 0xFFFF),
        0x85: ("i", -70_000, 0x7FFFFFFF),
        0x86: ("I", 70_000, 0xFFFFFFFF),
        0x88: ("f", 1.5, float("nan")),
        0x89: ("d", 1.25, float("nan")),
        0x0A: ("B", 7, 0),
        0x8B: ("H", 700, 0),
        0x8C: ("I", 70_000, 0),
        0x8E: ("q", -(2**40), 0x7FFFFFFFFFFFFFFF),
        0x8F: ("Q", 2**40, 0xFFFFFFFFFFFFFFFF),
        0x90: ("Q", 2**40, 0),
    }
    raw = RawFit(order).file_id()
    sizes = [raw_size(fmt) for fmt, _, _ in shapes.values()]
    fields = [(60 + i, size, base) for i, (size, base) in enumerate(zip(sizes, shapes, strict=True))]
    # The second shape: two values per field, which widens the columns; and one text.
    wide = [(number, 2 * size, base) for number, size, base in fields]
    raw.define(0, 20, [(253, 4, 0x86), *fields])
    raw.define(1, 20, [(253, 4, 0x86), *wide, (110, 4, 0x07)])
    for row in range(4):
        column = 1 + row % 2
        values = [v[column] for v in shapes.values()]
        formats = "".join(f for f, _, _ in shapes.values())
        raw.data(0, "I" + formats, FIT_START + row, *values)
        doubled = [v[1 + (row + k) % 2] for v in shapes.values() for k in (0, 1)]
        raw.data(1, "I" + "".join(f * 2 for f in formats) + "4s", FIT_START + row, *doubled, b"abc\0")
    assert assert_file_as_fitdecode(raw.file()) > 40


def raw_size(fmt: str) -> int:
    return int(np.dtype(fmt).itemsize)


def test_misaligned_field_does_not_shift_the_others() -> None:
    # COROS writes fields whose size is no multiple of their type.
    raw = RawFit().file_id().define(0, 20, [(253, 4, 0x86), (7, 3, 0x84), (3, 1, 0x02)])
    for row in range(50):
        raw.data(0, "I3sB", FIT_START + row, b"\1\2\3", 120 + row)
    assert assert_file_as_fitdecode(raw.file()) == 51


def test_local_types_are_redefined_and_interleaved() -> None:
    raw = RawFit().file_id()
    for block in range(6):
        if block % 2:
            raw.define(0, 20, [(253, 4, 0x86), (3, 1, 0x02)])
        else:
            raw.define(0, 20, [(3, 1, 0x02), (253, 4, 0x86), (6, 2, 0x84)])
        raw.define(1, 233, [(2, 4, 0x0D)])
        for row in range(40):
            now = FIT_START + block * 40 + row
            if block % 2:
                raw.data(0, "IB", now, 100 + row)
            else:
                raw.data(0, "BIH", 100 + row, now, 3000 + row)
            if row % 3 == 0:
                raw.data(1, "4s", b"\x01\x02\x03\x04")
    assert assert_file_as_fitdecode(raw.file()) == 6 * 40 + 3 * 40 + 1


def test_compressed_times_follow_a_timestamp_of_any_message() -> None:
    raw = RawFit().file_id().define(1, 20, [(3, 1, 0x02)]).define(2, 21, [(253, 4, 0x86), (0, 1, 0)])
    now = FIT_START
    for block in range(5):
        now += 1000 + 7 * block
        raw.data(2, "IB", now, 0)
        for row in range(70):
            now += (row * 11) % 32
            raw.data(0x80 | 1 << 5 | (now & 0x1F), "B", 90 + row)
    assert assert_file_as_fitdecode(raw.file()) == 351


LARGE = 600_000  # bytes


@pytest.mark.skipif(not SAMPLE_FILES, reason="HANBAL_SAMPLES names no folder with recordings")
@pytest.mark.parametrize(
    "path",
    # fitdecode reads the large ones for a quarter of a minute each.
    [pytest.param(p, marks=pytest.mark.soak) if p.stat().st_size > LARGE else p for p in SAMPLE_FILES],
    ids=lambda p: p.name,
)
def test_samples(path: Path) -> None:
    data = path.read_bytes()
    compared = assert_file_as_fitdecode(data)
    assert compared > len(data) / 500 or b"record" not in decode(data)


def test_hrv_message_number() -> None:
    data = RawFit().file_id().define(0, HRV, [(0, 10, 0x84)]).data(0, "5H", 700, 712, 65535, 65535, 65535)
    assert assert_file_as_fitdecode(data.file()) >= 1
