"""Ways on the ground: tracks as GeoJSON and WKT, routes, and the heatmap as a picture.

What leaves here is made to be passed on, so private places are left out unless the athlete asks for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.deps import MAX_ID, House, Id, Services, Who
from api.errors import documented
from coach.charts.raster import heat_png
from coach.charts.style import palette
from coach.domain import wayfiles
from coach.domain.activity import Sport
from coach.domain.heatmap import Heat, heat_of
from coach.errors import NotAllowed, NotFound
from coach.pipeline import routes as ways
from coach.pipeline.routes import SameRoute
from coach.store import activities, routes
from coach.store.activities import Row
from coach.store.routes import Seen
from coach.store.session import Session

router = APIRouter(tags=["routes"])

MOST_EXPORTED = 500
THIN_M = 10.0  # a position about so often, where many activities share a file
CACHING = {"cache-control": "private, no-cache"}

Private = Annotated[
    bool, Query(description="Leave private places out; without any, where most activities begin.")
]
First = Annotated[date | None, Query(description="First local date.")]
Last = Annotated[date | None, Query(description="Last local date, included.")]


def _binary(media_type: str, *problems: int, text: bool = False) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string"} if text else {"type": "string", "format": "binary"}
    return {
        200: {"content": {media_type: {"schema": schema}}, "description": "The file."},
        **documented(401, 403, 404, 422, *problems),
    }


GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {wayfiles.MEDIA_TYPE: {"schema": {"type": "object"}}}, "description": "GeoJSON."},
    **documented(401, 403, 404, 422),
}


def _hide(s: Session, who: Who, private: bool) -> Any:
    """Return what to leave out. Raises NotAllowed where all of it is asked for from within another site."""
    if not private and who.widget:
        raise NotAllowed("private_only_here")
    return ways.hidden(s, who.athlete_id, private=private)


def _file(body: bytes | str, media_type: str, name: str) -> Response:
    headers = {**CACHING, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)


def _one(house: Services, who: Who, activity_id: int, private: bool, heart_rate: bool) -> tuple[Seen, Any]:
    with house.session(who) as s:
        row = activities.get(s, who.athlete_id, activity_id)
        seen = next(routes.tracks(s, [row], hide=_hide(s, who, private), altitude=True), None)
        if seen is None:
            raise NotFound("no_positions")
        return seen, ways.described(s, [seen], heart_rate=heart_rate)[0]


@router.get(
    "/activities/{activity_id}/route.geojson",
    name="activity_geojson",
    summary="The track of an activity as GeoJSON",
    response_class=Response,
    responses=GEOJSON,
)
def activity_geojson(
    activity_id: Id,
    house: House,
    who: Who,
    private: Private = True,
    altitude: Annotated[bool, Query(description="Height as the third number of a position.")] = False,
    heart_rate: Annotated[bool, Query(description="Average heart rate among the properties.")] = False,
) -> Response:
    """RFC 7946: longitude before latitude; pauses and gaps break the line; all hidden is a null geometry."""
    seen, properties = _one(house, who, activity_id, private, heart_rate)
    made = wayfiles.feature(seen.track, properties, number=activity_id, altitude=altitude)
    return _file(orjson.dumps(made), wayfiles.MEDIA_TYPE, f"activity-{activity_id}.geojson")


@router.get(
    "/activities/{activity_id}/route.wkt",
    name="activity_wkt",
    summary="The track of an activity as WKT",
    response_class=Response,
    responses=_binary("text/plain", text=True),
)
def activity_wkt(
    activity_id: Id,
    house: House,
    who: Who,
    private: Private = True,
    altitude: Annotated[bool, Query(description="Height as the third number of a position.")] = False,
) -> Response:
    """`LINESTRING` or `MULTILINESTRING`, longitude before latitude (EPSG:4326 as GIS programs expect it)."""
    seen, _ = _one(house, who, activity_id, private, heart_rate=False)
    text = wayfiles.wkt([seen.track], altitude=altitude)
    return _file(text, "text/plain; charset=utf-8", f"activity-{activity_id}.wkt")


def _many(
    house: Services, who: Who, private: bool, start: date | None, end: date | None, sport: Sport | None,
    route: int | None,
) -> tuple[list[Seen], list[dict[str, Any]]]:  # fmt: skip
    """Return the tracks of a span of days or of a route, thinned, with what is said beside them."""
    with house.session(who) as s:
        rows: Sequence[Row] = activities.find(
            s, who.athlete_id, start=start, end=end, sport=sport, limit=None if route else MOST_EXPORTED
        )
        if route is not None:
            same = ways.route_of(s, activities.get(s, who.athlete_id, route))
            members = {row.id for row in same.rows} if same else set()
            rows = [row for row in rows if row.id in members][:MOST_EXPORTED]
        seen = list(routes.tracks(s, rows, hide=_hide(s, who, private)))
        return seen, ways.described(s, seen)


Route = Annotated[int | None, Query(ge=1, le=MAX_ID, description="Only activities of this one's route.")]


@router.get(
    "/routes.geojson",
    name="routes_geojson",
    summary="Tracks of a span of days or of a route as GeoJSON",
    response_class=Response,
    responses=GEOJSON,
)
def routes_geojson(
    house: House,
    who: Who,
    start: First = None,
    end: Last = None,
    sport: Sport | None = None,
    route: Route = None,
    private: Private = True,
) -> Response:
    """A FeatureCollection of the newest 500, a position about every 10 m."""
    seen, properties = _many(house, who, private, start, end, sport, route)
    features = [
        wayfiles.feature(wayfiles.thinned(one.track, THIN_M), said, number=one.row.id)
        for one, said in zip(seen, properties, strict=True)
    ]
    return _file(orjson.dumps(wayfiles.collection(features)), wayfiles.MEDIA_TYPE, "routes.geojson")


@router.get(
    "/routes.wkt",
    name="routes_wkt",
    summary="Tracks of a span of days or of a route as WKT",
    response_class=Response,
    responses=_binary("text/plain", text=True),
)
def routes_wkt(
    house: House,
    who: Who,
    start: First = None,
    end: Last = None,
    sport: Sport | None = None,
    route: Route = None,
    private: Private = True,
) -> Response:
    """One `MULTILINESTRING` of the newest 500, a position about every 10 m."""
    seen, _ = _many(house, who, private, start, end, sport, route)
    text = wayfiles.wkt(wayfiles.thinned(one.track, THIN_M) for one in seen)
    return _file(text, "text/plain; charset=utf-8", "routes.wkt")


class OnRoute(BaseModel):
    activity_id: int = Field(examples=[12])
    day: date
    distance_m: float | None
    moving_s: float
    pace_s_per_km: float | None = Field(examples=[331.2])


class RouteOut(BaseModel):
    """A way that was gone several times. `id` is its first activity, and stays."""

    id: int = Field(examples=[12])
    name: str = Field(description="What its activities are called most often; empty when nothing.")
    count: int = Field(examples=[9])
    backwards: int = Field(description="How often it was gone in the other direction.", examples=[0])
    distance_m: float | None = Field(description="The median of its activities.")
    fastest: OnRoute | None
    latest: OnRoute
    activity_ids: list[int] = Field(description="The oldest first.")


class RouteList(BaseModel):
    routes: list[RouteOut]


def _on_route(row: Row) -> OnRoute:
    seconds = row.moving_s or row.timer_s or row.elapsed_s
    pace = 1000 * seconds / row.distance_m if row.distance_m and seconds else None
    return OnRoute(
        activity_id=row.id,
        day=row.local_date,
        distance_m=row.distance_m,
        moving_s=seconds,
        pace_s_per_km=pace,
    )


def _route_out(route: SameRoute) -> RouteOut:
    gone = [_on_route(row) for row in route.rows]
    names = [row.name for row in route.rows if row.name]
    far = [row.distance_m for row in route.rows if row.distance_m is not None]
    return RouteOut(
        id=route.id,
        name=max(sorted(set(names)), key=names.count, default=""),
        count=len(gone),
        backwards=len(route.backwards),
        distance_m=float(np.median(far)) if far else None,
        fastest=min(
            (one for one in gone if one.pace_s_per_km), key=lambda o: o.pace_s_per_km or 0, default=None
        ),
        latest=gone[-1],
        activity_ids=[one.activity_id for one in gone],
    )


@router.get(
    "/routes", name="list_routes", summary="Ways gone several times", responses=documented(401, 403, 422)
)
def list_routes(
    house: House,
    who: Who,
    sport: Sport = Sport.run,
    at_least: Annotated[int, Query(ge=1, le=1000, description="Gone at least so often.")] = 2,
) -> RouteList:
    """The one gone most often first. The same way backwards is a route of its own."""
    with house.session(who) as s:
        found = ways.all_routes(s, who.athlete_id, sport=sport)
    return RouteList(routes=[_route_out(route) for route in found if len(route.rows) >= at_least])


class HeatOut(BaseModel):
    """Where the picture lies: its edges in degrees, between them Web Mercator as on tiled maps."""

    west: float
    south: float
    east: float
    north: float
    drawn: int = Field(description="Activities in the picture: those of the area with the most.")
    elsewhere: int = Field(description="Activities in other areas.")
    most: int = Field(description="How often the most used square was passed.")


Size = Annotated[int, Query(ge=64, le=2048, description="Pixels of the longer side.")]


def _heat(
    house: Services, who: Who, private: bool, start: date | None, end: date | None, sport: Sport | None,
    size: int,
) -> Heat:  # fmt: skip
    with house.session(who) as s:
        rows = activities.find(s, who.athlete_id, start=start, end=end, sport=sport, limit=None)
        seen = list(routes.tracks(s, rows, hide=_hide(s, who, private)))
    heat = heat_of([one.track for one in seen], size)
    if heat is None:
        raise NotFound("all_private" if seen else "no_positions")
    return heat


def _heat_out(heat: Heat) -> HeatOut:
    return HeatOut(
        **vars(heat.bounds), drawn=heat.drawn, elsewhere=heat.elsewhere, most=int(heat.counts.max())
    )


@router.get(
    "/heatmap.png",
    name="heatmap_picture",
    summary="Where one has been, as a picture",
    response_class=Response,
    responses=_binary("image/png"),
)
def heatmap_picture(
    house: House,
    who: Who,
    start: First = None,
    end: Last = None,
    sport: Sport | None = None,
    theme: Literal["light", "dark"] = "light",
    size: Size = 800,
    private: Private = True,
) -> Response:
    """On a transparent ground, to lie on any map; `x-bounds` says where: west, south, east, north."""
    heat = _heat(house, who, private, start, end, sport, size)
    bounds = heat.bounds
    edges = ",".join(f"{edge:.6f}" for edge in (bounds.west, bounds.south, bounds.east, bounds.north))
    headers = {**CACHING, "x-bounds": edges}
    return Response(heat_png(heat, palette(theme)), media_type="image/png", headers=headers)


@router.get(
    "/heatmap.json",
    name="heatmap_bounds",
    summary="Where the heatmap's picture lies",
    responses=documented(401, 403, 404, 422),
)
def heatmap_bounds(
    house: House,
    who: Who,
    start: First = None,
    end: Last = None,
    sport: Sport | None = None,
    size: Size = 800,
    private: Private = True,
) -> HeatOut:
    """For the picture with the same arguments."""
    return _heat_out(_heat(house, who, private, start, end, sport, size))
