"""Cleaned samples: what the sensors said, once per second of running timer, errors taken out.

Recordings come at any rate, with pauses, gaps, sensor spikes and GPS jumps. Every metric reads the same
cleaned view, so that a rule (what a jump is, how long a gap may be bridged) is stated once, here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from coach.domain.activity import CHANNELS, Activity, Floats, Recording, Sport, Streams
from coach.domain.resample import (
    GAP_S,
    Flags,
    Indices,
    bridge,
    forward,
    grid_of,
    merged,
    paused_before,
    resample,
    trailing_mean,
    unknown,
)

ON_FOOT = frozenset({Sport.run, Sport.walk, Sport.hike})

MAX_SPEED_ON_FOOT_MPS = 12.0  # nobody runs faster; a step above it is a sensor error
STOP_SPEED_MPS = 0.5  # slower than a shuffle, faster than the noise of a standing GPS
STOP_SMOOTHING_S = 5
HR_WINDOW_S = 11  # an excursion shorter than half of it is a spike …
HR_SPIKE_BPM = 25.0  # … when it leaves the median by this much
MIN_SPEED_COVERAGE = 0.8  # below it the speed channel is replaced by the slope of distance
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True)
class Kept:
    """The samples of a recording that count, for channels that are not resampled until somebody asks."""

    streams: Streams
    t_s: Floats
    keep: Flags

    def resampled(self, name: str, grid: Floats) -> Floats | None:
        """Return a channel on the grid, or None when it holds no believable value."""
        values = _valid(self.streams, name, self.keep)
        return resample(self.t_s, values, grid) if has_values(values) else None


@dataclass(frozen=True)
class Samples:
    """One sample per second while the timer ran; all arrays have the same length, missing is NaN.

    `t_s` is the clock since the start. The samples form *stretches*: between two stretches lies a pause
    or more than GAP_S without data. `first` is, per sample, the index where its stretch begins.
    `distance_m` never decreases and has no jumps (`jumps` of them were taken out).
    `moving_s` also counts gaps in which distance went on. `has_speed` False: nothing told how fast.
    """

    t_s: Floats
    first: Indices
    distance_m: Floats
    speed_mps: Floats
    moving: Flags
    moving_s: float
    hr_bpm: Floats
    cadence_spm: Floats
    power_w: Floats
    altitude_m: Floats
    kept: Kept
    jumps: int = 0

    def __len__(self) -> int:
        return int(self.t_s.size)

    @cached_property
    def has_speed(self) -> bool:
        return has_values(self.speed_mps)

    @cached_property
    def has_distance(self) -> bool:
        return has_values(self.distance_m)

    @cached_property
    def breaks(self) -> Indices:
        """Indices at which a new stretch begins (without the very first)."""
        return np.flatnonzero(self.first[1:] != self.first[:-1]) + 1

    def channel(self, name: str) -> Floats | None:
        """Return any other channel of CHANNELS on the same grid, or None when it was not recorded."""
        return self.kept.resampled(name, self.t_s)

    def cut(self, values: Floats) -> Floats:
        """Return `values` with one NaN between stretches, so that no window reaches over a break."""
        return np.insert(values, self.breaks, np.nan) if self.breaks.size else values


def has_values(values: Floats) -> bool:
    """Tell whether at least one value is known."""
    return bool(values.size) and not bool(np.isnan(values).all())


def is_treadmill(activity: Activity) -> bool:
    """Tell whether the run stayed in place: the athlete said so, or the watch did."""
    return activity.treadmill or activity.recording.sub_sport in {"treadmill", "indoor", "indoor_running"}


def samples_of(activity: Activity) -> Samples | None:
    """Return the cleaned samples of an activity, or None when it has none.

    A distance the athlete corrected stretches the recorded one: splits and speeds follow it.
    """
    streams = activity.streams
    if streams is None or len(streams) < 2:
        return None
    corrected = activity.recording.distance_m if activity.distance_origin == "corrected" else None
    return clean(streams, activity.recording, corrected_distance_m=corrected)


def clean(
    streams: Streams, recording: Recording, *, corrected_distance_m: float | None = None
) -> Samples | None:
    """Clean and resample streams to one sample per second of running timer.

    Time steps backwards and samples inside a pause are dropped; values outside a channel's range are
    unknown; gaps up to GAP_S are interpolated. Returns None when fewer than two samples remain.
    """
    keep = forward(streams.t_s)
    pauses = merged(recording.pauses)
    if pauses.size:
        inside = np.searchsorted(pauses[:, 0], streams.t_s, side="left") - 1
        keep &= ~((inside >= 0) & (streams.t_s < pauses[np.maximum(inside, 0), 1]))
    t = streams.t_s[keep]
    if t.size < 2:
        return None
    grid, first = grid_of(t, pauses)

    def channel(name: str) -> Floats:
        return resample(t, _valid(streams, name, keep), grid)

    limit = MAX_SPEED_ON_FOOT_MPS if recording.sport in ON_FOOT else CHANNELS["speed_mps"].high
    raw_distance, jumps = _distance(t, streams, keep, limit)
    if corrected_distance_m and raw_distance is not None:
        total = float(np.nanmax(raw_distance))
        if total > 0:
            raw_distance = raw_distance * (corrected_distance_m / total)
    distance = unknown(grid) if raw_distance is None else bridge(t, raw_distance, grid)

    raw_speed = _valid(streams, "speed_mps", keep)
    raw_speed = np.where(raw_speed > limit, np.nan, raw_speed)
    speed = resample(t, raw_speed, grid)
    known = np.count_nonzero(~np.isnan(speed))
    if has_values(distance):
        if known < MIN_SPEED_COVERAGE * grid.size:
            assert raw_distance is not None
            # Where distance is not known either (a sensor that died), standing still must not be invented.
            heard = ~np.isnan(resample(t, raw_distance, grid))
            speed = np.where(heard, _slope(grid, first, distance), np.nan)
        else:
            speed = _anchor(speed, first, distance)
    if not has_values(speed) or float(np.nanmax(speed)) < STOP_SPEED_MPS:
        speed = unknown(grid)

    moving = _moving(speed, first)
    return Samples(
        t_s=grid,
        first=first,
        distance_m=distance,
        speed_mps=speed,
        moving=moving,
        moving_s=_moving_s(grid, first, distance, moving, pauses),
        hr_bpm=despike_hr(channel("hr_bpm")),
        cadence_spm=channel("cadence_spm"),
        power_w=channel("power_w"),
        altitude_m=channel("altitude_m"),
        kept=Kept(streams, t, keep),
        jumps=jumps,
    )


def despike_hr(hr_bpm: Floats) -> Floats:
    """Make short excursions of heart rate unknown: a heart does not jump 25 bpm for five seconds."""
    step = np.abs(np.diff(hr_bpm))
    if hr_bpm.size < HR_WINDOW_S or not bool((step > HR_SPIKE_BPM / 2).any()):
        return hr_bpm
    # A spike lies next to a step, so only those neighbourhoods need a median.
    half = HR_WINDOW_S // 2
    near = np.zeros(hr_bpm.size, dtype=bool)
    for i in np.flatnonzero(step > HR_SPIKE_BPM / 2):
        near[max(0, i - half) : i + half + 2] = True
    padded = np.pad(hr_bpm, half, mode="reflect")
    at = np.flatnonzero(near & ~np.isnan(hr_bpm))
    windows = np.lib.stride_tricks.sliding_window_view(padded, HR_WINDOW_S)[at]
    median = np.nanmedian(windows, axis=1)
    cleaned = hr_bpm.copy()
    cleaned[at[np.abs(hr_bpm[at] - median) > HR_SPIKE_BPM]] = np.nan
    return cleaned


def _valid(streams: Streams, name: str, keep: Flags) -> Floats:
    """Return a channel of the kept samples; out of range is NaN."""
    values = streams.channels.get(name)
    if values is None:
        return np.full(int(np.count_nonzero(keep)), np.nan)
    kept = values[keep].astype(np.float64)
    limits = CHANNELS[name]
    with np.errstate(invalid="ignore"):
        kept[~((kept >= limits.low) & (kept <= limits.high))] = np.nan
    return kept


def _distance(t: Floats, streams: Streams, keep: Flags, limit: float) -> tuple[Floats | None, int]:
    """Return cumulative distance from the distance channel, else from positions, else from speed.

    Steps backwards and steps faster than `limit` add nothing; the second value counts the latter.
    """
    given = _valid(streams, "distance_m", keep)
    known = ~np.isnan(given)
    if np.count_nonzero(known) >= 2 and float(np.nanmax(given)) > 0:
        return _accumulate(t, np.diff(given[known]), known, limit)
    lat, lon = np.radians(_valid(streams, "lat_deg", keep)), np.radians(_valid(streams, "lon_deg", keep))
    known = ~(np.isnan(lat) | np.isnan(lon))
    if np.count_nonzero(known) >= 2:
        return _accumulate(t, _haversine(lat[known], lon[known]), known, limit)
    speed = _valid(streams, "speed_mps", keep)
    known = ~np.isnan(speed) & ~(speed > limit)
    if np.count_nonzero(known) >= 2 and float(speed[known].max()) > 0:
        v, dt = speed[known], np.diff(t[known])
        return _accumulate(t, np.where(dt <= GAP_S, (v[1:] + v[:-1]) / 2 * dt, 0.0), known, limit)
    return None, 0


def _accumulate(t: Floats, steps: Floats, known: Flags, limit: float) -> tuple[Floats, int]:
    too_fast = steps > limit * np.diff(t[known])
    steps = np.where(too_fast | (steps < 0), 0.0, steps)
    distance = unknown(t)
    distance[known] = np.concatenate(([0.0], np.cumsum(steps)))
    return distance, int(np.count_nonzero(too_fast))


def _haversine(lat: Floats, lon: Floats) -> Floats:
    a = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(a))))


def _slope(t: Floats, first: Indices, distance: Floats) -> Floats:
    """Return speed from distance, averaged over STOP_SMOOTHING_S (devices write distance in steps)."""
    index = np.arange(t.size)
    last = np.concatenate((first[1:][first[1:] != first[:-1]], [t.size]))
    end_of = np.repeat(last, np.diff(np.concatenate(([0], last)))) - 1
    lo = np.maximum(index - STOP_SMOOTHING_S // 2, first)
    hi = np.minimum(index + STOP_SMOOTHING_S // 2, end_of)
    dt = t[hi] - t[lo]
    return np.where(dt > 0, (distance[hi] - distance[lo]) / np.maximum(dt, 1e-9), np.nan)


def _anchor(speed: Floats, first: Indices, distance: Floats) -> Floats:
    """Scale speed so that it covers the distance: watches filter the two differently.

    Left alone when they disagree by more than a quarter, where one of them is simply wrong.
    """
    known = ~np.isnan(speed)
    inside = np.concatenate(([False], first[1:] == first[:-1])) & known
    covered = float(np.diff(distance, prepend=distance[:1])[inside].sum())
    summed = float(speed[inside].sum())
    ratio = covered / summed if summed > 0 else 0.0
    return speed * ratio if 0.8 <= ratio <= 1.25 else speed


def _moving(speed: Floats, first: Indices) -> Flags:
    """Mark samples not spent standing; where speed is unknown the timer ran, so it counts."""
    smooth = trailing_mean(speed, first, STOP_SMOOTHING_S)
    shift = STOP_SMOOTHING_S // 2
    centred = np.concatenate((smooth[shift:], np.repeat(smooth[-1:], min(shift, smooth.size))))[: speed.size]
    with np.errstate(invalid="ignore"):
        return np.asarray(~(centred < STOP_SPEED_MPS))


def _moving_s(t: Floats, first: Indices, distance: Floats, moving: Flags, pauses: Floats) -> float:
    """Sum the seconds in motion: inside stretches by sample, between them where distance went on."""
    same = first[1:] == first[:-1]
    seconds = float(np.count_nonzero(same & moving[1:]))
    gap = np.diff(t)[~same] - np.diff(paused_before(t, pauses))[~same]
    if has_values(distance):
        went_on = np.diff(distance)[~same] >= STOP_SPEED_MPS * np.maximum(gap, 1.0)
        seconds += float(gap[went_on & (gap > 0)].sum())
    return seconds
