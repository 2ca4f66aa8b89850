"""A statement as it was said, and a memory as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

Kind = Literal["goal", "injury", "preference", "schedule", "gear", "event", "manner", "fact"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Origin = Literal["chat", "page", "onboarding"]
State = Literal["active", "asked", "replaced"]

LONGEST = 300  # characters of one memory
PLAIN = 0.9  # said of oneself, in so many words
LIKELY = 0.8  # nobody named, so the speaker
HEDGED = 0.6  # "usually", "I think"
ASKED_FOR = 0.95  # "remember that …"


@dataclass(frozen=True)
class Statement:
    """One thing an athlete said of themselves. `ends`: what is known of `about` no longer holds."""

    kind: Kind
    about: str  # that two statements about the same thing meet: "injury:knee:left"; "" meets nothing
    text: str  # the athlete's own sentence
    value: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = PLAIN
    valid_until: date | None = None  # the last day on which it holds
    ends: bool = False


@dataclass(frozen=True)
class Memory:
    """One thing that is remembered, and where it came from."""

    id: int
    kind: Kind
    text: str
    about: str
    value: Mapping[str, Any]
    said_on: date
    valid_until: date | None
    confidence: float  # 0 to 1: how plainly it was said
    origin: Origin
    thread_id: int | None
    message_id: int | None
    quote: str  # the sentence as it was typed; stays when `text` is edited
    state: State
    against: int | None  # the one it contradicts, while the athlete is asked

    def holds(self, today: date) -> bool:
        """Whether it is still so."""
        return self.state == "active" and (self.valid_until is None or self.valid_until >= today)
