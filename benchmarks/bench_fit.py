"""Reading FIT files, against fitparse in the same process.

Real recordings are measured too when HANBAL_SAMPLES names their folder.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import fitparse
import numpy as np

from coach.domain.activity import Lap, Recording, Sport, Streams
from coach.errors import NotAnActivity, TooLarge
from coach.providers.files.fit import encode_activity, read_fit
from coach.providers.files.fit.columns import Columns, read_columns
from coach.providers.files.fit.content import RECORD
from coach.providers.files.fit.scan import scan

Row = tuple[str, float, float]


def run(seconds: int, laps: int = 1, pauses: int = 0, compressed: bool = False) -> bytes:
    """Return a run at 1 Hz as a FIT file."""
    rng = np.random.default_rng(7)
    t = np.arange(seconds, dtype=np.float64)
    speed = 3 + 0.4 * np.sin(t / 90) + rng.normal(0, 0.05, seconds)
    distance = np.cumsum(speed)
    lap_s = seconds / laps
    recording = Recording(
        sport=Sport.run,
        start=datetime(2026, 10, 4, 6, tzinfo=UTC),
        elapsed_s=float(seconds),
        streams=Streams(
            t,
            {
                "distance_m": distance,
                "speed_mps": speed,
                "hr_bpm": np.rint(150 + 10 * np.sin(t / 300)),
                "cadence_spm": 170 + rng.integers(-4, 5, seconds) / 2,
                "power_w": np.rint(250 + rng.normal(0, 10, seconds)),
                "altitude_m": 30 + 10 * np.sin(t / 500),
                "lat_deg": 37.5 + distance / 111_000,
                "lon_deg": 127.0 + distance / 88_000,
                "temperature_c": np.full(seconds, 12.0),
                "vertical_oscillation_mm": 85 + rng.normal(0, 3, seconds),
                "ground_contact_ms": 240 + rng.normal(0, 5, seconds),
            },
        ),
        laps=tuple(Lap(i * lap_s, lap_s, lap_s, 3 * lap_s, 150, 160, 3, "distance") for i in range(laps)),
        pauses=tuple((i * 60.0 + 20, i * 60.0 + 30) for i in range(pauses)),
    )
    parts = [recording, replace(recording, start=recording.start + timedelta(seconds=seconds + 60))]
    return encode_activity(parts if compressed else recording, compressed_times=compressed)


def best_s(work: Callable[[], object], repeat: int) -> float:
    """Return the shortest time of `repeat` runs."""
    times = []
    for _ in range(repeat):
        begin = perf_counter()
        work()
        times.append(perf_counter() - begin)
    return min(times)


def our_records(data: bytes) -> list[Columns]:
    """Return all fields of all records, as our reader decodes them."""
    return [read_columns(data, segment, RECORD) for segment in scan(data)]


def their_messages(data: bytes) -> list[fitparse.DataMessage]:
    """Return all messages, as fitparse decodes them."""
    fitparse.records.DEV_TYPES.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return [m for m in fitparse.FitFile(io.BytesIO(data)).get_messages() if m.type == "data"]


def their_records(data: bytes) -> list[fitparse.DataMessage]:
    """Return all records in fitparse's fastest way: no checksum, no post-processing beyond the profile's."""
    fitparse.records.DEV_TYPES.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        file = fitparse.FitFile(io.BytesIO(data), check_crc=False)
        return list(file.get_messages("record"))


def assert_equal_values(data: bytes) -> None:
    """Stop the benchmark when the two readers disagree about a single value."""
    ours = our_records(data)[0]
    theirs = their_records(data)
    assert len(ours) == len(theirs)
    for row, message in enumerate(theirs):
        for item in message.fields:
            if item.field_def is None or item.def_num == 253:
                continue
            value = ours.values[item.def_num][row]
            assert value == item.raw_value or (item.raw_value is None and np.isnan(value)), (row, item)


def record_rows() -> list[Row]:
    """Measure the decoding of records alone."""
    rows = []
    for name, data in (
        ("records of a run of 20,000 samples", run(20_000)),
        ("the same with compressed times, two sessions of 10,000", run(10_000, compressed=True)),
    ):
        assert_equal_values(data)
        ours, theirs = best_s(lambda d=data: our_records(d), 15), best_s(lambda d=data: their_records(d), 2)
        rows.append((name, ours, theirs))
    return rows


def file_rows() -> list[Row]:
    """Measure whole files, from bytes to recordings, against fitparse decoding the same messages."""
    files = {
        "one hour, 4 laps": run(3_600, laps=4),
        "two hours, 60 laps, 100 pauses": run(7_200, laps=60, pauses=100),
    }
    folder = os.environ.get("HANBAL_SAMPLES")
    for path in sorted(Path(folder).rglob("*.fit")) if folder else ():
        if path.parent.name != "invalid":
            files[path.name] = path.read_bytes()
    rows = []
    for name, data in files.items():
        try:
            read_fit(data)
        except NotAnActivity:
            continue
        rows.append(
            (name, best_s(lambda d=data: read_fit(d), 9), best_s(lambda d=data: their_messages(d), 2))
        )
    return rows


def bomb_s() -> float:
    """Return the time to refuse 976 KiB of messages without fields, which take fitparse 11–25 s."""
    content = b"\x40\0\0\x14\0\0" + b"\0" * (976 * 1024)
    bomb = b"\x0c\x20\x54\x08" + len(content).to_bytes(4, "little") + b".FIT" + content + b"\0\0"

    def refuse() -> None:
        try:
            read_fit(bomb)
        except TooLarge:
            return
        raise AssertionError("the bomb was read")

    return best_s(refuse, 5)


def main() -> None:
    """Print what was measured."""
    hour = run(3_600)
    recording = read_fit(hour)[0]
    print("name | ours | fitparse | ratio")
    for name, ours, theirs in [*record_rows(), *file_rows()]:
        print(f"{name} | {ours * 1e3:.2f} ms | {theirs * 1e3:.0f} ms | {theirs / ours:.0f}×")
    print(f"writing one hour at 1 Hz | {best_s(lambda: encode_activity(recording), 9) * 1e3:.2f} ms | – | –")
    print(f"refusing 976 KiB of empty messages | {bomb_s() * 1e3:.2f} ms | – | –")


if __name__ == "__main__":
    main()
