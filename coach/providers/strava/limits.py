"""Strava's limits: so many calls in a quarter of an hour and a day, for everybody here together.

Pure: what an answer says of them is noted, and before a call the note tells when there is room again. Nothing
sleeps. Windows begin at :00, :15, :30 and :45 and at midnight, UTC. Reading has limits of its own, beside
those of all calls: https://developers.strava.com/docs/rate-limits/
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

Window = Literal["quarter", "day"]
WINDOWS: tuple[Window, ...] = ("quarter", "day")
_HEADERS = {"overall": "x-ratelimit", "reading": "x-readratelimit"}
AFTERWARDS = timedelta(seconds=5)  # their clock may be a little behind ours
LONGEST = timedelta(days=1)


def window_start(now: datetime, window: Window) -> datetime:
    """Return when the window that `now` lies in began."""
    now = now.astimezone(UTC).replace(second=0, microsecond=0)
    if window == "day":
        return now.replace(hour=0, minute=0)
    return now.replace(minute=now.minute // 15 * 15)


def window_end(now: datetime, window: Window) -> datetime:
    """Return when the window that `now` lies in ends."""
    return window_start(now, window) + (timedelta(days=1) if window == "day" else timedelta(minutes=15))


def noted(usage: Mapping[str, Any], headers: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return the note after an answer, for all processes to read (plain JSON).

    Answers may be noted out of order: within a window the highest use counts.
    """
    said = {name.lower(): value for name, value in headers.items()}
    kept = _fresh(usage, now)
    for kind, header in _HEADERS.items():
        limits, used = _pair(said.get(f"{header}-limit")), _pair(said.get(f"{header}-usage"))
        if limits is None or used is None:
            continue
        before = kept.get(kind, {})
        kept[kind] = {
            window: [max(use, _used(before, window)), limit]
            for window, use, limit in zip(WINDOWS, used, limits, strict=True)
        }
    return {**kept, "at": now.isoformat()}


def refused(
    usage: Mapping[str, Any], headers: Mapping[str, str], now: datetime
) -> tuple[dict[str, Any], datetime]:
    """Return the note after an answer 429, and when to come back: what Retry-After says, else the end of the
    window that is used up."""
    note = noted(usage, headers, now)
    until = _retry_after(headers, now)
    if until is None:
        spent = [w for w in WINDOWS for kind in _HEADERS if _is_spent(note.get(kind), w, 0.0)]
        until = window_end(now, "day" if "day" in spent else "quarter")
    until = min(until, now + LONGEST) + AFTERWARDS
    return {**note, "closed_until": until.isoformat()}, until


def room_at(
    usage: Mapping[str, Any], now: datetime, *, reading: bool, reserve: float = 0.0
) -> datetime | None:
    """Return when the next call may be made; None: now. `reserve` (0–1) of each limit is left to others."""
    note = _fresh(usage, now)
    closed = _moment(usage.get("closed_until"))
    found = [closed] if closed is not None and closed > now else []
    for kind in ("overall", "reading") if reading else ("overall",):
        found += [window_end(now, w) + AFTERWARDS for w in WINDOWS if _is_spent(note.get(kind), w, reserve)]
    return max(found, default=None)


def _fresh(usage: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what of a note still holds: a window that ended counts from zero again."""
    at = _moment(usage.get("at"))
    if at is None:
        return {}
    kept: dict[str, Any] = {}
    for kind in _HEADERS:
        windows = usage.get(kind)
        if isinstance(windows, Mapping):
            same = [w for w in WINDOWS if w in windows and window_start(at, w) == window_start(now, w)]
            kept[kind] = {w: windows[w] for w in same}
    closed = _moment(usage.get("closed_until"))
    if closed is not None and closed > now:
        kept["closed_until"] = usage["closed_until"]
    return kept


def _used(windows: Mapping[str, Any], window: Window) -> int:
    return int(windows[window][0]) if window in windows else 0


def _is_spent(windows: Mapping[str, Any] | None, window: Window, reserve: float) -> bool:
    if not windows or window not in windows:
        return False
    used, limit = windows[window]
    return bool(used >= limit * (1 - reserve))


def _pair(text: str | None) -> tuple[int, int] | None:
    parts = (text or "").split(",")
    try:
        quarter, day = (int(part) for part in parts)
    except ValueError:
        return None
    return quarter, day


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    text = next((value.strip() for name, value in headers.items() if name.lower() == "retry-after"), "")
    if text.isdecimal():
        return now + timedelta(seconds=min(int(text), LONGEST.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return moment if moment > now else None
