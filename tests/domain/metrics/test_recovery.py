"""HRV, resting heart rate, form and the athlete's words against what is usual; sleep."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest

from coach.domain.daily import Entry
from coach.domain.metrics import daily_windows as windows
from coach.domain.metrics.load_series import load_series
from coach.domain.metrics.recovery import (
    form_pct,
    form_pct_series,
    hrv_baseline_ms,
    hrv_z,
    hrv_z_series,
    rhr_deviation_bpm,
    rhr_deviation_series,
    wellness,
    wellness_series,
)
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.sleep import (
    debt_series,
    sleep_average_s,
    sleep_debt_h,
    sleep_regularity_min,
)

from .build import because, value
from .examples import example_of
from .pasts import TODAY, lived, past

# 53 nights that swing by ±10 % around 60 ms, and a week at 50 ms.
SWING = [60 * math.exp(0.1 if i % 2 else -0.1) for i in range(53)]


@example_of(
    "hrv_z", source="Plews 2014's rule by hand: 53 nights at ±.1 around ln 60, then 7 nights of ln 50"
)
def test_hrv_z_by_hand():
    history = past(hrv_rmssd_ms=[*SWING, *[50.0] * 7])
    logs = [math.log(v) for v in (*SWING, *[50.0] * 7)]
    mean = sum(logs) / 60
    sd = math.sqrt(sum((x - mean) ** 2 for x in logs) / 59)
    found = hrv_z(history, TODAY)
    assert value(found) == pytest.approx((math.log(50) - mean) / sd)
    assert value(found) < -1.1
    assert (found.detail["series"], found.detail["unusual"], found.coverage) == ("hrv_rmssd_ms", False, 1.0)


@example_of("hrv_baseline_ms", source="by hand: nights of 40 and 90 ms by turns have the geometric mean 60")
def test_the_usual_hrv_is_a_geometric_mean():
    found = hrv_baseline_ms(past(hrv_rmssd_ms=[40.0, 90.0] * 30), TODAY)
    assert value(found) == pytest.approx(60)
    half = 0.5 * math.log(1.5) * math.sqrt(60 / 59)  # daily SD of ln: ln 1.5 with n − 1
    assert found.detail["low_ms"] == pytest.approx(60 * math.exp(-half))
    assert found.detail["high_ms"] == pytest.approx(60 * math.exp(half))


def test_sdnn_is_a_series_of_its_own_and_never_mixed():
    both = past(hrv_rmssd_ms=[50.0, 55.0] * 30, hrv_sdnn_ms=[90.0, 20.0] * 30)
    only = past(hrv_rmssd_ms=[50.0, 55.0] * 30)
    assert hrv_z(both, TODAY) == hrv_z(only, TODAY)
    apple = hrv_z(past(hrv_sdnn_ms=[90.0, 20.0] * 30), TODAY)
    assert isinstance(apple, Measure)
    assert apple.detail["series"] == "hrv_sdnn_ms"
    # a new watch: three nights of rMSSD do not borrow the range of the old one's SDNN
    begun = past(hrv_rmssd_ms=[*[None] * 57, 40.0, 41.0, 42.0], hrv_sdnn_ms=[*[60.0, 66.0] * 28, *[None] * 4])
    told = hrv_z(begun, TODAY)
    assert isinstance(told, Measure)
    assert told.detail["series"] == "hrv_sdnn_ms"


def test_hrv_needs_three_of_seven_and_fourteen_of_sixty():
    nights = [50.0, 55.0] * 7
    assert because(hrv_z(past(hrv_rmssd_ms=nights[:13]), TODAY)) == "need_hrv_nights"
    assert isinstance(hrv_z(past(hrv_rmssd_ms=nights), TODAY), Measure)
    gone = past(hrv_rmssd_ms=[*nights, *[None] * 5, 50.0, None])
    assert because(hrv_z(gone, TODAY)) == "need_hrv_this_week"
    assert because(hrv_z(past(), TODAY)) == "no_hrv"
    assert because(hrv_z(past(hrv_rmssd_ms=[50.0] * 60), TODAY)) == "hrv_never_varies"


def test_a_watch_that_was_not_worn_writes_zero_and_that_is_not_a_night():
    assert because(hrv_z(past(hrv_rmssd_ms=[0.0] * 60), TODAY)) == "no_hrv"


@example_of("rhr_deviation_bpm", source="by hand: 56 against 28 mornings of 48, 50 and 52 with median 50")
def test_resting_heart_rate_against_the_median_of_the_days_before():
    mornings = [48.0, 50.0, 52.0] * 9 + [50.0]
    found = rhr_deviation_bpm(past(rhr_bpm=[*mornings, 56.0]), TODAY)
    assert value(found) == 6
    assert found.detail["usual_bpm"] == 50
    assert because(rhr_deviation_bpm(past(rhr_bpm=[*[50.0] * 9, 56.0]), TODAY)) == "need_rhr_days"
    assert because(rhr_deviation_bpm(past(rhr_bpm=[*mornings, None]), TODAY)) == "no_rhr_that_day"


@example_of(
    "form_pct", source="golden.json's recurrence: 60 even days of 50 AU, then 3 of 100: (CTL − ATL) / CTL"
)
def test_form_in_percent_is_of_the_morning():
    loads = [50.0] * 60 + [100.0] * 3
    found = form_pct(past(load=[*loads, 300.0]), TODAY)
    keep42, keep7 = math.exp(-1 / 42), math.exp(-1 / 7)
    ctl, atl = (100 - 50 * keep**3 for keep in (keep42, keep7))
    assert value(found) == pytest.approx(100 * (ctl - atl) / ctl)
    assert value(form_pct(past(load=[*loads, 0.0]), TODAY)) == value(found)  # the day itself is not in it


def test_form_needs_six_weeks_and_some_fitness():
    assert because(form_pct(past(load=[50.0] * 42), TODAY)) == "need_days"
    assert isinstance(form_pct(past(load=[50.0] * 43), TODAY), Measure)
    assert because(form_pct(past(load=[10.0] * 100), TODAY)) == "fitness_too_low_for_form"
    assert because(form_pct(past(), TODAY)) == "day_without_history"


@example_of("wellness", source="by hand: fatigue 2, soreness 4, stress 0 of 10 and mood 3 of 5")
def test_wellness_by_hand():
    said = [
        Entry("fatigue", TODAY, 9.0),
        Entry("fatigue", TODAY, 2.0),  # the last word counts
        Entry("soreness", TODAY, 4.0),
        Entry("stress", TODAY, 0.0),
        Entry("mood", TODAY, 3.0),
        Entry("mood", TODAY - timedelta(days=1), 1.0),
        Entry("stress", TODAY),  # a word without a number
    ]
    found = wellness(past(entries=said), TODAY)
    assert value(found) == pytest.approx((0.8 + 0.6 + 1.0 + 0.5) / 4)
    assert found.coverage == 1
    assert because(wellness(past(entries=said), TODAY - timedelta(days=2))) == "no_wellness"


@example_of("sleep_average_s", source="by hand: nights of 6, 7, 8 and 7 hours of the last seven")
def test_average_sleep():
    found = sleep_average_s(
        past(sleep_s=[3600.0 * h for h in (6, 7)] + [None] * 3 + [28800.0, 25200.0]), TODAY
    )
    assert value(found) == 7 * 3600
    assert found.coverage == pytest.approx(4 / 7)
    assert because(sleep_average_s(past(sleep_s=[25200.0] * 3), TODAY)) == "need_nights"


@example_of("sleep_debt_h", source="by hand: seven nights an hour under the need of 8 h; own median of 7.5 h")
def test_sleep_debt_against_eight_hours_or_the_own_median():
    found = sleep_debt_h(past(sleep_s=[7 * 3600.0] * 7), TODAY)
    assert value(found) == pytest.approx(7)
    assert found.detail["need_from"] == "default"
    own = sleep_debt_h(past(sleep_s=[7.5 * 3600.0] * 60 + [6.5 * 3600.0] * 7), TODAY)
    assert value(own) == pytest.approx(7)
    assert (own.detail["need_from"], own.detail["need_s"]) == ("own", 27000)


def test_who_always_sleeps_little_needs_more_than_that():
    found = sleep_debt_h(past(sleep_s=[6 * 3600.0] * 90), TODAY)
    assert value(found) == pytest.approx(7)
    assert found.detail["need_from"] == "least"


def test_long_nights_pay_back_but_leave_no_credit():
    assert value(sleep_debt_h(past(sleep_s=[7 * 3600.0] * 3 + [9.5 * 3600.0] * 4), TODAY)) == 0


@example_of("sleep_regularity_min", source="by hand: middles of 150 and 210 minutes by turns, 14 nights")
def test_regularity_is_the_spread_of_the_middle_of_sleep():
    start, end = [-60.0, 0.0] * 7, [360.0, 420.0] * 7
    found = sleep_regularity_min(past(sleep_start_min=start, sleep_end_min=end), TODAY)
    assert value(found) == pytest.approx(30 * math.sqrt(14 / 13))
    assert found.detail["middle_min"] == 180
    few = past(sleep_start_min=start[:6], sleep_end_min=end[:6])
    assert because(sleep_regularity_min(few, TODAY)) == "need_nights"
    assert because(sleep_regularity_min(past(sleep_s=[27000.0] * 14), TODAY)) == "no_sleep_times"


@pytest.mark.parametrize(
    ("series", "metric"),
    [
        (hrv_z_series, hrv_z),
        (rhr_deviation_series, rhr_deviation_bpm),
        (form_pct_series, form_pct),
        (wellness_series, wellness),
        (debt_series, sleep_debt_h),
    ],
    ids=lambda fn: fn.__name__,
)
def test_many_days_at_once_agree_with_each_day_as_it_was(series, metric):
    history = lived(150)
    first = TODAY - timedelta(days=149)
    found = series(history, first, TODAY)
    for i in range(0, 150, 3):
        day = first + timedelta(days=i)
        alone = metric(history.until(day), day)
        if np.isnan(found[i]):
            assert not isinstance(alone, Measure)
        else:
            assert value(alone) == pytest.approx(found[i], abs=1e-9)


def test_medians_and_spreads_agree_with_numpy():
    rng = np.random.default_rng(3)
    table = rng.normal(50, 5, (40, 9))
    table[rng.random(table.shape) < 0.3] = np.nan
    assert windows.median(table, 1) == pytest.approx(np.nanmedian(table, axis=1), nan_ok=True)
    assert windows.spread(table, 2) == pytest.approx(np.nanstd(table, axis=1, ddof=1), nan_ok=True)


def test_form_of_tomorrow_follows_from_today():
    history = past(load=[50.0] * 60)
    tomorrow = TODAY + timedelta(days=1)
    series = load_series(history.daily_load)
    assert series is not None
    expected = 100 * (series.ctl[-1] - series.atl[-1]) / series.ctl[-1]
    assert form_pct_series(history, tomorrow, tomorrow)[0] == pytest.approx(expected)


def test_a_zero_of_a_watch_that_was_not_worn_is_no_night():
    history = past(rhr_bpm=[*[50.0] * 28, 0.0], sleep_s=[*[7 * 3600.0] * 5, 0.0, 0.0])
    assert because(rhr_deviation_bpm(history, TODAY)) == "no_rhr_that_day"
    average = sleep_average_s(history, TODAY)
    assert isinstance(average, Measure)
    assert (average.value, average.detail["nights"], average.coverage) == (7 * 3600, 5, 5 / 7)
    few = rhr_deviation_bpm(past(rhr_bpm=[*[50.0] * 8, *[0.0] * 20, 51.0]), TODAY)
    assert (few.because, few.params["have"]) == ("need_rhr_days", 8)
