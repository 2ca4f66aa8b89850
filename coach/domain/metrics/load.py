"""Fitness, fatigue and form of a day, how it came about, and how sudden it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from coach.domain.activity import Floats, Sport
from coach.domain.metrics.history import History
from coach.domain.metrics.load_series import CHRONIC_DAYS, LoadSeries, load_ratio_of, monotony_of
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

SPIKE_DAYS = 30
# Frandsen 2025 Br J Sports Med, 5,205 runners: hazard ratio of an overuse injury in a run that much longer
# (in percent, up to and including) than the longest of the 30 days before. Up to 10 % is the reference.
NO_SPIKE_PCT = 10.0
SPIKES = ((30.0, 1.64), (100.0, 1.52), (float("inf"), 2.28))


def hazard_ratio_of(spike_pct: float) -> float | None:
    """Return the hazard ratio that Frandsen 2025 found for a run so much longer; None: it was no spike."""
    share = round(spike_pct, 6)  # 16.5 km after 15 are 10 %, whatever the last digit of the division
    if share <= NO_SPIKE_PCT:
        return None
    return next(ratio for limit, ratio in SPIKES if share <= limit)


def _known_on(history: History, day: date) -> LoadSeries | None:
    return None if history.load is None else history.load.known_on(day)


def _day_value(history: History, day: date, name: Literal["ctl", "atl", "tsb"]) -> Measure | Unknown:
    series = _known_on(history, day)
    i = None if series is None else series.index(day)
    if series is None or i is None:
        return Unknown("day_without_history")
    values: Floats = getattr(series, name)
    return Measure(float(values[i]), detail={"provisional": bool(series.provisional[i])})


@metric(
    title="ctl",
    unit="AU",
    scope="day",
    combine="none",
    needs=("training_load",),
    source="Banister 1975 impulse-response as an exponential mean, 42 days, α = 1 − e^(−1/42)",
    evidence=Evidence.useful,
    version=2,
)
def ctl(history: History, day: date) -> Measure | Unknown:
    """Fitness: the exponential mean of daily load over 42 days, that day's load included."""
    return _day_value(history, day, "ctl")


@metric(
    title="atl",
    unit="AU",
    scope="day",
    combine="none",
    needs=("training_load",),
    source="Banister 1975 impulse-response as an exponential mean, 7 days, α = 1 − e^(−1/7)",
    evidence=Evidence.useful,
    version=2,
)
def atl(history: History, day: date) -> Measure | Unknown:
    """Fatigue: the exponential mean of daily load over 7 days, that day's load included."""
    return _day_value(history, day, "atl")


@metric(
    title="tsb",
    unit="AU",
    scope="day",
    combine="none",
    needs=("training_load",),
    source="CTL − ATL of the day before (form in the morning)",
    evidence=Evidence.useful,
    version=2,
)
def tsb(history: History, day: date) -> Measure | Unknown:
    """Form in the morning: yesterday's fitness minus yesterday's fatigue."""
    return _day_value(history, day, "tsb")


@metric(
    title="ramp_rate",
    unit="AU",
    scope="day",
    combine="none",
    needs=("training_load",),
    source="CTL − CTL seven days before",
    evidence=Evidence.useful,
    version=2,
)
def ramp_rate(history: History, day: date) -> Measure | Unknown:
    """How much fitness rose within the last seven days."""
    series = _known_on(history, day)
    i = None if series is None else series.index(day)
    if series is None or i is None:
        return Unknown("day_without_history")
    if i < 7:
        return Unknown("need_days", {"days": 8})
    value = float(series.ctl[i] - series.ctl[i - 7])
    return Measure(value, detail={"provisional": bool(series.provisional[i])})


@metric(
    title="monotony",
    unit="ratio",
    scope="day",
    combine="none",
    needs=("training_load",),
    source="Foster 1998 Med Sci Sports Exerc 30:1164; 7 days with rest days, population SD",
    evidence=Evidence.contested,
    version=1,
)
def monotony(history: History, day: date) -> Measure | Unknown:
    """How alike the last seven days were: mean of daily load over its standard deviation."""
    week = history.week_until(day)
    if week is None:
        return Unknown("need_days", {"days": 7})
    value = monotony_of(week)
    return Unknown("same_load_every_day") if value is None else Measure(value)


@metric(
    title="strain",
    unit="AU",
    scope="day",
    combine="none",
    needs=("training_load",),
    source="Foster 1998 Med Sci Sports Exerc 30:1164: weekly load · monotony",
    evidence=Evidence.contested,
    version=1,
)
def strain(history: History, day: date) -> Measure | Unknown:
    """The load of the last seven days times their monotony."""
    alike = monotony(history, day)
    week = history.week_until(day)
    if isinstance(alike, Unknown) or alike.value is None or week is None:
        return alike
    return Measure(float(week.sum()) * alike.value)


@metric(
    title="acwr",
    unit="ratio",
    scope="day",
    combine="none",
    needs=("training_load",),
    source="Windt & Gabbett 2019 (7 days over the 21 before); critique: Impellizzeri 2020",
    evidence=Evidence.contested,
    version=1,
)
def acwr(history: History, day: date) -> Measure | Unknown:
    """Load of the last seven days against the 21 before them. A description, never a reason.

    `detail` also has the coupled ratio (7 over 28 days, Gabbett 2016) and the weighted one (Williams 2017).
    Chance denominators reproduce its link with injuries (Impellizzeri 2020), and in 5,205 runners it ran
    the other way (Frandsen 2025), so nothing is advised on it.
    """
    series = history.load
    i = None if series is None else series.index(day)
    if series is None or i is None:
        return Unknown("day_without_history")
    if i + 1 < CHRONIC_DAYS:
        return Unknown("need_days", {"days": CHRONIC_DAYS})
    found = load_ratio_of(series.load[: i + 1])
    if found.uncoupled is None:
        return Unknown("no_load_before")
    rounded = {name: None if v is None else round(v, 4) for name, v in vars(found).items()}
    return Measure(found.uncoupled, detail={"coupled_7_28": rounded["coupled"], "ewma_7_28": rounded["ewma"]})


@metric(
    title="longest_spike_pct",
    unit="pct",
    scope="day",
    combine="none",
    needs=("distance_m",),
    source="Frandsen 2025 Br J Sports Med: a run's distance against the longest of the 30 days before it",
    evidence=Evidence.useful,
    version=1,
)
def longest_spike_pct(history: History, day: date) -> Measure | Unknown:
    """How much longer the day's longest run was than the longest of the 30 days before; negative: shorter.

    Beyond 10 % `detail.hazard_ratio` is what was found for overuse injuries. `detail.provisional`: the
    records do not reach back 30 days.
    """
    longest = _longest_m(history, day, day)
    if longest is None:
        return Unknown("no_run_that_day")
    before = _longest_m(history, day - timedelta(days=SPIKE_DAYS), day - timedelta(days=1))
    if before is None:
        return Unknown("no_run_in_days", {"days": SPIKE_DAYS})
    spike = 100 * (longest / before - 1)
    detail = {
        "distance_m": longest,
        "before_m": before,
        "hazard_ratio": hazard_ratio_of(spike),
        "provisional": history.known_from > day - timedelta(days=SPIKE_DAYS),
    }
    return Measure(spike, detail=detail)


def _longest_m(history: History, first: date, last: date) -> float | None:
    """Return the distance of the longest run of a span, None when none has one."""
    far = (past.value("distance_m") for past in history.between(first, last, Sport.run))
    return max((metres for metres in far if metres), default=None)
