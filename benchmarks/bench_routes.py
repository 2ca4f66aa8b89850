"""Routes: a thousand runs grouped, against comparing every pair."""

from __future__ import annotations

from itertools import combinations
from time import perf_counter

import numpy as np

from coach.domain import routes
from coach.domain.geometry import Track, track_of
from coach.domain.heatmap import heat_of
from coach.pipeline.demo.course import draw

RUNS, COURSES, PAIRS = 1000, 40, 2000


def runs() -> list[Track]:
    """Return invented runs on a few courses from one door: some backwards, all with GPS noise."""
    rng = np.random.default_rng(1)
    courses = [draw(str(n), float(rng.uniform(3000, 20_000)), 20, 100 + n) for n in range(COURSES)]
    made = []
    for n in range(RUNS):
        course = courses[int(COURSES * rng.random() ** 2)]
        lat, lon, _ = course.at(np.arange(0, course.length_m, 2.8))
        if n % 7 == 0:
            lat, lon = lat[::-1], lon[::-1]
        noise = np.ones(30) / np.sqrt(30) * 6 / 111_000
        lat = lat + np.convolve(rng.normal(0, 1, lat.size), noise, "same")
        lon = lon + np.convolve(rng.normal(0, 1, lon.size), noise, "same")
        made.append(track_of(np.arange(lat.size, dtype=float), lat, lon))
    return made


def main() -> None:
    """Print seconds for shapes, groups and a heatmap of RUNS runs."""
    tracks = runs()
    began = perf_counter()
    shapes = {n: shape for n, track in enumerate(tracks) if (shape := routes.shape_of(track))}
    shaped = perf_counter() - began
    began = perf_counter()
    found = routes.group(shapes)
    grouped = perf_counter() - began
    began = perf_counter()
    pairs = list(combinations(shapes, 2))
    for a, b in pairs[:: max(1, len(pairs) // PAIRS)][:PAIRS]:
        routes.likeness(shapes[a], shapes[b])
    every_pair = (perf_counter() - began) / PAIRS * len(pairs)
    began = perf_counter()
    heat_of(tracks, 800)
    heated = perf_counter() - began
    print(f"shapes of {RUNS} runs, s | {shaped:.2f} | – | –")
    print(
        f"{len(found)} routes of {RUNS} runs, s | {grouped:.2f}"
        f" | every pair {every_pair:.1f} | {every_pair / grouped:.0f}x"
    )
    print(f"heatmap of {RUNS} runs, s | {heated:.2f} | – | –")


if __name__ == "__main__":
    main()
