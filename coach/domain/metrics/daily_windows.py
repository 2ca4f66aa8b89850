"""The days before each day, as rows of one table: what every baseline of the nights is a mean of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from coach.domain.activity import Floats


def trailing(values: Mapping[date, float], first: date, last: date, days: int) -> Floats:
    """Return one row per day from `first` to `last`: the `days` values that end with it, oldest first.

    Days without a value are NaN. So is what is not above zero: a watch that was not worn writes 0.
    """
    begin = first - timedelta(days=days - 1)
    row = dense(values, begin, last)
    row[~(row > 0)] = np.nan
    return np.lib.stride_tricks.sliding_window_view(row, days)


def dense(values: Mapping[date, float], first: date, last: date) -> Floats:
    """Return one value per day of a span (both ends included), NaN where there is none."""
    size = (last - first).days + 1
    if size < len(values):  # a few days of a long life: look each of them up
        days = (first + timedelta(days=n) for n in range(size))
        return np.fromiter((values.get(day, np.nan) for day in days), np.float64, size)
    row = np.full(size, np.nan)
    if values:
        place = np.fromiter((day.toordinal() for day in values), np.int64, len(values)) - first.toordinal()
        known = np.fromiter(values.values(), np.float64, len(values))
        inside = (place >= 0) & (place < row.size)
        row[place[inside]] = known[inside]
    return row


def count(window: Floats) -> Floats:
    """Return how many values each row has."""
    return np.sum(~np.isnan(window), axis=1).astype(np.float64)


def mean(window: Floats, at_least: int) -> Floats:
    """Return the mean of each row, NaN where it has fewer than `at_least` values."""
    n = count(window)
    return np.where(n >= at_least, np.nansum(window, axis=1) / np.maximum(n, 1), np.nan)


def spread(window: Floats, at_least: int) -> Floats:
    """Return the sample standard deviation of each row, NaN where it has fewer than `at_least` values."""
    n = count(window)
    apart = window - mean(window, 1)[:, None]
    return np.where(
        n >= max(2, at_least), np.sqrt(np.nansum(apart**2, axis=1) / np.maximum(n - 1, 1)), np.nan
    )


def median(window: Floats, at_least: int) -> Floats:
    """Return the median of each row, NaN where it has fewer than `at_least` values."""
    n = count(window).astype(np.int64)
    ordered = np.sort(window, axis=1)  # NaN sorts to the end
    rows = np.arange(window.shape[0])
    middle = (ordered[rows, np.maximum(n - 1, 0) // 2] + ordered[rows, n // 2]) / 2
    return np.where(n >= at_least, middle, np.nan)
