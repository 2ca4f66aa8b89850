"""The one message that grows while an answer is made: edited at most once a second, never waited for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from bots.telegram.desk import Progress, Sender
from bots.telegram.message import LONGEST, Out
from bots.telegram.sending import Blocked, Refused, Unreachable
from bots.telegram.tables import units

EDIT_S = 1.0
FIRST_S = 0.6  # an answer that is done sooner is posted once, and finished
TYPING_S = 4.5  # the messenger shows for five seconds that somebody types
MORE = "…"


class Screen:
    """What an athlete sees of an answer that is not done. `show` returns at once.

    Where a first attempt was killed, `progress` knows its message, and the second goes on in that. `may` is
    asked each time whether the chat still may see it.
    """

    def __init__(
        self,
        sender: Sender,
        chat_id: int,
        progress: Progress,
        *,
        edit_s: float = EDIT_S,
        first_s: float = FIRST_S,
        may: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self._sender = sender
        self._may = may
        self._chat_id = chat_id
        self._progress = progress
        self._edit_s, self._first_s = edit_s, first_s
        known = progress.values.get("screen")
        self.remote_id: int | None = known if isinstance(known, int) else None
        self.blocked: Blocked | None = None
        self._wanted = self._shown = ""
        self._news = asyncio.Event()
        self._over = False
        self._work: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Say that the coach is at it, and begin."""
        self._work = asyncio.create_task(self._draw())

    def show(self, text: str) -> None:
        """Have this shown as soon as an edit is due; only the latest counts."""
        self._wanted = cut(text)
        self._news.set()

    async def close(self) -> None:
        """Stop showing; a request under way is finished, so that its message is known."""
        self._over = True
        self._news.set()
        if self._work is not None:
            await self._work

    async def _draw(self) -> None:
        loop = asyncio.get_running_loop()
        next_at = loop.time() + (self._first_s if self.remote_id is None else 0.0)
        typed_at = 0.0
        while not self._over and self.blocked is None:
            if self.remote_id is None and loop.time() >= typed_at:
                await self._type()
                typed_at = loop.time() + TYPING_S
            self._news.clear()
            wait = None
            if self._wanted not in ("", self._shown):
                wait = next_at - loop.time()
                if wait <= 0:
                    await self._put(self._wanted)
                    next_at = loop.time() + self._edit_s
                    continue
            elif self.remote_id is None:
                wait = typed_at - loop.time()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken()

    async def _woken(self) -> None:
        if not self._over:
            await self._news.wait()

    async def _type(self) -> None:
        with contextlib.suppress(Refused, Unreachable):
            try:
                await self._sender.action(self._chat_id, "typing")
            except Blocked as blocked:
                self.blocked = blocked

    async def _put(self, text: str) -> None:
        self._shown = text
        if self._may is not None and not await self._may():
            return
        out = Out(text)
        try:
            if self.remote_id is None:
                self.remote_id = await self._sender.post(self._chat_id, out)
                await self._progress.keep(screen=self.remote_id)
            else:
                await self._sender.edit(self._chat_id, self.remote_id, out)
        except Blocked as blocked:
            self.blocked = blocked
        except Refused:
            self.remote_id = None  # it was deleted over there: the answer comes as a new one
        except Unreachable:
            self._shown = ""


def cut(text: str, most: int = LONGEST) -> str:
    """Return the end of a text that is too long to show, from where a line begins where there is one near."""
    if units(text) <= most:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[-2 * (most - 2) :].decode("utf-16-le", "ignore")
    line = kept.find("\n")
    if 0 <= line < most // 4:
        kept = kept[line + 1 :]
    return f"{MORE}\n{kept}" if line >= 0 else f"{MORE}{kept}"
