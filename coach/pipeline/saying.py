"""What the coach says first: a message in the athlete's conversation, and a parcel for their messenger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from coach.domain.athlete import Athlete
from coach.domain.nudge_rules import is_quiet_for
from coach.errors import Conflict
from coach.store import messengers, nudge_settings, nudges, outbox, threads
from coach.store.session import Session
from coach.text import say as words_of

TELEGRAM = "telegram"  # the messenger, and the kind of its parcels


@dataclass(frozen=True)
class FirstWords:
    """A message as it is stored: text, html, refs and facts as every message of the coach has them.

    `raw` names facts by their references, for the turn that follows; `pending` is what an answer answers.
    `nudges`: the rows that this message says. `known`: what `raw` refers to, as a ledger keeps it (by
    reference). `once_gone`: what stays of a message that rests on what may be kept for a time only, as
    `coach.store.told` reads it; `passed_on`: what of it may go through a messenger. None: all of it.
    """

    kind: str
    text: str
    html: str
    raw: str = ""
    refs: Sequence[Mapping[str, Any]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    cards: Sequence[Mapping[str, Any]] = ()
    question: Mapping[str, Any] | None = None
    pending: Mapping[str, Any] | None = None
    nudges: Sequence[int] = ()
    known: Mapping[str, Any] = field(default_factory=dict)
    once_gone: Mapping[str, Any] | None = None
    passed_on: Mapping[str, Any] | None = None


def say(s: Session, athlete: Athlete, words: FirstWords, now: datetime) -> int:
    """Keep a message that the coach begins, with its parcel, and note its nudges as said; return its id.

    All in the caller's transaction, so that a worker that is killed has said it once or not at all. Raises
    Conflict when one of the nudges does not wait any more: somebody else has said it.
    """
    link = messengers.link(s, TELEGRAM)
    thread_id, content = thread(s, athlete), _content(words)
    message_id = threads.add_message(s, athlete.id, thread_id, "assistant", words.text, content=content)
    today = now.astimezone(athlete.zone).date()
    if len(nudges.mark_said(s, words.nudges, message_id, now, today)) != len(set(words.nudges)):
        raise Conflict("nudge_said_already")
    if link is not None and link.state == "on":
        quiet = is_quiet_for(nudge_settings.get(s), athlete.zone, now)
        payload = {"message_id": message_id, "thread_id": thread_id, **({"silent": True} if quiet else {})}
        outbox.put(s, TELEGRAM, f"message:{message_id}", payload, next_at=now)
    return message_id


def thread(s: Session, athlete: Athlete) -> int:
    """Return the conversation in which the coach speaks first: the messenger's, else one on the page.

    It is made when there is none, or when the athlete has put the one before away.
    """
    link = messengers.link(s, TELEGRAM)
    known = nudge_settings.get_thread(s) if link is None else link.thread_id
    if known is not None and threads.get(s, known).archived_at is None:
        return known
    title = words_of(athlete.lang, "nudges.thread_title")
    if link is None:
        new = threads.create(s, athlete.id, title).id
        nudge_settings.set_thread(s, new)
    else:
        new = threads.create(s, athlete.id, title, channel=TELEGRAM).id
        messengers.set_thread(s, TELEGRAM, new)
    return new


def _content(words: FirstWords) -> dict[str, Any]:
    """Return what is kept beside the words, as of every message, and what the turn after it needs."""
    content: dict[str, Any] = {
        "html": words.html,
        "refs": list(words.refs),
        "facts": dict(words.facts),
        "cards": list(words.cards),
        "question": words.question,
        "first": {
            "kind": words.kind,
            "nudges": list(words.nudges),
            "raw": words.raw,
            "known": dict(words.known),
            "pending": words.pending,
        },
    }
    rests = {"once_gone": words.once_gone, "passed_on": words.passed_on}
    return content | {name: rest for name, rest in rests.items() if rest is not None}
