"""The invented runner's body: what heart, legs and watch do while a session is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coach.domain.activity import Floats, Lap, Streams
from coach.pipeline.demo.course import Course

HR_REST, LTHR, HR_MAX = 48.0, 170.0, 189.0
MASS_KG = 66.0


@dataclass(frozen=True)
class Segment:
    """A part of a session at one effort. `speed_mps` is the speed this effort gives on the flat."""

    duration_s: int
    speed_mps: float
    intensity: str = "active"


@dataclass(frozen=True)
class Truth:
    """What really happened, as the generator knows it."""

    distance_m: float
    timer_s: float
    lap_distances_m: tuple[float, ...]
    lap_durations_s: tuple[float, ...]
    mean_hr_bpm: float


def cost(grade: Floats) -> Floats:
    """Return what a metre costs on a slope, relative to the flat: a straight stand-in, good to ±10 %."""
    return 1.0 + np.where(grade > 0, 4.0, 2.2) * np.clip(grade, -0.2, 0.2)


def _wander(rng: np.random.Generator, n: int, sd: float, memory: float) -> Floats:
    """Return noise that remembers: standard deviation `sd`, correlation `memory` from second to second."""
    white = rng.normal(0, 1, n)
    noise = pd.Series(white).ewm(alpha=1 - memory, adjust=False).mean().to_numpy()
    spread = np.sqrt((1 - memory) / (1 + memory))
    return np.asarray(noise / spread * sd, dtype=np.float64)


def run(
    segments: Sequence[Segment],
    *,
    rng: np.random.Generator,
    threshold_mps: float,
    course: Course | None,
    temperature_c: float,
    strain: float = 0.0,
    lap_m: float | None = 1000.0,
    finish_m: float | None = None,
    pause_s: int = 0,
    weight_kg: float = MASS_KG,
) -> tuple[Streams, tuple[Lap, ...], tuple[tuple[float, float], ...], Truth]:
    """Run a session second by second.

    `strain` adds beats for tired or ill days. With `lap_m` the watch laps by distance, without it by segment.
    The session ends at `finish_m` if that is reached before the segments end. `pause_s` stops the watch once,
    halfway. Without a course it is a treadmill: no position, no height.
    """
    effort = np.repeat([s.speed_mps for s in segments], [s.duration_s for s in segments]).astype(float)
    n = effort.size
    effort = (
        pd.Series(effort).ewm(alpha=1 / 4, adjust=False).mean().to_numpy()
    )  # nobody changes pace in a second
    effort = effort * (1 + _wander(rng, n, 0.018, 0.93))
    speed = effort.copy()
    if course is not None:
        for _ in range(2):  # slope depends on where one is, and where one is on the speed up to there
            speed = effort / cost(course.grade(np.cumsum(speed)))
    distance = np.cumsum(speed)
    if finish_m is not None:
        n = min(n, int(np.searchsorted(distance, finish_m)) + 1)
        effort, speed, distance = effort[:n], speed[:n], distance[:n]

    # Heart: follows effort late, drifts upward with time and heat, never above its maximum.
    hours = np.arange(n) / 3600
    heat = max(0.0, temperature_c - 15.0)
    steady = HR_REST + (LTHR - HR_REST) * np.clip(effort / threshold_mps, 0.2, 1.25) ** 0.92
    steady = steady * (1 + (0.028 + 0.0022 * heat) * hours) + 0.35 * heat + strain
    start = np.full(1, HR_REST + 34.0)
    hr = pd.Series(np.concatenate((start, steady))).ewm(alpha=1 / 28, adjust=False).mean().to_numpy()[1:]
    hr = np.clip(np.round(hr + _wander(rng, n, 1.3, 0.9)), 60, HR_MAX)

    cadence = np.clip(150 + 8.2 * speed + _wander(rng, n, 1.4, 0.8), 120, 215)
    grade = course.grade(distance) if course is not None else np.zeros(n)
    power = np.clip(weight_kg * speed * (1.04 + 3.2 * grade) + _wander(rng, n, 6, 0.7), 60, 700)
    t = np.arange(1, n + 1, dtype=np.float64)
    pauses: tuple[tuple[float, float], ...] = ()
    if pause_s:
        at = n // 2
        t[at:] += pause_s
        pauses = ((float(t[at - 1]), float(t[at - 1]) + pause_s),)

    channels: dict[str, Floats] = {
        "distance_m": distance,
        "speed_mps": speed,
        "hr_bpm": hr,
        "cadence_spm": np.round(cadence),
        "power_w": np.round(power),
        "temperature_c": np.full(n, round(temperature_c + 3)),  # a watch on the wrist reads warm
        "vertical_oscillation_mm": np.round(92 - 4 * (speed - 2.8) + _wander(rng, n, 2, 0.8), 1),
        "ground_contact_ms": np.round(262 - 26 * (speed - 2.8) + _wander(rng, n, 3, 0.8), 1),
        "stride_length_m": 2 * speed * 60 / np.round(cadence),
    }
    if course is not None:
        lat, lon, height = course.at(distance)
        blur = np.degrees(1.0 / 6_371_000)
        channels |= {
            "lat_deg": lat + _wander(rng, n, 1.2, 0.995) * blur,
            "lon_deg": lon + _wander(rng, n, 1.2, 0.995) * blur / np.cos(np.radians(lat)),
            "altitude_m": height + _wander(rng, n, 0.4, 0.98),
        }
    laps = _laps(segments, t, distance, hr, lap_m)
    truth = Truth(
        distance_m=float(distance[-1]),
        timer_s=float(n),
        lap_distances_m=tuple(lap.distance_m or 0.0 for lap in laps),
        lap_durations_s=tuple(lap.timer_s or 0.0 for lap in laps),
        mean_hr_bpm=float(hr.mean()),
    )
    return Streams(t, channels), laps, pauses, truth


def _laps(
    segments: Sequence[Segment], t: Floats, distance: Floats, hr: Floats, lap_m: float | None
) -> tuple[Lap, ...]:
    n = t.size
    if lap_m is None:
        ends = list(np.cumsum([s.duration_s for s in segments]))
        kinds = [s.intensity for s in segments]
    else:
        ends = [int(i) + 1 for i in np.searchsorted(distance, np.arange(lap_m, distance[-1], lap_m))]
        if not ends or ends[-1] < n:
            ends.append(n)
        kinds = [""] * len(ends)
    laps, begin = [], 0
    for end, kind in zip(ends, kinds, strict=True):
        began_s = float(t[begin - 1]) if begin else 0.0
        began_m = float(distance[begin - 1]) if begin else 0.0
        laps.append(
            Lap(
                start_s=began_s,
                elapsed_s=float(t[end - 1]) - began_s,
                timer_s=float(end - begin),
                distance_m=float(distance[end - 1]) - began_m,
                avg_hr_bpm=float(np.round(hr[begin:end].mean())),
                max_hr_bpm=float(hr[begin:end].max()),
                trigger="manual" if lap_m is None else "distance",
                intensity=kind,
            )
        )
        begin = end
    return tuple(laps)
