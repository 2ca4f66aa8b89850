"""How activities came here: one by one as they happen, or in a heap of what lies back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, literal_column, select

from coach.domain.source import Source
from coach.store import models
from coach.store.session import Session, athlete_of

_a, _src, _item = models.activities, models.activity_sources, models.import_items
_ends = _a.c.start_at + _a.c.elapsed_s * literal_column("interval '1 second'")


def came_from(s: Session, activity_ids: Collection[int]) -> dict[int, frozenset[Source]]:
    """Return which sources some activities are known from, those that are only kept included."""
    rows = s.execute(
        select(_src.c.activity_id, func.array_agg(_src.c.source.distinct()))
        .where(_src.c.athlete_id == athlete_of(s), _src.c.activity_id == func.any(list(activity_ids)))
        .group_by(_src.c.activity_id)
    )
    return {activity_id: frozenset(map(Source, names)) for activity_id, names in rows}


def came_with(s: Session, activity_ids: Collection[int]) -> dict[int, int]:
    """Return with how many activities each came in the smallest of its imports, itself included.

    What came from no import is left out.
    """
    beside = _item.alias("beside")
    size = func.count(beside.c.activity_id.distinct())
    rows = s.execute(
        select(_item.c.activity_id, size)
        .join(
            beside,
            (beside.c.athlete_id == _item.c.athlete_id) & (beside.c.import_id == _item.c.import_id),
        )
        .where(_item.c.athlete_id == athlete_of(s), _item.c.activity_id == func.any(list(activity_ids)))
        .group_by(_item.c.activity_id, _item.c.import_id)
        .order_by(size.desc())
    )
    return {row[0]: row[1] for row in rows}  # of the last, the smallest


def brought_back(s: Session, source: Source, since: datetime) -> int:
    """Return how many activities a source gave since a moment that were over before it."""
    query = (
        select(func.count(_src.c.activity_id.distinct()))
        .join_from(_src, _a, (_a.c.athlete_id == _src.c.athlete_id) & (_a.c.id == _src.c.activity_id))
        .where(
            _src.c.athlete_id == athlete_of(s),
            _src.c.source == source.value,
            _src.c.received_at >= since,
            _ends < since,
        )
    )
    return s.scalar(query) or 0
