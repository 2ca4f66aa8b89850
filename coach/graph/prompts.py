"""What a model is told, and the thread as it may read it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from coach.domain.source import Permission, Source
from coach.graph import bind
from coach.graph.numbers import scan
from coach.graph.state import WITHHELD, Message, Recalled
from coach.graph.turn import Turn
from coach.text import say
from coach.text.facts import render
from coach.text.formats import period_label, weekday_name

_OPEN, _CLOSE = "\n\n<program>\n", "\n</program>"
_TAG = re.compile(r"<(?=[\s/]*program\b)", re.IGNORECASE)


def system(turn: Turn) -> SystemMessage:
    """Return the instructions: how to speak of numbers and of people.

    The text is the same in every turn, so that an endpoint that keeps prefixes reads it once; what changes is
    in `context`. `additional_kwargs["hanbal"]` holds that for the offline coach, which reads no prose.
    """
    ctx = turn.ctx
    lang = ctx.lang
    parts = [
        say(lang, "graph.system", ref="{f12}", ref_particle="{f12:+을}"),
        say(lang, "permissions.system", withheld=WITHHELD),
        say(lang, "models.system"),
    ]
    facts = {
        "today": ctx.today.isoformat(),
        "now": ctx.now.isoformat(),
        "tz": ctx.athlete.tz,
        "week_start": ctx.athlete.week_start,
        "lang": lang,
        "units": ctx.athlete.units,
        "attached": bool(turn.attachments),
        "manner": dict(turn.manner),
    }
    return SystemMessage("\n\n".join(parts), additional_kwargs={"hanbal": facts})


def context(turn: Turn) -> str:
    """Return what is known at this moment, marked as the program's data."""
    ctx = turn.ctx
    athlete, lang, today = ctx.athlete, ctx.lang, ctx.today
    week = today - timedelta(days=(today.weekday() - athlete.week_start) % 7)
    parts = [
        say(
            lang,
            "models.context",
            today=today.isoformat(),
            weekday=weekday_name(today.weekday(), lang),
            time=f"{ctx.now.astimezone(athlete.zone):%H:%M}",
            tz=athlete.tz,
            week_first=week.isoformat(),
            week_last=(week + timedelta(days=6)).isoformat(),
            last_week_first=(week - timedelta(days=7)).isoformat(),
            last_week_last=(week - timedelta(days=1)).isoformat(),
            week_label=period_label(
                week, week + timedelta(days=6), lang, today, week_start=athlete.week_start
            ),
            units=say(lang, f"graph.units_{athlete.units}"),
        ).strip()
    ]
    if turn.attachments:
        parts.append(say(lang, "graph.attached"))
    if turn.proposal_waits:
        parts.append(say(lang, "plan_tools.system_waits"))
    parts += turn.style
    if turn.background:
        parts.append(say(lang, "models.background"))
        parts += [f"- {_framed(line)}" for line in turn.background]
    return _OPEN + "\n".join(parts) + _CLOSE


def _framed(text: str) -> str:
    """Return a text that cannot pass for the program's own part of a message."""
    return _TAG.sub("‹", text)


def conversation(
    turn: Turn, messages: list[Message], *, outside: bool, summary: Sequence[Recalled] = ()
) -> list[BaseMessage]:
    """Return the thread for a model. `outside`: values whose source forbids it are withheld.

    For an outside model the program's part stands behind the newest message of the athlete, and what was
    talked about before the thread begins in front of its first: servers differ in what they make of a second
    system message, and what stands behind everything leaves what is before it as it was in the last turn.

    Every tool call is followed by an answer, even where a turn was stopped between the two: an endpoint
    refuses a thread with open calls.
    """
    answered = {m["call_id"] for m in messages if m["role"] == "tool"}
    with_results = {c["id"] for m in messages for c in m.get("calls", [])}
    spoken: list[BaseMessage] = [system(turn)]
    newest = max((i for i, m in enumerate(messages) if m["role"] == "user"), default=-1)
    before = recalled(turn, summary) if outside else ""
    for i, message in enumerate(messages):
        if message["role"] == "user":
            text = _text(message, outside)
            if outside:
                text = before + _framed(text) + (context(turn) if i == newest else "")
                before = ""
            spoken.append(HumanMessage(text))
        elif message["role"] == "assistant":
            calls = message.get("calls", [])
            text = _text(message, outside)
            text = text if calls else _resolve(turn, text, outside, turn.permissions)
            called = [
                {"name": c["name"], "args": c["args"], "id": c["id"], "type": "tool_call"} for c in calls
            ]
            spoken.append(AIMessage(text, tool_calls=called))
            for call in calls:
                if call["id"] not in answered:
                    stopped = json.dumps({"error": "stopped by the athlete"})
                    spoken.append(ToolMessage(stopped, tool_call_id=call["id"], name=call["name"]))
        elif message["call_id"] in with_results:
            content = bind.reading(
                message["result"],
                turn.ledger,
                lang=turn.ctx.lang,
                units=turn.ctx.athlete.units,
                outside=outside,
                permissions=turn.permissions,
            )
            spoken.append(ToolMessage(content, tool_call_id=message["call_id"], name=message["name"]))
    return spoken


def recalled(turn: Turn, summary: Sequence[Recalled]) -> str:
    """Return the summary of turns that are no longer in the thread, as an outside model may read it."""
    lang = turn.ctx.lang
    lines = []
    for past in summary:
        parts = [say(lang, "models.summary_asked", text=_framed(past["asked"]))]
        if past["tools"]:
            parts.append(say(lang, "models.summary_tools", tools=", ".join(past["tools"])))
        if past["said"]:
            told = _resolve(turn, _framed(past["said"]), True, turn.permissions)
            parts.append(say(lang, "models.summary_said", text=told))
        lines.append("- " + " ".join(parts))
    if not lines:
        return ""
    return _OPEN.lstrip() + "\n".join([say(lang, "models.summary"), *lines]) + _CLOSE + "\n\n"


def _text(message: Message, outside: bool) -> str:
    return message.get("outside", message["text"]) if outside else message["text"]


def _resolve(turn: Turn, text: str, outside: bool, permissions: Mapping[Source, Permission]) -> str:
    """Return an earlier answer with its values beside the references, as far as the reader may know them."""
    parts: list[str] = []
    at = 0
    for token in scan(text, final=True)[0]:
        if token.kind != "ref" or (fact := turn.ledger.get(token.ref)) is None:
            continue
        hidden = outside and not fact.permission(permissions).to_model
        value = WITHHELD if hidden else render(fact, turn.ctx.lang, turn.ctx.athlete.units)
        parts += [text[at : token.start], value]
        at = token.end
    return "".join([*parts, text[at:]])
