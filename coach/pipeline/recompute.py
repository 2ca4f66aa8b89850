"""Metrics of stored activities: computed once, and anew exactly where what they rest on has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import batched

from coach.domain.activity import Activity
from coach.domain.athlete import Athlete, Threshold, holding
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Measure, Unknown
from coach.pipeline import insights, matching, noticing, track_record
from coach.pipeline.thresholds import KINDS, refresh_thresholds, resting_on
from coach.store import activities, athletes, metrics, progress, queue, system
from coach.store.activity_row import mark
from coach.store.session import Database, Session

log = logging.getLogger(__name__)

VERSIONS: Mapping[str, int] = metrics.current()
ON_THRESHOLDS: Mapping[str, int] = resting_on(KINDS)
ON_NOTHING: Mapping[str, int] = {n: v for n, v in VERSIONS.items() if n not in ON_THRESHOLDS}
BATCH = 10  # activities per transaction: short enough to wait for, long enough to be worth it

Progress = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Report progress to nobody."""


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
    results = {name: _computed(name, activity, on_day) for name in names}
    metrics.save(s, athlete.id, activity.id, results, VERSIONS)
    if "moving_s" not in results:
        return activity.moving_s
    moving = results["moving_s"]
    moving_s = moving.value if isinstance(moving, Measure) else None
    if moving_s != activity.moving_s:
        mark(s, activities.get(s, athlete.id, activity.id), moving_s=moving_s)
    return moving_s


def _computed(name: str, activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Compute one metric. A bug in it must not keep the sums of all other activities waiting for ever."""
    try:
        result: Measure | Unknown = METRICS[name].fn(activity, athlete)
    except Exception:
        log.exception("the metric %s of activity %s failed", name, activity.id)
        return Unknown("metric_failed")
    return result


def recompute(
    db: Database,
    athlete_id: int,
    ids: Collection[int],
    progress: Progress = quiet,
    names: Collection[str] = VERSIONS.keys(),
) -> int:
    """Compute metrics of these activities anew from their stored samples; return how many there were."""
    _work(db, athlete_id, dict.fromkeys(sorted(ids, reverse=True), names), _Told(progress, len(ids)))
    return len(ids)


def bring_up_to_date(db: Database, athlete_id: int, today: date, progress: Progress = quiet) -> int:
    """Estimate thresholds anew and compute whatever is missing, outdated or rests on others now.

    Returns how many activities were computed. Killed anywhere, the next call does the rest. How far it is
    stands in the table `progress`, in the same transactions as what was computed.
    """
    with db.athlete_session(athlete_id) as s:
        # Before the first estimates, what rests on them would be computed in vain.
        estimated = athletes.thresholds(s) or metrics.any_of(s, athlete_id, ON_THRESHOLDS)
        versions = VERSIONS if estimated else ON_NOTHING
        wholly = metrics.stale(s, athlete_id, versions)
        told = _Told(progress, len(wholly)).take_up(s, athlete_id)
    # The estimates read what activities say by themselves, so that comes first.
    _work(db, athlete_id, wholly, told)
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        refresh_thresholds(s, athlete_id, today)
        partly = metrics.stale(s, athlete_id, VERSIONS)
        told.more(s, athlete_id, len(partly))
    _work(db, athlete_id, partly, told)
    with db.athlete_session(athlete_id) as s:
        told.end(s, athlete_id)
        if wholly or partly:
            track_record.defer(s, athlete_id)
            matching.defer(s, athlete_id)
        # Also where nothing was computed: what was deleted, or measured by night, changes sums.
        insights.defer(s, athlete_id)
        noticing.defer(s, athlete_id, today)
    return len(wholly.keys() | partly.keys())


class _Told:
    """How far the work is, for whoever waits in this process and for the page."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done, self._kept = progress, total, 0, False

    def take_up(self, s: Session, athlete_id: int) -> _Told:
        """Go on counting where an earlier call was cut off; what is done at once is not worth a row."""
        before = progress.running(s, athlete_id, "metrics")
        if before is not None:
            self._done, self._total, self._kept = before.done, before.done + self._total, True
        elif self._total > BATCH:
            self._kept = True
        self._keep(s, athlete_id)
        return self

    def more(self, s: Session, athlete_id: int, count: int) -> None:
        """Count what is still to be done anew."""
        self._total = self._done + count
        self._kept |= count > BATCH
        self._keep(s, athlete_id)

    def step(self, s: Session, athlete_id: int, count: int) -> None:
        self._done += count
        self._keep(s, athlete_id)

    def say(self) -> None:
        self._progress(self._done, self._total)

    def end(self, s: Session, athlete_id: int) -> None:
        if self._kept:
            progress.report(s, athlete_id, "metrics", self._total, self._total)

    def _keep(self, s: Session, athlete_id: int) -> None:
        # Only `end` says that all is done: thresholds may still move.
        if self._kept and self._done < self._total:
            progress.report(s, athlete_id, "metrics", self._done, self._total)


def _work(db: Database, athlete_id: int, todo: Mapping[int, Collection[str]], told: _Told) -> None:
    """Compute these metrics of these activities, in the order given: the newest first."""
    for batch in batched(todo, BATCH):
        with db.athlete_session(athlete_id) as s:
            athletes.lock(s, athlete_id)  # or an edit made meanwhile would be computed away
            athlete, known = athletes.get(s, athlete_id), athletes.thresholds(s)
            for activity_id in batch:
                measure(s, athlete, known, activities.load(s, athlete_id, activity_id), todo[activity_id])
            told.step(s, athlete_id, len(batch))
        told.say()


def defer(s: Session, athlete_id: int, waiting: int) -> None:
    """Have `bring_up_to_date` run in the background; the page shows that so many activities wait for it."""
    if waiting and progress.running(s, athlete_id, "metrics") is None:
        progress.report(s, athlete_id, "metrics", 0, waiting)
    queue.defer(
        s,
        "recompute",
        {},
        athlete_id=athlete_id,
        lock=f"recompute:{athlete_id}",
        queueing_lock=f"recompute:{athlete_id}",
    )


def notice_outdated(db: Database) -> int:
    """Have everything computed that an upgrade left behind; return for how many athletes."""
    found = 0
    for athlete_id in system.list_athletes(db):
        with db.athlete_session(athlete_id) as s:
            if waiting := len(metrics.stale(s, athlete_id, VERSIONS)):
                defer(s, athlete_id, waiting)
                found += 1
    return found
