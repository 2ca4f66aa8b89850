"""What a provider answered, untransformed, beside the rows made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from coach.domain.source import Source
from coach.store import models
from coach.store.session import Session

_t = models.raw_payloads


def keep_payload(
    s: Session,
    athlete_id: int,
    source: Source,
    endpoint: str,
    payload: Mapping[str, Any],
    *,
    external_id: str = "",
    fetched_at: datetime | None = None,
) -> int:
    """Keep an answer and return its id; the same answer of the same endpoint again is kept once."""
    key = {
        "athlete_id": athlete_id,
        "source": source,
        "endpoint": endpoint,
        "external_id": external_id,
        "sha256": hashlib.sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)).digest(),
    }
    new: int | None = s.scalar(
        insert(_t)
        .values(**key, payload=dict(payload), fetched_at=fetched_at or func.now())
        .on_conflict_do_nothing(index_elements=list(key))
        .returning(_t.c.id)
    )
    if new is not None:
        return new
    there: int = s.scalars(select(_t.c.id).filter_by(**key)).one()
    return there


def forget_payloads(
    s: Session,
    athlete_id: int,
    source: Source,
    external_ids: Collection[str] | None = None,
    endpoint: str | None = None,
) -> None:
    """Delete what a source answered about some of its things (None: everything), at an endpoint or all."""
    gone = [_t.c.athlete_id == athlete_id, _t.c.source == source.value]
    if external_ids is not None:
        gone.append(_t.c.external_id == func.any(list(external_ids)))
    if endpoint is not None:
        gone.append(_t.c.endpoint == endpoint)
    s.execute(delete(_t).where(*gone))
