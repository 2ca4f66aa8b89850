"""Events of runs that this process does not work on: from the store, and as others store them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from functools import partial
from typing import Any
from uuid import UUID

from coach.graph.events import LAST, Ear, Event
from coach.store import athletes, runs
from coach.store.session import Database
from coach.text import say

LOOK_S = 1.0  # between looks, should a notice get lost
LAST_WORDS_S = 0.15
LAST_LOOKS = 4  # at a run that has ended, for events still on their way


class Replay:
    """Reads stored runs and waits for more of them."""

    def __init__(self, db: Database, ear: Ear, executor: Executor) -> None:
        self._db = db
        self._ear = ear
        self._executor = executor

    async def follow(self, athlete_id: int, run_id: UUID, after: int) -> AsyncIterator[Event]:
        """Yield the events after `after` to the last. Raises NotFound for a run that is not the athlete's."""
        loop = asyncio.get_running_loop()
        after = max(0, after)
        looks = 0
        with self._ear.watch(run_id) as woken:
            while True:
                woken.clear()
                look = partial(self._look, athlete_id, run_id, after)
                state, found = await loop.run_in_executor(self._executor, look)
                for stored in found:
                    after = stored.seq
                    yield Event(stored.seq, stored.type, dict(stored.payload))
                    if stored.type in LAST:
                        return
                if state != "running":
                    # Its last words may still be on their way; of a killed process they never come.
                    looks += 1
                    if state == "interrupted" or looks >= LAST_LOOKS:
                        end = partial(self._epilogue, athlete_id, run_id, state, after)
                        yield await loop.run_in_executor(self._executor, end)
                        return
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S if state == "running" else LAST_WORDS_S):
                        await woken.wait()

    def _look(self, athlete_id: int, run_id: UUID, after: int) -> tuple[runs.State, list[runs.RunEvent]]:
        with self._db.athlete_session(athlete_id) as session:
            # The state first: what was stored before it changed is then seen too.
            state = runs.get(session, run_id).state
            return state, runs.events(session, run_id, after)

    def _epilogue(self, athlete_id: int, run_id: UUID, state: runs.State, after: int) -> Event:
        """Return the last event of a run that could not write it."""
        if state in ("done", "stopped"):
            payload: dict[str, Any] = {"runId": str(run_id)}
            if state == "stopped":
                payload["stopped"] = True
            return Event(after + 1, "RUN_FINISHED", payload)
        with self._db.athlete_session(athlete_id) as session:
            lang = athletes.get(session, athlete_id).lang
        key = "graph.interrupted" if state == "interrupted" else "graph.run_failed"
        return Event(after + 1, "RUN_ERROR", {"message": say(lang, key), "code": state})
