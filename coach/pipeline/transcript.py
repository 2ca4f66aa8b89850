"""A conversation as Markdown: who said what and when, with the sources of what was cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from coach.store.threads import Message, Thread
from coach.text import Lang, say
from coach.text.sources import numbered


def markdown(thread: Thread, said: Iterable[Message], lang: Lang, now: datetime) -> Iterator[str]:
    """Return the pieces of a conversation's text. `now` is in the zone in which times are shown."""
    when = now.strftime("%Y-%m-%d %H:%M")
    title = thread.title or say(lang, "web.chat.untitled")
    yield f"# {title}\n\n{say(lang, 'web.thread.exported', when=when)}\n"
    for message in said:
        who = say(lang, "web.thread.you" if message.role == "user" else "web.thread.coach")
        at = message.created_at.astimezone(now.tzinfo).strftime("%Y-%m-%d %H:%M")
        yield "".join(f"\n{part}\n" for part in (f"## {who} · {at}", message.text, *_sources(message, lang)))


def _sources(message: Message, lang: Lang) -> list[str]:
    """Return the passages that a message cites, numbered as they are in it."""
    facts: Mapping[str, Any] = message.content.get("facts") or {}
    seen: dict[str, Mapping[str, Any]] = {}
    for ref in message.content.get("refs") or ():
        source = facts.get(ref["ref"]) or {}
        if source.get("kind") == "passage":
            seen.setdefault(ref["ref"], source)
    told = numbered(seen.values(), lang, said=message.text)
    return [told] if told else []
