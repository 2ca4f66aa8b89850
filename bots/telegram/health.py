"""How this bot is doing: what it counts, whether Telegram can be reached, and the beat that tells others.

Counted are "updates", "duplicates", "worked", "failed", "given_back", "sent", "edited", "flood_waits",
"flood_wait_s" and "blocked"; whoever counts something else adds a name.
"""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_left
from collections import Counter
from contextvars import ContextVar
from functools import partial
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from coach.errors import CoachError
from coach.pipeline.bot_status import REACTION_S
from coach.store import bots
from coach.store.bots import Mode
from coach.store.session import Database

log = logging.getLogger(__name__)
BEAT_S = 5.0
STARTING, STOPPED = "bot.why_starting", "bot.why_stopped"


class Waited:
    """How long somebody has waited for a first sign that their message came."""

    def __init__(self, waited_s: float) -> None:
        self._since = monotonic() - waited_s
        self._over = False

    def over(self) -> float | None:
        """Return how long it was, the first time; None afterwards."""
        if self._over:
            return None
        self._over = True
        return monotonic() - self._since


# Of the update that is being worked on, here and in whatever its work starts.
waited: ContextVar[Waited | None] = ContextVar("waited", default=None)


class Health:
    """One per process. `why_key`: why it is not connected, a text key."""

    def __init__(self, db: Database, service: str, holder: str, mode: Mode) -> None:
        self._db, self._service, self.holder, self.mode = db, service, holder, mode
        self.username = ""
        self.connected = False
        self.why_key: str | None = STARTING
        self.counts: Counter[str] = Counter()
        self._reactions = [0] * (len(REACTION_S) + 1)
        self._reaction_sum_s = 0.0
        self._changed = asyncio.Event()

    def count(self, name: str, more: float = 1) -> None:
        """Count one more of something."""
        self.counts[name] += more  # type: ignore[assignment]  # seconds are counted, too

    def reacted(self) -> None:
        """Note that who waits for a sign got the first one, if anybody does."""
        since = waited.get()
        seconds = None if since is None else since.over()
        if seconds is not None:
            self._reactions[bisect_left(REACTION_S, seconds)] += 1
            self._reaction_sum_s += seconds

    def up(self) -> None:
        """Say that Telegram answers and lets us work."""
        self._set(True, None)

    def down(self, why_key: str) -> None:
        """Say that it does not, and why."""
        self._set(False, why_key)

    def _set(self, connected: bool, why_key: str | None) -> None:
        if (connected, why_key) != (self.connected, self.why_key):
            log.log(logging.INFO if connected else logging.WARNING, "%s", why_key or "connected to Telegram")
            self.connected, self.why_key = connected, why_key
            self._changed.set()

    def counters(self) -> dict[str, object]:
        """Return everything that was counted, as `coach.pipeline.bot_status` reads it."""
        return {**self.counts, "reaction": {"buckets": self._reactions, "sum_s": self._reaction_sum_s}}

    async def tell(self) -> None:
        """Tell how it is doing once."""
        self._changed.clear()
        await asyncio.to_thread(
            partial(
                bots.beat,
                self._db,
                self._service,
                self.holder,
                username=self.username,
                mode=self.mode,
                connected=self.connected,
                why_key=self.why_key,
                counters=self.counters(),
            )
        )

    async def beat(self) -> None:
        """Tell it every few seconds, and at once when the connection comes or goes, until cancelled."""
        while True:
            try:
                await self.tell()
            except (CoachError, SQLAlchemyError) as error:
                log.warning("no beat: %s", type(error).__name__)
            try:
                async with asyncio.timeout(BEAT_S):
                    await self._changed.wait()
            except TimeoutError:
                continue
