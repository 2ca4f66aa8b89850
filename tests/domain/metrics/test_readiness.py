"""Readiness of a day, what overrides it, its forecast, and the training status."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.daily import Entry
from coach.domain.metrics.forecast import forecasts, readiness_forecast
from coach.domain.metrics.history import Past
from coach.domain.metrics.overrides import overrides
from coach.domain.metrics.readiness import readiness, readiness_on, readiness_series
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.training_status import status_of, training_status

from .build import because, value
from .examples import example_of, vectors
from .pasts import TODAY, lived, past

YESTERDAY = TODAY - timedelta(days=1)
WELL = [Entry("fatigue", TODAY, 0.0), Entry("mood", TODAY, 5.0)]
# 53 ordinary nights, a week like them: z is near 0.
HRV = [58.0, 62.0] * 30


@example_of("readiness", source="golden.json readiness: every term at its best is 100 at full coverage")
def test_readiness_of_a_good_day():
    best = vectors("readiness")[0]["expected"]
    history = past(
        hrv_rmssd_ms=HRV,
        rhr_bpm=[50.0] * 29,
        sleep_s=[8 * 3600.0] * 7,
        load=[50.0] * 60,
        entries=WELL,
    )
    found = readiness(history, TODAY)
    assert value(found) == pytest.approx(best["score"])
    assert found.coverage == best["coverage"]
    assert found.detail["advice"] == "as_planned"
    assert found.detail["override"] == []
    assert all(term["present"] and term["s"] == 1 for term in found.detail["terms"].values())


def test_readiness_renormalises_over_what_is_known():
    # HRV fine (.25), fatigue 8 of 10 (.25): half of the weights is enough
    history = past(hrv_rmssd_ms=HRV, entries=[Entry("fatigue", TODAY, 8.0)])
    found = readiness(history, TODAY)
    assert value(found) == pytest.approx(100 * (0.25 * 1 + 0.25 * 0.2) / 0.5)
    assert (found.coverage, found.detail["advice"]) == (0.5, "reduce")
    assert found.detail["terms"]["form_pct"] == {"value": None, "s": None, "weight": 0.2, "present": False}


def test_under_half_there_is_no_number():
    found = readiness(past(hrv_rmssd_ms=HRV, load=[50.0] * 60), TODAY)
    assert because(found) == "readiness_needs_more"
    assert found.params == {"coverage": 45}


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (Entry("illness", TODAY), "illness"),
        (Entry("illness", YESTERDAY, text="열이 나요"), "illness"),
        (Entry("note", TODAY, text="어제부터 열이 나고 몸살 기운이 있어요"), "illness"),
        (Entry("pain", TODAY, 4.0, "knee", "left", "무릎이 아파서 절뚝거려요"), "gait"),
        (Entry("pain", TODAY, 4.0, "knee", text="my knee hurts and I am limping"), "gait"),
        (Entry("note", TODAY, text="달리다가 가슴이 조이고 아팠어요"), "red_flag"),
        (Entry("note", TODAY, text="I had chest pain during my run"), "red_flag"),
    ],
)
def test_illness_an_altered_gait_or_a_red_flag_overrides_any_score(entry, kind):
    history = past(hrv_rmssd_ms=HRV, entries=[*WELL, entry])
    found = readiness(history, TODAY)
    assert value(found) == 100
    assert found.detail["advice"] == "rest"
    assert [o["kind"] for o in found.detail["override"]] == [kind]
    # and without any score it is told all the same
    assert readiness_on(past(entries=[entry]), TODAY).advice == "rest"


@pytest.mark.parametrize("ago", range(5))
def test_illness_holds_for_days_until_it_is_said_to_be_over(ago):
    ill = Entry("illness", TODAY - timedelta(days=ago), text="독감이래요", id=1)
    assert [o.kind for o in overrides(past(entries=[ill]), TODAY)] == ["illness"]
    for words in ("감기 다 나았어", "독감은 이제 나았어요", "I am no longer sick"):
        well = Entry("note", TODAY, text=words, id=2)
        assert overrides(past(entries=[ill, well]), TODAY) == (), words
    again = Entry("illness", TODAY, text="다시 열이 나요", id=3)
    well = Entry("note", TODAY, text="다 나았어", id=2)
    assert [o.kind for o in overrides(past(entries=[ill, well, again]), TODAY)] == ["illness"]


def test_being_well_again_ends_no_red_flag():
    flag = Entry("note", TODAY - timedelta(days=3), text="달리다가 가슴이 조이고 아팠어요", id=1)
    well = Entry("note", TODAY, text="다 나았어", id=2)
    assert [o.kind for o in overrides(past(entries=[flag, well]), TODAY)] == ["red_flag"]


@pytest.mark.parametrize(
    "entry",
    [
        Entry("illness", TODAY - timedelta(days=5), text="열이 나요"),
        Entry("pain", TODAY - timedelta(days=2), 4.0, "knee", text="절뚝거려요"),
        Entry("note", TODAY - timedelta(days=7), text="달리다가 가슴이 조이고 아팠어요"),
        Entry("illness", TODAY, 0.0),
        Entry("illness", TODAY + timedelta(days=1), text="열이 나요"),
        Entry("pain", TODAY, 2.0, "knee", text="무릎이 살짝 아프지만 절뚝거리지는 않아요"),
        Entry("note", TODAY, text="knee is fine, not limping at all"),
        Entry("note", TODAY, text="오늘은 컨디션이 좋아서 즐겁게 달렸어요"),
        Entry("soreness", TODAY, 5.0, text="종아리가 뭉쳤어요"),
    ],
)
def test_what_is_over_denied_or_ordinary_overrides_nothing(entry):
    assert overrides(past(entries=[entry]), TODAY) == ()


def test_many_days_at_once_agree_with_each_day_as_it_was():
    history = lived(200)
    first = TODAY - timedelta(days=199)
    series = readiness_series(history, first, TODAY)
    known = 0
    for i in range(0, 200, 7):
        day = first + timedelta(days=i)
        found = readiness(history.until(day), day)
        if np.isnan(series.score[i]):
            assert because(found) == "readiness_needs_more"
        else:
            known += 1
            assert value(found) == pytest.approx(series.score[i], abs=1e-9)
            assert found.coverage == series.coverage[i]
    assert known > 15


@example_of(
    "readiness_forecast",
    source="by hand: a past on which every day is alike is forecast to stay so, and erred by nothing",
)
def test_a_past_that_never_changes_is_forecast_to_stay():
    said = [Entry("fatigue", TODAY - timedelta(days=i), 4.0) for i in range(200)]
    history = past(hrv_rmssd_ms=[58.0, 62.0] * 130, load=[50.0] * 260, entries=said)
    found = readiness_forecast(history, TODAY)
    now = value(readiness(history, TODAY))
    assert value(found) == pytest.approx(now, abs=0.5)
    assert found.detail["n"] == 120
    assert found.detail["mae"] == pytest.approx(0, abs=0.5)
    assert found.detail["naive_mae"] == pytest.approx(0, abs=0.5)
    assert found.detail["method"] == "ridge"


def test_each_forecast_uses_nothing_later_than_its_evening():
    history = lived()
    first = TODAY - timedelta(days=150)
    series = forecasts(history, first, TODAY)
    for i in (0, 40, 90, 150):
        day = first + timedelta(days=i)
        alone = readiness_forecast(history.until(day), day)
        if np.isnan(series.made[i]):
            assert because(alone) == "forecast_needs_readiness"
        else:
            assert value(alone) == pytest.approx(series.made[i], abs=1e-7)


def test_the_error_is_that_of_the_forecasts_made():
    history = lived()
    while not isinstance(found := readiness_forecast(history, history.last_day), Measure):
        history = history.until(history.last_day - timedelta(days=1))
    last = history.last_day
    off = []
    for back in range(1, 121):
        day = last - timedelta(days=back)
        made = readiness_forecast(history.until(day), day)
        came = readiness(history, day + timedelta(days=1))
        if isinstance(made, Measure) and isinstance(came, Measure):
            off.append(abs(made.value - came.value))
    assert found.detail["n"] == len(off)
    assert found.detail["mae"] == pytest.approx(np.mean(off), abs=1e-7)
    assert found.detail["mae"] < found.detail["naive_mae"]  # on a life that has something to learn
    assert found.detail["low"] <= found.value <= found.detail["high"]


def test_a_short_past_carries_the_terms_over():
    found = readiness_forecast(lived(70), TODAY)
    if isinstance(found, Measure):
        assert found.detail["method"] == "carry_over"
    short = past(hrv_rmssd_ms=[58.0, 62.0] * 10, entries=WELL)
    assert because(readiness_forecast(short, TODAY)) == "forecast_needs_days"
    assert because(readiness_forecast(past(), TODAY)) == "forecast_needs_readiness"


@example_of(
    "training_status", source="by hand: CTL of even days stays as it is, so nothing is gained in a week"
)
def test_even_training_maintains():
    found = training_status(past(load=[50.0] * 120), TODAY)
    assert value(found) == pytest.approx(0, abs=1e-9)
    assert found.detail["status"] == "maintaining"


@pytest.mark.parametrize(
    ("loads", "status"),
    [
        ([40.0] * 90 + [60.0] * 30, "productive"),
        ([40.0] * 110 + [180.0] * 10, "overreaching"),
        ([60.0] * 90 + [0.0] * 30, "detraining"),
        ([40.0] * 88 + [70.0] * 24 + [42.0] * 8, "recovering"),  # less again, and not yet fresh
        ([40.0] * 88 + [70.0] * 24 + [30.0] * 8, "peaking"),
    ],
)
def test_the_word_follows_the_loads(loads, status):
    found = training_status(past(load=loads), TODAY)
    assert isinstance(found, Measure)
    assert found.detail["status"] == status


def test_more_load_for_less_efficiency_is_unproductive():
    assert status_of(2.0, 2.0, -12.0, -4.0) == "unproductive"
    assert status_of(2.0, 2.0, -12.0, None) == "productive"
    assert status_of(2.0, 2.0, -12.0, -2.0) == "productive"  # within what instruments move


def test_the_efficiency_of_two_spans_is_compared():
    runs = [
        Past(
            i,
            TODAY - timedelta(days=4 * i),
            Sport.run,
            {"efficiency_factor": Measure(1.0 if i < 7 else 1.25)},
        )
        for i in range(14)
    ]
    history = replace(past(load=[40.0] * 90 + [60.0] * 30), activities=tuple(reversed(runs)))
    found = training_status(history, TODAY)
    assert isinstance(found, Measure)
    assert found.detail["efficiency_pct"] == pytest.approx(-20)
    assert found.detail["status"] == "unproductive"
    assert because(training_status(past(load=[50.0] * 30), TODAY)) == "need_days"
