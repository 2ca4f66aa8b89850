"""Race predictions: the published models, a range that holds them all, and nothing too far away."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics import race_predictions
from coach.domain.metrics.performance import race_time_of
from coach.domain.metrics.predict import riegel
from coach.domain.metrics.race_predictions import DISTANCES_M, predict

from .build import DAY, because, value
from .examples import example_of, vectors
from .past_runs import a_run, history, jog

MILE_KM = 1.609344
HALF_M, MARATHON_M = DISTANCES_M[3:]


def every_day(km_per_week: float, days: int = 200):
    return [jog(100 + n, n, km=km_per_week / 7) for n in range(days)]


def race(days_ago: int, metres: float, seconds: float, id: int = 1):
    return a_run(id, days_ago, race=True, metres=metres, seconds=seconds)


def of(predictions, metres):
    return next(p for p in predictions if p.distance_m == metres)


@pytest.mark.parametrize(
    "vector",
    [v for v in vectors("vickers_vertosick") if v["inputs"]["model"] == 1],
    ids=lambda v: str(v["expected"]),
)
def test_the_marathon_is_vickers_and_vertosicks_when_the_weekly_distance_is_known(vector):
    inputs = vector["inputs"]
    # The race lies before the eight weeks, so that it does not count as volume.
    runs = every_day(inputs["miles_per_week"] * MILE_KM)
    found = of(predict(history(*runs, race(57, inputs["d_m"], inputs["t_s"])), DAY, DISTANCES_M), MARATHON_M)
    assert found.model == "vickers_vertosick"
    assert found.time_s == pytest.approx(vector["expected"], abs=max(vector["tol"], 1.0))
    assert not found.optimistic
    assert found.models["vdot"] < found.time_s


@example_of("race_predictions", source="golden.json riegel and vdot_table: a half in 1:30, a 5 km of VDOT 40")
def test_the_rows_carry_every_model():
    (vector,) = [v for v in vectors("riegel") if v["inputs"]["d1_m"] == HALF_M]
    past = history(*every_day(40), race(10, HALF_M, vector["inputs"]["t1_s"]))
    found = race_predictions.race_predictions(past, DAY)
    assert value(found) == 5
    rows = {row["distance_m"]: row for row in found.detail["rows"]}
    assert rows[MARATHON_M]["models"]["riegel"] == pytest.approx(vector["expected"], abs=0.1)
    assert rows[HALF_M]["time_s"] == pytest.approx(vector["inputs"]["t1_s"], abs=0.1)
    (published,) = [
        v for v in vectors("vdot_table") if v["inputs"]["vdot"] == 40 and v["inputs"]["distance_m"] == 5000
    ]
    slower = history(*every_day(40), race(10, 10_000, 50 * 60 + 3))  # VDOT 40 in the table
    five = of(predict(slower, DAY, [5000.0]), 5000.0)
    assert five.time_s == pytest.approx(published["expected"]["published_s"], abs=4)


def test_without_a_weekly_distance_the_marathon_is_called_optimistic():
    past = history(race(10, HALF_M, 5400), *[jog(100 + n, n) for n in range(20)], first=20)
    found = of(predict(past, DAY, DISTANCES_M), MARATHON_M)
    assert (found.model, found.reason, found.optimistic) == ("vdot", "no_volume", True)


def test_a_marathon_just_run_is_its_own_prediction():
    found = of(predict(history(*every_day(50), race(10, MARATHON_M, 12_600)), DAY, DISTANCES_M), MARATHON_M)
    assert found.time_s == pytest.approx(12_600, abs=1)
    assert not found.optimistic


def test_too_far_beyond_the_evidence_nothing_is_said():
    found = predict(history(*every_day(40), race(10, 3000, 660)), DAY, DISTANCES_M)
    marathon, half = of(found, MARATHON_M), of(found, HALF_M)
    assert (marathon.time_s, marathon.because) == (None, "prediction_too_far")
    assert half.reason == "far"
    five = of(found, 5000.0)
    assert (half.high_s - half.low_s) / half.time_s > (five.high_s - five.low_s) / five.time_s


def test_each_distance_starts_from_the_race_nearest_to_it():
    short, long = race(10, 5000, 1200, id=1), race(40, HALF_M, 5600, id=2)
    found = predict(history(*every_day(40), short, long), DAY, DISTANCES_M)
    assert of(found, 5000.0).time_s == pytest.approx(1200, abs=1)
    assert of(found, HALF_M).time_s == pytest.approx(5600, abs=1)
    jogged = race(40, HALF_M, 7200, id=2)
    found = predict(history(*every_day(40), short, jogged), DAY, DISTANCES_M)
    assert of(found, HALF_M).time_s < 5600


def test_why_a_range_is_wide():
    def why(*pasts, **more):
        return of(predict(history(*every_day(40), *pasts, **more), DAY, [10_000.0]), 10_000.0).reason

    ten = 2600.0
    assert why(race(10, 10_000, ten)) == "race"
    assert why(race(100, 10_000, ten)) == "old"
    assert why(a_run(1, 9, [(8000, 2080)]), a_run(2, 20, [(8000, 2090)])) == "training"
    held = {"lthr_bpm": 165.0, "hr_rest_bpm": 50.0}
    assert why(thresholds=held) == "heart_rate"


def test_beyond_the_marathon_only_a_marathon_tells():
    """From a half, VDOT gave 50 km faster per km than Vickers & Vertosick the marathon."""
    (from_half,) = predict(history(*every_day(45), race(20, HALF_M, 5716)), DAY, [50_000.0])
    assert (from_half.time_s, from_half.because) == (None, "prediction_too_far")
    marathon, ultra = predict(history(*every_day(45), race(20, 42_195, 13_200)), DAY, [42_195.0, 50_000.0])
    assert ultra.time_s / 50_000 > marathon.time_s / 42_195


@pytest.mark.parametrize("seconds", [14_390, 14_410, 16_230])
def test_a_marathon_of_four_hours_and_more_predicts_the_next(seconds):
    """VDOT ends at four hours, but who ran 4:30 a fortnight ago is not told 4:21 from a half."""
    past = history(*every_day(45), race(14, MARATHON_M, seconds), race(40, HALF_M, 7000, id=2))
    found = predict(past, DAY, DISTANCES_M)
    marathon, half = of(found, MARATHON_M), of(found, HALF_M)
    assert marathon.time_s == pytest.approx(seconds, rel=1e-3)
    assert marathon.low_s < seconds < marathon.high_s
    assert half.time_s == pytest.approx(7000, rel=1e-3), "for shorter races the half tells more"


def test_a_marathon_long_before_the_best_race_is_another_athletes():
    past = history(*every_day(45), race(150, MARATHON_M, 16_230), race(40, HALF_M, 7000, id=2))
    assert of(predict(past, DAY, DISTANCES_M), MARATHON_M).model == "vickers_vertosick"


def test_without_evidence_there_is_no_prediction():
    assert because(race_predictions.race_predictions(history(*every_day(40)), DAY)) == "need_effort"


def test_critical_speed_takes_part_where_its_model_holds():
    line = [a_run(n, 5 + n, [(4 * t + 240, t)], race=True) for n, t in enumerate((240, 480, 840), 1)]
    found = predict(history(*every_day(40), *line), DAY, DISTANCES_M)
    assert of(found, 5000.0).models["critical_speed"] == pytest.approx((5000 - 240) / 4)
    assert "critical_speed" not in of(found, 10_000.0).models


@given(
    st.sampled_from([5000.0, 10_000.0, HALF_M]),
    st.floats(3.0, 5.2),
    st.floats(20, 120),
    st.integers(0, 170),
)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_range_holds_every_model_and_longer_takes_longer(metres, speed, km_per_week, days_ago):
    past = history(*every_day(km_per_week), race(days_ago, metres, metres / speed))
    found = [p for p in predict(past, DAY, DISTANCES_M) if p.time_s is not None]
    assert len(found) >= 4
    for p in found:
        assert p.low_s < p.time_s < p.high_s
        assert all(p.low_s - 1e-6 <= seconds <= p.high_s + 1e-6 for seconds in p.models.values())
        assert all(math.isfinite(s) for s in p.models.values())
    times = [p.time_s for p in found]
    assert times == sorted(times)
    paces = [p.time_s / p.distance_m for p in found]
    assert paces == sorted(paces)


# From a kilometre to the marathon, and closer where one way of predicting hands over to another.
EVERY_M = sorted(
    {
        *(1000 * 42.195 ** (n / 60) for n in range(60)),
        *(at + off for at in (HALF_M, 0.99 * MARATHON_M) for off in (-20.0, 0.0, 20.0)),
        *(30_000.0, 41_000.0, 42_175.0, MARATHON_M),
    }
)


def slopes(past, distances=EVERY_M):
    """Return by which power of distance time grows from each of the distances to the next."""
    times = [p.time_s for p in predict(past, DAY, distances)]
    assert None not in times
    pairs = zip(zip(distances, times, strict=True), zip(distances[1:], times[1:], strict=True), strict=False)
    return [math.log(t2 / t1) / math.log(d2 / d1) for (d1, t1), (d2, t2) in pairs]


@given(
    st.sampled_from([5000.0, 10_000.0, HALF_M, 30_000.0]),
    st.floats(2.8, 5.2),
    st.floats(20, 120),
    st.integers(0, 170),
)
@settings(max_examples=12, derandomize=True, deadline=None)
def test_pace_never_gets_faster_with_distance_and_time_never_jumps(metres, speed, km_per_week, days_ago):
    """41 km went by VDOT, 42.195 km by Vickers & Vertosick: the last one took a quarter of an hour."""
    past = history(*every_day(km_per_week), race(days_ago, metres, metres / speed))
    found = slopes(past)
    # 1e-9: where the pace stays the same the slope is 1 but for the last digit of a float.
    assert min(found) >= 1 - 1e-9, "a slope below 1 is a faster pace over more"
    assert max(found) < 1.6, "a jump is a slope without bounds"


def test_between_the_half_and_the_marathon_both_have_a_say():
    past = history(*every_day(40), race(10, HALF_M, 5716))
    half, thirty, marathon = predict(past, DAY, [HALF_M, 30_000.0, MARATHON_M])
    share = math.log(30_000 / HALF_M) / math.log(2)
    assert thirty.time_s == pytest.approx(half.time_s ** (1 - share) * marathon.time_s**share)
    assert thirty.model == "vickers_vertosick"
    assert thirty.low_s < thirty.models["vdot"] < thirty.time_s < thirty.high_s


def test_a_half_and_a_slow_marathon_are_joined_too():
    past = history(*every_day(45), race(14, MARATHON_M, 12_900), race(40, HALF_M, 5600, id=2))
    found = slopes(past, [m for m in EVERY_M if m >= HALF_M - 20])
    assert 1 <= min(found) <= max(found) < 1.6
    (thirty,) = predict(past, DAY, [30_000.0])
    assert set(thirty.activities) == {1, 2}


def test_a_race_between_them_is_its_own_prediction():
    past = history(*every_day(45), race(14, 30_000, 8400), race(40, HALF_M, 5600, id=2))
    (thirty,) = predict(past, DAY, [30_000.0])
    assert thirty.time_s == pytest.approx(8400, rel=1e-3)
    found = slopes(past, [m for m in EVERY_M if m >= HALF_M - 20])
    assert 1 <= min(found) <= max(found) < 1.6


def test_riegel_starts_from_what_the_race_is_worth_today():
    rested = history(*[jog(9 + n, 28 + n) for n in range(60)], race(30, 10_000, 2600))
    (half,) = predict(rested, DAY, [HALF_M])
    assert half.models["riegel"] > riegel(10_000, 2600, HALF_M) * 1.03


@given(
    st.sampled_from([1500.0, 3000.0, 5000.0]),
    st.sampled_from([10_000.0, 15_000.0, 21_097.5]),
    st.floats(0.91, 1.09),
)
@settings(max_examples=40, derandomize=True, deadline=None)
def test_two_races_worth_different_fitness_make_no_longer_race_faster(short_m, long_m, apart):
    """A 3 km and a 15 km race 9 % apart once gave a shorter time just beyond the middle between them."""
    past = history(
        race(20, short_m, race_time_of(45.0, short_m)),
        race(30, long_m, race_time_of(45.0 * apart, long_m), 2),
    )
    found = predict(past, DAY, DISTANCES_M)
    assert isinstance(found, list)
    paces = [p.time_s / p.distance_m for p in found if p.time_s is not None]
    assert len(paces) >= 3
    assert paces == sorted(paces)
    assert all(p.low_s <= p.time_s <= p.high_s for p in found if p.time_s is not None)
