"""Activities: list, one, its samples, edits and undo."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Id, Who
from api.errors import documented
from coach.domain.activity import CHANNELS, Sport
from coach.domain.metrics.registry import Measure
from coach.errors import BadInput, Conflict, NotFound
from coach.pipeline import editing, journaling
from coach.store import activities, athletes, metrics

router = APIRouter(prefix="/activities", tags=["activities"])

MAX_POINTS = 5000
POSITIONS = frozenset({"lat_deg", "lon_deg"})


class ActivityOut(BaseModel):
    """One activity. Unknown is null."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": 12,
                    "sport": "run",
                    "name": "아침 조깅",
                    "start_at": "2026-11-20T22:10:00Z",
                    "local_date": "2026-11-21",
                    "tz": "Asia/Seoul",
                    "elapsed_s": 2810.0,
                    "moving_s": 2764.0,
                    "distance_m": 8213.4,
                    "race": False,
                    "treadmill": False,
                    "excluded_from_bests": False,
                    "distance_origin": "recorded",
                    "sources": ["fit"],
                    "flags": [],
                }
            ]
        },
    )

    id: int
    sport: Sport
    sub_sport: str = ""
    name: str = ""
    note: str = ""
    start_at: datetime
    local_date: date
    tz: str
    elapsed_s: float
    timer_s: float | None = None
    moving_s: float | None = None
    distance_m: float | None = None
    race: bool = False
    treadmill: bool = False
    excluded_from_bests: bool = False
    distance_origin: str = "recorded"
    rpe: float | None = None
    flags: list[str] = []
    sources: list[str] = []
    deleted_at: datetime | None = None


class ActivityList(BaseModel):
    activities: list[ActivityOut]


class MetricValue(BaseModel):
    value: float | None = Field(description="Null is unknown; `because` says why.")
    coverage: float | None = Field(None, description="0–1: how much of the activity had data.")
    estimated: bool = False
    because: str | None = None


class ActivityDetail(ActivityOut):
    metrics: dict[str, MetricValue] = Field(
        default_factory=dict, examples=[{"trimp": {"value": 71.2, "coverage": 0.99, "estimated": True}}]
    )


class StreamsOut(BaseModel):
    """Samples. All lists have the same length; a missing sample is null."""

    t_s: list[float] = Field(examples=[[0, 1, 2]])
    channels: dict[str, list[float | None]] = Field(examples=[{"hr_bpm": [101, 103, None]}])
    units: dict[str, str] = Field(examples=[{"hr_bpm": "bpm"}])
    step: int = Field(description="Every n-th sample was taken.", examples=[1])


def activity_out(row: activities.Row) -> ActivityOut:
    return ActivityOut.model_validate(row)


@router.get("", name="list_activities", summary="List activities", responses=documented(401, 403, 422))
def list_activities(
    house: House,
    who: Who,
    start: Annotated[date | None, Query(description="First local date.")] = None,
    end: Annotated[date | None, Query(description="Last local date, included.")] = None,
    sport: Sport | None = None,
    race: bool | None = None,
    text: Annotated[str | None, Query(max_length=200, description="Words of the name.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> ActivityList:
    """Newest first."""
    with house.session(who) as s:
        rows = activities.find(
            s, who.athlete_id, start=start, end=end, sport=sport, race=race, text=text, limit=limit
        )
    return ActivityList(activities=[activity_out(row) for row in rows])


@router.get(
    "/{activity_id}",
    name="get_activity",
    summary="One activity with its metrics",
    responses=documented(401, 403, 404, 422),
)
def get_activity(activity_id: Id, house: House, who: Who) -> ActivityDetail:
    with house.session(who) as s:
        row = activities.get(s, who.athlete_id, activity_id)
        found = metrics.read(s, who.athlete_id, [activity_id]).get(activity_id, {})
    values = {
        name: MetricValue(value=m.value, coverage=m.coverage, estimated=m.estimated)
        if isinstance(m, Measure)
        else MetricValue(value=None, because=m.because)
        for name, m in found.items()
    }
    return ActivityDetail(**activity_out(row).model_dump(), metrics=values)


@router.get(
    "/{activity_id}/streams",
    name="activity_streams",
    summary="Samples of an activity",
    responses=documented(401, 403, 404, 422),
)
def activity_streams(
    activity_id: Id,
    house: House,
    who: Who,
    channels: Annotated[
        list[str] | None, Query(max_length=30, description=f"Of {', '.join(CHANNELS)}; default all.")
    ] = None,
    points: Annotated[int, Query(ge=2, le=MAX_POINTS, description="At most so many samples.")] = 1000,
) -> StreamsOut:
    with house.session(who) as s:
        streams = activities.load(s, who.athlete_id, activity_id).streams
    if streams is None:
        raise NotFound("nothing_here")
    step = max(1, -(-len(streams) // points))
    # Another site's page is not told where the athlete was.
    hidden = POSITIONS if who.widget else frozenset()
    wanted = [
        name for name in streams.channels if name not in hidden and (channels is None or name in channels)
    ]
    return StreamsOut(
        t_s=np.round(streams.t_s[::step], 3).tolist(),
        channels={name: _numbers(streams.channels[name][::step]) for name in wanted},
        units={name: CHANNELS[name].unit for name in wanted},
        step=step,
    )


class ActivityChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "동네 한 바퀴", "treadmill": False}]}
    )

    name: str | None = Field(None, max_length=200)
    sport: Sport | None = None
    race: bool | None = None
    treadmill: bool | None = None
    excluded_from_bests: bool | None = None
    distance_m: Annotated[float, Field(gt=0, le=2_000_000)] | None = None


class Changed(BaseModel):
    """The activity as it is now, and what takes the change back: `POST /edits/{edit_id}/undo`."""

    activity: ActivityOut
    edit_id: int = Field(examples=[31])


@router.patch(
    "/{activity_id}",
    name="change_activity",
    summary="Correct an activity",
    responses=documented(400, 401, 403, 404, 422),
)
def change_activity(activity_id: Id, given: ActivityChange, house: House, who: Who) -> Changed:
    """Whatever was computed from it is computed anew."""
    changes = {
        name: value for name, value in given.model_dump(exclude_unset=True).items() if value is not None
    }
    if not changes:
        raise BadInput("nothing_to_change")
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        row, edit_id = editing.change(s, athlete, activity_id, changes)
        if given.name is not None:  # the athlete's own words
            now = house.clock()
            journaling.heed_words(s, athlete, given.name, row.local_date, now, key=f"activity:{row.id}")
        return Changed(activity=activity_out(row), edit_id=edit_id)


@router.delete(
    "/{activity_id}",
    name="delete_activity",
    summary="Delete an activity",
    responses=documented(401, 403, 404, 422),
)
def delete_activity(activity_id: Id, house: House, who: Who) -> Changed:
    """It leaves every list and sum, and can be brought back."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        activities.get(s, who.athlete_id, activity_id)
        edit_id = editing.delete(s, athlete, activity_id)
        return Changed(activity=activity_out(activities.get(s, who.athlete_id, activity_id)), edit_id=edit_id)


edits_router = APIRouter(prefix="/edits", tags=["activities"])


class Undone(BaseModel):
    """What was taken back: `logged`, `changed`, `deleted` or `noted`."""

    what: str = Field(examples=["deleted"])


@edits_router.post(
    "/{edit_id}/undo",
    name="undo_edit",
    summary="Undo a change",
    responses=documented(401, 403, 404, 409, 422),
)
def undo_edit(edit_id: Id, house: House, who: Who) -> Undone:
    with house.session(who) as s:
        undone = editing.undo(s, athletes.get(s, who.athlete_id), edit_id)
    if undone is None:
        raise Conflict("undone_already")
    return Undone(what=undone.what)


def _numbers(values: Any) -> list[float | None]:
    return [None if np.isnan(v) else round(float(v), 6) for v in values]
