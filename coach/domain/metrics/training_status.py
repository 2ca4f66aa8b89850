"""Where training is going, in one word."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median
from typing import Literal

from coach.domain.activity import Sport
from coach.domain.metrics.history import History
from coach.domain.metrics.recovery import form_pct
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

Status = Literal[
    "overreaching", "detraining", "recovering", "peaking", "unproductive", "productive", "maintaining"
]

WEEKS = 4
TREND_DAYS = 28
RUNS_AT_LEAST = 5  # in each of the two spans
CHANGED_PCT = 3.0  # efficiency: what instruments and weather move anyway
# Fitness points a week in percent of fitness; conventions of the field.
RISING, FALLING, FALLING_FAST = 1.0, -1.0, -4.0
OVERREACHED, FRESH, VERY_FRESH = -30.0, 5.0, 20.0


def status_of(ramp_pct: float, week_pct: float, form: float, efficiency_pct: float | None) -> Status:
    """Return the word for where training goes.

    `ramp_pct`: change of CTL per week over four weeks, in percent of it; `week_pct`: over the last week.
    `form`: TSB in percent of CTL. `efficiency_pct`: change of the efficiency factor, None when unknown.
    """
    if form < OVERREACHED:
        return "overreaching"
    if form > VERY_FRESH and ramp_pct <= FALLING_FAST:
        return "detraining"
    if form > FRESH and week_pct < 0:
        return "peaking" if ramp_pct > FALLING_FAST and (efficiency_pct or 0.0) >= 0 else "recovering"
    if week_pct <= FALLING:
        return "recovering"
    if ramp_pct >= RISING:
        worse = efficiency_pct is not None and efficiency_pct <= -CHANGED_PCT
        return "unproductive" if worse else "productive"
    if ramp_pct <= FALLING_FAST:
        return "detraining"
    return "maintaining"


@metric(
    title="training_status",
    unit="AU_per_week",
    scope="day",
    combine="none",
    needs=("training_load", "efficiency_factor"),
    source="CTL per week over 28 days, form in percent of fitness, and the efficiency factor of 28 days "
    "against the 28 before; the bands are conventions",
    evidence=Evidence.contested,
    version=1,
)
def training_status(history: History, day: date) -> Measure | Unknown:
    """How fast fitness rose over four weeks; `detail["status"]` is the word for where training is going."""
    form = form_pct(history, day)
    if isinstance(form, Unknown) or form.value is None:
        return form
    series = history.load
    i = None if series is None else series.index(day)
    if series is None or i is None:
        return Unknown("day_without_history")
    now, week, month = (float(series.ctl[i - back]) for back in (0, 7, TREND_DAYS))
    ramp = (now - month) / WEEKS
    base = max(now, month)
    efficiency = _efficiency_pct(history, day)
    return Measure(
        ramp,
        detail={
            "status": status_of(100 * ramp / base, 100 * (now - week) / base, form.value, efficiency),
            "form_pct": form.value,
            "week": now - week,
            "efficiency_pct": efficiency,
            "provisional": bool(series.provisional[i]),
        },
    )


def _efficiency_pct(history: History, day: date) -> float | None:
    """Return by how much the runs of 28 days were more efficient than those of the 28 days before."""
    spans = []
    for end in (day, day - timedelta(days=TREND_DAYS)):
        runs = history.between(end - timedelta(days=TREND_DAYS - 1), end, Sport.run)
        known = [v for run in runs if not run.treadmill and (v := run.value("efficiency_factor"))]
        if len(known) < RUNS_AT_LEAST:
            return None
        spans.append(median(known))
    return 100 * (spans[0] / spans[1] - 1)
