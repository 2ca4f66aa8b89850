"""Events of runs: numbered by the run, watched from memory, stored in batches, heard across processes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from coach.store import system
from coach.store.runs import CHANNEL, RunEvent
from coach.store.session import Database

log = logging.getLogger(__name__)

FLUSH_S = 0.025  # one transaction for all runs' events, instead of one each
RETRY_S = 1.0
STOP_CHANNEL = "hanbal_stop"  # NOTIFY: the id of a run that its athlete wants stopped
LAST = frozenset({"RUN_FINISHED", "RUN_ERROR"})


@dataclass(frozen=True)
class Event:
    """One event of a run. `seq` counts from 1."""

    seq: int
    type: str
    payload: dict[str, Any]


@dataclass
class LiveRun:
    """A run that works in this process, and everybody here who watches it."""

    run_id: UUID
    athlete_id: int
    thread_id: int
    store: Callable[[RunEvent], None]
    events: list[Event] = field(default_factory=list)
    task: asyncio.Task[None] | None = None
    stopping: bool = False
    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    @property
    def over(self) -> bool:
        return bool(self.events) and self.events[-1].type in LAST

    def emit(self, kind: str, payload: dict[str, Any]) -> None:
        """Number an event, store it and wake the watchers. Nothing follows the last one."""
        if self.over:
            return
        event = Event(len(self.events) + 1, kind, payload)
        self.events.append(event)
        self.store(RunEvent(self.run_id, self.athlete_id, event.seq, kind, payload))
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def follow(self, after: int) -> AsyncIterator[Event]:
        """Yield the events after `after`, as they come, to the last."""
        at = max(0, after)
        while True:
            while at < len(self.events):
                yield self.events[at]
                at += 1
            if self.over:
                return
            future = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)


class Flusher:
    """Writes the events of all runs here, a batch at a time; keeps them until the database takes them."""

    def __init__(self, db: Database, executor: Executor) -> None:
        self._db = db
        self._executor = executor
        self._waiting: list[RunEvent] = []
        self._filled = asyncio.Event()
        self._taken = self._stored = 0
        self._moved = asyncio.Event()  # a new one for each batch
        self._wanted = asyncio.Event()  # somebody waits for what was taken

    def add(self, event: RunEvent) -> None:
        """Take an event; it is stored within a moment."""
        self._waiting.append(event)
        self._taken += 1
        self._filled.set()

    async def flushed(self) -> None:
        """Wait until everything taken so far is stored."""
        wanted = self._taken
        while self._stored < wanted:
            self._wanted.set()
            await self._moved.wait()

    async def work(self) -> None:
        """Store batches until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._filled.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_S):
                    await self._wanted.wait()
            self._wanted.clear()
            self._filled.clear()
            batch, self._waiting = self._waiting, []
            try:
                await loop.run_in_executor(self._executor, system.append_events, self._db, batch)
            except Exception as error:
                log.error("events wait for the database: %s", type(error).__name__)
                self._waiting = batch + self._waiting
                self._filled.set()
                await asyncio.sleep(RETRY_S)
                continue
            self._stored += len(batch)
            moved, self._moved = self._moved, asyncio.Event()
            moved.set()


class Ear:
    """One LISTEN connection of the process: wakes who watches runs of other processes, passes stops on."""

    def __init__(self, conninfo: str, on_stop: Callable[[UUID], bool]) -> None:
        self._conninfo = conninfo
        self._on_stop = on_stop
        self._watchers: dict[UUID, set[asyncio.Event]] = {}

    @contextlib.contextmanager
    def watch(self, run_id: UUID) -> Iterator[asyncio.Event]:
        """Give an asyncio.Event that is set whenever events of the run were stored."""
        woken = asyncio.Event()
        watchers = self._watchers.setdefault(run_id, set())
        watchers.add(woken)
        try:
            yield woken
        finally:
            watchers.discard(woken)
            if not watchers:
                self._watchers.pop(run_id, None)

    async def work(self) -> None:
        """Listen until cancelled; a lost connection is made again, and watchers look once more."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as conn:
                    await conn.execute(f"LISTEN {CHANNEL}".encode())
                    await conn.execute(f"LISTEN {STOP_CHANNEL}".encode())
                    self._wake_all()
                    async for notice in conn.notifies():
                        self._hear(notice.channel, notice.payload)
            except psycopg.Error as error:
                log.warning("listening was cut off: %s", type(error).__name__)
            await asyncio.sleep(RETRY_S)

    def _hear(self, channel: str, payload: str) -> None:
        with contextlib.suppress(ValueError):
            run_id = UUID(payload.partition(":")[0])
            if channel == STOP_CHANNEL:
                self._on_stop(run_id)
            for woken in self._watchers.get(run_id, ()):
                woken.set()

    def _wake_all(self) -> None:
        for watchers in self._watchers.values():
            for woken in watchers:
                woken.set()
