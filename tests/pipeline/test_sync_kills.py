"""`kill -9` of a synchronisation, at every call to the service and every commit: before and after each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fakes.service import Service, provider_of
from fakes.service_http import served
from sync_runs import Synced, filled

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
    """Services, and a warm process in which athletes' synchronisations are killed."""

    db: Database
    place: Path
    services: dict[str, Service]
    child: subprocess.Popen[str]

    def athlete(self) -> tuple[Synced, Service]:
        """Return another athlete who has just connected."""
        service = filled(Service(), 0, 1, 60, file=True)
        synced = Synced(self.db, system.create_athlete(self.db, tz="Asia/Seoul").id, self.place, {})
        service.account_id = str(synced.athlete_id)
        self.services[service.account_id] = service
        synced.services = {"garmin": provider_of(service)}
        synced.connect()
        return synced, service

    def run(self, synced: Synced, at: int, minutes: int = 0) -> str:
        """Synchronise in a process that kills itself at an event; return what it said."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(f"{synced.athlete_id} {at} {minutes}\n")
        self.child.stdin.flush()
        return self.child.stdout.readline().strip()


@contextmanager
def opened_house(db: Database, place: Path) -> Iterator[House]:
    services: dict[str, Service] = {}
    with served(services) as port:
        here = Path(__file__)
        path = [str(here.parent), str(here.parents[1]), *filter(None, sys.path)]
        child = subprocess.Popen(
            [sys.executable, str(CHILD), db.url, str(place), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        )
        try:
            yield House(db, place, services, child)
        finally:
            child.kill()
            child.wait()


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
        synced, service = house.athlete()
        assert house.run(synced, at) == "killed"
        figures.kills += 1
        left = again(synced)
        with synced.db.athlete_session(synced.athlete_id) as s:
            good = service.is_good(connections.secret(s, synced.reach.vault, "garmin"))
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
    with opened_house(db, tmp_path) as house:
        points, whole = undisturbed(house)
        figures = kill_at(house, list(range(2, points, max(1, points // 9))), whole)
    assert (figures.lost, figures.doubled, figures.tokens_lost) == (0, 0, 0)


@pytest.mark.soak
def test_killed_at_every_point(db: Database, tmp_path: Path) -> None:
    with opened_house(db, tmp_path) as house:
        points, whole = undisturbed(house)
        figures = kill_at(house, range(1, points + 1), whole)
        print(f"\nkill -9 of a synchronisation: {figures}")
    assert (figures.lost, figures.doubled, figures.tokens_lost) == (0, 0, 0)
