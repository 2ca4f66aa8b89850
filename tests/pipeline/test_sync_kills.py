"""`kill -9` of a synchronisation, at every call to the service and every commit: before and after each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fakes.garmin import Day, Garmin, Run, running
from fakes.service import Service, provider_of
from fakes.service_http import served
from sync_runs import LAST, Synced, filled

from coach.pipeline import connecting
from coach.providers.contract import providers
from coach.store import connections, system
from coach.store.session import SYSTEM, Database

CHILD = Path(__file__).with_name("sync_child.py")
MINUTES = 10  # longer than a turn that nobody renews


@dataclass
class Figures:
    """What a loop over the points of failure came to."""

    points: int = 0
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    tokens_lost: int = 0

    def __str__(self) -> str:
        return (
            f"{self.points} points of failure, {self.kills} kills: {self.lost} lost, {self.doubled} doubled, "
            f"{self.tokens_lost} logins lost"
        )


@dataclass
class House:
    """Where services stand, and a warm process in which athletes' synchronisations are killed."""

    db: Database
    place: Path
    child: subprocess.Popen[str]

    def athlete(self) -> tuple[Synced, Callable[[str], bool]]:
        """Return another athlete who has just connected, and what tells whether tokens are good."""
        raise NotImplementedError

    def run(self, synced: Synced, at: int, minutes: int = 0) -> str:
        """Synchronise in a process that kills itself at an event; return what it said."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(f"{synced.athlete_id} {at} {minutes}\n")
        self.child.stdin.flush()
        return self.child.stdout.readline().strip()


@dataclass
class InMemory(House):
    """With services in memory, whose tokens change each time they are asked."""

    services: dict[str, Service]

    def athlete(self) -> tuple[Synced, Callable[[str], bool]]:
        service = filled(Service(), 0, 1, 60, file=True)
        synced = Synced(self.db, system.create_athlete(self.db, tz="Asia/Seoul").id, self.place, {})
        service.account_id = str(synced.athlete_id)
        self.services[service.account_id] = service
        synced.services = {"garmin": provider_of(service)}
        synced.connect()
        return synced, service.is_good


@dataclass
class AtGarmin(House):
    """With the real provider and library, at an invented Garmin: every athlete has the same runs there."""

    garmin: Garmin
    url: str

    def athlete(self) -> tuple[Synced, Callable[[str], bool]]:
        self.garmin.profile_id += 1
        athlete_id = system.create_athlete(self.db, tz="Asia/Seoul").id
        synced = Synced(
            self.db, athlete_id, self.place, {"garmin": providers()["garmin"]}, garmin_url=self.url
        )
        connecting.log_in(synced.reach, athlete_id, "garmin", self.garmin.email, self.garmin.password)
        return synced, lambda tokens: self.garmin.refresh in tokens


@contextmanager
def child_of(db: Database, place: Path, service: str) -> Iterator[subprocess.Popen[str]]:
    here = Path(__file__)
    path = [str(here.parent), str(here.parents[1]), *filter(None, sys.path)]
    child = subprocess.Popen(
        [sys.executable, str(CHILD), db.url, str(place), service],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()


@contextmanager
def in_memory(db: Database, place: Path) -> Iterator[House]:
    services: dict[str, Service] = {}
    with served(services) as port, child_of(db, place, str(port)) as child:
        yield InMemory(db, place, child, services)


@contextmanager
def at_garmin(db: Database, place: Path) -> Iterator[House]:
    garmin = Garmin()
    garmin.add(*(Run(LAST - timedelta(days=ago), seconds=120) for ago in (0, 1, 60)))
    garmin.days = {date(2026, 10, 4) - timedelta(days=ago): Day(rhr=48 + ago % 5) for ago in range(62)}
    with running(garmin) as url, child_of(db, place, url) as child:
        yield AtGarmin(db, place, child, garmin, url)


def waiting_jobs(synced: Synced) -> list[str]:
    with psycopg.connect(synced.db.conninfo(SYSTEM)) as connection:
        rows = connection.execute(
            "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (args ->> 'athlete_id')::bigint = %s",
            [synced.athlete_id],
        ).fetchall()
    return [lock for (lock,) in rows]


def again(synced: Synced) -> dict[str, Any]:
    """Synchronise undisturbed, later, and return what is there then."""
    synced.clock.later(minutes=MINUTES)
    synced.sync()
    synced.sync(backfill=True)
    return synced.left_behind()


def kill_at(house: House, points: range | list[int], whole: dict[str, Any]) -> Figures:
    """Kill one athlete's synchronisation at each point; compare what is there after the next one."""
    figures = Figures(len(points))
    for at in points:
        synced, is_good = house.athlete()
        assert house.run(synced, at) == "killed"
        figures.kills += 1
        left = again(synced)
        with synced.db.athlete_session(synced.athlete_id) as s:
            good = is_good(connections.secret(s, synced.reach.vault, "garmin"))
        figures.tokens_lost += not good
        figures.lost += len(left["activities"]) < len(whole["activities"]) or left["days"] != whole["days"]
        figures.doubled += len(left["activities"]) > len(whole["activities"])
        jobs = waiting_jobs(synced)
        assert left == whole, f"killed at {at}"
        assert len(jobs) == len(set(jobs)), f"killed at {at}"
    return figures


def undisturbed(house: House) -> tuple[int, dict[str, Any]]:
    """Return how many points of failure a synchronisation has, and what it leaves behind."""
    synced, _ = house.athlete()
    points = int(house.run(synced, 0))
    whole = again(synced)
    assert whole["items"] == {"done": 3}
    assert whole["notices"] == []
    return points, whole


def test_killed_at_some_points(db: Database, tmp_path: Path) -> None:
    with in_memory(db, tmp_path) as house:
        points, whole = undisturbed(house)
        figures = kill_at(house, list(range(2, points, max(1, points // 4))), whole)
    assert (figures.lost, figures.doubled, figures.tokens_lost) == (0, 0, 0)


@pytest.mark.soak
@pytest.mark.parametrize("opened", [in_memory, at_garmin])
def test_killed_at_every_point(
    db: Database, tmp_path: Path, opened: Callable[[Database, Path], AbstractContextManager[House]]
) -> None:
    with opened(db, tmp_path) as house:
        points, whole = undisturbed(house)
        figures = kill_at(house, range(1, points + 1), whole)
        print(f"\nkill -9 of a synchronisation, {opened.__name__}: {figures}")
    assert (figures.lost, figures.doubled, figures.tokens_lost) == (0, 0, 0)
