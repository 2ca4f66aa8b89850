"""The time axis of a recording: pauses, gaps, and one sample per second between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats

Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

GAP_S = 10.0  # longer without a sample: unknown, not interpolated


def forward(t: Floats) -> Flags:
    """Mark samples whose time is later than every time before."""
    finite = np.isfinite(t)
    so_far = np.maximum.accumulate(np.where(finite, t, -np.inf))
    before = np.concatenate(([-np.inf], so_far[:-1]))
    return np.asarray(finite & (t > before))


def merged(pauses: Sequence[tuple[float, float]]) -> Floats:
    """Return pauses as an (n, 2) array, sorted, overlaps merged."""
    merged: list[list[float]] = []
    for start, end in sorted((a, b) for a, b in pauses if b > a):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return np.array(merged, dtype=np.float64).reshape(-1, 2)


def paused_before(t: Floats, pauses: Floats) -> Floats:
    """Return the paused seconds before each time."""
    if not pauses.size:
        return np.zeros(t.shape)
    lengths = pauses[:, 1] - pauses[:, 0]
    knots = pauses.ravel()
    totals = np.concatenate(([0.0], np.cumsum(lengths)))
    return np.asarray(np.interp(t, knots, np.repeat(totals, 2)[1:-1]))


def grid_of(t: Floats, pauses: Floats) -> tuple[Floats, Indices]:
    """Return whole seconds from each stretch's first sample on, and where each sample's stretch begins."""
    step = np.diff(t)
    broken = (step > GAP_S) | (np.diff(paused_before(t, pauses)) > 0.5)
    starts = np.concatenate(([0], np.flatnonzero(broken) + 1))
    ends = np.concatenate((starts[1:] - 1, [t.size - 1]))
    counts = np.floor(t[ends] - t[starts] + 1e-6).astype(np.intp) + 1
    offsets = np.concatenate(([0], np.cumsum(counts)))
    first = np.repeat(offsets[:-1], counts)
    grid = np.repeat(t[starts], counts) + (np.arange(offsets[-1]) - first)
    return grid, first


def resample(t: Floats, values: Floats, grid: Floats) -> Floats:
    """Interpolate values to the grid; NaN where no known values lie within GAP_S around."""
    known = ~np.isnan(values)
    if not known.any():
        return unknown(grid)
    if known.all() and t.shape == grid.shape and np.array_equal(t, grid):
        return values
    at, v = t[known], values[known]
    result = np.interp(grid, at, v)
    after = np.searchsorted(at, grid, side="left")
    before = np.searchsorted(at, grid, side="right") - 1
    outside = (before < 0) | (after >= at.size)
    hole = at[np.minimum(after, at.size - 1)] - at[np.maximum(before, 0)] > GAP_S
    result[outside | hole] = np.nan
    return result


def bridge(t: Floats, distance: Floats, grid: Floats) -> Floats:
    """Interpolate cumulative distance over any gap; before the first and after the last value it stands."""
    known = ~np.isnan(distance)
    return np.interp(grid, t[known], distance[known])


def trailing_mean(values: Floats, first: Indices, window: int) -> Floats:
    """Return the mean of the last `window` known values of the same stretch, shorter at its beginning.

    NaN where the window holds no known value.
    """
    known = ~np.isnan(values)
    sums = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    counts = np.concatenate(([0], np.cumsum(known)))
    end = np.arange(1, values.size + 1)
    start = np.maximum(end - window, first)
    n = counts[end] - counts[start]
    return np.where(n > 0, (sums[end] - sums[start]) / np.maximum(n, 1), np.nan)


def unknown(like: Floats) -> Floats:
    """Return as many NaN."""
    return np.full(like.shape, np.nan)
