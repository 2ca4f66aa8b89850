"""Posts into chats: in order within one, at Telegram's own pace, and whatever goes wrong on the way.

Telegram cannot be told that a message is the same as before. So where nobody knows whether one arrived, it
is posted once more and not again; edits may be repeated as often as it takes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bots.telegram.entities import cleaned, split
from bots.telegram.message import LONGEST, LONGEST_CAPTION, Button, Out
from bots.telegram.pacing import Pace, Pacer
from bots.telegram.tables import units
from coach.errors import NeedsAthlete, ProviderTrouble, ServiceBroken, TooLarge
from coach.graph.voice import clean

log = logging.getLogger(__name__)

TRIES = 6
PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
PATIENCE_S = 60.0  # so long does one message wait for its turn, or as it was told to
LONGEST_ANSWER = 200  # letters above a chat, after a button was pressed
PREVIEW = LinkPreviewOptions(is_disabled=True)
# What a chat is called that nothing can be posted to any more, beside 403.
GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot was kicked")


class Blocked(NeedsAthlete):
    """The person blocked the bot, or the chat is no more."""


class Refused(ProviderTrouble):
    """It is not taken, whatever one does."""


class Unreachable(ServiceBroken):
    """Not now. `after_s`: when to try again, where it was said. `perhaps`: it may have arrived all the same,
    and was posted twice by now."""

    def __init__(self, key: str, *, after_s: float | None = None, perhaps: bool = False) -> None:
        super().__init__(key)
        self.after_s, self.perhaps = after_s, perhaps


Count = Callable[[str, float], None]


class PacedSender:
    """See `bots.telegram.desk.Sender`.

    Counts "flood_waits", "flood_wait_s", "retries", "blocked", "refused" and "unformed" (posted without
    entities, which were not taken). `monotonic` and `sleep` are in seconds.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        count: Count = lambda name, more: None,
        pace: Pace | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._bot, self._count = bot, count
        self._monotonic, self._sleep, self._patience_s = monotonic, sleep, patience_s
        self._pacer = Pacer(pace or Pace(), monotonic, sleep)

    async def post(self, chat_id: int, out: Out, *, reply_to: int | None = None, silent: bool = False) -> int:
        """Post a message and return its number; of what had to be split, the last part's, with the buttons.

        Raises Blocked, Refused, Unreachable.
        """
        async with self._pacer.lane(chat_id):
            return await self._post(chat_id, fitting(out), reply_to, silent)

    async def edit(self, chat_id: int, remote_id: int, out: Out) -> None:
        """Change a message; what no longer fits into it is posted below. Raises as `post` does."""
        first, *rest = fitting(replace(out, photo=None), LONGEST if out.photo is None else LONGEST_CAPTION)
        async with self._pacer.lane(chat_id):
            await self._edit(chat_id, remote_id, first, caption=out.photo is not None)
            if rest:
                await self._post(chat_id, rest, None, True)

    async def close(self, chat_id: int, remote_id: int, *, rows: tuple[tuple[Button, ...], ...] = ()) -> None:
        """Take a message's buttons away but for `rows`; one that is gone has none."""

        async def close() -> None:
            await self._bot.edit_message_reply_markup(
                chat_id, remote_id, reply_markup=_keyboard(Out("", rows=rows))
            )

        async with self._pacer.lane(chat_id):
            try:
                await self._try(close, chat_id, edit=True)
            except BadRequest as error:
                if not _says(error, "not modified", "not found", "can't be edited"):
                    raise self._refused(error) from None

    async def delete(self, chat_id: int, remote_id: int) -> None:
        """Delete a message; one that is gone is no error. Raises as `post` does."""

        async def delete() -> None:
            await self._bot.delete_message(chat_id, remote_id)

        async with self._pacer.lane(chat_id):
            try:
                await self._try(delete, chat_id)
            except BadRequest as error:
                if not _says(error, "not found"):
                    raise self._refused(error) from None

    async def answer(self, callback_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a press, at once; one that Telegram has given up on is no error."""

        async def answer() -> None:
            await self._bot.answer_callback_query(callback_id, text[:LONGEST_ANSWER], show_alert=alert)

        try:
            await self._try(answer, None)
        except BadRequest as error:
            if not _says(error, "query is too old", "query id is invalid"):
                raise self._refused(error) from None

    async def action(self, chat_id: int, action: Literal["typing", "upload_photo"]) -> None:
        """Show that something is being done, if that is possible just now. Raises Blocked."""
        try:
            await self._bot.send_chat_action(chat_id, action)
        except Forbidden:
            self._count("blocked", 1)
            raise Blocked("telegram_blocked") from None
        except TelegramError as error:
            log.debug("no action was shown: %s", type(error).__name__)

    async def leave(self, chat_id: int) -> None:
        """Leave a group or a channel. Raises Blocked where the bot is out already, Refused, Unreachable."""

        async def leave() -> None:
            await self._bot.leave_chat(chat_id)

        try:
            await self._try(leave, None)
        except BadRequest as error:
            raise self._refused(error) from None

    async def download(self, file_id: str, to: Path, *, limit: int) -> int:
        """Load a file and return its size in bytes. Raises TooLarge, Refused, Unreachable."""
        too_large = TooLarge("telegram_file_too_large", limit_mb=limit // 2**20)
        try:
            file = await self._try(lambda: self._bot.get_file(file_id), None)
            if (file.file_size or 0) > limit:
                raise too_large
            content = await self._try(file.download_as_bytearray, None)
        except BadRequest as error:
            raise (too_large if _says(error, "too big") else self._refused(error)) from None
        if len(content) > limit:
            raise too_large
        await asyncio.to_thread(to.write_bytes, content)
        return len(content)

    async def _post(self, chat_id: int, outs: list[Out], reply_to: int | None, silent: bool) -> int:
        """Post messages in a lane that is ours, and return the number of the last."""
        remote_id = 0
        for out in outs:

            async def post(out: Out = out) -> int:
                return await self._send(chat_id, out, reply_to, silent)

            try:
                remote_id = await self._try(post, chat_id, once=True)
            except BadRequest as error:
                instead = self._instead(out, error)
                if not instead:
                    raise self._refused(error) from None
                remote_id = await self._post(chat_id, instead, reply_to, silent)
        return remote_id

    async def _send(self, chat_id: int, out: Out, reply_to: int | None, silent: bool) -> int:
        reply = None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True)
        if out.photo is not None:
            sent = await self._bot.send_photo(
                chat_id,
                out.photo,
                caption=out.text,
                caption_entities=out.entities,
                reply_markup=_keyboard(out),
                reply_parameters=reply,
                disable_notification=silent,
            )
        else:
            sent = await self._bot.send_message(
                chat_id,
                out.text,
                entities=out.entities,
                reply_markup=_keyboard(out),
                reply_parameters=reply,
                disable_notification=silent,
                link_preview_options=PREVIEW,
            )
        return sent.message_id

    async def _edit(self, chat_id: int, remote_id: int, out: Out, *, caption: bool) -> None:
        async def edit() -> None:
            if caption:
                await self._bot.edit_message_caption(
                    chat_id,
                    remote_id,
                    caption=out.text,
                    caption_entities=out.entities,
                    reply_markup=_keyboard(out),
                )
            else:
                await self._bot.edit_message_text(
                    out.text,
                    chat_id,
                    remote_id,
                    entities=out.entities,
                    reply_markup=_keyboard(out),
                    link_preview_options=PREVIEW,
                )

        try:
            await self._try(edit, chat_id, edit=True)
        except BadRequest as error:
            if _says(error, "not modified"):
                return
            if _says(error, "no text in the message") and not caption:
                await self._edit(chat_id, remote_id, out, caption=True)
                return
            if _says(error, "not found", "can't be edited"):
                self._count("refused", 1)
                raise Refused("telegram_message_gone") from None
            instead = self._instead(out, error)
            if not instead:
                raise self._refused(error) from None
            first, *rest = instead
            await self._edit(chat_id, remote_id, first, caption=caption)
            if rest:
                await self._post(chat_id, rest, None, True)

    def _instead(self, out: Out, error: BadRequest) -> list[Out]:
        """Return what may be taken where `out` was not; nothing when there is no way left."""
        if _says(error, "entit") and out.entities:
            log.warning("a message's form was not taken: %s", self._words(error))
            self._count("unformed", 1)
            return [replace(out, entities=())]
        if _says(error, "too long") and units(out.text) > 1:
            return fitting(out, units(out.text) // 2)
        if _says(error, "photo", "image") and out.photo is not None and out.text:
            log.warning("a picture was not taken: %s", self._words(error))
            return [replace(out, photo=None)]
        return []

    async def _try[T](
        self,
        call: Callable[[], Awaitable[T]],
        chat_id: int | None,
        *,
        edit: bool = False,
        once: bool = False,
    ) -> T:
        """Call until there is an answer. Raises BadRequest, which the caller understands, and our own.

        With `once` it is repeated only once when it may have arrived.
        """
        until, failures, unknown = self._monotonic() + self._patience_s, 0, 0
        while True:
            if chat_id is not None and not await self._pacer.turn(chat_id, until, edit=edit):
                raise Unreachable("telegram_flood", after_s=self._patience_s)
            try:
                return await call()
            except BadRequest as error:
                if _says(error, *GONE):
                    raise self._blocked() from None
                raise
            except RetryAfter as error:
                await self._flood(error, chat_id, until)
            except (Forbidden, ChatMigrated):
                raise self._blocked() from None
            except InvalidToken:
                # Its words hold the token.
                raise Unreachable("telegram_token") from None
            except TelegramError as error:
                failures += 1
                unknown += may_have_arrived(error)
                over = failures >= TRIES or self._monotonic() >= until
                if over or (once and unknown > 1):
                    log.warning("Telegram does not answer: %s", type(error).__name__)
                    raise Unreachable("telegram_unreachable", perhaps=once and unknown > 0) from None
                self._count("retries", 1)
                await self._sleep(min(LONGEST_PAUSE_S, PAUSE_S * 2 ** (failures - 1)))

    async def _flood(self, error: RetryAfter, chat_id: int | None, until: float) -> None:
        asked = error.retry_after
        seconds = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
        self._count("flood_waits", 1)
        self._count("flood_wait_s", seconds)
        if chat_id is not None:
            self._pacer.flooded(chat_id, seconds)
        if self._monotonic() + seconds > until:
            raise Unreachable("telegram_flood", after_s=seconds) from None
        if chat_id is None:
            await self._sleep(seconds)

    def _blocked(self) -> Blocked:
        self._count("blocked", 1)
        return Blocked("telegram_blocked")

    def _refused(self, error: BadRequest) -> Refused:
        self._count("refused", 1)
        log.warning("Telegram refused: %s", self._words(error))
        return Refused("telegram_refused")

    def _words(self, error: TelegramError) -> str:
        return error.message.replace(self._bot.token, "…")[:200]


def fitting(out: Out, most: int | None = None) -> list[Out]:
    """Return a message as what is taken: in parts where it is too long, the buttons below the last.

    `most`: UTF-16 units of a part. A caption that is too long stands below its picture.
    """
    text, entities = cleaned(out.text, out.entities)
    out = replace(out, text=text, entities=entities)
    limit = most or (LONGEST if out.photo is None else LONGEST_CAPTION)
    if units(text) <= limit:
        return [out]
    parts = [Out(*part) for part in split(text, entities, min(most or LONGEST, LONGEST))] or [Out("")]
    picture = [] if out.photo is None else [Out("", photo=out.photo)]
    return [*picture, *parts[:-1], replace(parts[-1], rows=out.rows)]


def may_have_arrived(error: TelegramError) -> bool:
    """Return whether a call that failed may have been carried out over there."""
    cause = error.__cause__
    if isinstance(cause, httpx.HTTPError):
        return not isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return _says(error, "invalid server response")


def _keyboard(out: Out) -> InlineKeyboardMarkup | None:
    if not out.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(clean(b.text), url=b.url or None, callback_data=b.data or None)
                for b in row
            ]
            for row in out.rows
        ]
    )


def _says(error: TelegramError, *words: str) -> bool:
    said = error.message.lower()
    return any(word in said for word in words)
