"""What the coach says first: a message in the athlete's conversation, and a parcel for their messenger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FirstWords:
    """A message as it is stored: text, html, refs and facts as every message of the coach has them.

    `raw` names facts by their references, for the turn that follows; `pending` is what an answer would answer.
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
