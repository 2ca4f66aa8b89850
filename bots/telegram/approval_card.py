"""A question as messages: written by code from what is stored, with the buttons that answer it.

The buttons stand below what must be known before one decides. What a message cannot hold besides goes into
messages above it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from telegram import MessageEntity

from bots.telegram.buttons import SHA_SHOWN, Decide, Effort, Pain, encode, parse
from bots.telegram.message import LONGEST, Button, Out
from bots.telegram.passing import kept_here
from coach.domain.athlete import Athlete
from coach.errors import NotFound
from coach.pipeline.proposal_card import Proposal, WeekRow, card_of
from coach.store import approvals
from coach.store.session import Session
from coach.text import formats, say
from coach.text.catalogue import Lang
from coach.text.formats import Units
from coach.tools.plan_approval import CANCEL

PLAN_PAGE = "/plan"
_WARNING = "⚠️ "


@dataclass(frozen=True)
class _Block:
    """A heading with lines. What is `fixed` stands right above the buttons."""

    heading: str = ""
    lines: tuple[str, ...] = ()
    fixed: bool = False
    table: bool = False


@dataclass
class _Page:
    """A message being written."""

    parts: list[str] = field(default_factory=list)
    entities: list[MessageEntity] = field(default_factory=list)
    length: int = 0  # UTF-16 units

    def write(self, text: str, form: str = "") -> None:
        size = _units(text)
        if form:
            self.entities.append(MessageEntity(type=form, offset=self.length, length=size))
        self.parts.append(text)
        self.length += size

    def add(self, block: _Block) -> None:
        if self.parts:
            self.write("\n\n")
        if block.heading:
            self.write(block.heading, MessageEntity.BOLD)
            if block.lines:
                self.write("\n")
        if block.lines:
            self.write("\n".join(block.lines), MessageEntity.PRE if block.table else "")

    def out(self, rows: tuple[tuple[Button, ...], ...] = ()) -> Out:
        return Out("".join(self.parts), tuple(self.entities), rows=rows)


def outs(card: Proposal, lang: Lang, *, units: Units = "metric", public_url: str | None = None) -> list[Out]:
    """Return a question as messages, the one with the buttons last; without buttons once it is decided."""
    blocks = [block for block in _blocks(card, lang, units) if block.heading or block.lines]
    rows = _rows(card, lang, public_url) if card.state == "pending" else ()
    whole = _page(blocks)
    if whole.length <= LONGEST:
        return [whole.out(rows)]
    below = [block for block in blocks if block.fixed]
    rest = [block for block in blocks if not block.fixed]
    told = _Block(lines=(say(lang, "telegram_cards.above"),))
    # As much as there is room for stays with the buttons; what was long goes first.
    above: list[_Block] = []
    while rest and _page([*_in_order(blocks, [*below, *rest]), told]).length > LONGEST:
        longest = max(rest, key=lambda block: _page([block]).length)
        rest.remove(longest)
        above.append(longest)
    last = [*_in_order(blocks, [*below, *rest]), told]
    if _page(last).length > LONGEST:  # even what must be known: all of it is split, in order
        pages = _split(blocks)
        return [*(page.out() for page in pages[:-1]), pages[-1].out(rows)]
    return [*(page.out() for page in _split(_in_order(blocks, above))), _page(last).out(rows)]


def stored(
    s: Session, athlete: Athlete, approval_id: int, lang: Lang, public_url: str | None = None
) -> list[Out]:
    """Return a question as it is kept, as messages; nothing for one that is not there any more."""
    try:
        asked = approvals.get(s, approval_id)
    except NotFound:
        return []
    card = card_of(s, athlete, asked, lang=lang)
    if kept_here(s, athlete.id):
        whole, card = card, card_of(s, athlete, asked, lang=lang, bare=True)
        if card != whole:
            card = replace(card, remarks=(*card.remarks, say(lang, "telegram_cards.reasons_on_page")))
    if asked.content.get("why") == CANCEL:
        card = replace(card, title=say(lang, "plan_tools.card_cancel"))
    return outs(card, lang, units=athlete.units, public_url=public_url)


def approval_in(out: Out) -> int | None:
    """Return the question that a message's buttons answer, to be kept with the post; None: of none."""
    return next((p.approval_id for p in _pressable(out) if isinstance(p, Decide)), None)


def nudge_in(out: Out) -> int | None:
    """Return what said first a message's buttons answer, to be kept with the post; None: nothing."""
    return next((p.nudge_id for p in _pressable(out) if isinstance(p, Effort | Pain)), None)


def _pressable(out: Out) -> Iterable[object]:
    return (parse(button.data) for row in out.rows for button in row if button.data)


def _blocks(card: Proposal, lang: Lang, units: Units) -> list[_Block]:
    """Return what is shown of a question, in order."""

    def words(key: str) -> str:
        return say(lang, f"telegram_cards.{key}")

    def listed(lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"• {_plain(line)}" for line in lines)

    unit = "mi" if units == "imperial" else "km"
    sessions = [f"{formats.day(row.day, lang, card.start)} · {row.title}" for row in card.sessions]
    left = dict.fromkeys(_plain(row.said) for row in card.warnings if not row.acknowledged)
    closing = card.until if card.state == "pending" else say(lang, f"plan_life.was_{card.state}")
    return [
        _Block(_plain(card.title), (_plain(card.span),) if card.span else (), fixed=True),
        _Block(lines=listed(card.lines)),
        _named(words("why"), listed(card.why)),
        _named(words("changes"), listed(card.changes)),
        _named(say(lang, "telegram_cards.weeks", unit=unit), _table(card.weeks, lang, units), table=True),
        _named(words("first_days"), listed(sessions)),
        _named(
            words("warnings"), tuple(f"{_WARNING}{_plain(said)}" for said in dict.fromkeys(left)), fixed=True
        ),
        _named(words("about"), listed([*_some(card.feasibility), *card.remarks]), fixed=True),
        _Block(lines=(closing,), fixed=True),
    ]


def _named(heading: str, lines: tuple[str, ...], *, fixed: bool = False, table: bool = False) -> _Block:
    return _Block(heading, lines, fixed, table) if lines else _Block()


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _table(weeks: Sequence[WeekRow], lang: Lang, units: Units) -> tuple[str, ...]:
    """Return the weeks with their numbers below each other; the key sessions need no column."""
    if not weeks:
        return ()
    words = [say(lang, f"telegram_cards.{name}_word") for name in ("week", "total", "longest", "key")]
    cells = [
        (
            str(week.number),
            formats.distance(week.run_m, lang, units, "axis", 0) if week.run_m else "–",
            formats.distance(week.longest_m, lang, units, "axis", 0) if week.longest_m else "–",
            _plain(", ".join(week.key)),
        )
        for week in weeks
    ]
    wide = [max(_columns(row[n]) for row in (words, *cells)) for n in range(3)]
    return tuple(
        " ".join([*(_right(row[n], wide[n]) for n in range(3)), row[3]]).rstrip() for row in (words, *cells)
    )


def _right(text: str, columns: int) -> str:
    return " " * (columns - _columns(text)) + text


def _columns(text: str) -> int:
    """Return how many columns a text takes where every letter is as wide: Korean ones take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _plain(text: str) -> str:
    """Return a text on one line, without signs that turn the direction of what follows or hide in it."""
    shown = (
        letter
        for letter in text
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs") or letter in "\n\t\u200d"
    )
    return " ".join("".join(shown).split())


def _rows(card: Proposal, lang: Lang, public_url: str | None) -> tuple[tuple[Button, ...], ...]:
    def of(answer: str, name: str) -> Button:
        decide = Decide(card.id, answer, card.sha256[:SHA_SHOWN])  # type: ignore[arg-type]
        return Button(say(lang, f"telegram_cards.{name}"), encode(decide))

    yes = {"plan": "approve", "removal": "approve_removal", "clearance": "approve_clearance"}
    no = "reject_restore" if card.kind == "restore" else "reject"
    rows: list[tuple[Button, ...]] = [(of("y", yes.get(card.kind, "approve_restore")), of("n", no))]
    if card.kind == "plan":
        rows.append((of("c", "change"),))
    if _opens(public_url):
        url = f"{(public_url or '').rstrip('/')}{PLAN_PAGE}"
        rows.append((Button(say(lang, "telegram_cards.whole"), url=url),))
    return tuple(rows)


def _opens(public_url: str | None) -> bool:
    """Return whether a button may lead there: Telegram takes no message with a link to a bare host name."""
    found = urlsplit(public_url or "")
    return found.scheme in ("http", "https") and "." in (found.hostname or "")


def _in_order(blocks: Sequence[_Block], some: Sequence[_Block]) -> list[_Block]:
    return [block for block in blocks if any(block is one for one in some)]


def _page(blocks: Iterable[_Block]) -> _Page:
    page = _Page()
    for block in blocks:
        page.add(block)
    return page


def _split(blocks: Iterable[_Block]) -> list[_Page]:
    """Return messages that hold all blocks, broken between lines; a line longer than that between letters."""
    pages: list[list[_Block]] = [[]]
    for block in blocks:
        lines = [piece for line in block.lines for piece in _pieces(line)]
        rest = _Block(block.heading, (), table=block.table)
        for line in lines or [""]:
            longer = _Block(rest.heading, (*rest.lines, line) if lines else (), table=block.table)
            if _page([*pages[-1], longer]).length > LONGEST:
                if rest.lines:
                    pages[-1].append(rest)
                pages.append([])
                # The heading goes with its first line, and is not said again.
                longer = _Block("" if rest.lines else rest.heading, longer.lines[-1:], table=block.table)
            rest = longer
        pages[-1].append(rest)
    return [_page(page) for page in pages]


def _pieces(line: str) -> list[str]:
    """Return a line in pieces of half a message at most; a letter is never cut in two."""
    most = LONGEST // 4  # a letter is two units at most
    return [line[at : at + most] for at in range(0, len(line), most)] or [""]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
