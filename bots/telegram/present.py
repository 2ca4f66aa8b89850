"""A message of the coach as it is posted: formed words, pictures, and buttons for what can be answered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from telegram import MessageEntity

from bots.telegram import approval_card, pictures
from bots.telegram.buttons import Proof, Quick, Sources, encode
from bots.telegram.desk import Desk
from bots.telegram.entities import formed, split
from bots.telegram.first_buttons import Rows, effort_rows, switch_rows
from bots.telegram.message import LONGEST, LONGEST_CAPTION, Button, Out
from bots.telegram.passing import Passing, passing
from bots.telegram.tables import Formed, bold, joined, table, units
from coach.domain.athlete import Athlete
from coach.errors import CoachError
from coach.store import nudges
from coach.store.threads import Message
from coach.text import Lang, say

log = logging.getLogger(__name__)

Spec = dict[str, Any]

MOST_CHOICES = 20
LONGEST_LABEL = 60  # characters of a button
SHORT_LABEL = 12  # three such buttons stand beside each other


def present(
    desk: Desk,
    athlete: Athlete,
    message: Message,
    lang: Lang | None = None,
    *,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    more_rows: Rows = (),
) -> list[Out]:
    """Return what is posted for a stored message, in order; nothing for one without words and cards.

    The first is the text; its last part carries the buttons of the whole message, `more_rows` below them.
    `before` and `after` are sentences around the words. What a source does not let through is not among it
    (`bots.telegram.passing`), which is said. Blocking: pictures are drawn.
    """
    lang = lang or athlete.lang
    today = desk.clock().astimezone(athlete.zone).date()
    public_url = desk.settings.public_url
    drawn: list[tuple[str, Spec | None]] = []
    asked: list[Out] = []
    with desk.db.athlete_session(athlete.id) as s:
        shown = passing(s, athlete.id, message.text, message.content, lang)
        for card in shown.cards:
            title = str(card.get("title") or "")
            try:
                if card["kind"] == "chart":
                    drawn.append((title, pictures.spec_of(s, athlete, card, lang, today)))
                elif card["kind"] == "approval":
                    asked += approval_card.stored(s, athlete, int(card["id"]), lang, public_url)
            except CoachError as error:
                log.warning("a card of message %s was not shown: %s", message.id, error.key)
                if card["kind"] == "chart":
                    drawn.append((title, None))
        begun = nudges.of_message(s, message.id) if message.run_id is None else []
    photos, failed = _photos(desk, drawn, lang)
    words = [*_words(shown, lang), *failed]
    text = joined([*map(_italic, before), *words, *map(_italic, after)])
    rows = (
        *(effort_rows(message.content, lang) or _answers(message.id, shown)),
        *_about(message.id, shown, lang),
        *_links(public_url, shown, lang),
        *switch_rows(begun, lang),
        *more_rows,
    )
    parts = [Out(said, form) for said, form in split(*text, LONGEST)] if text[0].strip() else []
    outs = [*parts, *photos, *asked]
    if outs and rows:
        last = max(len(parts) - 1, 0)
        outs[last] = replace(outs[last], rows=(*rows, *outs[last].rows))
    return outs


def page(public_url: str | None, path: str) -> str | None:
    """Return the address of a page of ours that the messenger takes; None when there is none."""
    parts = urlsplit(public_url or "")
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
        return None
    return f"{(public_url or '').rstrip('/')}{path}"


def _italic(text: str) -> Formed:
    return text, (MessageEntity(MessageEntity.ITALIC, 0, units(text)),) if text else ()


def _words(shown: Passing, lang: Lang) -> list[Formed]:
    pieces = [formed(shown.text)]
    if shown.question and shown.question.get("text", "") not in shown.text:
        pieces.append((shown.question["text"], ()))
    for card in shown.cards:
        match card.get("kind"):
            case "table":
                pieces.append(table(card, lambda n: say(lang, "telegram.more_rows", n=n)))
    if shown.stays:
        pieces.append((say(lang, "telegram.stays_here"), ()))
    return pieces


def _photos(
    desk: Desk, drawn: Sequence[tuple[str, Spec | None]], lang: Lang
) -> tuple[list[Out], list[Formed]]:
    """Return pictures with their titles, and a line for each that could not be drawn."""
    photos: list[Out] = []
    failed: list[Formed] = []
    for title, spec in drawn:
        try:
            if spec is not None:
                caption, form = split(*bold(title), LONGEST_CAPTION)[0] if title else ("", ())
                photos.append(Out(caption, form, photo=pictures.draw(desk.pictures, spec)))
                continue
        except CoachError as error:
            log.warning("a chart was not drawn: %s", error.key)
        failed.append((say(lang, "telegram.no_picture", title=title), ()))
    return photos, failed


def _answers(message_id: int, shown: Passing) -> Rows:
    """Return the quick answers of a question: short ones beside each other."""
    labels = [str(choice["label"]) for choice in (shown.question or {}).get("choices") or ()][:MOST_CHOICES]
    buttons = [
        Button(_cut(label), data=encode(Quick(message_id, at))) for at, label in enumerate(labels) if label
    ]
    beside = 3 if all(len(button.text) <= SHORT_LABEL for button in buttons) else 1
    return tuple(tuple(buttons[at : at + beside]) for at in range(0, len(buttons), beside))


def _about(message_id: int, shown: Passing, lang: Lang) -> Rows:
    """Return the buttons that open what numbers and citations of a message rest on."""
    kinds = {fact.get("kind", "fact") for fact in shown.facts.values()}
    row = []
    if kinds - {"passage"}:
        row.append(Button(say(lang, "telegram.show_numbers"), data=encode(Proof(message_id))))
    if "passage" in kinds:
        row.append(Button(say(lang, "telegram.show_sources"), data=encode(Sources(message_id))))
    return (tuple(row),) if row else ()


def _links(public_url: str | None, shown: Passing, lang: Lang) -> Rows:
    """Return buttons that open pages of ours, where the installation has an address."""
    rows = []
    for card in shown.cards:
        path = {"link": card.get("href"), "activity": f"/activities/{card.get('activity_id')}"}.get(
            str(card.get("kind"))
        )
        url = page(public_url, path) if path else None
        if url:
            rows.append((Button(_cut(card.get("title") or url), url=url),))
    if shown.stays and (url := page(public_url, "/")):
        rows.append((Button(say(lang, "telegram.open_page"), url=url),))
    return tuple(rows)


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
