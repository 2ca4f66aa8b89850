"""Write recordings as FIT activity files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from coach.domain.activity import Floats, Recording, Streams
from coach.providers.files.fit.session import FIT_EPOCH
from coach.providers.files.fit.sports import ON_FOOT, profile_names
from coach.providers.files.fit.writer import FLOAT32, FitWriter, value_numbers

# Channel → field of `record`, and what to multiply by to get the profile's unit.
_RECORD_FIELDS: Mapping[str, tuple[str, float]] = {
    "lat_deg": ("position_lat", 2**31 / 180),
    "lon_deg": ("position_long", 2**31 / 180),
    "distance_m": ("distance", 1),
    "speed_mps": ("enhanced_speed", 1),
    "hr_bpm": ("heart_rate", 1),
    "power_w": ("power", 1),
    "altitude_m": ("enhanced_altitude", 1),
    "temperature_c": ("temperature", 1),
    "stride_length_m": ("step_length", 500),  # two steps in m → one in mm
    "vertical_oscillation_mm": ("vertical_oscillation", 1),
    "vertical_ratio_pct": ("vertical_ratio", 1),
    "ground_contact_ms": ("stance_time", 1),
    "ground_contact_balance_pct": ("stance_time_balance", 1),
    "respiration_brpm": ("enhanced_respiration_rate", 1),
}

_SESSION_TOTALS: Mapping[str, str] = {
    "ascent_m": "total_ascent",
    "descent_m": "total_descent",
    "calories_kcal": "total_calories",
    "avg_hr_bpm": "avg_heart_rate",
    "max_hr_bpm": "max_heart_rate",
    "avg_speed_mps": "enhanced_avg_speed",
    "max_speed_mps": "enhanced_max_speed",
    "avg_power_w": "avg_power",
    "max_power_w": "max_power",
    "normalized_power_w": "normalized_power",
    "training_effect": "total_training_effect",
    "anaerobic_training_effect": "total_anaerobic_training_effect",
    "avg_temperature_c": "avg_temperature",
    "avg_vertical_oscillation_mm": "avg_vertical_oscillation",
    "avg_vertical_ratio_pct": "avg_vertical_ratio",
    "avg_ground_contact_ms": "avg_stance_time",
    "pool_length_m": "pool_length",
    "strokes": "total_cycles",
}


def encode_activity(
    recordings: Recording | Sequence[Recording], *, compressed_times: bool = False, big_endian: bool = False
) -> bytes:
    """Return a FIT activity file with one session per recording.

    Times are kept to the second. Of `totals` the names that `read_fit` gives are written. Device manufacturer
    is a name of the profile or a number (else "development"), product and serial are numbers.
    `compressed_times` writes record times into the message headers, `big_endian` the other byte order.
    """
    parts = [recordings] if isinstance(recordings, Recording) else list(recordings)
    writer = FitWriter(compressed_times=compressed_times, big_endian=big_endian)
    first, last = parts[0], parts[-1]
    writer.message("file_id", _file_id(first))
    developer = _developer_numbers(parts)
    if developer:
        writer.message("developer_data_id", {"developer_data_index": 0, "application_id": bytes(range(16))})
    for name, (number, unit) in developer.items():
        described = {
            "developer_data_index": 0,
            "field_definition_number": number,
            "fit_base_type_id": FLOAT32,
            "field_name": name,
            "units": unit,
        }
        writer.message("field_description", described)
    if first.name:
        writer.message("workout", {"wkt_name": first.name})
    for number, part in enumerate(parts):
        _write_part(writer, part, number, developer)
    end = _fit_time(last, last.elapsed_s)
    activity: dict[str, Any] = {
        "timestamp": end,
        "total_timer_time": sum(_timer_s(part) for part in parts),
        "num_sessions": len(parts),
        "type": "auto_multi_sport" if len(parts) > 1 else "manual",
        "event": "activity",
        "event_type": "stop",
    }
    if last.utc_offset_s is not None:
        activity["local_timestamp"] = end + last.utc_offset_s
    writer.message("activity", activity)
    return writer.file()


def _file_id(recording: Recording) -> dict[str, Any]:
    device = recording.device
    known = value_numbers("manufacturer")
    manufacturer = known.get(device.manufacturer, known["development"])
    if device.manufacturer.isdecimal():
        manufacturer = int(device.manufacturer)
    file_id: dict[str, Any] = {
        "type": "activity",
        "manufacturer": manufacturer,
        "time_created": _fit_time(recording, 0),
    }
    if device.product.isdecimal():
        file_id["product"] = int(device.product)
    elif device.product:
        file_id["product_name"] = device.product
    if device.serial.isdecimal():
        file_id["serial_number"] = int(device.serial)
    return file_id


def _developer_numbers(parts: Sequence[Recording]) -> dict[str, tuple[int, str]]:
    """Return developer field name → (number, unit)."""
    units = {
        name: unit for p in parts if p.streams is not None for name, (unit, _) in p.streams.developer.items()
    }
    return {name: (number, unit) for number, (name, unit) in enumerate(units.items())}


def _fit_time(recording: Recording, offset_s: float) -> int:
    """Return the FIT time (seconds since 1989-12-31) at `offset_s` after the recording's start."""
    return round((recording.start - FIT_EPOCH) / timedelta(seconds=1)) + round(offset_s)


def _timer_s(recording: Recording) -> float:
    if recording.timer_s is not None:
        return recording.timer_s
    return recording.elapsed_s - sum(end - begin for begin, end in recording.pauses)


def _write_part(
    writer: FitWriter, part: Recording, number: int, developer: Mapping[str, tuple[int, str]]
) -> None:
    timer = {"event": "timer", "event_group": 0}
    writer.message("event", {"timestamp": _fit_time(part, 0), **timer, "event_type": "start"})
    streams = part.streams or Streams(np.empty(0))
    begin = 0
    for stop, start in part.pauses:
        # A watch records nothing while its timer stands, but other writers do.
        end = int(np.searchsorted(streams.t_s, stop, side="right"))
        _write_records(writer, part, streams, slice(begin, end), developer)
        writer.message("event", {"timestamp": _fit_time(part, stop), **timer, "event_type": "stop_all"})
        writer.message("event", {"timestamp": _fit_time(part, start), **timer, "event_type": "start"})
        begin = end
    _write_records(writer, part, streams, slice(begin, len(streams)), developer)
    end_s = _fit_time(part, part.elapsed_s)
    writer.message("event", {"timestamp": end_s, **timer, "event_type": "stop_all"})
    for i, length in enumerate(part.lengths):
        writer.message(
            "length",
            {
                "message_index": i,
                "timestamp": _fit_time(part, length.start_s + length.elapsed_s),
                "start_time": _fit_time(part, length.start_s),
                "total_elapsed_time": length.elapsed_s,
                "total_strokes": length.strokes,
                "swim_stroke": length.stroke or None,
                "length_type": "active" if length.active else "idle",
            },
        )
    sport, sub_sport = profile_names(part.sport, part.sub_sport)
    for i, lap in enumerate(part.laps):
        writer.message(
            "lap",
            {
                "message_index": i,
                "timestamp": _fit_time(part, lap.start_s + lap.elapsed_s),
                "start_time": _fit_time(part, lap.start_s),
                "total_elapsed_time": lap.elapsed_s,
                "total_timer_time": lap.timer_s,
                "total_distance": lap.distance_m,
                "total_ascent": lap.ascent_m,
                "avg_heart_rate": lap.avg_hr_bpm,
                "max_heart_rate": lap.max_hr_bpm,
                "lap_trigger": lap.trigger or None,
                "intensity": lap.intensity or None,
                "sport": sport,
            },
        )
    writer.message("session", _session(part, number, sport, sub_sport))


def _session(part: Recording, number: int, sport: str, sub_sport: str) -> dict[str, Any]:
    session: dict[str, Any] = {
        "message_index": number,
        "timestamp": _fit_time(part, part.elapsed_s),
        "start_time": _fit_time(part, 0),
        "event": "session",
        "event_type": "stop",
        "trigger": "activity_end",
        "sport": sport,
        "sub_sport": sub_sport,
        "num_laps": len(part.laps),
        "total_elapsed_time": part.elapsed_s,
        "total_timer_time": _timer_s(part),
        "total_distance": part.distance_m,
    }
    session |= {field: part.totals.get(name) for name, field in _SESSION_TOTALS.items()}
    legs = 2 if part.sport in ON_FOOT else 1
    for name in ("avg", "max"):
        cadence = part.totals.get(f"{name}_cadence_spm")
        if cadence is not None:
            whole, fraction = divmod(round(cadence / legs * 128), 128)
            session |= {f"{name}_cadence": whole, f"{name}_fractional_cadence": fraction / 128}
    stride = part.totals.get("avg_stride_length_m")
    session["avg_step_length"] = None if stride is None else stride * 500
    return session


def _write_records(
    writer: FitWriter,
    part: Recording,
    streams: Streams,
    rows: slice,
    developer: Mapping[str, tuple[int, str]],
) -> None:
    time_s = np.rint(streams.t_s[rows]).astype(np.int64) + _fit_time(part, 0)
    own = {developer[name][0]: values[rows] for name, (_, values) in streams.developer.items()}
    writer.records(time_s, _record_columns(part, streams, rows), own)


def _record_columns(part: Recording, streams: Streams, rows: slice) -> dict[str, Floats]:
    """Return field of `record` → values in the profile's unit."""
    columns = {
        field: streams.channels[name][rows] * factor
        for name, (field, factor) in _RECORD_FIELDS.items()
        if name in streams.channels
    }
    cadence = streams.channels.get("cadence_spm")
    if cadence is not None:
        one_leg = np.rint(cadence[rows] / (2 if part.sport in ON_FOOT else 1) * 128)
        columns["cadence"] = one_leg // 128
        columns["fractional_cadence"] = one_leg % 128 / 128
    return columns
