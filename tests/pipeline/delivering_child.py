"""Pushes to the watch in processes that kill themselves: delivering_child.py URL PLACE GARMIN

Reads "athlete at" from its input and answers each with "killed" or with how many events there were: calls to
Garmin and commits, before and after each. One warm process forks for each: a kill costs little.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from delivering_runs import Watch
from fakes.garmin import Garmin
from sqlalchemy import event
from sqlalchemy.orm import Session
from sync_child import Trigger

from coach.providers.garmin import provider
from coach.providers.garmin.client import GarminAccount
from coach.store.session import Database


def push(url: str, place: Path, garmin: str, athlete_id: int, at: int) -> int:
    """Send what is due; return how many events that had."""
    trigger = Trigger(at)

    class Watched(GarminAccount):
        def _ask(self, call: Callable[[], Any]) -> Any:
            trigger()
            answer = super()._ask(call)
            trigger()
            return answer

    service = replace(provider, open=lambda opening: Watched(opening, 5.0))
    watch = Watch(Database(url, pool_size=2), athlete_id, Garmin(), garmin, place, service=service)
    for name in ("before_commit", "after_commit"):
        event.listen(Session, name, trigger)
    watch.send()
    return trigger.count


def serve(url: str, place: Path, garmin: str) -> None:
    """Fork for each line of the input."""
    for line in sys.stdin:
        athlete_id, at = map(int, line.split())
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            count = push(url, place, garmin, athlete_id, at)
            os.write(writing, str(count).encode())
            os._exit(0)
        os.close(writing)
        told = os.read(reading, 100).decode()
        os.close(reading)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else told or "failed", flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
