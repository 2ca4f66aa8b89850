"""Recordings as files, and what came of them in the database without the numbers it gave."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from coach.domain.activity import Device, Lap, Recording, Sport, Streams
from coach.pipeline import importing, recompute
from coach.providers.files.archive import Entry
from coach.providers.files.fit import encode_activity
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.store import activities, files, imports, metrics
from coach.store.activities import Row
from coach.store.imports import Import, Item
from coach.store.session import Database, Session

NOW = datetime(2026, 10, 4, 3, tzinfo=UTC)  # noon in Seoul
START = datetime(2026, 10, 2, 21, 30, 12, tzinfo=UTC)
IDS = {"id", "athlete_id", "winner_id", "merged_into", "created_at", "updated_at", "deleted_at"}


def recording(
    start: datetime = START, seconds: int = 300, *, speed_mps: float = 3.0, seed: int = 0, **changes: Any
) -> Recording:
    """Return a run by a river in Seoul at 1 Hz, as a watch records it."""
    rng = np.random.default_rng(seed)
    t = np.arange(seconds, dtype=np.float64)
    speed = speed_mps + 0.2 * np.sin(t / 40) + rng.normal(0, 0.02, seconds)
    distance = np.cumsum(speed)
    streams = Streams(
        t,
        {
            "distance_m": distance,
            "speed_mps": speed,
            "hr_bpm": np.rint(140 + 10 * np.sin(t / 60)),
            "cadence_spm": np.full(seconds, 172.0),
            "lat_deg": 37.52 + distance / 111_195,
            "lon_deg": np.full(seconds, 126.99),
        },
    )
    made = Recording(
        sport=Sport.run,
        start=start,
        elapsed_s=float(seconds - 1),
        timer_s=float(seconds - 1),
        utc_offset_s=9 * 3600,
        distance_m=round(float(distance[-1]), 2),
        streams=streams,
        laps=(Lap(0.0, float(seconds - 1), float(seconds - 1), round(float(distance[-1]), 2)),),
        device=Device("garmin", "fr965", "3900012345"),
    )
    return replace(made, **changes)


def indoors(made: Recording) -> Recording:
    """Return the same run on a treadmill: no positions."""
    assert made.streams is not None
    kept = {n: v for n, v in made.streams.channels.items() if n not in ("lat_deg", "lon_deg")}
    return replace(made, sub_sport="treadmill", streams=Streams(made.streams.t_s, kept))


def fit(made: Recording) -> bytes:
    return encode_activity(made)


def gpx(made: Recording, *, name: str = "", later: timedelta = timedelta(), every: int = 1) -> bytes:
    """Return a recording as an app exports it: fewer channels; `later` is how wrong its clock is."""
    assert made.streams is not None
    lat, lon, hr = (made.streams.channels[c] for c in ("lat_deg", "lon_deg", "hr_bpm"))
    points = "".join(
        f'<trkpt lat="{lat[i]:.7f}" lon="{lon[i]:.7f}">'
        f"<time>{(made.start + later + timedelta(seconds=float(t))):%Y-%m-%dT%H:%M:%SZ}</time><extensions>"
        f"<x:TrackPointExtension><x:hr>{hr[i]:.0f}</x:hr></x:TrackPointExtension></extensions></trkpt>"
        for i, t in enumerate(made.streams.t_s)
        if i % every == 0 or i == len(made.streams) - 1
    )
    return (
        '<?xml version="1.0"?><gpx version="1.1" creator="App" xmlns="http://www.topografix.com/GPX/1/1" '
        'xmlns:x="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"><trk>'
        f"<name>{name}</name><type>running</type><trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def strava_table(rows: Sequence[Sequence[str]]) -> bytes:
    """Return activities.csv as Strava wrote it before 2019: id, date, name, type, note, seconds, km."""
    out = io.StringIO()
    writer = csv.writer(out)
    heads = ("Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description")
    writer.writerow((*heads, "Elapsed Time", "Distance", "Commute", "Activity Gear", "Filename"))
    for row in rows:
        writer.writerow((*row, "false", "", ""))
    return out.getvalue().encode()


@dataclass(frozen=True)
class Coach:
    """One athlete's data and the readers, as imports need them."""

    db: Database
    athlete_id: int
    readers: ReaderPool[Parsed]

    def bring(self, *entries: Entry, now: datetime = NOW) -> list[Item]:
        """Import files and return what became of each."""
        items: list[Item] = []
        self.run(entries, now=now, items=items)
        return items

    def run(
        self, entries: Iterable[Entry], *, now: datetime = NOW, items: list[Item] | None = None
    ) -> Import:
        return importing.import_paths(
            self.db,
            self.athlete_id,
            entries,
            pool=self.readers,
            now=now,
            channel="test",
            report=None if items is None else items.append,
        )

    def rows(self) -> list[Row]:
        with self.db.athlete_session(self.athlete_id) as s:
            return activities.find(s, self.athlete_id, newest_first=False)

    def only(self) -> Row:
        (row,) = self.rows()
        return row

    def values(self, activity_id: int) -> dict[str, Any]:
        with self.db.athlete_session(self.athlete_id) as s:
            return metrics.read(s, self.athlete_id, [activity_id]).get(activity_id, {})

    def value(self, activity_id: int, name: str) -> float | None:
        found = self.values(activity_id)[name]
        return getattr(found, "value", None)

    def stale(self) -> list[int]:
        with self.db.athlete_session(self.athlete_id) as s:
            return list(metrics.stale(s, self.athlete_id, recompute.VERSIONS))

    def items(self, import_id: int) -> list[Item]:
        with self.db.athlete_session(self.athlete_id) as s:
            return imports.items(s, import_id)

    def state(self) -> list[dict[str, Any]]:
        """Return every activity with its sources, metrics and thresholds' work, free of row numbers."""
        with self.db.athlete_session(self.athlete_id) as s:
            return [_told(s, row) for row in activities.find(s, self.athlete_id, newest_first=False)]


def _told(s: Session, row: Row) -> dict[str, Any]:
    known = {k.id: k for k in activities.sources(s, row.id)}
    names = {
        k.id: "" if k.file_id is None else f"{files.get(s, k.file_id).name}#{k.part}" for k in known.values()
    }
    told = {f.name: getattr(row, f.name) for f in fields(row) if f.name not in IDS}
    told["field_sources"] = {n: names.get(i, "athlete") for n, i in row.field_sources.items()}
    told["winner"] = names.get(row.winner_id or 0)
    told["files"] = sorted(names.values())
    told["metrics"] = metrics.read(s, row.athlete_id, [row.id]).get(row.id, {})
    return told
