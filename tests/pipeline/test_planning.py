"""The situation that plans rest on, goals that are asked about, and drafts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import pytest
from fakes.life import TODAY as LIFE_TODAY
from fakes.life import Lived, opened
from plan_desk import COUCH, MARATHON, NOW, TODAY, WEEK, PlanDesk, other, train

from coach.domain.activity import Sport
from coach.domain.athlete import Sex
from coach.domain.metrics.registry import Measure
from coach.domain.plan.doubts import Doubt, best_s, doubts, odd_date
from coach.domain.plan.model import (
    Blackout,
    Club,
    Constraints,
    Goal,
    GoalKind,
    Health,
    Race,
    Situation,
    WorkoutKind,
)
from coach.domain.plan.outcome import Refused
from coach.domain.source import Source
from coach.errors import BadInput, NotEnoughData, NotFound
from coach.pipeline import planning
from coach.pipeline.situation import situation_of, sources_of
from coach.store import activities, athletes, metrics, plan_holds, planning_profiles, plans, races, values
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text import LANGS, has


@pytest.fixture(scope="module")
def life(embedded: Embedded, template: str) -> Iterator[Lived]:
    yield from opened(embedded.url, template)


def seen(db: Database, athlete_id: int, today: date = TODAY) -> Situation:
    with db.athlete_session(athlete_id) as s:
        return situation_of(s, athletes.get(s, athlete_id), today)


def test_the_situation_says_what_the_metrics_say(life: Lived) -> None:
    found = seen(life.db, life.full, LIFE_TODAY)
    yesterday = LIFE_TODAY - timedelta(days=1)

    def value(name: str, day: date) -> float:
        with life.db.athlete_session(life.full) as s:
            (measure,) = values.of_days(s, life.full, name, [day])
        assert isinstance(measure, Measure)
        assert measure.value is not None
        return measure.value

    assert found.vdot == pytest.approx(value("vdot", LIFE_TODAY))
    assert found.vdot is not None
    assert (found.vdot_low or 0) < found.vdot < (found.vdot_high or 0)
    assert found.ctl == pytest.approx(value("ctl", yesterday))
    assert found.atl == pytest.approx(value("atl", yesterday))
    assert found.readiness[-1][0] == LIFE_TODAY
    assert found.readiness[-1][1] == pytest.approx(value("readiness", LIFE_TODAY))
    assert len(found.readiness) == 7
    assert (found.lthr_bpm, found.hr_max_bpm, found.hr_rest_bpm) == (172.5, 189.0, 49.0)
    with life.db.athlete_session(life.full) as s:
        rows = activities.find(s, life.full, start=LIFE_TODAY - timedelta(days=90), newest_first=False)
        read = metrics.read(s, life.full, [r.id for r in rows], ["training_load", "easy_share_pct"])
    assert [d.activity_id for d in found.done] == [r.id for r in rows]
    assert {d.sport for d in found.done} >= {Sport.run, Sport.ride, Sport.swim, Sport.strength}
    assert sum(d.race for d in found.done) == 2
    easy = []
    for row in rows:
        load, share = read[row.id]["training_load"], read[row.id]["easy_share_pct"]
        if not isinstance(load, Measure) or not isinstance(share, Measure) or not load.value:
            continue
        recent = row.local_date >= LIFE_TODAY - timedelta(days=60)
        if recent and row.sport is Sport.run and not row.race and (share.value or 0) >= 80:
            easy.append(3600 * load.value / (row.moving_s or row.elapsed_s))
    assert len(easy) > 3
    assert found.load_per_hour == pytest.approx(median(easy), rel=0.01)
    assert any(d.hard_s for d in found.done)
    assert any(d.hard_s is None for d in found.done), "unknown is not zero"


def test_who_never_ran_has_an_empty_situation(life: Lived) -> None:
    assert seen(life.db, life.empty, LIFE_TODAY) == Situation(LIFE_TODAY)


def test_it_is_refused_while_recent_runs_are_being_computed(db: Database, athlete_id: int) -> None:
    ids = train(db, athlete_id, weeks=3)
    assert seen(db, athlete_id).weeks_m[-1] == 1000 * sum(WEEK)
    with db.athlete_session(athlete_id) as s:
        metrics.outdate(s, athlete_id, ["training_load"])
    with pytest.raises(NotEnoughData, match="being_recomputed"):
        seen(db, athlete_id)
    assert len(ids) == 12


def test_what_the_first_conversation_learnt_counts_until_more_is_said(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        athletes.update(s, athlete_id, birth_year=1988, sex=Sex.female, week_start=6)
        answers = {"days": [0, 2, 5], "running": "not_yet", "health": "고혈압 약을 먹어요"}
        athletes.set_onboarding(s, athlete_id, {"step": None, "answers": answers, "clearance": "x.y"})
    found = seen(db, athlete_id)
    assert (found.age, found.sex, found.week_start) == (37, "female", 6)  # the birthday may be in December
    assert found.constraints.max_s == (None, 0.0, None, 0.0, 0.0, None, 0.0)
    assert found.constraints.experience == "new"
    assert found.health.needs_clearance, "a doctor decides first"
    assert found.health.clearance is None
    desk = PlanDesk(db, athlete_id)
    assert isinstance(desk.generate(), Refused)
    with db.athlete_session(athlete_id) as s:
        planning.set_constraints(s, desk.athlete, Constraints(runs_per_week=4, experience="regular"))
        planning.set_health(s, desk.athlete, Health(clearance=True))
    found = seen(db, athlete_id)
    assert found.constraints == Constraints(runs_per_week=4, experience="regular")
    assert (found.health.clearance, bool(found.health.needs_clearance)) == (True, True)
    assert isinstance(desk.generate(), planning.Made)


def test_days_a_week_are_no_days(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        answers = {"days": {"per_week": 3}, "running": "주말마다 조금"}
        athletes.set_onboarding(s, athlete_id, {"step": None, "answers": answers})
    found = seen(db, athlete_id)
    assert found.constraints == Constraints(runs_per_week=3)
    assert found.health == Health()


def test_a_red_flag_holds_whatever_the_profile_says(db: Database, athlete_id: int) -> None:
    desk = PlanDesk(db, athlete_id)
    with db.athlete_session(athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "stop", "가슴이 아파요", NOW)
        planning.set_health(s, desk.athlete, Health(clearance=True, hold=False))
    assert seen(db, athlete_id).health.hold
    refused = desk.generate()
    assert isinstance(refused, Refused)
    assert "hold_gate" in {f.rule for f in refused.findings}
    with db.athlete_session(athlete_id) as s:
        planning_profiles.set_health(s, Health(hold=True))
        plan_holds.lift(s, NOW, None)
    assert not seen(db, athlete_id).health.hold, "it is kept in one place"


def test_a_plan_inherits_the_sources_of_what_it_is_built_from(life: Lived) -> None:
    with life.db.athlete_session(life.full) as s:
        assert sources_of(s, athletes.get(s, life.full), LIFE_TODAY) == {
            Source.file,
            Source.apple_health,  # the resting heart rate
            Source.journal,
        }
    with life.db.athlete_session(life.empty) as s:
        assert sources_of(s, athletes.get(s, life.empty), LIFE_TODAY) == set()


SUNDAY = date(2027, 3, 14)


@pytest.mark.parametrize(
    ("goal", "key"),
    [
        (Goal(GoalKind.race), "plan_race_missing"),
        (Goal(GoalKind.race, Race(TODAY, 10_000)), "race_in_past"),
        (Goal(GoalKind.race, Race(TODAY - timedelta(days=1), 10_000)), "race_in_past"),
        (Goal(GoalKind.race, Race(date(2029, 3, 11), 10_000)), "race_too_far"),
        (Goal(GoalKind.race, Race(SUNDAY, 42)), "race_distance"),
        (Goal(GoalKind.race, Race(SUNDAY, 251_000)), "race_distance"),
        (Goal(GoalKind.race, Race(SUNDAY, 42_195, target_time_s=7000)), "target_too_fast"),
        (Goal(GoalKind.race, Race(SUNDAY, 800, target_time_s=60)), "target_too_fast"),
        (Goal(GoalKind.base, weeks=0), "plan_weeks"),
        (Goal(GoalKind.base, weeks=53), "plan_weeks"),
        (Goal(GoalKind.base, start=TODAY - timedelta(days=1)), "plan_start"),
    ],
)
def test_impossible_goals_are_refused_before_anything_is_kept(
    db: Database, athlete_id: int, goal: Goal, key: str
) -> None:
    desk = PlanDesk(db, athlete_id)
    before = desk.everything()
    with pytest.raises(BadInput, match=key):
        desk.generate(goal)
    assert desk.everything() == before
    assert all(has(lang, f"error.{key}") for lang in LANGS)


# World Athletics, men, as of 2025; road 50 km and 100 km of the IAU.
@pytest.mark.parametrize(
    ("distance_m", "record_s"),
    [
        (100, 9.58),
        (800, 100.91),
        (1500, 206.0),
        (5000, 755.36),
        (10_000, 1571.0),
        (21_097.5, 3451.0),
        (42_195, 7235.0),
        (50_000, 9523.0),
        (100_000, 21_935.0),
    ],
)
def test_records_are_no_impossible_targets(distance_m: float, record_s: float) -> None:
    assert best_s(distance_m) <= record_s
    assert best_s(distance_m) > 0.65 * record_s


def test_odd_goals_are_asked_about() -> None:
    monday = date(2027, 3, 15)
    assert odd_date(SUNDAY) is None
    assert odd_date(monday, weekday_said=0) is None, "who names the weekday knows it"
    assert [d.key for d in doubts(Goal(GoalKind.race, Race(monday, 42_195)), TODAY)] == ["weekday_race"]
    differs = odd_date(SUNDAY, weekday_said=5)
    assert differs == Doubt("weekday_differs", {"race_day": "2027-03-14", "weekday": 6, "said_weekday": 5})
    slow = Goal(GoalKind.race, Race(SUNDAY, 5000, target_time_s=3601))
    assert [d.key for d in doubts(slow, TODAY)] == ["slower_than_walking"]
    assert doubts(Goal(GoalKind.race, Race(SUNDAY, 5000, target_time_s=3600)), TODAY) == ()
    assert doubts(Goal(GoalKind.race, Race(SUNDAY, 100_000, target_time_s=86_400)), TODAY) == ()
    for key in ("weekday_race", "weekday_differs", "slower_than_walking"):
        assert all(has(lang, f"plan_life.doubt_{key}") for lang in LANGS)


def test_a_draft_is_kept_with_its_race_and_goal(db: Database, athlete_id: int) -> None:
    train(db, athlete_id)
    desk = PlanDesk(db, athlete_id)
    made = desk.generate(MARATHON, call_key="run-1:0")
    assert isinstance(made, planning.Made)
    revision = made.revision
    assert (revision.number, revision.state, revision.origin) == (1, "draft", "built")
    assert revision.plan == made.built.plan
    assert desk.head(revision.plan_id).state == "draft"
    with db.athlete_session(athlete_id) as s:
        (race,) = races.find(s)
        assert (race.day, race.name) == (SUNDAY, "서울마라톤")
        kept = planning_profiles.goal(s)
        assert kept is not None
        assert kept.race == race == revision.plan.goal.race
        assert plans.holding(s) is None
    workout = revision.plan.on(SUNDAY)[0]
    assert (workout.kind, workout.race_id) == (WorkoutKind.race, race.id)
    before = desk.everything()
    again = desk.generate(MARATHON, call_key="run-1:0")
    assert again == made, "a retry repeats nothing"
    assert desk.everything() == before
    second = desk.generate(replace(MARATHON, race=replace(race, target_time_s=4 * 3600.0)), seed=1)
    assert isinstance(second, planning.Made)
    assert (second.revision.plan_id, second.revision.number) == (revision.plan_id, 2)
    feasibility, remarks = planning.reasons_of(second.revision)
    assert (feasibility, remarks) == (second.built.feasibility, second.built.remarks)
    with db.athlete_session(athlete_id) as s:
        (race,) = races.find(s)
        assert race.target_time_s == 4 * 3600.0


def test_a_refused_goal_keeps_nothing(db: Database, athlete_id: int) -> None:
    train(db, athlete_id, weeks=1)
    desk = PlanDesk(db, athlete_id)
    before = desk.everything()
    refused = desk.generate(Goal(GoalKind.race, Race(date(2026, 12, 6), 42_195)))
    assert isinstance(refused, Refused)
    assert refused.findings
    assert desk.everything() == before


def test_the_race_of_somebody_else_is_unknown(db: Database, athlete_id: int) -> None:
    theirs = other(db)
    with db.athlete_session(theirs.athlete_id) as s:
        race = planning.save_race(s, theirs.athlete, Race(SUNDAY, 10_000), NOW)
    with pytest.raises(NotFound):
        PlanDesk(db, athlete_id).generate(Goal(GoalKind.race, race))


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (Constraints(max_s=(0.0,) * 7), "plan_no_day"),
        (Constraints(clubs=(Club(1, WorkoutKind.time_trial, 3600.0),)), "plan_club_kind"),
        (Constraints(clubs=(Club(1, WorkoutKind.rest, 3600.0),)), "plan_club_kind"),
        (Constraints(blackouts=(Blackout(SUNDAY, SUNDAY),) * 61), "plan_many_blackouts"),
        (Constraints(max_s=(None,) * 6), "plan_days"),
        (Constraints(max_s=(-1.0, *(None,) * 6)), "plan_days"),
        (Constraints(runs_per_week=0), "plan_runs_per_week"),
        (Constraints(long_day=7), "plan_weekday"),
        (Constraints(clubs=(Club(8, WorkoutKind.interval, 3600),)), "plan_weekday"),
        (Constraints(blackouts=(Blackout(SUNDAY, SUNDAY - timedelta(days=1)),)), "plan_blackout"),
    ],
)
def test_constraints_that_cannot_be_are_named(
    db: Database, athlete_id: int, value: Constraints, key: str
) -> None:
    with db.athlete_session(athlete_id) as s, pytest.raises(BadInput, match=key):
        planning.set_constraints(s, athletes.get(s, athlete_id), value)
    assert all(has(lang, f"error.{key}") for lang in LANGS)


def test_a_new_goal_beside_a_running_plan_is_a_new_draft(db: Database, athlete_id: int) -> None:
    desk = PlanDesk(db, athlete_id)
    running = desk.approved(COUCH)
    draft = desk.make(Goal(GoalKind.fitness))
    assert draft.plan_id != running.plan_id
    assert desk.holding() == replace(running, state="approved")
    assert (desk.head(running.plan_id).state, desk.head(draft.plan_id).state) == ("running", "draft")
