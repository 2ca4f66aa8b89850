"""What the coach would say first, asked for now: the weekly check-in, and how the last run felt.

It is kept and sent as everything that the coach says first, so its buttons and answers are the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bots.telegram.desk import SERVICE, Chat, Desk, Progress
from bots.telegram.talking import language, tell, told
from coach.domain.nudge_rules import NOTHING
from coach.domain.nudges import NudgeKind
from coach.errors import CoachError, Conflict
from coach.graph.speaking.compose import compose
from coach.pipeline import journaling, saying
from coach.store import athletes, nudges
from coach.text import say
from coach.tools.spec import ToolContext

OURS = timedelta(minutes=10)  # so long no worker says it for us


async def check_in(desk: Desk, chat: Chat, key: str, progress: Progress) -> None:
    """Have the check-in said, once for each `key`: the number of the update or of the press."""
    await _say(desk, chat, NudgeKind.weekly, key, {}, "telegram.no_checkin", progress)


async def ask_effort(desk: Desk, chat: Chat, key: str, progress: Progress) -> None:
    """Have it asked how the last run felt, where nobody told yet; else say how to write into the journal."""

    def about() -> dict[str, Any] | None:
        with desk.db.athlete_session(chat.athlete.id) as s:
            run = journaling.to_ask(s, chat.athlete, desk.clock())
        if run is None:
            return None
        ended = run.start_at + timedelta(seconds=run.elapsed_s or 0)
        return {"activity_ids": [run.id], "ended_at": ended.isoformat()}

    found = await asyncio.to_thread(about)
    if found is None:
        await tell(desk, chat, say(language(chat), "telegram.how_to_log"), progress)
        return
    await _say(desk, chat, NudgeKind.after_run, key, found, "telegram.how_to_log", progress)


async def _say(
    desk: Desk,
    chat: Chat,
    kind: NudgeKind,
    key: str,
    about: Mapping[str, Any],
    nothing: str,
    progress: Progress,
) -> None:
    lang = language(chat)
    await desk.sender.action(chat.chat_id, "typing")
    try:
        said = await asyncio.to_thread(_said, desk, chat, kind, f"asked:{key}", about)
    except CoachError as error:
        await tell(desk, chat, told(error, lang), progress)
        return
    if not said:
        await tell(desk, chat, say(lang, nothing), progress)


def _said(desk: Desk, chat: Chat, kind: NudgeKind, key: str, about: Mapping[str, Any]) -> bool:
    """Compose and keep the message; the parcel beside it brings it into the chat."""
    now, athlete = desk.clock(), chat.athlete
    with desk.db.athlete_session(athlete.id) as s:
        nudges.add(s, kind, key, now.astimezone(athlete.zone).date(), now, about)
        nudge = nudges.named(s, kind, key)
        if nudge is None or nudge.state != "waiting":
            return nudge is not None and nudge.state != "dropped"
        nudges.put_off(s, [nudge.id], now + OURS)
    words = compose(
        ToolContext(athlete, desk.db, now, language(chat), channel=SERVICE, thread_id=chat.thread_id), [nudge]
    )
    try:
        with desk.db.athlete_session(athlete.id) as s:
            athletes.lock(s, athlete.id)
            if words is None:
                nudges.drop(s, [nudge.id], NOTHING)
                return False
            saying.say(s, athlete, words, now)
    except Conflict:  # said meanwhile
        pass
    return True
