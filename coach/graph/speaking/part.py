"""What one kind of message says, before it is put together with others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from coach.domain.fact import Fact
from coach.domain.nudges import NudgeKind
from coach.tools.spec import Card, Choice, Cite, Note


class Nudge(Protocol):
    """A thing to be said, as it is stored. `about` holds only ids and keys of ours."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> NudgeKind: ...
    @property
    def key(self) -> str: ...
    @property
    def local_date(self) -> date: ...
    @property
    def about(self) -> Mapping[str, Any]: ...
    @property
    def due_at(self) -> datetime: ...


Paragraph = tuple[Note, ...]


@dataclass(frozen=True)
class Asked:
    """The one question at the end: it names no facts. `pending`: what an answer to it answers."""

    note: Note
    choices: tuple[Choice, ...] = ()
    pending: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Part:
    """Paragraphs of sentences with the facts and passages that they name, cards, and perhaps a question.

    `nudges`: the rows that it says.
    """

    kind: NudgeKind
    nudges: tuple[int, ...]
    says: tuple[Paragraph, ...]
    facts: tuple[Fact, ...] = ()
    cites: tuple[Cite, ...] = ()
    cards: tuple[Card, ...] = ()
    asked: Asked | None = None
    of: frozenset[int] = frozenset()  # the activities that it tells of
    spare: frozenset[int] = frozenset()  # which paragraphs a short message does without
