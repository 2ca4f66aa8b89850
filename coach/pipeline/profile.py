"""Changes of the athlete's profile that change what was computed."""

from __future__ import annotations

from coach.domain.athlete import Athlete, Threshold, ThresholdKind
from coach.pipeline import recompute
from coach.pipeline.thresholds import outdate_moved, resting_on
from coach.store import activities, athletes, metrics
from coach.store.session import Session

ESTIMATED_FROM = ("birth_year",)  # fields of the profile that estimates of thresholds read


def set_threshold(s: Session, athlete: Athlete, threshold: Threshold) -> int:
    """Keep what the athlete gave, and have everything that rests on it computed anew.

    Returns of how many activities something is outdated by it. Other estimates may follow, in the background.
    """
    athletes.lock(s, athlete.id)
    before = athletes.thresholds(s)
    athletes.set_threshold(s, threshold)
    waiting = outdate_moved(s, athlete.id, before)
    recompute.defer(s, athlete.id, waiting)
    return waiting


def forget_threshold(s: Session, athlete: Athlete, kind: ThresholdKind) -> int:
    """Take back what the athlete gave: the estimate holds again. Returns how many are outdated by it."""
    athletes.lock(s, athlete.id)
    before = athletes.thresholds(s)
    for threshold in before:
        if threshold.kind is kind and threshold.origin == "given":
            athletes.delete_threshold(s, threshold)
    waiting = outdate_moved(s, athlete.id, before)
    recompute.defer(s, athlete.id, waiting)
    return waiting


def recompute_dependants(s: Session, athlete_id: int, field: str) -> int:
    """Have everything computed anew that rests on a field of the profile.

    Returns of how many activities something may change.
    """
    needing = resting_on({field})
    if not needing and field not in ESTIMATED_FROM:
        return 0
    athletes.lock(s, athlete_id)
    waiting = metrics.outdate(s, athlete_id, needing)
    recompute.defer(s, athlete_id, waiting)
    return activities.count(s, athlete_id) if field in ESTIMATED_FROM else waiting


def recompute_all(s: Session, athlete_id: int) -> int:
    """Have the metrics of all activities computed in the background; return how many there are."""
    waiting = outdate_all(s, athlete_id)
    if waiting:
        recompute.defer(s, athlete_id, waiting)
    return waiting


def outdate_all(s: Session, athlete_id: int) -> int:
    """Mark all metrics of all activities as outdated; return how many activities wait to be computed."""
    athletes.lock(s, athlete_id)
    metrics.outdate(s, athlete_id, recompute.VERSIONS)
    return len(metrics.stale(s, athlete_id, recompute.VERSIONS))
