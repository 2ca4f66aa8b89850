"""Imports: what was given, how far it got, and what became of each file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update

from coach.domain.activity import Sport
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session

_t, _item = models.imports, models.import_items

State = Literal["queued", "running", "done", "failed"]
Outcome = Literal["imported", "merged", "duplicate", "partial", "not_an_activity", "unreadable"]


@dataclass(frozen=True)
class Import:
    """One import. `total` is None until the files are counted."""

    id: int
    state: State
    channel: str
    thread_id: int | None
    total: int | None
    done: int
    created_at: datetime
    finished_at: datetime | None
    note: str


@dataclass(frozen=True)
class Item:
    """What became of one file, or of one activity in it. `reason_key` is a text key under `error.`."""

    file: str
    outcome: Outcome
    file_id: int | None = None
    activity_id: int | None = None
    sport: Sport | None = None
    start: datetime | None = None
    distance_m: float | None = None
    moving_s: float | None = None
    elapsed_s: float | None = None
    records: int | None = None
    reason_key: str | None = None
    reason_params: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0


_COLUMNS = tuple(_t.c[name] for name in Import.__dataclass_fields__)
_ITEM_COLUMNS = tuple(_item.c["start_at" if n == "start" else n] for n in Item.__dataclass_fields__)


def create(
    s: Session,
    athlete_id: int,
    *,
    channel: str = "",
    thread_id: int | None = None,
    total: int | None = None,
    state: State = "running",
) -> Import:
    """Begin an import."""
    row = s.execute(
        insert(_t)
        .values(athlete_id=athlete_id, channel=channel, thread_id=thread_id, total=total, state=state)
        .returning(*_COLUMNS)
    ).one()
    return Import(*row)


def add_item(s: Session, athlete_id: int, import_id: int, item: Item) -> int:
    """Keep what became of a file and return the item's id."""
    values = {
        column.name: getattr(item, name) for name, column in zip(_ITEM_FIELDS, _ITEM_COLUMNS, strict=True)
    }
    del values["id"]
    values["reason_params"] = dict(item.reason_params)
    new: int = s.scalars(
        insert(_item).values(athlete_id=athlete_id, import_id=import_id, **values).returning(_item.c.id)
    ).one()
    return new


_ITEM_FIELDS = tuple(Item.__dataclass_fields__)


def progress(
    s: Session,
    import_id: int,
    *,
    done: int | None = None,
    total: int | None = None,
    state: State | None = None,
) -> Import:
    """Say how far an import is; what is None stays. Raises NotFound."""
    values = {"done": done, "total": total, "state": state}
    return _change(s, import_id, {name: value for name, value in values.items() if value is not None})


def finish(
    s: Session, import_id: int, *, state: State = "done", note: str = "", now: datetime | None = None
) -> Import:
    """End an import. Raises NotFound."""
    return _change(s, import_id, {"state": state, "note": note, "finished_at": now or func.now()})


def _change(s: Session, import_id: int, values: Mapping[str, Any]) -> Import:
    if not values:
        return get(s, import_id)
    row = s.execute(
        update(_t).where(_t.c.id == import_id).values(**values).returning(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise NotFound("import_not_found")
    return Import(*row)


def get(s: Session, import_id: int) -> Import:
    """Return an import. Raises NotFound."""
    row = s.execute(select(*_COLUMNS).where(_t.c.id == import_id)).one_or_none()
    if row is None:
        raise NotFound("import_not_found")
    return Import(*row)


def last(s: Session, athlete_id: int) -> Import | None:
    """Return the athlete's latest import, or None."""
    row = s.execute(
        select(*_COLUMNS).where(_t.c.athlete_id == athlete_id).order_by(_t.c.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else Import(*row)


def items(s: Session, import_id: int) -> list[Item]:
    """Return what became of each file, in the order they were read."""
    rows = s.execute(select(*_ITEM_COLUMNS).where(_item.c.import_id == import_id).order_by(_item.c.id))
    found = []
    for row in rows:
        values = dict(zip(_ITEM_FIELDS, row, strict=True))
        values["sport"] = None if values["sport"] is None else Sport(values["sport"])
        found.append(Item(**values))
    return found
