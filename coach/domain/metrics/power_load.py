"""Power as load: an hour at threshold power is 100."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Activity, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.grade import INTENSITY_WINDOW_S, fourth_power_mean
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.resample import trailing_mean
from coach.domain.streams import Samples, has_values
from coach.domain.zones import power_threshold


def power_load_of(seconds: float, even_w: float, threshold_w: float) -> float:
    """Return 100 · hours · IF², IF = even power over threshold power: 100 is an hour at threshold."""
    return 100 * seconds / 3600 * (even_w / threshold_w) ** 2


def has_power(samples: Samples) -> bool:
    """Tell whether a meter was worn: one that says nothing but zero was not."""
    return has_values(samples.power_w) and float(np.nanmax(samples.power_w)) > 0


@metric(
    title="power_load",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("power_w", "threshold_power_w", "ride_threshold_power_w"),
    source="Coggan 2003: 100 · h · IF², IF = (mean of (30-s mean)⁴)^¼ / threshold power",
    evidence=Evidence.useful,
    version=1,
)
def power_load(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Load of a run or a ride from its power: an hour at threshold power is 100.

    Of the seconds whose power is known, coasting (0 W) included and pauses left out; `coverage` is their
    share. `detail.even_w` is the steady power that would have cost the same.
    """
    if activity.sport not in (Sport.run, Sport.ride):
        return Unknown("not_a_run_or_ride")
    samples = prepared(activity).samples
    if samples is None or not has_power(samples):
        return Unknown("no_power")
    threshold, own = power_threshold(athlete.thresholds, activity.sport)
    if threshold is None or threshold.value <= 0:
        return Unknown("need_threshold_power")
    known = ~np.isnan(samples.power_w)
    even_w = fourth_power_mean(trailing_mean(samples.power_w, samples.first, INTENSITY_WINDOW_S)[known])
    seconds = int(np.count_nonzero(known))
    return Measure(
        power_load_of(seconds, even_w, threshold.value),
        coverage=seconds / len(samples),
        detail={
            "even_w": round(even_w, 1),
            "intensity": even_w / threshold.value,
            "mean_w": round(float(np.nanmean(samples.power_w)), 1),
        },
        estimated=not own or threshold.origin == "estimated",
    )
