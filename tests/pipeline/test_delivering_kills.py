"""`kill -9` of a push to the watch, at every call to Garmin and every commit: before and after each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from delivering_runs import Watch, WatchShop, at, changed, days, plan_of, shop_of, walk_run, without

from coach.store import connections
from coach.store.postgres import Embedded

CHILD = Path(__file__).with_name("delivering_child.py")
MINUTES = 10  # longer than a turn that nobody renews, and than the first pause


@dataclass
class Figures:
    """What a loop over the points of failure came to."""

    points: int = 0
    kills: int = 0
    doubled: int = 0
    lost: int = 0
    receipts_missing: int = 0

    def __str__(self) -> str:
        return (
            f"{self.points} points of failure, {self.kills} kills: {self.doubled} doubled, {self.lost} lost, "
            f"{self.receipts_missing} receipts missing"
        )


@dataclass
class Killing:
    """A warm process in which pushes are killed."""

    shop: WatchShop
    child: subprocess.Popen[str]

    def prepared(self) -> tuple[Watch, int]:
        """Return an athlete of whose three workouts one must be made, one moved and changed, one removed; and
        the number of a workout of their own."""
        watch = self.shop.watch()
        plan = plan_of(walk_run(at(5)), walk_run(at(7)), walk_run(at(10)))
        watch.approve(without(plan, "w01-mon"))
        watch.send()
        own = watch.garmin.draw_up()
        watch.garmin.put_on(own, at(7))
        moved = changed(plan, "w01-wed", day=at(8), steps=walk_run(at(8), 4).steps)
        assert watch.approve(without(moved, "w01-sat")) == 3
        return watch, own

    def run(self, watch: Watch, point: int) -> str:
        """Push in a process that kills itself at an event; return what it said."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(f"{watch.athlete_id} {point}\n")
        self.child.stdin.flush()
        return self.child.stdout.readline().strip()


@contextmanager
def killing(shop: WatchShop) -> Iterator[Killing]:
    here = Path(__file__)
    path = [str(here.parent), str(here.parents[1]), *filter(None, sys.path)]
    child = subprocess.Popen(
        [sys.executable, str(CHILD), shop.db.url, str(shop.place), shop.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
    )
    try:
        yield Killing(shop, child)
    finally:
        child.kill()
        child.wait()


@pytest.fixture(scope="module")
def shop(embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchShop]:
    with shop_of(embedded, template, "test_delivering_kills", tmp_path_factory.mktemp("watch")) as shop:
        yield shop


def left_behind(watch: Watch, own: int) -> dict[str, Any]:
    """Return everything that must not depend on where a push was cut off."""
    ours = {n: w for n, w in watch.garmin.workouts.items() if n != own}
    return {
        "there": watch.there(),
        "own": watch.garmin.days_of(own),
        "workouts": len(ours),
        "places": len(watch.garmin.calendar) - 1,
        "times": sorted(
            w["workoutSegments"][0]["workoutSteps"][1]["numberOfIterations"] for w in ours.values()
        ),
        "rows": {row.uid: (row.state, row.grade, row.receipt["grade"]) for row in watch.rows()},
        "numbers": all(int(row.remote_id) in ours for row in watch.rows() if row.state == "sent"),
        "parcels": sorted(parcel.state for parcel in watch.parcels()),
        "told": watch.told(),
    }


WHOLE = {
    "there": {"w01-mon": days(at(5)), "w01-wed": days(at(8))},
    "own": days(at(7)),
    "workouts": 2,
    "places": 2,
    "times": [4, 6],
    "rows": {
        "w01-mon": ("sent", "exact", "exact"),
        "w01-wed": ("sent", "exact", "exact"),
        "w01-sat": ("removed", "exact", "exact"),
    },
    "numbers": True,
    "parcels": ["sent"] * 5,
    "told": [],
}


def undisturbed(house: Killing) -> int:
    """Return how many points of failure a push has."""
    watch, own = house.prepared()
    points = int(house.run(watch, 0))
    assert left_behind(watch, own) == WHOLE
    return points


def kill_at(house: Killing, points: range) -> Figures:
    """Kill one athlete's push at each point; compare what is there after the next one."""
    figures = Figures(len(points))
    for point in points:
        watch, own = house.prepared()
        assert house.run(watch, point) == "killed"
        figures.kills += 1
        for _ in range(2):
            watch.clock.later(minutes=MINUTES)
            watch.send()
        with watch.db.athlete_session(watch.athlete_id) as s:
            # Who was killed after the last parcel keeps the turn for minutes, which do not pass for the next.
            connections.change(s, "garmin", holder="", held_until=None)
        left = left_behind(watch, own)
        figures.doubled += max(left["workouts"], left["places"]) > 2
        figures.lost += min(left["workouts"], left["places"]) < 2
        figures.receipts_missing += left["rows"] != WHOLE["rows"]
        assert left == WHOLE, f"killed at {point}"
    return figures


def test_killed_at_some_points(shop: WatchShop) -> None:
    with killing(shop) as house:
        points = undisturbed(house)
        figures = kill_at(house, range(points // 6, points, max(1, points // 3)))
    assert (figures.doubled, figures.lost, figures.receipts_missing) == (0, 0, 0)


@pytest.mark.soak
def test_killed_at_every_point(shop: WatchShop) -> None:
    with killing(shop) as house:
        figures = kill_at(house, range(1, undisturbed(house) + 1))
        print(f"\nkill -9 of a push to the watch: {figures}")
    assert (figures.doubled, figures.lost, figures.receipts_missing) == (0, 0, 0)
