"""Race plans and how the race went."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.metrics.performance import race_time_of
from coach.domain.plan.debrief import debrief
from coach.domain.plan.model import Climb, Course, Race
from coach.domain.plan.race_plan import fuelling, heat_flag, race_plan, splits_of
from coach.errors import NotEnoughData
from coach.text import say
from coach.text.catalogue import LANGS
from coach.text.plans import filled
from tests.domain.plan.made import MONDAY, athlete, before

MARATHON = 42_195.0


def race(distance_m: float = MARATHON, target_s: float | None = None, **course: Any) -> Race:
    return Race(MONDAY, distance_m, course=Course(**course), target_time_s=target_s)


@given(
    distance_m=st.sampled_from([3000.0, 5000.0, 10_000.0, 15_000.0, 21_097.5, MARATHON, 12_345.0]),
    s_per_km=st.integers(180, 600),
    ascent_m=st.integers(0, 800),
    climb_m=st.integers(-200, 200),
)
def test_splits_add_up_to_the_second(distance_m, s_per_km, ascent_m, climb_m):
    climbs = (Climb(0.3 * distance_m, 0.45 * distance_m, float(climb_m)),)
    run = race(distance_m, ascent_m=float(ascent_m), climbs=climbs)
    target = round(s_per_km * distance_m / 1000)
    splits = splits_of(run, target)
    assert sum(s.duration_s for s in splits) == splits[-1].total_s == target
    assert all(s.duration_s > 0 for s in splits)
    assert [s.from_m for s in splits[1:]] == [s.to_m for s in splits[:-1]]
    assert (splits[0].from_m, splits[-1].to_m) == (0, distance_m)
    size = 1000 if distance_m <= 10_050 else 5000
    assert all(s.to_m - s.from_m == size for s in splits[:-1])


def test_a_flat_marathon_is_even_after_a_calm_start():
    splits = race_plan(race(target_s=4 * 3600), athlete(vdot=40.0)).splits
    paces = [s.s_per_km for s in splits]
    assert len(splits) == 9
    assert paces[0] == pytest.approx(1.01 * paces[1], rel=0.001)
    assert max(paces[1:]) - min(paces[1:]) < 0.5


def test_uphill_is_slower_at_the_same_effort():
    plan = race_plan(race(target_s=4 * 3600, climbs=(Climb(20_000, 25_000, 100.0),)), athlete(vdot=40.0))
    flat = [s.s_per_km for s in plan.splits[1:4]]
    # 2 % up costs 1.11 times (Minetti).
    assert plan.splits[4].s_per_km / flat[0] == pytest.approx(1.113, abs=0.01)
    assert plan.splits[4].ascent_m == 100
    assert "race_even_effort" in plan.notes


def test_without_a_target_fitness_decides():
    much = before(km=dict.fromkeys(range(6), 11.0))
    plan = race_plan(race(), athlete(vdot=40.0, done=much))
    assert (plan.basis, plan.target_s) == ("prediction", plan.predicted_s)
    assert plan.target_s == pytest.approx(3 * 3600 + 49 * 60 + 45, abs=20)  # Daniels' table
    # On 40 km a week a marathon takes longer (Vickers and Vertosick 2016, on half of what is missing to 64).
    little = race_plan(race(), athlete(vdot=40.0))
    assert plan.target_s + 10 * 60 < little.target_s < plan.target_s + 20 * 60
    with pytest.raises(NotEnoughData):
        race_plan(race(), athlete())


def test_a_target_out_of_reach_gives_way():
    fast = race_time_of(44.0, MARATHON)
    plan = race_plan(race(target_s=fast), athlete(vdot=40.0, vdot_high=41.0))
    assert plan.basis == "prediction"
    assert "race_target_too_fast" in plan.notes
    assert race_plan(race(target_s=fast), athlete(vdot=40.0, vdot_high=44.0)).basis == "target"
    assert race_plan(race(target_s=fast), athlete()).basis == "target"  # nobody knows better


@pytest.mark.parametrize(
    ("minutes", "grams_per_h"),
    # ACSM 2016: nothing in short races, 30–60 g/h up to two and a half hours, up to 90 beyond.
    [(45, (0, 0)), (60, (0, 0)), (100, (30, 60)), (150, (30, 60)), (151, (60, 90)), (240, (60, 90))],
)
def test_carbohydrate(minutes, grams_per_h):
    fuel = fuelling(60 * minutes)
    assert (fuel.low_g_per_h, fuel.high_g_per_h) == grams_per_h


def test_how_much_that_is():
    fuel = fuelling(4 * 3600)
    assert (fuel.low_g, fuel.high_g, fuel.every_s) == (240, 360, 1500)


def test_a_warm_day():
    # Daniels: 7.2 °C above 12.8 cost 4.2 s/km, so 2:56 over a marathon.
    plan = race_plan(race(target_s=4 * 3600), athlete(vdot=40.0))
    assert (plan.warm.temperature_c, plan.warm.expected) == (20.0, False)
    assert plan.warm.target_s - plan.target_s == pytest.approx(176, abs=1)
    assert plan.warm.splits[-1].total_s == plan.warm.target_s
    hot = race_plan(race(target_s=4 * 3600, temperature_c=29.0), athlete(vdot=40.0))
    assert (hot.warm.expected, hot.warm.flag) == (True, "black")
    assert "race_flag_black" in hot.notes
    cool = race_plan(race(target_s=4 * 3600, temperature_c=8.0), athlete(vdot=40.0))
    assert not cool.warm.expected


def test_flags_of_heat():
    assert [heat_flag(c) for c in (17.9, 18, 22.9, 23, 28, 28.1)] == [
        "green",
        "yellow",
        "yellow",
        "red",
        "red",
        "black",
    ]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("celsius", [None, 25.0, 30.0])
@pytest.mark.parametrize("distance_m", [5000.0, MARATHON])
def test_notes_are_said(lang, celsius, distance_m):
    plan = race_plan(race(distance_m, 900.0, temperature_c=celsius, profile="hilly"), athlete(vdot=40.0))
    for note in plan.notes:
        said = say(lang, f"plan.{note}", **filled(plan.params, lang, "metric"))
        assert "{" not in said
        assert "None" not in said


def marks(*km_paces: float) -> list[tuple[float, float]]:
    found, seconds = [], 0.0
    for n, pace in enumerate(km_paces, 1):
        seconds += pace
        found.append((1000.0 * n, seconds))
    return found


def test_a_debrief_part_by_part():
    ten = race(10_000.0, 3000.0)
    planned = race_plan(ten, athlete()).splits
    told = debrief(ten, marks(*[295] * 5, *[310] * 5), planned)
    assert (told.result_s, told.planned_s, told.off_s) == (3025, 3000, 25)
    assert [p.done_s for p in told.parts] == pytest.approx([295] * 5 + [310] * 5)
    assert [p.planned_s for p in told.parts] == [s.duration_s for s in planned]
    assert (told.halves, told.halves_s) == ("positive", 75)
    assert told.notes == ("debrief_slower", "debrief_positive")


@pytest.mark.parametrize(
    ("first", "second", "halves"), [(300, 296, "negative"), (300, 302, "even"), (300, 304, "positive")]
)
def test_halves(first, second, halves):
    assert debrief(race(10_000.0), marks(*[first] * 5, *[second] * 5)).halves == halves


def test_a_recording_is_stretched_to_the_course():
    # The watch saw 10.2 km; the official time counts.
    told = debrief(race(10_000.0), [(5100.0, 1500.0), (10_200.0, 3010.0)], result_s=3000.0)
    assert told.result_s == 3000
    assert told.first_half_s == pytest.approx(1500 * 3000 / 3010)
    assert sum(p.done_s for p in told.parts) == pytest.approx(3000)


@pytest.mark.parametrize("points", [[], [(10_000.0, 3000.0)], [(2000.0, 600.0), (8000.0, 2400.0)]])
def test_a_part_of_a_race_is_no_race(points):
    with pytest.raises(NotEnoughData):
        debrief(race(10_000.0), points)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("pace", "last", "drift"), [(290, 290, 6.0), (300, 300, None), (310, 330, 2.0), (310, 290, 5.0)]
)
def test_a_debrief_is_said(lang, pace, last, drift):
    ten = race(10_000.0, 3000.0)
    told = debrief(
        ten, marks(*[pace] * 5, *[last] * 5), race_plan(ten, athlete()).splits, decoupling_pct=drift
    )
    assert ("debrief_drift" in told.notes) == (drift is not None and drift >= 5)
    for note in told.notes:
        said = say(lang, f"plan.{note}", **filled(told.params, lang, "metric"))
        assert "{" not in said
        assert "None" not in said
