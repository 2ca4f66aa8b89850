"""As fast as the messenger allows and no faster: one after the other in a chat, so many a second in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SWEEP_AT = 2000  # chats that are kept in mind before the idle ones are let go


@dataclass(frozen=True)
class Pace:
    """Messages and edits a second: over all chats, and in one chat after a short burst."""

    overall: float = 30
    chat: float = 1
    burst: int = 3


@dataclass
class _Lane:
    """One chat. `full_at`: when all of its burst is there again; `edit_at`: when it may be edited again."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    full_at: float = 0.0
    edit_at: float = 0.0
    held_until: float = 0.0


class Pacer:
    """Gives turns. `monotonic` and `sleep` are in seconds."""

    def __init__(
        self, pace: Pace, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[object]]
    ) -> None:
        self._pace, self._monotonic, self._sleep = pace, monotonic, sleep
        self._lanes: dict[int, _Lane] = {}
        self._next = 0.0  # when the next message may leave, whatever its chat
        self._flooded: dict[int, float] = {}

    @asynccontextmanager
    async def lane(self, chat_id: int) -> AsyncIterator[None]:
        """Have a chat to oneself; who asked first goes first."""
        lane = self._lanes.get(chat_id)
        if lane is None:
            self._sweep()
            lane = self._lanes[chat_id] = _Lane()
        lane.users += 1
        try:
            async with lane.lock:
                yield
        finally:
            lane.users -= 1

    async def turn(self, chat_id: int, until: float, *, edit: bool = False) -> bool:
        """Wait for a turn in one's lane; return False at once where it comes later than `until`."""
        lane, second = self._lanes[chat_id], 1 / self._pace.chat
        due = max(lane.full_at - (self._pace.burst - 1) * second, lane.held_until)
        if edit:
            due = max(due, lane.edit_at)
        if max(due, self._next) > until:
            return False
        await self._until(due)
        at = max(self._monotonic(), self._next)
        self._next = at + 1 / self._pace.overall
        await self._until(at)
        now = self._monotonic()
        lane.full_at = max(lane.full_at, now) + second
        lane.edit_at = now + second
        return True

    def flooded(self, chat_id: int, seconds: float) -> None:
        """Hold a chat as long as the messenger asked. Two chats at once: it meant all of them."""
        now = self._monotonic()
        self._lanes[chat_id].held_until = now + seconds
        self._flooded = {chat: until for chat, until in self._flooded.items() if until > now}
        self._flooded[chat_id] = now + seconds
        if len(self._flooded) > 1:
            self._next = max(self._next, min(self._flooded.values()))

    async def _until(self, at: float) -> None:
        wait = at - self._monotonic()
        if wait > 0:
            await self._sleep(wait)

    def _sweep(self) -> None:
        if len(self._lanes) < SWEEP_AT:
            return
        now = self._monotonic()
        self._lanes = {
            chat: lane
            for chat, lane in self._lanes.items()
            if lane.users or max(lane.full_at, lane.edit_at, lane.held_until) > now
        }
