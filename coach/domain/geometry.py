"""Tracks: where somebody was, in unbroken pieces, and lengths on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coach.domain.activity import CHANNELS, Floats
from coach.domain.resample import GAP_S, Flags, forward

EARTH_RADIUS_M = 6_371_008.8
M_PER_DEG = float(np.radians(EARTH_RADIUS_M))  # of latitude
JUMP_ROOM_M = 30.0  # how far off two neighbouring positions may be on top of what speed explains


@dataclass(frozen=True)
class Piece:
    """Positions without a pause or gap between them. All arrays have the same length; degrees."""

    t_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    altitude_m: Floats | None = None

    def __len__(self) -> int:
        return int(self.t_s.size)

    def part(self, start: int, end: int) -> Piece:
        """Return the positions from `start` up to but without `end`."""
        at = slice(start, end)
        altitude = None if self.altitude_m is None else self.altitude_m[at]
        return Piece(self.t_s[at], self.lat_deg[at], self.lon_deg[at], altitude)

    @property
    def length_m(self) -> float:
        return float(steps_m(self.lat_deg, self.lon_deg).sum())

    @property
    def duration_s(self) -> float:
        return float(self.t_s[-1] - self.t_s[0])


Track = tuple[Piece, ...]


def steps_m(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Return the metres from each position to the next: one less than there are positions."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    a = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(a))))


def plane_m(lat_deg: Floats, lon_deg: Floats, lat0_deg: float, lon0_deg: float) -> tuple[Floats, Floats]:
    """Return metres east and north of a place; good to 1 in 1,000 within 50 km of it."""
    turn = (lon_deg - lon0_deg + 180.0) % 360.0 - 180.0  # across the date line the short way
    east = turn * M_PER_DEG * np.cos(np.radians(lat0_deg))
    return np.asarray(east), np.asarray((lat_deg - lat0_deg) * M_PER_DEG)


def track_of(
    t_s: Floats,
    lat_deg: Floats,
    lon_deg: Floats,
    altitude_m: Floats | None = None,
    *,
    max_speed_mps: float = CHANNELS["speed_mps"].high,
) -> Track:
    """Return recorded positions as pieces of at least two.

    A piece ends at a pause, at a gap of more than GAP_S, at a step faster than `max_speed_mps` (GPS that
    jumped) and at the date line (RFC 7946 wants lines cut there). A position alone between two such breaks
    was an error and is dropped, as are missing ones and the (0, 0) some devices write without a fix.
    """
    known = forward(t_s) & positions(lat_deg, lon_deg)
    t, lat, lon = t_s[known], lat_deg[known], lon_deg[known]
    altitude = None if altitude_m is None else altitude_m[known]
    if t.size < 2:
        return ()
    dt = np.diff(t)
    too_far = steps_m(lat, lon) > max_speed_mps * dt + JUMP_ROOM_M
    breaks = np.flatnonzero((dt > GAP_S) | too_far | (np.abs(np.diff(lon)) > 180.0)) + 1
    whole = Piece(t, lat, lon, altitude)
    ends = [0, *breaks.tolist(), t.size]
    return tuple(whole.part(a, b) for a, b in pairwise(ends) if b - a >= 2)


def positions(lat_deg: Floats, lon_deg: Floats) -> Flags:
    """Mark what is a position on Earth: known, in range, and not the (0, 0) of a device without a fix."""
    with np.errstate(invalid="ignore"):
        on_earth = (np.abs(lat_deg) <= 90.0) & (np.abs(lon_deg) <= 180.0)
    return np.asarray(on_earth & ~((lat_deg == 0.0) & (lon_deg == 0.0)))


def length_m(track: Track) -> float:
    """Return the length of all pieces, without what lies between them."""
    return sum(piece.length_m for piece in track)


def even(piece: Piece, step_m: float) -> tuple[Floats, Floats]:
    """Return positions (latitude, longitude) about every `step_m` along a piece, both ends included."""
    way = np.concatenate(([0.0], np.cumsum(steps_m(piece.lat_deg, piece.lon_deg))))
    at = np.linspace(0.0, way[-1], max(2, round(way[-1] / step_m) + 1))
    return np.interp(at, way, piece.lat_deg), np.interp(at, way, piece.lon_deg)
