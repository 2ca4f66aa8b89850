"""From one file to its activities and daily values: what the readers give is placed, measured and kept.

One transaction a file, in which also stands that it is done: an import that was killed goes on with the file
it was killed in.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.exc import OperationalError

from coach.domain.activity import Recording
from coach.domain.source import Source
from coach.errors import BadInput, CoachError, NotAnActivity, NotFound, UnreadableFile
from coach.pipeline import apple_health, recompute
from coach.pipeline.placing import Placing, numbered
from coach.providers.files.archive import Content, Entry
from coach.providers.files.garmin_export import is_from_garmin
from coach.providers.files.on_disk import OnDisk
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import Progress, ReaderPool
from coach.providers.files.strava_archive import ActivityRow, with_rows
from coach.store import activities, athletes, daily, files, imports, recordings, service_sources
from coach.store.imports import Item, Outcome
from coach.store.recordings import SourceRow
from coach.store.session import Database, Session

log = logging.getLogger(__name__)

SERVICES = (Source.garmin, Source.strava)
# The channel of what a phone sent, as against what the athlete gave.
PUSHED = "push"
DAMAGED = ("truncated", "bad_crc", "no_header", "time_jump")


@dataclass(frozen=True)
class _Waiting:
    """A file on its way through the readers. `sha256` is b"" where there is no content."""

    data: Content
    sha256: bytes
    row: ActivityRow | None


class _ImportedBefore(CoachError):
    """Passes a file by the readers: it was imported before."""

    def __init__(self, name: str) -> None:
        super().__init__("imported_before", name=name)


class Importer:
    """Imports files for one athlete. Goes on where an earlier run of the same import ended."""

    def __init__(
        self, db: Database, athlete_id: int, pool: ReaderPool[Parsed], *, now: datetime, import_id: int
    ) -> None:
        self._db, self._athlete_id, self._pool = db, athlete_id, pool
        self._now, self._import_id = now, import_id
        self._placing = Placing.for_athlete(db, athlete_id, now)
        with db.athlete_session(athlete_id) as s:
            self._imported = files.imported(s, athlete_id)
            begun = imports.get(s, import_id)
            self._done, self._total, self._channel = begun.done, begun.total, begun.channel

    def run(self, entries: Iterable[Entry], reading: Progress = lambda name, part: None) -> Iterator[Item]:
        """Import files one after the other and yield what became of each file, or each activity in it.

        `reading` hears how far the reading of a large file is.
        """
        waiting: deque[_Waiting] = deque()
        # Only after the table of an archive has been seen, which describes the files that are left.
        todo = islice(with_rows(entries), self._done, None)
        for name, parsed in self._pool.map(self._unknown(todo, waiting), reading):
            yield from self._keep(name, waiting.popleft(), parsed)

    def finish(self, progress: recompute.Progress = recompute.quiet) -> None:
        """Estimate thresholds anew and compute what rests on others, or was left out until now."""
        today = self._now.astimezone(self._placing.athlete.zone).date()
        recompute.bring_up_to_date(self._db, self._athlete_id, today, progress)

    def _unknown(
        self,
        entries: Iterable[tuple[str, Content | CoachError, ActivityRow | None]],
        waiting: deque[_Waiting],
    ) -> Iterator[Entry]:
        """Pass files on to the readers; what was imported before is answered without reading it again."""
        for name, data, row in entries:
            if isinstance(data, CoachError):
                waiting.append(_Waiting(b"", b"", row))
                yield name, data
                continue
            try:
                sha256 = data.sha256() if isinstance(data, OnDisk) else hashlib.sha256(data).digest()
            except OSError:  # it was there a moment ago
                waiting.append(_Waiting(b"", b"", row))
                yield name, UnreadableFile("file_not_accessible", name=name)
                continue
            waiting.append(_Waiting(data, sha256, row))
            yield name, _ImportedBefore(name) if sha256 in self._imported else data

    def _keep(self, name: str, file: _Waiting, parsed: Parsed | CoachError) -> list[Item]:
        """Store what a file gave, what became of it, and that it is done."""
        if isinstance(parsed, CoachError) and not isinstance(parsed, BadInput | NotFound | _ImportedBefore):
            raise parsed  # the installation is not able to read, whatever the file
        if isinstance(parsed, CoachError) and parsed.key == "reading_stopped":
            raise parsed
        try:
            items = self._transaction(lambda s: self._store(s, name, file, parsed))
        except OperationalError:
            raise  # the database is not there: the file is not to blame
        except Exception:
            log.exception("a file could not be stored")
            items = self._transaction(lambda s: [_refused(name, UnreadableFile("reader_failed", name=name))])
        if any(item.activity_id is not None for item in items):
            self._imported.add(file.sha256)
        return items

    def _transaction(self, store: Callable[[Session], list[Item]]) -> list[Item]:
        with self._db.athlete_session(self._athlete_id) as s:
            athletes.lock(s, self._athlete_id)
            items = store(s)
            for item in items:
                imports.add_item(s, self._athlete_id, self._import_id, item)
            done = self._done + 1
            # How many files an archive holds is known when they come.
            total = None if self._total is None else max(done, self._total)
            imports.progress(s, self._import_id, done=done, total=total)
        self._done = done
        return items

    def _store(self, s: Session, name: str, file: _Waiting, parsed: Parsed | CoachError) -> list[Item]:
        if isinstance(parsed, _ImportedBefore) or file.sha256 in self._imported:
            return self._duplicates(s, name, file.sha256)
        if isinstance(parsed, CoachError):
            return [_refused(name, parsed)]
        if parsed.format == "strava_archive" and not parsed.recordings:
            return []  # the table of an export, whose lines all have files
        if not parsed.recordings and not parsed.daily:
            return [_refused(name, NotAnActivity("nothing_to_import", name=name))]
        file_id, is_new = self._keep_original(s, name, file, parsed.format)
        known = [] if is_new else recordings.of_file(s, self._athlete_id, file_id)
        if known and not self._becomes_theirs(s, file_id, known):
            return self._duplicates(s, name, file.sha256)  # another import was faster
        items: list[Item] = []
        if parsed.daily:
            if parsed.measured:
                changed = apple_health.keep_days(s, parsed.measured, self._now)
            else:
                changed = daily.save_values(s, self._athlete_id, parsed.daily)
            outcome: Outcome = "imported" if changed else "duplicate"
            items.append(Item(name, outcome, file_id=file_id, records=len(parsed.daily)))
        described = file.row.describe(parsed.recordings) if file.row else parsed.recordings
        for recording in numbered(described):
            items.append(self._place(s, name, file_id, recording, parsed))
        return items

    def _becomes_theirs(self, s: Session, file_id: int, known: Sequence[SourceRow]) -> bool:
        """Return whether an original that a service sent is now the athlete's: it stays when that goes."""
        rows = [activities.get(s, self._athlete_id, source.activity_id) for source in known]
        if any(row.deleted_at is not None for row in rows):
            return False  # they deleted it
        return service_sources.hand_over(s, self._athlete_id, file_id, SERVICES)

    def _keep_original(self, s: Session, name: str, file: _Waiting, format: str) -> tuple[int, bool]:
        if isinstance(file.data, OnDisk):
            # A gigabyte that the next export holds again, and larger than a row may be.
            return files.note(s, self._athlete_id, name, file.sha256, file.data.size, format)
        if self._channel == PUSHED:  # a phone sends the same days again and again
            return files.note(s, self._athlete_id, name, file.sha256, len(file.data), format)
        return files.keep(s, self._athlete_id, name, file.data, format)

    def _place(self, s: Session, name: str, file_id: int, recording: Recording, parsed: Parsed) -> Item:
        source, changed = _source_of(parsed, recording, name), True
        try:
            if source is Source.apple_health:
                stored, changed = apple_health.place(s, self._placing, recording, file_id=file_id, name=name)
            else:
                stored = self._placing.place(s, recording, source=source, file_id=file_id, name=name)
        except UnreadableFile as error:
            return _refused(name, error)
        row = stored.row
        damage = next((f for f in (*recording.flags, *parsed.flags) if f in DAMAGED), None)
        outcome: Outcome = "partial" if damage else "imported" if stored.is_new else "merged"
        if not changed:
            outcome = "duplicate"
        return Item(
            name,
            outcome,
            file_id=file_id,
            activity_id=row.id,
            sport=row.sport,
            start=recording.start,
            distance_m=row.distance_m,
            moving_s=stored.moving_s,
            elapsed_s=row.elapsed_s,
            records=len(recording.streams) if recording.streams else 0,
            reason_key=f"damage_{damage}" if damage else None,
            reason_params={"name": name} if damage else {},
        )

    def _duplicates(self, s: Session, name: str, sha256: bytes) -> list[Item]:
        file_id = files.find(s, self._athlete_id, sha256)
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


def _source_of(parsed: Parsed, recording: Recording, name: str) -> Source:
    if parsed.format in ("health_auto_export", "apple_export"):
        return Source.apple_health
    # A recording with a number of its own comes from the athlete's bulk export.
    is_export = recording.external_id or parsed.format == "strava_archive" or is_from_garmin(name)
    return Source.archive if is_export else Source.file


def _refused(name: str, error: CoachError) -> Item:
    refused_as: Outcome = "not_an_activity" if isinstance(error, NotAnActivity) else "unreadable"
    return Item(
        name,
        refused_as,
        reason_key=error.key,
        reason_params=json.loads(json.dumps({"name": name, **error.params}, default=str)),
    )
