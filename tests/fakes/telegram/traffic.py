"""How fast a bot may post, as far as the real one is known to allow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from fakes.telegram.chats import Refusal

COUNTED = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "editMessageText",
        "editMessageCaption",
        "editMessageMedia",
        "editMessageReplyMarkup",
    }
)


@dataclass(frozen=True)
class Limits:
    """Messages a second over all chats, and in one chat, where a short burst is let through."""

    overall: float = 30
    chat: float = 1
    burst: int = 5


@dataclass
class _Bucket:
    rate: float
    size: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Return how long until there is room for one more."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate


class Traffic:
    """Counts, and refuses with 429 what is too much."""

    def __init__(self, limits: Limits | None, monotonic: Callable[[], float]) -> None:
        self.limits, self._monotonic = limits, monotonic
        self._all: _Bucket | None = None
        self._chats: dict[int, _Bucket] = {}
        self.refused = 0

    def count(self, method: str, chat_id: int | None) -> None:
        """Let a call pass. Raises Refusal(429)."""
        if self.limits is None or method not in COUNTED or chat_id is None:
            return
        now, most = self._monotonic(), self.limits
        if self._all is None:
            self._all = _Bucket(most.overall, most.overall, most.overall, now)
        one = self._chats.setdefault(chat_id, _Bucket(most.chat, most.burst, most.burst, now))
        wait = max(self._all.wait(now), one.wait(now))
        if wait > 0:
            self.refused += 1
            raise Refusal.flood(math.ceil(wait))
        self._all.level -= 1
        one.level -= 1
