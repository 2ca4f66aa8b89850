"""Invented ways for the tests: drawn in metres around a place, one position per second."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Floats
from coach.domain.geometry import M_PER_DEG, Track, track_of

HOME = (37.5665, 126.9780)
MPS = 3.0


def on_earth(east: Floats, north: Floats, home: tuple[float, float] = HOME) -> tuple[Floats, Floats]:
    """Return metres around a place as latitude and longitude."""
    return home[0] + north / M_PER_DEG, home[1] + east / (M_PER_DEG * np.cos(np.radians(home[0])))


def along(corners: list[tuple[float, float]], speed_mps: float = MPS) -> tuple[Floats, Floats]:
    """Return the positions (metres east, north) of each second on the way through some corners."""
    points = np.array(corners, dtype=np.float64)
    way = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    at = np.arange(0.0, way[-1], speed_mps)
    return np.interp(at, way, points[:, 0]), np.interp(at, way, points[:, 1])


def walk(
    corners: list[tuple[float, float]],
    *,
    noise_m: float = 0.0,
    seed: int = 0,
    home: tuple[float, float] = HOME,
    speed_mps: float = MPS,
) -> Track:
    """Return the track through some corners; `noise_m` wanders like GPS does, over about half a minute."""
    east, north = along(corners, speed_mps)
    if noise_m:
        rng, window = np.random.default_rng(seed), np.hanning(31)
        window /= np.sqrt((window**2).sum())
        east = east + np.convolve(rng.normal(0, noise_m, east.size), window, "same")
        north = north + np.convolve(rng.normal(0, noise_m, north.size), window, "same")
    return track_of(np.arange(east.size, dtype=np.float64), *on_earth(east, north, home))
