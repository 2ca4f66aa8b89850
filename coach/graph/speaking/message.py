"""One message that the coach begins, in the making: parts through the proof, with what stays of it later."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coach.domain.fact import Fact
from coach.domain.nudges import NudgeKind
from coach.domain.source import Permission, Source
from coach.graph.bind import sentence, show_card
from coach.graph.ledger import Ledger
from coach.graph.proof import Proof
from coach.graph.provenance import traced
from coach.graph.speaking.part import Asked, Part
from coach.graph.voice import Voice
from coach.pipeline.saying import FirstWords
from coach.text import Lang, say
from coach.tools.spec import Cite, NoArgs, Note, Result, ToolContext


class Spoken:
    """Takes parts and at last a question. `brief`: details are left out."""

    def __init__(
        self, ctx: ToolContext, permissions: Mapping[Source, Permission], *, brief: bool = False
    ) -> None:
        self._ctx, self._permissions, self._brief = ctx, permissions, brief
        self._ledger = Ledger()
        proof = Proof(self._ledger, ctx.lang, ctx.athlete.units, ctx.today)
        self._voice = Voice(proof, lambda *_: None)  # nobody listens yet: it is sent when it is whole
        self._told: list[list[_Told]] = []  # by paragraph
        self._rests_on: set[Source] = set()
        self._cards: list[dict[str, Any]] = []
        self._asked = ""

    def take(self, part: Part) -> None:
        """Say a part; its facts name all that they rest on, whatever the part itself knew of it."""
        spare = part.spare if self._brief else frozenset[int]()
        says = tuple(paragraph for n, paragraph in enumerate(part.says) if n not in spare)
        notes = tuple(note for paragraph in says for note in paragraph)
        whole = Result(facts=part.facts, cites=part.cites, says=notes, cards=part.cards)
        found = traced(lambda _ctx, _args: whole, self._ctx, NoArgs(), self._permissions)
        if not all(note.general for note in notes):  # else it is said whatever is known of the athlete
            self._rests_on |= found.rests_on
        lang = self._ctx.lang
        facts = self._ledger.add(found.result.facts)
        named: dict[str, Fact | Cite] = {**facts, **self._ledger.cite(part.cites)}
        for paragraph in says:
            told = [_told(note, named, lang) for note in paragraph]
            self._voice.say(_joined(told))
            self._told.append(told)
        self._cards += [show_card(card, facts, lang, self._ctx.athlete.units) for card in part.cards]

    def ask(self, asked: Asked) -> None:
        """Say the question at the end. It names no facts, so it stays whatever they permit."""
        self._voice.say(self._words(asked))
        self._asked = self._words(asked)

    def close(self, kind: NudgeKind, nudges: Sequence[int], asked: Asked | None) -> FirstWords:
        """Return the finished message."""
        said = self._voice.close()
        shut = {source for source, allowed in self._permissions.items() if not allowed.to_messenger}
        brief = {source for source, allowed in self._permissions.items() if allowed.keep_for}
        return FirstWords(
            kind.value,
            **said,
            cards=self._cards,
            question=None
            if asked is None
            else {"text": self._words(asked), "choices": [c.model_dump() for c in asked.choices]},
            pending=None if asked is None else asked.pending,
            nudges=tuple(nudges),
            known=self._ledger.dump(),
            once_gone=self._without(said, brief, "gone"),
            passed_on=self._without(said, shut, "stays"),
        )

    def _words(self, asked: Asked) -> str:
        return say(self._ctx.lang, asked.note.key, **asked.note.params)

    def _without(
        self, said: Mapping[str, Any], left_out: Collection[Source], mark: str
    ) -> dict[str, Any] | None:
        """Return the message without what rests on some sources; None where nothing does.

        Which sentence was chosen says something of the values it stands on: only those stay that stand on
        others, and those that are said whatever the values are. `mark`: text keys of what is said instead.
        """
        facts = [fact for ref in said["facts"] if (fact := self._ledger.get(ref)) is not None]
        sources = self._rests_on.union(*(fact.sources for fact in facts)).intersection(left_out)
        if not sources:
            return None
        kept = [_joined([one for one in told if one.stays_without(left_out)]) for told in self._told]
        kept = [paragraph for paragraph in kept if paragraph]
        rest = say(self._ctx.lang, f"speaking.{mark}_rest" if kept else f"speaking.{mark}_all")
        told = [*kept, rest, *([self._asked] if self._asked else [])]
        return {"sources": sorted(sources), **self._voice.without(lambda _fact: False, "", told)}


@dataclass(frozen=True)
class _Told:
    """A sentence with references. `sources` of its facts; None where it has none."""

    text: str
    sources: frozenset[Source] | None
    is_general: bool

    def stays_without(self, left_out: Collection[Source]) -> bool:
        return self.is_general or (self.sources is not None and self.sources.isdisjoint(left_out))


def _told(note: Note, named: Mapping[str, Fact | Cite], lang: Lang) -> _Told:
    of = [one for key in note.facts.values() if isinstance(one := named[key], Fact)]
    sources = frozenset[Source]().union(*(fact.sources for fact in of)) if of else None
    return _Told(sentence(note, named, lang).strip(), sources, note.general)


def _joined(told: Sequence[_Told]) -> str:
    """Return the sentences of a paragraph, those of a list each in a line."""
    return ("\n" if any(one.text.startswith("- ") for one in told) else " ").join(one.text for one in told)
