"""What a FIT file says of an outing as a whole: totals, device, identity, time zone."""

from __future__ import annotations

from collections.abc import Mapping

from coach.domain.activity import CHANNELS, Device, Sport
from coach.providers.files.fit.rest import Message
from coach.providers.files.fit.sports import ON_FOOT, legs_per_count

# Total → fields of `session`, best first; units agree with the name's. The channel gives the valid range.
_TOTALS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "ascent_m": (("total_ascent",), None),
    "descent_m": (("total_descent",), None),
    "calories_kcal": (("total_calories",), None),
    "avg_hr_bpm": (("avg_heart_rate",), "hr_bpm"),
    "max_hr_bpm": (("max_heart_rate",), "hr_bpm"),
    "avg_speed_mps": (("enhanced_avg_speed", "avg_speed"), "speed_mps"),
    "max_speed_mps": (("enhanced_max_speed", "max_speed"), "speed_mps"),
    "avg_power_w": (("avg_power",), "power_w"),
    "max_power_w": (("max_power",), "power_w"),
    "normalized_power_w": (("normalized_power",), "power_w"),
    "training_effect": (("total_training_effect",), None),
    "anaerobic_training_effect": (("total_anaerobic_training_effect",), None),
    "avg_temperature_c": (("avg_temperature",), "temperature_c"),
    "avg_vertical_oscillation_mm": (("avg_vertical_oscillation",), "vertical_oscillation_mm"),
    "avg_vertical_ratio_pct": (("avg_vertical_ratio",), "vertical_ratio_pct"),
    "avg_ground_contact_ms": (("avg_stance_time",), "ground_contact_ms"),
    "pool_length_m": (("pool_length",), None),
}


def read_totals(session: Message, sport: Sport) -> dict[str, float]:
    """Return the device's own summary by the names of `Recording.totals`; what is unknown is left out."""
    totals: dict[str, float | None] = {
        name: valid(channel, session.number(*fields)) if channel else session.amount(*fields)
        for name, (fields, channel) in _TOTALS.items()
    }
    legs = legs_per_count(session.amount("avg_cadence", "max_cadence") or 0.0, sport)
    for name in ("avg", "max"):
        cadence = session.amount(f"{name}_cadence")
        if cadence is not None:
            cadence += session.amount(f"{name}_fractional_cadence") or 0.0
            totals[f"{name}_cadence_spm"] = valid("cadence_spm", cadence * legs)
    step_mm = session.amount("avg_step_length")
    if step_mm is not None and sport in ON_FOOT:
        totals["avg_stride_length_m"] = valid("stride_length_m", step_mm * 2 / 1000)
    if sport is Sport.swim:
        totals["strokes"] = session.amount("total_cycles")
    return {name: value for name, value in totals.items() if value is not None}


def valid(channel: str, value: float | None) -> float | None:
    """Return `value` when it lies in the channel's range, else None."""
    limits = CHANNELS[channel]
    return value if value is not None and limits.low <= value <= limits.high else None


def read_utc_offset_s(activity: Message | None) -> int | None:
    """Return local time minus UTC, to the quarter of an hour: zones have no finer steps."""
    utc, local = (activity.time_s(n) if activity else None for n in ("timestamp", "local_timestamp"))
    if utc is None or local is None:
        return None
    offset = round((local - utc) / 900) * 900
    return offset if -12 * 3600 <= offset <= 14 * 3600 else None


def read_device(file_id: Message | None) -> Device:
    """Return who made the file; numbers that the profile does not name stay numbers."""
    if file_id is None:
        return Device()
    product = file_id.text("product_name") or file_id.text("garmin_product")
    return Device(
        manufacturer=file_id.text("manufacturer") or _plain(file_id, "manufacturer"),
        product=product or _plain(file_id, "product"),
        serial=_plain(file_id, "serial_number"),
    )


def read_identity(file_id: Message | None) -> str:
    """Return what all copies of the file share, "" when the file does not say when it was made."""
    if file_id is None or file_id.raw.get("time_created") is None:
        return ""
    return ":".join(
        _plain(file_id, name) for name in ("manufacturer", "product", "serial_number", "time_created")
    )


def _plain(message: Message, name: str) -> str:
    value = message.raw.get(name)
    return "" if value is None else str(value)
