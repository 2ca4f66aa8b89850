"""What the numbers and citations of a message rest on, in words: what the page shows when one is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from bots.telegram.desk import Chat, Desk, Progress
from bots.telegram.entities import split
from bots.telegram.message import LONGEST, Out
from bots.telegram.passing import Passing, passing
from bots.telegram.tables import Formed, bold, joined
from bots.telegram.talking import deliver, language, tell, told
from coach.errors import NotFound
from coach.store import threads
from coach.store.threads import Message
from coach.text import Lang, say
from coach.text.sources import numbered


async def numbers(desk: Desk, chat: Chat, message_id: int, progress: Progress) -> None:
    """Post what each number of a message stands for. A message of somebody else's is not there."""
    await _post(desk, chat, message_id, progress, cited=False)


async def sources(desk: Desk, chat: Chat, message_id: int, progress: Progress) -> None:
    """Post the passages that a message cites."""
    await _post(desk, chat, message_id, progress, cited=True)


async def _post(desk: Desk, chat: Chat, message_id: int, progress: Progress, *, cited: bool) -> None:
    lang = language(chat)
    try:
        message, shown = await asyncio.to_thread(_read, desk, chat, message_id)
    except NotFound as error:
        await tell(desk, chat, told(error, lang), progress)
        return
    text = _passages(shown, lang) if cited else _facts(message, shown, lang)
    if not text[0]:
        await tell(desk, chat, say(lang, "telegram.nothing_behind"), progress)
        return
    await deliver(desk, chat, [Out(said, form) for said, form in split(*text, LONGEST)], progress)


def _read(desk: Desk, chat: Chat, message_id: int) -> tuple[Message, Passing]:
    with desk.db.athlete_session(chat.athlete.id) as s:
        message = threads.message(s, message_id)
        return message, passing(s, chat.athlete.id, message.text, message.content, language(chat))


def _passages(shown: Passing, lang: Lang) -> Formed:
    cited = [fact for fact in shown.facts.values() if fact.get("kind") == "passage"]
    return numbered(cited, lang, said=shown.text), ()


def _facts(message: Message, shown: Passing, lang: Lang) -> Formed:
    facts = [fact for fact in _in_order(message, shown) if fact.get("kind") != "passage"]
    told_: list[Formed] = []
    before = ""
    for fact in facts:  # what several in a row are about is said once
        about = _about(fact)
        told_.append(_fact(fact, "" if about == before else about, lang))
        before = about
    unproven = any(ref.get("ref") == "?" for ref in message.content.get("refs") or ())
    if unproven and told_:
        told_.append((say(lang, "telegram.unproven"), ()))
    return joined([bold(say(lang, "telegram.numbers_title")), *told_]) if told_ else ("", ())


def _in_order(message: Message, shown: Passing) -> Iterable[Mapping[str, Any]]:
    """Return the facts as they are said; those that no place in the text names come last."""
    named = dict.fromkeys(ref["ref"] for ref in message.content.get("refs") or ())
    return [shown.facts[ref] for ref in (*named, *(set(shown.facts) - set(named))) if ref in shown.facts]


def _about(fact: Mapping[str, Any]) -> str:
    subject = fact.get("subject")
    label = subject.get("label") if isinstance(subject, Mapping) else subject
    return str(fact.get("about") or label or "")


def _fact(fact: Mapping[str, Any], about: str, lang: Lang) -> Formed:
    """Return label and value, and below it what they rest on; `about`: what they are a value of."""
    label = str(fact.get("label") or "")
    value = str(fact.get("text") or "")
    rows: list[str] = []

    def row(key: str, text: Any) -> None:
        if text:
            rows.append(f"{say(lang, f'web.chat.{key}')}: {text}")

    row("source_about", about)
    if fact.get("window") and str(fact["window"]) not in _about(fact):
        row("source_window", fact["window"])
    coverage = fact.get("coverage")
    row("source_covers", f"{round(coverage * 100)}%" if coverage is not None and coverage < 1 else "")
    row("source_how", fact.get("how"))
    row("source_method", fact.get("method"))
    row("source_from", ", ".join(fact.get("source_names") or ()))
    for caveat in fact.get("caveats") or ():
        row("source_note", caveat)
    return joined([bold(f"{label}: {value}" if value else label), ("\n".join(rows), ())], "\n")
