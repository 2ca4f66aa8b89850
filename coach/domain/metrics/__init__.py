"""The metrics. Importing this package fills the registry."""

from __future__ import annotations

from coach.domain.activity import Activity
from coach.domain.athlete import Athlete
from coach.domain.metrics import (
    basics,
    bests,
    changes,
    correlation,
    critical_efforts,
    curves,
    dynamics,
    efficiency,
    elevation,
    fitness,
    forecast,
    heat,
    hr_recovery,
    intensity,
    intervals,
    load,
    load_series,
    pace_load,
    power_load,
    race_predictions,
    readiness,
    recovery,
    sleep,
    splits,
    stops,
    swim,
    swim_threshold,
    totals,
    training_effect,
    training_load,
    training_status,
    trimp,
    zone_load,
)
from coach.domain.metrics.registry import METRICS, Evidence, Measure, Metric, Unknown, metric

__all__ = [
    "METRICS",
    "Evidence",
    "Measure",
    "Metric",
    "Unknown",
    "basics",
    "bests",
    "changes",
    "compute",
    "correlation",
    "critical_efforts",
    "curves",
    "dynamics",
    "efficiency",
    "elevation",
    "fitness",
    "forecast",
    "heat",
    "hr_recovery",
    "intensity",
    "intervals",
    "load",
    "load_series",
    "metric",
    "pace_load",
    "power_load",
    "race_predictions",
    "readiness",
    "recovery",
    "sleep",
    "splits",
    "stops",
    "swim",
    "swim_threshold",
    "totals",
    "training_effect",
    "training_load",
    "training_status",
    "trimp",
    "zone_load",
]


def compute(activity: Activity, athlete: Athlete) -> dict[str, Measure | Unknown]:
    """Return every metric of one activity by name, in the order they are declared.

    The samples are cleaned once for all. A metric that cannot be computed is Unknown with its reason; one
    that raises is a bug and is not swallowed.
    """
    return {name: m.fn(activity, athlete) for name, m in METRICS.items() if m.scope == "activity"}
