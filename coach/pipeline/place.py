"""The time zone of the place where something happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from tzfpy import get_tz

from coach.domain.activity import Recording


def zone_of(recordings: Sequence[Recording], home: str) -> str:
    """Return the IANA name of the zone where an outing began, of which these are recordings, the best first.

    By the first position that is known; without one, by the offset that a device wrote (the athlete's `home`
    zone if that has the same offset at the time, else a fixed one); with neither, `home`.
    """
    found = (_by_position(r) or "" for r in recordings)
    written = (_by_offset(r, home) or "" for r in recordings)
    return _known(next(filter(None, (*found, *written)), home), home)


def _by_position(recording: Recording) -> str | None:
    streams = recording.streams
    lat = streams.get("lat_deg") if streams else None
    lon = streams.get("lon_deg") if streams else None
    if lat is None or lon is None:
        return None
    known = np.flatnonzero(~np.isnan(lat) & ~np.isnan(lon))
    return get_tz(float(lon[known[0]]), float(lat[known[0]])) if known.size else None


def _by_offset(recording: Recording, home: str) -> str | None:
    if recording.utc_offset_s is None:
        return None
    offset = timedelta(seconds=recording.utc_offset_s)
    if recording.start.astimezone(ZoneInfo(home)).utcoffset() == offset:
        return home
    hours = round(recording.utc_offset_s / 3600)
    if hours * 3600 != recording.utc_offset_s or not -14 <= -hours <= 12:
        return None
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"  # POSIX counts the other way round


def _known(name: str, home: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return home
    return name


def local_date(start: datetime, zone: str) -> date:
    """Return the calendar day of `start` in `zone`."""
    return start.astimezone(ZoneInfo(zone)).date()


def offset_s(start: datetime, zone: str) -> int:
    """Return the seconds that `zone` is ahead of UTC at `start`."""
    offset = start.astimezone(UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
