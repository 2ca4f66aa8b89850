"""LangGraph's checkpoints under row-level security, without its global lock."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg import AsyncConnection, AsyncCursor, IsolationLevel
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from coach.store.working_memory import thread_key

__all__ = ["AthleteSaver", "Pool", "athlete_in", "open_pool", "thread_key"]

# For a connection, first come first served: many conversations that end at once queue, and none is lost. The
# turn's own limit ends the wait earlier.
LONGEST_WAIT_S = 300.0

Pool = AsyncConnectionPool[AsyncConnection[DictRow]]

_athlete: ContextVar[int] = ContextVar("athlete of the checkpoint")
# Pruning asks for REPEATABLE READ after its athlete was named, when only the level it has can be asked for.
_frozen: ContextVar[bool] = ContextVar("one snapshot for the whole transaction", default=False)
_THREAD = re.compile(r"a(\d+):t(\d+)")


def athlete_in(key: str) -> int:
    """Return the athlete that a thread's name belongs to. Raises ValueError for any other name."""
    match = _THREAD.fullmatch(key)
    if match is None:
        raise ValueError(f"not a thread of an athlete: {key!r}")
    return int(match.group(1))


def open_pool(conninfo: str, size: int) -> Pool:
    """Return a pool, not yet open, of connections that the saver uses."""
    return AsyncConnectionPool(
        conninfo,
        min_size=1,
        max_size=size,
        open=False,
        timeout=LONGEST_WAIT_S,
        kwargs={"row_factory": dict_row},
        check=AsyncConnectionPool.check_connection,
    )


@asynccontextmanager
async def _isolated(conn: AsyncConnection[DictRow]) -> AsyncIterator[None]:
    if not _frozen.get():
        yield
        return
    await conn.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    try:
        yield
    finally:
        await conn.set_isolation_level(None)


@asynccontextmanager
async def _together(conn: AsyncConnection[DictRow]) -> AsyncIterator[None]:
    """Send the beginning of a transaction, its statements and its end without waiting for each answer.

    Each wait is a turn of the event loop, and that is long where hundreds of conversations stream.
    """
    if _frozen.get():
        yield
        return
    async with conn.pipeline():
        yield


class AthleteSaver(AsyncPostgresSaver):
    """A saver whose every transaction names its athlete.

    LangGraph's own keeps one lock around every query even with a pool (half of the time to first token at 50
    streams); here each query has its own connection, so none is needed.
    """

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._pool = pool

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        self._name(config)
        return await super().aget_tuple(config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        self._name(config)
        return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        self._name(config)
        await super().aput_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        _athlete.set(athlete_in(thread_id))
        await super().adelete_thread(thread_id)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep only the newest checkpoint of each thread; for the nightly upkeep, when nothing runs there."""
        for thread_id in thread_ids:
            _athlete.set(athlete_in(thread_id))
            frozen = _frozen.set(True)
            try:
                await super().aprune([thread_id], strategy=strategy)
            finally:
                _frozen.reset(frozen)

    def _name(self, config: RunnableConfig) -> None:
        _athlete.set(athlete_in(config["configurable"]["thread_id"]))

    @asynccontextmanager
    async def _cursor(self, *, pipeline: bool = False) -> AsyncIterator[AsyncCursor[DictRow]]:
        athlete = str(_athlete.get())
        async with self._pool.connection() as conn, _isolated(conn), _together(conn), conn.transaction():
            cur = conn.cursor(binary=True, row_factory=dict_row)
            await cur.execute("SELECT set_config('coach.athlete', %s, true)", (athlete,))
            yield cur
