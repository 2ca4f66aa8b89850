"""Private places: around them no map, picture or export shows anything."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from coach.domain.privacy import PrivatePlace, Zone, zone_of
from coach.errors import LimitReached, NotFound
from coach.store import models
from coach.store.session import Session

_t = models.private_places
MOST = 50


def add(
    s: Session, athlete_id: int, *, name: str, lat_deg: float, lon_deg: float, radius_m: float
) -> PrivatePlace:
    """Keep a place; the very same one is kept once. Raises LimitReached with MOST of them."""
    known = places(s, athlete_id)
    for place in known:
        if (place.name, place.lat_deg, place.lon_deg, place.radius_m) == (name, lat_deg, lon_deg, radius_m):
            return place
    if len(known) >= MOST:
        raise LimitReached("too_many_private_places", n=MOST)
    new = s.scalar(
        insert(_t)
        .values(athlete_id=athlete_id, name=name, lat_deg=lat_deg, lon_deg=lon_deg, radius_m=radius_m)
        .returning(_t.c.id)
    )
    return PrivatePlace(int(new or 0), name, lat_deg, lon_deg, radius_m)


def places(s: Session, athlete_id: int) -> list[PrivatePlace]:
    """Return the athlete's places, the first kept first."""
    query = select(_t.c.id, _t.c.name, _t.c.lat_deg, _t.c.lon_deg, _t.c.radius_m).where(
        _t.c.athlete_id == athlete_id
    )
    return [PrivatePlace(*row) for row in s.execute(query.order_by(_t.c.id))]


def zones(s: Session, athlete_id: int) -> tuple[Zone, ...]:
    """Return what the athlete's places hide."""
    return tuple(zone_of(place) for place in places(s, athlete_id))


def remove(s: Session, athlete_id: int, place_id: int) -> None:
    """Forget a place: its surroundings are shown again. Raises NotFound."""
    gone = s.execute(
        delete(_t).where(_t.c.athlete_id == athlete_id, _t.c.id == place_id).returning(_t.c.id)
    ).one_or_none()
    if gone is None:
        raise NotFound("private_place_not_found")
