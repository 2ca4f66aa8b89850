"""Samples: `record` and `hr` messages as the channels of a recording."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np

from coach.domain.activity import CHANNELS, Floats, Sport, Streams
from coach.providers.files.fit.columns import Columns, unroll
from coach.providers.files.fit.developer import DeveloperField
from coach.providers.files.fit.scan import Ints
from coach.providers.files.fit.sports import legs_per_count

# Between two samples of one outing: longer is a clock that was wrong (a watch sets it with its first fix).
MAX_GAP_S = 24 * 3600.0
_JITTER_S = 5.0
# A heart beat stands for the samples of the next seconds.
_BEAT_LASTS_S = 5.0

# Channel → fields of `record` to take it from, best first: (number, scale, offset), as value/scale − offset.
_FIELDS: Mapping[str, tuple[tuple[int, float, float], ...]] = {
    "distance_m": ((5, 100, 0),),
    "speed_mps": ((73, 1000, 0), (6, 1000, 0)),
    "hr_bpm": ((3, 1, 0),),
    "power_w": ((7, 1, 0),),
    "altitude_m": ((78, 5, 500), (2, 5, 500)),
    "lat_deg": ((0, 2**31 / 180, 0),),
    "lon_deg": ((1, 2**31 / 180, 0),),
    "temperature_c": ((13, 1, 0),),
    "stride_length_m": ((85, 5000, 0),),  # stored: one step in 0.1 mm
    "vertical_oscillation_mm": ((39, 10, 0),),
    "vertical_ratio_pct": ((83, 100, 0),),
    "ground_contact_ms": ((41, 10, 0),),
    "ground_contact_balance_pct": ((84, 100, 0),),
    "respiration_brpm": ((108, 100, 0), (99, 1, 0)),
}
_CADENCE, _FRACTIONAL_CADENCE = 4, 53
_COMPRESSED_SPEED_DISTANCE = 8


def plausible_times(time_s: Floats, span_s: float = 0.0) -> tuple[Ints, bool]:
    """Return the rows to keep so that time never decreases nor leaps, and whether the clock jumped.

    Drops as few rows as make time non-decreasing, then all but the largest group between leaps over
    `MAX_GAP_S` (or `span_s`, how long the device says it went on, if longer). Rows without a time go too.
    Those, and steps back of a few seconds, as happen in any file, are not told.
    """
    rows = np.flatnonzero(~np.isnan(time_s))
    jumped = False
    step_s = np.diff(time_s[rows])
    if bool((step_s < 0).any()):
        rows = rows[_longest_rising(time_s[rows])]
        jumped = bool((step_s < -_JITTER_S).any())
    leaps = np.flatnonzero(np.diff(time_s[rows]) > max(MAX_GAP_S, span_s))
    if leaps.size:
        edges = np.concatenate(([0], leaps + 1, [rows.size]))
        largest = int(np.argmax(np.diff(edges)))
        rows = rows[edges[largest] : edges[largest + 1]]
        jumped = True
    return rows, jumped


def _longest_rising(values: Floats) -> Ints:
    """Return the indices of a longest non-decreasing subsequence (patience sorting, n log n)."""
    tails: list[float] = []
    tail_at: list[int] = []
    before = np.full(values.size, -1, np.int64)
    for i, value in enumerate(values.tolist()):
        length = bisect_right(tails, value)
        if length:
            before[i] = tail_at[length - 1]
        if length == len(tails):
            tails.append(value)
            tail_at.append(i)
        else:
            tails[length] = value
            tail_at[length] = i
    result = np.empty(len(tails), np.int64)
    at = tail_at[-1]
    for i in range(len(tails) - 1, -1, -1):
        result[i] = at
        at = int(before[at])
    return result


def read_streams(
    records: Columns,
    rows: Ints,
    start_s: float,
    sport: Sport,
    developer: Mapping[tuple[int, int], DeveloperField],
    beats: Sequence[tuple[Floats, Floats]] = (),
) -> Streams | None:
    """Return the channels of the `rows` of `records`, or None when there are no rows.

    `start_s` is the FIT time of the recording's start. `beats` are (FIT times, bpm) from `hr` messages, which
    fill gaps in the heart rate. Values outside of a channel's range become NaN; channels without
    any value are left out.
    """
    if not rows.size:
        return None
    time_s = records.time_s[rows]
    channels: dict[str, Floats] = {}
    for name, sources in _FIELDS.items():
        values: Floats | None = None
        for number, scale, offset in sources:
            raw = records.get(number)
            if raw is not None:
                found = raw[rows] / scale - offset
                values = found if values is None else np.where(np.isnan(values), found, values)
        if values is not None:
            channels[name] = values
    _add_cadence(channels, records, rows, sport)
    _add_compressed(channels, records, rows)
    for beat_s, bpm in beats:
        _add_beats(channels, time_s, beat_s, bpm)
    _drop_missing_fixes(channels)
    kept = {name: in_range(name, values) for name, values in channels.items()}
    return Streams(
        t_s=time_s - start_s,
        channels={name: values for name, values in kept.items() if not np.isnan(values).all()},
        developer=_developer_channels(records, rows, developer),
    )


def in_range(channel: str, values: Floats) -> Floats:
    """Return `values` with NaN for what lies outside of the channel's range."""
    limits = CHANNELS[channel]
    return np.where((values >= limits.low) & (values <= limits.high), values, np.nan)


def _add_cadence(channels: dict[str, Floats], records: Columns, rows: Ints, sport: Sport) -> None:
    cadence = records.get(_CADENCE)
    if cadence is None:
        return
    whole = cadence[rows]
    fraction = records.get(_FRACTIONAL_CADENCE)
    if fraction is not None:
        whole = whole + np.nan_to_num(fraction[rows]) / 128
    turning = whole[whole > 0]
    channels["cadence_spm"] = whole * legs_per_count(
        float(np.median(turning)) if turning.size else 0.0, sport
    )


def _add_compressed(channels: dict[str, Floats], records: Columns, rows: Ints) -> None:
    """Fill speed and distance from the three bytes in which old foot pods pack both, 12 bits each."""
    packed = records.values.get(_COMPRESSED_SPEED_DISTANCE)
    if packed is None or packed.ndim != 2 or packed.shape[1] != 3:
        return
    known = ~np.isnan(packed).any(axis=1)
    low, middle, high = packed[known].astype(np.int64).T
    speed = np.full(len(packed), np.nan)
    speed[known] = (low | (middle & 0x0F) << 8) / 100
    # The distance counts 1/16 m from zero and rolls over every 256 m.
    rolling = np.concatenate(([0], middle >> 4 | high << 4)).astype(np.float64)
    distance = np.full(len(packed), np.nan)
    distance[known] = unroll(rolling, np.arange(rolling.size) == 0, 12)[1:] / 16
    for name, values in (("speed_mps", speed), ("distance_m", distance)):
        present = channels.get(name)
        found = values[rows]
        channels[name] = found if present is None else np.where(np.isnan(present), found, present)


def read_beats(messages: Columns) -> tuple[Floats, Floats]:
    """Return FIT times and heart rates of the beats in one segment's `hr` messages.

    The first message ties the strap's clock (1/1024 s, sent whole now and then, else its lowest 12 bits) to a
    timestamp; beats before that are left out.
    """
    nothing = np.empty(0), np.empty(0)
    bpm = messages.values.get(6)
    if bpm is None:
        return nothing
    rates = bpm.reshape(len(messages), -1)
    clock = np.full(rates.shape, np.nan)
    is_full = np.zeros(rates.shape, np.bool_)
    whole = messages.values.get(9)
    if whole is not None:
        whole = whole.reshape(len(messages), -1)[:, : rates.shape[1]]
        known = ~np.isnan(whole)
        clock[:, : whole.shape[1]] = whole
        is_full[:, : whole.shape[1]] = known
    packed = messages.values.get(10)
    if packed is not None and packed.ndim == 2:
        parts = _unpack_12_bits(packed)[:, : rates.shape[1]]
        missing = np.isnan(clock[:, : parts.shape[1]])
        clock[:, : parts.shape[1]][missing] = parts[missing]
    ticks = clock.ravel()
    used = ~np.isnan(ticks)
    if not used.any():
        return nothing
    ticks[used] = unroll(ticks[used], is_full.ravel()[used], 12)
    ticks = ticks.reshape(rates.shape)
    anchors = np.flatnonzero(~np.isnan(messages.time_s) & ~np.isnan(ticks[:, 0]))
    if not anchors.size:
        return nothing
    fraction = messages.get(0)
    anchor_s = float(messages.time_s[anchors[0]])
    if fraction is not None and not np.isnan(fraction[anchors[0]]):
        anchor_s += float(fraction[anchors[0]]) / 32768
    times = anchor_s + (ticks - ticks[anchors[0], 0]) / 1024
    valid = ~np.isnan(times) & (rates > 0)
    return times[valid], rates[valid]


def _unpack_12_bits(packed: Floats) -> Floats:
    """Return the 12-bit numbers in rows of bytes, lowest bits first: three bytes hold two."""
    pairs = packed[:, : packed.shape[1] // 3 * 3].reshape(len(packed), -1, 3)
    missing = np.isnan(pairs).any(axis=2)
    low, middle, high = np.moveaxis(np.nan_to_num(pairs).astype(np.int64), 2, 0)
    numbers = np.stack([low | (middle & 0x0F) << 8, middle >> 4 | high << 4], axis=2).astype(np.float64)
    numbers[missing] = np.nan
    return numbers.reshape(len(packed), -1)


def _add_beats(channels: dict[str, Floats], time_s: Floats, beat_s: Floats, bpm: Floats) -> None:
    if not beat_s.size:
        return
    order = np.argsort(beat_s, kind="stable")
    beat_s, bpm = beat_s[order], bpm[order]
    last = np.searchsorted(beat_s, time_s, side="right") - 1
    fresh = (last >= 0) & (time_s - beat_s[last] <= _BEAT_LASTS_S)
    found = np.where(fresh, bpm[last], np.nan)
    present = channels.get("hr_bpm")
    channels["hr_bpm"] = found if present is None else np.where(np.isnan(present), found, present)


def _drop_missing_fixes(channels: dict[str, Floats]) -> None:
    """Make positions that are half missing, or exactly 0/0 (no fix), wholly missing."""
    lat, lon = channels.get("lat_deg"), channels.get("lon_deg")
    if lat is None or lon is None:
        channels.pop("lat_deg", None)
        channels.pop("lon_deg", None)
        return
    missing = np.isnan(lat) | np.isnan(lon) | ((lat == 0) & (lon == 0)) | (np.abs(lat) > 90)
    channels["lat_deg"] = np.where(missing, np.nan, lat)
    channels["lon_deg"] = np.where(missing, np.nan, lon)


def _developer_channels(
    records: Columns, rows: Ints, developer: Mapping[tuple[int, int], DeveloperField]
) -> dict[str, tuple[str, Floats]]:
    channels: dict[str, tuple[str, Floats]] = {}
    for key, described in developer.items():
        values = records.get(key)
        if values is None or np.isnan(values[rows]).all():
            continue
        # Two apps may use one name.
        name = described.name if described.name not in channels else f"{described.name} ({key[0]}.{key[1]})"
        channels[name] = (described.unit, values[rows])
    return channels
