"""Garmin's account export: daily values in JSON files beside the recordings.

The export ("DI_CONNECT") holds every file the watch ever sent in zips of their own, which are read like any
other, and tables of JSON. Some of these are plain: nights (`*_sleepData.json`), days (`UDSFile_*.json`), the
health status with HRV, and weights. What else there is (settings, badges, courses …) is named as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from coach.domain.daily import DailyValue
from coach.domain.source import Source
from coach.errors import NotAnActivity
from coach.providers.files.parsed import Parsed

# How the export names its folders; they keep their names when parts of it are given alone.
_FOLDERS = ("DI_CONNECT", "DI-Connect-")
_UPLOADED = "UploadedFiles_"
_SLEEP = {
    "deepSleepSeconds": "sleep_deep_s",
    "lightSleepSeconds": "sleep_light_s",
    "remSleepSeconds": "sleep_rem_s",
    "awakeSleepSeconds": "sleep_awake_s",
}
# Outside of these a value is a gap that was filled with a number.
_PLAUSIBLE = {
    "rhr_bpm": (20, 150),
    "steps": (0, 300_000),
    "stress_avg": (0, 100),
    "body_battery_high": (0, 100),
    "body_battery_low": (0, 100),
    "hrv_rmssd_ms": (1, 400),
    "weight_kg": (20, 350),
    "sleep_score": (0, 100),
    "respiration_brpm": (4, 60),
    **dict.fromkeys((*_SLEEP.values(), "sleep_s"), (0, 86_400)),
}


def is_from_garmin(name: str) -> bool:
    """Return whether a file's path says that it comes from Garmin's account export."""
    return any(folder in name for folder in (*_FOLDERS, _UPLOADED))


def is_garmin_export(name: str, document: Any) -> bool:
    """Return whether a JSON document is of Garmin's account export, one that is read or another one."""
    return is_from_garmin(name) or any(_reader(row) is not None for row in _rows(document)[:3])


def read_garmin_export(name: str, document: Any) -> Parsed:
    """Read nights, days, HRV and weights. Raises NotAnActivity("garmin_other") for anything else."""
    values: dict[tuple[date, str], DailyValue] = {}
    rows = _rows(document)
    for row in rows:
        reader, day = _reader(row), _day(row)
        for key, given in reader(row) if reader is not None and day is not None else ():
            value, (low, high) = _number(given), _PLAUSIBLE[key]
            if day is not None and value is not None and low <= value <= high:
                values[day, key] = DailyValue(day, key, value, Source.archive)
    if not values:
        raise NotAnActivity("garmin_other", name=name)
    return Parsed("garmin_export", daily=tuple(values[k] for k in sorted(values)), records=len(rows))


def _rows(document: Any) -> list[Mapping[str, Any]]:
    return [row for row in document if isinstance(row, dict)] if isinstance(document, list) else []


Reader = Callable[[Mapping[str, Any]], Iterator[tuple[str, Any]]]


def _reader(row: Mapping[str, Any]) -> Reader | None:
    if "sleepStartTimestampGMT" in row or "deepSleepSeconds" in row:
        return _night
    if "calendarDate" in row and ("totalSteps" in row or "restingHeartRate" in row):
        return _whole_day
    if "calendarDate" in row and isinstance(row.get("metrics"), list):
        return _health_status
    if isinstance(row.get("metaData"), dict) and isinstance(row.get("weight"), dict):
        return _weight
    return None


def _day(row: Mapping[str, Any]) -> date | None:
    """Return the day of a row; older exports write {"date": "Jan 5, 2024 12:00:00 AM"}."""
    given = row.get("calendarDate")
    if given is None and isinstance(row.get("metaData"), dict):
        given = row["metaData"].get("calendarDate")
    if isinstance(given, dict):
        given = given.get("date")
    if not isinstance(given, str):
        return None
    try:
        if given[:4].isdecimal():
            return date.fromisoformat(given[:10])
        return datetime.strptime(given, "%b %d, %Y %I:%M:%S %p").date()  # noqa: DTZ007 - a day only
    except ValueError:
        return None


def _night(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    stages = {ours: _number(row.get(theirs)) for theirs, ours in _SLEEP.items()}
    asleep = [v for ours, v in stages.items() if v is not None and ours != "sleep_awake_s"]
    if sum(asleep) > 0:  # a night that was not recorded is all zeros
        yield from stages.items()
        yield "sleep_s", sum(asleep)
        scores = row.get("sleepScores")
        if isinstance(scores, dict):
            yield "sleep_score", scores.get("overallScore")
        yield "respiration_brpm", row.get("averageRespiration")


def _whole_day(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "rhr_bpm", row.get("restingHeartRate")
    yield "steps", row.get("totalSteps")
    for one in _listed(row, "allDayStress", "aggregatorList"):
        if one.get("type") == "TOTAL":
            yield "stress_avg", one.get("averageStressLevel")
    for one in _listed(row, "bodyBattery", "bodyBatteryStatList"):
        key = {"HIGHEST": "body_battery_high", "LOWEST": "body_battery_low"}.get(
            str(one.get("bodyBatteryStatType"))
        )
        if key is not None:
            yield key, one.get("statsValue")


def _health_status(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for one in row["metrics"]:
        if isinstance(one, dict) and one.get("type") == "HRV":
            yield "hrv_rmssd_ms", one.get("value")


def _weight(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    grams = _number(row["weight"].get("weight"))
    yield "weight_kg", None if grams is None else grams / 1000


def _listed(row: Mapping[str, Any], outer: str, inner: str) -> list[Mapping[str, Any]]:
    found = row.get(outer)
    return _rows(found.get(inner)) if isinstance(found, dict) else []


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) < float("inf") else None
