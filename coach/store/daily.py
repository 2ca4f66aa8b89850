"""Values of days, as watches measured them, and entries: what the athlete said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from coach.domain.daily import DailyValue, Entry
from coach.domain.source import Source
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session

_v, _e = models.daily_values, models.entries

# Arrays: ten years of days are one short statement.
_SAVE = text("""
    INSERT INTO daily_values AS v (athlete_id, day, name, source, value)
    SELECT :athlete_id, r.*
      FROM unnest(CAST(:days AS date[]), CAST(:names AS text[]), CAST(:sources AS text[]),
                  CAST(:values AS double precision[])) AS r
        ON CONFLICT (athlete_id, day, name, source) DO UPDATE
       SET value = excluded.value, received_at = now()
     WHERE v.value IS DISTINCT FROM excluded.value
    RETURNING v.day
""")


def save_values(s: Session, athlete_id: int, values: Iterable[DailyValue]) -> int:
    """Keep measured values, replacing those of the same day, name and source; return how many changed.

    Of several values for one key the last counts.
    """
    latest = {(v.day, v.name, v.source): v.value for v in values}
    if not latest:
        return 0
    days, names, sources = zip(*latest, strict=True)
    changed = s.execute(
        _SAVE,
        {
            "athlete_id": athlete_id,
            "days": list(days),
            "names": list(names),
            "sources": [source.value for source in sources],
            "values": [float(value) for value in latest.values()],
        },
    ).all()
    return len(changed)


def remove_others(
    s: Session,
    athlete_id: int,
    source: Source,
    start: date,
    end: date,
    names: Collection[str],
    kept: Iterable[DailyValue],
) -> int:
    """Remove a source's values of these names and days (`end` included) that are not among `kept`.

    They are no longer there where they came from. Returns how many were removed.
    """
    if not names:
        return 0
    there = {(v.day, v.name) for v in kept}
    gone = [
        v
        for v in values(s, athlete_id, names, start, end)
        if v.source == source and (v.day, v.name) not in there
    ]
    for value in gone:
        delete_value(s, athlete_id, value.day, value.name, source)
    return len(gone)


def values(
    s: Session, athlete_id: int, names: Collection[str] | None, start: date, end: date
) -> list[DailyValue]:
    """Return measured values by day (`end` included), oldest first; None: every name."""
    query = select(_v.c.day, _v.c.name, _v.c.value, _v.c.source).where(
        _v.c.athlete_id == athlete_id, _v.c.day.between(start, end)
    )
    if names is not None:
        query = query.where(_v.c.name == func.any(list(names)))
    rows = s.execute(query.order_by(_v.c.day, _v.c.name, _v.c.source))
    return [DailyValue(day, name, value, Source(source)) for day, name, value, source in rows]


def first_day(s: Session, athlete_id: int) -> date | None:
    """Return the first day of which anything was measured, or None."""
    day: date | None = s.scalar(select(func.min(_v.c.day)).where(_v.c.athlete_id == athlete_id))
    return day


def delete_value(s: Session, athlete_id: int, day: date, name: str, source: Source) -> None:
    """Remove a measured value."""
    s.execute(
        delete(_v).where(
            _v.c.athlete_id == athlete_id, _v.c.day == day, _v.c.name == name, _v.c.source == source
        )
    )


def delete_values(s: Session, athlete_id: int, source: Source) -> int:
    """Remove every measured value that came from a source; return how many there were."""
    gone = s.execute(
        delete(_v).where(_v.c.athlete_id == athlete_id, _v.c.source == source.value).returning(_v.c.day)
    ).all()
    return len(gone)


def add_entry(s: Session, athlete_id: int, entry: Entry, call_key: str = "") -> Entry:
    """Keep what the athlete said; the same `call_key` again returns the entry it wrote first."""
    new = s.execute(
        insert(_e)
        .values(athlete_id=athlete_id, call_key=call_key or None, **_columns(entry))
        .on_conflict_do_nothing(index_elements=["athlete_id", "call_key"])
        .returning(_e)
    ).one_or_none()
    if new is None:
        new = s.execute(select(_e).where(_e.c.athlete_id == athlete_id, _e.c.call_key == call_key)).one()
    return _entry(new)


def list_entries(
    s: Session,
    athlete_id: int,
    *,
    start: date | None = None,
    end: date | None = None,
    kinds: Collection[str] | None = None,
    activity_id: int | None = None,
    note_ids: Collection[int] | None = None,
) -> list[Entry]:
    """Return entries by day (`end` included), oldest first, without deleted ones."""
    query = select(_e).where(
        _e.c.athlete_id == athlete_id,
        _e.c.deleted_at.is_(None),
        _e.c.day >= (start or date.min),
        _e.c.day <= (end or date.max),
    )
    if kinds is not None:
        query = query.where(_e.c.kind == func.any(list(kinds)))
    if activity_id is not None:
        query = query.where(_e.c.activity_id == activity_id)
    if note_ids is not None:
        query = query.where(_e.c.note_id == func.any(list(note_ids)))
    return [_entry(r) for r in s.execute(query.order_by(_e.c.day, _e.c.id))]


def get_entry(s: Session, athlete_id: int, entry_id: int) -> Entry:
    """Return an entry, a deleted one too. Raises NotFound."""
    row = s.execute(select(_e).where(_e.c.athlete_id == athlete_id, _e.c.id == entry_id)).one_or_none()
    if row is None:
        raise NotFound("entry_not_found")
    return _entry(row)


def update_entry(s: Session, athlete_id: int, entry: Entry) -> Entry:
    """Write every field of an entry by its id. Raises NotFound."""
    return _change(s, athlete_id, entry.id, **_columns(entry))


def delete_entry(s: Session, athlete_id: int, entry_id: int) -> Entry:
    """Take an entry out of every list; `undelete_entry` brings it back. Raises NotFound."""
    return _change(s, athlete_id, entry_id, deleted_at=func.now())


def undelete_entry(s: Session, athlete_id: int, entry_id: int) -> Entry:
    """Bring a deleted entry back. Raises NotFound."""
    return _change(s, athlete_id, entry_id, deleted_at=None)


def _change(s: Session, athlete_id: int, entry_id: int, **columns: Any) -> Entry:
    row = s.execute(
        update(_e).where(_e.c.athlete_id == athlete_id, _e.c.id == entry_id).values(**columns).returning(_e)
    ).one_or_none()
    if row is None:
        raise NotFound("entry_not_found")
    return _entry(row)


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "day": entry.day,
        "activity_id": entry.activity_id,
        "kind": entry.kind,
        "value": entry.value,
        "place": entry.where,
        "side": entry.side,
        "text": entry.text,
        "note_id": entry.note_id,
    }


def _entry(r: Record[Any]) -> Entry:
    return Entry(
        kind=r.kind,
        day=r.day,
        value=r.value,
        where=r.place,
        side=r.side,
        text=r.text,
        activity_id=r.activity_id,
        id=r.id,
        note_id=r.note_id,
    )
