"""The processes of a running installation: `coach api` and `coach worker`."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
import threading
from argparse import Namespace

import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from api.app import create_app
from coach.cli import logs
from coach.cli.home import now
from coach.cli.serve import hold_leash
from coach.config import settings
from coach.errors import CoachError
from coach.graph.run import Conversations
from coach.jobs.registry import JobContext
from coach.jobs.worker import work
from coach.knowledge.embed import Embedder, HashEmbedder, embedder
from coach.knowledge.ingest import embed_missing, refresh
from coach.pipeline.importing import reader_pool
from coach.store.postgres import close_embedded, open_database
from coach.store.session import Database

log = logging.getLogger(__name__)

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
    await asyncio.to_thread(bring_guidelines, db)
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


def bring_guidelines(db: Database) -> None:
    """Bring in the bundled guidelines when they changed: a second at the first start, nothing afterwards.

    Before the first question, since an answer without them would look like guidelines that say nothing. Not
    in the migration, which other programs run too and which knows SQL only. A fault keeps nobody waiting.
    """
    try:
        refresh(db)
    except (CoachError, SQLAlchemyError):
        log.exception("the guidelines were not brought up to date")
        return
    by = embedder(settings())
    if not isinstance(by, HashEmbedder):
        threading.Thread(target=_embed, args=(db, by), name="embed", daemon=True).start()


def _embed(db: Database, by: Embedder) -> None:
    """Embed what is new through the endpoint; until that is done, hashed words find it."""
    try:
        embed_missing(db, by)
    except (CoachError, SQLAlchemyError) as error:
        log.warning("guidelines not embedded: %s", error)


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
            log.debug("the worker was asked to stop")
        finally:
            db.dispose()
            await asyncio.to_thread(close_embedded)
