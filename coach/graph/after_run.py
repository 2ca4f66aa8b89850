"""The answer to "how did the run feel?" in a conversation: read by rules, and kept in the journal.

No model takes part, so it is the same with and without one. What is no answer goes to the agent, and the
question stays open for one message more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from coach.domain.daily import Entry
from coach.domain.felt import read_felt
from coach.domain.source import Source, permission_of
from coach.domain.where_it_hurt import read_where
from coach.errors import NotFound
from coach.graph.turn import Turn
from coach.pipeline import journaling, noticing
from coach.pipeline.journaling import Written
from coach.store import journal, nudges
from coach.store.session import Session
from coach.tools.journal import entry_words
from coach.tools.spec import ToolContext

WORDS_SHOWN = 80
OPEN_FOR = timedelta(days=2)  # who writes later than that speaks of something else


@dataclass(frozen=True)
class Kept:
    """What is said of an answer that was kept, and its undo."""

    line: str
    edit_id: int | None


def hear(turn: Turn, pending: Mapping[str, Any]) -> Kept | None:
    """Keep a message that answers the question; None when it does not. Blocking.

    `pending`: `nudge_id` of the note that asked, `activity_id` of the run that it is about; with `asks`
    "pain" it was asked, at `asked_at`, where it hurt.
    """
    ctx = turn.ctx
    said = None if turn.attachments else _said(ctx, pending)
    if said is None:
        return None
    key = turn.call_key("after_run", str(pending["nudge_id"]))
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        # Who replies to the question itself may add to an answer, and be late.
        is_open = pending.get("replied") or _is_open(session, pending, key, ctx.now)
        if not is_open:
            return None
        written = _write(turn, session, said, pending, key)
        noticing.answered(session, ctx.athlete, int(pending["nudge_id"]), ctx.now)
    return Kept(line_of(turn, written), written.edit_id)


def asks_where(nudge_id: int, activity_id: int | None, now: datetime) -> dict[str, Any]:
    """Return what the question for where it hurt waits for, as `hear` reads it."""
    about = {"nudge_id": nudge_id, "activity_id": activity_id}
    return {"kind": "after_run", **about, "asks": "pain", "asked_at": now.isoformat()}


def _said(ctx: ToolContext, pending: Mapping[str, Any]) -> tuple[Entry, ...] | None:
    """Return what a message answers beside its words; None where it is no answer."""
    if pending.get("asks") == "pain":
        rows = [replace(one, text=ctx.message).on(ctx.today) for one in read_where(ctx.message)]
        return tuple(row for row in rows if isinstance(row, Entry)) or None
    felt = read_felt(ctx.message)
    if felt is None:
        return None
    return () if felt.rpe is None else (Entry("rpe", ctx.today, felt.rpe),)


def _is_open(session: Session, pending: Mapping[str, Any], key: str, now: datetime) -> bool:
    """Whether the question was neither answered otherwise (a button, the page) nor put long ago."""
    if pending.get("asks") == "pain":
        return now - datetime.fromisoformat(pending["asked_at"]) <= OPEN_FOR
    try:
        nudge = nudges.get(session, int(pending["nudge_id"]))
    except NotFound:
        return False
    if nudge.answered_at is not None:
        return bool(journal.by_keys(session, [key]))  # by this very message, when it is tried again
    return nudge.said_at is None or now - nudge.said_at <= OPEN_FOR


def _write(
    turn: Turn, session: Session, said: tuple[Entry, ...], pending: Mapping[str, Any], key: str
) -> Written:
    ctx = turn.ctx

    def write(activity_id: int | None) -> Written:
        return journaling.write(
            session,
            ctx.athlete,
            ctx.message,
            ctx.now,
            origin="chat",
            activity_id=activity_id,
            said=said,
            lang=ctx.lang,
            call_key=key,
            # Who was asked where it hurt says with a number how much: not how hard the run was.
            unread=("rpe",) if pending.get("asks") == "pain" else (),
        )

    try:
        return write(pending.get("activity_id"))
    except NotFound:  # deleted since it was asked about: then it is a note of the day
        return write(None)


def line_of(turn: Turn, written: Written) -> str:
    """Return what is said of a text that was kept, and that it can be taken back."""
    lang = turn.ctx.lang
    told = [entry_words(entry, lang) for entry in written.entries if entry.kind != "note"]
    told += [entry_words(value, lang) for value in written.values]
    where = "kept" if written.run is not None else "kept_day"
    if told:
        line = turn.text(f"after_run.{where}", what=", ".join(told))
    else:
        words = " ".join(written.note.text.split())
        words = words if len(words) <= WORDS_SHOWN else words[:WORDS_SHOWN] + "…"
        line = turn.text(f"after_run.{where}_words", what=words)
    return line if written.edit_id is None else f"{line} {turn.text('tools.can_undo')}"


def tell(turn: Turn, kept: Kept) -> None:
    """Say what was kept, with its undo."""
    turn.voice.say(kept.line)
    of_words = [Source.journal]
    allowed = permission_of(of_words, turn.permissions).to_model
    turn.told([kept.line] if allowed else [], () if allowed else of_words)
    if not allowed:
        turn.hide([])
    if kept.edit_id is not None:
        turn.custom("undo", {"undoId": kept.edit_id, "text": turn.text("graph.undo")})


def still_open(pending: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the question after something else was said: it stays open once."""
    if pending.get("kind") != "after_run" or pending.get("passed"):
        return None
    return {**pending, "passed": True}
