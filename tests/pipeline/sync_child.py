"""Synchronisations in processes that kill themselves: sync_child.py URL PLACE SERVICE

Reads "athlete at minutes" from its input and answers each with "killed" or with how many events there were:
calls to the service and commits, before and after each. One warm process forks for each: a kill costs little.
SERVICE is the port of `fakes.service_http`, or the address of `fakes.garmin` for the real provider.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from fakes.service import provider_of
from fakes.service_http import RemoteService
from sqlalchemy import event
from sqlalchemy.orm import Session
from sync_runs import NOW, Clock, Synced

from coach.providers.contract import Account, Days, Fetched, Listed, Provider, Who
from coach.providers.garmin import provider as garmin
from coach.store.session import Database


class Trigger:
    """Counts events, and kills its process at one of them."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def __call__(self, *_: object) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Watched:
    """An account whose calls pull a trigger, before and after each."""

    account: Account
    trigger: Trigger

    def _call[T](self, do: Callable[[], T]) -> T:
        self.trigger()
        answer = do()
        self.trigger()
        return answer

    def who(self) -> Who:
        return self._call(self.account.who)

    def listing(self, since: date | None = None) -> Iterator[Sequence[Listed]]:
        pages = self._call(lambda: self.account.listing(since))
        while page := self._call(lambda: next(iter(pages), None)):
            yield page

    def fetch(self, item: Listed) -> Fetched | None:
        return self._call(lambda: self.account.fetch(item))

    def days(self, start: date, end: date, *, thorough: bool) -> Days:
        return self._call(lambda: self.account.days(start, end, thorough=thorough))

    def upload(self, name: str, data: bytes, external_id: str) -> str:
        return self._call(lambda: self.account.upload(name, data, external_id))

    def close(self) -> None:
        self.account.close()


def provider(service: str, athlete_id: int, trigger: Trigger) -> Provider:
    """Return the service that stands in the process that started this one."""
    if service.isdecimal():
        return provider_of(RemoteService(int(service), str(athlete_id), trigger))
    opening = garmin.open
    assert opening is not None
    return replace(garmin, open=lambda given: Watched(opening(given), trigger))


def synchronise(url: str, place: Path, service: str, athlete_id: int, at: int, minutes: int) -> int:
    """Bring everything; return how many events that had."""
    trigger = Trigger(at)
    clock = Clock(NOW)
    clock.later(minutes=minutes)
    db = Database(url, pool_size=2)
    garmin_url = None if service.isdecimal() else service
    services = {"garmin": provider(service, athlete_id, trigger)}
    synced = Synced(db, athlete_id, place, services, clock, garmin_url)
    for name in ("before_commit", "after_commit"):
        event.listen(Session, name, trigger)
    synced.sync(holder=f"child {os.getpid()}")
    synced.sync(holder=f"child {os.getpid()}", backfill=True)
    return trigger.count


def serve(url: str, place: Path, service: str) -> None:
    """Fork for each line of the input."""
    for line in sys.stdin:
        athlete_id, at, minutes = map(int, line.split())
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            count = synchronise(url, place, service, athlete_id, at, minutes)
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
