"""Routes: which outings went the same way.

A track is reduced to the cells of a fixed grid it passes. Two tracks are of one route when each runs within
about 25–50 m of nearly all of the other, when they are about equally long, and when they are not the same way
backwards. Where on a loop they begin does not matter.

The tracks are taken in the order of their numbers, and a route is the first of its tracks with all that are
like it: so a new activity joins a route or founds one, and never changes another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats
from coach.domain.geometry import M_PER_DEG, Track, even, length_m, plane_m

STEP_M = 25.0  # between the positions that are compared
CELL_M = 25.0  # and how far apart two passes of the same street may be: one to two cells
BLOCK_M = 800.0  # tracks without a common block are not compared at all
MIN_COVER = 0.85  # of each by the other
MIN_LENGTH_RATIO = 0.85  # three times round the park is another route than twice
MIN_LENGTH_M = 400.0
HEADING_CELL_M = 100.0
REVERSED = -0.3  # mean cosine between the headings, from −1 (backwards) to 1
MIN_ONE_WAY = 0.25  # there and back on one street has no direction

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """What a track is compared by. `cells` are sorted; `heading` maps a coarse cell to its mean heading."""

    length_m: float
    cells: Codes
    blocks: frozenset[int]
    heading: Mapping[int, tuple[float, float]]

    @cached_property
    def around(self) -> Codes:
        """The cells and all their neighbours."""
        offsets = (np.arange(-1, 2)[:, None] * (1 << 32) + np.arange(-1, 2)[None, :]).ravel()
        return np.unique((self.cells[:, None] + offsets[None, :]).ravel())


@dataclass(frozen=True)
class Likeness:
    """How alike two shapes are: the share of each that the other covers, and the mean cosine of headings."""

    cover: float  # the smaller of the two shares; where that is too small, either of them
    heading: float | None  # None: ways without a direction, or without enough in common

    @property
    def same_way(self) -> bool:
        return self.cover >= MIN_COVER and (self.heading is None or self.heading > REVERSED)

    @property
    def backwards(self) -> bool:
        return self.cover >= MIN_COVER and self.heading is not None and self.heading <= REVERSED


def shape_of(track: Track) -> Shape | None:
    """Return what a track is compared by, or None when it is too short to be a route."""
    total = length_m(track)
    if total < MIN_LENGTH_M:
        return None
    lats, lons, easts, norths = [], [], [], []
    for piece in track:
        lat, lon = even(piece, STEP_M)
        east, north = plane_m(lat, lon, float(lat[0]), float(lon[0]))
        lats.append(lat)
        lons.append(lon)
        easts.append(np.gradient(east))
        norths.append(np.gradient(north))
    lat, lon = np.concatenate(lats), np.concatenate(lons)
    return Shape(
        length_m=total,
        cells=np.unique(_codes(lat, lon, CELL_M)),
        blocks=frozenset(np.unique(_codes(lat, lon, BLOCK_M)).tolist()),
        heading=_headings(_codes(lat, lon, HEADING_CELL_M), np.concatenate(easts), np.concatenate(norths)),
    )


def _codes(lat_deg: Floats, lon_deg: Floats, cell_m: float) -> Codes:
    """Return the number of the grid cell of each position: row and column in one integer."""
    rows = np.floor(lat_deg * (M_PER_DEG / cell_m)).astype(np.int64)
    # One width per tenth of a degree, so that a column has a fixed place.
    band = np.cos(np.radians(np.floor(lat_deg * 10) / 10 + 0.05))
    columns = np.floor((lon_deg + 180.0) * band * (M_PER_DEG / cell_m)).astype(np.int64)
    return np.asarray(rows * (1 << 32) + columns)


def _headings(codes: Codes, east: Floats, north: Floats) -> dict[int, tuple[float, float]]:
    length = np.maximum(np.hypot(east, north), 1e-9)
    cells, place = np.unique(codes, return_inverse=True)
    counts = np.bincount(place)
    mean_east = np.bincount(place, east / length) / counts
    mean_north = np.bincount(place, north / length) / counts
    return dict(zip(cells.tolist(), zip(mean_east.tolist(), mean_north.tolist(), strict=True), strict=True))


def likeness(a: Shape, b: Shape) -> Likeness:
    """Return how alike two shapes are; the order does not matter."""
    cover = _covered(a.cells, b.around)
    if cover >= MIN_COVER:
        cover = min(cover, _covered(b.cells, a.around))
    return Likeness(cover, _cosine(a, b) if cover >= MIN_COVER else None)


def _cosine(a: Shape, b: Shape) -> float | None:
    """Return the mean cosine between headings in the cells both pass, None for ways without a direction."""
    common = sorted(a.heading.keys() & b.heading.keys())
    if not common:
        return None
    ours, theirs = (np.array([shape.heading[cell] for cell in common]) for shape in (a, b))
    weight = float((np.hypot(*ours.T) * np.hypot(*theirs.T)).sum())
    return float((ours * theirs).sum()) / weight if weight >= MIN_ONE_WAY * len(common) else None


def _covered(cells: Codes, around: Codes) -> float:
    at = np.minimum(np.searchsorted(around, cells), around.size - 1)
    return float(np.mean(around[at] == cells))


@dataclass(frozen=True)
class Route:
    """One way with the tracks that went it. `id` is the number of the first of them."""

    id: int
    members: tuple[int, ...]  # in the order of their numbers
    reverse_of: int | None = None  # the route that is the same way backwards


def group(shapes: Mapping[int, Shape]) -> list[Route]:
    """Return the routes of many shapes (activity → shape), in the order of their numbers."""
    leaders: dict[int, Shape] = {}
    members: dict[int, list[int]] = {}
    backwards: dict[int, int] = {}
    by_block: dict[int, list[int]] = defaultdict(list)
    for number in sorted(shapes):
        shape = shapes[number]
        best: tuple[float, int] | None = None
        mirror: int | None = None
        for leader in _candidates(shape, leaders, by_block):
            like = likeness(shape, leaders[leader])
            if like.same_way and (best is None or like.cover > best[0]):
                best = (like.cover, leader)
            elif like.backwards and mirror is None:
                mirror = leader
        if best is not None:
            members[best[1]].append(number)
            continue
        leaders[number], members[number] = shape, [number]
        if mirror is not None:
            backwards[number] = mirror
        for block in shape.blocks:
            by_block[block].append(number)
    return [Route(leader, tuple(found), backwards.get(leader)) for leader, found in members.items()]


def _candidates(
    shape: Shape, leaders: Mapping[int, Shape], by_block: Mapping[int, Sequence[int]]
) -> list[int]:
    """Return the leaders that could be alike: about as long, and through most of the same blocks."""
    shared = Counter(leader for block in shape.blocks for leader in by_block.get(block, ()))
    return sorted(
        leader
        for leader, n in shared.items()
        # A way along a block's edge may pass the next block instead, so half is enough to look closer.
        if n >= 0.5 * min(len(shape.blocks), len(leaders[leader].blocks))
        and alike_in_length(shape.length_m, leaders[leader].length_m)
    )


def alike_in_length(a_m: float, b_m: float) -> bool:
    """Tell whether two ways are long enough alike to be one route."""
    return min(a_m, b_m) >= MIN_LENGTH_RATIO * max(a_m, b_m)
