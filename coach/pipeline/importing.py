"""Import: files in, activities and daily values out; at once, or queued for the worker.

What one file does never affects another. The original is kept by its hash, so importing the same folder again
changes nothing, and everything can be read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from coach.errors import BadInput
from coach.pipeline import recompute
from coach.pipeline.importer import Importer
from coach.providers.files.archive import Entry, walk
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import Progress, ReaderPool
from coach.providers.reading import patience, read
from coach.store import imports, queue
from coach.store.imports import Import, Item
from coach.store.session import Database

Report = Callable[[Item], None]


def reader_pool(workers: int = 2) -> ReaderPool[Parsed]:
    """Return the limited processes that read strangers' files."""
    return ReaderPool(read, patience=patience, workers=workers)


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
    reading: Progress = lambda name, part: None,
) -> Import:
    """Import files at once, in this process.

    `report` hears of each file, `reading` how far a large one is read, `progress` of the recompute.
    """
    with db.athlete_session(athlete_id) as s:
        started = imports.create(s, athlete_id, channel=channel, total=total)
    return _run(db, athlete_id, started.id, entries, pool, now, report, progress, reading)


def _run(
    db: Database,
    athlete_id: int,
    import_id: int,
    entries: Iterable[Entry],
    pool: ReaderPool[Parsed],
    now: datetime,
    report: Report | None = None,
    progress: recompute.Progress = recompute.quiet,
    reading: Progress = lambda name, part: None,
) -> Import:
    try:
        importer = Importer(db, athlete_id, pool, now=now, import_id=import_id)
        for item in importer.run(entries, reading):
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


def _waiting(inbox: Path, relative: str) -> Path:
    """Return where an uploaded file waits. Raises BadInput for a place that is not inside of `inbox`.

    What is read here is deleted afterwards, and a job's arguments are only rows of a table.
    """
    path = (inbox / relative).resolve()
    if inbox.resolve() not in path.parents or path.is_dir():
        raise BadInput("no_files")
    return path


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
    """Import what `start` queued. Run again after a crash it goes on where it was."""
    paths = [(name, _waiting(inbox, relative)) for name, relative in uploads]

    def entries() -> Iterator[Entry]:
        for name, path in paths:
            yield from walk(path, name)

    with db.athlete_session(athlete_id) as s:
        finished = imports.get(s, import_id)
        if finished.state != "done":
            imports.progress(s, import_id, state="running")
    if finished.state != "done":
        finished = _run(db, athlete_id, import_id, entries(), pool, now)
    for _, path in paths:
        path.unlink(missing_ok=True)
    return finished
