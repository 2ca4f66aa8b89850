"""Storing and reading one-hour runs, against the same arrays through SQLAlchemy's lists."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from statistics import median
from time import perf_counter

import numpy as np
from sqlalchemy import delete, insert, select

from coach.domain.activity import CHANNELS, Recording, Sport, Streams
from coach.domain.metrics.registry import Measure
from coach.domain.source import Source
from coach.store import activities, files, metrics, models, streams, system
from coach.store.postgres import bootstrap, migrate, start_embedded
from coach.store.session import Database, Session

Row = tuple[str, float, float | None]
CHANNEL_NAMES = (
    *("distance_m", "speed_mps", "hr_bpm", "cadence_spm", "power_w"),
    *("altitude_m", "lat_deg", "lon_deg", "temperature_c", "stride_length_m"),
)
START = datetime(2026, 1, 1, tzinfo=UTC)
METRICS = {f"metric_{n}": Measure(float(n), 0.99, {"rows": [n, n]}) for n in range(30)}
VERSIONS = dict.fromkeys(METRICS, 1)


def hour(n: int) -> Recording:
    """A one-hour recording at 1 Hz with ten channels."""
    rng = np.random.default_rng(n)
    channels = {c: rng.uniform(max(CHANNELS[c].low, 0), CHANNELS[c].high, 3600) for c in CHANNEL_NAMES}
    return Recording(
        Sport.run, START + timedelta(hours=2 * n), 3600, streams=Streams(np.arange(3600.0), channels)
    )


def _ms(work: Callable[[int], object], rounds: int = 30) -> float:
    times = []
    for n in range(rounds):
        begin = perf_counter()
        work(n)
        times.append((perf_counter() - begin) * 1000)
    return median(times)


def _write_lists(s: Session, source_id: int, athlete_id: int, given: Streams) -> None:
    t = models.activity_streams
    s.execute(delete(t).where(t.c.activity_source_id == source_id))
    rows = [
        {
            "athlete_id": athlete_id,
            "activity_source_id": source_id,
            "kind": kind,
            "channel": name,
            "unit": "",
            "samples": values.tolist(),
        }
        for kind, name, values in (
            ("time", "t_s", given.t_s),
            *(("standard", name, values) for name, values in given.channels.items()),
        )
    ]
    s.execute(insert(t), rows)


def _read_lists(s: Session, source_id: int) -> dict[str, np.ndarray]:
    t = models.activity_streams
    rows = s.execute(select(t.c.channel, t.c.samples).where(t.c.activity_source_id == source_id))
    return {channel: np.array(samples, np.float64) for channel, samples in rows}


def _activity(s: Session, athlete_id: int, n: int, said: Recording) -> activities.Row:
    file_id, _ = files.keep(s, athlete_id, f"{n}.fit", os.urandom(100_000), "fit")
    row = activities.create(
        s,
        athlete_id,
        sport=said.sport,
        start_at=said.start,
        tz="Asia/Seoul",
        local_date=date(2026, 1, 1),
        elapsed_s=said.elapsed_s,
    )
    source = activities.add_source(
        s, athlete_id, said, source=Source.file, file_id=file_id, activity_id=row.id
    )
    metrics.save(s, athlete_id, row.id, METRICS, VERSIONS)
    return activities.save(s, replace(row, winner_id=source.id))


def measure(db: Database) -> list[Row]:
    """Return name, our milliseconds, the peer's milliseconds (None: no peer)."""
    athlete_id = system.create_athlete(db).id
    hours = [hour(n) for n in range(30)]
    kept: list[int] = []

    def whole(n: int) -> None:
        with db.athlete_session(athlete_id) as s:
            kept.append(_activity(s, athlete_id, n, hours[n]).id)

    rows: list[Row] = [("store a 1 h run: file, row, streams, 30 metrics, commit", _ms(whole), None)]
    with db.athlete_session(athlete_id) as s:
        source_id = activities.sources(s, kept[0])[0].id
        said = hours[0].streams
        assert said is not None
        ours_write = _ms(lambda _: streams.write(s, source_id, athlete_id, said))
        ours_read = _ms(lambda _: streams.read(s, source_id))
        lists_write = _ms(lambda _: _write_lists(s, source_id, athlete_id, said))
        lists_read = _ms(lambda _: _read_lists(s, source_id))
        streams.write(s, source_id, athlete_id, said)
    rows.append(("write streams, 11 arrays of 3,600", ours_write, lists_write))
    rows.append(("read streams, 11 arrays of 3,600", ours_read, lists_read))

    def load(n: int) -> None:
        with db.athlete_session(athlete_id) as s:
            activities.load(s, athlete_id, kept[n])

    def find(_: int) -> None:
        with db.athlete_session(athlete_id) as s:
            activities.find(s, athlete_id, limit=20)

    def sums(_: int) -> None:
        with db.athlete_session(athlete_id) as s:
            metrics.daily_sums(s, athlete_id, "metric_1", date(2016, 1, 1), date(2026, 12, 31))

    rows.append(("load an activity with samples", _ms(load), None))
    rows.append(("find the last 20 activities", _ms(find), None))
    rows.append(("sum a metric by day", _ms(sums), None))
    return rows


def main() -> None:
    """Print what was measured."""
    place = Path(tempfile.mkdtemp(prefix="hanbal-bench-"))
    place.chmod(0o711)
    try:
        begin = perf_counter()
        with start_embedded(place / "own") as share:
            rows: list[Row] = [("start the embedded server, new", (perf_counter() - begin) * 1000, None)]
            bootstrap(share.url)
            migrate(share.url)
            db = Database(share.url)
            rows += measure(db)
            db.dispose()
        begin = perf_counter()
        with start_embedded(place / "own"):
            rows.append(("start the embedded server, again", (perf_counter() - begin) * 1000, None))
    finally:
        rmtree(place)
    print("name | ours | SQLAlchemy lists | ratio")
    for name, ours, peer in rows:
        compared = "– | –" if peer is None else f"{peer:.2f} ms | {peer / ours:.1f}×"
        print(f"{name} | {ours:.2f} ms | {compared}")


if __name__ == "__main__":
    main()
