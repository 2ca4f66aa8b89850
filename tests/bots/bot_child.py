"""Bots in processes of their own, to be killed: bot_child.py URL TELEGRAM_URL TOKEN DATA_DIR

For each line of standard input a process is forked that serves until it has come to the point of that name,
where it kills itself, or ("never") until all is done. Its exit status is printed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakes.bot import AT_ONCE
from fakes.chat import ScriptedCoach
from fakes.conversation import Tools
from fakes.web import FakeRenderer
from telegram import Bot, Update

from bots.telegram import routing
from bots.telegram.desk import Desk, Progress
from bots.telegram.message import Out
from bots.telegram.receiving import Pauses, Polling
from bots.telegram.sending import PacedSender
from bots.telegram.serving import Part, Serving, Tempo
from bots.telegram.working import Pace
from coach.config import Settings
from coach.graph.model import Endpoint, Models
from coach.graph.run import Conversations, Started
from coach.pipeline.reach import Reach
from coach.store import updates
from coach.store.session import Database
from coach.store.vault import Vault

said: ContextVar[str] = ContextVar("said", default="")
point = ""


def reached(here: str) -> None:
    """Die when this is the point, and what is worked on is what was said for it."""
    if here == point == said.get():
        os.kill(os.getpid(), signal.SIGKILL)


class DyingPolling(Polling):
    async def _once(self) -> None:
        await super()._once()
        if point == "stored" and self._offset is not None:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingServing(Serving):
    def _receiving(self) -> Part:
        return DyingPolling(
            self._line.bot, self._db, self.health, pauses=self._tempo.pauses, long_s=self._tempo.long_s
        )


class DyingConversations(Conversations):
    async def start(self, *args: Any, **kwargs: Any) -> Started:
        started = await super().start(*args, **kwargs)
        reached("running")
        return started


class DyingSender(PacedSender):
    async def post(self, chat_id: int, out: Out, *, reply_to: int | None = None, silent: bool = False) -> int:
        reached("posting")
        remote_id = await super().post(chat_id, out, reply_to=reply_to, silent=silent)
        reached("posted")
        return remote_id

    async def close(self, *args: Any, **kwargs: Any) -> None:
        await super().close(*args, **kwargs)
        reached("closed")


class DyingProgress:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @property
    def values(self) -> Any:
        return self._progress.values

    async def keep(self, **values: Any) -> None:
        await self._progress.keep(**values)
        reached("kept")


async def handle(desk: Desk, update: Update, progress: Progress) -> None:
    # A press dies at whatever the point is.
    said.set(point if update.message is None else update.message.text or "")
    reached("handling")
    await routing.handle(desk, update, DyingProgress(progress))
    reached("finishing")


async def serve(url: str, telegram_url: str, token: str, data_dir: Path) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    db = Database(url, pool_size=4)
    settings = Settings(
        _env_file=None, data_dir=data_dir, telegram_bot_token=token, telegram_url=telegram_url
    )  # type: ignore[call-arg]
    offline = Endpoint("offline", ScriptedCoach(), outside=False)
    conversations = DyingConversations(
        db,
        settings=settings,
        clock=now,
        model_factory=lambda settings: Models(offline),
        tools=Tools().registry(),
    )
    await conversations.open()

    def sender(bot: Bot, count: Any) -> DyingSender:
        return DyingSender(bot, count=count, pace=AT_ONCE)

    serving = DyingServing(
        db,
        settings,
        clock=now,
        conversations=conversations,
        pictures=FakeRenderer(),
        reach=Reach(db, settings, Vault(settings), now),
        handle=handle,
        sender=sender,
        tempo=Tempo(Pace(lease_s=0.6, poll_s=0.1), Pauses(0.05, 0.2, 0.1), 1),
    )
    stop = asyncio.Event()
    running = asyncio.create_task(serving.run(stop))
    # Others put there what is waited for.
    while point != "never" or not serving.health.connected or updates.waiting(db, "telegram").number:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    stop.set()
    await running
    await conversations.aclose()
    db.dispose()


if __name__ == "__main__":
    for line in sys.stdin:
        point = line.strip()
        pid = os.fork()
        if pid == 0:
            asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
