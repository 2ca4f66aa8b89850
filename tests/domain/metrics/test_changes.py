"""Lasting changes are found when they are there, and not otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from benchmarks.bench_change import (
    DAYS,
    FIRST,
    SD,
    WATCH,
    Life,
    anomaly_rate,
    detected,
    false_reports,
    simulate,
)
from coach.domain.athlete import Athlete
from coach.domain.metrics.change_points import (
    Noise,
    error_of,
    noise_of,
    segments_of,
    stands_out,
    without_glitches,
)
from coach.domain.metrics.changes import change_points, changes_of, daily_anomalies, standing_out
from coach.domain.metrics.history import History
from coach.domain.metrics.matched import at_reference, effects_of, overlap
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.watched import WHATS
from coach.domain.source import Source

from .examples import example_of

LAST = FIRST + timedelta(days=DAYS - 1)
HALF = DAYS // 2
# Deviations that a hand can add up: mean 0, mean square 1.
ZIGZAG = np.tile([1.0, -1.0, 1.0, 1.0, -1.0, -1.0], 20)


def of_mornings(values: np.ndarray, source: Source = Source.garmin) -> History:
    days = [FIRST + timedelta(days=n) for n in range(len(values))]
    rhr = dict(zip(days, values.tolist(), strict=True))
    return History(
        Athlete(1),
        days[0],
        days[-1],
        daily={"rhr_bpm": rhr},
        daily_sources={"rhr_bpm": frozenset({source})},
        daily_origin={"rhr_bpm": dict.fromkeys(days, source)},
    )


@example_of("change_points", source="by hand: 60 mornings of 50 ± 1 bpm, then 60 of 55 ± 1 bpm")
def test_a_step_is_found_with_its_size_and_day():
    history = of_mornings(50 + ZIGZAG + 5 * (np.arange(120) >= 60))
    result = change_points(history, history.last_day)
    assert isinstance(result, Measure)
    assert result.value == 1
    [row] = result.detail["rows"]
    assert row["day"] == (FIRST + timedelta(days=60)).isoformat()
    assert (row["before"], row["after"], row["step"]) == (50, 55, 5)
    assert (row["n_before"], row["n_after"], row["status"]) == (60, 60, "changed")


@example_of("daily_anomalies", source="by hand: median 50, mean deviation 1 → SD 1.2533; 56 is 4.8 SD away")
def test_a_morning_far_from_the_four_weeks_before_stands_out():
    mornings = 50 + ZIGZAG[:60]
    mornings[-1] = 56
    history = of_mornings(mornings)
    result = daily_anomalies(history, history.last_day)
    assert isinstance(result, Measure)
    [row] = result.detail["rows"]
    assert result.value == 1
    assert (row["value"], row["usual"], row["rule"]) == (56, 50, "one_day")
    spread = max(1.4826, 1.2533)  # the MAD of values that are all one away is one
    assert row["z"] == pytest.approx(6 / spread)


def test_two_days_running_count_where_one_does_not():
    mornings = 50 + ZIGZAG[:62]
    mornings[-2:] = 53.7  # 2.5 SD
    history = of_mornings(mornings)
    [found] = standing_out(history, history.last_day, ("rhr",))
    assert found.rule == "two_days"
    assert not standing_out(history.until(history.last_day - timedelta(days=1)), history.last_day, ("rhr",))


def test_too_little_is_unknown_and_says_how_much_it_takes():
    history = of_mornings(50 + ZIGZAG[:39])
    assert change_points(history, history.last_day) == Unknown("need_values_a_side", {"values": 20})
    assert daily_anomalies(history, FIRST - timedelta(days=3)) == Unknown("nothing_measured_that_day")


# The published simulation: 60 values, a step in the middle, plain noise; penalty 6σ²·ln n.
def test_memory_raises_the_noise_and_a_step_does_not():
    rng = np.random.default_rng(3)
    white = rng.normal(size=2000)
    red = np.zeros(2000)
    for n in range(1, 2000):
        red[n] = 0.6 * red[n - 1] + 0.8 * white[n]
    assert noise_of(white).long_run_sd == pytest.approx(1, abs=0.1)
    assert noise_of(red).memory == pytest.approx(0.6, abs=0.08)
    assert noise_of(red).long_run_sd == pytest.approx(2, abs=0.3)  # √(1.6/0.4)
    stepped = white + 3 * (np.arange(2000) >= 1000)
    assert noise_of(stepped).long_run_sd == pytest.approx(noise_of(white).long_run_sd, rel=0.05)


def test_rounded_values_have_noise():
    rounded = np.round(np.random.default_rng(5).normal(50, 0.4, 400))
    assert noise_of(rounded).sd == pytest.approx(float(rounded.std()), rel=0.35)


def test_the_fast_search_finds_what_pelt_finds():
    from ruptures import Pelt

    rng = np.random.default_rng(11)
    for steps in ((), (40,), (30, 70)):
        values = rng.normal(size=100) + sum((2.5 * (np.arange(100) >= at) for at in steps), np.zeros(100))
        noise = Noise(1.0, 0.0)
        plain = Pelt(model="l2", min_size=7, jump=1).fit(values).predict(pen=6 * np.log(100))
        assert [segment.stop for segment in segments_of(values, noise)] == plain


def test_a_step_must_buy_its_penalty():
    """n₁n₂/(n₁+n₂)·step² > 6·ln n: with 20 and 20 values of SD 1, 1.49 is just enough."""
    error = error_of(Noise(1.0, 0.0), 20, 20)
    assert error**2 == pytest.approx(0.1)
    assert stands_out(1.49, error, 40)
    assert not stands_out(1.48, error, 40)


def test_a_glitch_is_clipped_and_a_step_is_not():
    values = 50 + ZIGZAG + 6 * (np.arange(120) >= 60)
    glitched = values.copy()
    glitched[30] = 120
    cleaned = without_glitches(glitched)
    assert cleaned[30] < 60
    assert np.abs(np.delete(cleaned - values, 30)).max() < 1e-9


def test_the_effect_of_heat_is_learnt_although_the_runner_changed_with_it():
    """A regression on the values would give half of the step to the weather; differences do not."""
    rng = np.random.default_rng(2)
    after = np.arange(160) >= 80
    heat = rng.normal(10, 3, 160) + 8 * after
    level = -0.004 * heat + 0.06 * after + rng.normal(0, 0.01, 160)
    naive = np.polyfit(heat, level, 1)[0]
    effects = effects_of(level, heat[:, None])
    assert naive > 0, "the wrong sign"
    assert effects.slopes[0] == pytest.approx(-0.004, abs=0.0006)
    matched, _ = at_reference(level, heat[:, None], effects)
    assert matched[after].mean() - matched[~after].mean() == pytest.approx(0.06, abs=0.008)


def test_runs_of_different_speeds_do_not_overlap():
    rows = np.concatenate([np.linspace(1.0, 1.1, 30), np.linspace(1.2, 1.3, 30)])[:, None]
    left, right = overlap(rows, np.arange(30), np.arange(30, 60))
    assert left.size == right.size == 0
    left, right = overlap(rows, np.arange(0, 60, 2), np.arange(1, 60, 2))
    assert min(left.size, right.size) >= 26


def test_steady_athletes_hear_nothing():
    """The same simulation as the benchmark's, whose rates the decision record states."""
    for life in (Life(), Life(memory=0.3), Life(memory=0.3, temperature_known=False)):
        assert sum(false_reports(6, life, seed=300).values()) <= 1, life
    for what, most in (("rhr", 0.025), ("hrv", 0.025), ("weight", 0.025), ("stride", 0.035)):
        assert anomaly_rate(2, Life(), what) < most, what


@pytest.mark.parametrize(
    ("what", "size", "least"),
    [
        ("rhr", 2 * SD["rhr"], 0.8),
        ("hrv", 1.5 * SD["hrv"], 0.8),
        ("weight", 1.2, 0.8),
        ("stride", -0.04, 0.8),
    ],
)
def test_changes_are_seen(what, size, least):
    life = Life(step_day=HALF, step=((what, size),))
    assert detected(10, life, what) >= least


def of_one(what, history, day=LAST, since=None):
    return list(changes_of(history, day, (what,), since).changes)


def test_the_stride_since_the_last_race():
    """True: said, with its size. Changed long before, or not at all: not said."""
    race = FIRST + timedelta(days=200)
    stepped = simulate(7, Life(step_day=200, step=(("stride", -0.04),)))
    [found] = of_one("stride", stepped, since=race)
    assert found.step == pytest.approx(-3.9, abs=1.0)
    # March to September before, autumn and winter after: heat is taken out, and said to be a doubt.
    assert (found.status, found.reasons) in (("changed", ()), ("uncertain", ("temperature_apart",)))
    early = simulate(7, Life(step_day=130, step=(("stride", -0.04),)))
    assert not of_one("stride", early, since=race)
    assert not of_one("stride", simulate(7), since=race)
    looks = changes_of(stepped, race + timedelta(days=14), ("stride",), race).looks
    assert looks[0].because == "few_values"
    assert looks[0].n_after < 20


def test_a_hot_summer_is_not_lost_fitness():
    life = Life(step_day=HALF, hotter_after=8.0)
    for seed in range(4):
        assert not of_one("efficiency", simulate(seed, life))


def test_without_temperatures_a_change_is_uncertain_and_the_season_is_none():
    known = simulate(3, Life(step_day=HALF, step=(("stride", -0.05),)))
    unknown = simulate(3, Life(step_day=HALF, step=(("stride", -0.05),), temperature_known=False))
    assert [c.reasons for c in of_one("stride", known)] in ([()], [("temperature_apart",)])
    [found] = of_one("stride", unknown)
    assert (found.status, found.reasons) == ("uncertain", ("temperature_unknown",))
    for seed in range(4):
        assert not of_one("efficiency", simulate(seed, Life(temperature_known=False)))


def test_faster_runs_are_no_longer_stride():
    """Twelve percent faster from one day on, at unchanged form: nothing to compare, so nothing is said."""
    history = simulate(5)
    faster = [
        replace(
            p,
            measures={
                **p.measures,
                "speed_mps": Measure(p.measures["speed_mps"].value * 1.35),
                "stride_length_m": Measure(p.measures["stride_length_m"].value * 1.35**0.7),
            },
        )
        if p.day >= FIRST + timedelta(days=HALF)
        else p
        for p in history.activities
    ]
    assert not of_one("stride", replace(history, activities=faster))
    since = changes_of(replace(history, activities=faster), LAST, ("stride",), FIRST + timedelta(days=HALF))
    assert since.looks[0].because == "no_overlap"


def test_a_new_watch_is_the_watch():
    life = Life(step_day=HALF, step=(("rhr", 5.0), ("stride", -0.05)), new_watch_day=HALF)
    history = simulate(9, life)
    found = {c.what: c for c in changes_of(history, LAST).changes}
    assert {what: c.status for what, c in found.items()} == {"rhr": "sensor", "stride": "sensor"}
    assert found["stride"].instrument == "garmin fr970 2"
    value = change_points(history, LAST)
    assert isinstance(value, Measure)
    assert value.value == 0, "what the sensor did does not count as the runner's"


def test_a_scale_does_not_change_with_the_watch():
    life = Life(step_day=HALF, step=(("weight", 2.0),), new_watch_day=HALF)
    [found] = of_one("weight", simulate(9, life))
    assert found.status == "changed"


def test_a_step_between_two_watches_is_an_open_question():
    """The watch changed two weeks after the step: neither is blamed, and steady it is not called."""
    life = Life(step_day=HALF, step=(("rhr", 5.0),), new_watch_day=HALF + 16)
    found = changes_of(simulate(9, life), LAST, ("rhr",))
    assert not found.changes
    assert found.looks[0].because == "few_of_one_device"


def test_a_watch_of_long_ago_is_not_blamed():
    """The watch changed in June, the runner in September: both sides of September are one watch's."""
    life = Life(step_day=HALF + 40, step=(("rhr", 5.0),), new_watch_day=100)
    assert [c.status for c in of_one("rhr", simulate(9, life))] == ["changed"]


def test_another_source_of_the_nights_is_the_source():
    history = of_mornings(50 + ZIGZAG + 6 * (np.arange(120) >= 60))
    origin = {
        d: Source.apple_health if d < FIRST + timedelta(days=60) else Source.garmin
        for d in history.daily["rhr_bpm"]
    }
    swapped = replace(history, daily_origin={"rhr_bpm": origin})
    [found] = changes_of(swapped, history.last_day, ("rhr",)).changes
    assert (found.status, found.reasons) == ("sensor", ("new_device",))


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ((("stride", 0.06), ("efficiency", 0.06)), "distance_sensor"),
        ((("rhr", 6.0), ("hrv", 0.4)), "night_sensor"),
    ],
)
def test_series_of_one_sensor_that_jump_together_are_the_sensor(step, reason):
    found = changes_of(simulate(4, Life(step_day=HALF, step=step)), LAST).changes
    jumped = {c.what: (c.status, c.reasons) for c in found if c.what in dict(step)}
    assert jumped == {what: ("sensor", (reason,)) for what, _ in step}


def test_a_strained_body_is_not_a_sensor():
    """Resting heart rate up and HRV down is what a body does."""
    life = Life(step_day=HALF, step=(("rhr", 6.0), ("hrv", -0.4)))
    found = changes_of(simulate(4, life), LAST).changes
    assert {c.what: c.status for c in found} == {"rhr": "changed", "hrv": "changed"}


def test_an_ill_week_is_a_passing_state():
    mornings = 50 + ZIGZAG
    mornings[50:60] += 9
    history = of_mornings(mornings)
    assert not changes_of(history, history.last_day, ("rhr",)).changes


def test_races_and_treadmills_are_apart():
    history = simulate(6)
    marked = [replace(p, race=n % 2 == 0, treadmill=n % 2 == 1) for n, p in enumerate(history.activities)]
    looks = changes_of(replace(history, activities=marked), LAST, ("stride", "efficiency")).looks
    assert [look.n for look in looks] == [0, 0]


def test_unknown_devices_and_slopes_are_said():
    history = simulate(2, Life(step_day=HALF, step=(("cadence", 0.05),)))
    bare = [
        replace(
            p,
            device=type(WATCH)(),
            measures={k: v for k, v in p.measures.items() if k != "ascent_m"},
        )
        for p in history.activities
    ]
    [found] = of_one("cadence", replace(history, activities=bare))
    assert (found.status, found.reasons) == ("uncertain", ("climb_unknown", "device_unknown"))


def test_nothing_later_than_the_day_is_read():
    history = simulate(8, Life(step_day=HALF, step=(("rhr", 6.0),)))
    day = date(2025, 12, 1)
    assert changes_of(history, day, WHATS) == changes_of(history.until(day), day, WHATS)
    assert standing_out(history, day) == standing_out(history.until(day), day)
