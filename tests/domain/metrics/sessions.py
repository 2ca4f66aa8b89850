"""Runs as a GPS watch records them: planned segments, noise, smoothing; the truth is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from coach.domain.activity import Activity, Floats

from .build import activity


@dataclass(frozen=True)
class Leg:
    seconds: int
    mps: float
    work: bool = False
    grade: float = 0.0
    paused: bool = False  # the watch was stopped
    metres: float = 0.0  # run by distance: it takes what it takes, 2 % more or less


def work(seconds: float, mps: float, grade: float = 0.0) -> Leg:
    return Leg(round(seconds), mps, True, grade)


def over(metres: float, mps: float) -> Leg:
    return Leg(round(metres / mps), mps, True, metres=metres)


def easy(seconds: float, mps: float = 2.8, grade: float = 0.0) -> Leg:
    return Leg(round(seconds), mps, False, grade)


def stand(seconds: float) -> Leg:
    return Leg(round(seconds), 0.0)


def pause(seconds: float) -> Leg:
    return Leg(round(seconds), 0.0, paused=True)


def repeat(n: int, *legs: Leg) -> list[Leg]:
    """Return n times the legs, without the last rest."""
    return (list(legs) * n)[: n * len(legs) - (len(legs) > 1)]


@dataclass(frozen=True)
class Made:
    run: Activity
    truth: tuple[tuple[float, float], ...]  # work, from and to


def make(legs: list[Leg], seed: int = 0, *, noise: float = 1.0, hr: bool = True) -> Made:
    """Return a recording of the legs.

    `noise` 1 is an ordinary GPS watch: the runner's own pace wanders by 2.5 %, GPS adds 0.15 m/s that lasts
    for some seconds, the watch smooths over 4 s; heart rate follows with a time constant of 30 s.
    """
    rng = np.random.default_rng(seed)
    legs = [_as_run(rng, leg, noise) for leg in legs]
    target = np.concatenate([np.full(leg.seconds, leg.mps) for leg in legs])
    grade = np.concatenate([np.full(leg.seconds, leg.grade) for leg in legs])
    paused = np.concatenate([np.full(leg.seconds, leg.paused) for leg in legs])
    n = target.size
    moving = target > 0
    own = target * (1 + noise * _wander(rng, n, 0.025, 90)) * moving
    edges = np.cumsum([0, *(leg.seconds for leg in legs)])
    for leg, (a, b) in zip(legs, pairwise(edges), strict=True):
        if leg.metres:
            own[a:b] *= leg.metres / own[a:b].sum()
    true = np.convolve(np.pad(own, 2, mode="edge"), np.ones(5) / 5, "valid")  # nobody starts at once
    gps = np.maximum(0.0, true + noise * _wander(rng, n, 0.15, 4) * moving)
    seen = _follow(gps, 4.0) if noise else gps
    heart = _follow(90 + 22 * target * (1 + 3 * np.maximum(grade, 0)), 30.0) + rng.normal(0, 1, n)
    distance = np.concatenate(([0.0], np.cumsum(true)))
    altitude = np.concatenate(([0.0], np.cumsum(true * grade))) + 50
    channels = {
        "distance_m": distance,
        "speed_mps": np.append(seen, seen[-1]),
        "altitude_m": np.rint(altitude * 5) / 5,
        "cadence_spm": np.append(np.where(moving, 150 + 8 * target, 0.0), 0.0),
    }
    if hr:
        channels["hr_bpm"] = np.rint(np.append(heart, heart[-1])).clip(50, 195)
    t = np.arange(n + 1, dtype=np.float64)
    kept = ~np.append(paused, False)
    spans = [(float(a), float(b)) for a, b in pairwise(edges)]
    pauses = tuple(span for span, leg in zip(spans, legs, strict=True) if leg.paused)
    truth = tuple(span for span, leg in zip(spans, legs, strict=True) if leg.work)
    run = activity(t=t[kept], channels={k: v[kept] for k, v in channels.items()}, pauses=pauses)
    return Made(run, truth)


def _as_run(rng: np.random.Generator, leg: Leg, noise: float) -> Leg:
    """Return a leg run by distance with the time it took this time."""
    if not leg.metres:
        return leg
    return replace(leg, seconds=max(1, round(leg.seconds * (1 + noise * float(rng.normal(0, 0.02))))))


def _wander(rng: np.random.Generator, n: int, sd: float, memory_s: float) -> Floats:
    """Return noise with a standard deviation and a memory."""
    keep = np.exp(-1 / memory_s)
    steps = rng.normal(0, sd * np.sqrt(1 - keep**2), n).tolist()
    value, out = float(rng.normal(0, sd)), []
    for step in steps:
        value = keep * value + step
        out.append(value)
    return np.array(out)


def _follow(values: Floats, seconds: float) -> Floats:
    """Return what a first-order follower with this time constant shows."""
    value, share, out = float(values[0]), 1 - np.exp(-1 / seconds), []
    for target in values.tolist():
        value += share * (target - value)
        out.append(value)
    return np.array(out)


WARM, COOL = easy(900), easy(600)
LIGHTS = [leg for k in range(9) for leg in (easy(170 + 97 * (k * 7 % 5), 3.2), stand(15 + 11 * (k % 4)))]

# name → legs. What a runner would call work is marked as work.
SESSIONS: dict[str, list[Leg]] = {
    "6×400 m": [WARM, *repeat(6, over(400, 4.55), easy(90, 2.3)), COOL],
    "8×400 m, standing rests": [WARM, *repeat(8, over(400, 4.76), stand(60)), COOL],
    "10×400 m, watch stopped in between": [WARM, *repeat(10, over(400, 4.35), pause(75)), COOL],
    "8×400 m and nothing else": repeat(8, over(400, 4.44), stand(75)),
    "12×200 m": [WARM, *repeat(12, over(200, 5.0), easy(60, 2.0)), COOL],
    "5×1000 m": [WARM, *repeat(5, over(1000, 4.17), easy(120, 2.4)), COOL],
    "5×1000 m without cool-down": [WARM, *repeat(5, over(1000, 4.35), easy(150, 2.5))],
    "3×10 min": [WARM, *repeat(3, work(600, 3.7), easy(120, 2.5)), COOL],
    "4×1 mile, a minute": [WARM, *repeat(4, over(1609, 4.24), easy(60, 2.0)), COOL],
    "30/30": [WARM, *repeat(16, work(30, 4.7), easy(30, 2.4)), COOL],
    "4×4 min uphill": [WARM, *repeat(4, work(240, 3.1, 0.06), easy(200, 2.6, -0.07)), COOL],
    "10×45 s uphill": [WARM, *repeat(10, work(45, 3.6, 0.07), easy(75, 2.2, -0.06)), COOL],
    "20 min tempo": [WARM, work(1200, 3.75), COOL],
    "2×15 min at marathon pace": [easy(1200, 2.9), work(900, 3.5), easy(180, 2.7), work(900, 3.5), COOL],
    "6 strides": [easy(1800, 2.9), *repeat(6, work(20, 5.0), easy(60, 2.4)), easy(300, 2.7)],
    "6 strides, walking back": [easy(1800, 2.9), *repeat(6, work(20, 5.2), easy(60, 1.4)), easy(300, 2.7)],
    "walk and run 1:1": [easy(300, 1.4), *repeat(10, work(60, 2.6), easy(60, 1.5)), easy(300, 1.4)],
    "run 9, walk 1": repeat(5, work(540, 2.6), easy(60, 1.4)),
    "fartlek": [
        WARM,
        *(leg for s, v, r in ((60, 4.2, 90), (120, 4.0, 100), (45, 4.6, 80), (180, 3.9, 150), (30, 4.9, 60),
                              (90, 4.1, 120)) for leg in (work(s, v), easy(r, 2.6))),
        COOL,
    ],
    "pyramid": [
        WARM,
        *(leg for m in (200, 400, 800, 1200, 800, 400, 200) for leg in (over(m, 4.4), easy(m / 5, 2.3))),
        COOL,
    ],
    "3×1 mile and 4×200 m": [
        WARM, *repeat(3, over(1609, 4.13), easy(180, 2.3)), easy(240, 2.3),
        *repeat(4, over(200, 5.0), easy(60, 2.2)), COOL,
    ],
}  # fmt: skip
EVEN_RUNS: dict[str, list[Leg]] = {
    "a steady hour": [easy(3600, 3.0)],
    "traffic lights": LIGHTS,
    "a progression": [easy(600, v) for v in (2.8, 2.95, 3.1, 3.25, 3.4, 3.55)],
    "a smooth progression": [easy(60, 2.7 + 0.9 * k / 60) for k in range(60)],
    "a progression with a cool-down": [*(easy(600, v) for v in (2.8, 2.95, 3.1, 3.3, 3.5)), easy(600, 2.6)],
    "a long run with a sprint at the end": [easy(7200, 2.9), easy(25, 5.2)],
    "a sprint, then a jog home": [easy(5400, 2.9), easy(25, 5.2), easy(120, 2.5)],
    "rolling hills": [
        leg for _ in range(6) for leg in (easy(240, 2.7, 0.05), easy(200, 3.25, -0.05), easy(120, 3.0))
    ],
    "one long climb and back": [
        easy(900, 3.0), easy(1500, 2.5, 0.06), easy(1100, 3.3, -0.07), easy(600, 3.0),
    ],
    "walks at the aid stations": [
        leg for k in range(7) for leg in (easy(900 + 130 * (k * 3 % 4), 3.0), easy(35, 1.4))
    ],
    "a walk": [easy(3600, 1.5)],
    "faster on the way back": [easy(1800, 2.8), easy(1600, 3.1)],
    "a negative split race": [easy(1200, 3.9), easy(1150, 4.05)],
}  # fmt: skip
