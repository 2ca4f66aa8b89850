"""What the coach said first since its last turn: it enters the turn that follows, with its facts.

Such messages are written by no run (`coach.pipeline.saying`). Which of them a conversation has taken up
stands in its own state: a turn that was killed leaves them to the next, one that is repeated takes them once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from coach.domain.source import Permission, Source, permission_of
from coach.graph.ledger import Ledger
from coach.graph.numbers import scan
from coach.graph.state import WITHHELD, Message, State
from coach.store import first_words, recordings
from coach.store.first_words import First
from coach.store.session import Session

MOST = 3  # messages that one turn takes up
LONGEST = 2000  # characters of each

# What may be answered, and what of it must be there.
_ANSWERED: Mapping[str, tuple[str, ...]] = {
    "approval": ("id",),
    "after_run": ("nudge_id",),
    "weekly": ("nudge_id",),
    "tool": ("tool", "field", "args", "choices"),
}


@dataclass(frozen=True)
class FirstSaid:
    """One message. `is_free`: an outside model may read its words."""

    said: First
    is_free: bool


@dataclass(frozen=True)
class Entered:
    """What goes into the state: messages, what is open now, and the last message that was taken up."""

    messages: tuple[Message, ...]
    pending: dict[str, Any] | None
    seen: int


def collect(
    s: Session,
    athlete_id: int,
    thread_id: int,
    permissions: Mapping[Source, Permission],
    replies_to: int | None = None,
) -> tuple[FirstSaid, ...]:
    """Return what was said first in a conversation lately, the oldest first.

    `replies_to`: the message that the athlete answers, however old it is; it comes last.
    """
    found = first_words.latest(s, thread_id, MOST)
    meant = None if replies_to is None else first_words.meant(s, thread_id, replies_to)
    if meant is not None:
        found = [*(one for one in found if one.message_id != meant.message_id), meant]
    if not found:
        return ()
    closed = {source for source, permission in permissions.items() if not permission.to_model}
    there = recordings.used(s, athlete_id, closed)
    return tuple(FirstSaid(said, not there or _is_free(s, athlete_id, said, permissions)) for said in found)


def _is_free(s: Session, athlete_id: int, said: First, permissions: Mapping[Source, Permission]) -> bool:
    """Whether all sources that the words rest on let a model read them. Words without facts rest on any."""
    facts = [fact for ref, fact in _known(said.first).items() if ref[:1] == "f"]
    if not facts or not all(fact.get("sources") for fact in facts):
        return False
    sources = {Source(name) for fact in facts for name in fact["sources"]}
    sources |= {Source(name) for name in said.rests_on}
    ids = {number for fact in facts for number in _activities(fact)}
    if ids:
        sources = sources.union(*recordings.sources_of(s, athlete_id, ids).values())
    return permission_of(sources, permissions).to_model


def _activities(fact: Mapping[str, Any]) -> Iterable[int]:
    yield from fact.get("activities") or ()
    if (named := (fact.get("subject") or {}).get("activity_id")) is not None:
        yield named


def enter(ledger: Ledger, state: State, first: Sequence[FirstSaid]) -> Entered | None:
    """Take up what this conversation has not heard of yet; None when there is nothing."""
    seen = state.get("first_seen", 0)
    new = [one for one in first if one.said.message_id > seen or one.said.is_meant]
    if not new:
        return None
    messages = tuple(message for one in new if (message := _message(ledger, one)) is not None)
    seen = max(seen, *(one.said.message_id for one in new))
    return Entered(messages, _pending(new, state.get("pending")), seen)


def _message(ledger: Ledger, one: FirstSaid) -> Message | None:
    raw = _shortened(one.said.first.get("raw") or "")
    known = _known(one.said.first)
    tokens = [token for token in scan(raw, final=True)[0] if token.kind == "ref"]
    try:
        named = ledger.take_up({ref: known[ref] for ref in {t.ref: None for t in tokens}})
    except (KeyError, ValidationError):
        # Words whose facts are not there can be read here, but not shown to be anybody's to pass on.
        text = _shortened(one.said.text)
        return {"role": "assistant", "text": text, "outside": WITHHELD} if text else None
    parts, at = [], 0
    for token in tokens:
        mark = raw[token.start : token.end]
        parts += [raw[at : token.start], mark.replace(token.ref, named[token.ref], 1)]
        at = token.end
    text = "".join([*parts, raw[at:]])
    if not text:
        return None
    message: Message = {"role": "assistant", "text": text}
    if not one.is_free:
        message["outside"] = WITHHELD
    return message


def _pending(new: Sequence[FirstSaid], open_before: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what the athlete's message may answer.

    A bare yes belongs to what was said last: what was open before is open no more, except the onboarding. How
    a run felt can be told whatever came after the question.
    """
    if new[-1].said.is_meant:
        meant = _asked(new[-1].said.first)
        return open_before if meant is None else {**meant, "replied": True}
    asked = [_asked(one.said.first) for one in new]
    after_run = next((a for a in reversed(asked) if a is not None and a["kind"] == "after_run"), None)
    if not new[-1].said.is_newest:  # the coach answered something else since
        return open_before or after_run
    if (found := asked[-1] or after_run) is not None:
        return found
    is_step = open_before is not None and open_before.get("kind") == "onboarding"
    return open_before if is_step else None


def _asked(first: Mapping[str, Any]) -> dict[str, Any] | None:
    pending = first.get("pending")
    needs = _ANSWERED.get(str((pending or {}).get("kind")))
    if not pending or needs is None or not all(name in pending for name in needs):
        return None
    return dict(pending)


def _known(first: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    known: Mapping[str, Mapping[str, Any]] = first.get("known") or {}
    return known


def _shortened(text: str) -> str:
    """Return the beginning of a text; a reference is not cut in two."""
    if len(text) <= LONGEST:
        return text
    cut = text[:LONGEST]
    return (cut[: cut.rindex("{")] if cut.rfind("{") > cut.rfind("}") else cut) + "…"
