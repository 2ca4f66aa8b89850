"""What the API knows of the bot: a word for whoever asks whether all is up, and what the webhook counted."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from coach.config import Settings
from coach.pipeline import bot_status, incoming
from coach.store import bots
from coach.store.session import Database

log = logging.getLogger(__name__)
FRESH_S = 2.0  # anybody may ask, as often as they like
WITHIN_S = 2.0  # who watches this process must not wait for a database that does not answer

Word = bot_status.Word | Literal["unknown"]


@dataclass
class BotState:
    """One per application. `heard`: updates that the webhook brought, by `coach.pipeline.bot_status`."""

    heard: Counter[str] = field(default_factory=Counter)
    _word: Word = "unknown"
    _until: float = 0.0
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def word(self, db: Database, settings: Settings) -> Word:
        """Return how the bot is doing: "off" without a token, "down" when it has not been heard of."""
        if incoming.token(settings) is None:
            return "off"
        async with self._asking:
            if monotonic() >= self._until:
                try:
                    async with asyncio.timeout(WITHIN_S):
                        bot = await asyncio.to_thread(bots.read, db, incoming.SERVICE)
                    self._word = bot_status.word(settings, bot)
                except (SQLAlchemyError, TimeoutError) as error:
                    log.warning("the bot's state is not known: %s", type(error).__name__)
                    self._word = "unknown"
                self._until = monotonic() + FRESH_S
            return self._word


def bot_state(request: Request) -> BotState:
    """Return the application's."""
    return request.app.state.bot  # type: ignore[no-any-return]
