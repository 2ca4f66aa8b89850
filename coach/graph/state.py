"""What a conversation carries from turn to turn, as plain values: checkpoints hold nothing else."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Any, Literal, NotRequired, TypedDict

WHOLE_TURNS = 3  # turns that keep their tool results
TURNS = 12  # turns that are remembered word for word at most
FOLDED = 4  # turns that become a summary at once: the thread's beginning changes seldom, not every turn
RECALLED = 40  # turns that the summary holds
ASKED_CHARS, SAID_CHARS = 120, 200  # of each of them
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
    used: NotRequired[list[str]]  # user: the tools that answered it, once their results are forgotten


class Recalled(TypedDict):
    """What is left of a turn in the summary, as an outside model may read it: words with references."""

    asked: str
    tools: list[str]
    said: str


def remember(old: list[Message], new: list[Message]) -> list[Message]:
    """Append, and forget what is too old: tool results first, then whole turns."""
    messages = old + new
    if _forgets(messages):
        # What was forgotten may stand anywhere before; the request itself goes when the next one comes.
        messages = this_turn(messages)
    messages = messages[_kept_from(messages) :]
    begins = _begins(messages)
    if len(begins) <= WHOLE_TURNS:
        return messages
    recent = begins[-WHOLE_TURNS]
    return _spoken(messages[:recent]) + messages[recent:]


def recall(summary: list[Recalled], old: list[Message], new: list[Message]) -> list[Recalled]:
    """Return the summary with the turns that `remember` lets go of when `new` comes to `old`."""
    messages = old + new
    if _forgets(messages):
        return []
    gone = _spoken(messages[: _kept_from(messages)])
    turns = [_recalled(gone[a:b]) for a, b in pairwise([*_begins(gone), len(gone)])]
    return [*summary, *turns][-RECALLED:]


def _forgets(messages: list[Message]) -> bool:
    return any(m["role"] == "tool" and (m["result"] or {}).get("forgets") for m in messages)


def _begins(messages: list[Message]) -> list[int]:
    return [i for i, m in enumerate(messages) if m["role"] == "user"]


def _kept_from(messages: list[Message]) -> int:
    begins = _begins(messages)
    if len(begins) <= TURNS:
        return 0
    return begins[FOLDED * -(-(len(begins) - TURNS) // FOLDED)]


def _recalled(turn: list[Message]) -> Recalled:
    """Return a turn in short. What code withheld from outside models is not in it."""
    said = next((m.get("outside", m["text"]) for m in reversed(turn[1:])), "")
    return {
        "asked": _short(turn[0].get("outside", turn[0]["text"]), ASKED_CHARS),
        "tools": turn[0].get("used", []),
        "said": _short(_SENTENCE.split(said.strip(), maxsplit=1)[0], SAID_CHARS),
    }


_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n")


def _short(text: str, most: int) -> str:
    """Return the beginning of a text; a reference is not cut in two."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[:most]
    return (cut[: cut.rindex("{")] if cut.rfind("{") > cut.rfind("}") else cut) + "…"


def _spoken(messages: list[Message]) -> list[Message]:
    """Return what was said, without calls and results; which tools there were is noted where it was asked."""
    spoken: list[Message] = []
    asked: Message | None = None
    for message in messages:
        if message["role"] == "tool":
            if asked is not None and "name" in message:
                asked["used"] = list(dict.fromkeys([*asked.get("used", []), message["name"]]))
        elif message["role"] == "user":
            # A message of files alone has no words, and is a turn all the same.
            asked = message.copy()
            spoken.append(asked)
        elif message["text"]:
            spoken.append(_without_calls(message))
    return spoken


def _without_calls(message: Message) -> Message:
    kept: Message = {"role": message["role"], "text": message["text"]}
    if "outside" in message:
        kept["outside"] = message["outside"]
    return kept


class State(TypedDict, total=False):
    """One thread."""

    messages: Annotated[list[Message], remember]
    summary: list[Recalled]  # of the turns before `messages`
    facts: dict[str, dict[str, Any]]  # reference → fact
    next_fact: int
    pending: dict[str, Any] | None  # the question that the next message may answer
    first_seen: int  # id of the last message that the coach began with and that is in here
    since: str  # ISO moment of the first turn that is in here: retention forgets it all when that is long ago
    limited_told: bool  # the athlete was told that a model gets only tools that read
    call: Call  # given to a tool node by Send, never stored


def this_turn(messages: list[Message]) -> list[Message]:
    """Return the messages from the athlete's last one on."""
    for i in range(len(messages) - 1, -1, -1):
        if messages[i]["role"] == "user":
            return messages[i:]
    return messages
