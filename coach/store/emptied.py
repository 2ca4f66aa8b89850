"""Activities that lost all their sources: which of them the athlete ever touched, and deleting the others."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import cast, delete, func, select
from sqlalchemy.dialects.postgresql import JSONPATH

from coach.store import models
from coach.store.edits import GONE
from coach.store.session import Session

_t, _entries, _edits = models.activities, models.entries, models.edits


def touched(s: Session, athlete_id: int, activity_ids: Collection[int]) -> set[int]:
    """Return which activities carry a word of the athlete's: an entry, a change, a field, an effort."""
    ids = func.any(list(activity_ids))
    entries = select(_entries.c.activity_id).where(
        _entries.c.athlete_id == athlete_id, _entries.c.activity_id == ids
    )
    edits = select(_edits.c.activity_id).where(
        _edits.c.athlete_id == athlete_id, _edits.c.activity_id == ids, _edits.c.what != GONE
    )
    own = func.jsonb_path_exists(_t.c.field_sources, cast("$.* ? (@ == 0)", JSONPATH))
    said = select(_t.c.id).where(
        _t.c.athlete_id == athlete_id,
        _t.c.id == ids,
        own | _t.c.rpe.is_not(None) | _t.c.excluded_from_bests,
    )
    return {found for query in (entries, edits, said) for found in s.scalars(query) if found is not None}


def merged_into(s: Session, athlete_id: int, activity_ids: Collection[int]) -> set[int]:
    """Return the activities that were made part of these."""
    query = select(_t.c.id).where(
        _t.c.athlete_id == athlete_id, _t.c.merged_into == func.any(list(activity_ids))
    )
    return set(s.scalars(query))


def delete_for_good(s: Session, athlete_id: int, activity_ids: Collection[int]) -> None:
    """Delete activities with everything that was computed of them. Nothing brings them back."""
    s.execute(delete(_t).where(_t.c.athlete_id == athlete_id, _t.c.id == func.any(list(activity_ids))))
