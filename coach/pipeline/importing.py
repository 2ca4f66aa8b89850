"""Import: files in, activities and daily values out, one transaction a file.

What one file does never affects another. The original is kept by its hash, so importing the same folder again
changes nothing, and everything can be read anew.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from coach.domain.activity import Recording
from coach.domain.athlete import Athlete, Threshold
from coach.domain.source import Source
from coach.errors import BadInput, CoachError, NotAnActivity, UnreadableFile
from coach.pipeline import outings, recompute
from coach.providers.files.archive import Entry, walk
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.providers.files.strava_archive import ActivityRow, with_rows
from coach.providers.reading import read
from coach.store import activities, athletes, daily, files, imports, queue, recordings
from coach.store.imports import Import, Item
from coach.store.session import Database, Session

# Clocks of watches run ahead a little; a day ahead is no clock.
AHEAD = timedelta(days=1)
DAMAGED = ("truncated", "bad_crc", "no_header", "time_jump")

Report = Callable[[Item], None]


def reader_pool(workers: int = 2) -> ReaderPool[Parsed]:
    """Return the limited processes that read strangers' files."""
    return ReaderPool(read, workers=workers)


@dataclass
class _Waiting:
    """A file on its way through the readers."""

    data: bytes
    row: ActivityRow | None


class Importer:
    """Imports files for one athlete."""

    def __init__(
        self, db: Database, athlete_id: int, pool: ReaderPool[Parsed], *, now: datetime, import_id: int
    ) -> None:
        self._db, self._athlete_id, self._pool = db, athlete_id, pool
        self._now, self._import_id = now, import_id
        self._touched = 0
        with db.athlete_session(athlete_id) as s:
            self._athlete: Athlete = athletes.get(s, athlete_id)
            self._thresholds: Sequence[Threshold] = athletes.thresholds(s)

    def run(self, entries: Iterable[Entry]) -> Iterator[Item]:
        """Import files one after the other and yield what became of each file, or each activity in it."""
        waiting: deque[_Waiting] = deque()
        for done, (name, parsed) in enumerate(self._pool.map(self._unknown(entries, waiting)), start=1):
            file = waiting.popleft()
            items = self._store(name, file, parsed)
            with self._db.athlete_session(self._athlete_id) as s:
                for item in items:
                    imports.add_item(s, self._athlete_id, self._import_id, item)
                imports.progress(s, self._import_id, done=done)
            yield from items

    def finish(self, progress: recompute.Progress = recompute.quiet) -> None:
        """Estimate thresholds anew and recompute what rested on others."""
        if not self._touched:
            return
        today = self._now.astimezone(self._athlete.zone).date()
        with self._db.athlete_session(self._athlete_id) as s:
            moved = recompute.refresh_thresholds(s, self._athlete_id, today)
        recompute.recompute(self._db, self._athlete_id, moved, progress)

    def _unknown(self, entries: Iterable[Entry], waiting: deque[_Waiting]) -> Iterator[Entry]:
        """Pass files on to the readers; what was imported before is answered without reading it again."""
        for name, data, row in with_rows(entries):
            waiting.append(_Waiting(data if isinstance(data, bytes) else b"", row))
            if isinstance(data, bytes) and self._imported_before(data):
                yield name, _Duplicate(name)
            else:
                yield name, data

    def _imported_before(self, data: bytes) -> bool:
        with self._db.athlete_session(self._athlete_id) as s:
            file_id = files.find(s, self._athlete_id, hashlib.sha256(data).digest())
            return file_id is not None and bool(recordings.of_file(s, self._athlete_id, file_id))

    def _store(self, name: str, file: _Waiting, parsed: Parsed | CoachError) -> list[Item]:
        if isinstance(parsed, _Duplicate):
            return self._duplicates(name, file.data)
        if isinstance(parsed, CoachError):
            return [_refused(name, parsed)]
        if parsed.format == "strava_archive" and not parsed.recordings:
            return []  # the table of an export, whose lines all have files
        if not parsed.recordings and not parsed.daily:
            return [_refused(name, NotAnActivity("nothing_to_import", name=name))]
        described = file.row.describe(parsed.recordings) if file.row else parsed.recordings
        items: list[Item] = []
        with self._db.athlete_session(self._athlete_id) as s:
            file_id, _ = files.keep(s, self._athlete_id, name, file.data, parsed.format)
            if parsed.daily:
                changed = daily.save_values(s, self._athlete_id, parsed.daily)
                outcome: imports.Outcome = "imported" if changed else "duplicate"
                items.append(Item(name, outcome, file_id=file_id, records=len(parsed.daily)))
                self._touched += changed
            for recording in described:
                items.append(self._place(s, name, file_id, recording, parsed))
        return items

    def _place(self, s: Session, name: str, file_id: int, recording: Recording, parsed: Parsed) -> Item:
        if recording.start > self._now + AHEAD:
            params = {"name": name, "day": recording.start.date().isoformat()}
            return _refused(name, UnreadableFile("from_the_future", **params))
        source = _source_of(parsed, recording)
        row, new = outings.place(
            s, self._athlete_id, recording, source=source, file_id=file_id, home=self._athlete.tz
        )
        activity = activities.load(s, self._athlete_id, row.id)
        recompute.measure(s, self._athlete, self._thresholds, activity)
        row = activities.get(s, self._athlete_id, row.id)
        self._touched += 1
        damage = next((f for f in (*recording.flags, *parsed.flags) if f in DAMAGED), None)
        outcome: imports.Outcome = "partial" if damage else "imported" if new else "merged"
        return Item(
            name,
            outcome,
            file_id=file_id,
            activity_id=row.id,
            sport=row.sport,
            start=recording.start,
            distance_m=row.distance_m,
            moving_s=row.moving_s,
            elapsed_s=row.elapsed_s,
            records=len(recording.streams) if recording.streams else 0,
            reason_key=f"damage_{damage}" if damage else None,
            reason_params={"name": name} if damage else {},
        )

    def _duplicates(self, name: str, data: bytes) -> list[Item]:
        with self._db.athlete_session(self._athlete_id) as s:
            file_id = files.find(s, self._athlete_id, hashlib.sha256(data).digest())
            known = recordings.of_file(s, self._athlete_id, file_id) if file_id is not None else []
            items = []
            for source in known:
                row = activities.get(s, self._athlete_id, source.activity_id)
                items.append(
                    Item(
                        name,
                        "duplicate",
                        file_id=file_id,
                        activity_id=row.id,
                        sport=row.sport,
                        start=row.start_at,
                        distance_m=row.distance_m,
                        moving_s=row.moving_s,
                        elapsed_s=row.elapsed_s,
                        reason_key="deleted_before" if row.deleted_at else "imported_before",
                        reason_params={"name": name},
                    )
                )
            return items


class _Duplicate(CoachError):
    """Not an error to tell: the file was imported before, and the readers may pass it by."""

    def __init__(self, name: str) -> None:
        super().__init__("imported_before", name=name)


def _source_of(parsed: Parsed, recording: Recording) -> Source:
    if parsed.format in ("health_auto_export", "apple_export"):
        return Source.apple_health
    # A recording with a number of its own comes from the athlete's bulk export.
    return Source.archive if recording.external_id or parsed.format == "strava_archive" else Source.file


def _refused(name: str, error: CoachError) -> Item:
    refused_as: imports.Outcome = "not_an_activity" if isinstance(error, NotAnActivity) else "unreadable"
    return Item(
        name,
        refused_as,
        reason_key=error.key,
        reason_params=json.loads(json.dumps({"name": name, **error.params}, default=str)),
    )


def import_paths(
    db: Database,
    athlete_id: int,
    entries: Iterable[Entry],
    *,
    pool: ReaderPool[Parsed],
    now: datetime,
    channel: str,
    total: int | None = None,
    report: Report | None = None,
    progress: recompute.Progress = recompute.quiet,
) -> Import:
    """Import files at once, in this process; `report` hears of each file, `progress` of the recompute."""
    with db.athlete_session(athlete_id) as s:
        started = imports.create(s, athlete_id, channel=channel, total=total)
    return _run(db, athlete_id, started.id, entries, pool, now, report, progress)


def _run(
    db: Database,
    athlete_id: int,
    import_id: int,
    entries: Iterable[Entry],
    pool: ReaderPool[Parsed],
    now: datetime,
    report: Report | None = None,
    progress: recompute.Progress = recompute.quiet,
) -> Import:
    importer = Importer(db, athlete_id, pool, now=now, import_id=import_id)
    try:
        for item in importer.run(entries):
            if report:
                report(item)
        importer.finish(progress)
    except BaseException:
        with db.athlete_session(athlete_id) as s:
            imports.finish(s, import_id, state="failed")
        raise
    with db.athlete_session(athlete_id) as s:
        return imports.finish(s, import_id)


def start(
    db: Database,
    athlete_id: int,
    uploads: Sequence[tuple[str, Path]],
    *,
    inbox: Path,
    channel: str,
    thread_id: int | None = None,
) -> Import:
    """Queue uploaded files for import and return the import, whose progress can be asked for.

    `uploads` are (name, path) of files in `inbox`, which the job removes when it has read them.
    """
    if not uploads:
        raise BadInput("no_files")
    with db.athlete_session(athlete_id) as s:
        queued = imports.create(
            s, athlete_id, channel=channel, thread_id=thread_id, total=len(uploads), state="queued"
        )
        queue.defer(
            s,
            "import_files",
            {
                "import_id": queued.id,
                "uploads": [[name, str(path.relative_to(inbox))] for name, path in uploads],
            },
            athlete_id=athlete_id,
            queue="import",
            priority=10,
            lock=f"import:{athlete_id}",
        )
        return queued


def run_queued(
    db: Database,
    athlete_id: int,
    import_id: int,
    uploads: Sequence[tuple[str, str]],
    *,
    inbox: Path,
    pool: ReaderPool[Parsed],
    now: datetime,
) -> Import:
    """Import what `start` queued. May run again after a crash: what was imported then is a duplicate now."""
    with db.athlete_session(athlete_id) as s:
        imports.progress(s, import_id, state="running")
    paths = [(name, inbox / relative) for name, relative in uploads]

    def entries() -> Iterator[Entry]:
        for name, path in paths:
            if path.exists():
                yield from walk(path, name)

    finished = _run(db, athlete_id, import_id, entries(), pool, now)
    for _, path in paths:
        path.unlink(missing_ok=True)
    return finished
