"""The bot as the library has it: where Telegram answers, and how long we wait for it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from coach.config import Settings
from coach.errors import SetupError
from coach.pipeline.incoming import token

log = logging.getLogger(__name__)
# They write the token at INFO and DEBUG, as a part of addresses, and what people say.
for _library in ("httpx", "httpcore", "telegram"):
    logging.getLogger(_library).setLevel(logging.WARNING)
OFFICIAL = "https://api.telegram.org"
CONNECTIONS = 64


class UpdatesRequest(HTTPXRequest):
    """Asks for updates, and writes none of them into the log, as the library would.

    One that the library cannot read keeps its number and loses the rest: else it would be handed out again
    for ever, and nothing after it.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return what Telegram answered. Raises TelegramError for what is no JSON."""
        try:
            told = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("Invalid server response") from None
        if not isinstance(told, dict):
            raise TelegramError("Invalid server response")
        if isinstance(told.get("result"), list):
            told["result"] = [_readable(one) for one in told["result"] if _has_number(one)]
        return told


def _has_number(raw: Any) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get("update_id"), int)


def _readable(raw: dict[str, Any]) -> dict[str, Any]:
    try:
        Update.de_json(raw, None)
    except Exception as error:  # whatever the library stumbles over
        log.warning("update %s cannot be read: %s", raw["update_id"], type(error).__name__)
        return {"update_id": raw["update_id"]}
    return raw


@dataclass(frozen=True)
class Line:
    """The bot and its connections. Both are open from the start."""

    bot: Bot
    requests: tuple[HTTPXRequest, ...]

    async def close(self) -> None:
        """Close every connection."""
        for request in self.requests:
            await request.shutdown()


def open_line(settings: Settings) -> Line:
    """Return a bot with the installation's token; nothing is asked yet. Raises SetupError without one.

    Its `initialize` is never called: it would put a refused token into the error.
    """
    secret = token(settings)
    if secret is None:
        raise SetupError("no_telegram_token")
    base = (settings.telegram_url or OFFICIAL).rstrip("/")
    asks = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=10,
        read_timeout=20,
        write_timeout=20,
        pool_timeout=30,
    )
    listens = UpdatesRequest(connection_pool_size=2, connect_timeout=10, read_timeout=10, pool_timeout=10)
    bot = Bot(
        secret,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=asks,
        get_updates_request=listens,
    )
    return Line(bot, (asks, listens))
