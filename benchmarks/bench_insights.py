"""Bringing ten years of insights up to date, against adding the same weeks up from the rows each time."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from coach.domain.activity import Recording, Sport
from coach.domain.daily import DailyValue
from coach.domain.metrics.totals import week_of
from coach.domain.source import Source
from coach.pipeline import insights, outings, recompute
from coach.store import activities, athletes, daily, metrics, system
from coach.store.postgres import bootstrap, migrate, start_embedded
from coach.store.session import Database

YEARS, RUNS_A_WEEK, TIMES = 10, 4, 5
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
AIM_S = 1.0


def live(db: Database, athlete_id: int, years: int) -> int:
    """Store runs without samples and nights of so many years; return how many runs."""
    last, count = NOW.date(), 0
    for week in range(52 * years):
        with db.athlete_session(athlete_id) as s:
            athletes.lock(s, athlete_id)
            for n in range(RUNS_A_WEEK):
                day = last - timedelta(weeks=week, days=n + 1)
                metres = 8000.0 + 700 * ((week * 7 + n * 3) % 11)
                start = datetime.combine(day, time(22), UTC)
                recording = Recording(
                    sport=Sport.run,
                    start=start,
                    elapsed_s=metres * 0.36,
                    timer_s=metres * 0.36,
                    distance_m=metres,
                    utc_offset_s=9 * 3600,
                    external_id=str(start),
                )
                outings.place(s, athlete_id, recording, source=Source.file, file_id=None, home="Asia/Seoul")
                count += 1
    nights = [
        DailyValue(last - timedelta(days=n), name, value + n % 5, Source.garmin)
        for n in range(365 * years)
        for name, value in (("rhr_bpm", 48.0), ("hrv_rmssd_ms", 60.0), ("sleep_s", 26_000.0))
    ]
    with db.athlete_session(athlete_id) as s:
        daily.save_values(s, athlete_id, nights)
    return count


def from_rows(db: Database, athlete_id: int, today: date) -> int:
    """Add every week up that is kept, and the twelve before each, from the rows: what no cache saves."""
    read = 0
    with db.athlete_session(athlete_id) as s:
        for back in range(1, insights.WEEKS + 1):
            own = week_of(today - timedelta(weeks=back))
            for n in range(13):
                start = own.first - timedelta(weeks=n)
                rows = activities.find(s, athlete_id, start=start, end=start + timedelta(days=6))
                loads = metrics.read(s, athlete_id, [r.id for r in rows], ["training_load"], whole=False)
                assert len(loads) == len(rows)
                read += len(rows)
    return read


def timed(db: Database, athlete_id: int, times: int) -> float:
    """Return the median seconds of bringing insights up to date when nothing has changed."""
    took = []
    for _ in range(times):
        with db.athlete_session(athlete_id) as s:
            athlete, began = athletes.get(s, athlete_id), perf_counter()
            assert insights.refresh(s, athlete, NOW).written == 0
            took.append(perf_counter() - began)
    return median(took)


def measure(years: int) -> Iterator[str]:
    place = Path(tempfile.mkdtemp(prefix="hanbal-bench-"))
    place.chmod(0o711)
    server = start_embedded(place / "data")
    try:
        bootstrap(server.url)
        migrate(server.url)
        db = Database(server.url)
        athlete_id = system.create_athlete(db, tz="Asia/Seoul").id
        count = live(db, athlete_id, years)
        recompute.bring_up_to_date(db, athlete_id, NOW.date())
        with db.athlete_session(athlete_id) as s:
            athlete, began = athletes.get(s, athlete_id), perf_counter()
            written = insights.refresh(s, athlete, NOW).written
            first = perf_counter() - began
        ours = timed(db, athlete_id, TIMES)
        began = perf_counter()
        from_rows(db, athlete_id, NOW.date())
        peer = perf_counter() - began
        db.dispose()
    finally:
        server.stop()
        shutil.rmtree(place)
    yield (
        f"insights of {count} runs in {years} years, nothing new (aim {AIM_S:.0f} s; the first time, "
        f"{written} written, {1000 * first:.0f} ms) | {1000 * ours:.0f} ms | the kept weeks' sums from rows "
        f"{1000 * peer:.0f} ms | {ours / peer:.2f}"
    )


def main(argv: list[str] | None = None) -> None:
    """Print `name | ours | peer | ratio`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--years", type=int, default=YEARS)
    for line in measure(options.parse_args(argv or []).years):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
