"""Fitness and form until race day, against the worked series."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.model import Intensity, Step, StepKind, WorkoutKind
from coach.domain.plan.projection import load_of, project
from tests.domain.plan.made import MONDAY, athlete, intervals, plan, run, timed, week

LOADS = (0, 60, 40, 80, 0, 50, 120)


def test_the_worked_example():
    # Loads 0, 60, 40, 80, 0, 50, 120 for six weeks from nothing: CTL 32.3, ATL 56.2, TSB of the evening
    # −23.9 and of the morning −16.2 (exponential means, 42 and 7 days).
    hours = {day: load / 60 for day, load in enumerate(LOADS) if load}
    weeks = [
        week(n, {day: run(f"{n}.{day}", MONDAY, timed(3600 * h)) for day, h in hours.items()})
        for n in range(1, 7)
    ]
    days = project(plan(*weeks), athlete(ctl=0.0, atl=0.0, load_per_hour=60.0))
    last = days[-1]
    assert len(days) == 42
    assert [d.load for d in days[:7]] == pytest.approx(list(LOADS))
    assert last.ctl == pytest.approx(32.3, abs=0.05)
    assert last.atl == pytest.approx(56.2, abs=0.05)
    assert last.ctl - last.atl == pytest.approx(-23.9, abs=0.05)
    assert last.tsb == pytest.approx(-16.2, abs=0.05)


def test_form_of_the_first_morning_is_yesterdays():
    first = project(plan(week(1, {0: 6})), athlete(ctl=40.0, atl=55.0, load_per_hour=50.0))[0]
    assert first.tsb == -15


def test_rest_brings_form():
    days = project(plan(week(1, {}), week(2, {})), athlete(ctl=50.0, atl=70.0, load_per_hour=50.0))
    assert days[-1].tsb > 20 > 0 > days[0].tsb
    assert all(a.ctl > b.ctl for a, b in pairwise(days))


def test_harder_is_more_load():
    hour = {i: load_of(run("a", MONDAY, timed(3600, i)), 50.0) for i in Intensity if i is not Intensity.race}
    ordered = [
        Intensity.rest,
        Intensity.walk,
        Intensity.easy,
        Intensity.marathon,
        Intensity.threshold,
        Intensity.interval,
        Intensity.repetition,
    ]
    assert sorted(hour, key=lambda i: hour[i]) == ordered
    assert hour[Intensity.easy] == 50
    # rTSS: an hour at threshold is 100, at .773 of its effort 60.
    assert hour[Intensity.threshold] == pytest.approx(50 / 0.773**2, rel=0.001)


def test_an_hour_of_racing_is_an_hour_at_threshold():
    race = run("r", MONDAY, timed(3600, Intensity.race), kind=WorkoutKind.race)
    tempo = run("t", MONDAY, timed(3600, Intensity.threshold))
    assert load_of(race, 50.0) == pytest.approx(load_of(tempo, 50.0), rel=0.02)
    marathon = run("m", MONDAY, timed(4 * 3600, Intensity.race), kind=WorkoutKind.race)
    assert 3.2 < load_of(marathon, 50.0) / load_of(tempo, 50.0) < 3.6


def test_repeats_count_as_often_as_they_are_run():
    once, five = (load_of(intervals("i", MONDAY, n=n, total_m=n * 1200), 50.0) for n in (1, 5))
    assert five == pytest.approx(5 * once)


def test_strength_counts_a_little():
    steps = (Step(StepKind.work, Intensity.easy, "time", 0.0, 3600.0),)
    assert load_of(run("s", MONDAY, *steps, kind=WorkoutKind.strength, sport=Sport.strength), 50.0) == 25


def test_nothing_is_projected_from_nothing():
    made = plan(week(1, {0: 6}))
    for unknown in ({"ctl": None}, {"atl": None}, {"load_per_hour": None}):
        assert project(made, athlete(**({"ctl": 40.0, "atl": 40.0, "load_per_hour": 50.0} | unknown))) == ()
    over = athlete(MONDAY + timedelta(days=8), ctl=40.0, atl=40.0, load_per_hour=50.0)
    assert project(made, over) == ()


def test_it_begins_today():
    wednesday = MONDAY + timedelta(days=2)
    days = project(plan(week(1, {0: 6, 2: 10})), athlete(wednesday, ctl=40.0, atl=40.0, load_per_hour=60.0))
    assert [d.day for d in days] == [wednesday + timedelta(days=n) for n in range(5)]
    assert days[0].load == pytest.approx(60)
