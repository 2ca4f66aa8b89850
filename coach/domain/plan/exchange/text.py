"""What somebody pasted or sent, as a document: JSON out of the words around it, bounded and cleaned.

Nothing in it is ever obeyed or looked up anywhere: texts are cut to a length and kept as somebody's words.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from coach.errors import BadInput, TooLarge

MOST_BYTES = 1_000_000
DEEPEST = 20
MOST_VALUES = 100_000
LARGEST = 1e12  # of a number; what is beyond is no distance and no time of a runner
TEXT_CHARS = 300
_FENCE = re.compile(r"```[ \t]*[\w+-]*[ \t]*\r?\n(.*?)(?:```|\Z)", re.DOTALL)


def open_document(given: Any) -> Any:
    """Return the JSON of a text (a code fence, words around it, comments and last commas are passed over),
    or a value that was parsed already, held to the same limits.

    Raises TooLarge("plan_too_large"), BadInput("plan_not_text", "plan_not_json", "plan_too_deep",
    "plan_odd_number", "plan_key_twice").
    """
    if isinstance(given, bytes | bytearray):
        if len(given) > MOST_BYTES:
            raise TooLarge("plan_too_large", limit_kb=MOST_BYTES // 1000)
        try:
            given = bytes(given).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadInput("plan_not_text") from error
    if isinstance(given, str):
        # Letters first: encoding a text of a gigabyte to learn its length would be work for nothing.
        if len(given) > MOST_BYTES or len(given.encode("utf-8", "replace")) > MOST_BYTES:
            raise TooLarge("plan_too_large", limit_kb=MOST_BYTES // 1000)
        given = _parsed(given)
    _check(given)
    return given


def clean(text: str, limit: int = TEXT_CHARS) -> str:
    """Return somebody's words on one line: no control, direction or unassigned characters, not too long."""
    text = "".join(
        " " if c in "\n\r\t" or unicodedata.category(c) in ("Zl", "Zp") else c
        for c in unicodedata.normalize("NFC", text[: 10 * limit])
        if c in "\n\r\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _parsed(text: str) -> Any:
    if not text.strip():
        raise BadInput("plan_not_json")
    for candidate in _candidates(text):
        decoder = json.JSONDecoder(
            parse_constant=_no_constant, parse_float=_float, parse_int=_int, object_pairs_hook=_unique
        )
        try:
            found, _ = decoder.raw_decode(_tidy(candidate))
        except RecursionError as error:
            raise BadInput("plan_too_deep") from error
        except ValueError:
            continue
        if isinstance(found, dict | list):
            return found
    raise BadInput("plan_not_json")


def _candidates(text: str) -> list[str]:
    """Return where the JSON may begin: in a code fence (the longest first), else at the first bracket."""
    fenced = sorted(_FENCE.findall(text), key=len, reverse=True)
    places = [part for part in fenced if part.lstrip()[:1] in ("{", "[")][:5]
    first = re.search(r"[{\[]", text)
    if first:
        places.append(text[first.start() :])
        # "[draft] {…}": words in brackets before it.
        brace = text.find("{", first.start() + 1) if text[first.start()] == "[" else -1
        if brace > 0:
            places.append(text[brace:])
    return [part.lstrip() for part in places]


_PART = re.compile(r'\s+|"|//|/\*|,|[}\]]|[^\s",/}\]]+|/')
_IN_STRING = re.compile(r'["\\]')


def _tidy(text: str) -> str:
    """Return JSON without comments and without commas before a closing bracket. Every letter is seen once."""
    kept: list[str] = []
    comma: int | None = None  # where the last comma is, while only spaces and comments followed it
    at = 0
    while at < len(text) and (found := _PART.match(text, at)):
        part, end = found[0], found.end()
        if part in ("//", "/*"):
            close = text.find("\n" if part == "//" else "*/", end)
            at = len(text) if close < 0 else close + (1 if part == "//" else 2)
            continue
        if part == '"':
            end = _string_end(text, end)
            part = text[at:end]
        if part in ("}", "]") and comma is not None:
            kept[comma] = ""
        if not part.isspace():
            comma = len(kept) if part == "," else None
        kept.append(part)
        at = end
    return "".join(kept)


def _string_end(text: str, at: int) -> int:
    while found := _IN_STRING.search(text, at):
        if found[0] == '"':
            return found.end()
        at = found.end() + 1
    return len(text)


def _no_constant(name: str) -> Any:
    raise BadInput("plan_odd_number", value=name)


def _float(text: str) -> float:
    value = float(text)
    if not abs(value) <= LARGEST:
        raise BadInput("plan_odd_number", value=text[:20])
    return value


def _int(text: str) -> int:
    if len(text) > 13:
        raise BadInput("plan_odd_number", value=text[:20])
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise BadInput("plan_key_twice", name=clean(twice, 40))
    return found


def _check(document: Any) -> None:
    """Hold a parsed value to the limits. Raises BadInput."""
    level, count = [document], 0
    for _ in range(DEEPEST):
        deeper: list[Any] = []
        for value in level:
            if isinstance(value, float) and not abs(value) <= LARGEST:
                raise BadInput("plan_odd_number", value=str(value))
            if isinstance(value, int) and abs(value) > LARGEST:
                raise BadInput("plan_odd_number", value=f"{value:.0e}" if abs(value) < 10**300 else "10^300")
            if isinstance(value, dict):
                deeper += value.values()
            elif isinstance(value, list):
                deeper += value
        count += len(deeper)
        if count > MOST_VALUES:
            raise TooLarge("plan_too_large", limit_kb=MOST_BYTES // 1000)
        if not deeper:
            return
        level = deeper
    raise BadInput("plan_too_deep")
