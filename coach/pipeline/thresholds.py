"""Thresholds of an athlete month by month, and marking what rests on them when they move."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta

from coach.domain.athlete import Threshold, Thresholds, holding
from coach.domain.metrics import METRICS
from coach.domain.metrics.history import Past
from coach.domain.metrics.thresholds import READS, estimate
from coach.store import activities, athletes, daily, metrics
from coach.store.session import Session

KINDS = tuple(f.name for f in fields(Thresholds))


def resting_on(what: Collection[str]) -> dict[str, int]:
    """Return the metrics of activities (name → version) that need one of `what`, or a metric that does."""
    versions, found = metrics.current(), set[str]()
    while True:
        more = {n for n in versions if not found.union(what).isdisjoint(METRICS[n].needs)} - found
        if not more:
            return {name: version for name, version in versions.items() if name in found}
        found |= more


def refresh_thresholds(s: Session, athlete_id: int, today: date) -> int:
    """Estimate the thresholds of every month from what was known by its end, and keep what changed.

    Marks what rests on them as stale (see `outdate_moved`), and returns in how many activities. Needs the
    athlete's lock.
    """
    first = activities.first_day(s, athlete_id)
    if first is None:
        return 0
    athlete, before = athletes.get(s, athlete_id), athletes.thresholds(s)
    given = Thresholds(**{t.kind.value: t for t in before if t.origin == "given"})
    past = _past(s, athlete_id, first, today)
    resting = {
        v.day: v.value for v in daily.values(s, athlete_id, ("rhr_bpm",), first - timedelta(days=60), today)
    }
    estimated: dict[tuple[str, date], Threshold] = {}
    for month, last in months(first, today):
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
    return outdate_moved(s, athlete_id, before)


def outdate_moved(s: Session, athlete_id: int, before: Sequence[Threshold]) -> int:
    """Mark what rests on thresholds as stale where they are no longer those of `before`.

    Of each activity only what rests on the kinds that moved on its day. Returns in how many activities
    anything was marked that was not yet.
    """
    after = athletes.thresholds(s)
    moved: dict[frozenset[str], list[date]] = {}
    for day in metrics.days(s, athlete_id):
        was, now = holding(before, day), holding(after, day)
        kinds = frozenset(kind for kind in KINDS if not _same(getattr(was, kind), getattr(now, kind)))
        if kinds:
            moved.setdefault(kinds, []).append(day)
    return sum(metrics.outdate(s, athlete_id, resting_on(kinds), days) for kinds, days in moved.items())


def _past(s: Session, athlete_id: int, first: date, today: date) -> list[Past]:
    rows = activities.find(s, athlete_id, start=first, end=today, limit=None)
    read = metrics.read(s, athlete_id, [row.id for row in rows], READS)
    return [
        Past(row.id, row.local_date, row.sport, read[row.id], row.race, row.treadmill, row.rpe)
        for row in rows
    ]


def months(first: date, today: date) -> list[tuple[date, date]]:
    """Return (first day, last day or today) of every month from that of `first` to this one."""
    found, month = [], first.replace(day=1)
    while month <= today:
        following = (month + timedelta(days=32)).replace(day=1)
        found.append((month, min(following - timedelta(days=1), today)))
        month = following
    return found


def _same(a: Threshold | None, b: Threshold | None) -> bool:
    """Return whether metrics computed with one are right with the other (a thousandth is noise)."""
    if a is None or b is None:
        return a is b
    return a.origin == b.origin and a.basis == b.basis and abs(a.value - b.value) <= 1e-3 * abs(b.value)
