"""Our Markdown as what Telegram draws: plain text with marked stretches, counted in UTF-16 units, in parts.

Read by the very parser of the page, so that nothing looks like markup in one place and not in the other.
Telegram's own Markdown is not used: a single wrong letter in it loses the whole message.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import regex  # type: ignore[import-untyped]
from markdown_it.token import Token
from telegram import MessageEntity

from bots.telegram.tables import Formed, table, units
from coach.graph.voice import clean, parse

MOST_ENTITIES = 100  # of a message; Telegram leaves out what is more
DEEPEST = 6  # lists within lists are moved in so far
RULE = "———"
LONGEST_READ = 40_000  # letters; the parser takes a second for 100 KB of tables. The rest stands as it came.
_FORMS = {"strong": MessageEntity.BOLD, "em": MessageEntity.ITALIC, "s": MessageEntity.STRIKETHROUGH}
_GRAPHEME = regex.compile(r"\X")


def formed(markdown: str) -> Formed:
    """Return Markdown as text with its form. What is invisible or turns the direction is left out."""
    text, rest = clean(markdown), ""
    if len(text) > LONGEST_READ:
        end = _break(text, 0, LONGEST_READ)
        text, rest = text[:end], text[end:].strip()
    writer = _Writer()
    writer.blocks(parse(text))
    said, entities = writer.done()
    return (f"{said}\n\n{rest}" if said and rest else said or rest), entities


@dataclass
class _List:
    number: int | None  # of the next item; None: a bullet


class _Writer:
    """Takes tokens one by one: nothing nested can make it deep."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._at = 0  # UTF-16 units written
        self._entities: list[MessageEntity] = []
        self._gap = ""  # what comes before the next block
        self._lists: list[_List] = []
        self._quotes: list[int] = []
        self._open: Counter[str] = Counter()
        self._since: dict[str, int] = {}
        self._rows: list[list[str]] | None = None  # of the table that is being read

    def done(self) -> Formed:
        """Return everything that was written."""
        return "".join(self._pieces), tuple(sorted(self._entities, key=lambda e: (e.offset, -e.length)))

    def blocks(self, tokens: Sequence[Token]) -> None:
        """Write what a text consists of."""
        for token in tokens:
            match token.type:
                case "inline" if self._rows is not None:
                    self._rows[-1].append(_plain(token))
                case "inline":
                    self._begin()
                    self._inline(token.children or [])
                case "heading_open":
                    self._begin()
                    self._mark("strong", 1)
                case "heading_close":
                    self._mark("strong", -1)
                    self._end()
                case "paragraph_close":
                    self._end("\n" if token.hidden else "\n\n")
                case "bullet_list_open":
                    self._lists.append(_List(None))
                case "ordered_list_open":
                    self._lists.append(_List(int(token.attrs.get("start", 1))))
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                    self._end("\n" if self._lists else "\n\n")
                case "list_item_open":
                    self._item()
                case "list_item_close":
                    self._end("\n")
                case "blockquote_open":
                    self._begin()
                    self._quotes.append(self._at)
                case "blockquote_close":
                    # One within another is not drawn.
                    since = self._quotes.pop()
                    if not self._quotes:
                        self._entity(MessageEntity.BLOCKQUOTE, since)
                    self._end()
                case "fence" | "code_block":
                    self._code(token.content.strip("\n"), token.info)
                case "hr":
                    self._begin()
                    self._write(RULE)
                    self._end()
                case "table_open":
                    self._rows = []
                case "tr_open" if self._rows is not None:
                    self._rows.append([])
                case "table_close" if self._rows is not None:
                    columns, *rows = self._rows
                    self._rows = None
                    self._block(table({"columns": columns, "rows": rows}))

    def _inline(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            name, _, side = token.type.rpartition("_")
            if name in _FORMS and side in ("open", "close"):
                self._mark(name, 1 if side == "open" else -1)
            elif token.type == "code_inline":
                since = self._at
                self._write(token.content)
                self._entity(MessageEntity.CODE, since)
            elif token.type in ("softbreak", "hardbreak"):
                self._write("\n")
            else:
                self._write(token.content)

    def _mark(self, name: str, more: int) -> None:
        """Go in or out of a form; only the outermost of several is marked."""
        if not self._open[name]:
            self._since[name] = self._at
        self._open[name] += more
        if not self._open[name]:
            self._entity(_FORMS[name], self._since[name])

    def _item(self) -> None:
        self._begin()
        inner = self._lists[-1]
        mark = "•" if inner.number is None else f"{inner.number}."
        if inner.number is not None:
            inner.number += 1
        self._write(f"{'  ' * min(len(self._lists) - 1, DEEPEST)}{mark} ")

    def _code(self, content: str, info: str) -> None:
        if content:
            language = info.split()[0] if info.split() else None
            self._block((content, (MessageEntity(MessageEntity.PRE, 0, units(content), language=language),)))

    def _block(self, block: Formed) -> None:
        text, entities = block
        if not text:
            return
        self._begin()
        since = self._at
        self._write(text)
        self._entities += [_placed(e, e.offset + since, e.length) for e in entities]
        self._end()

    def _begin(self) -> None:
        if self._pieces:
            self._write(self._gap)
        self._gap = ""

    def _end(self, gap: str = "\n\n") -> None:
        self._gap = gap

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._at += units(text)

    def _entity(self, kind: str, since: int) -> None:
        if self._at > since:
            self._entities.append(MessageEntity(kind, since, self._at - since))


def _plain(token: Token) -> str:
    """Return the words of a cell, without their form."""
    return "".join(" " if t.type in ("softbreak", "hardbreak") else t.content for t in token.children or [])


def split(text: str, entities: Sequence[MessageEntity], limit: int) -> list[Formed]:
    """Return a text in parts of at most `limit` UTF-16 units, at the end of a paragraph, line or word.

    No letter is cut in two. A stretch that goes over an end is opened again in the next part. Parts of blanks
    alone are left out, so there may be none.
    """
    at = [0, *accumulate(2 if ord(letter) > 0xFFFF else 1 for letter in text)]
    marked = sorted(entities, key=lambda e: (e.offset, -e.length))
    parts: list[Formed] = []
    carried: list[MessageEntity] = []  # begun before this part
    begin, next_ = 0, 0
    while begin < len(text):
        end = bisect_right(at, at[begin] + limit) - 1
        if next_ + MOST_ENTITIES - len(carried) < len(marked):
            crowded = marked[next_ + MOST_ENTITIES - len(carried)].offset
            end = min(end, max(bisect_left(at, crowded), begin + 1))
        end = _break(text, begin, end)
        said = text[begin:end].rstrip()
        last = bisect_left(marked, at[end], lo=next_, key=lambda e: e.offset)
        here = [*carried, *marked[next_:last]]
        if said.strip():
            parts.append((said, _clipped(here, at[begin], at[begin + len(said)])))
        carried = [e for e in here if e.offset + e.length > at[end]]
        next_, begin = last, end
    return parts


def _break(text: str, begin: int, end: int) -> int:
    """Return where a part that begins here and may reach `end` ends."""
    if end >= len(text):
        return len(text)
    half = begin + (end - begin) // 2
    for mark, least in (("\n\n", half), ("\n", half), (" ", half), ("\n", begin), (" ", begin)):
        found = text.rfind(mark, least, end)
        if found >= least and text[begin:found].strip():
            return found + len(mark)
    whole = begin
    for letter in _GRAPHEME.finditer(text, begin, min(len(text), end + 1)):
        if letter.end() > end:
            break
        whole = letter.end()
    # What claims to be one letter and fills a message is cut all the same.
    return whole if whole > begin else max(end, begin + 1)


def _clipped(entities: Sequence[MessageEntity], begin: int, end: int) -> tuple[MessageEntity, ...]:
    found = []
    for e in entities:
        first, last = max(e.offset, begin), min(e.offset + e.length, end)
        if last > first:
            found.append(_placed(e, first - begin, last - first))
    return tuple(found)


def _placed(e: MessageEntity, offset: int, length: int) -> MessageEntity:
    return MessageEntity(e.type, offset, length, url=e.url, user=e.user, language=e.language)


def cleaned(text: str, entities: Sequence[MessageEntity]) -> Formed:
    """Return a text with its form, without what is invisible or turns the direction of what follows."""
    if clean(text) == text:
        return text, tuple(entities)
    kept = [clean(letter) for letter in text]
    was = [0, *accumulate(map(units, text))]
    now = [0, *accumulate(map(units, kept))]

    def moved(place: int) -> int:
        return now[min(bisect_left(was, place), len(now) - 1)]

    found = [(e, moved(e.offset), moved(e.offset + e.length)) for e in entities]
    return "".join(kept), tuple(_placed(e, first, last - first) for e, first, last in found if last > first)
