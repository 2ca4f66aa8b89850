"""When an endpoint that fails is left alone, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["closed", "open", "probing"]

FAILURES = 3  # in a row, until nobody asks any more
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
# A wrong key or name gets right when somebody changes the settings, which needs a new start.
SETUP_PAUSE = timedelta(minutes=10)
PROBE = timedelta(minutes=2)  # whoever probes and is never heard of again makes room for another


@dataclass
class Circuit:
    """Of one endpoint. After a pause one call goes through; its end decides for all."""

    failures: int = 0
    open_until: datetime | None = None
    why: str = ""  # the kind of the last failure
    _probing_until: datetime | None = None

    def state(self, now: datetime) -> State:
        """Return whether the endpoint is asked: closed as usual, open not at all, probing by one call."""
        if self.open_until is None:
            return "closed"
        return "open" if now < self.open_until else "probing"

    def enter(self, now: datetime) -> bool:
        """Return whether a call may be made; of those that come after a pause only the first may."""
        state = self.state(now)
        if state != "probing":
            return state == "closed"
        if self._probing_until is not None and now < self._probing_until:
            return False
        self._probing_until = now + PROBE
        return True

    def leave(self) -> None:
        """Give an entrance back unused: the call was not made, or ended without telling anything."""
        self._probing_until = None

    def succeeded(self) -> bool:
        """Note a call that went well; return whether that closed the circuit."""
        was_open = self.open_until is not None
        self.failures, self.open_until, self.why, self._probing_until = 0, None, "", None
        return was_open

    def failed(self, why: str, now: datetime, *, setup: bool = False) -> bool:
        """Note a failure; return whether that opened the circuit. `setup`: of the settings, opens at once."""
        self.failures += 1
        self.why = why
        was_closed = self.open_until is None
        # Calls that were under way when it opened say nothing new.
        if not was_closed and self._probing_until is None:
            return False
        self._probing_until = None
        if setup:
            self.open_until = now + SETUP_PAUSE
        elif self.failures >= FAILURES:
            pause = FIRST_PAUSE * 2 ** min(self.failures - FAILURES, 10)
            self.open_until = now + min(pause, LONGEST_PAUSE)
        return was_closed and self.open_until is not None
