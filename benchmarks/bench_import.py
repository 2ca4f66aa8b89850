"""Importing one-hour runs through the real path: read, stored, measured, thresholds estimated."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter

import fitparse
import numpy as np

from coach.domain.activity import Recording, Sport, Streams
from coach.pipeline import importing
from coach.providers.files.archive import Entry
from coach.providers.files.fit import encode_activity
from coach.store import activities, system
from coach.store.postgres import bootstrap, migrate, start_embedded
from coach.store.session import Database

HOUR_S = 3600
LAST_DAY = date(2026, 10, 4)
NOW = datetime.combine(LAST_DAY, time(12), UTC)
PEER_FILES = 3
AIM_PER_S = 15.0


def run_file(n: int) -> Entry:
    """Return the n-th day's run: an hour at 1 Hz with position, height, heart rate, cadence and power."""
    rng = np.random.default_rng(n)
    t = np.arange(HOUR_S, dtype=np.float64)
    speed = 3 + 0.4 * np.sin(t / 90 + n) + rng.normal(0, 0.05, t.size)
    distance = np.cumsum(speed)
    channels = {
        "distance_m": distance,
        "speed_mps": speed,
        "hr_bpm": np.rint(150 + 10 * np.sin(t / 90) + rng.normal(0, 1, t.size)),
        "cadence_spm": np.rint(rng.normal(176, 2, t.size)),
        "power_w": np.rint(rng.normal(250, 15, t.size)),
        "altitude_m": np.rint(5 * (50 + 20 * np.sin(distance / 500))) / 5,
        "lat_deg": 37.5 + distance / 111_195,
        "lon_deg": 127 + 0.001 * np.sin(t / 300),
    }
    recording = Recording(
        sport=Sport.run,
        start=datetime.combine(LAST_DAY - timedelta(days=n), time(21), UTC) - timedelta(days=1),
        elapsed_s=float(HOUR_S - 1),
        timer_s=float(HOUR_S - 1),
        utc_offset_s=9 * 3600,
        distance_m=float(distance[-1]),
        streams=Streams(t, channels),
    )
    return f"{n:04}.fit", encode_activity(recording)


def files(count: int) -> Iterator[Entry]:
    for n in range(count):
        yield run_file(n)


def rss_mb() -> float:
    """Return the memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def import_all(db: Database, entries: list[Entry]) -> tuple[float, float, float]:
    """Import runs for a new athlete; return the seconds until all is done, those of reading and storing, and
    how much memory the second half of the files added (MB)."""
    athlete_id = system.create_athlete(db, tz="Asia/Seoul").id
    held: list[float] = []
    stored_at = 0.0
    with importing.reader_pool(os.cpu_count() or 2) as pool:
        list(pool.map([("warm.fit", entries[0][1])] * 4))
        began = perf_counter()

        def report(_: object) -> None:
            nonlocal stored_at
            stored_at = perf_counter() - began
            held.append(rss_mb())

        done = importing.import_paths(
            db, athlete_id, entries, pool=pool, now=NOW, channel="bench", report=report
        )
        took = perf_counter() - began
    with db.athlete_session(athlete_id) as s:
        assert done.state == "done"
        assert activities.count(s, athlete_id) == len(entries)
    return took, stored_at, held[-1] - held[len(held) // 2]


def fitparse_per_s(entries: list[Entry]) -> float:
    """Return how many files a second the usual loop over fitparse's messages reads, storing nothing."""
    began = perf_counter()
    for _, data in entries[:PEER_FILES]:
        assert isinstance(data, bytes)
        for message in fitparse.FitFile(io.BytesIO(data)).get_messages("record"):
            message.get_values()
    return PEER_FILES / (perf_counter() - began)


def measure(count: int) -> Iterator[str]:
    entries = [run_file(n) for n in range(count)]
    place = Path(tempfile.mkdtemp(prefix="hanbal-bench-"))
    place.chmod(0o711)
    server = start_embedded(place / "data")
    try:
        bootstrap(server.url)
        migrate(server.url)
        db = Database(server.url)
        took, stored, grown = import_all(db, entries)
        db.dispose()
    finally:
        server.stop()
        shutil.rmtree(place)
    rate, peer = count / took, fitparse_per_s(entries)
    yield (
        f"import of {count} one-hour runs (aim {AIM_PER_S:.0f}/s; stored after {stored:.1f} s, all done "
        f"after {took:.1f} s; memory of the second half {grown:+.0f} MB) | {rate:.1f}/s | "
        f"fitparse, reading alone {peer:.2f}/s | {rate / peer:.0f}×"
    )


def main(argv: list[str] | None = None) -> None:
    """Print `name | ours | peer | ratio`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--n", type=int, default=300, help="how many runs")
    for line in measure(options.parse_args(argv or []).n):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
