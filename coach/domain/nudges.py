"""What the coach says unasked: which kinds there are, and how much of it an athlete wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from coach.errors import BadInput


class NudgeKind(StrEnum):
    """Kinds of messages that the coach begins. A receipt was asked for: it counts among no day's two."""

    weekly = "weekly"
    after_run = "after_run"
    morning = "morning"
    alert = "alert"
    race = "race"
    silence = "silence"
    receipt = "receipt"


MOST_A_DAY = 2


@dataclass(frozen=True)
class Manners:
    """How an athlete wants to be spoken to unasked. Times are of their own clock; weekdays from Monday, 0.

    Nothing is said from `quiet_from` until `quiet_until` (equal: never quiet), nor before `paused_until`.
    """

    weekly: bool = True
    weekly_day: int = 6
    weekly_at: time = time(18)
    after_run: bool = True
    morning: bool = False
    morning_at: time = time(7)
    alert: bool = True
    race: bool = True
    silence: bool = True
    quiet_from: time = time(22)
    quiet_until: time = time(7)
    paused_until: date | None = None

    def wants(self, kind: NudgeKind) -> bool:
        """Return whether this kind may be said at all."""
        return kind is NudgeKind.receipt or bool(getattr(self, kind.value))


LONGEST_PAUSE_DAYS = 366
MORNING = time(4), time(11)
_SWITCHES = frozenset(kind.value for kind in NudgeKind) - {NudgeKind.receipt.value}
_TIMES = frozenset({"weekly_at", "morning_at", "quiet_from", "quiet_until"})


def checked(manners: Manners, today: date, fields: Mapping[str, Any]) -> Manners:
    """Return the manners with some fields changed. Raises BadInput for what no setting can be.

    Times may be texts "18:30", days texts "2026-12-24". `today` is the athlete's day.
    """
    given: dict[str, Any] = {name: _read(name, value) for name, value in fields.items()}
    changed = replace(manners, **given)
    if "morning_at" in given and not MORNING[0] <= changed.morning_at <= MORNING[1]:
        raise BadInput("nudge_setting_morning")
    until = given.get("paused_until")
    if until is not None and not today <= until <= today + timedelta(LONGEST_PAUSE_DAYS):
        raise BadInput("nudge_setting_pause", days=LONGEST_PAUSE_DAYS)
    return changed


def _read(name: str, value: Any) -> bool | int | time | date | None:
    if name in _SWITCHES:
        if not isinstance(value, bool):
            raise BadInput("nudge_setting_switch")
        return value
    if name == "weekly_day":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 6:
            raise BadInput("nudge_setting_weekday")
        return value
    if name in _TIMES:
        return _time(value)
    if name == "paused_until":
        return None if value is None else _day(value)
    raise BadInput("nudge_setting_unknown", name=name)


def _time(value: Any) -> time:
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            raise BadInput("nudge_setting_time") from None
    if not isinstance(value, time) or value.tzinfo is not None or value.second or value.microsecond:
        raise BadInput("nudge_setting_time")
    return value.replace(fold=0)


def _day(value: Any) -> date:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise BadInput("nudge_setting_day") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadInput("nudge_setting_day")
    return value
