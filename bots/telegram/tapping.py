"""A button that is tapped twice was meant once."""

from __future__ import annotations

import time
from collections.abc import Callable

AGAIN_S = 3.0  # a second tap so soon after the first is the same; later it is meant


class Taps:
    """What was pressed just now, in this process. `monotonic` is in seconds."""

    def __init__(self, again_s: float = AGAIN_S, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._again_s, self._monotonic = again_s, monotonic
        self._pressed: dict[tuple[int, int, str], tuple[str, float]] = {}

    def is_again(self, chat_id: int, remote_id: int, data: str, press_id: str) -> bool:
        """Whether the same button of the same message was just pressed by another press than this.

        A press that is worked on once more is no second tap.
        """
        now, button = self._monotonic(), (chat_id, remote_id, data)
        self._pressed = {
            known: (by, at) for known, (by, at) in self._pressed.items() if now - at < self._again_s
        }
        by, _ = self._pressed.setdefault(button, (press_id, now))
        return by != press_id
