"""How fast the heart slows down when a hard effort ends."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Activity, Floats
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.resample import trailing_mean
from coach.domain.streams import STOP_SPEED_MPS, Samples, has_values

AFTER_S = 60
HEARD_S = 5  # heart rate at a moment is the mean of so many seconds
EFFORT_S = 60
MIN_BEFORE_S = 300
NOTICED_S, EASED_S = 5, 20
EASED = 0.6  # the minute after is no faster than this share of the minute before
HARD_OF_MAX = 0.85
HARD_OF_SESSION = 0.95
MIN_COVERAGE = 0.9
WALKING_MPS = 2.0


def _sums(values: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum(values)))


def ends_of_effort(samples: Samples) -> tuple[Floats, Floats, Floats]:
    """Return per sample the heart rate, that of 60 s later, and the speed of the minute in between.

    NaN where no effort ends there, the recording is broken within the minute, or heart rate has gaps.
    """
    n = len(samples)
    hr, speed = samples.hr_bpm, np.nan_to_num(samples.speed_mps)
    heard = trailing_mean(hr, samples.first, HEARD_S)
    known, gone = _sums(~np.isnan(hr)), _sums(speed)
    at = np.arange(n)
    later = np.minimum(at + AFTER_S, n - 1)
    before = np.maximum(at + 1 - EFFORT_S, 0)
    fast = (gone[at + 1] - gone[before]) / EFFORT_S
    slow = (gone[later + 1] - gone[at + 1]) / AFTER_S
    valid = (at >= MIN_BEFORE_S) & (at + AFTER_S < n) & (samples.first[later] == samples.first)
    valid &= samples.first <= before
    # At once, not some time within the minute; a watch takes five seconds to notice.
    soon, noticed = np.minimum(at + EASED_S, n - 1), np.minimum(at + NOTICED_S, n - 1)
    at_once = (gone[soon + 1] - gone[noticed + 1]) / (EASED_S - NOTICED_S)
    valid &= (fast >= WALKING_MPS) & (slow <= EASED * fast) & (at_once <= EASED * fast)
    valid &= known[later + 1] - known[at] >= MIN_COVERAGE * (AFTER_S + 1)
    return (
        np.where(valid, heard, np.nan),
        np.where(valid, heard[later], np.nan),
        np.where(valid, slow, np.nan),
    )


@metric(
    title="hr_recovery_bpm",
    unit="bpm",
    scope="activity",
    combine="none",
    needs=("hr_bpm", "speed_mps"),
    source="Cole 1999 N Engl J Med 341:1351 (drop in the first minute), from the hardest end of an effort",
    evidence=Evidence.useful,
    version=1,
)
def hr_recovery_bpm(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """How many beats the heart rate fell in the minute after the hardest effort of the run ended.

    Needs a recorded minute of easing off (40 % slower or more), and an effort at 85 % of the maximum (95 % of
    the run's own highest where that is not known). `detail.easing` says how: standing, walking or jogging;
    compare only like with like. A number of training, not of health.
    """
    shared = prepared(activity)
    samples = shared.samples
    if not shared.on_foot:
        return Unknown("not_on_foot")
    if samples is None or not has_values(samples.hr_bpm):
        return Unknown("no_hr")
    if not samples.has_speed:
        return Unknown("no_speed")
    peak, after, speed = ends_of_effort(samples)
    if not has_values(peak):
        return Unknown("no_end_of_effort")
    k = int(np.nanargmax(peak))
    highest = float(np.nanmax(samples.hr_bpm))
    hr_max = athlete.thresholds.value("hr_max_bpm")
    hard = HARD_OF_SESSION * highest if hr_max is None else HARD_OF_MAX * hr_max
    drop = float(peak[k] - after[k])
    if float(peak[k]) < hard or drop <= 0:
        return Unknown("no_hard_effort")
    slow = float(speed[k])
    easing = "standing" if slow < STOP_SPEED_MPS else "walking" if slow < WALKING_MPS else "jogging"
    heard = ~np.isnan(samples.hr_bpm[k : k + AFTER_S + 1])
    detail = {
        "start_s": round(float(samples.t_s[k]), 1),
        "from_bpm": round(float(peak[k]), 1),
        "to_bpm": round(float(after[k]), 1),
        "easing": easing,
    }
    return Measure(drop, coverage=float(heard.mean()), detail=detail)
