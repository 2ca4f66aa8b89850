"""An activity as Garmin's list shows it → what the coach lists, and a recording."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from coach.domain.activity import CHANNELS, Device, Recording, Sport
from coach.providers.contract import Listed
from coach.providers.files.sports import sport_of
from coach.providers.garmin.listing import number_of
from coach.providers.garmin.values import clock_time, number, object_of, slim, text

Row = Mapping[str, Any]

# What an edit on Garmin changes. Not what Garmin itself goes on computing (load, zones, badges).
_EDITABLE = ("activityName", "description", "distance", "duration", "elapsedDuration", "startTimeGMT",
             "elevationGain", "calories", "directWorkoutFeel", "directWorkoutRpe")  # fmt: skip
# About the account, not the activity.
_DROPPED = ("userRoles", "owner")
_LONGEST_S = 14 * 86_400.0

# Total → field, factor, channel that gives the valid range. Garmin gives steps of both feet, strides and
# oscillation in centimetres, and a stride that is one step; ours is two.
_TOTALS: Mapping[str, tuple[str, float, str | None]] = {
    "ascent_m": ("elevationGain", 1, None),
    "descent_m": ("elevationLoss", 1, None),
    "calories_kcal": ("calories", 1, None),
    "avg_hr_bpm": ("averageHR", 1, "hr_bpm"),
    "max_hr_bpm": ("maxHR", 1, "hr_bpm"),
    "avg_speed_mps": ("averageSpeed", 1, "speed_mps"),
    "max_speed_mps": ("maxSpeed", 1, "speed_mps"),
    "avg_power_w": ("avgPower", 1, "power_w"),
    "max_power_w": ("maxPower", 1, "power_w"),
    "normalized_power_w": ("normPower", 1, "power_w"),
    "avg_cadence_spm": ("averageRunningCadenceInStepsPerMinute", 1, "cadence_spm"),
    "max_cadence_spm": ("maxRunningCadenceInStepsPerMinute", 1, "cadence_spm"),
    "avg_stride_length_m": ("avgStrideLength", 2 / 100, "stride_length_m"),
    "avg_vertical_oscillation_mm": ("avgVerticalOscillation", 10, "vertical_oscillation_mm"),
    "avg_vertical_ratio_pct": ("avgVerticalRatio", 1, "vertical_ratio_pct"),
    "avg_ground_contact_ms": ("avgGroundContactTime", 1, "ground_contact_ms"),
    "training_effect": ("aerobicTrainingEffect", 1, None),
    "anaerobic_training_effect": ("anaerobicTrainingEffect", 1, None),
    "vo2max": ("vO2MaxValue", 1, None),
}
# What the watch itself names an activity after, behind the place: "Seoul Running", "서울 달리기".
_DEFAULT_NAMES = {
    Sport.run: {"run", "running", "러닝", "달리기", "트레일 러닝", "트레드밀 러닝", "트랙 러닝"},
    Sport.ride: {"cycling", "ride", "사이클링", "자전거", "실내 사이클링"},
    Sport.swim: {"swim", "swimming", "수영", "수영장 수영", "pool swim", "pool swimming", "오픈워터 수영"},
    Sport.walk: {"walk", "walking", "걷기", "워킹"},
    Sport.hike: {"hike", "hiking", "하이킹", "등산"},
    Sport.strength: {"strength", "근력 운동", "근력 강화"},
}


def listed(row: Row) -> Listed | None:
    """Return the activity as the contract wants it, None without number or start."""
    external_id, start = number_of(row), _start(row)
    if not external_id or start is None:
        return None
    edited = [_scalar(row.get(name)) for name in _EDITABLE]
    edited += [_scalar(object_of(row.get(name)).get("typeKey")) for name in ("activityType", "eventType")]
    return Listed(
        external_id=external_id,
        start=start,
        sha256=hashlib.sha256(json.dumps(edited).encode()).digest(),
        summary={name: slim(value) for name, value in row.items() if not name.startswith(_DROPPED)},
    )


def _scalar(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else None


def was_typed(row: Row) -> bool:
    """Return whether the athlete typed the activity in, so that there is no file."""
    return row.get("manualActivity") is True


def described(row: Row) -> Callable[[Sequence[Recording]], Sequence[Recording]]:
    """Return what completes the recordings of the original file with what only Garmin's list knows."""

    def describe(found: Sequence[Recording]) -> Sequence[Recording]:
        return [_completed(recording, row, alone=len(found) == 1) for recording in found]

    return describe


def recording_of(row: Row) -> Recording | None:
    """Return a recording without samples, None without a start. Unknown stays None."""
    start = _start(row)
    if start is None:
        return None
    timer_s = number(row.get("duration"), 0, _LONGEST_S)
    elapsed_s = number(row.get("elapsedDuration"), 0, _LONGEST_S) or timer_s or 0.0
    sport, sub_sport = _sport(row)
    made = Recording(
        sport=sport,
        sub_sport=sub_sport,
        start=start,
        elapsed_s=max(elapsed_s, timer_s or 0.0),
        timer_s=timer_s or None,
        distance_m=number(row.get("distance"), 0, 2_000_000) or None,
        device=Device(manufacturer=text(row.get("manufacturer")).lower()),
        flags=("no_samples",),
    )
    return _completed(made, row, alone=True)


def _completed(recording: Recording, row: Row, *, alone: bool) -> Recording:
    """Fill in. Of several sessions of one file the list knows only all together: no totals, no sport."""
    done = replace(
        recording,
        name=_name(row) or recording.name,
        note=text(row.get("description"), 4_000) or recording.note,
        external_id=number_of(row),
        race=object_of(row.get("eventType")).get("typeKey") == "race" or recording.race,
        utc_offset_s=_utc_offset_s(row) if recording.utc_offset_s is None else recording.utc_offset_s,
    )
    if not alone:
        return done
    sport, sub_sport = _sport(row)
    if sport not in (Sport.other, done.sport):  # the athlete said on Garmin that it was something else
        done = replace(done, sport=sport, sub_sport=sub_sport)
    return replace(done, totals={**_totals(row), **done.totals})


def _start(row: Row) -> datetime | None:
    found = clock_time(row.get("startTimeGMT"))
    if found is not None:
        return found.replace(tzinfo=UTC)
    epoch_ms = number(row.get("beginTimestamp"), 0, 4e12)
    return None if epoch_ms is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=epoch_ms)


def _utc_offset_s(row: Row) -> int | None:
    """Return how far the clock on the wall was ahead of GMT: zones are made of quarters of an hour."""
    local, gmt = clock_time(row.get("startTimeLocal")), clock_time(row.get("startTimeGMT"))
    if local is None or gmt is None:
        return None
    offset_s = round((local - gmt).total_seconds() / 900) * 900
    return offset_s if abs(offset_s) <= 15 * 3600 else None


def _sport(row: Row) -> tuple[Sport, str]:
    key = text(object_of(row.get("activityType")).get("typeKey"))
    sport, sub_sport = sport_of(key)
    return sport, sub_sport or (key if sport is Sport.other else "")


def _name(row: Row) -> str:
    """Return the name that the athlete (or a workout) gave, "" where it is the one every watch gives."""
    name, place = text(row.get("activityName")), text(row.get("locationName"))
    key = text(object_of(row.get("activityType")).get("typeKey"))
    rest = (name.removeprefix(place) if place else name).strip().lower()
    defaults = {"", key.replace("_", " "), *_DEFAULT_NAMES.get(sport_of(key)[0], ())}
    return "" if rest in defaults else name


def _totals(row: Row) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, (field, factor, channel) in _TOTALS.items():
        value = number(row.get(field), 0, 1e6)
        if value is None:
            continue
        value *= factor
        if channel is None or CHANNELS[channel].low <= value <= CHANNELS[channel].high:
            found[name] = value
    return found
