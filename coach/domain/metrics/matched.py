"""Runs set against each other as if all had been run at one speed, on one slope, at one temperature.

How much a condition moves a value is learnt from the differences between consecutive runs, robustly. A
lasting change of the runner is one difference among many there, so it is neither taken for the effect of a
condition nor eaten by it, which a regression on the values themselves does as soon as the athlete changed
while the weather did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats
from coach.domain.metrics.change_points import MAD_TO_SD
from coach.domain.metrics.history import Past

Indices = NDArray[np.intp]
Condition = str  # "speed", "climb", "temperature"
MOSTLY = 0.8  # a condition counts as known when that share of the runs has it
EDGE = 0.05  # of the runs of a side, left out at either end of its range
HUBER = 1.345
ROUNDS = 8
AT_LEAST = 12  # differences, to learn effects from


@dataclass(frozen=True)
class Conditions:
    """Under what the runs were run: one row a run, one column a name of `known`.

    Speed is the logarithm of m/s, climb is metres per kilometre, temperature is °C.
    """

    known: tuple[Condition, ...]
    rows: Floats

    @property
    def temperature_known(self) -> bool:
        return "temperature" in self.known

    @property
    def climb_known(self) -> bool:
        return "climb" in self.known

    def without_temperature(self) -> Conditions:
        """Return the same without the column of temperatures."""
        kept = [n for n, name in enumerate(self.known) if name != "temperature"]
        return Conditions(tuple(self.known[n] for n in kept), self.rows[:, kept])


@dataclass(frozen=True)
class Effects:
    """What one unit of each condition does to a level, and the covariance of that."""

    slopes: Floats
    covariance: Floats


def conditions_of(runs: Sequence[Past]) -> tuple[Conditions, list[int]]:
    """Return the conditions of those runs of which all are known, and which runs those are.

    Speed must be known. Climb and temperature are columns only when four runs in five have them.
    """
    columns = {"speed": _speed, "climb": _climb, "temperature": _temperature}
    table = {name: [of(p) for p in runs] for name, of in columns.items()}
    timed = max(1, sum(v is not None for v in table["speed"]))
    known = tuple(
        name
        for name, values in table.items()
        if name == "speed" or sum(v is not None for v in values) >= MOSTLY * timed
    )
    kept = [n for n in range(len(runs)) if all(table[name][n] is not None for name in known)]
    rows = np.array([[table[name][n] for name in known] for n in kept], dtype=np.float64)
    return Conditions(known, rows.reshape(len(kept), len(known))), kept


def effects_of(level: Floats, rows: Floats) -> Effects:
    """Return the effects of conditions, by Huber's regression through the origin on consecutive differences.

    A condition that never varied has no effect. Huber 1964 Ann Math Stat 35:73, k = 1.345.
    """
    size = rows.shape[1]
    apart, moved = np.diff(rows, axis=0), np.diff(level)
    varies = apart.std(axis=0) > 1e-9 if len(apart) >= AT_LEAST else np.zeros(size, dtype=bool)
    slopes, covariance = np.zeros(size), np.zeros((size, size))
    if not varies.any():
        return Effects(slopes, covariance)
    x = apart[:, varies]
    weights, found = np.ones(len(moved)), np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        found = np.linalg.lstsq(x * weights[:, None] ** 0.5, moved * weights**0.5, rcond=None)[0]
        left = moved - x @ found
        spread = MAD_TO_SD * float(np.median(np.abs(left)))
        if spread == 0:
            break
        weights = np.minimum(1.0, HUBER * spread / np.maximum(np.abs(left), 1e-12))
    slopes[varies] = found
    left = moved - x @ found
    variance = float(np.sum(weights * left**2) / max(1.0, weights.sum() - x.shape[1]))
    covariance[np.ix_(varies, varies)] = variance * np.linalg.pinv((x * weights[:, None]).T @ x)
    return Effects(slopes, covariance)


def at_reference(level: Floats, rows: Floats, effects: Effects) -> tuple[Floats, Floats]:
    """Return the levels as they would be under the median conditions, and those conditions."""
    reference = np.median(rows, axis=0)
    return level - (rows - reference) @ effects.slopes, reference


def overlap(rows: Floats, before: Indices, after: Indices) -> tuple[Indices, Indices]:
    """Return those of two groups of runs that were run under conditions which both groups know.

    For every condition the middle 90 % of a group is its range; what lies outside of the other's is left out.
    """
    low = np.maximum(*(np.quantile(rows[side], EDGE, axis=0) for side in (before, after)))
    high = np.minimum(*(np.quantile(rows[side], 1 - EDGE, axis=0) for side in (before, after)))
    inside = ((rows >= low) & (rows <= high)).all(axis=1)
    return before[inside[before]], after[inside[after]]


def _speed(p: Past) -> float | None:
    speed = p.value("speed_mps")
    return float(np.log(speed)) if speed and speed > 0 else None


def _climb(p: Past) -> float | None:
    up, metres = p.value("ascent_m"), p.value("distance_m")
    return 1000 * up / metres if up is not None and metres else None


def _temperature(p: Past) -> float | None:
    return p.value("temperature_c")
