"""Originals as the athlete gave them, each once by its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from coach.domain.source import Source
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session

_t = models.files


@dataclass(frozen=True)
class FileRow:
    """A kept original, without its content."""

    id: int
    name: str
    size: int
    format: str
    sha256: bytes
    received_at: datetime


def keep(s: Session, athlete_id: int, name: str, data: bytes, format: str = "") -> tuple[int, bool]:
    """Keep an original; return its id and whether it is new. The same bytes again keep their first name."""
    return _insert(s, athlete_id, name, hashlib.sha256(data).digest(), len(data), format, data)


def note(
    s: Session, athlete_id: int, name: str, sha256: bytes, size: int, format: str = ""
) -> tuple[int, bool]:
    """Note an original whose content is not kept, because it is too large; return as `keep` does."""
    return _insert(s, athlete_id, name, sha256, size, format, b"")


def _insert(
    s: Session, athlete_id: int, name: str, sha256: bytes, size: int, format: str, data: bytes
) -> tuple[int, bool]:
    new = s.scalar(
        insert(_t)
        .values(athlete_id=athlete_id, sha256=sha256, name=name, size=size, format=format, content=data)
        .on_conflict_do_nothing(index_elements=["athlete_id", "sha256"])
        .returning(_t.c.id)
    )
    if new is not None:
        return new, True
    there = s.scalar(select(_t.c.id).where(_t.c.athlete_id == athlete_id, _t.c.sha256 == sha256))
    assert there is not None
    return there, False


def find(s: Session, athlete_id: int, sha256: bytes) -> int | None:
    """Return the id of the original with this hash, or None."""
    found: int | None = s.scalar(select(_t.c.id).where(_t.c.athlete_id == athlete_id, _t.c.sha256 == sha256))
    return found


def get(s: Session, file_id: int) -> FileRow:
    """Return what is known of an original. Raises NotFound."""
    columns = (_t.c.id, _t.c.name, _t.c.size, _t.c.format, _t.c.sha256, _t.c.received_at)
    row = s.execute(select(*columns).where(_t.c.id == file_id)).one_or_none()
    if row is None:
        raise NotFound("file_not_found")
    return FileRow(*row)


def content(s: Session, file_id: int) -> bytes:
    """Return the bytes of an original. Raises NotFound."""
    data = s.scalar(select(_t.c.content).where(_t.c.id == file_id))
    if data is None:
        raise NotFound("file_not_found")
    return bytes(data)


def imported(s: Session, athlete_id: int) -> set[bytes]:
    """Return the hashes of all originals that the athlete gave and a recording was read from.

    What only a service sent is not among them: given by hand it becomes the athlete's.
    """
    sources = models.activity_sources
    read = select(sources.c.id).where(
        sources.c.athlete_id == athlete_id,
        sources.c.file_id == _t.c.id,
        sources.c.source.not_in([Source.garmin.value, Source.strava.value]),
    )
    return set(s.scalars(select(_t.c.sha256).where(_t.c.athlete_id == athlete_id, read.exists())))
