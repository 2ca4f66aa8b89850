"""Asks the questions in real conversations, on the offline coach or any endpoint, and judges what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from evals.athletes import NOW, make
from evals.question import Heard, Question, mistakes

import coach.tools  # noqa: F401 - fills the registry
from coach.config import Settings
from coach.graph.events import Event
from coach.graph.exam.judge import Answer, Wrong
from coach.graph.run import Conversations
from coach.graph.state import Call
from coach.store.session import Database
from coach.tools.spec import TOOLS, Result, Tool, ToolContext


@dataclass(frozen=True)
class Asked:
    """A question, what was heard, and what is wrong with it."""

    question: Question
    heard: Heard
    wrong: tuple[Wrong, ...]


async def ask_all(db: Database, questions: Sequence[Question], settings: Settings) -> list[Asked]:
    """Put every question in a thread of its own to the coach of its athlete."""
    calls: list[Call] = []
    conversations = Conversations(db, settings=settings, clock=lambda: NOW, tools=_watched(calls))
    await conversations.open()
    try:
        # What writes or stops the plan comes last: it would change what the others are told.
        ordered = sorted(questions, key=lambda q: (q.lang, q.athlete, q.danger == "flag"))
        done: list[Asked] = []
        for (lang, athlete), of in groupby(ordered, key=lambda q: (q.lang, q.athlete)):
            athlete_id = make(db, athlete, lang)
            for question in of:
                calls.clear()
                started = await conversations.start(athlete_id, question.rules.says, lang=lang)
                events = [event async for event in conversations.events(athlete_id, started.run_id)]
                heard = _heard(events, tuple(calls))
                done.append(Asked(question, heard, mistakes(question, heard)))
        return sorted(done, key=lambda asked: asked.question.id)
    finally:
        await conversations.aclose()


def _watched(calls: list[Call]) -> dict[str, Tool]:
    """Return the tools, each noting with what it was called: events tell the athlete only which."""

    def watched(tool: Tool) -> Tool:
        def fn(ctx: ToolContext, args: Any) -> Result:
            given = args.model_dump(mode="json", exclude_unset=True)
            calls.append({"id": "", "name": tool.name, "args": given})
            return tool.fn(ctx, args)

        return replace(tool, fn=fn)

    return {name: watched(tool) for name, tool in TOOLS.items()}


def _heard(events: Sequence[Event], calls: tuple[Call, ...]) -> Heard:
    text, refs = "", list[str]()
    flagged = proposed = False
    for event in events:
        payload = event.payload
        if event.type == "TEXT_MESSAGE_CONTENT":
            text += payload["delta"]
            refs += [ref["ref"] for ref in payload.get("refs", ())]
        elif event.type == "CUSTOM":
            value = payload["value"]
            if payload["name"] == "replace":
                text, refs = value["text"], [ref["ref"] for ref in value["refs"]]
            flagged = flagged or payload["name"] == "red_flag"
            proposed = proposed or (payload["name"] == "card" and value["kind"] == "approval")
    return Heard(Answer(text.strip(), text, tuple(refs), calls), flagged, proposed)
