"""Files sent into the chat: kept, imported as an upload is, and answered."""

from __future__ import annotations

import asyncio
from pathlib import Path

from telegram import Document, Message

from bots.telegram.desk import SERVICE, Chat, Desk, Progress
from bots.telegram.message import Button
from bots.telegram.present import page
from bots.telegram.screen import Screen
from bots.telegram.sending import Refused
from bots.telegram.talking import language, open_thread, talk, tell
from coach.errors import TooLarge
from coach.graph.voice import clean
from coach.pipeline import import_words, importing, receiving_files
from coach.store import imports
from coach.store.imports import Import, Item
from coach.text import say

LARGEST_MB = 20  # a bot gets no more from the messenger
LOOK_S = 0.3  # at how far an import is
WAIT_S = 60.0  # the chat waits so long for one; then it goes on beside
SHOWN = 10  # files that are told of one by one
TAKEN = ("imported", "merged", "duplicate", "partial")


async def receive(desk: Desk, chat: Chat, message: Message, key: str, progress: Progress) -> None:
    """Import a file and say what is in it. Of files sent together each is told in a line.

    A second attempt goes on with the import that the first began.
    """
    document, lang = message.document, language(chat)
    assert document is not None, "asked for a message with a document"
    import_id = progress.values.get("import")
    if not isinstance(import_id, int):
        try:
            import_id = await _keep(desk, chat, document)
        except TooLarge:
            await _too_large(desk, chat, progress)
            return
        except Refused:
            await tell(desk, chat, say(lang, "telegram.file_gone"), progress)
            return
        await progress.keep(**{"import": import_id})
    state, items = await _read(desk, chat, import_id, progress)
    words = clean(message.caption or "").strip()
    if state.finished_at is None:
        await tell(desk, chat, say(lang, "telegram.file_goes_on", done=state.done), progress)
        return
    lines = _lines(chat, state, items)
    if not any(item.outcome in TAKEN for item in items) or (message.media_group_id and not words):
        await tell(desk, chat, "\n".join(lines), progress)
        return
    told = lines if len(items) > 1 or any(item.reason_key for item in items) else []
    asked = words or say(lang, "web.chat.sent_files")
    await talk(desk, chat, asked, key, progress, attachments=[import_id], before=told)


async def _keep(desk: Desk, chat: Chat, document: Document) -> int:
    """Load a file and queue its import; return the import's id. Raises TooLarge, Refused, Unreachable."""
    limit = LARGEST_MB * 2**20
    if (document.file_size or 0) > limit:
        raise TooLarge("telegram_file_too_large", limit_mb=LARGEST_MB)
    inbox = desk.settings.inbox
    with receiving_files.place(inbox) as place:
        path = place / "0"
        await desk.sender.download(document.file_id, path, limit=limit)
        return await asyncio.to_thread(_queue, desk, chat, document, path, inbox)


def _queue(desk: Desk, chat: Chat, document: Document, path: Path, inbox: Path) -> int:
    name = receiving_files.name_of(document.file_name)
    thread_id = open_thread(desk, chat)
    queued = importing.start(
        desk.db, chat.athlete.id, [(name, path)], inbox=inbox, channel=SERVICE, thread_id=thread_id
    )
    return queued.id


async def _too_large(desk: Desk, chat: Chat, progress: Progress) -> None:
    lang = language(chat)
    url = page(desk.settings.public_url, "/")
    rows = ((Button(say(lang, "telegram.open_page"), url=url),),) if url else ()
    await tell(desk, chat, say(lang, "telegram.file_too_large", limit=LARGEST_MB), progress, rows)


async def _read(desk: Desk, chat: Chat, import_id: int, progress: Progress) -> tuple[Import, list[Item]]:
    """Wait for the import, showing how far it is; what takes long goes on without us."""

    def look() -> tuple[Import, list[Item]]:
        with desk.db.athlete_session(chat.athlete.id) as s:
            state = imports.get(s, import_id)
            return state, imports.items(s, import_id) if state.finished_at is not None else []

    lang, loop = language(chat), asyncio.get_running_loop()
    until = loop.time() + WAIT_S
    screen = Screen(desk.sender, chat.chat_id, progress)
    screen.open()
    try:
        while True:
            state, items = await asyncio.to_thread(look)
            if state.finished_at is not None or loop.time() >= until or screen.blocked is not None:
                break
            if state.total is not None and state.total > 1:
                screen.show(say(lang, "web.chat.reading_files_of", done=state.done, total=state.total))
            else:
                screen.show(say(lang, "web.chat.reading_files"))
            await asyncio.sleep(LOOK_S)
    finally:
        await screen.close()
    if screen.blocked is not None:
        raise screen.blocked
    return state, items


def _lines(chat: Chat, state: Import, items: list[Item]) -> list[str]:
    """Return what became of each file, what went wrong first; of many the sum."""
    lang = language(chat)
    items = sorted(items, key=lambda item: item.outcome in TAKEN)
    lines = [import_words.summary(lang, state, items)] if len(items) != 1 else []
    for item in items[:SHOWN]:
        outcome = say(lang, f"web.import.{item.outcome}")
        what = import_words.title(item, chat.athlete) or item.file
        why = import_words.reason(item, lang)
        lines.append(" · ".join(part for part in (what, outcome, why) if part))
    return lines
