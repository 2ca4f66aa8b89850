"""What the rules of cards read, as of the end of the last finished week, and the figures they name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from coach.domain.activity import Sport
from coach.domain.athlete import ThresholdKind
from coach.domain.insights import Card, Draft, Outlook, candidates
from coach.domain.insights.cards import (
    HRV_Z,
    RHR_ABOVE_BPM,
    STRENGTH_WEEKS,
    TAPER_FROM_M,
)
from coach.domain.metrics import load as load_of
from coach.domain.metrics.recovery import hrv_z_series, rhr_deviation_series
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.totals import Span
from coach.domain.plan.model import Priority
from coach.domain.source import Source
from coach.pipeline.insight_figures import Figures
from coach.pipeline.insight_past import Past

_WEEK = timedelta(days=7)
_EASY_SHARE = 0.8  # of a run whose time lay so much below the first threshold one says it was easy
_OWN = frozenset({Source.journal})
# Thresholds that training paces and zones rest on.
_LEADING = frozenset({ThresholdKind.lthr_bpm, ThresholdKind.threshold_speed_mps})


def found(past: Past, week: Span) -> tuple[tuple[Card, ...], Figures]:
    """Return the cards that hold at the end of a finished week, and the figures they rest on."""
    figures = Figures(past, week.first, week.last)
    seen = Outlook(week.last)
    for part in (_runs, _long_run, _nights, _mornings, _load, _strength, _race, _thresholds):
        seen = replace(seen, **part(past, figures, week))
    return candidates(seen), figures


def draft(card: Card, key: str, figures: Figures) -> Draft:
    """Return a card with its figures and the chart of the days it is about."""
    params = {"start": card.first.isoformat(), "end": card.last.isoformat()} if card.chart else {}
    return Draft(
        "card",
        key,
        card.first,
        card.last,
        figures.some(card.figures),
        card.says,
        topic=card.topic,
        guideline=card.guideline,
        chart=card.chart,
        chart_params=params,
    )


def _back(week: Span, days: int) -> Span:
    return Span(week.last - timedelta(days=days - 1), week.last)


def _runs(past: Past, figures: Figures, week: Span) -> dict[str, Any]:
    """Add how many runs of four weeks were mostly easy, and how many of six were rated."""
    four, six = _back(week, 28), _back(week, 42)
    if not past.is_complete(six.first):
        return {}
    runs = [d for d in past.within(four) if d.is_run and d.spread_s]
    easy = [d for d in runs if (d.easy_s or 0.0) >= _EASY_SHARE * (d.spread_s or 0.0)]
    rows = [d.row for d in runs]
    rests = past.rests(rows) | past.through("intensity_distribution", four.first, four.last)
    figures.add("easy_runs", "easy_runs", len(easy), "count", rows=rows, rests_on=rests, span=four)
    figures.add("measured_runs", "activity_count", len(runs), "count", rows=rows, rests_on=rests, span=four)
    lately = [d.row for d in past.within(six) if d.is_run]
    figures.add("runs_of_six_weeks", "activity_count", len(lately), "count", rows=lately, span=six)
    return {
        "easy_runs": len(easy) if runs else None,
        "measured_runs": len(runs),
        "runs_of_six_weeks": len(lately),
        "rated_of_six_weeks": sum(row.id in past.rated for row in lately),
    }


def _long_run(past: Past, figures: Figures, week: Span) -> dict[str, Any]:
    days = sorted({d.row.local_date for d in past.within(week) if d.is_run})
    jumps: list[tuple[float, date, Measure]] = []
    for day in days:
        of_day = load_of.longest_spike_pct(past.ever, day)
        if isinstance(of_day, Measure) and of_day.value is not None and not of_day.detail["provisional"]:
            jumps.append((of_day.value, day, of_day))
    if not jumps or not past.is_complete(week.first - timedelta(days=load_of.SPIKE_DAYS)):
        return {}
    pct, day, measure = max(jumps, key=lambda j: (j[0], j[1]))
    span, on = Span(day - timedelta(days=load_of.SPIKE_DAYS), day), Span(day, day)
    rows = [d.row for d in past.within(span) if d.is_run]
    figures.add("spike_pct", "longest_spike_pct", pct, "pct", rows=rows, span=on)
    figures.add("spike_m", "distance_m", float(measure.detail["distance_m"]), "m", rows=rows, span=on)
    before = float(measure.detail["before_m"])
    figures.add(
        "spike_before_m", "longest_m", before, "m", rows=rows, span=Span(span.first, day - timedelta(days=1))
    )
    return {"spike_pct": pct, "spike_day": day}


def _daily(past: Past, name: str, span: Span) -> frozenset[Source]:
    origin = past.lately.daily_origin.get(name, {})
    return frozenset(source for day, source in origin.items() if day in span) or past.there


def _nights(past: Past, figures: Figures, week: Span) -> dict[str, Any]:
    span = _back(week, 14)
    slept = [v for v in past.lately.values("sleep_s", span.first, span.last).values() if v > 0]
    if not slept:
        return {}
    rests = _daily(past, "sleep_s", span)
    mean = sum(slept) / len(slept)
    figures.add("sleep_mean_s", "sleep_average_s", mean, "s", rests_on=rests, span=span)
    figures.add("nights", "nights", len(slept), "count", rests_on=rests, span=span)
    return {"sleep_s": mean, "nights": len(slept)}


def _mornings(past: Past, figures: Figures, week: Span) -> dict[str, Any]:
    """Add on how many mornings HRV lay below its usual range, and the resting heart rate above its own."""
    z = hrv_z_series(past.lately, week.first, week.last)
    above = rhr_deviation_series(past.lately, week.first, week.last)
    # NaN compares as False: a morning that is unknown is no low one.
    with np.errstate(invalid="ignore"):
        low, high = int((z < HRV_Z).sum()), int((above >= RHR_ABOVE_BPM).sum())
    long = Span(week.first - timedelta(days=60), week.last)
    figures.add("hrv_low_days", "hrv_low_days", low, "days", rests_on=_daily(past, past.hrv, long))
    figures.add("rhr_high_days", "rhr_high_days", high, "days", rests_on=_daily(past, "rhr_bpm", long))
    return {"hrv_low_days": low, "rhr_high_days": high}


def _load(past: Past, figures: Figures, week: Span) -> dict[str, Any]:
    span = Span(week.first - 4 * _WEEK, week.first - timedelta(days=1))
    if not past.is_complete(span.first) or span.first < past.first_day:
        return {}
    alike = load_of.monotony(past.ever, week.last)
    of_week, of_four = past.within(week), past.within(span)
    own, usual = past.values(week)["load"], past.values(span)["load"]
    value = alike.value if isinstance(alike, Measure) else None

    def rests(days: Iterable[Any], of: Span) -> frozenset[Source]:
        return past.rests(d.row for d in days) | past.through("training_load", of.first, of.last)

    figures.add(
        "monotony", "monotony", None if value is None else round(value, 2), "ratio",
        rows=[d.row for d in of_week], rests_on=rests(of_week, week),
    )  # fmt: skip
    figures.add(
        "load_week", "total_load", own, "AU", rows=[d.row for d in of_week], rests_on=rests(of_week, week)
    )
    mean = None if usual is None else usual / 4
    figures.add("load_usual", "total_load", mean, "AU", rests_on=rests(of_four, span), span=span)
    return {"monotony": value, "load_week": own, "load_usual": mean}


def _strength(past: Past, figures: Figures, week: Span) -> dict[str, Any]:
    plan = past.plan
    if plan is None or plan.end < week.last + STRENGTH_WEEKS * _WEEK:
        return {}
    planned = sum(1 for w in plan.workouts if w.sport is Sport.strength)
    span = Span(plan.start, plan.end)
    figures.add("strength_planned", "plan_strength", planned, "count", rests_on=past.there | _OWN, span=span)
    return {"plan_id": past.plan_id, "strength_planned": planned}


def _race(past: Past, figures: Figures, week: Span) -> dict[str, Any]:
    """Add the next long race that matters, unless a plan leads to it: that eases off by itself."""
    plan = past.plan
    ahead = [
        race.day
        for race in past.races
        if race.day > past.today
        and race.distance_m >= TAPER_FROM_M
        and race.priority is not Priority.c
        and not (plan is not None and plan.start <= race.day <= plan.end)
    ]
    if not ahead:
        return {}
    day = min(ahead)
    figures.add("race_day", "race_day", day.isoformat(), "date", rests_on=_OWN, span=Span(day, day))
    return {"race_day": day, "days_to_race": (day - past.today).days}


def _thresholds(past: Past, figures: Figures, week: Span) -> dict[str, Any]:
    known = [t.valid_from for t in past.thresholds if t.kind in _LEADING and t.valid_from <= week.last]
    if not known:
        return {}
    newest = max(known)
    rests = past.through("lthr_bpm", None, week.last) | past.through("threshold_speed_mps", None, week.last)
    figures.add(
        "threshold_day", "threshold_day", newest.isoformat(), "date", rests_on=rests or past.there | _OWN,
        span=Span(newest, week.last),
    )  # fmt: skip
    return {"threshold_day": newest}
