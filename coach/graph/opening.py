"""The first and the last transaction of a run: who speaks, in which thread, and what became of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import text

from coach.domain.athlete import Athlete
from coach.domain.source import Permission, Source
from coach.graph.events import STOP_CHANNEL, LiveRun
from coach.graph.first_words import FirstSaid, collect
from coach.graph.turn import Turn
from coach.store import athletes, permissions, runs, threads
from coach.store.session import Database, Session
from coach.text import Lang, say

TITLE_CHARS = 60
MESSENGERS = frozenset({"telegram"})  # channels whose answers go through others' servers


@dataclass(frozen=True)
class Begun:
    """A run as its first transaction found or made it. `origin`: the first run of a retried message."""

    run: runs.Run
    created: bool
    athlete: Athlete
    consented: bool
    declined: bool
    permissions: Mapping[Source, Permission]  # what each source permits now
    message: str = ""
    attachments: tuple[int, ...] = ()
    origin: str = ""
    first: tuple[FirstSaid, ...] = ()  # what the coach said first in this thread lately


class _ThereAlready(Exception):
    """The key was used before: leave the transaction without a trace."""

    def __init__(self, begun: Begun) -> None:
        super().__init__()
        self.begun = begun


class Opening:
    """Writes the beginning and the end of runs. Blocking: call it from a thread."""

    def __init__(self, db: Database, owner: str) -> None:
        self._db = db
        self._owner = owner

    def begin(
        self,
        athlete_id: int,
        message: str,
        thread_id: int | None,
        client_key: str | None,
        channel: str,
        tz: str | None,
        lang: Lang | None = None,
        attachments: Sequence[int] = (),
        replies_to: int | None = None,
    ) -> Begun:
        """Write thread, run and message in one transaction, before anything else happens."""
        try:
            with self._db.athlete_session(athlete_id) as session:
                athlete = self._athlete(session, athlete_id, tz)
                if thread_id is None:
                    title = message.partition("\n")[0][:TITLE_CHARS].strip()
                    title = title or say(lang or athlete.lang, "graph.first_thread")
                    thread = threads.create(session, athlete_id, title, channel)
                else:
                    thread = threads.get(session, thread_id)
                key = client_key or uuid4().hex
                begun = self._create(session, athlete, thread.id, key, replies_to)
                content: dict[str, Any] = {"attachments": list(attachments)} if attachments else {}
                if replies_to is not None:
                    content["replies_to"] = replies_to
                if message or attachments:
                    threads.add_message(
                        session,
                        athlete_id,
                        thread.id,
                        "user",
                        message,
                        content=content or None,
                        run_id=begun.run.id,
                    )
                return begun
        except _ThereAlready as there:
            return there.begun

    def begin_again(self, athlete_id: int, run_id: UUID) -> Begun:
        try:
            with self._db.athlete_session(athlete_id) as session:
                athlete = self._athlete(session, athlete_id, None)
                earlier = runs.get(session, run_id)
                origin = _origin(earlier)
                said = threads.messages(session, earlier.thread_id)
                first = next((m for m in said if str(m.run_id) == origin and m.role == "user"), None)
                replies_to = None if first is None else first.content.get("replies_to")
                key = f"retry:{run_id}:{origin}"
                begun = self._create(session, athlete, earlier.thread_id, key, replies_to)
                if first is None:
                    return replace(begun, origin=origin)
                attachments = tuple(first.content.get("attachments") or ())
                return replace(begun, message=first.text, attachments=attachments, origin=origin)
        except _ThereAlready as there:
            return there.begun

    def ask_to_stop(self, athlete_id: int, run_id: UUID) -> bool:
        """Tell the process that works on a run to stop; False when it has ended. Raises NotFound."""
        with self._db.athlete_session(athlete_id) as session:
            if runs.get(session, run_id).state != "running":
                return False
            session.execute(text("SELECT pg_notify(:c, :r)"), {"c": STOP_CHANNEL, "r": str(run_id)})
            return True

    def _create(
        self, session: Session, athlete: Athlete, thread_id: int, key: str, replies_to: int | None
    ) -> Begun:
        run_id, created = runs.create(session, athlete.id, thread_id, key, self._owner)
        begun = Begun(
            run=runs.get(session, run_id),
            created=created,
            athlete=athlete,
            consented=athletes.get_model_consent(session, athlete.id) is not None,
            declined=athletes.get_onboarding(session, athlete.id).get("model") == "offline",
            permissions=permissions.read(session),
        )
        if not created:
            raise _ThereAlready(begun)
        first = collect(session, athlete.id, thread_id, begun.permissions, replies_to)
        return replace(begun, first=first)

    def _athlete(self, session: Session, athlete_id: int, tz: str | None) -> Athlete:
        """Return the athlete; the first zone a browser names becomes theirs until they choose another."""
        athlete = athletes.get(session, athlete_id)
        if tz and tz != athlete.tz:
            record = athletes.get_onboarding(session, athlete_id)
            with contextlib.suppress(KeyError, ValueError, OSError):
                ZoneInfo(tz)
                if "tz" not in record:
                    athletes.set_onboarding(session, athlete_id, {**record, "tz": tz})
                    athlete = athletes.update(session, athlete_id, tz=tz)
        return athlete

    def finish(self, live: LiveRun, turn: Turn, state: runs.State) -> None:
        """Keep the coach's message and the run's end in one transaction."""
        answer = {k: v for k, v in turn.answer.items() if k not in ("text", "raw")}
        content = {**answer, "cards": turn.cards, "question": turn.question, "state": state}
        if turn.answer and (rest := turn.once_gone()) is not None:
            content["once_gone"] = rest
        if turn.answer and turn.ctx.channel in MESSENGERS and (rest := turn.passed_on()) is not None:
            content["passed_on"] = rest
        with self._db.athlete_session(live.athlete_id) as session:
            noted = turn.bill.note(session)
            if turn.answer.get("text") or turn.cards:
                text = turn.answer.get("text", "")
                threads.add_message(
                    session,
                    live.athlete_id,
                    live.thread_id,
                    "assistant",
                    text,
                    content=content,
                    run_id=live.run_id,
                )
            runs.finish(session, live.run_id, state, tokens_in=turn.tokens_in, tokens_out=turn.tokens_out)
        noted()


def _origin(run: runs.Run) -> str:
    """Return the id of the run whose message a chain of retries repeats."""
    parts = run.client_key.split(":")
    if len(parts) == 3 and parts[0] == "retry":
        with contextlib.suppress(ValueError):
            return str(UUID(parts[2]))
    return str(run.id)
