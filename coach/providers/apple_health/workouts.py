"""A workout of Health Auto Export → Recording, with route and heart rate where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

import numpy as np

from coach.domain.activity import Device, Floats, Recording, Sport, Streams
from coach.providers.apple_health.stamps import parse_stamp
from coach.providers.apple_health.units import Quantity, convert, number
from coach.providers.files.limits import SAMPLES
from coach.providers.files.sports import sport_of
from coach.providers.files.track import build_track

# The app gives heart rate by the minute (each value the mean of its minute) or by the second.
HOLD_S = 60.0
_LONGEST_S = 7 * 86_400.0


def read_workout(workout: Mapping[str, Any]) -> Recording | None:
    """Return the recording, or None when it has no start or no duration.

    Distances, speeds and heights are converted from the units the phone is set to; what has an unknown unit
    stays unknown.
    """
    start, end = parse_stamp(workout.get("start")), parse_stamp(workout.get("end"))
    duration_s = number(workout.get("duration"))
    if start is None or (end is None and duration_s is None):
        return None
    elapsed_s = duration_s or 0.0 if end is None else (end - start).total_seconds()
    if not 0 < elapsed_s <= _LONGEST_S:
        return None
    label = str(workout.get("name", ""))
    sport, sub_sport = sport_of(label)
    offset = start.utcoffset()
    streams = _streams(workout, start.timestamp(), elapsed_s, sport)
    return Recording(
        sport=sport,
        sub_sport=_place(workout, sport) or sub_sport,
        start=start.astimezone(UTC),
        elapsed_s=elapsed_s,
        utc_offset_s=None if offset is None else int(offset.total_seconds()),
        timer_s=None if duration_s is None or duration_s <= 0 else min(duration_s, elapsed_s),
        distance_m=_quantity(workout.get("distance"), "distance_m") or None,
        name=label[:200],
        streams=streams,
        totals=_totals(workout),
        device=Device(manufacturer="Apple"),
        external_id=str(workout.get("id", ""))[:64],
        flags=() if streams is not None else ("no_samples",),
    )


def _place(workout: Mapping[str, Any], sport: Sport) -> str:
    location = str(workout.get("location", "")).lower()
    if sport is Sport.swim:
        return {"pool": "pool", "indoor": "pool", "open water": "open_water"}.get(location, "")
    if workout.get("isIndoor") is True or location == "indoor":
        return "treadmill" if sport is Sport.run else "indoor"
    return ""


def _quantity(value: Any, quantity: Quantity) -> float | None:
    if not isinstance(value, Mapping):
        return None
    return convert(value.get("qty"), value.get("units"), quantity)


def _totals(workout: Mapping[str, Any]) -> dict[str, float]:
    rate = workout.get("heartRate")
    rate = rate if isinstance(rate, Mapping) else {}
    climbed = workout.get("elevationUp", workout.get("elevationAscended"))
    elevation = workout.get("elevation")
    if climbed is None and isinstance(elevation, Mapping):  # version 1
        climbed = {"qty": elevation.get("ascent"), "units": elevation.get("units")}
    found = {
        "calories_kcal": _quantity(
            workout.get("activeEnergyBurned", workout.get("activeEnergy")), "energy_kcal"
        ),
        "avg_hr_bpm": _quantity(workout.get("avgHeartRate", rate.get("avg")), "plain"),
        "max_hr_bpm": _quantity(workout.get("maxHeartRate", rate.get("max")), "plain"),
        "avg_cadence_spm": _quantity(workout.get("stepCadence"), "plain"),
        "ascent_m": _quantity(climbed, "distance_m"),
    }
    return {name: value for name, value in found.items() if value is not None and value >= 0}


def _streams(workout: Mapping[str, Any], start_s: float, elapsed_s: float, sport: Sport) -> Streams | None:
    """Put route and heart rate on one time axis, in seconds since the workout's start."""
    route = _column(workout.get("route"), "timestamp", ("latitude", "longitude", "altitude", "speed"))
    if route is None:  # version 1
        route = _column(workout.get("route"), "timestamp", ("lat", "lon", "altitude", "speed"))
    rate = _column(workout.get("heartRateData"), "date", ("Avg",))
    if rate is None:
        rate = _column(workout.get("heartRateData"), "date", ("qty",))
    tables = [t for t in (route, rate) if t is not None]
    if not tables:
        return None
    epoch_s = np.unique(np.concatenate([t[0] for t in tables]))
    epoch_s = epoch_s[(epoch_s >= start_s) & (epoch_s <= start_s + elapsed_s + HOLD_S)]
    if not epoch_s.size:
        return None
    columns: dict[str, Floats] = {}
    if route is not None:
        names = ("lat_deg", "lon_deg", "altitude_m", "speed_mps")
        columns.update((n, at_times(epoch_s, route[0], v, 0.0)) for n, v in zip(names, route[1], strict=True))
    if rate is not None:
        columns["hr_bpm"] = at_times(epoch_s, rate[0], rate[1][0], HOLD_S)
    track = build_track(epoch_s, columns, np.zeros(epoch_s.size, dtype=np.int64), sport)
    if track is None or not track.streams.channels:
        return None
    return Streams(track.streams.t_s + (track.start_epoch_s - start_s), track.streams.channels)


def at_times(epoch_s: Floats, known_s: Floats, values: Floats, hold_s: float) -> Floats:
    """Return at each time the latest value that is at most `hold_s` old, else NaN. `known_s` is sorted."""
    at = np.searchsorted(known_s, epoch_s, side="right") - 1
    age_s = epoch_s - known_s[np.maximum(at, 0)]
    return np.where((at >= 0) & (age_s <= hold_s), values[np.maximum(at, 0)], np.nan)


def _column(rows: Any, stamp: str, fields: tuple[str, ...]) -> tuple[Floats, list[Floats]] | None:
    """Return the times and one array for each field of a list of objects; None without the first field."""
    if not isinstance(rows, list):
        return None
    found: list[tuple[float, ...]] = []
    for row in rows[:SAMPLES]:
        moment = parse_stamp(row.get(stamp)) if isinstance(row, Mapping) else None
        if moment is None or number(row.get(fields[0])) is None:
            continue
        values = (number(row.get(f)) for f in fields)
        found.append((moment.timestamp(), *(float("nan") if v is None else v for v in values)))
    if not found:
        return None
    table = np.array(sorted(found, key=lambda r: r[0]), dtype=np.float64)
    return table[:, 0], [table[:, i + 1] for i in range(len(fields))]
