"""The process of the Telegram bot: everything it is made of, put together."""

from __future__ import annotations

import asyncio
import signal

from bots.telegram.commands import described
from bots.telegram.outgoing import Outgoing
from bots.telegram.routing import handle
from bots.telegram.sending import PacedSender
from bots.telegram.serving import Serving
from coach.charts.render import Renderer
from coach.cli.home import now
from coach.config import settings
from coach.graph.run import Conversations
from coach.pipeline.reach import Reach
from coach.store.postgres import close_embedded, open_database
from coach.store.vault import Vault
from coach.text import LANGS


async def serve() -> None:
    """Serve until a signal comes."""
    here = settings()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    db = await asyncio.to_thread(open_database, here)
    conversations = Conversations(db, settings=here, clock=now)
    await conversations.open()
    pictures = Renderer()
    serving = Serving(
        db,
        here,
        clock=now,
        conversations=conversations,
        pictures=pictures,
        reach=Reach(db, here, Vault(here), now),
        handle=handle,
        sender=lambda line, count: PacedSender(line, count=count),
        more=lambda desk: [Outgoing(desk)],
        menu={lang: described(lang) for lang in LANGS},
    )
    try:
        await serving.run(stop)
    finally:
        await conversations.aclose()
        pictures.close()
        db.dispose()
        await asyncio.to_thread(close_embedded)
