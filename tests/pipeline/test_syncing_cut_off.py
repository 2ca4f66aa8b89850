"""A synchronisation that ends anywhere and is run again ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes.service import Service, provider_of
from sqlalchemy import event
from sqlalchemy.orm import Session
from sync_runs import Synced, filled

from coach.store import connections, system
from coach.store.session import Database


class Cut(BaseException):
    """The end of a run, wherever it is."""


class Scissors:
    """Counts the calls to a service and the commits, before and after each, and ends the run at one."""

    def __init__(self, at: int | None = None) -> None:
        self.at, self.count = at, 0

    def __call__(self, *_: object) -> None:
        self.count += 1
        if self.count == self.at:
            raise Cut

    @contextmanager
    def over(self, service: Service) -> Iterator[None]:
        """Count while the block lasts."""
        service.on = self
        for name in ("before_commit", "after_commit"):
            event.listen(Session, name, self)
        try:
            yield
        finally:
            for name in ("before_commit", "after_commit"):
                event.remove(Session, name, self)
            service.on = lambda event: None


def connected(db: Database, place: Path) -> tuple[Synced, Service]:
    service = filled(Service(), 0, 1, 60, file=True)
    synced = Synced(db, system.create_athlete(db, tz="Asia/Seoul").id, place, {})
    service.account_id = str(synced.athlete_id)
    synced.services = {"garmin": provider_of(service)}
    synced.connect()
    return synced, service


def all_of_it(synced: Synced) -> None:
    synced.sync()
    synced.sync(backfill=True)


def test_cut_off_at_any_call_or_commit_nothing_is_lost_or_doubled(db: Database, tmp_path: Path) -> None:
    smooth, service = connected(db, tmp_path)
    every = Scissors()
    with every.over(service):
        all_of_it(smooth)
    smooth.clock.later(minutes=10)
    all_of_it(smooth)
    whole = smooth.left_behind()
    assert whole["items"] == {"done": 3}

    assert every.count > 60
    for at in range(1, every.count + 1, 13):
        cut, service = connected(db, tmp_path)
        with Scissors(at).over(service), pytest.raises(Cut):
            all_of_it(cut)
        cut.clock.later(minutes=10)  # longer than a turn that nobody renews
        all_of_it(cut)
        cut.clock.later(minutes=10)
        assert cut.left_behind() == whole, f"cut at {at}"
        with cut.db.athlete_session(cut.athlete_id) as s:
            assert service.is_good(connections.secret(s, cut.reach.vault, "garmin"))
