"""The bot's process: everything that receives, works and sends, and an end within seconds."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bots.telegram import client
from bots.telegram.desk import SERVICE, Desk, Pictures, Sender
from bots.telegram.health import STOPPED, Health
from bots.telegram.receiving import LONG_S, Pauses, Polling, Webhook, until_done
from bots.telegram.watching import Watched
from bots.telegram.working import Handle, Pace, Working
from coach.config import Settings
from coach.errors import CoachError
from coach.graph.run import Conversations
from coach.pipeline.reach import Reach
from coach.store.hearing import hear
from coach.store.session import Database
from coach.store.updates import CHANNEL
from coach.text import Lang

log = logging.getLogger(__name__)
AGAIN_S = 1.0  # after a part broke, which none should

Menu = Mapping[Lang, Sequence[tuple[str, str]]]  # (command, what it does)


class Part(Protocol):
    """Something that works until it is cancelled."""

    async def work(self) -> None: ...


@dataclass(frozen=True)
class Tempo:
    """How fast a bot's parts go round, and how long what is begun may take at the end; tests are faster."""

    pace: Pace = field(default_factory=Pace)
    pauses: Pauses = field(default_factory=Pauses)
    long_s: int = LONG_S
    finish_s: float = 2.0


class Serving:
    """One bot. `conversations` is opened and closed by the caller, `handle` works on one update, `sender`
    makes what posts (given the bot and what counts), `more` what else works beside."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        conversations: Conversations,
        pictures: Pictures,
        reach: Reach,
        handle: Handle,
        sender: Callable[[Bot, Callable[[str, float], None]], Sender],
        more: Callable[[Desk], Sequence[Part]] = lambda desk: (),
        menu: Menu = MappingProxyType({}),
        tempo: Tempo = Tempo(),
    ) -> None:
        holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self.health = Health(db, SERVICE, holder, "webhook" if settings.telegram_webhook else "polling")
        self._line = client.open_line(settings)
        self._db, self._settings, self._clock, self._tempo = db, settings, clock, tempo
        self._conversations, self._pictures, self._reach = conversations, pictures, reach
        self._handle, self._more, self._menu = handle, more, menu
        self._sender = Watched(sender(self._line.bot, self.health.count), self.health)
        self._working: Working | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Whatever Telegram or the network do, it goes on trying."""
        self._start("beat", self.health.beat)
        begun = asyncio.create_task(self._begin())
        try:
            await stop.wait()
        finally:
            begun.cancel()
            await asyncio.gather(begun, return_exceptions=True)
            await self._end()

    async def _begin(self) -> None:
        """Find out who we are, then start everything."""
        await until_done(self._introduce, self.health, self._tempo.pauses)
        desk = Desk(
            self._db,
            self._settings,
            self._clock,
            self._conversations,
            self._sender,
            self._pictures,
            self._reach,
            self.health.username,
            self.health.count,
        )
        self._working = working = Working(desk, self._handle, self.health, self._tempo.pace)
        self._start("working", working.work)
        self._start("hearing", lambda: hear(self._db, {CHANNEL: working.wake}))
        for part in self._more(desk):
            self._start(type(part).__name__, part.work)
        self._start("menu", self._show_menu)
        self._start("receiving", self._receiving().work)

    def _start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._tasks[name] = asyncio.create_task(_unbroken(name, work), name=name)

    async def _introduce(self) -> None:
        """Learn the bot's name: that shows, too, whether the token is good and Telegram can be reached."""
        me = await self._line.bot.get_me()
        self.health.username = me.username or ""

    def _receiving(self) -> Part:
        if self._settings.telegram_webhook:
            return Webhook(
                self._line.bot, self._settings, self.health, pauses=self._tempo.pauses, clock=self._clock
            )
        return Polling(
            self._line.bot, self._db, self.health, pauses=self._tempo.pauses, long_s=self._tempo.long_s
        )

    async def _show_menu(self) -> None:
        """Tell Telegram which commands there are, for each language and for all others."""
        for lang, commands in self._menu.items():
            shown = [BotCommand(command, what) for command, what in commands]
            for code in (lang, None) if lang == self._settings.lang else (lang,):
                while True:
                    try:
                        await self._line.bot.set_my_commands(shown, language_code=code)
                        break
                    except TelegramError as error:  # the bot works without a menu
                        log.info("the menu is not shown yet: %s", type(error).__name__)
                        await asyncio.sleep(self._tempo.pauses.after(error, 5))

    async def _end(self) -> None:
        """Take nothing in any more, end what is begun, let others know, close."""
        await _cancelled(self._tasks.pop("receiving", None))
        if self._working is not None:
            await self._working.stop(self._tempo.finish_s)
        beat = self._tasks.pop("beat")
        await _cancelled(*self._tasks.values(), beat)
        self.health.down(STOPPED)
        with contextlib.suppress(SQLAlchemyError, CoachError, TimeoutError):
            async with asyncio.timeout(1):
                await self.health.tell()
        await self._line.close()


async def _unbroken(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Work, and begin anew after a bug: one part that is gone would leave the rest for nothing."""
    while True:
        try:
            await work()
            return
        except Exception:
            log.exception("%s broke and begins anew", name)
            await asyncio.sleep(AGAIN_S)


async def _cancelled(*tasks: asyncio.Task[None] | None) -> None:
    found = [task for task in tasks if task is not None]
    for task in found:
        task.cancel()
    await asyncio.gather(*found, return_exceptions=True)
