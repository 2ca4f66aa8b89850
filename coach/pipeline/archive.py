"""Everything of an athlete's in one zip, written while it is read: docs/export.md says what is in it.

However many years it is, memory holds one batch of rows, one recording or one piece of a file at a time. All
of it is of one moment, and the same athlete at the same moment gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from coach import __version__
from coach.errors import Conflict
from coach.pipeline import archive_views
from coach.store import athletes, own_data, permissions, streams
from coach.store.session import Database, Session

FORMAT, VERSION = "hanbal-export", 1  # the version changes when what was written before reads differently
MANIFEST = "manifest.json"
BIG = 100 * 2**20  # bytes on the server from which a table may be over the 2 GiB of an ordinary zip member
LONG = 2**30  # bytes of an original, likewise
_PACKED = (".gz", ".zip", ".fit.gz")
_ODD = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_NAME = 80  # characters of a file's own name that are kept


def write(db: Database, athlete_id: int, now: datetime) -> Generator[bytes]:
    """Return the archive's bytes as they come. Raises Conflict while another one is being written."""
    with db.athlete_session(athlete_id, snapshot=True) as s:
        if not own_data.begin(s):
            raise Conflict("export_running")
        archive = _Archive(now)
        yield from archive.add("README.txt", archive_views.readme(permissions.read(s), now))
        left = {}
        for own in own_data.tables():
            left[own.name] = dict(own.left_out)
            large = own_data.size(s, own.name) > BIG
            lines = (f"{row}\n".encode() for row in own_data.rows(s, own))
            yield from archive.add(f"data/{own.name}.jsonl", lines, rows=True, large=large)
        for original in own_data.originals(s):
            if original.kept:  # of one too large to keep, data/files.jsonl has the name, size and hash
                yield from archive.add(
                    f"originals/{original.id}-{safe_name(original.name)}",
                    own_data.content(s, original),
                    packed=original.name.lower().endswith(_PACKED),
                    large=original.kept > LONG,
                )
        for source_id in own_data.recordings(s):
            yield from archive.add(f"streams/{source_id}.csv", _samples(s, source_id))
        for name, pieces in archive_views.views(s, athletes.get(s, athlete_id), now):
            yield from archive.add(name, pieces)
        yield from archive.close({"athlete_id": athlete_id, "left_out": left})


def safe_name(name: str) -> str:
    """Return a file's own name as one that every system can write, without any folder."""
    last = _ODD.sub("_", name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]).strip(". ")
    return last[-_NAME:].lstrip(". ") or "file"


def _samples(s: Session, source_id: int) -> Iterator[bytes]:
    found = streams.read(s, source_id)
    if found is not None:
        yield from archive_views.samples(found)


class _Archive:
    """A zip that is written to whoever takes its bytes: nothing is looked back at."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)
        self._out = _Spill()
        self._zip = ZipFile(self._out, "w")  # type: ignore[call-overload]
        self._files: list[dict[str, Any]] = []

    def add(
        self,
        name: str,
        pieces: Iterable[bytes],
        *,
        rows: bool = False,
        packed: bool = False,
        large: bool = False,
    ) -> Iterator[bytes]:
        """Write one file and return the archive's bytes meanwhile. `rows`: each piece is one."""
        hashed, size, count = hashlib.sha256(), 0, 0
        with self._zip.open(self._entry(name, packed), "w", force_zip64=large) as member:
            for piece in pieces:
                member.write(piece)
                hashed.update(piece)
                size += len(piece)
                count += 1
                yield from self._out.take()
        entry: dict[str, Any] = {"name": name, "bytes": size, "sha256": hashed.hexdigest()}
        self._files.append(entry | ({"rows": count} if rows else {}))
        yield from self._out.take()

    def close(self, more: dict[str, Any]) -> Iterator[bytes]:
        """Write the manifest and the end of the zip."""
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": self._now.isoformat(),
            "made_by": f"hanbal {__version__}",
            **more,
            "tables_left_out": dict(own_data.TABLES_LEFT_OUT),
            "files": self._files,
        }
        body = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        self._zip.writestr(self._entry(MANIFEST), body)
        self._zip.close()
        yield from self._out.take(least=0)

    def _entry(self, name: str, packed: bool = False) -> ZipInfo:
        entry = ZipInfo(name, self._now.timetuple()[:6])
        entry.compress_type = ZIP_STORED if packed else ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        return entry


class _Spill:
    """Where the zip writes to; without `tell` and `seek`, so that it never looks back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._held = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self._held += len(data)
        return len(data)

    def flush(self) -> None:
        pass

    def take(self, least: int = 64 * 1024) -> Iterator[bytes]:
        """Return what was written, once it is worth sending."""
        if self._held > least:
            yield b"".join(self._pieces)
            self._pieces, self._held = [], 0
