"""Who may talk here: linking a private chat, ending that, and a polite sentence for everybody else.

Chats are known by number alone: names over there are chosen freely and change hands. What is told about a
link goes out with it, in one transaction (`coach.store.messengers`), and is worded here.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from telegram import CallbackQuery, ChatMember, Message, Update, User
from telegram.constants import ChatType

from bots.telegram.buttons import Command, encode, parse
from bots.telegram.desk import SERVICE, Chat, Desk, Progress
from bots.telegram.message import Button, Out
from bots.telegram.sending import Blocked, Refused
from coach.domain.athlete import Athlete
from coach.errors import NotFound
from coach.store import athletes, messenger_system, messengers
from coach.store.messenger_system import Linked
from coach.store.messengers import Told
from coach.text import Lang, say

# What the page's link carries. Anything else behind "/start" is no code of ours.
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
WRONG_CODE_EVERY = timedelta(minutes=1)
SAME_MOMENT = timedelta(seconds=2)  # Telegram tells whole seconds
LONGEST_NAME = 40
UNLINK, KEEP = Command("unlinknow"), Command("unlinkkeep")


@dataclass(frozen=True)
class _Case:
    """One update: where it came from, and how far the work on it is."""

    desk: Desk
    progress: Progress
    chat_id: int
    lang: Lang

    async def tell(self, key: str, **params: str) -> None:
        """Post one sentence of `linking`, once however often the update is worked on."""
        await self.post(Out(say(self.lang, f"linking.{key}", **params)))

    async def post(self, out: Out) -> None:
        """Post once. Raises Blocked, which is noted where updates are worked on."""
        if "told" not in self.progress.values:
            remote_id = await self.desk.sender.post(self.chat_id, out)
            await self.progress.keep(told=remote_id)

    async def turn(self, what: str, ask: Callable[[], bool]) -> bool:
        """Return whether this may be said, as it was decided at the first attempt."""
        if self.progress.values.get("turn") == what:
            return True
        if not await asyncio.to_thread(ask):
            return False
        await self.progress.keep(turn=what)
        return True


async def admit(desk: Desk, update: Update, progress: Progress) -> Chat | None:
    """Return the linked private chat that an update came from and goes on with.

    None: there is nothing more to do. Strangers, groups, links and their end are dealt with here.
    """
    chat, user = update.effective_chat, update.effective_user
    if chat is None:
        if update.callback_query is not None:  # of a message that nobody knows any more
            await desk.sender.answer(update.callback_query.id)
        return None
    case = _Case(desk, progress, chat.id, _language(desk, user))
    if chat.type != ChatType.PRIVATE:
        await _elsewhere(case, update)
        return None
    if user is None or user.is_bot or user.id != chat.id:
        return None
    linked = await asyncio.to_thread(messenger_system.by_chat, desk.db, SERVICE, chat.id)
    if update.my_chat_member is not None:
        kicked = update.my_chat_member.new_chat_member.status == ChatMember.BANNED
        await _set_state(case, linked, "blocked" if kicked else "on")
        return None
    if linked is None:
        await _stranger(case, update)
        return None
    athlete = await asyncio.to_thread(_known_again, desk, linked)
    if athlete is None:
        return None
    case = _Case(desk, progress, chat.id, athlete.lang)
    if await _about_the_link(case, update, linked):
        return None
    if update.message is not None and update.message.date < linked.linked_at - SAME_MOMENT:
        # It waited while the chat was somebody else's, or nobody's.
        db, now = desk.db, desk.clock()
        if await case.turn("before", lambda: messenger_system.greet(db, SERVICE, chat.id, now)):
            await case.tell("before")
        return None
    return Chat(chat.id, athlete, linked.account_id, linked.thread_id)


def told(athlete: Athlete, what: Told) -> Out:
    """Return what a chat is told when it was linked, or is linked no more."""
    lang = athlete.lang
    if what == "unlinked":
        return Out(say(lang, "linking.unlinked"))
    name = _shown(athlete.name)
    first = say(lang, "linking.linked_name", name=name) if name else say(lang, "linking.linked")
    commands = ("today", "week", "form", "help")
    buttons = tuple(Button(say(lang, f"linking.try_{c}"), encode(Command(c))) for c in commands)
    return Out(f"{first}\n\n{say(lang, 'linking.welcome')}", rows=(buttons[:2], buttons[2:]))


def _language(desk: Desk, user: User | None) -> Lang:
    """Return the language that somebody reads Telegram in, as far as it is ours."""
    code = (user.language_code or "") if user is not None else ""
    if not code:
        return desk.settings.lang
    return "ko" if code.split("-")[0].lower() == "ko" else "en"


def _shown(name: str) -> str:
    """Return a name without what turns a sentence around or hides in it."""
    plain = "".join(c for c in name if unicodedata.category(c)[0] not in "CZ" or c == " ")
    return " ".join(plain.split())[:LONGEST_NAME]


def _own_words(update: Update) -> Message | None:
    """Return a message that its sender wrote just now: neither forwarded, nor edited, nor another bot's."""
    message = update.message
    if message is None or message.forward_origin is not None or message.via_bot is not None:
        return None
    return message


def _command(desk: Desk, update: Update) -> tuple[str, str]:
    """Return the command that was typed and what stands behind it, ("", "") for anything else."""
    message = _own_words(update)
    words = ((message.text or "") if message is not None else "").split(maxsplit=1)
    name, _, bot = words[0].partition("@") if words else ("", "", "")
    if not name.startswith("/") or (bot and bot.lower() != desk.username.lower()):
        return "", ""
    return name[1:].lower(), words[1].strip() if len(words) > 1 else ""


async def _elsewhere(case: _Case, update: Update) -> None:
    """Say once in a group or channel that this is no place for it, and leave."""
    member = update.my_chat_member
    if member is not None and member.new_chat_member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return
    db, now = case.desk.db, case.desk.clock()
    with suppress(Blocked, Refused):  # it may not write here, or is out already
        if await case.turn("group", lambda: messenger_system.greet(db, SERVICE, case.chat_id, now)):
            await case.tell("private_only", bot=case.desk.username)
    with suppress(Blocked, Refused):
        await case.desk.sender.leave(case.chat_id)


async def _set_state(case: _Case, linked: Linked | None, state: Literal["on", "blocked"]) -> None:
    if linked is not None and linked.state != state:
        await asyncio.to_thread(_keep_state, case.desk, linked, state)


def _keep_state(desk: Desk, linked: Linked, state: Literal["on", "blocked"]) -> None:
    with desk.db.athlete_session(linked.athlete_id) as s:
        messengers.set_state(s, SERVICE, state, desk.clock())


def _known_again(desk: Desk, linked: Linked) -> Athlete | None:
    """Return whose chat it is; who writes after blocking the bot is written to again."""
    with desk.db.athlete_session(linked.athlete_id) as s:
        if linked.state == "blocked":
            messengers.set_state(s, SERVICE, "on", desk.clock())
        try:
            return athletes.get(s, linked.athlete_id)
        except NotFound:  # left in this moment
            return None


async def _stranger(case: _Case, update: Update) -> None:
    """Answer somebody who is nobody here: a link, a code to be typed into the page, or one sentence."""
    desk, db, now = case.desk, case.desk.db, case.desk.clock()
    if update.callback_query is not None:
        await _toast(case, update.callback_query, "not_linked_any_more")
        return
    if update.message is None:
        return
    name, rest = _command(desk, update)
    if name == "start" and rest:
        if not await _link(case, rest, None, update.message.date):
            every = WRONG_CODE_EVERY
            if await case.turn("code", lambda: messenger_system.greet(db, SERVICE, case.chat_id, now, every)):
                await case.tell("code_wrong")
    elif name in ("start", "link"):
        anew = case.progress.values.get("turn") == "typed"
        await _give_code(case, anew)
    elif await case.turn("greeting", lambda: messenger_system.greet(db, SERVICE, case.chat_id, now)):
        await case.tell("stranger")


async def _give_code(case: _Case, anew: bool) -> None:
    """Give a stranger a code to type. It is kept nowhere: a second attempt gives a new one."""
    if "told" in case.progress.values:
        return
    db, now = case.desk.db, case.desk.clock()
    code = await asyncio.to_thread(messenger_system.stranger_code, db, SERVICE, case.chat_id, now, anew=anew)
    if code is None:
        return
    await case.progress.keep(turn="typed")
    await case.tell("type_code", code=f"{code[:4]}-{code[4:]}")


async def _link(case: _Case, code: str, before: Linked | None, sent_at: datetime) -> bool:
    """Link the chat by a code; return False when the code is not good. What is new is said by a parcel.

    `before`: whose the chat is.
    """
    if TOKEN.fullmatch(code) is None:
        return False
    second = "linking" in case.progress.values
    await case.progress.keep(linking=True)
    desk = case.desk
    used = await asyncio.to_thread(
        messenger_system.use_code, desk.db, SERVICE, code, case.chat_id, desk.clock(), sent_at
    )
    match used.outcome:
        case "linked":
            desk.count("linked")
            if before is not None:  # the athlete's already: another's would be "taken"
                await case.tell("already")
        case "again":
            if not second:
                await case.tell("already")
        case "taken":
            await case.tell("taken")
        case _:
            return False
    return True


async def _about_the_link(case: _Case, update: Update, linked: Linked) -> bool:
    """Deal with what a linked person says about the link itself; return whether it was that."""
    query = update.callback_query
    if query is not None:
        pressed = parse(query.data or "")
        if pressed not in (UNLINK, KEEP):
            return False
        await _answer_unlink(case, query, linked, end=pressed == UNLINK)
        return True
    name, rest = _command(case.desk, update)
    match name:
        case "start" if rest:
            assert update.message is not None, "a command is a message"
            if not await _link(case, rest, linked, update.message.date):
                await case.tell("code_wrong")
        case "start" | "link":
            await case.tell("already")
        case "unlink":
            yes, no = (
                Button(say(case.lang, f"linking.{key}"), encode(press))
                for key, press in (("unlink_yes", UNLINK), ("unlink_no", KEEP))
            )
            await case.post(Out(say(case.lang, "linking.unlink_sure"), rows=((yes, no),)))
        case _:
            return False
    return True


async def _answer_unlink(case: _Case, query: CallbackQuery, linked: Linked, *, end: bool) -> None:
    def unlink() -> None:
        with case.desk.db.athlete_session(linked.athlete_id) as s:
            messengers.unlink(s, SERVICE, case.desk.clock())

    if end:
        await asyncio.to_thread(unlink)
    await _toast(case, query, "unlinked_short" if end else "kept")
    if query.message is not None:
        with suppress(Refused):  # deleted there, or too old
            await case.desk.sender.close(case.chat_id, query.message.message_id)


async def _toast(case: _Case, query: CallbackQuery, key: str) -> None:
    with suppress(Refused):  # pressed too long ago
        await case.desk.sender.answer(query.id, say(case.lang, f"linking.{key}"))
