"""Synchronisations in processes that kill themselves: sync_child.py URL PLACE PORT

Reads "athlete at minutes" from its input and answers each with "killed" or with how many events there were:
calls to the service and commits, before and after each. One warm process forks for each: a kill costs little.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from fakes.service import provider_of
from fakes.service_http import RemoteService
from sqlalchemy import event
from sqlalchemy.orm import Session
from sync_runs import NOW, Clock, Synced

from coach.providers.contract import Provider
from coach.store.session import Database


class Trigger:
    """Counts events, and kills its process at one of them."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def __call__(self, *_: object) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


def provider(port: int, athlete_id: int, trigger: Trigger) -> Provider:
    """Return the service that stands in the process that started this one."""
    return provider_of(RemoteService(port, str(athlete_id), trigger))


def synchronise(url: str, place: Path, port: int, athlete_id: int, at: int, minutes: int) -> int:
    """Bring everything; return how many events that had."""
    trigger = Trigger(at)
    clock = Clock(NOW)
    clock.later(minutes=minutes)
    db = Database(url, pool_size=2)
    synced = Synced(db, athlete_id, place, {"garmin": provider(port, athlete_id, trigger)}, clock)
    for name in ("before_commit", "after_commit"):
        event.listen(Session, name, trigger)
    synced.sync(holder=f"child {os.getpid()}")
    synced.sync(holder=f"child {os.getpid()}", backfill=True)
    return trigger.count


def serve(url: str, place: Path, port: int) -> None:
    """Fork for each line of the input."""
    for line in sys.stdin:
        athlete_id, at, minutes = map(int, line.split())
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            count = synchronise(url, place, port, athlete_id, at, minutes)
            os.write(writing, str(count).encode())
            os._exit(0)
        os.close(writing)
        told = os.read(reading, 100).decode()
        os.close(reading)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else told or "failed", flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
