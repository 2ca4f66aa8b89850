"""The facts of a conversation: each gets a reference (`f12`) when a tool returns it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coach.domain.fact import Fact

KEPT = 400  # facts of earlier turns that a later one may still refer to


class Ledger:
    """Facts by reference, numbered from f1 through the whole thread.

    `turn` holds the references that this turn's tools returned; `quotes` what code itself worded this turn
    (labels, sentences of the catalogue), which a model may repeat word for word.
    """

    def __init__(self, kept: Mapping[str, Mapping[str, Any]] | None = None, next_number: int = 1) -> None:
        self._facts = {ref: Fact.model_validate(fact) for ref, fact in (kept or {}).items()}
        self.next_number = next_number
        self.turn: list[str] = []
        self.quotes: list[str] = []

    def add(self, facts: Iterable[Fact]) -> dict[str, Fact]:
        """Give every fact its reference; return them by their key."""
        named: dict[str, Fact] = {}
        for fact in facts:
            ref = f"f{self.next_number}"
            self.next_number += 1
            named[fact.key] = self._facts[ref] = fact.model_copy(update={"ref": ref})
            self.turn.append(ref)
            self.quotes += [text for text in (fact.label, fact.subject.label) if text]
        return named

    def quote(self, sentence: str) -> None:
        """Allow a model to repeat `sentence`, which code worded."""
        self.quotes.append(sentence)

    def unquote(self, given: Iterable[str]) -> None:
        """Forget quotes that repeat what a model gave a tool: its own numbers would prove themselves."""
        own = [text for text in given if any(c.isdigit() for c in text)]
        self.quotes = [quote for quote in self.quotes if not any(text in quote for text in own)]

    def get(self, ref: str) -> Fact | None:
        """Return the fact of a reference, or None when there is none."""
        return self._facts.get(ref)

    def of_turn(self) -> list[Fact]:
        """Return the facts that this turn's tools returned, oldest first."""
        return [self._facts[ref] for ref in self.turn]

    def dump(self) -> dict[str, dict[str, Any]]:
        """Return the newest facts as plain JSON values, for the checkpoint."""
        newest = list(self._facts.items())[-KEPT:]
        return {ref: fact.model_dump(mode="json") for ref, fact in newest}
