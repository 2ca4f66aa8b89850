"""What can go wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """Refuse with a status, and do nothing."""

    code: int
    retry_after: int | None = None
    description: str = ""


@dataclass(frozen=True)
class Slow:
    """Answer as usual, later."""

    seconds: float


@dataclass(frozen=True)
class Cut:
    """Close the connection without an answer, after a while; with `done` after doing what was asked."""

    done: bool = False
    after_s: float = 0.0


@dataclass(frozen=True)
class Twice:
    """Hand the same updates out twice: in one answer, and again at the next call."""


@dataclass(frozen=True)
class Reversed:
    """Hand updates out in the wrong order."""


Fault = Status | Slow | Cut | Twice | Reversed


@dataclass
class Waiting:
    """A fault in the queue."""

    method: str
    fault: Fault
    times: int
    chat_id: int | None

    def fits(self, method: str, chat_id: int | None) -> bool:
        """Return whether this call is the one to go wrong."""
        return self.method in ("*", method) and self.chat_id in (None, chat_id)
