"""The time zone of the place where something happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from tzfpy import get_tz

from coach.domain.activity import Recording


def zone_of(recording: Recording, home: str) -> str:
    """Return the IANA name of the zone where `recording` began.

    By its first position; without one, by the offset that the watch wrote (the athlete's `home` zone if that
    has the same offset at the time, else a fixed one); with neither, `home`.
    """
    streams = recording.streams
    lat = streams.get("lat_deg") if streams else None
    lon = streams.get("lon_deg") if streams else None
    if lat is not None and lon is not None:
        known = np.flatnonzero(~np.isnan(lat) & ~np.isnan(lon))
        if known.size:
            name = get_tz(float(lon[known[0]]), float(lat[known[0]]))
            if name:
                return _known(name, home)
    if recording.utc_offset_s is not None:
        offset = timedelta(seconds=recording.utc_offset_s)
        if recording.start.astimezone(ZoneInfo(home)).utcoffset() == offset:
            return home
        hours = round(recording.utc_offset_s / 3600)
        if hours * 3600 == recording.utc_offset_s and -14 <= -hours <= 12:
            return _known(f"Etc/GMT{-hours:+d}" if hours else "UTC", home)  # POSIX counts the other way round
    return home


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
