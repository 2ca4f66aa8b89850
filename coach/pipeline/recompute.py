"""Metrics of stored activities, and the thresholds they rest on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta

from coach.domain.activity import Activity
from coach.domain.athlete import Athlete, Threshold, Thresholds, holding
from coach.domain.metrics import METRICS
from coach.domain.metrics.history import Past
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.thresholds import READS, estimate
from coach.store import activities, athletes, daily, metrics
from coach.store.activity_row import mark
from coach.store.session import Database, Session

VERSIONS: Mapping[str, int] = {name: m.version for name, m in METRICS.items() if m.scope == "activity"}
BATCH = 10  # activities per transaction: short enough to wait for, long enough to be worth it

Progress = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Report progress to nobody."""


def resting_on(what: Collection[str]) -> dict[str, int]:
    """Return the metrics of activities (name → version) that need one of `what`, or a metric that does."""
    found: set[str] = set()
    while True:
        more = {n for n in VERSIONS if not found.union(what).isdisjoint(METRICS[n].needs)} - found
        if not more:
            return {name: version for name, version in VERSIONS.items() if name in found}
        found |= more


ON_THRESHOLDS: Mapping[str, int] = resting_on({f.name for f in fields(Thresholds)})
ON_NOTHING: Mapping[str, int] = {n: v for n, v in VERSIONS.items() if n not in ON_THRESHOLDS}


def measure(
    s: Session,
    athlete: Athlete,
    known: Sequence[Threshold],
    activity: Activity,
    names: Collection[str] = VERSIONS.keys(),
) -> float | None:
    """Compute metrics of an activity with the thresholds of its day, and keep them.

    Returns the moving time in seconds that the activity has now; None is unknown.
    """
    on_day = replace(athlete, thresholds=holding(known, activity.local_date))
    results = {name: METRICS[name].fn(activity, on_day) for name in names}
    metrics.save(s, athlete.id, activity.id, results, VERSIONS)
    if "moving_s" not in results:
        return activity.moving_s
    moving = results["moving_s"]
    moving_s = moving.value if isinstance(moving, Measure) else None
    if moving_s != activity.moving_s:
        mark(s, activities.get(s, athlete.id, activity.id), moving_s=moving_s)
    return moving_s


def recompute(
    db: Database,
    athlete_id: int,
    ids: Collection[int],
    progress: Progress = quiet,
    names: Collection[str] = VERSIONS.keys(),
) -> int:
    """Compute metrics of these activities anew from their stored samples; return how many there were."""
    todo = sorted(ids, reverse=True)  # the newest first: that is what people look at
    for begin in range(0, len(todo), BATCH):
        with db.athlete_session(athlete_id) as s:
            athletes.lock(s, athlete_id)  # or an edit made meanwhile would be computed away
            athlete, known = athletes.get(s, athlete_id), athletes.thresholds(s)
            for activity_id in todo[begin : begin + BATCH]:
                measure(s, athlete, known, activities.load(s, athlete_id, activity_id), names)
        progress(min(begin + BATCH, len(todo)), len(todo))
    return len(todo)


def bring_up_to_date(db: Database, athlete_id: int, today: date, progress: Progress = quiet) -> int:
    """Estimate thresholds anew and compute whatever is missing, outdated or rests on others now.

    Returns how many activities were computed. Killed anywhere, the next call does the rest.
    """
    with db.athlete_session(athlete_id) as s:
        wholly = set(metrics.stale(s, athlete_id, ON_NOTHING))
    # The estimates read what activities say by themselves, so that comes first.
    count = recompute(db, athlete_id, wholly, progress, ON_NOTHING.keys())
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        refresh_thresholds(s, athlete_id, today)
        partly = set(metrics.stale(s, athlete_id, ON_THRESHOLDS))
    recompute(db, athlete_id, partly, progress, ON_THRESHOLDS.keys())
    return count + len(partly - wholly)


def refresh_thresholds(s: Session, athlete_id: int, today: date) -> list[int]:
    """Estimate the thresholds of every month from what was known by its end, and keep what changed.

    Marks what rests on them as stale in the activities of the months whose thresholds changed, and returns
    those activities. Needs the athlete's lock.
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
        if not _all_same(holding(before, day), holding(after, day))
    }
    ids = [row.id for row in rows if row.local_date in moved]
    metrics.outdate(s, athlete_id, ids, ON_THRESHOLDS)
    return ids


def _past(s: Session, athlete_id: int, first: date, today: date) -> list[Past]:
    rows = activities.find(s, athlete_id, start=first, end=today, limit=None)
    read = metrics.read(s, athlete_id, [row.id for row in rows], READS)
    return [
        Past(row.id, row.local_date, row.sport, read.get(row.id, {}), row.race, row.treadmill, row.rpe)
        for row in rows
    ]


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
    return all(_same(getattr(a, f.name), getattr(b, f.name)) for f in fields(Thresholds))
