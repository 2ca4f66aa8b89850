"""Private places: around them no map, picture or export shows anything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Id, Who
from api.errors import documented
from coach.domain.privacy import DEFAULT_RADIUS_M
from coach.pipeline import routes as ways
from coach.store import private_places

router = APIRouter(prefix="/private-places", tags=["routes"])


class PlaceIn(BaseModel):
    """A place to keep private. More than the radius is hidden, so that the middle does not give it away."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "집", "lat_deg": 37.5172, "lon_deg": 126.9905}]},
    )

    name: str = Field("", max_length=80)
    lat_deg: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon_deg: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    radius_m: Annotated[float, Field(ge=50, le=5000, allow_inf_nan=False)] = DEFAULT_RADIUS_M


class PlaceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int = Field(examples=[3])
    name: str = Field(examples=["집"])
    lat_deg: float
    lon_deg: float
    radius_m: float = Field(examples=[200])


class PlaceList(BaseModel):
    places: list[PlaceOut]


class Proposed(BaseModel):
    lat_deg: float
    lon_deg: float
    radius_m: float
    count: int = Field(description="Activities that begin there.", examples=[120])
    of: int = Field(description="Of so many with a position.", examples=[140])


class Suggestion(BaseModel):
    """Where most activities begin; null when that is private already, or nothing stands out."""

    place: Proposed | None


@router.get("", name="list_private_places", summary="Private places", responses=documented(401, 403))
def list_private_places(house: House, who: Who) -> PlaceList:
    with house.session(who) as s:
        found = private_places.places(s, who.athlete_id)
    return PlaceList(places=[PlaceOut.model_validate(place) for place in found])


@router.post(
    "",
    name="add_private_place",
    summary="Keep a place private",
    status_code=201,
    responses=documented(401, 403, 422, 429),
)
def add_private_place(given: PlaceIn, house: House, who: Who) -> PlaceOut:
    """The very same place twice is kept once."""
    with house.session(who) as s:
        return PlaceOut.model_validate(private_places.add(s, who.athlete_id, **given.model_dump()))


@router.get(
    "/suggestion",
    name="suggest_private_place",
    summary="A place that may want to be private",
    responses=documented(401, 403),
)
def suggest_private_place(house: House, who: Who) -> Suggestion:
    """Nothing is kept until the athlete adds it."""
    with house.session(who) as s:
        found = ways.suggestion(s, who.athlete_id)
    if found is None:
        return Suggestion(place=None)
    place = found.place
    return Suggestion(
        place=Proposed(
            lat_deg=place.lat_deg,
            lon_deg=place.lon_deg,
            radius_m=place.radius_m,
            count=found.count,
            of=found.of,
        )
    )


@router.delete(
    "/{place_id}",
    name="remove_private_place",
    summary="Show a place again",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def remove_private_place(place_id: Id, house: House, who: Who) -> None:
    with house.session(who) as s:
        private_places.remove(s, who.athlete_id, place_id)
