"""Private places: what no map, picture or export shows.

What is hidden is a circle around the middle of the grid cell a place lies in, wide enough to hold the place's
own circle wherever in the cell it is. Whoever finds that circle from where many tracks end learns the cell
and nothing more. docs/decisions/0014-routes-and-privacy.md says why, and what else must not be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coach.domain.activity import Floats
from coach.domain.geometry import M_PER_DEG, Track, plane_m
from coach.domain.resample import Flags

DEFAULT_RADIUS_M = 200.0
SMALLEST_CELL_M = 62.5
MARGIN_M = 1.0  # exports round positions to a tenth of a metre; none may be rounded into a zone
NEAR_START_M = 150.0  # starts that near to each other are starts at one place
SETTLED_STARTS = 25  # the oldest of a place say where it is, so that it does not move with every run


@dataclass(frozen=True)
class PrivatePlace:
    """A place as the athlete named it. `id` is 0 while it is only proposed."""

    id: int
    name: str
    lat_deg: float
    lon_deg: float
    radius_m: float


@dataclass(frozen=True)
class Zone:
    """A circle of which nothing is shown."""

    lat_deg: float
    lon_deg: float
    radius_m: float

    def holds(self, lat_deg: Floats, lon_deg: Floats) -> Flags:
        """Mark the positions inside."""
        east, north = plane_m(lat_deg, lon_deg, self.lat_deg, self.lon_deg)
        return np.asarray(np.hypot(east, north) < self.radius_m)

    def holds_place(self, lat_deg: float, lon_deg: float) -> bool:
        """Tell whether one place lies inside."""
        return bool(self.holds(np.array([lat_deg]), np.array([lon_deg]))[0])


def zone_of(place: PrivatePlace) -> Zone:
    """Return what is hidden around a place: all within its radius, rounded outwards to a grid.

    The cells of a larger radius are made of those of a smaller one, so a changed radius tells nothing new.
    """
    cell = SMALLEST_CELL_M
    while cell < place.radius_m:
        cell *= 2
    lat = (np.floor(place.lat_deg * M_PER_DEG / cell) + 0.5) * cell / M_PER_DEG
    # One width per degree of latitude: within it the cells of all sizes fit into each other.
    m_per_deg = M_PER_DEG * max(0.01, float(np.cos(np.radians(np.floor(place.lat_deg) + 0.5))))
    lon = (np.floor(place.lon_deg * m_per_deg / cell) + 0.5) * cell / m_per_deg
    east, north = plane_m(np.array([place.lat_deg]), np.array([place.lon_deg]), float(lat), float(lon))
    # Half a diagonal (0.71) and what a cell is wider at the edge of its degree: the same for all places of a
    # cell, or the radius would tell. Only beyond 85° of latitude is a cell wider than that.
    reach = max(cell * 0.75, float(np.hypot(east[0], north[0])))
    return Zone(float(lat), float(lon), place.radius_m + reach)


def without(track: Track, zones: Sequence[Zone]) -> Track:
    """Return a track without what lies in any zone.

    Positions are left out and never moved or added, so none lies on a zone's edge. A line that only crosses
    a zone between two positions outside of it is cut there.
    """
    if not zones:
        return track
    shown: list[Track] = []
    for piece in track:
        inside = np.zeros(len(piece), dtype=bool)
        crossing = np.zeros(len(piece) - 1, dtype=bool)
        for zone in zones:
            east, north = plane_m(piece.lat_deg, piece.lon_deg, zone.lat_deg, zone.lon_deg)
            reach = zone.radius_m + MARGIN_M
            inside |= np.hypot(east, north) < reach
            crossing |= _nearest_m(east, north) < reach
        kept = ~inside
        # A run of kept positions ends where one is hidden or the line to the next crosses a zone.
        begins = kept & np.concatenate(([True], ~kept[:-1] | crossing))
        ends = kept & np.concatenate((~kept[1:] | crossing, [True]))
        spans = zip(np.flatnonzero(begins).tolist(), (np.flatnonzero(ends) + 1).tolist(), strict=True)
        shown.append(tuple(piece.part(a, b) for a, b in spans if b - a >= 2))
    return tuple(piece for pieces in shown for piece in pieces)


def _nearest_m(east: Floats, north: Floats) -> Floats:
    """Return how near each line between two positions comes to the origin."""
    de, dn = np.diff(east), np.diff(north)
    squared = de**2 + dn**2
    along = -(east[:-1] * de + north[:-1] * dn) / np.where(squared > 0, squared, 1.0)
    along = np.clip(along, 0.0, 1.0)
    return np.asarray(np.hypot(east[:-1] + along * de, north[:-1] + along * dn))


@dataclass(frozen=True)
class UsualStart:
    """Where most outings begin, how many of them, and of how many."""

    lat_deg: float
    lon_deg: float
    count: int
    of: int

    def as_place(self, radius_m: float = DEFAULT_RADIUS_M) -> PrivatePlace:
        """Return it as a place that is only proposed."""
        return PrivatePlace(0, "", self.lat_deg, self.lon_deg, radius_m)


def usual_start(lat_deg: Floats, lon_deg: Floats) -> UsualStart | None:
    """Return the place where most outings begin, or None without any. `lat_deg`, `lon_deg`: oldest first."""
    n = int(lat_deg.size)
    if not n:
        return None
    # Starts are counted by cells of NEAR_START_M and then measured around the fullest cells only.
    m_per_deg = M_PER_DEG * np.cos(np.radians(np.round(lat_deg)))
    rows = np.floor(lat_deg * M_PER_DEG / NEAR_START_M).astype(np.int64)
    cells = rows << 32 | (np.floor(lon_deg * m_per_deg / NEAR_START_M).astype(np.int64) & 0xFFFFFFFF)
    found, counts = np.unique(cells, return_counts=True)
    best: Flags = np.zeros(n, dtype=bool)
    for cell in found[np.argsort(-counts, kind="stable")[:5]]:
        here = cells == cell
        around = Zone(float(np.median(lat_deg[here])), float(np.median(lon_deg[here])), NEAR_START_M)
        near = around.holds(lat_deg, lon_deg)
        if np.count_nonzero(near) > np.count_nonzero(best):
            best = near
    oldest = np.flatnonzero(best)[:SETTLED_STARTS]
    return UsualStart(
        float(np.median(lat_deg[oldest])),
        float(np.median(lon_deg[oldest])),
        int(np.count_nonzero(best)),
        n,
    )
