"""Commands: shortcuts into the conversation, and what is about the chat itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bots.telegram import asked_for, settings, talking
from bots.telegram.desk import Chat, Desk, Progress
from bots.telegram.message import Button
from bots.telegram.present import page
from coach.store import athletes
from coach.text import Lang, say

# In the order of the menu.
COMMANDS = (
    "today",
    "week",
    "plan",
    "form",
    "log",
    "goal",
    "checkin",
    "settings",
    "privacy",
    "new",
    "stop",
    "help",
    "unlink",
)
ASKED = ("today", "week", "plan", "form", "goal")


def described(lang: Lang) -> list[tuple[str, str]]:
    """Return the menu of commands: name and what it does."""
    return [(name, say(lang, f"telegram.command_{name}")) for name in COMMANDS]


async def run(desk: Desk, chat: Chat, name: str, rest: str, key: str, progress: Progress) -> None:
    """Do what a command says; `rest` is what stands behind it, `key` names the update or the press."""
    lang = talking.language(chat)
    if name in ASKED:
        await talking.talk(desk, chat, say(lang, f"telegram.ask_{name}"), key, progress)
    elif name == "log" and rest:
        await talking.talk(desk, chat, say(lang, "telegram.log_words", text=rest), key, progress)
    elif name == "checkin":
        await asked_for.check_in(desk, chat, key, progress)
    elif name == "log":
        await asked_for.ask_effort(desk, chat, key, progress)
    elif name in settings.PICKERS:
        await settings.pick(desk, chat, name, progress)
    elif name in _OWN:
        await _OWN[name](desk, chat, progress)
    else:
        await talking.tell(desk, chat, say(lang, "telegram.unknown_command"), progress)


async def _new(desk: Desk, chat: Chat, progress: Progress) -> None:
    if "sent" not in progress.values:
        await asyncio.to_thread(talking.keep_thread, desk, chat, None)
    await talking.tell(desk, chat, say(talking.language(chat), "telegram.new_thread"), progress)


async def _privacy(desk: Desk, chat: Chat, progress: Progress) -> None:
    """Say what leaves, what is kept, and how to take it along or have it deleted."""

    def consented() -> bool:
        with desk.db.athlete_session(chat.athlete.id) as s:
            return athletes.get_model_consent(s, chat.athlete.id) is not None

    lang = talking.language(chat)
    if not desk.settings.has_model:
        model = "none"
    else:
        model = "agreed" if await asyncio.to_thread(consented) else "not_agreed"
    parts = ("messenger", f"model_{model}", "kept", "leave")
    lines = [say(lang, f"telegram.privacy_{part}") for part in parts]
    url = page(desk.settings.public_url, "/settings")
    rows = ((Button(say(lang, "telegram.open_settings"), url=url),),) if url else ()
    await talking.tell(desk, chat, "\n\n".join(lines), progress, rows)


async def _help(desk: Desk, chat: Chat, progress: Progress) -> None:
    lang = talking.language(chat)
    listed = "\n".join(f"/{name} {said}" for name, said in described(lang))
    await talking.tell(desk, chat, say(lang, "telegram.help", commands=listed), progress)


_OWN: dict[str, Callable[[Desk, Chat, Progress], Awaitable[None]]] = {
    "new": _new,
    "stop": talking.stop,
    "retry": talking.again,
    "settings": settings.show,
    "privacy": _privacy,
    "help": _help,
}
