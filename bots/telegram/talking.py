"""A conversation in a chat: start the run, show how it grows, post what it became.

Every step is kept before the next, and the run has the update's number as its key: a second attempt finds
the same run, the same message over there, and posts only what is missing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from bots.telegram.approval_card import approval_in, nudge_in
from bots.telegram.buttons import Command, Undo, encode
from bots.telegram.desk import SERVICE, Chat, Desk, Progress
from bots.telegram.growing import Growing
from bots.telegram.message import Button, Out
from bots.telegram.passing import kept_here
from bots.telegram.present import present
from bots.telegram.screen import Screen
from bots.telegram.sending import Refused, Unreachable
from coach.errors import CoachError, NotFound
from coach.graph.run import Started
from coach.store import messengers, runs, threads
from coach.store.threads import Message
from coach.text import Lang, has, say


async def talk(
    desk: Desk,
    chat: Chat,
    text: str,
    key: str,
    progress: Progress,
    *,
    attachments: Sequence[int] = (),
    before: Sequence[str] = (),
    stood: Collection[int] = (),
    replied_to: int | None = None,
) -> None:
    """Have the coach answer `text` in the chat's conversation. Returns when the answer is posted.

    `key` names the attempt, by the number of the update or of the press: it starts one run only. What cannot
    be asked (nothing, too much) is said. `before` is told above the answer. `stood`: the questions that these
    words may decide: none unless the athlete wrote them below the card. `replied_to`: the post that they
    reply to. Raises Blocked and Unreachable.
    """
    try:
        started = await _start(desk, chat, text, key, attachments, stood, replied_to)
    except CoachError as error:
        await tell(desk, chat, told(error, language(chat)), progress)
        return
    await follow(desk, chat, started, progress, before=before, stood=stood)


async def again(desk: Desk, chat: Chat, progress: Progress) -> None:
    """Answer the message of the chat's last run once more, when that run did not get to its end."""
    last = await asyncio.to_thread(_last_run, desk, chat)
    if last is None or last.state not in ("failed", "interrupted", "stopped"):
        await tell(desk, chat, say(language(chat), "telegram.nothing_to_repeat"), progress)
        return
    # What stood above the words then is not known any more: they decide nothing by being said again.
    started = await desk.conversations.retry(chat.athlete.id, str(last.id), channel=SERVICE, stood=())
    await follow(desk, chat, started, progress)


async def stop(desk: Desk, chat: Chat, progress: Progress) -> None:
    """Stop what the coach is answering in the chat, and say so."""
    last = await asyncio.to_thread(_last_run, desk, chat)
    stopped = False
    if last is not None and last.state == "running":
        stopped = await desk.conversations.stop(chat.athlete.id, str(last.id))
    key = "telegram.stopping" if stopped else "telegram.nothing_runs"
    await tell(desk, chat, say(language(chat), key), progress)


async def tell(
    desk: Desk, chat: Chat, text: str, progress: Progress, rows: tuple[tuple[Button, ...], ...] = ()
) -> None:
    """Post a sentence of ours, once."""
    await deliver(desk, chat, [Out(text, rows=rows)], progress)


def told(error: CoachError, lang: Lang) -> str:
    """Return an error as a sentence."""
    key = f"error.{error.key}"
    return say(lang, key, **error.params) if has(lang, key) else say(lang, "graph.run_failed")


def language(chat: Chat) -> Lang:
    """Return the language of the chat's athlete."""
    return chat.athlete.lang


async def _start(
    desk: Desk,
    chat: Chat,
    text: str,
    key: str,
    attachments: Sequence[int],
    stood: Collection[int],
    replied_to: int | None,
) -> Started:
    meant = None if replied_to is None else await asyncio.to_thread(_shown, desk, chat, replied_to)
    start = partial(
        desk.conversations.start,
        chat.athlete.id,
        text,
        client_key=f"{SERVICE}:{key}",
        channel=SERVICE,
        lang=chat.athlete.lang,
        attachments=attachments,
        stood=stood,
        replies_to=meant,
    )
    going_on = await asyncio.to_thread(open_thread, desk, chat)
    try:
        started = await start(thread_id=going_on)
    except NotFound:  # it was deleted on the page just now
        started = await start(thread_id=None)
    if started.thread_id != chat.thread_id:
        await asyncio.to_thread(keep_thread, desk, chat, started.thread_id)
    return started


def _shown(desk: Desk, chat: Chat, remote_id: int) -> int | None:
    """Return the message of the conversation that a post shows. Blocking."""
    with desk.db.athlete_session(chat.athlete.id) as s:
        post = messengers.post(s, SERVICE, chat.chat_id, remote_id)
    return None if post is None else post.message_id


def open_thread(desk: Desk, chat: Chat) -> int | None:
    """Return the conversation that goes on in the chat; None where a new one is to begin. Blocking."""
    if chat.thread_id is None:
        return None
    with desk.db.athlete_session(chat.athlete.id) as s, contextlib.suppress(NotFound):
        return chat.thread_id if threads.get(s, chat.thread_id).archived_at is None else None
    return None


def keep_thread(desk: Desk, chat: Chat, thread_id: int | None) -> None:
    """Have a conversation go on in the chat. Blocking."""
    with desk.db.athlete_session(chat.athlete.id) as s:
        messengers.set_thread(s, SERVICE, thread_id)


def _last_run(desk: Desk, chat: Chat) -> runs.Run | None:
    with desk.db.athlete_session(chat.athlete.id) as s:
        link = messengers.link(s, SERVICE)  # the chat may have been given a conversation meanwhile
        thread_id = chat.thread_id if link is None else link.thread_id
        return None if thread_id is None else runs.running(s, thread_id) or runs.latest(s, thread_id)


async def follow(
    desk: Desk,
    chat: Chat,
    started: Started,
    progress: Progress,
    *,
    before: Sequence[str] = (),
    stood: Collection[int] = (),
) -> None:
    """Show a run as it goes, and post what it became. One that was cut off is tried again once."""
    growing = await _watched(desk, chat, started, progress)
    if _code(growing) == "interrupted":
        started = await desk.conversations.retry(
            chat.athlete.id, started.run_id, channel=SERVICE, stood=stood
        )
        growing = await _watched(desk, chat, started, progress)
    growing.notices[:0] = before
    outs = await asyncio.to_thread(_outs, desk, chat, started, growing)
    await deliver(desk, chat, outs, progress, shows=await asyncio.to_thread(_said, desk, chat, started))


async def _watched(desk: Desk, chat: Chat, started: Started, progress: Progress) -> Growing:
    def only_steps() -> bool:
        with desk.db.athlete_session(chat.athlete.id) as s:
            return bool(kept_here(s, chat.athlete.id))

    async def is_linked() -> bool:
        return await asyncio.to_thread(_is_linked, desk, chat)

    screen = Screen(desk.sender, chat.chat_id, progress, may=is_linked)
    screen.open()
    try:
        growing = Growing(only_steps=await asyncio.to_thread(only_steps))
        async for event in desk.conversations.events(chat.athlete.id, started.run_id):
            growing.take(event)
            if shown := growing.shown():
                screen.show(shown)
    finally:
        await screen.close()
    if screen.blocked is not None:
        raise screen.blocked
    return growing


def _code(growing: Growing) -> str:
    ending = growing.ending
    return str(ending.payload.get("code")) if ending is not None and ending.type == "RUN_ERROR" else ""


def _said(desk: Desk, chat: Chat, started: Started) -> Message | None:
    with desk.db.athlete_session(chat.athlete.id) as s:
        return threads.answer_of(s, started.thread_id, UUID(started.run_id))


def _outs(desk: Desk, chat: Chat, started: Started, growing: Growing) -> list[Out]:
    """Return the finished answer, and how it ended where it did not get to its end. Blocking."""
    lang = language(chat)
    ending: dict[str, Any] = growing.ending.payload if growing.ending is not None else {}
    failed = bool(_code(growing))
    after = []
    if failed:
        after.append(str(ending.get("message") or say(lang, "graph.run_failed")))
    elif ending.get("stopped"):
        after.append(say(lang, "web.chat.stopped"))
    rows = tuple((Button(text, data=encode(Undo(edit_id))),) for edit_id, text in growing.undos)
    if failed:
        rows += ((Button(say(lang, "telegram.answer_again"), data=encode(Command("retry"))),),)
    message = _said(desk, chat, started)
    if message is None:
        words = [*growing.notices, *after] or [say(lang, "graph.no_answer")]
        return [Out("\n\n".join(words), rows=rows)]
    return present(desk, chat.athlete, message, lang, before=growing.notices, after=after, more_rows=rows)


async def deliver(
    desk: Desk, chat: Chat, outs: Sequence[Out], progress: Progress, *, shows: Message | None = None
) -> None:
    """Post messages that an earlier attempt has not posted; the first goes where the answer grew.

    Nothing where the chat was unlinked meanwhile: it may be somebody else's by now.

    `shows`: what of the conversation they are, kept with each of them for its buttons.
    """
    sent = list(progress.values.get("sent") or ())
    screen = progress.values.get("screen")
    for at, out in enumerate(outs):
        if at < len(sent):
            continue
        if not await asyncio.to_thread(_is_linked, desk, chat):
            return
        remote_id = None
        if at == 0 and isinstance(screen, int):
            remote_id = await _replaced(desk, chat, screen, out)
        if remote_id is None:
            remote_id = await desk.sender.post(chat.chat_id, out, silent=at > 0)
        await asyncio.to_thread(_keep, desk, chat, remote_id, out, shows)
        sent.append(remote_id)
        await progress.keep(sent=list(sent))


def _is_linked(desk: Desk, chat: Chat) -> bool:
    with desk.db.athlete_session(chat.athlete.id) as s:
        link = messengers.link(s, SERVICE)
    return link is not None and link.chat_id == chat.chat_id


async def _replaced(desk: Desk, chat: Chat, screen: int, out: Out) -> int | None:
    """Put a message where the answer grew; None when it must be posted anew."""
    try:
        # A card stands below everything that was written before it (`messengers.asked_above`).
        if out.photo is None and approval_in(out) is None:
            await desk.sender.edit(chat.chat_id, screen, out)
            return screen
        with contextlib.suppress(Unreachable):
            await desk.sender.delete(chat.chat_id, screen)
    except Refused:  # deleted over there, or too old
        pass
    return None


def _keep(desk: Desk, chat: Chat, remote_id: int, out: Out, shows: Message | None) -> None:
    approval_id, nudge_id = approval_in(out), nudge_in(out)
    if shows is None and approval_id is None and nudge_id is None:
        return
    with desk.db.athlete_session(chat.athlete.id) as s:
        messengers.keep_post(
            s,
            SERVICE,
            chat.chat_id,
            remote_id,
            desk.clock(),
            message_id=shows.id if shows is not None else None,
            approval_id=approval_id,
            nudge_id=nudge_id,
        )
