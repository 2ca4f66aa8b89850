"""Points in the order of a file → streams, pauses and distance. Shared by every text format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import CHANNELS, Floats, Recording, Sport, Streams
from coach.providers.files.limits import CLOCK_ERROR_S

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
ONE_LEG_BELOW_SPM = 120.0


@dataclass(frozen=True)
class Track:
    """`start_epoch_s` is the first sample's time; `pauses` in seconds since then; `flags` as of Recording."""

    start_epoch_s: float
    streams: Streams
    pauses: tuple[tuple[float, float], ...]
    flags: tuple[str, ...]

    @property
    def elapsed_s(self) -> float:
        return float(self.streams.t_s[-1])

    def last(self, channel: str) -> float | None:
        """Return the last known value of a channel, or None."""
        values = self.streams.get(channel)
        return None if values is None else float(values[~np.isnan(values)][-1])


def numbers(texts: Sequence[str]) -> Floats:
    """Read a column of decimal numbers; what is none is NaN."""
    try:
        return np.array(list(map(float, texts)), dtype=np.float64)
    except ValueError:
        return np.array([number(t) for t in texts], dtype=np.float64)


def number(text: str) -> float:
    """Read one decimal number; NaN when it is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def build_track(
    epoch_s: Floats, columns: Mapping[str, Floats], segment: NDArray[np.int64], sport: Sport
) -> Track | None:
    """Make one track of samples in file order.

    `columns` are channels of CHANNELS in their units (all as long as `epoch_s`), `segment` the number of the
    unbroken piece each sample belongs to. Samples without a time are left out, samples whose clock is wrong
    too (flag `time_jump`). Returns None when no sample has a time.
    """
    flags: list[str] = []
    keep = ~np.isnan(epoch_s)
    if not keep.any():
        return None
    middle = float(np.median(epoch_s[keep]))
    with np.errstate(invalid="ignore"):
        keep &= np.abs(epoch_s - middle) <= CLOCK_ERROR_S
    order = np.flatnonzero(keep)
    # Time that runs backwards: what has been recorded already stays, the repeated stretch goes.
    latest = np.maximum.accumulate(epoch_s[order])
    forward = order[epoch_s[order] >= latest]
    if forward.size < np.count_nonzero(~np.isnan(epoch_s)):
        flags.append("time_jump")
    start = float(epoch_s[forward[0]])
    t_s = epoch_s[forward] - start
    channels = {name: within_range(name, values[forward]) for name, values in columns.items()}
    channels = {name: values for name, values in channels.items() if not np.isnan(values).all()}
    _drop_null_island(channels)
    if "cadence_spm" in channels and sport in (Sport.run, Sport.walk, Sport.hike):
        channels["cadence_spm"] = both_feet(channels["cadence_spm"])
    pauses = _pauses(t_s, segment[forward])
    if "distance_m" in channels:
        channels["distance_m"] = unbroken_distance(channels["distance_m"])
    elif "lat_deg" in channels and "lon_deg" in channels:
        channels["distance_m"] = path_length(channels["lat_deg"], channels["lon_deg"], t_s, pauses)
    return Track(start, Streams(t_s, channels), pauses, tuple(flags))


def cut_short(recordings: tuple[Recording, ...]) -> tuple[Recording, ...]:
    """Return the recordings of a document that breaks off, the last one flagged `truncated`."""
    *whole, last = recordings
    return (*whole, replace(last, flags=(*last.flags, "truncated")))


def within_range(name: str, values: Floats) -> Floats:
    """Return the values with sensor errors (outside of the channel's range, infinite) as NaN."""
    channel = CHANNELS[name]
    with np.errstate(invalid="ignore"):
        return np.where((values >= channel.low) & (values <= channel.high), values, np.nan)


def both_feet(cadence_spm: Floats) -> Floats:
    """Double a cadence that counts one leg. GPX and TCX count one leg, but some exporters write steps."""
    turning = cadence_spm[cadence_spm > 0]
    one_leg = turning.size == 0 or float(np.median(turning)) < ONE_LEG_BELOW_SPM
    return cadence_spm * 2 if one_leg else cadence_spm


def unbroken_distance(distance_m: Floats) -> Floats:
    """Return a cumulative distance that never decreases: counters that restart at a lap are joined."""
    known = np.flatnonzero(~np.isnan(distance_m))
    values = distance_m[known]
    steps = np.diff(values, prepend=0.0)
    restarted = (steps < 0) & (values < 0.5 * (values - steps))
    steps = np.where(restarted, values, np.maximum(steps, 0))
    result = np.full(distance_m.shape, np.nan)
    result[known] = np.cumsum(steps)
    return result


def haversine_m(lat1_deg: Floats, lon1_deg: Floats, lat2_deg: Floats, lon2_deg: Floats) -> Floats:
    """Return great-circle distances in metres on the mean sphere (Sinnott 1984)."""
    lat1, lon1, lat2, lon2 = (np.radians(x) for x in (lat1_deg, lon1_deg, lat2_deg, lon2_deg))
    chord = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def path_length(
    lat_deg: Floats, lon_deg: Floats, t_s: Floats, pauses: tuple[tuple[float, float], ...]
) -> Floats:
    """Return the distance covered up to each sample; NaN where there is no position.

    A step over a pause does not count, nor one faster than the speed channel allows (a position error).
    """
    fixed = np.flatnonzero(~(np.isnan(lat_deg) | np.isnan(lon_deg)))
    lat, lon, t = lat_deg[fixed], lon_deg[fixed], t_s[fixed]
    steps = haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    dt_s = np.diff(t)
    steps = np.where(steps > CHANNELS["speed_mps"].high * np.maximum(dt_s, 1.0), 0.0, steps)
    for since, until in pauses:
        steps[(t[:-1] <= since) & (t[1:] >= until)] = 0.0
    result = np.full(t_s.shape, np.nan)
    result[fixed] = np.concatenate(([0.0], np.cumsum(steps)))[: fixed.size]
    return result


def _drop_null_island(channels: dict[str, Floats]) -> None:
    # Latitude and longitude exactly 0 is how a receiver without a fix reports.
    lat, lon = channels.get("lat_deg"), channels.get("lon_deg")
    if lat is None or lon is None:
        channels.pop("lat_deg", None)
        channels.pop("lon_deg", None)
        return
    lost = ((lat == 0) & (lon == 0)) | np.isnan(lat) | np.isnan(lon)
    if lost.all():
        del channels["lat_deg"], channels["lon_deg"]
    else:
        channels["lat_deg"] = np.where(lost, np.nan, lat)
        channels["lon_deg"] = np.where(lost, np.nan, lon)


def _pauses(t_s: Floats, segment: NDArray[np.int64]) -> tuple[tuple[float, float], ...]:
    # A new segment is a pause only when time passed: some exporters begin one at every lap.
    dt_s = np.diff(t_s)
    breaks = np.flatnonzero(np.diff(segment) != 0)
    if not breaks.size:
        return ()
    usual_s = float(np.median(dt_s))
    return tuple((float(t_s[i]), float(t_s[i + 1])) for i in breaks if dt_s[i] > max(3.0 * usual_s, 3.0))
