"""Apple's timestamps: "2026-10-25 08:00:05 +0100", sometimes with a 12-hour clock, also a Korean one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

_TWELVE_HOURS = re.compile(r"^(\d{4}-\d\d-\d\d) (\d{1,2}):(\d\d):(\d\d)\s?([AaPp])\.?[Mm]\.? ?([+-]\d{4})$")


_KOREAN = re.compile(r"^(\d{4}-\d\d-\d\d) (오전|오후) (\d{1,2}:\d\d:\d\d) ?([+-]\d{4})$")


def parse_stamp(text: Any) -> datetime | None:
    """Return the moment with its offset, or None when there is no time or no offset."""
    if not isinstance(text, str):
        return None
    text = text.strip().replace("\u202f", " ").replace("\u00a0", " ")
    text = _KOREAN.sub(lambda m: f"{m[1]} {m[3]} {'AM' if m[2] == '오전' else 'PM'} {m[4]}", text)
    if match := _TWELVE_HOURS.match(text):
        day, hour, minute, second, half, offset = match.groups()
        hour24 = int(hour) % 12 + (12 if half in "Pp" else 0)
        text = f"{day} {hour24:02d}:{minute}:{second} {offset}"
    try:
        # fromisoformat takes everything but the space before the offset.
        moment = datetime.fromisoformat(text[:19] + text[19:].replace(" ", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
