"""Totals of periods, and which days belong to them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.metrics import Unknown, totals

from .build import because, value
from .examples import example_of

MARCH = date(2026, 3, 2)


def done(day, sport=Sport.run, id=1, **values):
    return totals.Done(id, day, sport, values)


@example_of(
    "activity_count",
    "total_distance_m",
    "total_moving_s",
    "total_elapsed_s",
    "total_ascent_m",
    "total_load",
    "longest_m",
    "average_pace_s_per_km",
    "average_hr_bpm",
    source="Definition, by hand: a 10 km and a 20 km run",
)
def test_totals_of_two_runs():
    short = {
        "distance_m": 10_000,
        "moving_s": 3000,
        "elapsed_s": 3100,
        "ascent_m": 50,
        "training_load": 60,
    }
    long = {"distance_m": 20_000, "moving_s": 7200, "elapsed_s": 7300, "ascent_m": 150, "training_load": 90}
    week = [done(MARCH, id=1, avg_hr_bpm=150, **short), done(MARCH, id=2, **long)]
    assert value(totals.activity_count(week)) == 2
    assert totals.activity_count(week).detail["active_days"] == 1
    assert value(totals.total_distance_m(week)) == 30_000
    assert value(totals.total_moving_s(week)) == 10_200
    assert value(totals.total_elapsed_s(week)) == 10_400
    assert value(totals.total_ascent_m(week)) == 200
    assert value(totals.total_load(week)) == 150
    assert value(totals.longest_m(week)) == 20_000
    assert totals.longest_m(week).detail["activity_id"] == 2
    assert value(totals.average_pace_s_per_km(week)) == 340
    # 150 bpm for 3000 s and nothing known for 7200 s; then 140 bpm for those.
    assert value(totals.average_hr_bpm(week)) == 150
    assert totals.average_hr_bpm(week).coverage == pytest.approx(3000 / 10_200)
    week[1] = done(MARCH, id=2, **long, avg_hr_bpm=140)
    assert value(totals.average_hr_bpm(week)) == pytest.approx((150 * 3000 + 140 * 7200) / 10_200)


def test_a_week_without_runs_is_zero_but_a_run_without_distance_is_unknown():
    assert value(totals.total_distance_m([])) == 0
    assert because(totals.longest_m([])) == "no_values_in_period"
    assert because(totals.average_pace_s_per_km([])) == "no_values_in_period"
    assert isinstance(totals.total_distance_m([done(MARCH)]), Unknown)
    half = totals.total_distance_m([done(MARCH), done(MARCH, distance_m=5000.0)])
    assert value(half) == 5000
    assert half.coverage == 0.5
    assert half.detail["unknown"] == 1


@pytest.mark.parametrize(("start", "first"), [(0, date(2026, 3, 2)), (6, date(2026, 3, 1))])
def test_weeks_begin_when_the_athlete_says(start, first):
    span = totals.week_of(date(2026, 3, 4), start)
    assert (span.first, span.last) == (first, first + timedelta(days=6))


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 200), st.integers(0, 6))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_every_day_lies_in_exactly_one_week_and_one_month(first, days, start):
    last = first + timedelta(days=days)
    every = [first + timedelta(days=i) for i in range(days + 1)]
    for spans in (totals.weeks_between(first, last, start), totals.months_between(first, last)):
        assert all(sum(d in s for s in spans) == 1 for d in every)
        assert all(s.last + timedelta(days=1) == n.first for s, n in pairwise(spans))


def test_months_end_when_they_end():
    assert totals.month_of(date(2024, 2, 10)).last == date(2024, 2, 29)
    assert totals.month_of(date(2026, 12, 31)).last == date(2026, 12, 31)


def test_within_keeps_the_span_and_the_sports():
    week = totals.week_of(MARCH)
    rows = [done(MARCH), done(MARCH + timedelta(days=7)), done(MARCH, Sport.ride)]
    assert totals.within(rows, week) == [rows[0], rows[2]]
    assert totals.within(rows, week, frozenset({Sport.run})) == [rows[0]]
