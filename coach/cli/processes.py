"""The processes of a running installation: `coach api` and `coach worker`."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from argparse import Namespace

import uvicorn

from api.app import create_app
from coach.cli import logs
from coach.cli.home import now
from coach.cli.serve import hold_leash
from coach.config import settings
from coach.graph.run import Conversations
from coach.jobs.registry import JobContext
from coach.jobs.worker import work
from coach.pipeline.importing import reader_pool
from coach.store.postgres import close_embedded, open_database

# Python computation starves streaming: 200 streams waited 1,110 ms (p99) at the default, 117 at this.
SWITCH_INTERVAL_S = 0.0005


def api(args: Namespace) -> int:
    """Run the HTTP API and the pages."""
    hold_leash()
    logs.configure(settings())
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    asyncio.run(_api())
    return 0


async def _api() -> None:
    here = settings()
    db = await asyncio.to_thread(open_database, here)
    conversations = Conversations(db, settings=here, clock=now)
    await conversations.open()
    try:
        app = create_app(db, conversations, here, clock=now)
        # What is loaded stays: to look through it at every large request took a fifth of a second.
        gc.collect()
        gc.freeze()
        config = uvicorn.Config(
            app,
            host=here.host,
            port=here.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
            server_header=False,
            # Whose word on the client's address counts decides whom a wrong password slows down: a proxy's,
            # and nobody's where none stands in front.
            proxy_headers=here.public_url is not None,
        )
        await uvicorn.Server(config).serve()
    finally:
        await conversations.aclose()
        db.dispose()
        await asyncio.to_thread(close_embedded)


def worker(args: Namespace) -> int:
    """Run jobs: imports, recomputes, upkeep."""
    hold_leash()
    logs.configure(settings())
    asyncio.run(_worker())
    return 0


async def _worker() -> None:
    here = settings()
    db = await asyncio.to_thread(open_database, here, pool_size=4)
    with reader_pool(here.readers) as readers:
        task = asyncio.create_task(work(JobContext(db, here, readers, now)))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            logging.getLogger(__name__).debug("the worker was asked to stop")
        finally:
            db.dispose()
            await asyncio.to_thread(close_embedded)
