"""What the coach says unasked: which kinds there are, and how much of it an athlete wants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


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
