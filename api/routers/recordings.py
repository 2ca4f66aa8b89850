"""An activity as it was recorded: second by second, and the file itself."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Id, Who
from api.errors import documented
from api.routers.activities import POSITIONS
from coach.domain.activity import CHANNELS, Floats, Streams
from coach.domain.resample import Flags, Indices
from coach.errors import NotFound
from coach.pipeline import routes as ways
from coach.providers.files.archive import walk
from coach.providers.files.detect import detect
from coach.store import activities, files, recordings, routes
from coach.store.activities import Row
from coach.store.session import Session

router = APIRouter(prefix="/activities", tags=["activities"])

MOST_ROWS = 3600
LONGEST_S = 2_000_000  # no recording is longer


class SamplesOut(BaseModel):
    """Columns of one row per step of time. All have the same length; what was not recorded is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "t_s": [0, 1, 2],
                    "channels": {"hr_bpm": [101, None, 104], "speed_mps": [2.9, 3.0, 3.0]},
                    "units": {"hr_bpm": "bpm", "speed_mps": "m/s"},
                    "every_s": 1,
                    "next_from_s": 3,
                    "end_s": 2810.0,
                }
            ]
        }
    )

    t_s: list[int] = Field(description="Seconds since the start by the clock, pauses included.")
    channels: dict[str, list[float | None]]
    units: dict[str, str]
    every_s: int
    next_from_s: int | None = Field(description="Where the next page begins; null on the last.")
    end_s: float = Field(description="The last sample of the recording.")


FIT = "application/vnd.ant.fit"


@router.get(
    "/{activity_id}/samples",
    name="activity_samples",
    summary="Samples second by second",
    responses=documented(401, 403, 404, 422),
)
def activity_samples(
    activity_id: Id,
    house: House,
    who: Who,
    from_s: Annotated[int, Query(ge=0, le=LONGEST_S)] = 0,
    to_s: Annotated[int | None, Query(ge=0, le=LONGEST_S, description="Included.")] = None,
    every_s: Annotated[int, Query(ge=1, le=3600, description="A row every so many seconds.")] = 1,
) -> SamplesOut:
    """An hour of seconds a page. A row holds the first sample of its step. No position of a private place is
    told, and none at all to another site's page."""
    with house.session(who) as s:
        row = activities.get(s, who.athlete_id, activity_id)
        streams = activities.load(s, who.athlete_id, activity_id).streams
        if streams is None or not len(streams):
            raise NotFound("nothing_here")
        channels = {name: values for name, values in streams.channels.items() if name not in POSITIONS}
        if not who.widget and streams.channels.keys() >= POSITIONS:
            channels |= _shown_positions(s, who, row, streams)
    end = float(streams.t_s[-1])
    last = min(end, float(LONGEST_S if to_s is None else to_s))
    rows = max(0, int((last - from_s) // every_s) + 1)
    grid = from_s + every_s * np.arange(min(rows, MOST_ROWS))
    first = np.searchsorted(streams.t_s, grid)
    there = first < len(streams)
    there[there] = streams.t_s[first[there]] < grid[there] + every_s
    return SamplesOut(
        t_s=grid.tolist(),
        channels={name: _column(values, first, there) for name, values in channels.items()},
        units={name: CHANNELS[name].unit for name in channels},
        every_s=every_s,
        next_from_s=from_s + every_s * MOST_ROWS if rows > MOST_ROWS else None,
        end_s=round(end, 3),
    )


def _shown_positions(s: Session, who: Who, row: Row, streams: Streams) -> dict[str, Floats]:
    """Return the positions that may be shown, through the one door by which positions leave the database."""
    lat, lon = (np.full(len(streams), np.nan) for _ in POSITIONS)
    hide = ways.hidden(s, who.athlete_id, private=True)
    for seen in routes.tracks(s, [row], hide=hide):
        for piece in seen.track:
            at = np.searchsorted(streams.t_s, piece.t_s)
            lat[at], lon[at] = piece.lat_deg, piece.lon_deg
    return {"lat_deg": lat, "lon_deg": lon}


def _column(values: Floats, first: Indices, there: Flags) -> list[float | None]:
    return [
        None if not here or np.isnan(values[at]) else round(float(values[at]), 6)
        for at, here in zip(first.tolist(), there.tolist(), strict=True)
    ]


@router.get(
    "/{activity_id}/fit",
    name="activity_fit",
    summary="The original FIT file",
    response_class=Response,
    responses={
        200: {
            "content": {FIT: {"schema": {"type": "string", "format": "binary"}}},
            "description": "The file.",
        },
        **documented(401, 403, 404, 422),
    },
)
def activity_fit(activity_id: Id, house: House, who: Who) -> Response:
    """As the watch wrote it, with every position: for its owner alone."""
    with house.session(who) as s:
        row = activities.get(s, who.athlete_id, activity_id)
        data = _original_fit(s, row)
    if data is None:
        raise NotFound("no_original_fit")
    headers = {
        "cache-control": "private, no-cache",
        "content-disposition": f'attachment; filename="activity-{activity_id}.fit"',
    }
    return Response(data, media_type=FIT, headers=headers)


def _original_fit(s: Session, row: Row) -> bytes | None:
    """Return the FIT file that speaks for an activity, else one of its other sources', or None."""
    known = recordings.sources(s, row.id)
    speaks = routes.source_of(row)
    for source in sorted(known, key=lambda one: one.id != speaks):
        if source.file_id is None:
            continue
        kept = files.get(s, source.file_id)
        for _, data in walk(files.content(s, source.file_id), kept.name):
            if isinstance(data, bytes) and detect(data[:512]).kind == "fit":
                return data
    return None
