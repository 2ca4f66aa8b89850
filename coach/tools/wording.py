"""What a tool answers in finished words, for the terminal and the pages: no conversation renders it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coach.text import say
from coach.text.facts import render
from coach.tools.citing import numbers, shown
from coach.tools.spec import Card, Note, Result, ToolContext


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Worded:
    """Sentences, tables and charts of an answer; `question` with its choices when it asks instead."""

    says: tuple[str, ...]
    notes: tuple[str, ...]
    tables: tuple[Table, ...]
    charts: tuple[Card, ...]
    question: str = ""
    choices: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()  # the passages that "[1]" and so on stand for


def worded(result: Result, ctx: ToolContext) -> Worded:
    """Return an answer with every fact written out in the athlete's language and units."""
    athlete = ctx.athlete
    facts = {f.key: render(f, ctx.lang, athlete.units, today=ctx.today) for f in result.facts}
    cited = numbers(result.cites)
    facts |= {key: f"[{number}]" for key, number in cited.items()}
    passages = {cited[cite.key]: cite for cite in result.cites}
    asked = result.question
    return Worded(
        says=tuple(_sentence(note, facts, ctx) for note in result.says),
        notes=tuple(_sentence(note, facts, ctx) for note in result.notes),
        tables=tuple(
            Table(card.title, card.columns, tuple(tuple(_cell(c, facts) for c in row) for row in card.rows))
            for card in result.cards
            if card.kind == "table"
        ),
        charts=tuple(card for card in result.cards if card.kind == "chart"),
        question=say(ctx.lang, asked.key, **asked.params) if asked else "",
        choices=tuple(choice.label for choice in asked.choices) if asked else (),
        sources=tuple(shown(cite, number) for number, cite in passages.items()),
    )


def _sentence(note: Note, facts: Mapping[str, str], ctx: ToolContext) -> str:
    filled = {name: facts[key] for name, key in note.facts.items()}
    return say(ctx.lang, note.key, **{**note.params, **filled})


def _cell(cell: str, facts: Mapping[str, str]) -> str:
    # A cell is plain text, or "{key}" naming one fact.
    return facts[cell[1:-1]] if cell.startswith("{") and cell.endswith("}") else cell
