"""How far the reading of one large file is, told by a reader to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

_STEP = 0.01
_listener: Callable[[float], None] | None = None
_told = 0.0


def listen(listener: Callable[[float], None] | None) -> None:
    """Have `tell` call `listener` from now on. One file is read at a time in a process that listens."""
    global _listener, _told
    _listener, _told = listener, 0.0


def tell(part: float) -> None:
    """Say that `part` (0–1) of the file has been read; only each hundredth is passed on."""
    global _told
    if _listener is not None and part >= _told + _STEP:
        _told = part
        _listener(min(part, 1.0))
