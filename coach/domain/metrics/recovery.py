"""What the nights and the athlete's own words say of a day against what is usual."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats
from coach.domain.daily import Entry
from coach.domain.metrics import daily_windows as windows
from coach.domain.metrics.history import History
from coach.domain.metrics.readiness_score import ReadinessScore, Term, readiness_of
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

__all__ = [
    "ReadinessScore",
    "Term",
    "form_pct",
    "form_pct_series",
    "hrv_baseline_ms",
    "hrv_ranges",
    "hrv_z",
    "hrv_z_series",
    "readiness_of",
    "rhr_baseline",
    "rhr_deviation_bpm",
    "rhr_deviation_series",
    "wellness",
    "wellness_series",
]

# A watch records one of the two, rarely both; they are different quantities and are never mixed.
HRV_SERIES = ("hrv_rmssd_ms", "hrv_sdnn_ms")
WEEK_DAYS, WEEK_AT_LEAST = 7, 3
RANGE_DAYS, RANGE_AT_LEAST = 60, 14
USUAL_SD = 0.5  # the smallest worthwhile change (Plews 2014): the week's mean is usual within it
UNUSUALLY_HIGH_Z = 1.5
RHR_DAYS, RHR_AT_LEAST = 28, 10
FORM_DAYS, FORM_CTL = 42, 15.0
# What the athlete says → (best, worst) of its scale.
WELLNESS = {"fatigue": (0.0, 10.0), "soreness": (0.0, 10.0), "stress": (0.0, 10.0), "mood": (5.0, 1.0)}


@dataclass(frozen=True)
class HrvRanges:
    """ln HRV of every day of a span: the week's mean, the 60-day mean and its day-to-day SD.

    Arrays have one value per day, NaN where too few nights are known; `series[i]` is the index in
    HRV_SERIES of what day i rests on.
    """

    week: Floats
    mean: Floats
    sd: Floats
    week_nights: Floats
    nights: Floats
    series: NDArray[np.int64]

    @property
    def z(self) -> Floats:
        """Return (week − mean) / SD; NaN where it cannot be told, or where every night was the same."""
        z = np.full(self.week.size, np.nan)
        np.divide(self.week - self.mean, self.sd, out=z, where=self.sd > 1e-9)
        return z


def hrv_ranges(history: History, first: date, last: date) -> HrvRanges:
    """Return the week's mean and the usual range of ln HRV for every day of a span."""
    size = (last - first).days + 1
    kept = [*(np.full(size, np.nan) for _ in range(3)), np.zeros(size), np.zeros(size)]
    series: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
    undecided = np.ones(size, dtype=bool)
    for n, name in enumerate(HRV_SERIES):
        known = history.daily.get(name, {})
        if not known:
            continue
        rows = np.log(windows.trailing(known, first, last, RANGE_DAYS))
        week = rows[:, -WEEK_DAYS:]
        found = (
            windows.mean(week, WEEK_AT_LEAST),
            windows.mean(rows, RANGE_AT_LEAST),
            windows.spread(rows, RANGE_AT_LEAST),
            windows.count(week),
            windows.count(rows),
        )
        # The first series that can tell a day; else the one with more nights, to say what is missing.
        tells = ~np.isnan(found[0]) & ~np.isnan(found[2])
        take = undecided & (tells | (found[4] > kept[4]))
        for ours, theirs in zip(kept, found, strict=True):
            ours[take] = theirs[take]
        series[take] = n
        undecided &= ~tells
    week_mean, mean, sd, week_nights, nights = kept
    return HrvRanges(week_mean, mean, sd, week_nights, nights, series)


def hrv_z_series(history: History, first: date, last: date) -> Floats:
    """Return `hrv_z` of every day of a span, NaN where it is unknown."""
    return hrv_ranges(history, first, last).z


@metric(
    title="hrv_z",
    unit="SD",
    scope="day",
    combine="none",
    needs=HRV_SERIES,
    source="Plews 2014: 7-day mean of ln rMSSD (≥3 nights) against the 60-day mean, in 60-day daily SD (≥14)",
    evidence=Evidence.useful,
    version=1,
)
def hrv_z(history: History, day: date) -> Measure | Unknown:
    """The week's heart-rate variability against the normal range of the last 60 days.

    Where only SDNN is recorded (Apple Watch) it is a series of its own: `detail["series"]` says which.
    Above +1.5 is unusual, not better.
    """
    ranges = hrv_ranges(history, day, day)
    if (missing := _hrv_missing(ranges)) is not None:
        return missing
    z = float(ranges.z[0])
    if np.isnan(z):
        return Unknown("hrv_never_varies")
    return Measure(
        z,
        coverage=float(ranges.nights[0]) / RANGE_DAYS,
        detail={
            "series": HRV_SERIES[int(ranges.series[0])],
            "week_nights": int(ranges.week_nights[0]),
            "nights": int(ranges.nights[0]),
            "unusual": z > UNUSUALLY_HIGH_Z,
        },
    )


@metric(
    title="hrv_baseline_ms",
    unit="ms",
    scope="day",
    combine="none",
    needs=HRV_SERIES,
    source="Plews 2014: geometric mean of 60 days (≥14 nights); usual for the week's mean within ±½ daily SD",
    evidence=Evidence.useful,
    version=1,
)
def hrv_baseline_ms(history: History, day: date) -> Measure | Unknown:
    """The usual heart-rate variability; detail: the usual range and the week's mean, all in ms."""
    ranges = hrv_ranges(history, day, day)
    if (missing := _hrv_missing(ranges, week=False)) is not None:
        return missing
    mean, sd, week = float(ranges.mean[0]), float(ranges.sd[0]), float(ranges.week[0])
    return Measure(
        float(np.exp(mean)),
        coverage=float(ranges.nights[0]) / RANGE_DAYS,
        detail={
            "low_ms": float(np.exp(mean - USUAL_SD * sd)),
            "high_ms": float(np.exp(mean + USUAL_SD * sd)),
            "week_ms": None if np.isnan(week) else float(np.exp(week)),
            "series": HRV_SERIES[int(ranges.series[0])],
            "nights": int(ranges.nights[0]),
        },
    )


def _hrv_missing(ranges: HrvRanges, *, week: bool = True) -> Unknown | None:
    if ranges.nights[0] == 0:
        return Unknown("no_hrv")
    if np.isnan(ranges.sd[0]):
        return Unknown("need_hrv_nights", {"have": int(ranges.nights[0]), "nights": RANGE_AT_LEAST})
    if week and np.isnan(ranges.week[0]):
        return Unknown("need_hrv_this_week", {"have": int(ranges.week_nights[0]), "nights": WEEK_AT_LEAST})
    return None


def rhr_baseline(history: History, first: date, last: date) -> Floats:
    """Return the median resting heart rate of the 28 days before each day, NaN under 10 known ones."""
    known, before = history.daily.get("rhr_bpm", {}), timedelta(days=1)
    return windows.median(windows.trailing(known, first - before, last - before, RHR_DAYS), RHR_AT_LEAST)


def rhr_deviation_series(history: History, first: date, last: date) -> Floats:
    """Return `rhr_deviation_bpm` of every day of a span, NaN where it is unknown."""
    today = windows.trailing(history.daily.get("rhr_bpm", {}), first, last, 1)[:, 0]
    return today - rhr_baseline(history, first, last)


@metric(
    title="rhr_deviation_bpm",
    unit="bpm",
    scope="day",
    combine="none",
    needs=("rhr_bpm",),
    source="Resting heart rate minus the median of the 28 days before (≥10 known)",
    evidence=Evidence.useful,
    version=2,
)
def rhr_deviation_bpm(history: History, day: date) -> Measure | Unknown:
    """How far the morning's resting heart rate lies above what is usual."""
    value = float(rhr_deviation_series(history, day, day)[0])
    before = history.values("rhr_bpm", day - timedelta(days=RHR_DAYS), day - timedelta(days=1))
    known = [v for v in before.values() if v > 0]  # a watch that was not worn writes 0
    if not history.daily.get("rhr_bpm", {}).get(day, 0.0) > 0:
        return Unknown("no_rhr_that_day")
    if np.isnan(value):
        return Unknown("need_rhr_days", {"have": len(known), "days": RHR_AT_LEAST})
    usual = history.daily["rhr_bpm"][day] - value
    return Measure(
        value, coverage=len(known) / RHR_DAYS, detail={"usual_bpm": usual, "rhr_bpm": usual + value}
    )


def form_pct_series(history: History, first: date, last: date) -> Floats:
    """Return `form_pct` of every day of a span, NaN where it is unknown.

    The day after the history's last one is known too: the form of a morning rests on the day before.
    """
    found = np.full((last - first).days + 1, np.nan)
    series = history.load
    if series is None:
        return found
    # Row i is the morning after day i of the series.
    mornings = np.arange(1, len(series) + 1)
    share = np.divide(
        100 * (series.ctl - series.atl),
        series.ctl,
        out=np.full(len(series), np.nan),
        where=(series.ctl >= FORM_CTL) & (mornings >= FORM_DAYS),
    )
    place = mornings + (series.first_day - first).days
    inside = (place >= 0) & (place < found.size)
    found[place[inside]] = share[inside]
    return found


@metric(
    title="form_pct",
    unit="pct",
    scope="day",
    combine="none",
    needs=("training_load",),
    source="TSB / CTL of the morning; from 42 days of history and a CTL of 15 on",
    evidence=Evidence.useful,
    version=1,
)
def form_pct(history: History, day: date) -> Measure | Unknown:
    """Form in percent of fitness, as the day begins: what was done on the day itself is not in it."""
    series = history.load
    i = None if series is None else series.index(day)
    if series is None or i is None:
        return Unknown("day_without_history")
    if i < FORM_DAYS:
        return Unknown("need_days", {"days": FORM_DAYS + 1})
    ctl, value = float(series.ctl[i - 1]), float(form_pct_series(history, day, day)[0])
    if np.isnan(value):
        return Unknown("fitness_too_low_for_form", {"ctl": round(FORM_CTL)})
    detail = {"ctl": ctl, "tsb": float(series.tsb[i]), "provisional": bool(series.provisional[i])}
    return Measure(value, detail=detail)


def wellness_series(history: History, first: date, last: date) -> Floats:
    """Return `wellness` of every day of a span, NaN where nothing was said."""
    said: dict[date, list[Entry]] = {}
    for entry in history.entries:
        if first <= entry.day <= last:
            said.setdefault(entry.day, []).append(entry)
    good = {day: float(np.mean([*s.values()])) for day, of in said.items() if (s := _wellness_of(of))}
    return windows.dense(good, first, last)


def _wellness_of(entries: Iterable[Entry]) -> dict[str, float]:
    """Return kind → 0–1 of what was said, the last word of each kind."""
    found: dict[str, float] = {}
    for entry in entries:
        if entry.kind in WELLNESS and entry.value is not None:
            best, worst = WELLNESS[entry.kind]
            found[entry.kind] = min(1.0, max(0.0, (entry.value - worst) / (best - worst)))
    return found


@metric(
    title="wellness",
    unit="ratio",
    scope="day",
    combine="none",
    needs=tuple(WELLNESS),
    source="Mean of fatigue, soreness, stress (0–10) and mood (1–5), each from worst (0) to best (1); "
    "Saw 2016: what athletes say answers to load more consistently than what devices measure",
    evidence=Evidence.useful,
    version=1,
)
def wellness(history: History, day: date) -> Measure | Unknown:
    """How the athlete says to feel on a day, from 0 (worst) to 1 (best)."""
    parts = _wellness_of(entry for entry in history.entries if entry.day == day)
    if not parts:
        return Unknown("no_wellness")
    return Measure(
        float(np.mean([*parts.values()])), coverage=len(parts) / len(WELLNESS), detail={"parts": parts}
    )
