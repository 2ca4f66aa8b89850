"""Tables for a phone: in columns where those are narrow enough, else a paragraph for each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

from telegram import MessageEntity

Formed = tuple[str, tuple[MessageEntity, ...]]

FITS = 34  # letters of equal width in a line of a phone's chat
MOST_PARAGRAPHS = 20  # rows that do not fit into a line each; more is read on the page
_NUMBER = re.compile(r"[-+−]?\d")
_GAP = "  "


def table(card: Mapping[str, Any], rest: Callable[[int], str] = str) -> Formed:
    """Return a table's card as text with its form; `rest` says how many rows are only on the page."""
    columns = [str(name) for name in card.get("columns") or ()]
    rows = [[" ".join(str(cell).split()) for cell in row] for row in card.get("rows") or ()]
    pieces: list[Formed] = [bold(card["title"])] if card.get("title") else []
    aligned = _aligned(columns, rows)
    pieces.append(aligned or _paragraphs(columns, rows[:MOST_PARAGRAPHS]))
    if aligned is None and len(rows) > MOST_PARAGRAPHS:
        pieces.append((rest(len(rows) - MOST_PARAGRAPHS), ()))
    if note := (card.get("note") or {}).get("text"):
        pieces.append((str(note), ()))
    return joined(pieces, "\n")


def bold(text: str) -> Formed:
    """Return bold words."""
    return text, (MessageEntity(MessageEntity.BOLD, 0, units(text)),) if text else ()


def joined(pieces: Sequence[Formed], between: str = "\n\n") -> Formed:
    """Return pieces as one text; what is empty is left out."""
    text, entities = "", []
    for said, form in pieces:
        if not said:
            continue
        text += between if text else ""
        at = units(text)
        entities += [_moved(entity, at) for entity in form]
        text += said
    return text, tuple(entities)


def units(text: str) -> int:
    """Return the length as the messenger counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _moved(entity: MessageEntity, by: int) -> MessageEntity:
    return MessageEntity(entity.type, entity.offset + by, entity.length, language=entity.language)


def _aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Formed | None:
    """Return rows below each other in columns, or None when they are too wide."""
    lines = [columns, *rows]
    if not rows or len({len(line) for line in lines}) != 1:
        return None
    widths = [max(map(_width, cells)) for cells in zip(*lines, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > FITS:
        return None
    right = [at > 0 and all(_NUMBER.match(row[at]) for row in rows if row[at]) for at in range(len(widths))]

    def cell(text: str, at: int) -> str:
        room = " " * (widths[at] - _width(text))
        return room + text if right[at] else text + room

    shown = "\n".join(_GAP.join(cell(text, at) for at, text in enumerate(line)).rstrip() for line in lines)
    return shown, (MessageEntity(MessageEntity.PRE, 0, units(shown)),)


def _paragraphs(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Formed:
    said: list[Formed] = []
    for row in rows:
        named = [
            f"{columns[at]} {cell}" if at < len(columns) and columns[at] else cell
            for at, cell in enumerate(row)
            if at and cell
        ]
        first = row[0] if row else ""
        if first.isdecimal() and columns:  # a bare number says nothing: week 2
            first = f"{columns[0]} {first}"
        said.append(joined([bold(first), (" · ".join(named), ())], "\n"))
    return joined(said, "\n")


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
