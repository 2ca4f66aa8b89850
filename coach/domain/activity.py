"""What was done: recordings (what one source says) and activities (what is true of one outing)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coach.domain.source import Source

Floats = NDArray[np.float64]


class Sport(StrEnum):
    run = "run"
    ride = "ride"
    swim = "swim"
    walk = "walk"
    hike = "hike"
    strength = "strength"
    ski = "ski"
    row = "row"
    other = "other"


@dataclass(frozen=True)
class Channel:
    """One recorded quantity: unit and the range outside of which a sample is a sensor error."""

    name: str
    unit: str
    low: float
    high: float


CHANNELS: Mapping[str, Channel] = {
    c.name: c
    for c in (
        Channel("distance_m", "m", 0, 2_000_000),  # cumulative
        Channel("speed_mps", "m/s", 0, 40),
        Channel("hr_bpm", "bpm", 25, 250),
        Channel("cadence_spm", "spm", 0, 300),  # both feet; for rides revolutions per minute
        Channel("power_w", "W", 0, 3000),
        Channel("altitude_m", "m", -500, 9000),
        Channel("lat_deg", "deg", -90, 90),
        Channel("lon_deg", "deg", -180, 180),
        Channel("temperature_c", "C", -50, 60),
        Channel("stride_length_m", "m", 0, 5),  # two steps
        Channel("vertical_oscillation_mm", "mm", 0, 300),
        Channel("vertical_ratio_pct", "pct", 0, 50),
        Channel("ground_contact_ms", "ms", 0, 1000),
        Channel("ground_contact_balance_pct", "pct", 0, 100),
        Channel("respiration_brpm", "brpm", 0, 100),
    )
}


@dataclass(frozen=True)
class Streams:
    """Samples of one recording. All arrays have the same length; a missing sample is NaN.

    `t_s` is seconds since the start by the clock (pauses included), never decreasing.
    `channels` maps a name of CHANNELS to values in that channel's unit. `developer` holds fields
    that an app on the watch defined: name → (unit, values).
    """

    t_s: Floats
    channels: Mapping[str, Floats] = field(default_factory=dict)
    developer: Mapping[str, tuple[str, Floats]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, values in self.channels.items():
            if name not in CHANNELS:
                raise ValueError(f"unknown channel {name}")
            if values.shape != self.t_s.shape:
                raise ValueError(f"channel {name} has {values.shape}, time has {self.t_s.shape}")

    def __len__(self) -> int:
        return int(self.t_s.size)

    def get(self, name: str) -> Floats | None:
        """Return a channel that holds at least one value, else None."""
        values = self.channels.get(name)
        return None if values is None or bool(np.isnan(values).all()) else values

    @cached_property
    def dt_s(self) -> Floats:
        """Seconds each sample stands for: the time since the one before (first: 0)."""
        return np.diff(self.t_s, prepend=self.t_s[:1]) if len(self) else self.t_s


@dataclass(frozen=True)
class Lap:
    start_s: float  # since the activity's start, by the clock
    elapsed_s: float
    timer_s: float | None = None  # without pauses
    distance_m: float | None = None
    avg_hr_bpm: float | None = None
    max_hr_bpm: float | None = None
    ascent_m: float | None = None
    trigger: str = ""  # manual, distance, time, session_end …
    intensity: str = ""  # active, rest, warmup, cooldown, interval, recovery, or ""


@dataclass(frozen=True)
class SwimLength:
    start_s: float
    elapsed_s: float
    active: bool  # False: a rest at the wall
    strokes: int | None = None
    stroke: str = ""  # freestyle, backstroke …


@dataclass(frozen=True)
class Device:
    manufacturer: str = ""
    product: str = ""
    serial: str = ""


@dataclass(frozen=True)
class Recording:
    """What one source says about one outing. Unknown is None.

    `totals` are the device's own summary (names end in their unit: `ascent_m`, `calories_kcal`,
    `avg_hr_bpm`, `max_hr_bpm`, `avg_power_w`, `avg_cadence_spm`, `training_effect`,
    `anaerobic_training_effect`, `vo2max`, `recovery_time_s`, `pool_length_m`, `strokes` …).
    `flags` say what was wrong and was read nevertheless: `truncated`, `bad_crc`, `no_header`,
    `time_jump`, `future`, `no_samples`.
    `identity` is what other copies of the same recording share (FIT: manufacturer, product, serial and
    creation time), or "".
    """

    sport: Sport
    start: datetime  # aware, UTC
    elapsed_s: float
    sub_sport: str = ""  # treadmill, track, trail, pool, open_water, indoor, virtual …
    utc_offset_s: int | None = None  # of the place where it happened
    timer_s: float | None = None  # without pauses, as the device counted
    distance_m: float | None = None
    name: str = ""
    note: str = ""
    streams: Streams | None = None
    laps: tuple[Lap, ...] = ()
    lengths: tuple[SwimLength, ...] = ()
    pauses: tuple[tuple[float, float], ...] = ()  # (from, to) in seconds since the start
    totals: Mapping[str, float] = field(default_factory=dict)
    device: Device = Device()
    identity: str = ""
    external_id: str = ""  # the source's own number, when it has one
    part: int = 0  # the n-th session of a multisport file
    race: bool = False
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ValueError("start must be aware")


@dataclass(frozen=True)
class Activity:
    """One outing as the coach knows it: the recording that won each field, and the athlete's edits."""

    id: int
    recording: Recording
    local_date: date
    tz: str
    moving_s: float | None = None
    sources: frozenset[Source] = frozenset()
    race: bool = False
    treadmill: bool = False
    excluded_from_bests: bool = False
    distance_origin: Literal["recorded", "corrected", "said"] = "recorded"
    rpe: float | None = None  # 0–10

    @property
    def sport(self) -> Sport:
        return self.recording.sport

    @property
    def streams(self) -> Streams | None:
        return self.recording.streams
