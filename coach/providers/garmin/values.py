"""Values out of answers that promise nothing: what is missing, null or of another type is None."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

_LONGEST_LIST = 64


def number(value: Any, low: float = -math.inf, high: float = math.inf) -> float | None:
    """Return a finite number within the range, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) and low <= found <= high else None


def text(value: Any, longest: int = 200) -> str:
    """Return a text without the space around it, else ""."""
    if not isinstance(value, str):
        return ""
    # What no database can hold: NUL, and half of a character.
    return value.strip()[:longest].encode("utf-8", "ignore").decode().replace("\0", "")


def object_of(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows_of(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON objects of a list."""
    if isinstance(value, list):
        yield from (row for row in value if isinstance(row, dict))


def slim(value: Any, depth: int = 6) -> Any:
    """Leave out what nothing here reads: long lists and lists of lists (measurements by the minute), and what
    lies deeper than in any of Garmin's answers."""
    if isinstance(value, dict):
        return {name: slim(part, depth - 1) for name, part in value.items()} if depth else {}
    if isinstance(value, list):
        if not depth or len(value) > _LONGEST_LIST or any(isinstance(part, list) for part in value):
            return []
        return [slim(part, depth - 1) for part in value]
    return value


def day_of(value: Any) -> date | None:
    """Return the day that an ISO date (or date and time) begins with."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def clock_time(value: Any) -> datetime | None:
    """Return a time without zone. Garmin writes two kinds: `2026-01-08 14:10:21`, `2026-01-08T14:10:21.0`."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found if found is None or found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):  # OverflowError: the edges of the calendar
        return None
