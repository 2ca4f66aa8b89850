"""One week or month in aggregated numbers, with the weeks before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean, median
from typing import Literal

RECENT_WEEKS, TREND_WEEKS = 6, 12
AT_LEAST_RECENT, AT_LEAST_TREND = 3, 6  # weeks that must be known before anything is called unusual
UNUSUAL = 2.0  # robust standard deviations from the trend
_MAD_TO_SD = 1.4826

Way = Literal["up", "down"]
Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that is watched week by week.

    `family`: of one only the most unusual is said. `least`: the smallest spread it is measured in, in its
    unit or, where `relative`, as a share of the usual value: who runs 40 km every week is not odd at 41.
    """

    name: str
    family: str
    least: float
    relative: bool


# In the order in which ties are said. The spreads are judgements, not findings.
MEASURED = (
    Measured("distance_m", "volume", 0.12, True),
    Measured("load", "volume", 0.15, True),
    Measured("time_s", "volume", 0.12, True),
    Measured("runs", "volume", 1.0, False),
    Measured("longest_m", "long", 0.12, True),
    Measured("easy_pct", "easy", 6.0, False),
    Measured("rhr_bpm", "body", 1.5, False),
    Measured("hrv_ms", "body", 0.08, True),
    Measured("sleep_s", "sleep", 1500.0, False),
)
NAMES = tuple(m.name for m in MEASURED)


@dataclass(frozen=True, slots=True)
class Record:
    """A best effort that was faster than every one before it. The figures hold the times."""

    distance_m: float
    key: str  # figures `<key>.way`, `<key>.time` and `<key>.before`


@dataclass(frozen=True, slots=True)
class Shift:
    """A lasting change of a watched series that began in the stretch. Figures `<key>.before`, `.after`."""

    what: str
    way: Way
    sure: bool
    key: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is known of a week or a month.

    `values`: by the names of MEASURED; of a month volumes are a week's mean. `before`: the 12 weeks before,
    oldest first; a week whose records are incomplete is not among them. `whole`: all of its days are over and
    its records complete. `most_before_m`: the longest run ever before, None without ten earlier runs.
    """

    kind: Literal["week", "month"]
    first: date
    last: date
    runs: int
    others: int = 0
    whole: bool = True
    complete: bool = True
    values: Values = field(default_factory=dict)
    before: tuple[Values, ...] = ()
    most_before_m: float | None = None
    longest_m: float | None = None
    spike_pct: float | None = None  # the longest run against the 30 days before it
    records: tuple[Record, ...] = ()
    shifts: tuple[Shift, ...] = ()
    due: int = 0  # sessions of the plan
    missed: int = 0
    days_to_race: int | None = None
    rated: int = 0  # runs with a perceived exertion

    def usual(self, name: str) -> float | None:
        """Return the mean of the last six weeks before; None where fewer than three are known."""
        recent = [v for week in self.before[-RECENT_WEEKS:] if (v := week.get(name)) is not None]
        return fmean(recent) if len(recent) >= AT_LEAST_RECENT else None


@dataclass(frozen=True, slots=True)
class Unusual:
    """How far a number lies from what is usual, in robust standard deviations (always positive)."""

    measured: Measured
    way: Way
    size: float


def unusual(stretch: Stretch, measured: Measured) -> Unusual | None:
    """Return how unusual a number is against the athlete's own weeks, or None when it is not.

    It must lie two robust standard deviations from the median of 12 weeks and beyond every one of the last
    six, so that neither a trend nor a wide scatter alone makes it so.
    """
    name = measured.name
    value = stretch.values.get(name)
    trend = [v for week in stretch.before[-TREND_WEEKS:] if (v := week.get(name)) is not None]
    recent = [v for week in stretch.before[-RECENT_WEEKS:] if (v := week.get(name)) is not None]
    if value is None or len(trend) < AT_LEAST_TREND or len(recent) < AT_LEAST_RECENT:
        return None
    middle = median(trend)
    least = measured.least * abs(middle) if measured.relative else measured.least
    spread = max(_MAD_TO_SD * median(abs(v - middle) for v in trend), least)
    if spread <= 0:
        return None
    size = (value - middle) / spread
    if abs(size) < UNUSUAL or min(recent) <= value <= max(recent):
        return None
    return Unusual(measured, "up" if size > 0 else "down", abs(size))
