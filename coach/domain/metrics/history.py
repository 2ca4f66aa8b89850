"""What is known of an athlete up to a day: what every metric of a day reads.

A metric of scope "day" is `fn(history, day)`, and may read nothing later than `day`. `until` gives the
history as it was then, so that the past can be replayed with only what was known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from coach.domain.activity import Device, Floats, Sport
from coach.domain.athlete import Athlete, Threshold, Thresholds, holding
from coach.domain.daily import DailyValue, Entry
from coach.domain.metrics.load_series import LoadSeries, load_series
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.source import Source

# When several sources measured a day, the first of these is believed: the watch before what copies it.
PREFERRED = (
    Source.journal,
    Source.garmin,
    Source.apple_health,
    Source.file,
    Source.archive,
    Source.sheets,
    Source.strava,
)


@dataclass(frozen=True)
class Past:
    """One past activity as other metrics see it: its metrics by name, as `compute` returned them."""

    activity_id: int
    day: date
    sport: Sport
    measures: Mapping[str, Measure | Unknown] = field(default_factory=dict)
    race: bool = False
    treadmill: bool = False
    rpe: float | None = None
    device: Device = field(default_factory=Device)

    def value(self, name: str) -> float | None:
        found = self.measures.get(name)
        return found.value if isinstance(found, Measure) else None

    def measure(self, name: str) -> Measure | None:
        found = self.measures.get(name)
        return found if isinstance(found, Measure) else None

    def held_hr(self, seconds: int) -> float | None:
        """Return the highest mean heart rate over so many seconds, from the activity's curve."""
        curve = self.measures.get("hr_curve")
        if not isinstance(curve, Measure):
            return None
        at = bisect_left(curve.detail["duration_s"], seconds)  # the duration itself, else the next longer
        best = curve.detail["best"]
        return float(best[at]) if at < len(best) else None

    def efforts(self) -> list[tuple[float, float]]:
        """Return (distance in m, time in s) of the best efforts, and of a race as a whole."""
        found = []
        for name in ("distance_bests", "duration_bests"):
            bests = self.measures.get(name)
            rows = bests.detail["rows"] if isinstance(bests, Measure) else []
            found += [(float(r["distance_m"]), float(r["time_s"])) for r in rows]
        metres, seconds = self.value("distance_m"), self.value("elapsed_s")
        if self.race and metres and seconds:
            found.append((metres, seconds))
        return found


@dataclass(frozen=True)
class History:
    """The past of one athlete, up to and including `last_day`. What was not loaded is empty.

    `daily_load`: day → sum of training loads; days without are rest. `activities`: oldest first. `daily`:
    name of DAILY_UNITS → day → value. `daily_sources`: where the values of a name came from, `daily_origin`
    the same day by day.
    `thresholds`: all of them, whatever day they hold from. `complete_from`: before it records are missing,
    because they may not be kept, and sums would be too low (None: nothing is missing).
    """

    athlete: Athlete
    first_day: date
    last_day: date
    daily_load: Mapping[date, float] = field(default_factory=dict)
    activities: Sequence[Past] = ()
    daily: Mapping[str, Mapping[date, float]] = field(default_factory=dict)
    daily_sources: Mapping[str, frozenset[Source]] = field(default_factory=dict)
    daily_origin: Mapping[str, Mapping[date, Source]] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    thresholds: Sequence[Threshold] = ()
    complete_from: date | None = None

    @property
    def known_from(self) -> date:
        """The first day from which on nothing is missing: where sums over days may begin."""
        return max(self.first_day, self.complete_from or self.first_day)

    @cached_property
    def load(self) -> LoadSeries | None:
        """Fitness, fatigue and form of every day from `known_from` on; None when there never was a load."""
        if not self.daily_load:
            return None
        return load_series(self.daily_load, first_day=self.known_from, last_day=self.last_day)

    def week_until(self, day: date) -> Floats | None:
        """Return the loads of the seven days that end with `day`, or None when they are not all known."""
        return None if self.load is None else self.load.week_until(day)

    def between(self, first: date, last: date, sport: Sport | None = None) -> list[Past]:
        """Return the activities of a span (both ends included), oldest first."""
        days = self._days
        chosen = self.activities[bisect_left(days, first) : bisect_left(days, last + timedelta(days=1))]
        return [p for p in chosen if sport is None or p.sport is sport]

    def values(self, name: str, first: date, last: date) -> dict[date, float]:
        """Return what was measured of one name in a span (both ends included), oldest first."""
        known = self.daily.get(name, {})
        return {day: known[day] for day in _each(first, last) if day in known}

    def thresholds_on(self, day: date) -> Thresholds:
        """Return the thresholds that hold on a day."""
        return holding(self.thresholds, day)

    def until(self, day: date) -> History:
        """Return the history as it was at the end of `day`."""
        return replace(
            self,
            last_day=min(day, self.last_day),
            daily_load={d: v for d, v in self.daily_load.items() if d <= day},
            activities=self.activities[: bisect_left(self._days, day + timedelta(days=1))],
            daily={name: {d: v for d, v in of.items() if d <= day} for name, of in self.daily.items()},
            daily_origin={
                n: {d: s for d, s in of.items() if d <= day} for n, of in self.daily_origin.items()
            },
            entries=[e for e in self.entries if e.day <= day],
            thresholds=[t for t in self.thresholds if t.valid_from <= day],
        )

    @cached_property
    def _days(self) -> list[date]:
        return [p.day for p in self.activities]


def one_a_day(values: Iterable[DailyValue]) -> dict[str, dict[date, float]]:
    """Return name → day → value, the most trusted source of each day; oldest first."""
    found: dict[str, dict[date, float]] = {}
    for value in _trusted(values):
        found.setdefault(value.name, {})[value.day] = value.value
    return found


def origin_a_day(values: Iterable[DailyValue]) -> dict[str, dict[date, Source]]:
    """Return name → day → the source whose value `one_a_day` keeps."""
    found: dict[str, dict[date, Source]] = {}
    for value in _trusted(values):
        found.setdefault(value.name, {})[value.day] = value.source
    return found


def _trusted(values: Iterable[DailyValue]) -> list[DailyValue]:
    rank = {source: n for n, source in enumerate(PREFERRED)}
    kept: dict[tuple[str, date], DailyValue] = {}
    for value in values:
        key = (value.name, value.day)
        if key not in kept or rank[value.source] < rank[kept[key].source]:
            kept[key] = value
    return [kept[key] for key in sorted(kept)]


def _each(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
