"""Strava's answers → listed activities and recordings. Pure, and content with any field being odd.

Start is `start_date` with `timezone`: `start_date_local` is the local time, written as if it were UTC.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coach.domain.activity import Device, Lap, Recording, Sport
from coach.providers.contract import Listed
from coach.providers.files.limits import TEXT_CHARS
from coach.providers.strava.samples import samples_of
from coach.providers.strava.sports import ON_FOOT, sport_of_activity

# What an edit changes, as the list shows it. Kudos, comments and photos are not edits.
EDITED = (
    "name", "sport_type", "type", "workout_type", "start_date", "timezone", "elapsed_time", "moving_time",
    "distance", "total_elevation_gain", "trainer", "manual", "average_heartrate", "max_heartrate",
    "average_cadence", "external_id", "upload_id",
)  # fmt: skip
OURS = "hanbal-"
RACES = {Sport.run: 1, Sport.ride: 11}  # workout_type
_ZONE = re.compile(r"^\(GMT([+-])(\d{2}):(\d{2})\)\s*(\S*)")
_LONGEST_OFFSET_S = 14 * 3600


def number(value: object) -> float | None:
    """Return a finite number, also one that was sent as text; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def positive(value: object) -> float | None:
    """Return a number above zero; Strava writes 0 for what it does not know."""
    found = number(value)
    return found if found is not None and found > 0 else None


def identifier(value: object) -> str:
    """Return Strava's number of something as text; "" when it is none."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isdecimal() and len(text) <= 20 else ""


def text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    # What no database can hold: NUL, and half of a character.
    return value[:TEXT_CHARS].encode("utf-8", "ignore").decode().replace("\0", "")


def moment(value: object) -> datetime | None:
    """Read a time; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is not None:
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found


def utc_offset_s(activity: Mapping[str, Any], start: datetime) -> int | None:
    """Return how far local time was ahead of UTC, from "(GMT-08:00) America/Los_Angeles".

    The offset in it is that of winter, so the zone's name comes first.
    """
    found = _ZONE.match(text(activity.get("timezone")))
    if found and found[4]:
        try:
            shift = start.astimezone(ZoneInfo(found[4])).utcoffset()
        except (KeyError, ValueError, OSError):
            shift = None
        if shift is not None:
            return int(shift.total_seconds())
    said = number(activity.get("utc_offset"))
    if said is not None and abs(said) <= _LONGEST_OFFSET_S:
        return int(said)
    if found:
        return (1 if found[1] == "+" else -1) * (int(found[2]) * 3600 + int(found[3]) * 60)
    return None


def echo_of(external_id: object) -> str:
    """Return our own number of an activity that we put there ("hanbal-…"), else "".

    Strava may add the file's ending to the number that it was given.
    """
    said = external_id.strip() if isinstance(external_id, str) else ""
    return re.sub(r"(?:\.(?:fit|gpx|tcx|gz))+$", "", said) if said.startswith(OURS) else ""


def listed(activity: object) -> Listed | None:
    """Return one line of the list; None without a number or a start."""
    if not isinstance(activity, Mapping):
        return None
    external_id, start = identifier(activity.get("id")), moment(activity.get("start_date"))
    if not external_id or start is None:
        return None
    edited = json.dumps([activity.get(name) for name in EDITED], sort_keys=True, default=str)
    return Listed(
        external_id=external_id,
        start=start,
        sha256=hashlib.sha256(edited.encode("utf-8", "surrogatepass")).digest(),
        summary=dict(activity),
        echo_of=echo_of(activity.get("external_id")),
    )


def recording_of(item: Listed, detail: Mapping[str, Any], streams: object) -> Recording:
    """Return the activity as a recording; what the detail lacks is taken from the line of the list."""
    said = {**item.summary, **{name: value for name, value in detail.items() if value is not None}}
    start = moment(said.get("start_date")) or item.start
    sport, sub_sport = sport_of_activity(
        (text(said.get("sport_type")), text(said.get("type"))), trainer=said.get("trainer") is True
    )
    found = samples_of(streams, start.timestamp(), sport)
    elapsed_s = positive(said.get("elapsed_time"))
    if elapsed_s is None:
        elapsed_s = float(found.streams.t_s[-1]) if found else 0.0
    moving_s = positive(said.get("moving_time"))
    distance_m = positive(said.get("distance"))
    return Recording(
        sport=sport,
        sub_sport=sub_sport,
        start=start,
        elapsed_s=elapsed_s,
        utc_offset_s=utc_offset_s(said, start),
        timer_s=None if moving_s is None else min(moving_s, elapsed_s),
        distance_m=distance_m if distance_m is not None or found is None else found.last("distance_m"),
        name=text(said.get("name")),
        note=text(said.get("description")),
        streams=found.streams if found else None,
        laps=_laps(said.get("laps"), start),
        pauses=found.pauses if found else (),
        totals=_totals(said, sport),
        device=Device(product=text(said.get("device_name"))),
        external_id=item.external_id,
        race=sport in RACES and number(said.get("workout_type")) == RACES[sport],
        flags=found.flags if found else ("no_samples",),
    )


def _totals(said: Mapping[str, Any], sport: Sport) -> dict[str, float]:
    one_leg = positive(said.get("average_cadence"))
    found = {
        "ascent_m": number(said.get("total_elevation_gain")),
        "calories_kcal": positive(said.get("calories")),
        "avg_hr_bpm": positive(said.get("average_heartrate")),
        "max_hr_bpm": positive(said.get("max_heartrate")),
        "avg_cadence_spm": one_leg * 2 if one_leg is not None and sport in ON_FOOT else one_leg,
        # Without a meter Strava estimates power from speed and slope.
        "avg_power_w": positive(said.get("average_watts")) if said.get("device_watts") is True else None,
    }
    return {name: value for name, value in found.items() if value is not None and value >= 0}


def _laps(laps: object, start: datetime) -> tuple[Lap, ...]:
    found: list[Lap] = []
    after_s = 0.0
    for lap in laps if isinstance(laps, list) else []:
        elapsed_s = positive(lap.get("elapsed_time")) if isinstance(lap, Mapping) else None
        if elapsed_s is None:
            continue
        began = moment(lap.get("start_date"))
        start_s = after_s if began is None else max((began - start) / timedelta(seconds=1), 0.0)
        after_s = start_s + elapsed_s
        moving_s = positive(lap.get("moving_time"))
        found.append(
            Lap(
                start_s=start_s,
                elapsed_s=elapsed_s,
                timer_s=None if moving_s is None else min(moving_s, elapsed_s),
                distance_m=positive(lap.get("distance")),
                avg_hr_bpm=positive(lap.get("average_heartrate")),
                max_hr_bpm=positive(lap.get("max_heartrate")),
                ascent_m=number(lap.get("total_elevation_gain")),
            )
        )
    return tuple(found)
