"""Where somebody is often: how many outings passed each square of a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats
from coach.domain.geometry import Track

AREA_DEG = 0.1  # outings belong to one area as long as neighbouring squares of this size hold some
MARGIN = 0.03
SMALLEST = 2e-5  # of the world's width: a track of 400 m fills the picture, one point does not

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Bounds:
    """Edges in degrees; the picture between them is in Web Mercator, as tiled maps are."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Heat:
    """`counts[row, column]`: outings that passed a square, the north-west corner first.

    `drawn` outings are in the picture, `elsewhere` ones are in other areas and not.
    """

    counts: Counts
    bounds: Bounds
    drawn: int
    elsewhere: int


def heat_of(tracks: Sequence[Track], size: int) -> Heat | None:
    """Return the heat of the area with the most outings, its longer side `size` squares; None without any.

    An outing counts once in a square however often it passes, so that a wait at a light is not a hot spot.
    """
    full = [track for track in tracks if track]
    here = _busiest(full)
    if not here:
        return None
    lines = [[_mercator(piece.lat_deg, piece.lon_deg) for piece in track] for track in here]
    xs = np.concatenate([x for line in lines for x, _ in line])
    ys = np.concatenate([y for line in lines for _, y in line])
    middle_x, middle_y = (xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2
    reach_x = max(xs.max() - xs.min(), SMALLEST / 4) * (0.5 + MARGIN)
    reach_y = max(ys.max() - ys.min(), SMALLEST / 4) * (0.5 + MARGIN)
    square = 2 * max(reach_x, reach_y, SMALLEST / 2) / size
    columns, rows = (max(8, int(np.ceil(2 * reach / square))) for reach in (reach_x, reach_y))
    left, top = middle_x - columns * square / 2, middle_y - rows * square / 2
    counts = np.zeros(rows * columns, dtype=np.int64)
    for line in lines:
        passed = [_squares((x - left) / square, (y - top) / square, columns) for x, y in line]
        counts[np.unique(np.concatenate(passed))] += 1
    west, north = _degrees(left, top)
    east, south = _degrees(left + columns * square, top + rows * square)
    return Heat(
        counts.reshape(rows, columns), Bounds(west, south, east, north), len(here), len(full) - len(here)
    )


def _squares(x: Floats, y: Floats, columns: int) -> Counts:
    """Return every square a line passes, in steps of half a square."""
    way = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    at = np.linspace(0.0, way[-1], int(way[-1] * 2) + 2)
    column, row = np.interp(at, way, x).astype(np.int64), np.interp(at, way, y).astype(np.int64)
    return np.asarray(row * columns + column)


def _busiest(tracks: Sequence[Track]) -> list[Track]:
    """Return the tracks of the area that has most of them."""
    passed = [_areas(track) for track in tracks]
    left = set().union(*passed)
    area: dict[tuple[int, int], int] = {}
    while left:
        number, open_cells = len(area), [left.pop()]
        while open_cells:
            row, column = open_cells.pop()
            area[row, column] = number
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            open_cells += near
    # A track lies in one area: its own squares touch, unless a gap tore it apart.
    homes = [area[min(cells)] for cells in passed]
    if not homes:
        return []
    busiest = Counter(homes).most_common(1)[0][0]
    return [track for track, home in zip(tracks, homes, strict=True) if home == busiest]


def _areas(track: Track) -> set[tuple[int, int]]:
    """Return the squares of AREA_DEG that a track passes."""
    found: set[tuple[int, int]] = set()
    for piece in track:
        rows = np.floor(piece.lat_deg / AREA_DEG).astype(np.int64)
        columns = np.floor(piece.lon_deg / AREA_DEG).astype(np.int64)
        entered = np.flatnonzero((np.diff(rows) != 0) | (np.diff(columns) != 0)) + 1
        at = np.concatenate(([0], entered))
        found |= set(zip(rows[at].tolist(), columns[at].tolist(), strict=True))
    return found


def _mercator(lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
    """Return places on the world as tiled maps draw it: 0–1 from west to east and from north to south."""
    lat = np.radians(np.clip(lat_deg, -85.05, 85.05))
    return (lon_deg + 180.0) / 360.0, (1.0 - np.arcsinh(np.tan(lat)) / np.pi) / 2.0


def _degrees(x: float, y: float) -> tuple[float, float]:
    return float(x * 360.0 - 180.0), float(np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * y)))))
