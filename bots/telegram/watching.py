"""A sender that is counted: what was posted and edited, and how soon the first sign came."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from bots.telegram.desk import Sender
from bots.telegram.health import Health
from bots.telegram.message import Button, Out


class Watched:
    """Does what another sender does, and notes that it was done."""

    def __init__(self, sender: Sender, health: Health) -> None:
        self._sender, self._health = sender, health

    async def post(self, chat_id: int, out: Out, *, reply_to: int | None = None, silent: bool = False) -> int:
        """Post a message and return its number."""
        remote_id = await self._sender.post(chat_id, out, reply_to=reply_to, silent=silent)
        self._health.count("sent")
        self._health.reacted()
        return remote_id

    async def edit(self, chat_id: int, remote_id: int, out: Out) -> None:
        """Change a message."""
        await self._sender.edit(chat_id, remote_id, out)
        self._health.count("edited")
        self._health.reacted()

    async def close(self, chat_id: int, remote_id: int, *, rows: tuple[tuple[Button, ...], ...] = ()) -> None:
        """Take a message's buttons away."""
        await self._sender.close(chat_id, remote_id, rows=rows)
        self._health.count("edited")
        self._health.reacted()

    async def delete(self, chat_id: int, remote_id: int) -> None:
        """Delete a message."""
        await self._sender.delete(chat_id, remote_id)

    async def answer(self, callback_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a press."""
        await self._sender.answer(callback_id, text, alert=alert)
        self._health.reacted()

    async def action(self, chat_id: int, action: Literal["typing", "upload_photo"]) -> None:
        """Show that something is being done."""
        await self._sender.action(chat_id, action)
        self._health.reacted()

    async def leave(self, chat_id: int) -> None:
        """Leave a group."""
        await self._sender.leave(chat_id)

    async def download(self, file_id: str, to: Path, *, limit: int) -> int:
        """Load a file and return its size."""
        return await self._sender.download(file_id, to, limit=limit)
