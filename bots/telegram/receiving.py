"""Updates come in: asked for again and again, or brought to our address. Each is kept before Telegram may
forget it, and nothing that goes wrong ends it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bots.telegram.health import Health
from coach.config import Settings
from coach.errors import CoachError
from coach.pipeline.incoming import KINDS, WEBHOOK, take_in, webhook_secret
from coach.store.session import Database

log = logging.getLogger(__name__)
LONG_S = 50  # how long a question for updates stays open
MOST = 100  # updates in an answer
LOOK_S = 60.0  # how often the webhook is looked at
TROUBLE = timedelta(minutes=3)  # so long after a failed call the webhook counts as not working


@dataclass(frozen=True)
class Pauses:
    """Seconds until the next attempt: of a cut, doubling up to `longest_s`; of what only people can mend."""

    first_s: float = 1.0
    longest_s: float = 30.0
    refused_s: float = 60.0

    def after(self, error: BaseException, failures: int) -> float:
        """Return how long to wait after so many failures in a row."""
        if isinstance(error, RetryAfter):
            asked = error.retry_after
            return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
        if isinstance(error, InvalidToken | Forbidden):
            return self.refused_s
        doubled = min(self.longest_s, self.first_s * 2.0 ** min(failures - 1, 10))
        return doubled * uniform(0.75, 1)  # noqa: S311 - no secret


def why(error: BaseException) -> str:
    """Return why Telegram cannot be worked with, as a text key. Its own words may hold the token."""
    match error:
        case RetryAfter():
            return "bot.why_flood"
        case InvalidToken() | Forbidden():
            return "bot.why_token"
        case Conflict():
            return "bot.why_conflict"
        case SQLAlchemyError():
            return "bot.why_database"
        case NetworkError():
            return "bot.why_network"
        case CoachError():
            return f"error.{error.key}"
    return "bot.why_unknown"


async def until_done[T](do: Callable[[], Awaitable[T]], health: Health, pauses: Pauses) -> T:
    """Do something that needs Telegram until it works, and say meanwhile why it does not."""
    failures = 0
    while True:
        try:
            return await do()
        except Exception as error:  # a bug, too, must not end the bot: it would take everybody's chats along
            failures += 1
            note(error, health)
            await asyncio.sleep(pauses.after(error, failures))


def note(error: Exception, health: Health) -> None:
    """Keep for the operator that something went wrong, without the error's words."""
    if not isinstance(error, TelegramError | SQLAlchemyError | CoachError):
        log.error("receiving failed: %s", type(error).__name__, exc_info=error)
    if isinstance(error, RetryAfter):
        health.count("flood_waits")
        health.count("flood_wait_s", Pauses().after(error, 1))
    health.down(why(error))


class Polling:
    """Asks for updates and keeps them. The next question tells Telegram what is safe with us."""

    def __init__(
        self, bot: Bot, db: Database, health: Health, *, pauses: Pauses = Pauses(), long_s: int = LONG_S
    ) -> None:
        self._bot, self._db, self._health = bot, db, health
        self._pauses, self._long_s = pauses, long_s
        self._offset: int | None = None

    async def work(self) -> None:
        """Receive until cancelled."""
        await until_done(self._end_webhook, self._health, self._pauses)
        failures = 0
        while True:
            try:
                await self._once()
                failures = 0
            except Exception as error:  # see until_done
                failures += 1
                note(error, self._health)
                if isinstance(error, Conflict) and "webhook" in error.message:
                    await until_done(self._end_webhook, self._health, self._pauses)
                await asyncio.sleep(self._pauses.after(error, failures))

    async def _end_webhook(self) -> None:
        """While there is one, Telegram refuses to be asked. What waits there is kept for us."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _once(self) -> None:
        # After trouble the question is answered at once: that shows that all is well.
        long_s = self._long_s if self._health.connected else 0
        got = await self._bot.get_updates(
            offset=self._offset, limit=MOST, timeout=long_s, allowed_updates=KINDS
        )
        if got:
            raw = [update.to_dict() for update in got]
            new, known = await asyncio.to_thread(take_in, self._db, raw)
            self._health.count("updates", new + known)
            self._health.count("duplicates", known)
        # An empty answer says that everything before is forgotten over there. From then on we name no number:
        # after a quiet week Telegram counts from another one, which may be lower.
        self._offset = max(update.update_id for update in got) + 1 if got else None
        self._health.up()


class Webhook:
    """Has Telegram call us, and looks now and then whether it can. The calls come in at the API."""

    def __init__(
        self,
        bot: Bot,
        settings: Settings,
        health: Health,
        *,
        pauses: Pauses = Pauses(),
        look_s: float = LOOK_S,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot, self._settings, self._health = bot, settings, health
        self._pauses, self._look_s, self._clock = pauses, look_s, clock

    async def work(self) -> None:
        """Keep the webhook set until cancelled."""
        while True:
            await until_done(self._once, self._health, self._pauses)
            await asyncio.sleep(self._look_s if self._health.connected else self._pauses.longest_s)

    async def _once(self) -> None:
        url = webhook_url(self._settings)
        if url is None:
            raise CoachError("telegram_webhook_needs_https")
        if not self._health.connected:  # also after trouble: the secret over there may be an old token's
            await self._bot.set_webhook(
                url,
                secret_token=webhook_secret(self._settings),
                allowed_updates=KINDS,
                drop_pending_updates=False,
            )
        info = await self._bot.get_webhook_info()
        failed_at = info.last_error_date
        if info.url != url:
            self._health.down("bot.why_webhook_taken")  # another program has this token; set again soon
        elif failed_at is not None and self._clock() - failed_at < TROUBLE:
            self._health.down("bot.why_webhook_unreachable")
        else:
            self._health.up()


def webhook_url(settings: Settings) -> str | None:
    """Return where Telegram is to call us, or None where it could not: it calls https addresses only."""
    public = (settings.public_url or "").rstrip("/")
    return f"{public}{WEBHOOK}" if urlsplit(public).scheme == "https" else None
