"""What the coach said first, as the turn of a conversation: the events that an answer would have had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.store.threads import Message


def is_first(message: Message) -> bool:
    """Return whether the coach said this unasked."""
    return message.run_id is None and message.role == "assistant"


def events_of(message: Message) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the events of such a message, as `coach.graph.voice` emits them for an answer."""
    content, name = message.content, f"first-{message.id}"
    yield "RUN_STARTED", {"runId": "", "threadId": message.thread_id}
    if message.text:
        refs = [dict(ref) for ref in content.get("refs") or ()]
        yield "TEXT_MESSAGE_START", {"messageId": name, "role": "assistant"}
        yield "TEXT_MESSAGE_CONTENT", {"messageId": name, "delta": message.text, "refs": refs}
        if facts := content.get("facts"):
            yield "CUSTOM", {"name": "facts", "value": facts}
        yield "TEXT_MESSAGE_END", {"messageId": name, "html": content.get("html", "")}
    for card in content.get("cards") or ():
        yield "CUSTOM", {"name": "card", "value": card}
    if question := content.get("question"):
        yield "CUSTOM", {"name": "question", "value": question}
    yield "RUN_FINISHED", {"runId": ""}
