"""What an update is, and who deals with it."""

from __future__ import annotations

import asyncio

from telegram import Message, Update

from bots.telegram import commands, deciding, documents, linking, presses, proofs
from bots.telegram.buttons import Command, Proof, Sources
from bots.telegram.desk import SERVICE, Chat, Desk, Progress
from bots.telegram.sending import Blocked
from bots.telegram.talking import language, talk, tell
from coach.graph.voice import clean
from coach.store import messengers
from coach.text import say

# What a person can send that the coach can make nothing of, and the sentence about it.
_NOT_TAKEN = (
    ("voice", "voice"),
    ("audio", "voice"),
    ("video_note", "voice"),
    ("video", "picture_read"),
    ("photo", "picture_read"),
    ("animation", "picture_read"),
    ("sticker", "sticker"),
    ("location", "location"),
    ("venue", "location"),
    ("contact", "such"),
    ("poll", "such"),
    ("dice", "such"),
    ("game", "such"),
    ("story", "such"),
    ("checklist", "such"),
    ("paid_media", "such"),
)


async def handle(desk: Desk, update: Update, progress: Progress) -> None:
    """Work on one update to its end; a second attempt goes on where `progress` says. Raises Unreachable."""
    chat = await linking.admit(desk, update, progress)
    if chat is None:
        return
    try:
        await _handle(desk, chat, update, progress)
    except Blocked:
        # What is for them stays on the page.
        await asyncio.to_thread(_blocked, desk, chat)


def _blocked(desk: Desk, chat: Chat) -> None:
    with desk.db.athlete_session(chat.athlete.id) as s:
        messengers.set_state(s, SERVICE, "blocked", desk.clock())


async def _handle(desk: Desk, chat: Chat, update: Update, progress: Progress) -> None:
    key = str(update.update_id)
    if update.callback_query is not None:
        match await presses.press(desk, chat, update.callback_query, progress):
            case Proof(message_id):
                await proofs.numbers(desk, chat, message_id, progress)
            case Sources(message_id):
                await proofs.sources(desk, chat, message_id, progress)
            case Command(name):
                await commands.run(desk, chat, name, "", key, progress)
    elif update.edited_message is not None:
        # A shared place that moves is edited every few seconds.
        if update.edited_message.location is None:
            await tell(desk, chat, say(language(chat), "telegram.edited"), progress)
    elif update.message is not None:
        await _message(desk, chat, update.message, key, progress)


async def _message(desk: Desk, chat: Chat, message: Message, key: str, progress: Progress) -> None:
    lang = language(chat)
    if message.forward_origin is not None or message.via_bot is not None:
        # Somebody else's words: they may say anything, and would be taken for the athlete's.
        await tell(desk, chat, say(lang, "telegram.forwarded"), progress)
    elif message.document is not None and message.animation is None:
        await documents.receive(desk, chat, message, key, progress)
    elif message.text is not None:
        await _text(desk, chat, message, key, progress)
    elif kind := next((said for name, said in _NOT_TAKEN if getattr(message, name, None)), None):
        await tell(desk, chat, say(lang, f"telegram.no_{kind}"), progress)


async def _text(desk: Desk, chat: Chat, message: Message, key: str, progress: Progress) -> None:
    text = clean(message.text or "").strip()
    if not text:
        await tell(desk, chat, say(language(chat), "telegram.nothing_said"), progress)
        return
    if text.startswith("/"):
        first, _, rest = text[1:].partition(" ")
        name, _, bot = first.partition("@")
        if not bot or bot.lower() == desk.username.lower():
            await commands.run(desk, chat, name.lower(), rest.strip(), key, progress)
            return
    replied_to, stood = message.reply_to_message, frozenset[int]()
    if _wrote_now(message):
        if replied_to is not None:
            if await deciding.replied(desk, chat, text, replied_to.message_id, progress):
                return
        elif message.external_reply is None:  # else the words are about something else
            stood = await asyncio.to_thread(_asked_above, desk, chat, message.message_id)
    post = None if replied_to is None else replied_to.message_id
    await talk(desk, chat, text, key, progress, stood=stood, replied_to=post)


def _wrote_now(message: Message) -> bool:
    """Whether the athlete wrote it just now: not planned before, and neither a program nor a channel did."""
    by_others = message.sender_chat or message.sender_business_bot
    return not (message.is_from_offline or by_others)


def _asked_above(desk: Desk, chat: Chat, remote_id: int) -> frozenset[int]:
    with desk.db.athlete_session(chat.athlete.id) as s:
        return messengers.asked_above(s, SERVICE, chat.chat_id, remote_id)
