"""A plan, and any part of it, as JSON: written down in one way, which is what is hashed and approved."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import TypeAdapter

_ADAPTERS: dict[type, TypeAdapter[Any]] = {}  # making one takes a tenth of a second


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def dump(thing: object) -> Any:
    """Return a plan (or any part of this module) as JSON values."""
    return _adapter(type(thing)).dump_python(thing, mode="json")


def load[T](kind: type[T], data: Any) -> T:
    """Read what `dump` wrote. Raises pydantic.ValidationError."""
    found: T = _adapter(kind).validate_python(data)
    return found


def canonical(thing: object) -> bytes:
    """Return the one way that content is written down: what is hashed, and what an approval is for."""
    return json.dumps(dump(thing), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_of(thing: object) -> bytes:
    """Return the SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(thing)).digest()
