"""Metrics of stored activities, and the thresholds they rest on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from coach.domain.activity import Activity
from coach.domain.athlete import Athlete, Threshold, Thresholds
from coach.domain.metrics import METRICS, compute
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.thresholds import Past, estimate
from coach.store import activities, athletes, daily, metrics
from coach.store.session import Database, Session

VERSIONS = {name: m.version for name, m in METRICS.items() if m.scope == "activity"}
# What the estimates look at, and how far back (their own windows are shorter).
PAST_METRICS = (
    "hr_curve",
    "distance_bests",
    "avg_hr_bpm",
    "moving_s",
    "graded_pace_s_per_km",
    "pace_s_per_km",
)
BATCH = 20  # activities per transaction: short enough to wait for, long enough to be worth it

Progress = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Report progress to nobody."""


def measure(s: Session, athlete: Athlete, known: Sequence[Threshold], activity: Activity) -> None:
    """Compute every metric of an activity with the thresholds of its day, and keep them."""
    on_day = replace(athlete, thresholds=athletes.holding(known, activity.local_date))
    results = compute(activity, on_day)
    metrics.save(s, athlete.id, activity.id, results, VERSIONS)
    moving = results.get("moving_s")
    if isinstance(moving, Measure) and moving.value is not None and moving.value != activity.moving_s:
        row = activities.get(s, athlete.id, activity.id)
        activities.save(s, replace(row, moving_s=moving.value))


def recompute(db: Database, athlete_id: int, ids: Collection[int], progress: Progress = quiet) -> int:
    """Compute the metrics of these activities anew from their stored samples; return how many there were."""
    todo = sorted(ids, reverse=True)  # the newest first: that is what people look at
    for begin in range(0, len(todo), BATCH):
        with db.athlete_session(athlete_id) as s:
            athlete, known = athletes.get(s, athlete_id), athletes.thresholds(s)
            for activity_id in todo[begin : begin + BATCH]:
                measure(s, athlete, known, activities.load(s, athlete_id, activity_id))
        progress(min(begin + BATCH, len(todo)), len(todo))
    return len(todo)


def stale(s: Session, athlete_id: int) -> list[int]:
    """Return the activities that lack a metric in its present version."""
    return metrics.stale(s, athlete_id, VERSIONS)


def refresh_thresholds(s: Session, athlete_id: int, today: date) -> list[int]:
    """Estimate the thresholds of every month from what was known by its end, and keep what changed.

    Returns the activities of the months whose thresholds are no longer what their metrics rest on.
    """
    first = activities.first_day(s, athlete_id)
    if first is None:
        return []
    athlete, before = athletes.get(s, athlete_id), athletes.thresholds(s)
    given = Thresholds(**{t.kind.value: t for t in before if t.origin == "given"})
    past = _past(s, athlete_id, first, today)
    resting = {
        v.day: v.value for v in daily.values(s, athlete_id, ("rhr_bpm",), first - timedelta(days=60), today)
    }
    estimated: dict[tuple[str, date], Threshold] = {}
    for month, last in _months(first, today):
        for threshold in estimate(past, resting, last, athlete.birth_year, given).values():
            if isinstance(threshold, Threshold) and threshold.origin == "estimated":
                kept = replace(threshold, valid_from=month)
                estimated[kept.kind.value, month] = kept
    old = {(t.kind.value, t.valid_from): t for t in before if t.origin == "estimated"}
    for key, threshold in old.items():
        if key not in estimated:
            athletes.delete_threshold(s, threshold)
    for key, threshold in estimated.items():
        if key not in old or not _same(old[key], threshold):
            athletes.set_threshold(s, threshold)
    after = athletes.thresholds(s)
    rows = activities.find(s, athlete_id, limit=None)
    moved = {
        day
        for day in {row.local_date for row in rows}
        if not _all_same(athletes.holding(before, day), athletes.holding(after, day))
    }
    return [row.id for row in rows if row.local_date in moved]


def _past(s: Session, athlete_id: int, first: date, today: date) -> list[Past]:
    rows = activities.find(s, athlete_id, start=first, end=today, limit=None)
    read = metrics.read(s, athlete_id, [row.id for row in rows], PAST_METRICS)
    return [Past(row.id, row.local_date, row.sport, read.get(row.id, {}), row.race) for row in rows]


def _months(first: date, today: date) -> list[tuple[date, date]]:
    """Return (first day, last day or today) of every month from that of `first` to this one."""
    months, month = [], first.replace(day=1)
    while month <= today:
        following = (month + timedelta(days=32)).replace(day=1)
        months.append((month, min(following - timedelta(days=1), today)))
        month = following
    return months


def _same(a: Threshold | None, b: Threshold | None) -> bool:
    """Return whether metrics computed with one are right with the other (a thousandth is noise)."""
    if a is None or b is None:
        return a is b
    return a.origin == b.origin and a.basis == b.basis and abs(a.value - b.value) <= 1e-3 * abs(b.value)


def _all_same(a: Thresholds, b: Thresholds) -> bool:
    return all(_same(getattr(a, name), getattr(b, name)) for name in Thresholds.__dataclass_fields__)
