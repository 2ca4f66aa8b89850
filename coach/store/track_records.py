"""What each model would have said, against what happened: one row per model and version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Session

_t = models.track_records


# What a replay reads: activities with their metrics, measured days, and what was said.
_STATE = text("""
    SELECT concat_ws(' ',
             (SELECT concat_ws('/', count(*), max(updated_at)) FROM activities
               WHERE athlete_id = :athlete_id AND deleted_at IS NULL AND merged_into IS NULL),
             (SELECT max(computed_at) FROM activity_metrics WHERE athlete_id = :athlete_id),
             (SELECT concat_ws('/', count(*), max(received_at)) FROM daily_values
               WHERE athlete_id = :athlete_id),
             (SELECT concat_ws('/', count(*), max(id), sum(value)) FROM entries
               WHERE athlete_id = :athlete_id AND deleted_at IS NULL))
""")


@dataclass(frozen=True)
class Kept:
    """One replay. `until`: the last day it covers; `rows` and `summary` as the model gave them (JSON)."""

    model: str
    version: int
    until: date
    summary: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]


def save(s: Session, athlete_id: int, record: Kept) -> None:
    """Keep a replay; the one of the same model and version is replaced, other versions stay."""
    values = {"until": record.until, "summary": dict(record.summary), "rows": list(record.rows)}
    s.execute(
        insert(_t)
        .values(athlete_id=athlete_id, model=record.model, version=record.version, **values)
        .on_conflict_do_update(
            index_elements=["athlete_id", "model", "version"], set_={**values, "computed_at": func.now()}
        )
    )


def read(s: Session, athlete_id: int, model: str | None = None) -> list[Kept]:
    """Return the replays (of one model), by model and the newest version first."""
    query = select(_t.c.model, _t.c.version, _t.c.until, _t.c.summary, _t.c.rows).where(
        _t.c.athlete_id == athlete_id
    )
    if model is not None:
        query = query.where(_t.c.model == model)
    return [Kept(*row) for row in s.execute(query.order_by(_t.c.model, _t.c.version.desc()))]


def state_of(s: Session, athlete_id: int) -> str:
    """Return a word that is another one after anything that a replay reads has changed."""
    state: str = s.execute(_STATE, {"athlete_id": athlete_id}).scalar_one()
    return state
