"""Logins at other services: a few threads of their own, one login at a time for each athlete.

A login may take a minute. In the threads of requests a handful of them would stop everything else.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from api.throttle import LoginThrottle
from coach.errors import CoachError, Conflict

log = logging.getLogger(__name__)

THREADS = 2


class LoginBroke(Exception):
    """A login ended in a way that nobody foresaw. It says where and never what: that may hold a password."""


class Logins:
    """Runs logins. `clock` returns an aware time. Close it when the application stops."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="login")
        self._throttle = LoginThrottle(clock)
        self._lock = threading.Lock()
        self._busy: set[int] = set()

    async def run[T](self, athlete_id: int, login: Callable[[], T]) -> T:
        """Return what `login` returns, or raise what it raises.

        Raises Conflict while another login of the athlete runs, LimitReached after too many that failed.
        When whoever asked goes away, the login goes on to its end: half of one is worth nothing.
        """
        asking = str(athlete_id)
        self._throttle.check(asking)
        with self._lock:
            if athlete_id in self._busy:
                raise Conflict("login_running")
            self._busy.add(athlete_id)

        def attempt() -> T:
            try:
                found = login()
            except CoachError:
                self._throttle.failed(asking)
                raise
            except SQLAlchemyError:
                raise
            except Exception as error:
                self._throttle.failed(asking)
                frames = "".join(traceback.format_tb(error.__traceback__))
                log.error("a login broke off with %s:\n%s", type(error).__name__, frames)
                raise LoginBroke(type(error).__name__) from None
            self._throttle.succeeded(asking)
            return found

        def ended(_: Future[T]) -> None:
            with self._lock:
                self._busy.discard(athlete_id)

        try:
            future = self._threads.submit(attempt)
        except RuntimeError:  # the application is stopping
            with self._lock:
                self._busy.discard(athlete_id)
            raise
        future.add_done_callback(ended)
        return await asyncio.shield(asyncio.wrap_future(future))

    def close(self) -> None:
        """Let logins that run come to their end, and begin no other."""
        self._threads.shutdown(wait=False, cancel_futures=True)
