"""Hear of what other processes notify, on one connection that is made again when it is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

import psycopg
from psycopg import sql

from coach.store.session import SYSTEM, Database

log = logging.getLogger(__name__)
RETRY_S = 1.0


async def hear(db: Database, wakes: Mapping[str, Callable[[], None]]) -> None:
    """Call what belongs to a channel whenever it is notified, until cancelled.

    After a cut everything is called once: what was notified meanwhile is not told again.
    """
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(db.conninfo(SYSTEM), autocommit=True) as conn:
                for channel in wakes:
                    await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                for wake in wakes.values():
                    wake()
                async for notice in conn.notifies():
                    wakes[notice.channel]()
        except psycopg.Error as error:
            log.warning("listening was cut off: %s", type(error).__name__)
        await asyncio.sleep(RETRY_S)
