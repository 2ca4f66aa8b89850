"""Invented routes: closed loops over gentle or hilly ground, drawn by a few waves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.domain.activity import Floats

EARTH_M = 6_371_000.0
HOME = (37.5172, 126.9905)  # a riverbank; nobody lives there


@dataclass(frozen=True)
class Course:
    """One loop. Positions and heights are sampled along it; distances beyond its length go round again."""

    name: str
    length_m: float
    lat_deg: Floats
    lon_deg: Floats
    altitude_m: Floats

    def at(self, distance_m: Floats) -> tuple[Floats, Floats, Floats]:
        """Return latitude, longitude (degrees) and height (m) at distances along the course."""
        along = np.linspace(0.0, self.length_m, self.lat_deg.size)
        where = np.mod(distance_m, self.length_m)
        return (
            np.interp(where, along, self.lat_deg),
            np.interp(where, along, self.lon_deg),
            np.interp(where, along, self.altitude_m),
        )

    def grade(self, distance_m: Floats) -> Floats:
        """Return the slope (fraction) at distances along the course."""
        along = np.linspace(0.0, self.length_m, self.altitude_m.size)
        slope = np.gradient(self.altitude_m, along)
        return np.interp(np.mod(distance_m, self.length_m), along, slope)


def draw(name: str, length_m: float, climb_m: float, seed: int) -> Course:
    """Draw a loop of about `length_m` that climbs about `climb_m` each time round."""
    rng = np.random.default_rng(seed)
    turn = np.linspace(0.0, 2 * np.pi, 1201)
    radius = np.ones_like(turn)
    for wave in range(2, 6):
        radius += rng.normal(0, 0.22 / wave) * np.cos(wave * turn + rng.uniform(0, 2 * np.pi))
    x, y = 1.6 * radius * np.cos(turn), 0.8 * radius * np.sin(turn)
    bearing = rng.uniform(0, 2 * np.pi)
    east = x * np.cos(bearing) - y * np.sin(bearing)
    north = x * np.sin(bearing) + y * np.cos(bearing)
    scale = length_m / float(np.hypot(np.diff(east), np.diff(north)).sum())
    east, north = (east - east[0]) * scale, (north - north[0]) * scale
    # Even steps along the way, so that distance and position go together.
    way = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))))
    even = np.linspace(0.0, way[-1], turn.size)
    east, north = np.interp(even, way, east), np.interp(even, way, north)
    height = np.zeros_like(turn)
    for wave in (1, 2, 3):
        height += rng.normal(0, 1.0 / wave) * np.sin(wave * turn + rng.uniform(0, 2 * np.pi))
    up = float(np.clip(np.diff(height), 0, None).sum())
    height = 12.0 + (height - height.min()) * (climb_m / up)
    lat = HOME[0] + np.degrees(north / EARTH_M)
    lon = HOME[1] + np.degrees(east / (EARTH_M * np.cos(np.radians(HOME[0]))))
    return Course(name, float(way[-1]), lat, lon, height)


def courses() -> dict[str, Course]:
    """Return the runner's usual loops."""
    return {
        "river": draw("한강", 9_800, 22, 11),
        "park": draw("공원", 5_200, 48, 12),
        "hills": draw("남산", 7_400, 165, 13),
        "track": draw("트랙", 400, 0.5, 14),
        "race": draw("하프 코스", 21_097.5, 110, 15),
    }
