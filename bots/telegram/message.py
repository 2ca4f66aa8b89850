"""What is posted into a chat: words with their form, or a picture, and the buttons below."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import MessageEntity

LONGEST = 4096  # UTF-16 units of a message
LONGEST_CAPTION = 1024  # UTF-16 units below a picture
LONGEST_DATA = 64  # bytes that a button sends back


@dataclass(frozen=True)
class Button:
    """One button: it sends `data` back, or opens `url`."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True)
class Out:
    """One message over there. With `photo` (PNG) the text is its caption.

    `entities` count in UTF-16 units. What is longer than a message takes was split before.
    """

    text: str
    entities: tuple[MessageEntity, ...] = ()
    photo: bytes | None = None
    rows: tuple[tuple[Button, ...], ...] = ()
