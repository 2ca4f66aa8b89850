"""Strava's streams → samples. Each stream is a list over the same moments; any may be missing or odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coach.domain.activity import Floats, Sport, Streams
from coach.providers.files.limits import SAMPLES
from coach.providers.files.track import build_track

# Stream → channel. Cadence counts one leg; `build_track` makes steps of it for those on foot.
CHANNEL_OF = {
    "distance": "distance_m",
    "altitude": "altitude_m",
    "velocity_smooth": "speed_mps",
    "heartrate": "hr_bpm",
    "cadence": "cadence_spm",
    "watts": "power_w",
    "temp": "temperature_c",
}
KEYS = ",".join(("time", "latlng", "moving", *CHANNEL_OF))


@dataclass(frozen=True)
class Samples:
    """`pauses` in seconds since the activity's start; `flags` as of Recording."""

    streams: Streams
    pauses: tuple[tuple[float, float], ...]
    flags: tuple[str, ...]

    def last(self, channel: str) -> float | None:
        """Return the last known value of a channel, or None."""
        values = self.streams.get(channel)
        return None if values is None else float(values[~np.isnan(values)][-1])


def samples_of(streams: object, start_epoch_s: float, sport: Sport) -> Samples | None:
    """Return what the streams hold; None without times, or with nothing beside them.

    A stream that is not as long as the times says nothing about them and is left out. A gap in the times that
    ends standing still is a pause.
    """
    data = _data(streams)
    offsets_s = _numbers(data.get("time", []))
    if not offsets_s.size:
        return None
    columns = {
        channel: values
        for stream, channel in CHANNEL_OF.items()
        if (values := _numbers(data.get(stream, []))).size == offsets_s.size
    }
    places = data.get("latlng", [])
    if len(places) == offsets_s.size:
        pairs = [p if isinstance(p, list) and len(p) == 2 else (None, None) for p in places]
        columns["lat_deg"] = _numbers([p[0] for p in pairs])
        columns["lon_deg"] = _numbers([p[1] for p in pairs])
    moving = data.get("moving", [])
    still = np.array([m is False for m in moving] if len(moving) == offsets_s.size else [], dtype=bool)
    piece = np.cumsum(still) if still.size else np.zeros(offsets_s.size, dtype=np.int64)
    track = build_track(start_epoch_s + offsets_s, columns, piece.astype(np.int64), sport)
    if track is None or not track.streams.channels:
        return None
    late_s = track.start_epoch_s - start_epoch_s
    pauses = tuple((since + late_s, until + late_s) for since, until in track.pauses)
    return Samples(Streams(track.streams.t_s + late_s, track.streams.channels), pauses, track.flags)


def _data(streams: object) -> dict[str, list[object]]:
    """Return stream → values, however they are keyed: by type, or as a list of streams that name theirs."""
    found: dict[str, list[object]] = {}
    if isinstance(streams, Mapping):
        pairs = [(str(kind), stream) for kind, stream in streams.items()]
    elif isinstance(streams, list):
        pairs = [(str(stream.get("type")), stream) for stream in streams if isinstance(stream, Mapping)]
    else:
        pairs = []
    for kind, stream in pairs:
        values = stream.get("data") if isinstance(stream, Mapping) else None
        if isinstance(values, list):
            found[kind] = values[:SAMPLES]
    return found


def _numbers(values: list[object]) -> Floats:
    try:
        found = np.array(values, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        found = np.array([_number(v) for v in values], dtype=np.float64)
    if found.ndim != 1:
        return np.array([], dtype=np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        return float("nan")
