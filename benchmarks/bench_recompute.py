"""Computing everything anew from the stored samples, and replaying two years of predictions."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.bench_import import LAST_DAY
from benchmarks.bench_metrics import an_hour
from coach.domain.athlete import holding
from coach.domain.metrics import METRICS
from coach.domain.source import Source
from coach.pipeline import outings, profile, recompute, track_record
from coach.store import activities, athletes, metrics, system
from coach.store.postgres import bootstrap, migrate, start_embedded
from coach.store.session import Database

RUNS = 1000
AIM_S = 60.0
LOOKED_AT = 40  # activities whose time is told apart
SHOWN = 6  # of the metrics, the slowest


def store(db: Database, athlete_id: int, count: int) -> None:
    """Store `count` one-hour runs at 1 Hz, one a day, every fiftieth a race."""
    hour = an_hour().recording
    for n in range(count):
        recording = replace(hour, start=datetime.combine(LAST_DAY, time(6), UTC) - timedelta(days=n))
        with db.athlete_session(athlete_id) as s:
            placed = outings.place(
                s, athlete_id, recording, source=Source.file, file_id=None, home="Asia/Seoul"
            )
            if n % 50 == 0:
                activities.save(s, replace(placed.row, race=True))


def told_apart(db: Database, athlete_id: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return what one activity costs in ms: load, compute, save; and each metric alone, in turn."""
    costs = dict.fromkeys(("load", "compute", "save"), 0.0)
    each = dict.fromkeys(recompute.VERSIONS, 0.0)
    with db.athlete_session(athlete_id) as s:
        athlete, known = athletes.get(s, athlete_id), athletes.thresholds(s)
        rows = activities.find(s, athlete_id, limit=LOOKED_AT)
        for row in rows:
            began = perf_counter()
            activity = activities.load(s, athlete_id, row.id)
            loaded = perf_counter()
            on_day = replace(athlete, thresholds=holding(known, row.local_date))
            results = {}
            for name in recompute.VERSIONS:
                before = perf_counter()
                results[name] = METRICS[name].fn(activity, on_day)
                each[name] += perf_counter() - before
            computed = perf_counter()
            metrics.save(s, athlete_id, row.id, results, recompute.VERSIONS)
            costs["load"] += loaded - began
            costs["compute"] += computed - loaded
            costs["save"] += perf_counter() - computed
    per = 1000 / len(rows)
    slowest = sorted(each, key=lambda name: -each[name])[:SHOWN]
    return {k: per * v for k, v in costs.items()}, {name: per * each[name] for name in slowest}


def measure(count: int) -> Iterator[str]:
    place = Path(tempfile.mkdtemp(prefix="hanbal-bench-"))
    place.chmod(0o711)
    server = start_embedded(place / "data")
    try:
        bootstrap(server.url)
        migrate(server.url)
        db = Database(server.url)
        athlete_id = system.create_athlete(db, tz="Asia/Seoul", sex="female", birth_year=1986).id
        store(db, athlete_id, count)
        today: date = LAST_DAY
        first = perf_counter()
        recompute.bring_up_to_date(db, athlete_id, today)
        first = perf_counter() - first
        with db.athlete_session(athlete_id) as s:
            assert profile.outdate_all(s, athlete_id) == count
        began, worked = perf_counter(), process_time()
        assert recompute.bring_up_to_date(db, athlete_id, today) == count
        took, worked = perf_counter() - began, process_time() - worked
        began = perf_counter()
        assert recompute.bring_up_to_date(db, athlete_id, today) == 0
        nothing = perf_counter() - began
        costs, each = told_apart(db, athlete_id)
        replayed = perf_counter()
        models = track_record.bring_up_to_date(db, athlete_id, today)
        replayed = perf_counter() - replayed
        db.dispose()
    finally:
        server.stop()
        shutil.rmtree(place)
    yield (
        f"full recompute of {count} one-hour runs (aim {AIM_S * count / RUNS:.0f} s; the first time, with "
        f"estimates, {first:.1f} s; nothing to do {1000 * nothing:.0f} ms; processor "
        f"time of ours {worked:.1f} s) | {took:.1f} s | no peer | –"
    )
    parts = ", ".join(f"{name} {ms:.1f} ms" for name, ms in costs.items())
    slowest = ", ".join(f"{name} {ms:.1f}" for name, ms in each.items())
    yield f"of it, one activity: {parts}; slowest metrics: {slowest} | {sum(costs.values()):.1f} ms | – | –"
    yield f"track record: {models} models replayed over {count} days | {replayed:.1f} s | no peer | –"


def main(argv: list[str] | None = None) -> None:
    """Print `name | ours | peer | ratio`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--n", type=int, default=RUNS, help="how many runs")
    for line in measure(options.parse_args(argv or []).n):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
