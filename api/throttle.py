"""Slowing down whoever guesses passwords or codes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from coach.errors import LimitReached

FREE_ATTEMPTS = 5
MOST_CODES, CODES_WITHIN = 5, timedelta(minutes=15)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
REMEMBERED = 10_000


class LoginThrottle:
    """Counts failed logins per address; from the sixth on each failure doubles the wait, up to half an hour.

    Kept in memory: a restart forgets the counts, which gives a guesser five more attempts per restart.
    `clock` returns an aware time.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[str, tuple[int, datetime]] = {}  # address → count, not before

    def check(self, address: str) -> None:
        """Raise LimitReached when `address` must wait."""
        with self._lock:
            _, until = self._failures.get(address, (0, None))
        if until is not None and (left := until - self._clock()) > timedelta(0):
            raise LimitReached("login_throttled", minutes=ceil(left / timedelta(minutes=1)))

    def failed(self, address: str) -> None:
        """Count a failure."""
        with self._lock:
            count = self._failures.pop(address, (0, None))[0] + 1
            over = count - FREE_ATTEMPTS
            wait = min(FIRST_WAIT * 2 ** min(over - 1, 10), LONGEST_WAIT) if over > 0 else timedelta(0)
            while len(self._failures) >= REMEMBERED:  # the oldest is first: each failure moves to the end
                self._failures.pop(next(iter(self._failures)))
            self._failures[address] = (count, self._clock() + wait)

    def succeeded(self, address: str) -> None:
        """Forget what `address` got wrong."""
        with self._lock:
            self._failures.pop(address, None)


class CodeThrottle:
    """Allows each account a few wrong codes in a quarter of an hour. Kept in memory, like `LoginThrottle`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tried: dict[int, list[datetime]] = {}  # account → when, the oldest first

    def attempt(self, account_id: int, now: datetime) -> None:
        """Count an attempt before its outcome is known. Raises LimitReached when there were too many."""
        with self._lock:
            lately = [at for at in self._tried.pop(account_id, ()) if at > now - CODES_WITHIN]
            allowed = len(lately) < MOST_CODES
            while len(self._tried) >= REMEMBERED:
                self._tried.pop(next(iter(self._tried)))
            self._tried[account_id] = [*lately, now] if allowed else lately
        if not allowed:
            left = lately[0] + CODES_WITHIN - now
            raise LimitReached("messenger_code_throttled", minutes=ceil(left / timedelta(minutes=1)))

    def succeeded(self, account_id: int) -> None:
        """Forget what an account got wrong."""
        with self._lock:
            self._tried.pop(account_id, None)
