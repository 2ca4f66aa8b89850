"""What an experienced coach would send back: whole plans of usual people, looked at as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.build import build
from coach.domain.plan.edit import shorten
from coach.domain.plan.model import (
    Blackout,
    Club,
    Constraints,
    Done,
    Goal,
    GoalKind,
    Health,
    Injury,
    Intensity,
    Phase,
    Plan,
    Priority,
    Race,
    Repeat,
    Situation,
    Step,
    StepKind,
    WorkoutKind,
)
from coach.domain.plan.outcome import Built
from coach.domain.plan.rules import check
from coach.text import LANGS
from coach.text.plans import remark_words, week_words, workout_title
from tests.domain.plan.athletes import TODAY, steady

MARATHON_M, HALF_M = 42_195.0, 21_097.5


def sunday_in(weeks: int, today: date = TODAY) -> date:
    day = today + timedelta(weeks=weeks)
    return day + timedelta(days=(6 - day.weekday()) % 7)


def race(metres: float, weeks: int, today: date = TODAY) -> Goal:
    return Goal(GoalKind.race, Race(sunday_in(weeks, today), metres))


def runner(**given: object) -> Situation:
    """Return somebody who runs 50 km in five runs a week."""
    return Situation(TODAY, **({"done": steady(50, 18, 5), "vdot": 45.0, "age": 38} | given))  # type: ignore[arg-type]


def built(goal: Goal, situation: Situation) -> Plan:
    found = build(goal, situation)
    assert isinstance(found, Built), found
    return found.plan


def test_a_plan_that_begins_in_the_middle_of_a_week_can_be_edited() -> None:
    wednesday = TODAY + timedelta(days=4)
    situation = replace(runner(done=steady(40, 14, 4, today=wednesday)), today=wednesday)
    plan = built(race(HALF_M, 14, wednesday), situation)
    first, second = plan.weeks[:2]
    assert first.start == wednesday + timedelta(days=1)
    assert first.end + timedelta(days=1) == second.start
    assert plan.week_of(second.start) is second
    assert plan.with_workouts(plan.workouts) == plan
    edited = shorten(plan, second.workouts[0].uid, wednesday)
    assert check(edited, situation) == ()
    assert "11월 26–29일" in week_words(first, "ko", "metric", wednesday)


LOADING = (Phase.base, Phase.build, Phase.specific)
DAY = timedelta(days=1)
USUAL = {
    "24 km": (race(MARATHON_M, 18), runner(done=steady(24, 10, 4), vdot=36.0)),
    "35 km": (race(MARATHON_M, 16), runner(done=steady(35, 12, 4), vdot=40.0)),
    "50 km": (race(MARATHON_M, 18), runner()),
    "75 km": (race(MARATHON_M, 20), runner(done=steady(75, 26, 6), vdot=52.0)),
    "100 km": (race(MARATHON_M, 18), runner(done=steady(100, 28, 6, pace=290), vdot=57.5)),
    "masters": (race(MARATHON_M, 20), runner(done=steady(45, 16, 4), vdot=40.0, age=62)),
    "half": (race(HALF_M, 14), runner(done=steady(35, 12, 4))),
    "5k": (race(5000.0, 12), runner(done=steady(60, 18, 5))),
    "16 years": (race(5000.0, 12), runner(done=steady(25, 7, 4), vdot=48.0, age=16)),
}


@pytest.mark.parametrize("who", USUAL)
def test_nothing_hard_lies_beside_the_long_run_and_no_strides_after_it(who: str) -> None:
    plan = built(*USUAL[who])
    assert check(plan, USUAL[who][1]) == ()
    longs = {w.day for w in plan.workouts if w.kind is WorkoutKind.long}
    for w in plan.workouts:
        if w.hard and w.kind not in (WorkoutKind.race, WorkoutKind.long):
            assert w.day + DAY not in longs, w
            assert w.day - DAY not in longs, w
        if w.kind is WorkoutKind.strides:
            assert w.day - DAY not in longs, w


@pytest.mark.parametrize("who", USUAL)
def test_no_second_long_run_follows_within_a_day(who: str) -> None:
    plan = built(*USUAL[who])
    for week in plan.weeks:
        if week.phase not in LOADING:
            continue
        for w in week.workouts:
            before = [o for o in plan.on(w.day - DAY) if o.kind is WorkoutKind.long]
            if before:
                assert w.distance_m <= 0.7 * before[0].distance_m, (week.number, w)


def test_much_running_has_a_medium_long_run_in_the_middle_of_the_week() -> None:
    plan = built(*USUAL["100 km"])
    found = [w for w in plan.workouts if w.kind is WorkoutKind.medium_long]
    assert len(found) >= 6
    longs = [w.day for w in plan.workouts if w.kind is WorkoutKind.long]
    later = [w for w in found if w.day > longs[0]]
    assert all(min(abs((w.day - day).days) for day in longs) >= 3 for w in later)
    assert max(w.distance_m for w in found) <= 24_000
    easy = [w for w in plan.workouts if w.kind in (WorkoutKind.easy, WorkoutKind.strides)]
    assert max(w.duration_s for w in easy) <= 105 * 60


def test_marathon_pace_comes_every_other_week_of_the_last_ones_but_not_to_who_is_new() -> None:
    def paced(who: str) -> list[float]:
        workouts = built(*USUAL[who]).workouts
        return [
            m for w in workouts if w.kind is WorkoutKind.long and (m := w.metres_at(Intensity.marathon)) > 0
        ]

    assert len(paced("100 km")) >= 3
    assert all(14_000 <= m <= 22_000 for m in paced("100 km"))
    assert len(paced("50 km")) >= 2
    assert paced("24 km") == []


@pytest.mark.parametrize("who", USUAL)
def test_hard_sessions_change_from_week_to_week_and_are_warmed_up_for(who: str) -> None:
    plan = built(*USUAL[who])
    hard = [w for w in plan.workouts if w.kind is WorkoutKind.interval]
    sets = [next(p for p in w.steps if isinstance(p, Repeat)) for w in hard]
    assert all((a.times, a.steps[0]) != (b.times, b.steps[0]) for a, b in pairwise(sets)) or len(sets) < 2
    for w in plan.workouts:
        if w.hard and w.kind not in (WorkoutKind.race, WorkoutKind.progression) and w.distance_m >= 9000:
            warm = sum(s.distance_m for s in w.each_step() if s.kind is StepKind.warmup)
            assert warm >= 2000, w


def test_a_lighter_week_has_less_hard_running() -> None:
    plan = built(*USUAL["100 km"])
    for week in plan.weeks:
        if week.cutback:
            assert sum(w.metres_at(Intensity.threshold) for w in week.workouts) <= 0.1 * week.run_m


@pytest.mark.parametrize("who", ["35 km", "100 km", "masters"])
def test_after_a_marathon_days_of_rest_lie_between_the_first_runs(who: str) -> None:
    plan = built(*USUAL[who])
    end = next(w.day for w in plan.workouts if w.kind is WorkoutKind.race)
    days = sorted(w.day for w in plan.workouts if 0 < (w.day - end).days <= 14)
    assert days
    assert all((b - a).days >= 2 for a, b in pairwise(days))


def test_two_runs_of_a_day_are_for_building_up_alone() -> None:
    wishes = Constraints(double_days=(1, 3), experience="advanced")
    situation = runner(done=steady(110, 30, 6, pace=290), vdot=58.0, constraints=wishes)
    plan = built(race(MARATHON_M, 18), situation)
    weeks = {week.phase for week in plan.weeks for w in week.workouts if w.second}
    assert weeks <= set(LOADING)


def test_a_plan_of_three_weeks_tapers_from_what_was_run() -> None:
    situation = runner(done=steady(55, 24, 5))
    plan = built(race(MARATHON_M, 3), situation)
    assert {f.rule for f in check(plan, situation)} == {"race_distance"}  # 24 km, and 25 are asked for
    first, second = plan.weeks[:2]
    assert 40_000 <= first.run_m <= 50_000
    assert first.longest_m >= 15_000
    assert 27_000 <= second.run_m <= 36_000


def test_a_tune_up_half_needs_no_exception_and_leaves_the_taper_as_it_was() -> None:
    tune_up = Race(sunday_in(14), HALF_M, Priority.b, id=3)
    situation = runner(races=(tune_up,))
    plan = built(race(MARATHON_M, 18), situation)
    assert check(plan, situation) == ()
    after = sorted(w.day for w in plan.workouts if 0 < (w.day - tune_up.day).days <= 7)
    assert len(after) <= 3
    peak = max(week.run_m for week in plan.weeks if week.phase is Phase.specific)
    tapering = [week for week in plan.weeks if week.phase is Phase.taper]
    assert tapering[0].run_m >= 0.7 * peak
    assert tapering[0].longest_m >= 15_000


def test_a_week_that_is_cut_short_has_fewer_runs_not_one_each_day() -> None:
    wednesday = TODAY + timedelta(days=4)
    situation = replace(runner(done=steady(40, 14, 4, today=wednesday)), today=wednesday)
    first = built(race(HALF_M, 14, wednesday), situation).weeks[0]
    assert first.days == 4
    assert len([w for w in first.workouts if w.runs]) <= 3


def test_a_run_that_is_done_today_is_not_planned_once_more() -> None:
    done = (*steady(40, 14, 4), Done(555, TODAY, Sport.run, 3600.0, 10_000.0))
    goal = replace(race(HALF_M, 14), start=TODAY)
    assert built(goal, runner(done=done)).start > TODAY
    assert built(goal, runner(done=done[:-1])).start == TODAY


def test_the_way_back_from_a_stress_fracture_ends_without_walking() -> None:
    injury = Injury("tibia", TODAY - timedelta(days=50), bone=True, pain_free_walk=True)
    done = tuple(d for d in steady(40, 14, 4) if (TODAY - d.day).days > 50)
    plan = built(Goal(GoalKind.return_from_injury), runner(done=done, health=Health(injury=injury)))
    assert len(plan.weeks) == 12
    runs = [s for s in plan.workouts[-1].each_step() if s.intensity is Intensity.easy]
    assert [s.duration_s for s in runs] == [1800.0]
    targets = {s.target.kind for w in plan.workouts for s in w.each_step() if s.intensity is Intensity.easy}
    assert targets == {"rpe"}  # after months off no pace is sure


def test_days_with_time_are_used_where_weekdays_are_short() -> None:
    """Half an hour on weekdays and two hours at the weekend are enough for a half marathon."""
    wishes = Constraints(max_s=(1800.0,) * 5 + (7200.0,) * 2)
    situation = runner(done=steady(25, 10, 4), vdot=40.0, constraints=wishes)
    plan = built(race(HALF_M, 14), situation)
    weekend = {w.day.weekday() for week in plan.weeks[1:8] for w in week.workouts if w.distance_m > 5000}
    assert weekend == {5, 6}


def test_three_days_a_week_with_an_hour_on_weekdays_reach_a_marathon() -> None:
    wishes = Constraints(runs_per_week=3, max_s=(0, 3600.0, 0, 3600.0, 0, 0, None))
    situation = runner(done=steady(35, 14, 3), vdot=42.0, constraints=wishes)
    plan = built(race(MARATHON_M, 20), situation)
    assert max(w.distance_m for w in plan.workouts if w.kind is WorkoutKind.long) >= 22_000


def test_a_year_and_more_is_mostly_base() -> None:
    plan = built(race(MARATHON_M, 70), runner())
    phases = [week.phase for week in plan.weeks if not week.cutback]
    assert phases.count(Phase.build) <= 12
    assert phases.count(Phase.base) >= 25


def test_two_hard_clubs_a_week_stay_where_they_are() -> None:
    clubs = (Club(1, WorkoutKind.interval, 5400.0, "화요"), Club(3, WorkoutKind.threshold, 5400.0, "목요"))
    situation = runner(done=steady(60, 22, 6, pace=320), vdot=49.0, constraints=Constraints(clubs=clubs))
    plan = built(race(MARATHON_M, 18), situation)
    assert check(plan, situation) == ()
    found = [w for w in plan.workouts if w.origin == "club"]
    assert {w.day.weekday() for w in found} == {1, 3}
    # The name of a club does not say what it is that week.
    eased = next(w for w in found if w.kind is WorkoutKind.easy)
    assert workout_title(found[0], "ko", "metric").startswith("화요 (인터벌 ")
    assert workout_title(eased, "ko", "metric").split(" (")[1].startswith("이지런 ")


def remarks(goal: Goal, situation: Situation) -> dict[str, list[str]]:
    found = build(goal, situation)
    assert isinstance(found, Built), found
    return {r.key: [remark_words(r, lang, "metric", TODAY) for lang in LANGS] for r in found.remarks}


def test_what_days_and_minutes_take_from_a_plan_is_said() -> None:
    wishes = Constraints(runs_per_week=3, max_s=(0, 3600.0, 0, 3600.0, 0, 0, None))
    said = remarks(race(MARATHON_M, 20), runner(done=steady(35, 14, 3), vdot=42.0, constraints=wishes))
    assert "42 km예요" in said["week_limited"][0]
    assert "week_limited" not in remarks(race(MARATHON_M, 20), runner())
    half_an_hour = Constraints(max_s=(0, 1800.0, 0, 0, 1800.0, 0, 0))
    couch = Goal(GoalKind.couch_to_5k)
    said = remarks(couch, Situation(TODAY, constraints=half_an_hour))
    assert "20분까지" in said["stretch_short"][0]
    assert "stretch_short" not in remarks(couch, Situation(TODAY))


def test_who_comes_back_from_an_injury_is_not_told_that_they_only_paused() -> None:
    injury = Injury("knee", TODAY - timedelta(days=40), pain_free_walk=True)
    said = remarks(Goal(GoalKind.return_from_injury), runner(done=(), health=Health(injury=injury)))
    assert "walk_run_injury" in said
    assert "walk_run_first" not in said


def test_the_longest_run_that_is_named_may_be_behind_the_athlete() -> None:
    said = remarks(race(MARATHON_M, 3), runner(done=steady(55, 24, 5)))
    assert "24 km" in said["long_run_limited"][0]


def test_after_ten_days_away_the_first_week_is_less_and_the_next_as_before() -> None:
    away = Blackout(TODAY + timedelta(weeks=12), TODAY + timedelta(weeks=12, days=9))
    situation = runner(constraints=Constraints(blackouts=(away,)))
    plan = built(race(MARATHON_M, 18), situation)
    assert check(plan, situation) == ()
    at = next(n for n, week in enumerate(plan.weeks) if week.start <= away.end + DAY <= week.end)
    usual = max(week.run_m for week in plan.weeks[:at])
    assert plan.weeks[at].run_m <= 0.7 * usual
    runs = [w for w in plan.weeks[at].workouts if w.runs]
    assert not runs[0].hard
    assert sum(w.hard for w in runs) <= 1
    assert 0.8 * usual <= plan.weeks[at + 1].run_m <= 1.1 * usual


def test_the_race_says_what_to_hold() -> None:
    def held(goal: Goal, **known: object) -> tuple[float, float | None]:
        plan = built(goal, runner(**known))
        step = next(w for w in plan.workouts if w.kind is WorkoutKind.race).steps[0]
        assert isinstance(step, Step)
        return step.duration_s, None if step.target.low is None else step.target.low + 3

    goal = race(10_000.0, 12)
    assert goal.race is not None
    assert held(goal) == (2715.0, 271.0)  # VDOT 45: 45:16
    wished = replace(goal, race=replace(goal.race, target_time_s=2800.0))
    assert held(wished) == (2800.0, 280.0)
    unlikely = replace(goal, race=replace(goal.race, target_time_s=2000.0))
    assert held(unlikely)[1] == 271.0
    assert held(goal, vdot=None)[1] is None
    assert held(goal, constraints=Constraints(targets="hr"))[1] is None
    # A marathon on 24 km a week is slower than the VDOT of short races promises.
    seconds, pace = held(race(MARATHON_M, 18), done=steady(24, 10, 4), vdot=36.0)
    assert pace is not None
    assert seconds > 255 * 60


def test_the_long_run_stays_on_the_day_that_is_theirs() -> None:
    """Who runs long on Fridays, as those do who work at weekends, is not sent out on Sundays."""
    runs = []
    for ago in range(1, 85):
        day = TODAY - timedelta(days=ago)
        metres = {1: 8000.0, 3: 9000.0, 4: 16_000.0, 6: 7000.0}.get(day.weekday())
        if metres is not None:
            runs.append(Done(ago, day, Sport.run, metres * 0.36, metres))
    situation = Situation(today=TODAY, done=tuple(reversed(runs)), vdot=45.0, age=35)
    race = Race(TODAY + timedelta(weeks=20), 21_097.5)
    found = build(Goal(GoalKind.race, race), situation)
    assert isinstance(found, Built)
    weeks = [w for w in found.plan.weeks if w.phase in (Phase.base, Phase.build, Phase.specific)]
    longs = Counter(max(week.workouts, key=lambda w: w.distance_m).day.weekday() for week in weeks)
    assert longs[4] >= 0.8 * len(weeks)
