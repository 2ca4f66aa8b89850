"""What a conversation carries from turn to turn, as plain values: checkpoints hold nothing else."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

WHOLE_TURNS = 3  # turns that keep their tool results
TURNS = 12  # turns that are remembered at all
WITHHELD = "withheld (source policy)"  # what an outside model reads in place of a restricted value


class Call(TypedDict):
    """One tool call as the model made it."""

    id: str
    name: str
    args: dict[str, Any]


class Message(TypedDict):
    """One message. An assistant's text keeps its references: what they stand for depends on who reads."""

    role: Literal["user", "assistant", "tool"]
    text: str
    outside: NotRequired[str]  # instead of the text, for a model on somebody else's machine
    calls: NotRequired[list[Call]]  # assistant
    call_id: NotRequired[str]  # tool
    name: NotRequired[str]  # tool
    result: NotRequired[dict[str, Any]]  # tool: see coach.graph.bind


def remember(old: list[Message], new: list[Message]) -> list[Message]:
    """Append, and forget what is too old: tool results first, then whole turns."""
    messages = old + new
    begins = [i for i, m in enumerate(messages) if m["role"] == "user"]
    if len(begins) > TURNS:
        messages = messages[begins[-TURNS] :]
        begins = [i for i, m in enumerate(messages) if m["role"] == "user"]
    if len(begins) <= WHOLE_TURNS:
        return messages
    recent = begins[-WHOLE_TURNS]
    spoken: list[Message] = [
        _without_calls(m) for m in messages[:recent] if m["role"] != "tool" and m["text"]
    ]
    return spoken + messages[recent:]


def _without_calls(message: Message) -> Message:
    kept: Message = {"role": message["role"], "text": message["text"]}
    if "outside" in message:
        kept["outside"] = message["outside"]
    return kept


class State(TypedDict, total=False):
    """One thread."""

    messages: Annotated[list[Message], remember]
    facts: dict[str, dict[str, Any]]  # reference → fact
    next_fact: int
    pending: dict[str, Any] | None  # the question that the next message may answer
    since: str  # ISO moment of the first turn that is in here: retention forgets it all when that is long ago
    call: Call  # given to a tool node by Send, never stored


def this_turn(messages: list[Message]) -> list[Message]:
    """Return the messages from the athlete's last one on."""
    for i in range(len(messages) - 1, -1, -1):
        if messages[i]["role"] == "user":
            return messages[i:]
    return messages
