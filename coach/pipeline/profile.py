"""Changes of the athlete's profile that change what was computed."""

from __future__ import annotations

from coach.domain.athlete import Athlete, Threshold
from coach.domain.metrics import METRICS
from coach.store import activities, athletes, queue
from coach.store.session import Session


def set_threshold(s: Session, athlete: Athlete, threshold: Threshold) -> int:
    """Keep what the athlete gave and have everything computed with it; return how many activities that is."""
    athletes.set_threshold(s, threshold)
    return recompute_all(s, athlete.id)


def recompute_dependants(s: Session, athlete_id: int, field: str) -> int:
    """Have everything computed anew that rests on a field of the profile; return how many activities."""
    needed = any(field in metric.needs for metric in METRICS.values()) or field in ("sex", "birth_year")
    return recompute_all(s, athlete_id) if needed else 0


def recompute_all(s: Session, athlete_id: int) -> int:
    """Have the metrics of all activities computed in the background; return how many there are."""
    n = activities.count(s, athlete_id)
    if n:
        queue.defer(
            s,
            "recompute",
            {"athlete_id": athlete_id, "all": True},
            athlete_id=athlete_id,
            lock=f"recompute:{athlete_id}",
            queueing_lock=f"recompute:{athlete_id}",
        )
    return n
