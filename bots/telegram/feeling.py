"""How a run felt, by buttons below the note that followed it: into the journal, as the page writes it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bots.telegram.buttons import Effort, Pain, encode
from bots.telegram.desk import SERVICE, Chat, Desk, Progress
from bots.telegram.message import Button, Out
from bots.telegram.talking import deliver, tell
from coach.domain.daily import Entry
from coach.domain.nudges import NudgeKind
from coach.errors import CoachError, NotFound
from coach.graph.after_run import asks_where
from coach.graph.bind import error_text
from coach.graph.voice import to_html
from coach.pipeline import correcting, journaling, saying
from coach.store import daily, journal, messengers, nudges, races, threads
from coach.store.activities import Row
from coach.store.nudges import Nudge
from coach.store.session import Session
from coach.store.threads import Message
from coach.text import say
from coach.tools.plan_race import recorded_race

Rows = tuple[tuple[Button, ...], ...]


async def effort(
    desk: Desk, chat: Chat, meant: Effort, remote_id: int, progress: Progress, *, pain_shown: bool
) -> None:
    """Note how hard a run was; another number corrects it. Asks for pain unless that was told or asked."""
    text, told = await asyncio.to_thread(_effort, desk, chat, meant, remote_id)
    rows = () if told or pain_shown else _pain_rows(chat, meant.nudge_id)
    if rows:
        text = f"{text} {say(chat.athlete.lang, 'telegram_cards.pain_ask')}"
    await tell(desk, chat, text, progress, rows)


async def pain(desk: Desk, chat: Chat, meant: Pain, remote_id: int, progress: Progress) -> None:
    """Note that nothing hurt, or ask where: the next message says it, to the conversation."""
    text = await asyncio.to_thread(_pain, desk, chat, meant, remote_id)
    asked = await asyncio.to_thread(_asked_where, desk, chat, meant, text)
    await deliver(desk, chat, [Out(text)], progress, shows=asked)


def _pain_rows(chat: Chat, nudge_id: int) -> Rows:
    lang = chat.athlete.lang
    answers = (("pain_no", False), ("pain_yes", True))
    return (
        tuple(
            Button(say(lang, f"telegram_cards.{key}"), encode(Pain(nudge_id, felt))) for key, felt in answers
        ),
    )


def _effort(desk: Desk, chat: Chat, meant: Effort, remote_id: int) -> tuple[str, bool]:
    """Return what is said, and whether there is nothing to ask about pain."""
    lang, now = chat.athlete.lang, desk.clock()
    try:
        with desk.db.athlete_session(chat.athlete.id) as s:
            nudge = _asked(s, chat, meant.nudge_id, remote_id)
            if nudge is None:
                return say(lang, "telegram_cards.old"), True
            run = _run_of(s, chat, nudge)
            day = nudge.local_date if run is None else run.local_date
            if run is None or not correcting.rate_again(s, chat.athlete, run.id, float(meant.rpe), now):
                _note(s, chat, nudge, run, meant.rpe, now)
            nudges.answered(s, nudge.id, now)
            return say(lang, "telegram_cards.rpe_kept", rpe=meant.rpe), _told_of_pain(s, chat, day)
    except CoachError as error:
        return error_text(lang, error), True


def _note(s: Session, chat: Chat, nudge: Nudge, run: Row | None, rpe: int, now: datetime) -> None:
    """Write it down; of a run that is gone it is said of the day, and another number stands for the first."""
    day = nudge.local_date if run is None else run.local_date
    kept = journaling.write(
        s,
        chat.athlete,
        "",
        now,
        origin="after_run",
        day=None if run is not None else day,
        activity_id=None if run is None else run.id,
        said=[Entry("rpe", day, float(rpe))],
        call_key=_key(s, "rpe", nudge.id),
    )
    if any(entry.kind == "rpe" and entry.value == rpe for entry in kept.entries):
        return
    changed = [replace(entry, value=float(rpe)) if entry.kind == "rpe" else entry for entry in kept.entries]
    correcting.correct(s, chat.athlete, kept.note.id, changed, now)


def _pain(desk: Desk, chat: Chat, meant: Pain, remote_id: int) -> str:
    lang, now = chat.athlete.lang, desk.clock()
    try:
        with desk.db.athlete_session(chat.athlete.id) as s:
            key = _key(s, "pain", meant.nudge_id)
            nudge = _asked(s, chat, meant.nudge_id, remote_id)
            if nudge is None:
                return say(lang, "telegram_cards.old")
            run = _run_of(s, chat, nudge)
            if run is None or run.rpe is not None:  # else how hard it was may still be told in words
                nudges.answered(s, nudge.id, now)
            if meant.felt:
                _take_back(s, chat, key)
                return say(lang, "telegram_cards.pain_where")
            day = nudge.local_date if run is None else run.local_date
            journaling.write(
                s,
                chat.athlete,
                "",
                now,
                origin="after_run",
                day=None if run is not None else day,
                activity_id=None if run is None else run.id,
                said=[Entry("pain", day, 0.0)],
                call_key=key,
            )
            return say(lang, "telegram_cards.pain_none")
    except CoachError as error:
        return error_text(lang, error)


def _key(s: Session, what: str, nudge_id: int) -> str:
    """Return the key of the one answer to a question; of one that was taken back there may be another."""
    key = f"{SERVICE}:{what}:{nudge_id}"
    while (first := journal.by_keys(s, [key]).get(key)) is not None and first.deleted_at is not None:
        key += ":again"
    return key


def _asked_where(desk: Desk, chat: Chat, meant: Pain, text: str) -> Message | None:
    """Keep the question for where it hurt as said first, once: what follows may answer it."""
    if not meant.felt or text != say(chat.athlete.lang, "telegram_cards.pain_where"):
        return None
    with desk.db.athlete_session(chat.athlete.id) as s:
        thread_id = saying.thread(s, chat.athlete)
        last = next(iter(threads.messages(s, thread_id, limit=1)), None)
        asked = ((last.content.get("first") or {}).get("pending") or {}) if last is not None else {}
        if last is not None and asked.get("asks") == "pain" and asked["nudge_id"] == meant.nudge_id:
            return last
        run = _run_of(s, chat, nudges.get(s, meant.nudge_id))
        pending = asks_where(meant.nudge_id, None if run is None else run.id, desk.clock())
        first = {"kind": "after_run", "nudges": [], "raw": text, "known": {}, "pending": pending}
        content: dict[str, Any] = {
            "html": to_html(text),
            "facts": {},
            "cards": [],
            "question": None,
            "first": first,
        }
        made = threads.add_message(s, chat.athlete.id, thread_id, "assistant", text, content=content)
        return threads.message(s, made)


def _take_back(s: Session, chat: Chat, key: str) -> None:
    """Forget that nothing hurt, when something did after all."""
    said = journal.by_keys(s, [key]).get(key)
    if said is not None and said.deleted_at is None:
        correcting.delete(s, chat.athlete, said.id)


def _asked(s: Session, chat: Chat, nudge_id: int, remote_id: int) -> Nudge | None:
    """Return the note after a run that a post of this chat shows; None: the post shows something else."""
    post = messengers.post(s, SERVICE, chat.chat_id, remote_id)
    if post is None:
        return None
    says = [] if post.message_id is None else [one.id for one in nudges.of_message(s, post.message_id)]
    if nudge_id not in (post.nudge_id, *says):
        return None
    with suppress(NotFound):
        nudge = nudges.get(s, nudge_id)
        return nudge if nudge.kind in (NudgeKind.after_run, NudgeKind.race) else None
    return None


def _run_of(s: Session, chat: Chat, nudge: Nudge) -> Row | None:
    """Return what of an outing is meant: the race, else the longest; None when all of it is gone."""
    found = []
    if nudge.kind is NudgeKind.race:
        with suppress(NotFound):
            return recorded_race(s, chat.athlete.id, races.get(s, int(nudge.about["race_id"])))
    for activity_id in nudge.about.get("activity_ids", ()):
        with suppress(NotFound):
            row = journaling.run_meant(s, chat.athlete.id, int(activity_id), nudge.local_date, ())
            found += [] if row is None else [row]
    return max(found, key=lambda row: (row.race, row.distance_m or 0.0, row.elapsed_s), default=None)


def _told_of_pain(s: Session, chat: Chat, day: date) -> bool:
    return bool(daily.list_entries(s, chat.athlete.id, kinds=["pain"], start=day, end=day))
