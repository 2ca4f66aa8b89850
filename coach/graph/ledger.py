"""What a conversation can be held to: facts (`f12`) and cited passages (`g3`), by their references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coach.domain.fact import Fact
from coach.tools.spec import Cite

KEPT = 400  # facts of earlier turns that a later one may still refer to
CITES_KEPT = 60


class Ledger:
    """Facts by reference, numbered from f1 through the whole thread, and passages, numbered from g1.

    `turn` and `cited_turn` hold the references that this turn's tools returned; `quotes` what code itself
    worded this turn (labels, sentences of the catalogue), which a model may repeat word for word.
    """

    def __init__(self, kept: Mapping[str, Mapping[str, Any]] | None = None, next_number: int = 1) -> None:
        kept = kept or {}
        self._facts = {ref: Fact.model_validate(fact) for ref, fact in kept.items() if ref[0] == "f"}
        self._cites = {ref: Cite.model_validate(cite) for ref, cite in kept.items() if ref[0] == "g"}
        self.next_number = next_number
        self.turn: list[str] = []
        self.cited_turn: list[str] = []
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

    def cite(self, cites: Iterable[Cite]) -> dict[str, Cite]:
        """Give every passage its reference; return them by their key. A passage keeps the one it has."""
        named: dict[str, Cite] = {}
        for cite in cites:
            known = (ref for ref, old in self._cites.items() if _same_passage(old, cite))
            newest = max((int(ref[1:]) for ref in self._cites), default=0)
            ref = next(known, f"g{newest + 1}")
            named[cite.key] = self._cites[ref] = cite.model_copy(update={"ref": ref})
            if ref not in self.cited_turn:
                self.cited_turn.append(ref)
        return named

    def take_up(self, kept: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        """Enter what another ledger kept, which no tool of this turn returned; return old → new reference.

        Raises pydantic.ValidationError, before anything is entered, for what is no fact and no passage.
        """
        facts = {ref: Fact.model_validate(one) for ref, one in kept.items() if ref[0] == "f"}
        cites = {ref: Cite.model_validate(one) for ref, one in kept.items() if ref[0] == "g"}
        cited_turn = [*self.cited_turn]
        named: dict[str, str] = {}
        for ref, cite in cites.items():
            (entered,) = self.cite([cite]).values()
            named[ref] = entered.ref
        self.cited_turn = cited_turn
        for ref, fact in facts.items():
            named[ref] = f"f{self.next_number}"
            self.next_number += 1
            self._facts[named[ref]] = fact.model_copy(update={"ref": named[ref]})
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

    def passage(self, ref: str) -> Cite | None:
        """Return the passage of a reference, or None when there is none."""
        return self._cites.get(ref)

    def of_turn(self) -> list[Fact]:
        """Return the facts that this turn's tools returned, oldest first."""
        return [self._facts[ref] for ref in self.turn]

    def dump(self) -> dict[str, dict[str, Any]]:
        """Return the newest facts and passages as plain JSON values, for the checkpoint."""
        newest = [*list(self._facts.items())[-KEPT:], *list(self._cites.items())[-CITES_KEPT:]]
        return {ref: one.model_dump(mode="json") for ref, one in newest}


def _same_passage(one: Cite, other: Cite) -> bool:
    return (one.passage_id, one.guideline, one.text) == (other.passage_id, other.guideline, other.text)
