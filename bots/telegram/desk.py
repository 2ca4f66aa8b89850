"""What every handler of the bot may use, and who it talks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from bots.telegram.message import Button, Out
from bots.telegram.tapping import Taps
from coach.config import Settings
from coach.domain.athlete import Athlete
from coach.graph.run import Conversations
from coach.pipeline.reach import Reach
from coach.store.session import Database

SERVICE = "telegram"


class Sender(Protocol):
    """Posts into chats at the messenger's own limits, in order within a chat (`bots.telegram.sending`).

    Waits where it is told to wait. Raises Blocked where the person blocked the bot, Refused for what is not
    taken whatever one does, Unreachable when the service does not answer in all tries.
    """

    async def post(
        self, chat_id: int, out: Out, *, reply_to: int | None = None, silent: bool = False
    ) -> int: ...

    async def edit(self, chat_id: int, remote_id: int, out: Out) -> None: ...

    async def close(
        self, chat_id: int, remote_id: int, *, rows: tuple[tuple[Button, ...], ...] = ()
    ) -> None: ...

    async def delete(self, chat_id: int, remote_id: int) -> None: ...

    async def answer(self, callback_id: str, text: str = "", *, alert: bool = False) -> None: ...

    async def action(self, chat_id: int, action: Literal["typing", "upload_photo"]) -> None: ...

    async def leave(self, chat_id: int) -> None: ...

    async def download(self, file_id: str, to: Path, *, limit: int) -> int: ...


class Pictures(Protocol):
    """Draws specs outside of this process, as `coach.charts.render.Renderer` does."""

    def png(self, spec: Mapping[str, Any], scale: float = 2) -> bytes: ...


class Progress(Protocol):
    """How far the work on one update is, kept so that a second attempt goes on where the first was killed."""

    values: Mapping[str, Any]

    async def keep(self, **values: Any) -> None: ...


@dataclass(frozen=True)
class Desk:
    """One per process."""

    db: Database
    settings: Settings
    clock: Callable[[], datetime]
    conversations: Conversations
    sender: Sender
    pictures: Pictures
    reach: Reach
    username: str  # the bot's own, without "@"
    count: Callable[[str], None]  # one more of something, for the operator (`bots.telegram.health`)
    taps: Taps = field(default_factory=Taps)


@dataclass(frozen=True)
class Chat:
    """A linked private chat, as it was when the update came in."""

    chat_id: int
    athlete: Athlete
    account_id: int
    thread_id: int | None
