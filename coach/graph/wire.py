"""A thread as it stands in the request to an endpoint, without who and where somebody is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage

from coach.domain.athlete import Athlete
from coach.domain.disguise import KINDS, Disguise
from coach.domain.model_cost import MESSAGE_TOKENS, estimate_tokens
from coach.store import connections, private_places
from coach.store.session import Session
from coach.text import Lang, say

Body = dict[str, Any]

# What a tool's outcome says by code: values, keys and names that hold nobody's words.
UNTOUCHED = frozenset({"ref", "key", "metric", "value", "raw", "unit", "from", "to", "citation", "authority"})


def disguise_of(s: Session, athlete: Athlete) -> Disguise:
    """Return the marks for what the athlete and their places and accounts are called."""
    lang: Lang = athlete.lang
    return Disguise(
        {kind: say(lang, f"models.mark_{kind}") for kind in KINDS},
        names=[athlete.name],
        places=[place.name for place in private_places.places(s, athlete.id)],
        accounts=[connection.account_name for connection in connections.every(s)],
    )


def body_of(thread: Sequence[BaseMessage], disguise: Disguise) -> list[Body]:
    """Return the messages of a request. The instructions are ours and hold nobody's words."""
    return [_message(message, disguise) for message in thread]


def _message(message: BaseMessage, disguise: Disguise) -> Body:
    content = message.content if isinstance(message.content, str) else json.dumps(message.content)
    match message:
        case SystemMessage():
            return {"role": "system", "content": content}
        case ToolMessage():
            return {"role": "tool", "tool_call_id": message.tool_call_id, "content": _data(content, disguise)}
        case AIMessage():
            said: Body = {"role": "assistant", "content": disguise.cover(content) or None}
            if message.tool_calls:
                said["tool_calls"] = [
                    {
                        "type": "function",
                        "id": call["id"],
                        "function": {
                            "name": call["name"],
                            "arguments": json.dumps(disguise.cover_data(call["args"]), ensure_ascii=False),
                        },
                    }
                    for call in message.tool_calls
                ]
            elif said["content"] is None:
                said["content"] = ""
            return said
        case _:
            return {"role": "user", "content": disguise.cover(content)}


def _data(content: str, disguise: Disguise) -> str:
    try:
        value = json.loads(content)
    except ValueError:
        return disguise.cover(content)
    return json.dumps(disguise.cover_data(value, UNTOUCHED), ensure_ascii=False)


def tokens_of(body: Sequence[Body]) -> int:
    """Return about how many tokens the messages of a request are."""
    told = 0
    for message in body:
        told += MESSAGE_TOKENS + estimate_tokens(message["content"] or "")
        for call in message.get("tool_calls", ()):
            told += MESSAGE_TOKENS + estimate_tokens(call["function"]["name"] + call["function"]["arguments"])
    return told
