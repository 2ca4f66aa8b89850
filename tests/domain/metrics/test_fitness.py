"""Fitness of a day: what it rests on, what time off takes from it, and never a look ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from fakes.past import demo_past
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.athlete import Sex, Threshold
from coach.domain.metrics import Measure, Unknown, fitness
from coach.domain.metrics.current_vdot import Vdot, vdot_on, vdot_series
from coach.domain.metrics.performance import race_time_of, vdot_of
from coach.domain.metrics.thresholds import estimate
from coach.domain.metrics.verification import Level
from coach.domain.metrics.vo2max import hr_speed_regression

from .build import DAY, because, value
from .examples import example_of, vectors
from .past_runs import a_run, ago, history, jog

KEPT_UP = [jog(100 + n, n) for n in range(0, 200, 3)]  # nobody stops running here


def race(days_ago: int, metres: float = 5000, seconds: float = 1200, id: int = 1):
    return a_run(id, days_ago, race=True, metres=metres, seconds=seconds)


@example_of("vdot", source="golden.json vdot: Daniels & Gilbert 1979")
@pytest.mark.parametrize("vector", vectors("vdot"), ids=lambda v: str(v["expected"]))
def test_a_race_is_worth_what_daniels_and_gilbert_say(vector):
    metres, seconds = vector["inputs"]["distance_m"], vector["inputs"]["time_s"]
    found = fitness.vdot(history(*KEPT_UP, race(10, metres, seconds)), DAY)
    assert value(found) == pytest.approx(vector["expected"], abs=vector["tol"])
    assert found.detail["level"] == "race_confirmed"
    assert found.detail["age_days"] == 10
    assert found.detail["low"] < value(found) < found.detail["high"]


@pytest.mark.parametrize(("days_off", "share"), [(5, 1.0), (14, 0.973), (28, 0.931), (56, 0.847)])
def test_time_off_takes_what_daniels_says(days_off, share):
    found = vdot_on(history(*[jog(9 + n, days_off + n) for n in range(30)], race(days_off + 1)), DAY)
    assert isinstance(found, Vdot)
    assert found.value == pytest.approx(share * vdot_of(5000, 1200))
    assert found.days_off == days_off


def first_weeks(known: str) -> list[Vdot | Unknown]:
    """Return VDOT of the demo's first thirty days, each as it was known with these heart rates."""
    life, found = demo_past(), []
    for n in range(30):
        day = life.first_day + timedelta(days=n)
        then = life.until(day)
        held: list[Threshold] = []
        if known == "estimated":
            guessed = estimate(then.activities, then.daily["rhr_bpm"], day, life.athlete.birth_year)
            held = [t for t in guessed.values() if isinstance(t, Threshold)]
        found.append(vdot_on(then if known == "believed" else replace(then, thresholds=held), day))
    return found


@pytest.mark.parametrize("known", ["believed", "estimated", "nothing"])
def test_the_range_of_the_first_three_weeks_holds_the_value_of_day_thirty(known):
    row = first_weeks(known)
    settled = row[29]
    assert isinstance(settled, Vdot)
    assert not settled.provisional
    # With three runs of which no two come close, and no heart rates to go by, there is no number yet.
    unknown = 2 if known == "believed" else 4
    assert all(isinstance(found, Unknown) for found in row[:unknown])
    for n, found in enumerate(row[unknown:21], unknown + 1):
        assert isinstance(found, Vdot), n
        assert found.provisional, n
        assert found.low <= settled.value <= found.high, n
        assert found.low < found.value < found.high, n


def test_few_runs_are_provisional_until_a_race_speaks():
    twice = [a_run(n, 60 + n, [(5000, 1500)]) for n in (1, 2)]
    nine = [*twice, *(jog(100 + n, 3 * n) for n in range(7))]
    few, enough = (vdot_on(history(*nine, *more), DAY) for more in ([], [jog(200, 1)]))
    assert (few.provisional, enough.provisional) == (True, False)
    assert few.value == enough.value
    assert few.high > 1.25 * enough.high
    assert fitness.vdot(history(*nine), DAY).detail["provisional"]
    raced = vdot_on(history(race(3), jog(2, 5)), DAY)
    assert not raced.provisional
    assert raced.high < 1.03 * raced.value


def test_cross_training_halves_the_loss():
    rides = [a_run(500 + n, n, sport=Sport.ride) for n in range(0, 28, 2)]
    runs = [jog(9 + n, 28 + n) for n in range(30)]
    rested, rode = (vdot_on(history(*runs, race(29), *more), DAY) for more in ([], rides))
    assert rode.value == pytest.approx(rested.value * 0.965 / 0.931)


def test_what_was_lost_comes_back_over_as_many_days_as_the_break_had():
    # 28 days off until 14 days ago: the middle of the way back.
    runs = [jog(100 + n, n) for n in range(15)] + [jog(200 + n, 43 + n) for n in range(20)]
    found = vdot_on(history(*runs, race(44)), DAY)
    assert found.value == pytest.approx((1 - (1 - 0.931) / 2) * vdot_of(5000, 1200))


def test_a_best_in_training_needs_a_second_run_close_to_it():
    fast, next_best = a_run(1, 9, [(5000, 1100)]), a_run(2, 20, [(5000, 1290)])
    witness = a_run(3, 30, [(5000, 1310)])
    found = vdot_on(history(*KEPT_UP, fast, next_best, witness), DAY)
    assert found.value == pytest.approx(vdot_of(5000, 1290))
    assert (found.level, found.activities) == (Level.watch, (2, 3))
    assert found.high - found.value > found.value - found.low, "a best in training is a lower bound"


def test_bests_run_down_a_hill_are_no_form_even_twice():
    held = {"lthr_bpm": 165.0, "hr_rest_bpm": 50.0}  # the jogs imply a VDOT of 47, the hill one of 70
    downhill = [a_run(n, 9 + n, [(5000, 900)]) for n in (1, 2)]
    found = vdot_on(history(*KEPT_UP, *downhill, race(60, 5000, 1400, id=3), thresholds=held), DAY)
    assert found.basis.activity_id == 3


def test_a_race_wins_over_a_faster_training_run_that_nobody_confirms():
    found = vdot_on(history(*KEPT_UP, race(60), a_run(2, 5, [(5000, 1000)])), DAY)
    assert found.basis.activity_id == 1


def test_the_range_widens_with_age():
    fresh, old = (vdot_on(history(*KEPT_UP, race(days)), DAY) for days in (5, 150))
    assert (old.high - old.low) / old.value > 2 * (fresh.high - fresh.low) / fresh.value


def test_after_half_a_year_a_race_no_longer_counts():
    assert isinstance(vdot_on(history(*KEPT_UP, race(179)), DAY), Vdot)
    assert because(fitness.vdot(history(*KEPT_UP, race(181)), DAY)) == "need_effort"
    assert because(fitness.vdot(history(jog(1, 3)), DAY)) == "need_runs"


def test_without_a_hard_effort_heart_rate_speaks():
    held = {"lthr_bpm": 165.0, "hr_rest_bpm": 50.0}
    # 140 bpm is 90/115 of the reserve up to LTHR: threshold is 115/90 times as fast.
    found = fitness.vdot(history(*KEPT_UP, thresholds=held), DAY)
    threshold = fitness.threshold_pace_s_per_km(history(*KEPT_UP, thresholds=held), DAY)
    assert value(threshold) == pytest.approx(345 * 90 / 115, rel=1e-3)
    assert found.detail["level"] == "heart_rate"
    assert found.estimated


def test_an_illness_does_not_change_what_vdot_rests_on():
    held = {"lthr_bpm": 165.0, "hr_rest_bpm": 50.0}
    tempo = [a_run(n, 40 + 7 * n, [(5000, race_time_of(44.0, 5000))]) for n in (1, 2)]
    easy = [jog(100 + n, 12 + n, hr=141) for n in range(60)]
    before, after = (vdot_on(history(*easy, *tempo, thresholds=held), ago(days)) for days in (13, 0))
    assert before.level is after.level
    assert after.value < before.value


PASTS = st.lists(
    st.tuples(
        st.integers(-20, 300),
        st.sampled_from([3000.0, 5000.0, 10_000.0, 21_097.5]),
        st.floats(3.0, 5.5),
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)


@given(PASTS, st.integers(0, 200))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_nothing_later_is_read_and_the_order_of_import_does_not_matter(runs, back):
    pasts = [a_run(n, d, [(m, m / v)], race=r) for n, (d, m, v, r) in enumerate(runs)]
    whole, day = history(*pasts, thresholds={"lthr_bpm": 165.0, "hr_rest_bpm": 50.0}), ago(back)
    for metric in (
        fitness.vdot,
        fitness.vo2max,
        fitness.threshold_pace_s_per_km,
        fitness.weekly_volume_m,
    ):
        assert metric(whole, day) == metric(whole.until(day), day)
    again = history(*pasts[::-1], thresholds={"lthr_bpm": 165.0, "hr_rest_bpm": 50.0})
    one, other = fitness.vdot(whole, day), fitness.vdot(again, day)
    assert getattr(one, "value", None) == getattr(other, "value", None)


def test_a_series_is_the_metric_of_each_day():
    past = history(*[jog(100 + n, 30 + 2 * n) for n in range(60)], race(60), race(100, 10_000, 2600, 2))
    days = [ago(n) for n in range(150)]
    row = vdot_series(past, days)
    for day, found in zip(days, row, strict=True):
        known = fitness.vdot(past.until(day), day)
        assert np.isnan(found) if not isinstance(known, Measure) else found == pytest.approx(known.value)
    assert np.isnan(row).any()
    assert not np.isnan(row).all()


@example_of("vo2max", source="golden.json uth: Uth 2004, 15.3 times HRmax over HRrest")
def test_without_anything_better_the_ratio_of_heart_rates():
    (vector,) = vectors("uth")
    top, rest = vector["inputs"]["hr_max"], vector["inputs"]["hr_rest"]
    found = fitness.vo2max(history(thresholds={"hr_max_bpm": top, "hr_rest_bpm": rest}), DAY)
    assert value(found) == pytest.approx(vector["expected"], abs=max(vector["tol"], 0.01))
    assert (found.detail["method"], found.detail["error"]) == ("hr_ratio", 2.7)


def test_the_watch_is_believed_first_and_all_estimates_stand_with_their_errors():
    easy = [jog(n, n, hr=130 + n, pace=360 - 3 * n) for n in range(1, 25)]
    held = {"hr_max_bpm": 190.0, "hr_rest_bpm": 50.0}
    found = fitness.vo2max(history(*easy, thresholds=held, daily={"vo2max": {ago(3): 52.0}}), DAY)
    assert [e["method"] for e in found.detail["estimates"]] == ["device", "hr_speed", "hr_ratio"]
    assert value(found) == 52
    line = found.detail["estimates"][1]
    expected = hr_speed_regression([1000 / (360 - 3 * n) for n in range(1, 25)], range(131, 155), 190.0)
    assert line["value"] == pytest.approx(expected.vo2max, abs=0.01)
    assert all(e["error"] > 0 for e in found.detail["estimates"])
    assert because(fitness.vo2max(history(*easy), DAY)) == "need_vo2max"


@example_of("threshold_pace_s_per_km", source="golden.json vdot_paces: Daniels' T pace of VDOT 50, 255 s/km")
def test_threshold_pace_of_a_race_is_daniels():
    (vector,) = [v for v in vectors("vdot_paces") if v["inputs"]["vdot"] == 50]
    found = fitness.threshold_pace_s_per_km(
        history(*KEPT_UP, race(5, 10_000, race_time_of(50.0, 10_000))), DAY
    )
    published = vector["expected"]["published_s_per_km"]["T"]
    assert value(found) == pytest.approx(published, abs=vector["tol"]["T"])


@example_of("lthr", source="By hand: the athlete gave it")
def test_what_the_athlete_gave_is_in_force():
    past = history(*KEPT_UP, race(5), thresholds={"lthr_bpm": 168.0, "threshold_speed_mps": 4.0})
    assert value(fitness.lthr(past, DAY)) == 168
    assert fitness.lthr(past, DAY).detail["origin"] == "given"
    assert value(fitness.threshold_pace_s_per_km(past, DAY)) == 250
    assert because(fitness.lthr(history(*KEPT_UP), DAY)) == "need_hr_max"


@example_of("weekly_volume_m", source="By hand: 8 km every second day is 28 km a week")
def test_weekly_volume_is_the_mean_of_eight_weeks():
    found = fitness.weekly_volume_m(history(*[jog(n, n) for n in range(0, 100, 2)]), DAY)
    assert value(found) == pytest.approx(28_000)
    assert found.detail["weeks"] == 8
    assert because(fitness.weekly_volume_m(history(jog(1, 2), first=20), DAY)) == "need_weeks"
    assert value(fitness.weekly_volume_m(history(jog(1, 300)), DAY)) == 0


@example_of("age_grade_pct", source="golden.json age_grade_2025: USATF 2025 tables (CC0)")
@pytest.mark.parametrize("vector", vectors("age_grade_2025"), ids=lambda v: str(v["inputs"]))
def test_age_grade_of_the_best_race(vector):
    inputs = vector["inputs"]
    sex = Sex.female if inputs["sex"] == "F" else Sex.male
    past = history(
        *KEPT_UP,
        race(5, 1000 * inputs["km"], inputs["time_s"]),
        race(50, 5000, 2400, id=2),
        sex=sex,
        birth_year=ago(5).year - inputs["age"],
    )
    found = fitness.age_grade_pct(past, DAY)
    assert value(found) == pytest.approx(vector["expected"]["age_grade_pct"], abs=vector["tol"])
    assert found.detail["activity_id"] == 1


def test_a_race_of_many_hours_has_an_age_grade():
    past = history(*KEPT_UP, race(5, 42_195, 16_200), sex=Sex.male, birth_year=1970)
    found = fitness.age_grade_pct(past, DAY)
    assert found.detail["time_s"] == 16_200
    assert because(fitness.vdot(past, DAY)) == "need_effort", "for VDOT it took too long"


def test_age_grade_needs_to_know_whom_to_compare_with():
    assert because(fitness.age_grade_pct(history(race(5), birth_year=1986), DAY)) == "need_sex"
    assert because(fitness.age_grade_pct(history(race(5), sex=Sex.male), DAY)) == "need_birth_year"
    nobody = history(*KEPT_UP, sex=Sex.male, birth_year=1986)
    assert because(fitness.age_grade_pct(nobody, DAY)) == "need_effort"


def test_the_day_of_the_past_changes_nothing_by_being_in_the_future():
    past = history(*KEPT_UP, race(-10, 5000, 1000))
    assert because(fitness.vdot(past, DAY)) == "need_effort"
    assert value(fitness.vdot(past, DAY + timedelta(days=10))) > 60
