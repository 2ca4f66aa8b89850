"""Synchronising against invented services in a process of their own: until usable, per activity, no news."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from coach.config import Settings
from coach.pipeline import recompute, syncing
from coach.pipeline.importing import reader_pool
from coach.pipeline.reach import Reach
from coach.store import activities, connections, remote_items, system
from coach.store.postgres import bootstrap, migrate, start_embedded
from coach.store.session import Database
from coach.store.vault import Vault

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = datetime.now(SEOUL).date()
RECENT_DAYS, RESTS = 42, (0, 4)  # five runs a week: 30 in six weeks
DELAY_S = 0.05
BACK = 300
YEARS_OF_RUNS = 2500
AIM_USABLE_S, AIM_CPU_MS, AIM_CALLS = 20, 60, 6


def recent() -> list[datetime]:
    """Return when the runs of the last six weeks began."""
    days = [TODAY - timedelta(days=n) for n in range(1, RECENT_DAYS + 1) if n % 7 not in RESTS]
    return [datetime.combine(day, time(6, 30), SEOUL).astimezone(UTC) for day in days]


def earlier(count: int) -> list[datetime]:
    """Return when `count` runs before those began, one every other day."""
    days = [TODAY - timedelta(days=RECENT_DAYS + 2 + 2 * n) for n in range(count)]
    return [datetime.combine(day, time(6, 30), SEOUL).astimezone(UTC) for day in days]


def serve(name: str, back: int, pipe: Pipe) -> None:
    """Serve an invented account until told to stop. Answers "count" with how many requests there were."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from fakes import garmin, strava

    fake: Any
    if name == "garmin":
        fake, serving = garmin.Garmin(), garmin.running
        for start in (*recent(), *earlier(back)):
            fake.add(garmin.Run(start, seconds=5400 if start.weekday() == 5 else 2700))
        length = RECENT_DAYS + 2 + 2 * back
        fake.days = {TODAY - timedelta(days=n): garmin.Day(weight_g=66_000.0) for n in range(length)}
        for run in fake.runs:
            run.download()  # made before anything is measured
        tokens = fake.tokens()
    else:
        fake, serving = strava.Strava(limits=(9_999, 9_999), reading_limits=(9_999, 9_999)), strava.running
        for number, start in enumerate((*recent(), *earlier(back)), start=1):
            fake.add(number, start, 2700)
        said = fake.tokens()
        tokens = json.dumps({name: said[name] for name in ("access_token", "refresh_token", "expires_at")})
    with serving(fake) as url:
        pipe.send((url, tokens))
        while (order := pipe.recv()) != "stop":
            if order == "count":
                pipe.send(len(fake.requests))
            else:
                fake.delay_s = float(order)


@dataclass
class Service:
    """An invented service in a process of its own."""

    url: str
    tokens: str
    pipe: Pipe

    def count(self) -> int:
        self.pipe.send("count")
        return int(self.pipe.recv())

    def delay(self, seconds: float) -> None:
        self.pipe.send(str(seconds))


@contextmanager
def invented(name: str, back: int) -> Iterator[Service]:
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=serve, args=(name, back, theirs), daemon=True)
    child.start()
    try:
        yield Service(*ours.recv(), ours)
    finally:
        ours.send("stop")
        child.join()


@dataclass
class Athlete:
    """Somebody who has just connected a service."""

    reach: Reach
    id: int
    provider: str

    @classmethod
    def connected(cls, db: Database, place: Path, name: str, service: Service) -> Athlete:
        settings = Settings(
            _env_file=None,
            COACH_DATA_DIR=place,
            COACH_GARMIN_URL=service.url,
            COACH_STRAVA_URL=service.url,
            STRAVA_CLIENT_ID=40404,
            STRAVA_CLIENT_SECRET="shhh-app-secret-0123456789",
        )
        reach = Reach(db, settings, Vault(settings), lambda: datetime.now(UTC))
        made = cls(reach, system.create_athlete(db, tz="Asia/Seoul").id, name)
        with db.athlete_session(made.id) as s:
            now = reach.clock()
            connections.well(s, name, connected_at=now, next_sync_at=now, account_id=f"{name}-{made.id}")
            connections.keep_secret(s, reach.vault, name, "secret", service.tokens)
        return made

    def sync(self, readers: Any, *, backfill: bool = False) -> float:
        """Synchronise once; return the seconds."""
        began = perf_counter()
        syncing.run(
            self.reach, self.id, self.provider, readers=readers, holder=f"bench:{began}", backfill=backfill
        )
        return perf_counter() - began

    def here(self) -> int:
        with self.reach.db.athlete_session(self.id) as s:
            known = connections.get(s, self.provider)
            assert known is not None
            assert known.state == "connected", (known.state, known.why_key)
            return activities.count(s, self.id)

    def left(self) -> int:
        with self.reach.db.athlete_session(self.id) as s:
            counts = remote_items.counts(s, self.provider)
        return counts.get("listed", 0) + counts.get("failed", 0)


def cpu_s() -> float:
    """Return the processor time of this process and of its children that have ended (the readers)."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(name: str, db: Database, place: Path, back: int) -> Iterator[str]:
    """Measure one service."""
    title, count = name.capitalize(), len(recent())
    with invented(name, back) as service:
        service.delay(DELAY_S)
        athlete = Athlete.connected(db, place, name, service)
        with reader_pool(os.cpu_count() or 2) as readers:
            took = athlete.sync(readers)
            assert athlete.here() == count, athlete.here()
            calls = service.count()
            yield (
                f"{title}: six weeks ({count} runs, daily data) until usable in chat (aim "
                f"{AIM_USABLE_S} s; {calls} calls of {DELAY_S * 1000:.0f} ms) | {took:.1f} s | – | –"
            )
            athlete.sync(readers)
            before = service.count()
            took = athlete.sync(readers)
            calls = service.count() - before
            yield f"{title}: nothing new (aim {AIM_CALLS} calls; {took:.2f} s) | {calls} calls | – | –"
        if not back:
            return
        service.delay(0)
        idle = cpu_s()
        with reader_pool(os.cpu_count() or 2) as readers:
            list(readers.map([("warm.txt", b"nothing")] * 4))
        used = cpu_s()
        began, started = perf_counter(), used - idle  # readers start once, not for each slice
        with reader_pool(os.cpu_count() or 2) as readers:
            athlete.sync(readers, backfill=True)
            while athlete.left():
                athlete.sync(readers, backfill=True)
        recompute.bring_up_to_date(db, athlete.id, TODAY)
        cpu, took = cpu_s() - used - started, perf_counter() - began
        assert athlete.here() == count + back, athlete.here()
        each = cpu / back * 1000
        yield (
            f"{title}: processor time for each of {back} runs further back, metrics included (aim "
            f"{AIM_CPU_MS} ms; {took:.0f} s for all; ten years, {YEARS_OF_RUNS} runs: "
            f"{each * YEARS_OF_RUNS / 1000:.0f} s) | {each:.0f} ms | – | –"
        )


def main(argv: list[str] | None = None) -> None:
    """Print `name | ours | peer | ratio`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--n", type=int, default=BACK, help="how many runs lie further back")
    back = options.parse_args(argv or []).n
    place = Path(tempfile.mkdtemp(prefix="hanbal-bench-"))
    place.chmod(0o711)
    server = start_embedded(place / "data")
    try:
        bootstrap(server.url)
        migrate(server.url)
        db = Database(server.url)
        for name, older in (("garmin", back), ("strava", 0)):
            for line in measure(name, db, place / "secrets", older):
                print(line, flush=True)
        db.dispose()
    finally:
        server.stop()
        shutil.rmtree(place)


if __name__ == "__main__":
    main(sys.argv[1:])
