"""The series that are watched for change: what they are, and how they are read from the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np

from coach.domain.activity import Device, Floats, Sport
from coach.domain.metrics.history import History, Past
from coach.domain.metrics.matched import Conditions, conditions_of
from coach.domain.source import Source

What = Literal["rhr", "hrv", "weight", "stride", "cadence", "efficiency"]
WHATS: tuple[What, ...] = get_args(What)


@dataclass(frozen=True)
class Watched:
    """One kind of series. `noise` is what an instrument alone can be off by, lasting.

    It is in `unit`, or in percent where levels are compared as ratios (`relative`). Resting heart rate,
    efficiency and stride length: the project's science page. Cadence: as stride length, whose inverse it is
    at a given speed. HRV: 10 %, what wrist sensors miss ln rMSSD of the ECG by. Weight: 1 kg of water.
    """

    what: What
    names: tuple[str, ...]  # of daily values, or of metrics of a run; the one with most values is read
    unit: str
    relative: bool
    noise: float
    of_runs: bool
    worn: bool  # measured by the watch that also records the runs

    @property
    def least(self) -> float:
        """The instrument's noise on the scale on which levels are compared."""
        return float(np.log1p(self.noise / 100)) if self.relative else self.noise


WATCHED: Mapping[What, Watched] = {
    w.what: w
    for w in (
        Watched("rhr", ("rhr_bpm",), "bpm", False, 3.0, False, True),
        Watched("hrv", ("hrv_rmssd_ms", "hrv_sdnn_ms"), "ms", True, 10.0, False, True),
        Watched("weight", ("weight_kg",), "kg", False, 1.0, False, False),
        Watched("stride", ("stride_length_m",), "m", True, 2.0, True, True),
        Watched("cadence", ("avg_cadence_spm",), "spm", True, 2.0, True, True),
        Watched("efficiency", ("efficiency_factor",), "m_per_beat", True, 3.0, True, True),
    )
}
MEASURES = ("stride_length_m", "avg_cadence_spm", "efficiency_factor", "speed_mps", "ascent_m", "distance_m")
OPTIONAL_MEASURES = ("temperature_c",)
DAILY_NAMES = ("rhr_bpm", "hrv_rmssd_ms", "hrv_sdnn_ms", "weight_kg")


@dataclass(frozen=True)
class Series:
    """What was measured of one kind, oldest first; all have one entry per value.

    `level` is what is compared: the value itself, or its logarithm. `instruments` tells what measured it, ""
    where that is unknown. `conditions` are those of the runs, None for values of days.
    """

    watched: Watched
    name: str
    days: tuple[date, ...]
    values: Floats
    level: Floats
    instruments: tuple[str, ...]
    conditions: Conditions | None = None
    activity_ids: tuple[int, ...] = ()
    sources: frozenset[Source] = frozenset()

    def __len__(self) -> int:
        return len(self.days)

    def back(self, level: float) -> float:
        """Return a level in the unit of the values."""
        return float(np.exp(level)) if self.watched.relative else level


def series_of(history: History, what: What, first: date, last: date) -> Series:
    """Return what is known of one kind in a span (both ends included)."""
    watched = WATCHED[what]
    return (
        _of_runs(history, watched, first, last)
        if watched.of_runs
        else _of_days(history, watched, first, last)
    )


def comparable_runs(history: History, first: date, last: date) -> list[Past]:
    """Return the runs of a span that can be set against each other: outdoors and no race."""
    return [p for p in history.between(first, last, Sport.run) if not p.race and not p.treadmill]


def watch_name(device: Device) -> str:
    """Return what tells one watch from another, "" when nothing is known."""
    return " ".join(part for part in (device.manufacturer, device.product, device.serial) if part)


def _of_days(history: History, watched: Watched, first: date, last: date) -> Series:
    name = max(watched.names, key=lambda n: len(history.values(n, first, last)))
    known = {day: v for day, v in history.values(name, first, last).items() if v > 0}
    days, values = tuple(known), np.array(list(known.values()), dtype=np.float64)
    origin = history.daily_origin.get(name, {})
    worn = _worn_on(history, days) if watched.worn else [""] * len(days)
    instruments = tuple(
        f"{source.value if (source := origin.get(day)) else ''} {watch}".strip()
        for day, watch in zip(days, worn, strict=True)
    )
    level = np.log(values) if watched.relative else values
    return Series(
        watched,
        name,
        days,
        values,
        level,
        instruments,
        sources=frozenset(origin[d] for d in days if d in origin),
    )


def _worn_on(history: History, days: Sequence[date]) -> list[str]:
    """Return which watch recorded the last outing up to each day; before the first, that one's."""
    seen = [(p.day, name) for p in history.activities if (name := watch_name(p.device))]
    found, at = [], -1
    for day in days:
        while at + 1 < len(seen) and seen[at + 1][0] <= day:
            at += 1
        found.append(seen[max(at, 0)][1] if seen else "")
    return found


def _of_runs(history: History, watched: Watched, first: date, last: date) -> Series:
    name = watched.names[0]
    runs = [p for p in comparable_runs(history, first, last) if (p.value(name) or 0) > 0]
    conditions, kept = conditions_of(runs)
    runs = [runs[n] for n in kept]
    values = np.array([p.value(name) for p in runs], dtype=np.float64)
    return Series(
        watched,
        name,
        tuple(p.day for p in runs),
        values,
        np.log(values),
        tuple(watch_name(p.device) for p in runs),
        conditions,
        tuple(p.activity_id for p in runs),
    )
