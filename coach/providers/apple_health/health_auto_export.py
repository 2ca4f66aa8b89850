"""The JSON of the app Health Auto Export (workouts in version 1 and 2, sleep in both shapes)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from coach.domain.activity import Recording
from coach.domain.daily import DailyValue
from coach.domain.source import Source
from coach.errors import NotAnActivity
from coach.providers.apple_health.days import Days, Measurement
from coach.providers.apple_health.sleep import Stretch, night_of, nights, times
from coach.providers.apple_health.stamps import parse_stamp
from coach.providers.apple_health.units import Quantity, convert, number
from coach.providers.apple_health.workouts import read_workout
from coach.providers.files.parsed import Measured, Parsed

# The app's metric name → our daily value and what its unit measures.
_METRICS: Mapping[str, tuple[str, Quantity]] = {
    "resting_heart_rate": ("rhr_bpm", "plain"),
    "heart_rate_variability": ("hrv_sdnn_ms", "plain"),
    "weight_body_mass": ("weight_kg", "mass_kg"),
    "body_mass": ("weight_kg", "mass_kg"),
    "body_fat_percentage": ("body_fat_pct", "pct"),
    "vo2_max": ("vo2max", "plain"),
    "step_count": ("steps", "plain"),
    "respiratory_rate": ("respiration_brpm", "plain"),
    "blood_oxygen_saturation": ("spo2_pct", "pct"),
}
_SLEEP = "sleep_analysis"
_NIGHT_FIELDS = {
    "deep": "sleep_deep_s",
    "rem": "sleep_rem_s",
    "core": "sleep_light_s",
    "awake": "sleep_awake_s",
}
_STATES = {
    "deep": "sleep_deep_s",
    "rem": "sleep_rem_s",
    "core": "sleep_light_s",
    "awake": "sleep_awake_s",
    "in bed": "in_bed_s",
    "inbed": "in_bed_s",
    "asleep": "sleep_s",
    "unspecified": "sleep_s",
    "asleep unspecified": "sleep_s",
}


def is_health_auto_export(document: Any) -> bool:
    """Return whether a JSON document is of this app: {"data": {"metrics": […], "workouts": […]}}."""
    data = document.get("data") if isinstance(document, dict) else None
    return isinstance(data, dict) and any(isinstance(data.get(k), list) for k in ("metrics", "workouts"))


def read_health_auto_export(name: str, document: Any) -> Parsed:
    """Read daily values and workouts of one batch.

    Reading overlapping batches gives equal values for equal days. Entries that make no sense are left out.
    Raises NotAnActivity("health_empty") when nothing of use is inside.
    """
    data = document["data"]
    measured, points = _measured(data.get("metrics"))
    workouts: dict[str, Recording] = {}
    for i, workout in enumerate(_dicts(data.get("workouts"))):
        recording = read_workout(workout)
        if recording is not None:
            points += 0 if recording.streams is None else len(recording.streams)
            workouts[recording.external_id or f"#{i}"] = recording
    daily = daily_values(measured)
    if not daily and not workouts:
        raise NotAnActivity("health_empty", name=name)
    return Parsed(
        format="health_auto_export",
        recordings=tuple(workouts.values()),
        daily=daily,
        records=points,
        measured=measured,
    )


def daily_values(measured: Iterable[Measured]) -> tuple[DailyValue, ...]:
    """Return the values of days that entries of one or several batches give together.

    Of two entries for the same time the later one counts.
    """
    days = Days()
    night_values: dict[tuple[date, str], DailyValue] = {}
    stretches: list[Stretch] = []
    for of_day in measured:
        for entry in of_day.entries:
            if of_day.quantity != _SLEEP:
                _add(days, of_day, entry)
            elif (stretch := _stretch(entry)) is not None:
                stretches.append(stretch)
            else:
                night_values.update({(v.day, v.name): v for v in _night(entry, of_day.units)})
    for value in nights(stretches):
        night_values.setdefault((value.day, value.name), value)
    return (*days.values(), *(night_values[k] for k in sorted(night_values)))


def same_entry(entry: Mapping[str, Any]) -> str:
    """Return what two entries of one quantity have in common when they say the same thing, perhaps anew."""
    kept = [entry.get(field) for field in ("date", "startDate", "endDate", "source")]
    state = entry.get("value")  # of a stretch of sleep
    return json.dumps([*kept, state if isinstance(state, str) else None], default=str, ensure_ascii=False)


def _measured(metrics: Any) -> tuple[tuple[Measured, ...], int]:
    """Return the entries of every quantity we keep by day, and how many there are."""
    found: dict[tuple[str, date, str], list[Mapping[str, Any]]] = {}
    points = 0
    for metric in _dicts(metrics):
        kind, units = metric.get("name"), _clean(str(metric.get("units") or "")[:40])
        for entry in _dicts(metric.get("data")):
            points += 1
            if kind == _SLEEP:
                stretch = _stretch(entry)
                day = night_of(stretch) if stretch is not None else _night_day(entry)
            elif isinstance(kind, str) and kind in _METRICS:
                day = _day(entry.get("date"))
            else:
                continue
            if day is not None:
                found.setdefault((str(kind), day, units), []).append(_scalars(entry))
    return tuple(Measured(*key, tuple(entries)) for key, entries in found.items()), points


def _scalars(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an entry is kept: short texts and numbers that a database can hold."""
    kept: dict[str, Any] = {}
    for name, value in entry.items():
        if isinstance(value, str):
            kept[_clean(name[:40])] = _clean(value[:200])
        elif number(value) is not None and abs(value) < 2**53:
            kept[_clean(name[:40])] = value
    return kept


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _day(text: Any) -> date | None:
    """Return the local day a timestamp names: its first ten characters."""
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def _add(days: Days, of_day: Measured, entry: Mapping[str, Any]) -> None:
    name, quantity = _METRICS[of_day.quantity]
    value = convert(entry.get("qty", entry.get("Avg")), of_day.units, quantity)
    if value is not None:
        # The app has merged phone and watch already, so all entries of a day belong to one "device".
        days.add(name, of_day.day, Measurement(str(entry.get("date")), value, ""))


def _night_day(entry: Mapping[str, Any]) -> date | None:
    """Return the day of an entry that is a whole night.

    The app dates a night by its end, some versions by its beginning: the end decides where it is local.
    """
    woke = str(entry.get("sleepEnd", ""))
    return _day(entry.get("date")) if woke.endswith("Z") else _day(woke) or _day(entry.get("date"))


def _night(entry: Mapping[str, Any], unit: Any) -> Iterator[DailyValue]:
    """Read the aggregated shape: one entry a night."""

    def seconds(field: str) -> float:
        value = convert(entry.get(field), unit or "hr", "time_s")
        return value if value is not None and 0 < value <= 86_400 else 0.0

    def span_s(start: str, end: str) -> float:
        first, last = parse_stamp(entry.get(start)), parse_stamp(entry.get(end))
        return 0.0 if first is None or last is None else max((last - first).total_seconds(), 0.0)

    day, woke = _night_day(entry), str(entry.get("sleepEnd", ""))
    if day is None:
        return
    values = {ours: seconds(theirs) for theirs, ours in _NIGHT_FIELDS.items()}
    stages = values["sleep_deep_s"] + values["sleep_rem_s"] + values["sleep_light_s"]
    values["sleep_s"] = seconds("totalSleep") or stages + seconds("asleep") or seconds("qty")
    # inBed often reads 0 although the two times are there.
    values["in_bed_s"] = seconds("inBed") or min(span_s("inBedStart", "inBedEnd"), 86_400.0)
    for name, value in values.items():
        if value > 0:
            yield DailyValue(day, name, value, Source.apple_health)
    asleep, awake = parse_stamp(entry.get("sleepStart")), parse_stamp(woke)
    # "Z" says when, but not what the clock on the wall said.
    if asleep and awake and values["sleep_s"] and not woke.endswith("Z"):
        yield from times(day, asleep, awake)


def _stretch(entry: Mapping[str, Any]) -> Stretch | None:
    """Read the other shape: one entry for each stretch in one state."""
    state = _STATES.get(str(entry.get("value", "")).strip().lower())
    start, end = parse_stamp(entry.get("startDate")), parse_stamp(entry.get("endDate"))
    if state is None or start is None or end is None:
        return None
    return Stretch(state, start, end, str(entry.get("source", "")))
