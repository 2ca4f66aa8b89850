"""Work in the background, and the coach's own record: what it predicted and what happened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Who
from api.errors import documented
from coach.domain.track_record import TRACKED
from coach.store import progress, track_records

router = APIRouter(tags=["progress"])


class Work(BaseModel):
    """How far some work is; without `finished_at` it goes on."""

    model_config = ConfigDict(from_attributes=True)

    kind: progress.Kind = Field(description="`metrics`: values are computed anew. `track_record`: a replay.")
    done: int = Field(examples=[120])
    total: int = Field(examples=[343])
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None


class WorkList(BaseModel):
    work: list[Work]


class Replay(BaseModel):
    """What one version of a model would have said, against what happened."""

    model: str = Field(examples=["race_predictions"])
    version: int = Field(
        description="Grows with every change of a formula behind it, or of how it is judged."
    )
    current: bool = Field(description="Whether these are the formulas of now.")
    until: date
    summary: dict[str, Any]
    rows: list[dict[str, Any]] = Field(
        description="Oldest first; `error` is positive where too much was said."
    )


class ReplayList(BaseModel):
    models: list[Replay]


@router.get(
    "/progress", name="get_progress", summary="Work in the background", responses=documented(401, 403)
)
def get_progress(house: House, who: Who) -> WorkList:
    """One entry a kind, the latest. While `metrics` goes on, some values are answered as being recomputed."""
    with house.session(who) as s:
        return WorkList(work=[Work.model_validate(kept) for kept in progress.every(s, who.athlete_id)])


@router.get(
    "/track-record", name="get_track_record", summary="Predicted and happened", responses=documented(401, 403)
)
def get_track_record(house: House, who: Who) -> ReplayList:
    """Every model that was replayed, the version of now first; older versions stay for comparison.

    It is brought up to date in the background after imports and every night.
    """
    with house.session(who) as s:
        kept = track_records.read(s, who.athlete_id)
    return ReplayList(
        models=[
            Replay(
                model=record.model,
                version=record.version,
                current=(model := TRACKED.get(record.model)) is not None
                and model.known
                and model.version == record.version,
                until=record.until,
                summary={name: value for name, value in record.summary.items() if name != "state"},
                rows=[dict(row) for row in record.rows],
            )
            for record in kept
        ]
    )
