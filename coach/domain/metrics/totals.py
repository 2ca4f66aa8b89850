"""Totals of a week, a month or any span of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from coach.domain.activity import Sport
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric


@dataclass(frozen=True)
class Done:
    """One activity as totals see it: its local day, sport and metric values (None or absent: unknown)."""

    activity_id: int
    day: date
    sport: Sport
    values: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """A span of days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def week_of(day: date, week_start: int = 0) -> Span:
    """Return the week that holds a day; `week_start` 0 is Monday … 6 Sunday."""
    first = day - timedelta(days=(day.weekday() - week_start) % 7)
    return Span(first, first + timedelta(days=6))


def month_of(day: date) -> Span:
    """Return the calendar month that holds a day."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Span(first, following - timedelta(days=1))


def weeks_between(first: date, last: date, week_start: int = 0) -> list[Span]:
    """Return all weeks that touch the days from first to last, empty ones too."""
    spans = []
    span = week_of(first, week_start)
    while span.first <= last:
        spans.append(span)
        span = week_of(span.last + timedelta(days=1), week_start)
    return spans


def months_between(first: date, last: date) -> list[Span]:
    """Return all months that touch the days from first to last, empty ones too."""
    spans = []
    span = month_of(first)
    while span.first <= last:
        spans.append(span)
        span = month_of(span.last + timedelta(days=1))
    return spans


def within(done: Iterable[Done], span: Span, sports: frozenset[Sport] | None = None) -> list[Done]:
    """Return the activities of a span, of the given sports only."""
    return [d for d in done if d.day in span and (sports is None or d.sport in sports)]


def _sum(done: Sequence[Done], name: str) -> Measure | Unknown:
    """Add up one metric. Nothing done is a true zero; an unknown value lowers the coverage."""
    values = [d.values.get(name) for d in done]
    known = [v for v in values if v is not None]
    if done and not known:
        return Unknown("no_values_in_period")
    coverage = len(known) / len(values) if values else None
    return Measure(float(sum(known)), coverage, {"unknown": len(values) - len(known)})


@metric(
    title="activity_count",
    unit="count",
    scope="period",
    combine="sum",
    needs=("activities",),
    source="Definition: number of activities",
    evidence=Evidence.definition,
    version=1,
)
def activity_count(done: Sequence[Done]) -> Measure | Unknown:
    """Number of activities; the days with at least one are in `detail`."""
    return Measure(float(len(done)), detail={"active_days": len({d.day for d in done})})


@metric(
    title="total_distance_m",
    unit="m",
    scope="period",
    combine="sum",
    needs=("distance_m",),
    source="Definition: sum of distances",
    evidence=Evidence.definition,
    version=1,
)
def total_distance_m(done: Sequence[Done]) -> Measure | Unknown:
    """Sum of distances; activities whose distance is unknown lower the coverage."""
    return _sum(done, "distance_m")


@metric(
    title="total_moving_s",
    unit="s",
    scope="period",
    combine="sum",
    needs=("moving_s",),
    source="Definition: sum of moving times",
    evidence=Evidence.definition,
    version=1,
)
def total_moving_s(done: Sequence[Done]) -> Measure | Unknown:
    """Sum of moving times."""
    return _sum(done, "moving_s")


@metric(
    title="total_elapsed_s",
    unit="s",
    scope="period",
    combine="sum",
    needs=("elapsed_s",),
    source="Definition: sum of elapsed times",
    evidence=Evidence.definition,
    version=1,
)
def total_elapsed_s(done: Sequence[Done]) -> Measure | Unknown:
    """Sum of elapsed times."""
    return _sum(done, "elapsed_s")


@metric(
    title="total_ascent_m",
    unit="m",
    scope="period",
    combine="sum",
    needs=("ascent_m",),
    source="Definition: sum of ascents",
    evidence=Evidence.definition,
    version=1,
)
def total_ascent_m(done: Sequence[Done]) -> Measure | Unknown:
    """Sum of metres climbed."""
    return _sum(done, "ascent_m")


@metric(
    title="total_load",
    unit="AU",
    scope="period",
    combine="sum",
    needs=("training_load",),
    source="Definition: sum of training loads",
    evidence=Evidence.useful,
    version=1,
)
def total_load(done: Sequence[Done]) -> Measure | Unknown:
    """Sum of training loads."""
    return _sum(done, "training_load")


@metric(
    title="longest_m",
    unit="m",
    scope="period",
    combine="max",
    needs=("distance_m",),
    source="Definition: the longest distance of one activity",
    evidence=Evidence.definition,
    version=1,
)
def longest_m(done: Sequence[Done]) -> Measure | Unknown:
    """The longest distance of one activity; which one is in `detail`."""
    known = [(v, d.activity_id) for d in done if (v := d.values.get("distance_m")) is not None]
    if not known:
        return Unknown("no_values_in_period")
    value, activity_id = max(known, key=lambda pair: (pair[0], -pair[1]))
    return Measure(value, len(known) / len(done), {"activity_id": activity_id})


@metric(
    title="average_pace_s_per_km",
    unit="s_per_km",
    scope="period",
    combine="none",
    needs=("distance_m", "moving_s"),
    source="Definition: moving time over distance of the activities on foot that know both",
    evidence=Evidence.definition,
    version=1,
)
def average_pace_s_per_km(done: Sequence[Done]) -> Measure | Unknown:
    """Moving time per kilometre over all of them: long runs count for more, as they should."""
    pairs = [(d.values.get("moving_s"), d.values.get("distance_m")) for d in done]
    known = [(t, m) for t, m in pairs if t is not None and m is not None and m > 0]
    if not known:
        return Unknown("no_values_in_period")
    pace = sum(t for t, _ in known) / sum(m for _, m in known) * 1000
    return Measure(pace, len(known) / len(done))


@metric(
    title="average_hr_bpm",
    unit="bpm",
    scope="period",
    combine="none",
    needs=("avg_hr_bpm", "moving_s"),
    source="Definition: mean heart rate of the activities that know it, weighted by moving time",
    evidence=Evidence.definition,
    version=1,
)
def average_hr_bpm(done: Sequence[Done]) -> Measure | Unknown:
    """Mean heart rate over all of them: long runs count for more; coverage is the share of the time."""
    total = sum(d.values.get("moving_s") or 0.0 for d in done)
    pairs = [(d.values.get("avg_hr_bpm"), d.values.get("moving_s")) for d in done]
    known = [(hr, t) for hr, t in pairs if hr is not None and t is not None and t > 0]
    if not known:
        return Unknown("no_values_in_period")
    weight = sum(t for _, t in known)
    return Measure(sum(hr * t for hr, t in known) / weight, min(1.0, weight / total))
