"""Which outings went the same way, and what of a way may be shown to whom.

Nothing of this is stored. The routes of a list of recordings are kept in this process while that list stays
the same: a recording's samples never change, so its number is all there is to compare.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from coach.domain import routes as ways
from coach.domain.activity import Sport
from coach.domain.geometry import length_m
from coach.domain.metrics.registry import Measure
from coach.domain.privacy import PrivatePlace, Zone, zone_of
from coach.domain.routes import Route, Shape
from coach.store import activities, metrics, private_places, routes
from coach.store.activities import Row
from coach.store.routes import Seen
from coach.store.session import Session

KEPT_SHAPES = 20_000  # about 10 KB each, of all athletes of this process together
KEPT_GROUPINGS = 64
ENOUGH_STARTS = 3  # one outing from somewhere says nothing about where somebody lives


class _Kept[K, V]:
    """The results used last, up to a number of them."""

    def __init__(self, most: int) -> None:
        self._most, self._known, self._lock = most, OrderedDict[K, V](), threading.Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._known[key] = value
            while len(self._known) > self._most:
                self._known.popitem(last=False)


class _Memory:
    """What is kept of one database: shapes by source, and routes by all activities with their sources.

    The sources were just read as the athlete's own, so nothing crosses from one athlete to another.
    """

    def __init__(self) -> None:
        self.shapes: _Kept[int, tuple[Shape | None]] = _Kept(KEPT_SHAPES)
        self.groupings: _Kept[tuple[tuple[int, int], ...], list[Route]] = _Kept(KEPT_GROUPINGS)


_memories: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()


@dataclass(frozen=True)
class SameRoute:
    """A route with its outings, the oldest first, and those that went it backwards."""

    id: int
    rows: tuple[Row, ...]
    backwards: tuple[Row, ...] = ()


def all_routes(s: Session, athlete_id: int, *, sport: Sport) -> list[SameRoute]:
    """Return every route of a sport, the one gone most often first."""
    rows = {row.id: row for row in _on_the_ground(s, athlete_id, sport)}
    found = grouped(s, list(rows.values()))
    return sorted((_with_rows(route, found, rows) for route in found), key=lambda r: (-len(r.rows), r.id))


def route_of(s: Session, row: Row) -> SameRoute | None:
    """Return the route an activity went, or None when it has no track to tell by."""
    rows = {r.id: r for r in _on_the_ground(s, row.athlete_id, row.sport)}
    found = grouped(s, list(rows.values()))
    mine = next((route for route in found if row.id in route.members), None)
    return _with_rows(mine, found, rows) if mine else None


def latest_with_route(s: Session, athlete_id: int) -> Row | None:
    """Return the last run whose track tells its route, or None."""
    rows = {row.id: row for row in _on_the_ground(s, athlete_id, Sport.run)}
    with_way = {number for route in grouped(s, list(rows.values())) for number in route.members}
    return max((rows[n] for n in with_way), key=lambda row: (row.start_at, row.id), default=None)


def grouped(s: Session, rows: Sequence[Row]) -> list[Route]:
    """Return the routes of activities, by the number of each route's first."""
    kept = _memories.setdefault(s.connection().engine, _Memory())
    pairs = tuple(sorted((row.id, source) for row in rows if (source := routes.source_of(row)) is not None))
    known = kept.groupings.get(pairs)
    if known is not None:
        return known
    shapes = {number: found[0] for number, source in pairs if (found := kept.shapes.get(source)) is not None}
    fresh = [row for row in rows if row.id not in shapes]
    # To tell routes apart all of a track is needed; nothing of it is shown.
    for seen in routes.tracks(s, fresh, hide=()):
        shapes[seen.row.id] = ways.shape_of(seen.track)
    for row in fresh:
        source = routes.source_of(row)
        if source is not None:
            kept.shapes.put(source, (shapes.get(row.id),))
    same = ways.group({number: shape for number, shape in shapes.items() if shape is not None})
    kept.groupings.put(pairs, same)
    return same


def _on_the_ground(s: Session, athlete_id: int, sport: Sport) -> list[Row]:
    rows = activities.find(s, athlete_id, sport=sport, limit=None, newest_first=False)
    return [row for row in rows if row.has_samples and not row.treadmill]


def _with_rows(route: Route, found: Iterable[Route], rows: dict[int, Row]) -> SameRoute:
    def oldest_first(numbers: Iterable[int]) -> tuple[Row, ...]:
        return tuple(sorted((rows[n] for n in numbers), key=lambda row: (row.start_at, row.id)))

    back = next((r for r in found if r.reverse_of == route.id or r.id == route.reverse_of), None)
    return SameRoute(route.id, oldest_first(route.members), oldest_first(back.members if back else ()))


def hidden(s: Session, athlete_id: int, *, private: bool) -> tuple[Zone, ...]:
    """Return what an export leaves out: nothing unless it is private.

    Private without a place of the athlete's own hides the place where most outings begin.
    """
    if not private:
        return ()
    own = private_places.zones(s, athlete_id)
    if own:
        return own
    home = routes.most_frequent_start(s, athlete_id)
    return (zone_of(home.as_place()),) if home else ()


@dataclass(frozen=True)
class Suggestion:
    """A place to keep private: where `count` of `of` outings began."""

    place: PrivatePlace
    count: int
    of: int


def suggestion(s: Session, athlete_id: int) -> Suggestion | None:
    """Return the place where most outings begin, unless it is private already or begun at too seldom."""
    home = routes.most_frequent_start(s, athlete_id)
    if home is None or home.count < ENOUGH_STARTS:
        return None
    place = home.as_place()
    known = private_places.zones(s, athlete_id)
    if any(zone.holds_place(place.lat_deg, place.lon_deg) for zone in known):
        return None
    return Suggestion(place, home.count, home.of)


def described(s: Session, seen: Sequence[Seen], *, heart_rate: bool = False) -> list[dict[str, Any]]:
    """Return what is said beside each track: name, date, sport, distance and duration.

    Where something is hidden, distance and duration are those of what is shown: the difference to the whole
    would tell how far the hidden end is. `heart_rate` adds the average.
    """
    beats: dict[int, Any] = {}
    if heart_rate and seen:
        ids = [one.row.id for one in seen]
        beats = metrics.read(s, seen[0].row.athlete_id, ids, ["avg_hr_bpm"])
    found = []
    for one in seen:
        row = one.row
        metres = length_m(one.track) if one.cut else row.distance_m
        seconds = (
            sum(piece.duration_s for piece in one.track)
            if one.cut
            else row.moving_s or row.timer_s or row.elapsed_s
        )
        properties: dict[str, Any] = {
            "name": row.name,
            "date": row.local_date.isoformat(),
            "sport": row.sport.value,
            "distance_m": None if metres is None else round(metres, 1),
            "duration_s": round(seconds, 1),
            "cut": one.cut,
        }
        average = beats.get(row.id, {}).get("avg_hr_bpm")
        if heart_rate:
            value = average.value if isinstance(average, Measure) else None
            properties["avg_hr_bpm"] = None if value is None else round(value)
        found.append(properties)
    return found
