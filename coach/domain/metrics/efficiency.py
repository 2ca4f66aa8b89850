"""How much speed a heartbeat buys, and how that fades within a run."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Activity, Floats, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import Prepared, prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.resample import trailing_mean
from coach.domain.streams import has_values

MIN_S = 600.0
WARM_UP_S = 600
STEADY_S = 2400  # after the warm-up
MIN_COVERAGE = 0.9
STEADY_WINDOW_S = 60
MAX_SPEED_VARIATION = 0.15  # standard deviation over mean of the minute-by-minute graded speed


def efficiency_of(graded_mps: float, hr_bpm: float) -> float:
    """Return graded metres per minute per heartbeat per minute (TrainingPeaks counts yards: ×1.094)."""
    return graded_mps * 60 / hr_bpm


def decoupling_of(speed_mps: Floats, hr_bpm: Floats) -> float:
    """Return 100·(EF₁ − EF₂)/EF₁ of the two halves, each a ratio of means; positive is drift.

    Both arrays hold one known value per second; of an odd number the second half is the longer one.
    """
    half = speed_mps.size // 2
    first = float(speed_mps[:half].mean() / hr_bpm[:half].mean())
    second = float(speed_mps[half:].mean() / hr_bpm[half:].mean())
    return 100 * (first - second) / first


def _speed_and_hr(shared: Prepared) -> tuple[Floats, Floats] | Unknown:
    """Return graded speed and heart rate of the moving samples (unknown ones NaN)."""
    if shared.activity.sport is not Sport.run:
        return Unknown("not_a_run")
    samples, graded = shared.samples, shared.graded
    if samples is None or graded is None:
        return Unknown("no_speed")
    if not has_values(samples.hr_bpm):
        return Unknown("no_hr")
    moving = ~np.isnan(graded)
    return graded[moving], samples.hr_bpm[moving]


@metric(
    title="efficiency_factor",
    unit="m_per_beat",
    scope="activity",
    combine="none",
    needs=("speed_mps", "hr_bpm"),
    source="Friel: normalised graded speed (m/min) over mean heart rate",
    evidence=Evidence.useful,
    version=1,
)
def efficiency_factor(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Graded metres per minute for each beat per minute. Compare only runs of one kind and weather."""
    shared = prepared(activity)
    both = _speed_and_hr(shared)
    if isinstance(both, Unknown):
        return both
    _, hr = both
    known = ~np.isnan(hr)
    if hr.size < MIN_S:
        return Unknown("too_short", {"minutes": round(MIN_S / 60)})
    coverage = float(np.mean(known))
    if coverage < MIN_COVERAGE or not shared.graded_mps:
        return Unknown("hr_has_gaps")
    return Measure(efficiency_of(shared.graded_mps, float(hr[known].mean())), coverage=coverage)


@metric(
    title="decoupling_pct",
    unit="pct",
    scope="activity",
    combine="none",
    needs=("speed_mps", "hr_bpm"),
    source="Friel (Pa:HR); halves by ratio of means, first 10 minutes left out, steady runs of 50 minutes on",
    evidence=Evidence.useful,
    version=2,
)
def decoupling_pct(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """How much less speed a heartbeat bought in the second half. About 5 % is the usual mark.

    Only for runs that stay steady (speed varies by less than 15 %, no work and recovery) for 40 minutes
    after 10 of warm-up.
    """
    shared = prepared(activity)
    both = _speed_and_hr(shared)
    if isinstance(both, Unknown):
        return both
    graded, hr = both
    graded, hr = graded[WARM_UP_S:], hr[WARM_UP_S:]
    if graded.size < STEADY_S:
        return Unknown("too_short", {"minutes": (WARM_UP_S + STEADY_S) // 60})
    known = ~np.isnan(hr)
    coverage = float(np.mean(known))
    if coverage < MIN_COVERAGE:
        return Unknown("hr_has_gaps")
    by_minute = trailing_mean(graded, np.zeros(graded.size, dtype=np.intp), STEADY_WINDOW_S)[STEADY_WINDOW_S:]
    # Long repetitions vary little from minute to minute, and still are no steady run.
    if shared.bouts or float(by_minute.std()) > MAX_SPEED_VARIATION * float(by_minute.mean()):
        return Unknown("not_steady")
    return Measure(decoupling_of(graded[known], hr[known]), coverage=coverage)
