"""Figures that an outside model may not read, as a table that code writes for the athlete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coach.domain.fact import Fact
from coach.graph.turn import Turn
from coach.text import say
from coach.text.facts import render
from coach.tools.spec import Result

MOST = 12  # rows


def card(turn: Turn, result: Result, facts: Mapping[str, Fact]) -> list[dict[str, Any]]:
    """Return a table of what a result tells, what its sentences name first; nothing when it tells no value.

    The note below says why the model was not shown them, and where that is explained.
    """
    named = [key for note in (*result.says, *result.notes) for key in note.facts.values()]
    keys = [key for key in dict.fromkeys([*named, *facts]) if facts[key].value is not None][:MOST]
    if not keys:
        return []
    lang, athlete = turn.ctx.lang, turn.ctx.athlete
    subjects = {facts[key].subject.label for key in keys}
    only = subjects.pop() if len(subjects) == 1 else ""
    rows = [
        [_label(facts[key], only), render(facts[key], lang, athlete.units, today=turn.ctx.today)]
        for key in keys
    ]
    why = {
        "text": say(lang, "permissions.card_note"),
        "link": "/connections",
        "label": say(lang, "permissions.card_link"),
    }
    title = only or say(lang, "permissions.card_title")
    return [
        {
            "kind": "table",
            "title": title[:1].upper() + title[1:],
            "columns": [say(lang, "permissions.column_what"), say(lang, "permissions.column_value")],
            "rows": rows,
            "note": why,
        }
    ]


def _label(fact: Fact, only: str) -> str:
    about = fact.subject.label
    name = fact.label if only or not about or about == fact.label else f"{about} · {fact.label}"
    return name[:1].upper() + name[1:]
