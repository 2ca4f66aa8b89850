"""What a pressed button does. The press is answered first, so that nothing spins; then it is acted on.

What a button sends back is text that anybody can send: it is parsed strictly, names rows that row-level
security must show to this athlete, and what it is about must have been posted in this chat.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from telegram import CallbackQuery, InlineKeyboardMarkup

from bots.telegram import deciding, feeling
from bots.telegram.buttons import (
    Command,
    Decide,
    Effort,
    Pain,
    Pause,
    Proof,
    Quick,
    Setting,
    Sources,
    SwitchOff,
    Undo,
    encode,
    parse,
)
from bots.telegram.changing import setting
from bots.telegram.desk import SERVICE, Chat, Desk, Progress
from bots.telegram.message import Button
from bots.telegram.sending import Refused, Unreachable
from bots.telegram.talking import talk, tell
from coach.domain.nudges import NudgeKind
from coach.errors import CoachError
from coach.graph.bind import error_text
from coach.pipeline import editing
from coach.pipeline.situation import local_day
from coach.store import messengers, nudge_settings, threads
from coach.text import formats, say

Rows = tuple[tuple[Button, ...], ...]

OPEN_FOR = timedelta(days=3)


async def press(
    desk: Desk, chat: Chat, query: CallbackQuery, progress: Progress
) -> Proof | Sources | Command | None:
    """Do what a button says, and say what came of it. One that is old or not of here does nothing but say so.

    Returns what was answered and may be done, but is done elsewhere: proofs and commands.
    """
    lang = chat.athlete.lang
    meant = parse(query.data or "")
    if meant is None or query.message is None or query.message.chat.id != chat.chat_id:
        desk.count("presses_refused")
        await desk.sender.answer(query.id, say(lang, "telegram_cards.old"), alert=True)
        return None
    remote_id = query.message.message_id
    if desk.taps.is_again(chat.chat_id, remote_id, query.data or "", query.id):
        await desk.sender.answer(query.id, say(lang, "telegram_cards.tapped"))
        return None
    await desk.sender.answer(query.id)
    desk.count("presses")
    match meant:
        case Decide():
            await deciding.decide(desk, chat, meant, remote_id, progress)
        case Effort():
            shown = _has_pain(query)
            await feeling.effort(desk, chat, meant, remote_id, progress, pain_shown=shown)
        case Pain():
            await feeling.pain(desk, chat, meant, remote_id, progress)
        case Quick():
            await _answer(desk, chat, meant, query, progress)
        case Proof(message_id) | Sources(message_id):
            if await asyncio.to_thread(_shows, desk, chat, message_id, remote_id):
                return meant
            await tell(desk, chat, say(lang, "telegram_cards.old"), progress)
        case Command():
            return meant
        case _:
            text, rows = await asyncio.to_thread(_changed, desk, chat, meant)
            await tell(desk, chat, text, progress, rows)
            if isinstance(meant, Undo | SwitchOff):
                await _take_away(desk, chat, query, type(meant))
    return None


async def _answer(desk: Desk, chat: Chat, meant: Quick, query: CallbackQuery, progress: Progress) -> None:
    assert query.message is not None
    remote_id = query.message.message_id
    words = await asyncio.to_thread(_choice, desk, chat, meant, remote_id)
    if words is None:
        await tell(desk, chat, say(chat.athlete.lang, "telegram_cards.question_over"), progress)
    else:
        # What was chosen stands nowhere else in the chat.
        chosen = say(chat.athlete.lang, "telegram_cards.chosen", what=words)
        key = f"press:{query.id}"
        await talk(desk, chat, words, key, progress, before=[chosen], replied_to=remote_id)
    await _take_away(desk, chat, query, Quick)


async def _take_away(desk: Desk, chat: Chat, query: CallbackQuery, kind: type[object]) -> None:
    """Take buttons away that are over, where they were pressed; what else stands there stays."""
    assert query.message is not None
    markup = getattr(query.message, "reply_markup", None)
    if not isinstance(markup, InlineKeyboardMarkup):
        return
    rows = [
        tuple(
            Button(button.text, str(button.callback_data or ""), button.url or "")
            for button in row
            if not isinstance(parse(str(button.callback_data or "")), kind)
        )
        for row in markup.inline_keyboard
    ]
    left = tuple(row for row in rows if row)
    with suppress(Refused, Unreachable):  # they say that they are old
        await desk.sender.close(chat.chat_id, query.message.message_id, rows=left)


def _changed(desk: Desk, chat: Chat, meant: SwitchOff | Pause | Setting | Undo) -> tuple[str, Rows]:
    """Change what needs no post of ours: it is the athlete's own, wherever they ask for it. Blocking."""
    try:
        match meant:
            case SwitchOff(kind):
                return _switch_off(desk, chat, kind)
            case Pause(days):
                return _pause(desk, chat, days)
            case Setting(name, value):
                return setting(desk, chat, name, value), ()
            case Undo(edit_id):
                return _undo(desk, chat, edit_id), ()
    except CoachError as error:
        return error_text(chat.athlete.lang, error), ()


def _has_pain(query: CallbackQuery) -> bool:
    """Whether the message of a press asks about pain by itself."""
    markup = getattr(query.message, "reply_markup", None)
    if not isinstance(markup, InlineKeyboardMarkup):
        return False
    data = [button.callback_data for row in markup.inline_keyboard for button in row]
    return any(isinstance(parse(one), Pain) for one in data if isinstance(one, str))


def _switch_off(desk: Desk, chat: Chat, kind: NudgeKind) -> tuple[str, Rows]:
    lang = chat.athlete.lang
    with desk.db.athlete_session(chat.athlete.id) as s:
        nudge_settings.change(s, local_day(chat.athlete, desk.clock()), **{kind.value: False})
    on = Button(say(lang, "telegram_cards.on_again"), encode(Setting(kind.value, "on")))
    what = say(lang, f"telegram.kind_{kind.value}")
    return say(lang, "telegram_cards.switched_off", what=what), ((on,),)


def _pause(desk: Desk, chat: Chat, days: int) -> tuple[str, Rows]:
    lang = chat.athlete.lang
    today = local_day(chat.athlete, desk.clock())
    until = today + timedelta(days=days) if days else None
    with desk.db.athlete_session(chat.athlete.id) as s:
        nudge_settings.change(s, today, paused_until=until)
    if until is None:
        return say(lang, "telegram_cards.pause_over"), ()
    again = Button(say(lang, "telegram_cards.pause_end"), encode(Pause(0)))
    return say(lang, "telegram_cards.paused", day=formats.day(until, lang, today)), ((again,),)


def _undo(desk: Desk, chat: Chat, edit_id: int) -> str:
    lang = chat.athlete.lang
    with desk.db.athlete_session(chat.athlete.id) as s:
        undone = editing.undo(s, chat.athlete, edit_id)
    return say(lang, "telegram_cards.undone_before" if undone is None else f"tools.undone_{undone.what}")


def _choice(desk: Desk, chat: Chat, meant: Quick, remote_id: int) -> str | None:
    """Return the words of a quick answer; None where its question is over.

    It is when something else was said since; what the coach asked first can be answered for `OPEN_FOR`.
    """
    with desk.db.athlete_session(chat.athlete.id) as s:
        post = messengers.post(s, SERVICE, chat.chat_id, remote_id)
        if post is None or post.message_id != meant.message_id or chat.thread_id is None:
            return None
        asked = threads.message(s, meant.message_id)
        last = threads.messages(s, chat.thread_id, limit=1)
    is_first = asked.run_id is None and "first" in asked.content and asked.thread_id == chat.thread_id
    still = is_first and desk.clock() - post.posted_at <= OPEN_FOR
    if not still and (not last or last[0].id != asked.id):
        return None
    choices = (asked.content.get("question") or {}).get("choices") or ()
    return str(choices[meant.index]["label"]) if meant.index < len(choices) else None


def _shows(desk: Desk, chat: Chat, message_id: int, remote_id: int) -> bool:
    """Whether a post of this chat shows a message of the conversation."""
    with desk.db.athlete_session(chat.athlete.id) as s:
        post = messengers.post(s, SERVICE, chat.chat_id, remote_id)
    return post is not None and post.message_id == message_id
