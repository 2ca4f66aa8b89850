"""A workout of Apple's export → Recording, with its route and everything sampled during it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from coach.domain.activity import Device, Floats, Recording, Sport, Streams
from coach.errors import CoachError
from coach.providers.apple_health.stamps import parse_stamp
from coach.providers.apple_health.units import Quantity, convert
from coach.providers.apple_health.workouts import HOLD_S, at_times
from coach.providers.files import limits
from coach.providers.files.gpx import read_gpx
from coach.providers.files.sports import sport_of
from coach.providers.files.track import build_track

# What zipfile raises for entries that are damaged, encrypted or packed in an unknown way.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError)
FOLDER = "apple_health_export/"
_Q = "HKQuantityTypeIdentifier"
_DISTANCES = tuple(_Q + "Distance" + kind for kind in ("WalkingRunning", "Cycling", "Swimming", "Rowing"))


@dataclass
class ExportedWorkout:
    """What stands in one `<Workout>`: its attributes and its children's; `route` is a path."""

    attributes: dict[str, str]
    statistics: dict[str, dict[str, str]] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, str]] = field(default_factory=list)
    route: str = ""


def workout_recording(
    workout: ExportedWorkout, series: Mapping[str, tuple[Floats, Floats]], archive: zipfile.ZipFile | None
) -> Recording | None:
    """Return the recording, or None when its times make no sense.

    `series` maps a channel to its samples over all time: (seconds since 1970, sorted; values). `archive`
    holds the routes.
    """
    get = workout.attributes.get
    start, end = parse_stamp(get("startDate")), parse_stamp(get("endDate"))
    if start is None or end is None or not 0 < (end - start).total_seconds() <= 7 * 86_400:
        return None
    elapsed_s = (end - start).total_seconds()
    kind = get("workoutActivityType", "").removeprefix("HKWorkoutActivityType")
    sport, sub_sport = sport_of(kind)
    indoor = workout.metadata.get("HKIndoorWorkout") == "1"
    if indoor and not sub_sport and sport in (Sport.run, Sport.ride):
        sub_sport = "treadmill" if sport is Sport.run else "indoor"
    offset = start.utcoffset()
    streams = _streams(start.timestamp(), elapsed_s, series, _route(workout, archive), sport)
    return Recording(
        sport=sport,
        sub_sport=sub_sport,
        start=start.astimezone(UTC),
        elapsed_s=elapsed_s,
        utc_offset_s=None if offset is None else int(offset.total_seconds()),
        timer_s=_timer_s(get("duration"), get("durationUnit", "min"), elapsed_s),
        distance_m=_distance_m(workout),
        streams=streams,
        pauses=_pauses(workout, start, elapsed_s),
        totals=_totals(workout),
        device=Device(manufacturer="Apple", product=get("sourceName", "")[:200]),
        # Apple's export gives a workout no number: the next export is to find it again.
        external_id=f"{int(start.timestamp())}-{kind}"[:64],
        flags=() if streams is not None else ("no_samples",),
    )


def _timer_s(duration: str | None, unit: str, elapsed_s: float) -> float | None:
    value = convert(duration, unit, "time_s")
    return None if value is None or value <= 0 else min(value, elapsed_s)


def _distance_m(workout: ExportedWorkout) -> float | None:
    parts = [workout.statistics[kind] for kind in _DISTANCES if kind in workout.statistics]
    metres = [convert(part.get("sum"), part.get("unit"), "distance_m") for part in parts]
    if any(metres):
        return sum(m for m in metres if m is not None)
    # Before iOS 16 the sum stood on the workout itself.
    given = workout.attributes
    return convert(given.get("totalDistance"), given.get("totalDistanceUnit"), "distance_m") or None


def _totals(workout: ExportedWorkout) -> dict[str, float]:
    def statistic(kind: str, which: str, quantity: Quantity) -> float | None:
        found = workout.statistics.get(_Q + kind, {})
        return convert(found.get(which), found.get("unit"), quantity)

    ascent, _, unit = workout.metadata.get("HKElevationAscended", "").partition(" ")
    found = {
        "calories_kcal": statistic("ActiveEnergyBurned", "sum", "energy_kcal"),
        "avg_hr_bpm": statistic("HeartRate", "average", "plain"),
        "max_hr_bpm": statistic("HeartRate", "maximum", "plain"),
        "ascent_m": convert(ascent, unit, "length_m"),
    }
    return {name: value for name, value in found.items() if value is not None and value >= 0}


def _pauses(workout: ExportedWorkout, start: datetime, elapsed_s: float) -> tuple[tuple[float, float], ...]:
    pauses: list[tuple[float, float]] = []
    since: float | None = None
    for kind, stamp in workout.events:
        moment = parse_stamp(stamp)
        if moment is None:
            continue
        at_s = min(max((moment - start).total_seconds(), 0.0), elapsed_s)
        if kind.endswith("Pause"):
            since = at_s if since is None else since
        elif kind.endswith("Resume") and since is not None:
            if at_s > since:
                pauses.append((since, at_s))
            since = None
    return tuple(pauses)


def _route(workout: ExportedWorkout, archive: zipfile.ZipFile | None) -> Streams | None:
    """Return the workout's route; its `t_s` is in seconds since 1970 here."""
    if archive is None or not workout.route:
        return None
    wanted = FOLDER + workout.route.removeprefix("/")
    try:
        info = archive.getinfo(next(n for n in archive.namelist() if n.endswith(wanted)))
        if info.file_size > limits.FILE_BYTES:
            return None
        recording = read_gpx(wanted, archive.read(info)).recordings[0]
    except (StopIteration, CoachError, *_DAMAGE):
        return None  # a workout without its route is still a workout
    streams = recording.streams
    return None if streams is None else Streams(streams.t_s + recording.start.timestamp(), streams.channels)


def _streams(
    start_s: float,
    elapsed_s: float,
    series: Mapping[str, tuple[Floats, Floats]],
    route: Streams | None,
    sport: Sport,
) -> Streams | None:
    """Put the route and everything sampled during the workout on one time axis."""
    during: dict[str, tuple[Floats, Floats]] = {}
    for channel, (epoch_s, values) in series.items():
        first, last = np.searchsorted(epoch_s, [start_s, start_s + elapsed_s])
        if last > first:
            during[channel] = (epoch_s[first:last], values[first:last])
    times = [epoch_s for epoch_s, _ in during.values()] + ([route.t_s] if route is not None else [])
    if not times:
        return None
    axis = np.unique(np.concatenate(times))
    axis = axis[(axis >= start_s) & (axis <= start_s + elapsed_s)]
    if not axis.size:
        return None
    columns = {channel: at_times(axis, known, values, HOLD_S) for channel, (known, values) in during.items()}
    if route is not None:
        for channel in ("lat_deg", "lon_deg", "altitude_m"):
            if channel in route.channels:
                columns[channel] = at_times(axis, route.t_s, route.channels[channel], 0.0)
        if "speed_mps" in route.channels:
            columns.setdefault("speed_mps", at_times(axis, route.t_s, route.channels["speed_mps"], 0.0))
    track = build_track(axis, columns, np.zeros(axis.size, dtype=np.int64), sport)
    if track is None or not track.streams.channels:
        return None
    return Streams(track.streams.t_s + (track.start_epoch_s - start_s), track.streams.channels)
