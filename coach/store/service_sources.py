"""Sources that came from a service, found by its own numbers: edited there, deleted, confirmed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update

from coach.domain.activity import Recording
from coach.domain.source import Source
from coach.store import models, streams
from coach.store.recordings import SourceRow, source_of, summary_of
from coach.store.session import Session

_t, _files, _items = models.activity_sources, models.files, models.import_items


def of_item(s: Session, athlete_id: int, source: Source, external_id: str) -> list[SourceRow]:
    """Return the sources that have a number of a service, by part."""
    rows = s.execute(
        select(_t)
        .where(_t.c.athlete_id == athlete_id, _t.c.source == source.value, _t.c.external_id == external_id)
        .order_by(_t.c.part)
    )
    return [source_of(r) for r in rows]


def some(s: Session, athlete_id: int, ids: Collection[int]) -> list[SourceRow]:
    """Return the sources with these ids; what is gone already is left out."""
    rows = s.execute(
        select(_t).where(_t.c.athlete_id == athlete_id, _t.c.id == func.any(list(ids))).order_by(_t.c.id)
    )
    return [source_of(r) for r in rows]


def ids_from(s: Session, athlete_id: int, source: Source, limit: int) -> list[int]:
    """Return the ids of some of the sources that came from a service."""
    query = select(_t.c.id).where(_t.c.athlete_id == athlete_id, _t.c.source == source.value)
    return list(s.scalars(query.order_by(_t.c.id).limit(limit)))


def rewrite(
    s: Session, athlete_id: int, source_id: int, recording: Recording, *, file_id: int | None
) -> None:
    """Replace what a source says, samples included: it was edited where it came from.

    Its activity, its part and its number stay. The activity must be refreshed and measured anew.
    """
    records = 0 if recording.streams is None else len(recording.streams)
    s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_id, _t.c.id == source_id)
        .values(
            file_id=file_id,
            identity=recording.identity,
            summary={**summary_of(recording), "records": records},
            received_at=func.now(),
        )
    )
    if recording.streams is None:
        streams.remove(s, source_id, athlete_id)
    else:
        streams.write(s, source_id, athlete_id, recording.streams)


def hand_over(s: Session, athlete_id: int, file_id: int, sources: Collection[Source]) -> bool:
    """Let services' sources do without an original that the athlete has given, too; return whether they do.

    False, and nothing is changed, where it belongs to anything else.
    """
    mine = (_t.c.athlete_id == athlete_id, _t.c.file_id == file_id)
    held = s.scalars(select(_t.c.source).where(*mine, _t.c.external_id != "")).all()
    others = s.scalar(select(func.count()).where(*mine)) or 0
    if not held or len(held) != others or any(Source(name) not in sources for name in held):
        return False
    s.execute(update(_t).where(*mine).values(file_id=None))
    return True


def confirm(s: Session, athlete_id: int, source: Source, external_ids: Collection[str], now: datetime) -> int:
    """Note that a service showed these to be still so; return how many sources that is."""
    rows = s.execute(
        update(_t)
        .where(
            _t.c.athlete_id == athlete_id,
            _t.c.source == source.value,
            _t.c.external_id == func.any(list(external_ids)),
        )
        .values(confirmed_at=now)
        .returning(_t.c.id)
    ).all()
    return len(rows)


def remove(s: Session, athlete_id: int, ids: Collection[int]) -> None:
    """Delete sources with their samples, and the originals that came with them and nobody else needs.

    Their activities must be refreshed, or deleted too.
    """
    gone = s.scalars(
        delete(_t)
        .where(_t.c.athlete_id == athlete_id, _t.c.id == func.any(list(ids)))
        .returning(_t.c.file_id)
    )
    file_ids = [file_id for file_id in gone if file_id is not None]
    used = select(_t.c.id).where(_t.c.athlete_id == athlete_id, _t.c.file_id == _files.c.id)
    # What the athlete gave by hand, too, is theirs.
    given = select(_items.c.id).where(_items.c.athlete_id == athlete_id, _items.c.file_id == _files.c.id)
    s.execute(
        delete(_files).where(
            _files.c.athlete_id == athlete_id,
            _files.c.id == func.any(file_ids),
            ~used.exists(),
            ~given.exists(),
        )
    )
