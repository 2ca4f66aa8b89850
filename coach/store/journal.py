"""Texts that athletes gave for their journal; what was read out of each are `entries` that name it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from coach.domain.activity import Floats
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_t, _v, _e = models.journal_notes, models.note_embeddings, models.entries

Origin = Literal["chat", "page", "sheets", "after_run"]
ReadBy = Literal["rules", "model", "athlete"]


@dataclass(frozen=True)
class JournalNote:
    """One text. `read_by`: who found the entries; `external_id`: the row of a spreadsheet it is."""

    id: int
    day: date
    text: str
    origin: Origin
    activity_id: int | None = None
    read_by: ReadBy = "rules"
    corrected_at: datetime | None = None
    external_id: str | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None


_COLUMNS = tuple(_t.c[name] for name in JournalNote.__dataclass_fields__)


def add(
    s: Session,
    day: date,
    text: str,
    origin: Origin,
    *,
    activity_id: int | None = None,
    external_id: str | None = None,
    call_key: str = "",
) -> tuple[JournalNote, bool]:
    """Keep a text; return it and whether it is new. The same `call_key` again returns the first."""
    row = s.execute(
        insert(_t)
        .values(
            athlete_id=athlete_of(s),
            day=day,
            text=text,
            origin=origin,
            activity_id=activity_id,
            external_id=external_id,
            call_key=call_key or None,
        )
        .on_conflict_do_nothing(index_elements=["athlete_id", "call_key"])
        .returning(*_COLUMNS)
    ).one_or_none()
    if row is not None:
        return JournalNote(*row), True
    first = by_keys(s, [call_key])
    return first[call_key], False


def by_keys(s: Session, call_keys: Collection[str]) -> dict[str, JournalNote]:
    """Return the texts that were written under some keys, deleted ones too."""
    rows = s.execute(
        select(_t.c.call_key, *_COLUMNS).where(
            _t.c.athlete_id == athlete_of(s), _t.c.call_key == func.any(list(call_keys))
        )
    )
    return {row[0]: JournalNote(*row[1:]) for row in rows}


def get(s: Session, note_id: int) -> JournalNote:
    """Return a text, a deleted one too. Raises NotFound."""
    row = s.execute(
        select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s), _t.c.id == note_id)
    ).one_or_none()
    if row is None:
        raise NotFound("journal_note_not_found")
    return JournalNote(*row)


def find(
    s: Session,
    *,
    start: date | None = None,
    end: date | None = None,
    ids: Collection[int] | None = None,
    activity_id: int | None = None,
    limit: int | None = None,
) -> list[JournalNote]:
    """Return texts by day (`end` included), newest first, without deleted ones."""
    query = select(*_COLUMNS).where(
        _t.c.athlete_id == athlete_of(s),
        _t.c.deleted_at.is_(None),
        _t.c.day.between(start or date.min, end or date.max),
    )
    if ids is not None:
        query = query.where(_t.c.id == func.any(list(ids)))
    if activity_id is not None:
        query = query.where(_t.c.activity_id == activity_id)
    query = query.order_by(_t.c.day.desc(), _t.c.id.desc()).limit(limit)
    return [JournalNote(*row) for row in s.execute(query)]


def last_written(s: Session, day: date | None = None) -> JournalNote | None:
    """Return the text that was written last (of a day, when one is given), or None."""
    query = select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s), _t.c.deleted_at.is_(None))
    if day is not None:
        query = query.where(_t.c.day == day)
    row = s.execute(query.order_by(_t.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else JournalNote(*row)


def change(s: Session, note_id: int, **columns: Any) -> JournalNote:
    """Write some columns of a text. Raises NotFound."""
    row = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.id == note_id)
        .values(**columns)
        .returning(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise NotFound("journal_note_not_found")
    return JournalNote(*row)


def delete_note(s: Session, note_id: int) -> JournalNote:
    """Take a text out of every list and forget its embeddings; `undelete` brings it back."""
    forget_embeddings(s, note_id)
    return change(s, note_id, deleted_at=func.now())


def undelete(s: Session, note_id: int) -> JournalNote:
    """Bring a deleted text back; search makes its embeddings anew. Raises NotFound."""
    return change(s, note_id, deleted_at=None)


def move(s: Session, activity_id: int, to: int | None) -> int:
    """Attach the texts about an activity to another, or (None) to their day alone; return how many."""
    moved = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.activity_id == activity_id)
        .values(activity_id=to)
        .returning(_t.c.id)
    )
    return len(moved.all())


def entry_ids(s: Session, note_id: int) -> list[int]:
    """Return the ids of the entries that stand for a text, in the order they were read."""
    query = select(_e.c.id).where(
        _e.c.athlete_id == athlete_of(s), _e.c.note_id == note_id, _e.c.deleted_at.is_(None)
    )
    return list(s.scalars(query.order_by(_e.c.id)))


def unembedded(s: Session, model: str, limit: int) -> list[JournalNote]:
    """Return texts that have no embedding of a model yet, newest first; empty texts have none."""
    has = select(_v.c.note_id).where(_v.c.athlete_id == _t.c.athlete_id, _v.c.model == model)
    query = select(*_COLUMNS).where(
        _t.c.athlete_id == athlete_of(s),
        _t.c.deleted_at.is_(None),
        _t.c.text != "",
        _t.c.id.not_in(has),
    )
    return [JournalNote(*row) for row in s.execute(query.order_by(_t.c.id.desc()).limit(limit))]


def save_embeddings(s: Session, model: str, notes: Sequence[JournalNote], vectors: Sequence[Floats]) -> None:
    """Keep the embeddings of texts as they were read; a text that changed meanwhile gets none."""
    now = {note.id: note.text for note in find(s, ids=[note.id for note in notes])}
    rows = [
        {
            "athlete_id": athlete_of(s),
            "note_id": note.id,
            "model": model,
            "embedding": np.asarray(vector, dtype=np.float32),
        }
        for note, vector in zip(notes, vectors, strict=True)
        if now.get(note.id) == note.text
    ]
    if rows:
        new = insert(_v).values(rows)
        s.execute(
            new.on_conflict_do_update(
                index_elements=["athlete_id", "note_id", "model"],
                set_={"embedding": new.excluded.embedding},
            )
        )


def embeddings(s: Session, model: str, note_ids: Collection[int]) -> Mapping[int, Floats]:
    """Return the embeddings of some texts by one model."""
    query = select(_v.c.note_id, _v.c.embedding).where(
        _v.c.athlete_id == athlete_of(s), _v.c.model == model, _v.c.note_id == func.any(list(note_ids))
    )
    return {row.note_id: np.asarray(row.embedding, dtype=np.float64) for row in s.execute(query)}


def forget_embeddings(s: Session, note_id: int) -> None:
    """Forget the embeddings of a text, which changed or goes."""
    s.execute(delete(_v).where(_v.c.athlete_id == athlete_of(s), _v.c.note_id == note_id))
