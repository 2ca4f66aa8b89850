"""Fitness, predictions, paces and curves as the athlete hears them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from fakes.life import TODAY, Lived
from telling import call, say_tell, tables, told

from coach.domain.activity import Sport
from coach.domain.metrics.current_vdot import Vdot
from coach.domain.metrics.performance import race_time_of, threshold_speed_of, vdot_of
from coach.domain.metrics.verification import Level, Performance
from coach.pipeline import editing
from coach.store import activities
from coach.tools.vdot import changed, comparable


def test_fitness_names_the_race_it_rests_on(own_life: Lived):
    ctx = own_life.ctx(lang="en")
    start = datetime(2026, 11, 14, 9, tzinfo=ctx.athlete.zone)
    with own_life.db.athlete_session(own_life.full) as s:
        editing.log_activity(
            s, ctx.athlete, start=start, sport=Sport.run, distance_m=10_000.0, duration_s=2400.0, race=True
        )
    result = call(ctx, "fitness")
    facts = {f.key: f for f in result.facts}
    expected = vdot_of(10_000, 2400)
    assert facts["fitness.vdot"].value == pytest.approx(expected, abs=0.01)
    assert facts["fitness.vdot_low"].value < expected < facts["fitness.vdot_high"].value
    assert "It rests on your 10 km race in 40:00 on Sat 14 Nov." in told(ctx, result)
    assert result.cards[0].chart == "fitness"
    assert len(facts["fitness.vdot"].activities) == 1
    assert facts["fitness.vdot"].sources, "the runs of files were looked through"


def test_a_best_in_training_is_called_a_lower_bound(life: Lived):
    text = say_tell(life.ctx(lang="en"), "fitness")
    assert "in training" in text
    assert "You may well be able to do more" in text


def test_a_day_before_the_race_does_not_know_of_it(life: Lived):
    text = say_tell(life.ctx(lang="en"), "fitness", day=date(2026, 9, 26))
    assert "45:00" not in text


def test_predictions_are_those_of_the_race_nearest_in_distance(life: Lived):
    ctx = life.ctx(lang="en")
    result = call(ctx, "race_predictions")
    facts = {f.key: f.value for f in result.facts}
    assert facts["prediction.10000.time_s"] < 2700, "a tempo run was worth more than that race since"
    assert facts["prediction.21098.time_s"] == pytest.approx(6000, abs=1)
    assert facts["prediction.42195.time_s"] > race_time_of(vdot_of(21_097.5, 6000), 42_195)
    (table,) = tables(ctx, result)
    assert [row[0] for row in table] == ["1 mile", "5 km", "10 km", "Half marathon", "Marathon"]
    assert table[-1][-1] == "Vickers–Vertosick"
    assert [card.chart for card in result.cards] == ["", "predictions"]


def test_predictions_of_what_was_asked(life: Lived):
    text = say_tell(life.ctx(), "race_predictions", distances_m=[15_000, 300])
    assert "15 km 예상 기록은" in text
    assert "300 m는 뺐어요" in text
    assert "주간 거리" not in text
    text = say_tell(life.ctx(), "race_predictions", distances_m=[30_000])
    assert "하프보다 긴 거리에는 주간 거리" in text


def test_paces_follow_from_vdot(life: Lived):
    facts = {f.key: f.value for f in call(life.ctx(), "training_paces").facts}
    paces = [
        facts[f"pace.{name}"] for name in ("easy_slow", "easy_fast", "marathon", "threshold", "interval")
    ]
    assert paces == sorted(paces, reverse=True)
    vdot = facts["fitness.vdot"]
    assert facts["pace.threshold"] == pytest.approx(1000 / threshold_speed_of(vdot), abs=0.1)


def test_whoever_never_ran_hard_hears_what_to_do(life: Lived):
    text = say_tell(life.ctx(life.one, lang="en"), "training_paces")
    assert "Record a hard 3–5 km" in text
    assert "no recordings yet" in say_tell(life.ctx(life.empty, lang="en"), "fitness")


def test_the_curve_never_rises(life: Lived):
    for channel, up in (("pace", True), ("hr", False)):
        result = call(life.ctx(), "mean_max", channel=channel, start=TODAY - timedelta(days=60))
        values = [f.value for f in result.facts if f.key.startswith("held.")]
        assert len(values) >= 3
        assert values == sorted(values, reverse=not up)
        assert result.cards[0].params["channel"] == channel


def test_a_best_says_who_measured_it(life: Lived):
    ctx = life.ctx(lang="en")
    (table,) = tables(ctx, call(ctx, "best_efforts"))
    measured = {row[0]: (row[1], row[-1]) for row in table}
    assert measured["5 km"][1] == "watch"
    assert measured["Half marathon"] == ("1:40:00", "race, course distance"), (
        "told, and a course has that length"
    )


def shown(value: float, high: float, day: date, level: Level) -> Vdot:
    basis = Performance(21_097.5, 5716.0, day, 1, level)
    return Vdot(value, value * 0.94, high, level, basis, 1.0, 0, (1,))


def test_a_race_that_left_the_window_is_no_loss_of_form():
    """The half of 17 May leaves on 13 November; what is left is a tempo run, a lower bound."""
    race = shown(47.7, 48.7, date(2026, 5, 17), Level.race_confirmed)
    tempo = shown(47.1, 51.7, date(2026, 6, 30), Level.watch)
    assert changed(race, tempo) == 0
    assert changed(tempo, race) == pytest.approx(0.6)
    assert changed(race, replace(tempo, high=47.5)) == pytest.approx(-0.6)
    rested = replace(race, value=45.3, high=49.0, share=0.95)
    assert changed(race, rested) == pytest.approx(-2.4), "the same race, less what time off took"


def test_the_first_weeks_are_called_provisional(own_life: Lived):
    ctx = own_life.ctx(lang="en")
    with own_life.db.athlete_session(own_life.full) as s:
        runs = activities.find(s, own_life.full, sport=Sport.run, limit=None)
        for row in runs:
            if row.race:
                editing.change(s, ctx.athlete, row.id, {"race": False})
    text = say_tell(ctx, "fitness", day=date(2026, 10, 17))
    assert "This is provisional, with few runs to go by so far." in text
    early, later = (
        {f.key: f.provisional for f in call(ctx, "fitness", day=date(2026, 10, day)).facts}
        for day in (17, 26)
    )
    assert (early["fitness.vdot"], later["fitness.vdot"]) == (True, False)
    assert "provisional" not in say_tell(ctx, "fitness", day=date(2026, 10, 26))
    then = own_life.ctx(lang="en", now=datetime(2026, 10, 17, 20, tzinfo=ctx.athlete.zone))
    assert "This is provisional" in say_tell(then, "training_paces")
    assert "few runs to go by so far, so the ranges are wide" in say_tell(then, "race_predictions")


def test_to_stand_above_the_floor_of_the_first_runs_is_no_gain():
    jogged = shown(32.6, 45.6, date(2026, 5, 17), Level.watch)
    tempo = shown(41.0, 43.5, date(2026, 8, 10), Level.watch)
    assert comparable(jogged, tempo)
    assert not comparable(replace(jogged, provisional=True), tempo)
    assert not comparable(replace(jogged, basis=None), tempo)
