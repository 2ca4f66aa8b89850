"""What the buttons send back: short text in both directions, and nothing else is read.

The text comes from a chat, and anybody can send any text as if a button had been pressed. So it names only
what it is about; whether the presser may do it is asked where it is done (`bots.telegram.presses`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bots.telegram.message import LONGEST_DATA
from coach.domain.nudges import NudgeKind

SHA_SHOWN = 8  # hex digits of the content's hash in a button
MOST_DAYS = 366
_MOST_ID = 2**63 - 1

# y: approve; n: reject; c: change it; k: approve, knowing the warnings.
Answer = Literal["y", "n", "c", "k"]


@dataclass(frozen=True)
class Decide:
    approval_id: int
    answer: Answer
    sha: str  # the first SHA_SHOWN hex digits of the content that the card showed


@dataclass(frozen=True)
class Effort:
    nudge_id: int
    rpe: int


@dataclass(frozen=True)
class Pain:
    nudge_id: int
    felt: bool


@dataclass(frozen=True)
class SwitchOff:
    kind: NudgeKind


@dataclass(frozen=True)
class Pause:
    days: int  # 0: speak again


@dataclass(frozen=True)
class Proof:
    message_id: int


@dataclass(frozen=True)
class Sources:
    message_id: int


@dataclass(frozen=True)
class Quick:
    message_id: int
    index: int


@dataclass(frozen=True)
class Undo:
    edit_id: int


@dataclass(frozen=True)
class Setting:
    name: str
    value: str


@dataclass(frozen=True)
class Command:
    name: str


Press = Decide | Effort | Pain | SwitchOff | Pause | Proof | Sources | Quick | Undo | Setting | Command

_ID = r"([1-9][0-9]{0,18})"
_FORM: dict[str, re.Pattern[str]] = {
    letter: re.compile(f"{letter}:{rest}", re.ASCII)
    for letter, rest in {
        "a": rf"{_ID}:([ynck]):([0-9a-f]{{{SHA_SHOWN}}})",
        "r": rf"{_ID}:([1-9]|10)",
        "p": rf"{_ID}:([yn])",
        "x": r"([a-z_]{1,16})",
        "z": r"(0|[1-9][0-9]{0,2})",
        "n": _ID,
        "g": _ID,
        "q": rf"{_ID}:([0-9]|[1-9][0-9])",
        "u": _ID,
        "s": r"([a-z][a-z_]{0,23}):([A-Za-z0-9_:.+-]{1,32})",
        "m": r"([a-z]{1,32})",
    }.items()
}


def encode(press: Press) -> str:
    """Return the callback data of a button. ValueError for what `parse` would not read back."""
    match press:
        case Decide(approval_id, answer, sha):
            text = f"a:{approval_id}:{answer}:{sha}"
        case Effort(nudge_id, rpe):
            text = f"r:{nudge_id}:{rpe}"
        case Pain(nudge_id, felt):
            text = f"p:{nudge_id}:{'y' if felt else 'n'}"
        case SwitchOff(kind):
            text = f"x:{kind.value}"
        case Pause(days):
            text = f"z:{days}"
        case Proof(message_id):
            text = f"n:{message_id}"
        case Sources(message_id):
            text = f"g:{message_id}"
        case Quick(message_id, index):
            text = f"q:{message_id}:{index}"
        case Undo(edit_id):
            text = f"u:{edit_id}"
        case Setting(name, value):
            text = f"s:{name}:{value}"
        case Command(name):
            text = f"m:{name}"
    if parse(text) != press:
        raise ValueError(f"no button can say {press!r}")
    return text


def parse(text: str) -> Press | None:
    """Return what a button said, None for any other text."""
    form = _FORM.get(text[:1])
    if form is None or not text.isascii() or len(text) > LONGEST_DATA:
        return None
    found = form.fullmatch(text)
    return None if found is None else _read(text[0], found.groups())


def _read(letter: str, parts: tuple[str, ...]) -> Press | None:
    if letter == "x":
        # A receipt was asked for: there is nothing to switch off.
        kinds = [kind for kind in NudgeKind if kind is not NudgeKind.receipt and kind.value == parts[0]]
        return SwitchOff(kinds[0]) if kinds else None
    if letter == "z":
        days = int(parts[0])
        return Pause(days) if days <= MOST_DAYS else None
    if letter == "s":
        return Setting(parts[0], parts[1])
    if letter == "m":
        return Command(parts[0])
    subject = int(parts[0])
    return None if subject > _MOST_ID else _of(letter, subject, parts[1:])


def _of(letter: str, subject: int, rest: tuple[str, ...]) -> Press:
    match letter, rest:
        case "a", (("y" | "n" | "c" | "k") as answer, sha):
            return Decide(subject, answer, sha)
        case "r", (rpe,):
            return Effort(subject, int(rpe))
        case "p", (felt,):
            return Pain(subject, felt == "y")
        case "q", (index,):
            return Quick(subject, int(index))
        case "g", _:
            return Sources(subject)
        case "u", _:
            return Undo(subject)
    return Proof(subject)
