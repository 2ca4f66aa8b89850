"""Changes of the athlete's profile that change what was computed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from coach.domain.athlete import Athlete, Threshold, ThresholdKind
from coach.pipeline import recompute
from coach.pipeline.thresholds import outdate_moved, resting_on
from coach.store import activities, athletes, edits, metrics
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


def change(s: Session, athlete: Athlete, field: str, value: object, *, call_key: str = "") -> tuple[int, int]:
    """Change one field of the profile so that it can be undone.

    Returns of how many activities something is outdated by it, and the number of the change.
    """
    athletes.lock(s, athlete.id)
    before = {"field": field, "value": getattr(athletes.get(s, athlete.id), field)}
    edit, new = edits.record(s, athlete.id, None, "profile", before, {"value": value}, call_key)
    return (_write(s, athlete, field, value) if new else 0), edit.id


def give_threshold(
    s: Session, athlete: Athlete, threshold: Threshold, *, call_key: str = ""
) -> tuple[int, int]:
    """Keep a threshold the athlete gave so that it can be undone; returns as `change` does."""
    athletes.lock(s, athlete.id)
    held = [t for t in athletes.thresholds(s) if t.kind is threshold.kind and t.origin == "given"]
    before = {"threshold": threshold.kind.value, "given": [[t.value, t.valid_from.isoformat()] for t in held]}
    edit, new = edits.record(s, athlete.id, None, "profile", before, {"value": threshold.value}, call_key)
    return (set_threshold(s, athlete, threshold) if new else 0), edit.id


def undo_change(s: Session, athlete: Athlete, before: Mapping[str, Any]) -> None:
    """Put back what `change` or `give_threshold` recorded as having been before."""
    if "field" in before:
        _write(s, athlete, before["field"], before["value"])
        return
    kind = ThresholdKind(before["threshold"])
    forget_threshold(s, athlete, kind)
    for value, valid_from in before["given"]:
        set_threshold(s, athlete, Threshold(kind, value, "given", date.fromisoformat(valid_from)))


def _write(s: Session, athlete: Athlete, field: str, value: object) -> int:
    athletes.update(s, athlete.id, **{field: value})
    return recompute_dependants(s, athlete.id, field) if field in ("sex", "birth_year") else 0


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
