"""The one door for a conversation: start a run, watch it, stop it, try it again.

A run lives independently of who asked for it. The athlete's message and the run are stored before anything
else happens; what the run says is stored as it goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import socket
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig

from coach.config import Settings
from coach.domain import redflags
from coach.domain.athlete import Athlete
from coach.errors import BadInput, NotFound
from coach.graph.bind import Toolbox
from coach.graph.build import Graph, build
from coach.graph.checkpoints import AthleteSaver, Pool, open_pool, thread_key
from coach.graph.entering import entered
from coach.graph.events import Ear, Event, Flusher, LiveRun
from coach.graph.model import Models, configured
from coach.graph.nodes import Nodes
from coach.graph.opening import Begun, Opening
from coach.graph.replay import Replay
from coach.graph.turn import Turn
from coach.store import imports, memories, runs, system
from coach.store.session import Database
from coach.text import LANGS, Lang
from coach.tools.spec import TOOLS, Tool, ToolContext

log = logging.getLogger(__name__)

TOOL_THREADS = 16  # as many as the pool has connections
CHECKPOINT_CONNECTIONS = 6
BEAT_S = 1.0
SILENT_S = 5.0  # a process not heard of for so long is dead, and its runs are interrupted
GRACE_S = 30.0  # beyond the turn's own limit, for the offline coach and the last writes
STORE_S = 5.0  # for what was said to be stored, before a run is called finished
IMPORT_WAIT_S = 25.0
LONGEST_MESSAGE = 8_000


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Started:
    """A run under way. `created` is False when the same key had started it before."""

    run_id: str
    thread_id: int
    created: bool


class Conversations:
    """Every conversation of this process. Open it once, close it at the end."""

    def __init__(
        self,
        db: Database,
        *,
        settings: Settings,
        clock: Callable[[], datetime] = utc_now,
        model_factory: Callable[[Settings], Models] = configured,
        tools: Mapping[str, Tool] | None = None,
    ) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._model_factory = model_factory
        self._tools = TOOLS if tools is None else tools
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._live: dict[UUID, LiveRun] = {}
        self._turns_of_thread: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._closing = False
        self._background: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connect the checkpointer and the ear, build the graph, start storing events."""
        self._executor = ThreadPoolExecutor(TOOL_THREADS, "coach-tool")
        self._writer = ThreadPoolExecutor(2, "coach-events")  # never behind slow tools
        self._models: Models = self._model_factory(self._settings)
        self._pool: Pool = open_pool(self._db.conninfo(), CHECKPOINT_CONNECTIONS)
        await self._pool.open(wait=True, timeout=30)
        toolbox = Toolbox(self._tools, self._executor)
        nodes = Nodes(self._models, toolbox, self._executor, self._clock)
        self._saver = AthleteSaver(self._pool)
        self._graph: Graph = build(nodes, self._saver)
        self._flusher = Flusher(self._db, self._writer)
        self._opening = Opening(self._db, self._owner)
        self._ear = Ear(self._db.conninfo(), self._stop_here)
        self._replay = Replay(self._db, self._ear, self._executor)
        # Its patterns are compiled when they are first looked for: not while somebody waits for an answer.
        self._executor.submit(redflags.check, "안녕하세요. Hello.")
        for work in (self._flusher.work, self._ear.work, self._beat):
            self._background.append(asyncio.create_task(work()))

    async def aclose(self) -> None:
        """Interrupt what still runs, store what was said, close every connection."""
        self._closing = True
        tasks = [live.task for live in self._live.values() if live.task is not None]
        for run_id in list(self._live):
            self._stop_here(run_id)
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._flusher.flushed()
        for background in self._background:
            background.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._models.aclose()
        await self._pool.close()
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=False)

    async def start(
        self,
        athlete_id: int,
        message: str,
        *,
        thread_id: int | None = None,
        client_key: str | None = None,
        channel: str = "web",
        lang: Lang | None = None,
        tz: str | None = None,
        attachments: Sequence[int] = (),
        stood: Collection[int] | None = None,
        replies_to: int | None = None,
    ) -> Started:
        """Store a message and start its answer; the same `client_key` starts one run only.

        `attachments` are ids of imports. `stood`: the questions that words of this message may decide; None:
        those that the athlete has seen in this channel. `replies_to`: the message of this thread that it
        answers, where the athlete says which. Raises NotFound for a thread that is not the athlete's,
        BadInput for an empty or overlong message.
        """
        message = message.replace("\x00", "").strip()
        if not message and not attachments:
            raise BadInput("empty_message")
        if len(message) > LONGEST_MESSAGE:
            raise BadInput("message_too_long", limit=LONGEST_MESSAGE)
        # Before anything else: what is kept, logged or sent anywhere holds no password and no code.
        message = await self._blocking(
            partial(entered, self._db, athlete_id, thread_id, message, self._clock())
        )
        begin = partial(self._opening.begin, athlete_id, message, thread_id, client_key, channel, tz)
        begin = partial(begin, attachments=tuple(attachments), replies_to=replies_to)
        begun = await self._blocking(begin)
        if begun.created:
            spoken = _language(message, lang, begun.athlete)
            self._launch(
                begun, message, channel=channel, lang=spoken, attachments=tuple(attachments), stood=stood
            )
        return Started(str(begun.run.id), begun.run.thread_id, begun.created)

    async def greet(
        self, athlete_id: int, *, channel: str = "web", lang: Lang | None = None, tz: str | None = None
    ) -> Started:
        """Start a thread whose first words are the coach's: the onboarding's question, or a welcome."""
        begun = await self._blocking(
            partial(self._opening.begin, athlete_id, "", None, None, channel, tz, lang=lang)
        )
        spoken = lang or begun.athlete.lang
        self._launch(begun, "", channel=channel, lang=spoken, greeting=True)
        return Started(str(begun.run.id), begun.run.thread_id, True)

    async def retry(
        self, athlete_id: int, run_id: str, *, channel: str = "web", stood: Collection[int] | None = None
    ) -> Started:
        """Answer a run's message again; what its tools wrote is not written twice. Raises NotFound.

        `stood`: as of `start`.
        """
        begun = await self._blocking(partial(self._opening.begin_again, athlete_id, _uuid(run_id)))
        if begun.created:
            spoken = _language(begun.message, None, begun.athlete)
            self._launch(
                begun,
                begun.message,
                channel=channel,
                lang=spoken,
                origin=begun.origin,
                greeting=not begun.message and not begun.attachments,
                attachments=begun.attachments,
                stood=stood,
            )
        return Started(str(begun.run.id), begun.run.thread_id, begun.created)

    async def stop(self, athlete_id: int, run_id: str) -> bool:
        """Stop a run, wherever it works; what was said so far stays. False when it had ended already."""
        wanted = _uuid(run_id)
        live = self._live.get(wanted)
        if live is not None and live.athlete_id == athlete_id:
            return self._stop_here(wanted)

        return await self._blocking(partial(self._opening.ask_to_stop, athlete_id, wanted))

    async def events(self, athlete_id: int, run_id: str, after: int = 0) -> AsyncIterator[Event]:
        """Yield a run's events after `after`, stored ones first, then as they come, to the last.

        Raises NotFound for a run that is not the athlete's.
        """
        wanted = _uuid(run_id)
        live = self._live.get(wanted)
        if live is not None:
            if live.athlete_id != athlete_id:
                raise NotFound("run_not_found")
            async for event in live.follow(after):
                yield event
            return
        async for event in self._replay.follow(athlete_id, wanted, after):
            yield event

    # Running

    def _launch(
        self,
        begun: Begun,
        message: str,
        *,
        channel: str,
        lang: Lang,
        origin: str = "",
        greeting: bool = False,
        attachments: tuple[int, ...] = (),
        stood: Collection[int] | None = None,
    ) -> None:
        run = begun.run
        live = LiveRun(run.id, begun.athlete.id, run.thread_id, self._flusher.add)
        configured_outside = bool(self._models.outside)
        turn = Turn(
            ctx=ToolContext(
                athlete=begun.athlete,
                db=self._db,
                now=self._clock(),
                lang=lang,
                channel=channel,
                thread_id=run.thread_id,
                message=message,
            ),
            run_id=str(run.id),
            emit=live.emit,
            limits=self._settings,
            permissions=begun.permissions,
            origin_id=origin,
            kind="greeting" if greeting else "message",
            attachments=attachments,
            stood=None if stood is None else frozenset(stood),
            first=begun.first,
            external=configured_outside and begun.consented,
            ask_consent=configured_outside and not begun.consented and not begun.declined,
        )
        live.emit("RUN_STARTED", {"runId": str(run.id), "threadId": run.thread_id})
        self._live[run.id] = live
        live.task = asyncio.create_task(self._drive(live, turn))

    async def _drive(self, live: LiveRun, turn: Turn) -> None:
        config: RunnableConfig = {
            "configurable": {"thread_id": thread_key(live.athlete_id, live.thread_id)},
            "recursion_limit": 4 * self._settings.max_tool_calls + 20,
        }
        lock = self._turns_of_thread.setdefault(live.thread_id, asyncio.Lock())
        state: runs.State = "done"
        last: tuple[str, dict[str, Any]] = ("RUN_FINISHED", {"runId": turn.run_id})
        try:
            async with lock, asyncio.timeout(self._settings.max_turn_s + GRACE_S):
                await self._imported(turn)
                await self._graph.ainvoke({"messages": []}, config, context=turn, durability="exit")
                if turn.forgot:
                    await self._forget(turn, live)
        except asyncio.CancelledError:
            if self._closing:
                last = ("RUN_ERROR", {"message": turn.text("graph.interrupted"), "code": "interrupted"})
                state = "interrupted"
            else:
                state, last = "stopped", ("RUN_FINISHED", {"runId": turn.run_id, "stopped": True})
            await self._keep_partial(turn, config)
        except Exception as error:
            log.exception("run %s failed", live.run_id)
            slow = isinstance(error, TimeoutError)
            message = turn.text("graph.run_slow" if slow else "graph.run_failed")
            state, last = "failed", ("RUN_ERROR", {"message": message, "code": "slow" if slow else "failed"})
            await self._keep_partial(turn, config)
        # Who reads a finished run finds all of it: what was said is stored before it is called finished.
        with contextlib.suppress(TimeoutError):  # a database that is away must not keep who watches waiting
            async with asyncio.timeout(STORE_S):
                await self._flusher.flushed()
        try:
            await self._blocking(partial(self._opening.finish, live, turn, state))
        except Exception:
            log.exception("the end of run %s was not stored", live.run_id)
        # What calls of models used is counted before the athlete can ask again.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STORE_S):
                turn.later(self._blocking(partial(turn.bill.close, self._db)))
                await turn.written()
        live.emit(*last)
        await self._flusher.flushed()
        self._live.pop(live.run_id, None)

    async def _forget(self, turn: Turn, live: LiveRun) -> None:
        """Take what was forgotten out of earlier checkpoints, and out of what this turn sent to models."""
        await turn.written()

        def unsay() -> None:
            with self._db.athlete_session(live.athlete_id) as session:
                memories.unsay(session, turn.forgot)

        await self._saver.aprune([thread_key(live.athlete_id, live.thread_id)])
        await self._blocking(unsay)

    async def _keep_partial(self, turn: Turn, config: RunnableConfig) -> None:
        """Close what was being said, so that the athlete keeps it and the next turn knows of it."""
        if turn.answer or not turn.is_open:
            return
        turn.answer = turn.voice.close()
        if said := turn.spoken():
            update = {
                "messages": said,
                "facts": turn.ledger.dump(),
                "next_fact": turn.ledger.next_number,
            }
            with contextlib.suppress(Exception):
                await self._graph.aupdate_state(config, update, as_node="proof")

    async def _imported(self, turn: Turn) -> None:
        """Wait a while for the files that came with the message."""
        athlete_id = turn.ctx.athlete.id

        def working() -> bool:
            with self._db.athlete_session(athlete_id) as session:
                states = []
                for import_id in turn.attachments:
                    with contextlib.suppress(NotFound):
                        states.append(imports.get(session, import_id).state)
                return any(state in ("queued", "running") for state in states)

        until = asyncio.get_running_loop().time() + IMPORT_WAIT_S
        while turn.attachments and asyncio.get_running_loop().time() < until:
            if not await self._blocking(working):
                return
            await asyncio.sleep(0.15)

    def _stop_here(self, run_id: UUID) -> bool:
        live = self._live.get(run_id)
        if live is None or live.task is None or live.over or live.stopping:
            return False
        live.stopping = True  # once: a second cancellation would hit the last writes
        # Not at once: a task that is cancelled before its first step never gets to say how it ended.
        asyncio.get_running_loop().call_soon(live.task.cancel)
        return True

    # Upkeep

    async def _beat(self) -> None:
        """Say that this process lives, and mark the runs of those that do not."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                if self._live:
                    await loop.run_in_executor(self._writer, system.heartbeat, self._db, self._owner)
                mark = partial(system.mark_interrupted, self._db, [self._owner], silent_for_s=SILENT_S)
                for run_id in await loop.run_in_executor(self._writer, mark):
                    log.warning("run %s was interrupted: its process is gone", run_id)
            except Exception as error:
                log.error("no heartbeat: %s", type(error).__name__)
            await asyncio.sleep(BEAT_S)

    async def _blocking[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _uuid(run_id: str) -> UUID:
    try:
        return UUID(run_id)
    except ValueError as error:
        raise NotFound("run_not_found") from error


def _language(message: str, lang: Lang | None, athlete: Athlete) -> Lang:
    """Return the language to answer in: the message's own where plain, else the asked, else the account's."""
    if re.search("[가-힣]", message):
        return "ko"
    if len(re.findall(r"[A-Za-z]{2,}", message)) >= 2:
        return "en"
    return lang if lang in LANGS else athlete.lang


__all__ = ["Conversations", "Event", "Started"]
