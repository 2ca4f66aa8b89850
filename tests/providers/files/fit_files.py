"""Recordings and raw FIT bytes to test with."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from coach.domain.activity import CHANNELS, Device, Lap, Recording, Sport, Streams, SwimLength
from coach.providers.files.fit.crc import crc16

START = datetime(2026, 10, 3, 22, 15, 30, tzinfo=UTC)
FIT_START = 1160000130  # the same in seconds since 1989-12-31

SAMPLES = Path(os.environ.get("HANBAL_SAMPLES") or "/nonexistent")
SAMPLE_FILES = sorted(SAMPLES.rglob("*.fit"))


def run(seconds: int = 600, seed: int = 0, **changes: Any) -> Recording:
    """Return an hour's or so run in Seoul at 1 Hz with every channel."""
    rng = np.random.default_rng(seed)
    t = np.arange(seconds, dtype=np.float64)
    speed = 3.0 + 0.5 * np.sin(t / 60) + rng.normal(0, 0.05, seconds)
    distance = np.cumsum(speed)
    channels = {
        "distance_m": distance,
        "speed_mps": speed,
        "hr_bpm": np.rint(150 + 10 * np.sin(t / 200)),
        "cadence_spm": 170 + rng.integers(-4, 5, seconds) / 2,
        "power_w": np.rint(250 + rng.normal(0, 10, seconds)),
        "altitude_m": 30 + 10 * np.sin(t / 500),
        "lat_deg": 37.5 + distance / 111_000,
        "lon_deg": 127.0 + distance / 88_000,
        "temperature_c": np.full(seconds, 12.0),
        "stride_length_m": 2 * speed / (170 / 60),
        "vertical_oscillation_mm": 85 + rng.normal(0, 3, seconds),
        "vertical_ratio_pct": 7 + rng.normal(0, 0.2, seconds),
        "ground_contact_ms": 240 + rng.normal(0, 5, seconds),
        "ground_contact_balance_pct": 50 + rng.normal(0, 0.5, seconds),
        "respiration_brpm": 35 + rng.normal(0, 1, seconds),
    }
    assert channels.keys() == CHANNELS.keys()
    half = seconds // 2
    recording = Recording(
        sport=Sport.run,
        sub_sport="trail",
        start=START,
        elapsed_s=float(seconds - 1),
        timer_s=float(seconds - 1),
        utc_offset_s=9 * 3600,
        distance_m=round(float(distance[-1]), 2),
        streams=Streams(t, channels),
        laps=(
            Lap(0.0, float(half), float(half), 1000.0, 148.0, 160.0, 12.0, "distance", "active"),
            Lap(float(half), float(seconds - 1 - half), None, 900.5, trigger="session_end"),
        ),
        totals={
            "ascent_m": 21.0,
            "descent_m": 19.0,
            "calories_kcal": 410.0,
            "avg_hr_bpm": 150.0,
            "max_hr_bpm": 160.0,
            "avg_speed_mps": 3.012,
            "max_speed_mps": 3.7,
            "avg_power_w": 250.0,
            "max_power_w": 281.0,
            "normalized_power_w": 252.0,
            "avg_cadence_spm": 170.5,
            "max_cadence_spm": 176.0,
            "training_effect": 3.2,
            "anaerobic_training_effect": 0.4,
            "avg_temperature_c": 12.0,
            "avg_stride_length_m": 2.124,
            "avg_vertical_oscillation_mm": 85.1,
            "avg_vertical_ratio_pct": 7.02,
            "avg_ground_contact_ms": 240.3,
        },
        device=Device("suunto", "41", "123456"),
        identity="23:41:123456:1160000130",
    )
    return replace(recording, **changes)


def swim() -> Recording:
    """Return a pool swim with lengths, rests and no positions."""
    lengths: list[SwimLength] = []
    at = 0.0
    for i in range(12):
        rest = i % 4 == 3
        took = 20.0 if rest else 31.25
        lengths.append(
            SwimLength(at, took, active=False)
            if rest
            else SwimLength(at, took, active=True, strokes=18 + i, stroke="freestyle")
        )
        at += 32.0
    t = np.arange(0, at, 4.0)
    return Recording(
        sport=Sport.swim,
        sub_sport="pool",
        start=START,
        elapsed_s=at,
        timer_s=at,
        distance_m=225.0,
        streams=Streams(t, {"hr_bpm": np.full(t.size, 130.0)}),
        lengths=tuple(lengths),
        totals={"pool_length_m": 25.0, "strokes": 207.0},
        device=Device("garmin"),
    )


class RawFit:
    """Bytes of a FIT file, message by message; nothing is checked."""

    def __init__(self, order: str = "<") -> None:
        self.order = order
        self.content = b""

    def define(
        self,
        local: int,
        message: int,
        fields: Sequence[tuple[int, int, int]],
        developer: Sequence[tuple[int, int, int]] = (),
    ) -> RawFit:
        """Add a definition; fields are (number, size, base type), developer's (number, size, index)."""
        header = 0x40 | local | (0x20 if developer else 0)
        self.content += struct.pack(
            self.order + "BBBHB", header, 0, self.order == ">", message, len(fields)
        ) + b"".join(map(bytes, fields))
        if developer:
            self.content += bytes((len(developer),)) + b"".join(map(bytes, developer))
        return self

    def data(self, header: int, shape: str = "", *values: Any) -> RawFit:
        """Add a data message whose content is packed by the struct format `shape`."""
        self.content += bytes((header,)) + struct.pack(self.order + shape, *values)
        return self

    def file_id(self, kind: int = 4, local: int = 15) -> RawFit:
        """Add a `file_id` message."""
        return self.define(local, 0, [(0, 1, 0)]).data(local, "B", kind)

    def file(self, size: int | None = None, crc: int | None = None) -> bytes:
        """Return header, content and checksum, of which size and checksum may be given wrong."""
        header = struct.pack("<BBHI4s", 12, 0x20, 2132, len(self.content) if size is None else size, b".FIT")
        body = header + self.content
        return body + (crc16(body) if crc is None else crc).to_bytes(2, "little")
