"""Work on what was kept: in order within a chat, many chats at once, and again when it was cut short."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError
from telegram import Update

from bots.telegram.desk import SERVICE, Desk, Progress
from bots.telegram.health import Health, Waited, waited
from bots.telegram.message import Out
from bots.telegram.sending import Blocked
from coach.pipeline.incoming import KINDS
from coach.store import athletes, messenger_system, messengers, updates
from coach.store.updates import State, Taken
from coach.text import Lang, say

log = logging.getLogger(__name__)


class Handle(Protocol):
    """Works on one update (`bots.telegram.routing.handle`)."""

    async def __call__(self, desk: Desk, update: Update, progress: Progress) -> None: ...


class Lost(Exception):
    """Another process works on the update by now."""


@dataclass(frozen=True)
class Pace:
    """How many updates at once, how long a lease lasts unless renewed, how often something is tried."""

    most: int = 64
    lease_s: float = 30.0
    poll_s: float = 1.0  # a lost notification costs at most this
    longest_s: float = 300.0  # what works on an update for longer hangs
    tries: int = 3
    pauses_s: tuple[float, ...] = (1.0, 5.0)  # before the second and the third try
    forget_every_s: float = 3600.0
    forget_after_days: float = 8.0  # Telegram brings nothing again after a day


class KeptProgress:
    """How far the work on one update is, in its row."""

    def __init__(self, values: Mapping[str, Any], keep: Callable[[Mapping[str, Any]], Any]) -> None:
        self.values: Mapping[str, Any] = dict(values)
        self._keep = keep

    async def keep(self, **values: Any) -> None:
        """Keep more. Raises Lost."""
        self.values = {**self.values, **values}
        if not await self._keep(self.values):
            raise Lost


class Working:
    """One per process. `holder` is its name among others that work on the same."""

    def __init__(self, desk: Desk, handle: Handle, health: Health, pace: Pace = Pace()) -> None:
        self._desk, self._handle, self._health, self._pace = desk, handle, health, pace
        self._holder = health.holder
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._finished: dict[int, State] = {}
        self._lost: set[int] = set()
        self._woken = asyncio.Event()
        self._stopping = False
        self._turning = asyncio.Lock()
        # Of their own, so that no slow answer keeps updates from being taken and finished.
        self._threads = ThreadPoolExecutor(2, "bot-updates")

    def wake(self) -> None:
        """Look at once for something to do."""
        self._woken.set()

    async def work(self) -> None:
        """Work until `stop`."""
        beside = [asyncio.create_task(self._renew()), asyncio.create_task(self._forget())]
        try:
            while not self._stopping:
                self._woken.clear()
                try:
                    await self._turn()
                except SQLAlchemyError as error:
                    log.warning("updates cannot be taken: %s", type(error).__name__)
                    await asyncio.sleep(self._pace.poll_s)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pace.poll_s):
                        await self._woken.wait()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def stop(self, within_s: float) -> None:
        """Take nothing more, let what is being worked on end, and leave the rest to whoever comes next."""
        self._stopping = True
        self.wake()
        async with self._turning:
            pass  # what was being taken is known now
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=within_s)
        left = dict(self._tasks)
        for task in left.values():
            task.cancel()
        await asyncio.gather(*left.values(), return_exceptions=True)
        with suppress(SQLAlchemyError):  # their leases end by themselves
            await self._blocking(
                partial(updates.give_back, self._desk.db, SERVICE, self._holder, list(left), uncounted=True)
            )
            await self._settle(0)
        self._threads.shutdown(wait=False)

    async def _turn(self) -> None:
        async with self._turning:
            if self._stopping:
                return
            for one in await self._settle(self._pace.most - len(self._tasks)):
                self._tasks[one.update_id] = asyncio.create_task(self._work_on(one))

    async def _settle(self, limit: int) -> list[Taken]:
        """Say what is done and take what comes next, in one go."""
        finished, self._finished = self._finished, {}
        take = partial(updates.take, self._desk.db, SERVICE, self._holder, for_s=self._pace.lease_s)
        try:
            return await self._blocking(partial(take, limit=limit, finished=finished))
        except SQLAlchemyError:
            self._finished = {**finished, **self._finished}
            raise

    async def _work_on(self, one: Taken) -> None:
        waited.set(Waited(one.waited_s))
        keep = partial(updates.keep_progress, self._desk.db, SERVICE, self._holder, one.update_id)
        progress = KeptProgress(one.progress, lambda values: self._blocking(partial(keep, values)))
        try:
            if one.tries > self._pace.tries:  # it ends the process that works on it
                log.error("update %d was begun %d times and is given up", one.update_id, one.tries)
                await self._give_up(one, progress)
            else:
                async with asyncio.timeout(self._pace.longest_s):
                    await self._handle_one(one, progress)
                self._finish(one, "done", "worked")
        except Lost:
            log.warning("update %d is worked on elsewhere", one.update_id)
        except Blocked:  # nobody is there to be answered; what was done stays done
            await self._note_blocked(one)
            self._finish(one, "done", "worked")
        except asyncio.CancelledError:
            if one.update_id not in self._lost:
                raise
            log.warning("update %d was taken by another", one.update_id)
        except Exception as error:
            log.exception("update %d failed, try %d", one.update_id, one.tries)
            await self._failed(one, progress, error)
        finally:
            self._lost.discard(one.update_id)
            self._tasks.pop(one.update_id, None)
            self.wake()

    async def _note_blocked(self, one: Taken) -> None:
        def note() -> None:
            linked = messenger_system.by_chat(self._desk.db, SERVICE, one.chat_id or 0)
            if linked is not None:
                with self._desk.db.athlete_session(linked.athlete_id) as s:
                    messengers.set_state(s, SERVICE, "blocked", self._desk.clock())

        with suppress(SQLAlchemyError):  # the next message that is refused says it again
            await self._blocking(note)

    async def _handle_one(self, one: Taken, progress: KeptProgress) -> None:
        if any(kind in one.payload for kind in KINDS):
            update = Update.de_json(dict(one.payload), None)
            await self._handle(self._desk, update, progress)

    def _finish(self, one: Taken, state: State, counted: str) -> None:
        self._finished[one.update_id] = state
        self._health.count(counted)

    async def _failed(self, one: Taken, progress: KeptProgress, error: Exception) -> None:
        if one.tries >= self._pace.tries:
            await self._give_up(one, progress)
            return
        self._health.count("given_back")
        pause = self._pace.pauses_s[min(one.tries, len(self._pace.pauses_s)) - 1]
        back = partial(
            updates.give_back, self._desk.db, SERVICE, self._holder, [one.update_id], pause_s=pause
        )
        with suppress(SQLAlchemyError):  # else its lease ends by itself
            await self._blocking(back)

    async def _give_up(self, one: Taken, progress: KeptProgress) -> None:
        """Tell the chat, once, that nothing came of it. A message that may not even be told is over, too."""
        try:
            if not progress.values.get("sorry"):
                await progress.keep(sorry=True)
                await self._be_sorry(one)
        except Lost:
            return
        except Exception as error:  # the chat may be what does not work
            log.warning("nobody could be told that update %d failed: %s", one.update_id, type(error).__name__)
        self._finish(one, "failed", "failed")

    async def _be_sorry(self, one: Taken) -> None:
        lang = None if one.chat_id is None else await self._blocking(partial(self._lang, one.chat_id))
        if lang is None or one.chat_id is None:
            return  # nobody's chat: strangers and groups are told nothing twice
        press = one.payload.get("callback_query")
        if press is not None:
            await self._desk.sender.answer(
                str(press.get("id", "")), say(lang, "bot.press_failed"), alert=True
            )
        elif "message" in one.payload:
            await self._desk.sender.post(one.chat_id, Out(say(lang, "bot.update_failed")))

    def _lang(self, chat_id: int) -> Lang | None:
        """Return the language of whoever's chat it is; None for nobody's."""
        linked = messenger_system.by_chat(self._desk.db, SERVICE, chat_id)
        if linked is None:
            return None
        with self._desk.db.athlete_session(linked.athlete_id) as s:
            return athletes.get(s, linked.athlete_id).lang

    async def _renew(self) -> None:
        """Hold on to what is being worked on; stop what is another's by now."""
        while True:
            await asyncio.sleep(self._pace.lease_s / 3)
            mine = set(self._tasks)
            held = partial(
                updates.renew, self._desk.db, SERVICE, self._holder, mine, for_s=self._pace.lease_s
            )
            try:
                kept = await self._blocking(held)
            except SQLAlchemyError as error:
                log.warning("leases were not renewed: %s", type(error).__name__)
                continue
            for update_id in mine - kept:
                task = self._tasks.get(update_id)
                if task is not None:
                    self._lost.add(update_id)
                    task.cancel()

    async def _forget(self) -> None:
        forget = partial(updates.forget, self._desk.db, SERVICE, after_days=self._pace.forget_after_days)
        while True:
            try:
                await self._blocking(forget)
            except SQLAlchemyError as error:
                log.warning("old updates were not deleted: %s", type(error).__name__)
            await asyncio.sleep(self._pace.forget_every_s)

    async def _blocking[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
