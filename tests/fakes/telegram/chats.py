"""Chats and what stands in them, and what is refused there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LONGEST, LONGEST_CAPTION, LONGEST_DATA = 4096, 1024, 64
MOST_ENTITIES = 100  # what is more is left out without a word
Json = dict[str, Any]


def units(text: str) -> int:
    """Return how long a text is over there: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Refusal(Exception):
    """What the Bot API answers instead of a result."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    @classmethod
    def bad(cls, what: str) -> Refusal:
        """Return a 400."""
        return cls(400, f"Bad Request: {what}")

    @classmethod
    def flood(cls, seconds: int) -> Refusal:
        """Return a 429."""
        return cls(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


@dataclass
class Message:
    """One message of a chat, as it stands there now."""

    id: int
    chat_id: int
    sent_at: datetime
    by_bot: bool
    author: Json = field(default_factory=dict)  # who wrote it, when the bot did not
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    photo: bytes | None = None
    rows: list[list[Json]] = field(default_factory=list)
    reply_to: int | None = None
    silent: bool = False
    file: Json = field(default_factory=dict)  # what it carries, as it is told: document, voice, photo
    edits: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons, row after row."""
        return [button["text"] for row in self.rows for button in row]

    def button(self, label: str) -> Json:
        """Return the button whose label holds this."""
        for row in self.rows:
            for button in row:
                if label in button["text"]:
                    return button
        raise AssertionError(f"no button {label!r} among {self.buttons}")

    def styled(self, kind: str) -> list[str]:
        """Return the pieces of its text that stand in this form."""
        raw = self.text.encode("utf-16-le")
        return [
            raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in self.entities
            if e["type"] == kind
        ]


@dataclass
class Chat:
    """A private chat, or a group."""

    id: int
    kind: str = "private"
    title: str = ""
    started: bool = True  # the person has written to the bot, or pressed "start"
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    deleted: list[Message] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)


def check_text(text: str, *, caption: bool = False) -> str:
    """Return the text as it will stand. Raises Refusal."""
    if not text.strip() and not caption:
        raise Refusal.bad("message text is empty")
    if units(text) > (LONGEST_CAPTION if caption else LONGEST):
        raise Refusal.bad("message caption is too long" if caption else "message is too long")
    return text


def check_entities(text: str, entities: list[Json]) -> list[Json]:
    """Return the entities as they will stand. Raises Refusal."""
    raw = text.encode("utf-16-le")
    inside = {
        i for i in range(len(raw) // 2) if 0xDC00 <= int.from_bytes(raw[2 * i : 2 * i + 2], "little") < 0xE000
    }
    for e in entities:
        first, last = e.get("offset"), e.get("offset", 0) + e.get("length", 0)
        if not isinstance(first, int) or first < 0 or e.get("length", 0) <= 0:
            raise Refusal.bad(f"can't parse entities: entity has a wrong place {e}")
        if last > len(raw) // 2:
            raise Refusal.bad(
                f"can't parse entities: entity beginning at UTF-16 offset {first} ends after the end of the"
                f" text at UTF-16 offset {len(raw) // 2}"
            )
        if first in inside or last in inside:
            raise Refusal.bad("can't parse entities: entity begins or ends in the middle of a UTF-16 symbol")
    return entities[:MOST_ENTITIES]


def check_keyboard(markup: Json | None) -> list[list[Json]]:
    """Return the rows of buttons. Raises Refusal."""
    rows = [row for row in (markup or {}).get("inline_keyboard", []) if row]
    for button in (b for row in rows for b in row):
        if not button.get("text"):
            raise Refusal.bad("can't parse inline keyboard button: text must be non-empty")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= LONGEST_DATA:
            raise Refusal.bad("BUTTON_DATA_INVALID")
        if data is None and not button.get("url"):
            raise Refusal.bad(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
    if sum(map(len, rows)) > 100:
        raise Refusal.bad("REPLY_MARKUP_TOO_LONG")
    return rows
