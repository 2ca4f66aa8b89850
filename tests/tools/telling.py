"""Calls a tool and reads its answer as the athlete would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import Any

from coach.domain.metrics import METRICS
from coach.graph.bind import sentence, show_card
from coach.store import activities
from coach.store.session import Database
from coach.text import LANGS, has, say
from coach.text.catalogue import catalogue
from coach.text.facts import render
from coach.text.particles import with_particle
from coach.tools import TOOLS
from coach.tools.spec import Cite, Note, Result, ToolContext

_REF = re.compile(r"\{([fg]\d+)(?::\+([^}]+))?\}")


def call(ctx: ToolContext, name: str, /, **args: Any) -> Result:
    """Call a tool, hold its answer to what every answer must be, and return it."""
    tool = TOOLS[name]
    result = tool.fn(ctx, tool.args.model_validate(args))
    check(ctx, result)
    return result


def told(ctx: ToolContext, result: Result) -> str:
    """Return the sentences and notes of an answer as the athlete reads them."""
    facts = {f.key: f.model_copy(update={"ref": f"f{n}"}) for n, f in enumerate(result.facts, 1)}
    by_ref = {f.ref: f for f in facts.values()}
    cites = {c.key: c.model_copy(update={"ref": f"g{n}"}) for n, c in enumerate(result.cites, 1)}

    def value(found: re.Match[str]) -> str:
        if found[1].startswith("g"):
            return f"[{found[1][1:]}]"
        text = render(by_ref[found[1]], ctx.lang, ctx.athlete.units, today=ctx.today)
        return with_particle(text, found[2]) if found[2] else text

    notes = (*result.says, *result.notes)
    return "\n".join(_REF.sub(value, sentence(note, {**facts, **cites}, ctx.lang)) for note in notes)


def tables(ctx: ToolContext, result: Result) -> list[list[list[str]]]:
    """Return the rows of the tables of an answer as the athlete reads them."""
    facts = {f.key: f for f in result.facts}
    return [
        show_card(card, facts, ctx.lang, ctx.athlete.units)["rows"]
        for card in result.cards
        if card.kind == "table"
    ]


def say_tell(ctx: ToolContext, name: str, /, **args: Any) -> str:
    return told(ctx, call(ctx, name, **args))


def check(ctx: ToolContext, result: Result) -> None:
    """Hold an answer to the rules: whole facts, cells that name facts, sentences that exist and fit."""
    facts = {fact.key: fact for fact in result.facts}
    assert len(facts) == len(result.facts), "fact keys are unique"
    for fact in result.facts:
        assert fact.label, fact
        assert fact.unit, fact
        assert fact.subject.label, fact
        if fact.metric in METRICS:
            assert fact.version == METRICS[fact.metric].version
        if fact.value is None:
            assert fact.because, f"{fact.key} is unknown without a reason"
            assert has(ctx.lang, f"unknown.{fact.because.removeprefix('unknown.')}"), fact.because
            say(ctx.lang, f"unknown.{fact.because}", **fact.because_params)
        if fact.activities and any(_sources(ctx, n) for n in fact.activities):
            assert fact.sources, f"{fact.key} rests on activities but names no source"
    for card in result.cards:
        for row in card.rows:
            assert len(row) == len(card.columns), card
            for cell in row:
                for key in re.findall(r"\{([^}]*)\}", cell):
                    assert cell == f"{{{key}}}", f"{cell!r} is not one fact"
                    assert key in facts, key
                    assert facts[key].value is not None, f"{key} would show a sentence in a table"
    cites = {cite.key: cite for cite in result.cites}
    assert len(cites) == len(result.cites), "cite keys are unique"
    assert not cites.keys() & facts.keys(), "a placeholder names one thing"
    for cite in result.cites:
        assert cite.text, cite
        assert cite.citation, f"{cite.guideline} names no source"
    for note in (*result.says, *result.notes):
        _check_note(note, facts, cites)
    if result.question is not None:
        q = result.question
        assert q.tool in TOOLS
        assert q.field in TOOLS[q.tool].args.model_fields
        assert len({choice.label for choice in q.choices}) == len(q.choices) > 1
    assert result.says or result.question, "an answer says or asks something"
    told(ctx, result)


def _sources(ctx: ToolContext, activity_id: int) -> bool:
    """Whether a file or a service told of an activity (not the athlete alone)."""
    return _of_recordings(ctx.db, ctx.athlete.id, activity_id)


@cache
def _of_recordings(db: Database, athlete_id: int, activity_id: int) -> bool:
    with db.athlete_session(athlete_id) as s:
        return bool(activities.get(s, athlete_id, activity_id).sources)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def forms(key: str, lang: Any) -> Iterator[str]:
    for form in (key, f"{key}_one", f"{key}_other"):
        if form in catalogue(lang):
            yield catalogue(lang)[form]


# Numbers that are no facts: how many choices there are (and the plural's form), which split it was.
NUMBERS_ALLOWED = {"n", "fastest", "slowest"}


def _check_note(note: Note, facts: dict[str, Any], cites: dict[str, Cite]) -> None:
    for lang in LANGS:
        texts = list(forms(note.key, lang))
        assert texts, f"{note.key} is missing in {lang}"
        given = {*note.params, *note.facts}
        for text in texts:
            assert placeholders(text) <= given, f"{note.key} ({lang}) asks for more than {given}"
        asked = set().union(*(placeholders(text) for text in texts))
        assert given - {"n"} <= asked | {"n"}, f"{note.key} ({lang}) leaves out {given - asked}"
    for name, key in note.facts.items():
        assert key in facts or key in cites, f"{note.key}: {name} is {key}"
        assert (name == "source") == (key in cites), f"{note.key}: {name} is {key}"
        assert key in cites or name == "why" or facts[key].value is not None, (
            f"{note.key} says {key}, which is unknown"
        )
    for name, value in note.params.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        assert not number or name in NUMBERS_ALLOWED, f"{note.key}: {name}={value} is a number and no fact"
