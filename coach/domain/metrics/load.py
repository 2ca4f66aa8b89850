"""Fitness, fatigue and form of a day, and how it came about."""

from __future__ import annotations

from datetime import date
from typing import Literal

from coach.domain.activity import Floats
from coach.domain.metrics.history import History
from coach.domain.metrics.load_series import monotony_of
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric


def _day_value(history: History, day: date, name: Literal["ctl", "atl", "tsb"]) -> Measure | Unknown:
    series = history.load
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
    version=1,
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
    version=1,
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
    version=1,
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
    version=1,
)
def ramp_rate(history: History, day: date) -> Measure | Unknown:
    """How much fitness rose within the last seven days."""
    series = history.load
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
