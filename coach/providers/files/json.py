"""JSON from strangers: bounded in size and depth, without NaN, Infinity and endless integers."""

from __future__ import annotations

import json
from typing import Any

from coach.errors import TooLarge, UnreadableFile
from coach.providers.files import limits


def load_json(name: str, data: bytes) -> Any:
    """Return the document. Raises UnreadableFile("bad_json") or TooLarge, with the parameter `name`."""
    if len(data) > limits.FILE_BYTES:
        raise TooLarge("file_too_large", name=name, limit_mb=limits.FILE_BYTES // limits.MIB)
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # ValueError: malformed, badly encoded, an integer of 4,300 digits
        raise UnreadableFile("bad_json", name=name) from None


def _no_constant(_: str) -> None:
    return None
