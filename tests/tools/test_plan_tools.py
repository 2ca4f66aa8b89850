"""The tools of plans: whole answers in both languages, on a plan of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from fakes.life import NOW, TODAY, Lived, copy_of, drop, lived
from sqlalchemy import make_url
from telling import call, tables, told

from coach.domain.plan.model import Blackout, Constraints, Goal, GoalKind, Race
from coach.errors import BadInput, NotFound
from coach.pipeline import approving, planning
from coach.store import approvals, athletes, plan_holds, planning_profiles, plans, races
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text import say

RACE = date(2027, 3, 21)


@cache
def _planned(url: str, template: str) -> tuple[str, int, int, int]:
    """Let a plan for a marathon run in a copy of the slice; return the database's name and the athletes."""
    name, *ids = lived(url, template)
    address = copy_of(url, name)
    own_life = Lived(Database(address), *ids)
    with own_life.db.athlete_session(own_life.full) as s:
        athletes.update(s, own_life.full, birth_year=1988, sex="male")
    ctx = own_life.ctx(call_key="made")
    call(ctx, "set_goal", aim="marathon", day=RACE, name="서울마라톤", target_time_s=14_400)
    call(ctx, "make_plan")
    with own_life.db.athlete_session(own_life.full) as s:
        (asked,) = approvals.pending(s, NOW)
        athlete = athletes.get(s, own_life.full)
        done = approving.decide(s, athlete, asked.id, asked.sha256, "approved", NOW, by=None, channel="web")
        assert done.taken
    own_life.db.dispose()
    copied = make_url(address).database
    assert copied is not None
    return copied, ids[0], ids[1], ids[2]


@pytest.fixture
def planned(embedded: Embedded, template: str) -> Iterator[Lived]:
    """An athlete whose plan for a marathon runs."""
    name, *ids = _planned(embedded.url, template)
    address = copy_of(embedded.url, name)
    life = Lived(Database(address), *ids)
    yield life
    life.db.dispose()
    drop(address)


READS: list[tuple[str, dict[str, Any]]] = [
    ("plan_overview", {}),
    ("plan_week", {}),
    ("plan_week", {"day": "2026-12-01"}),
    ("workout", {}),
    ("workout", {"day": "2026-11-24"}),
    ("workout", {"day": "2026-11-26"}),
    ("workout", {"day": "2026-11-22"}),
    ("workout", {"kind": "long"}),
    ("workout", {"kind": "walk_run"}),
    ("plan_changes", {}),
    ("plan_history", {}),
    ("plan_adherence", {}),
    ("send_status", {}),
    ("race_plan", {}),
]


def test_every_answer_about_a_plan_is_whole(planned: Lived) -> None:
    for lang, units in (("ko", "metric"), ("en", "imperial")):
        ctx = planned.ctx(lang=lang, units=units)  # type: ignore[arg-type]
        for name, args in READS:
            result = call(ctx, name, **args)
            text = "\n".join(
                [told(ctx, result), *(str(row) for table in tables(ctx, result) for row in table)]
            )
            assert not [bad for bad in ("None", "nan", "{") if bad in text], (name, args, text)
            if lang == "en":
                assert not any("가" <= c <= "힣" for c in text.replace("서울마라톤", "")), (name, text)


def test_weeks_and_sentences_tell_the_same_numbers(planned: Lived) -> None:
    result = call(planned.ctx(), "plan_overview")
    with planned.db.athlete_session(planned.full) as s:
        held = plans.holding(s)
    assert held is not None
    facts = {fact.key: fact.value for fact in result.facts}
    assert facts["plan.weeks"] == len(held.plan.weeks)
    assert facts["plan.first_m"] == held.plan.weeks[0].run_m == facts["week.1.run_m"]
    assert facts["plan.peak_m"] < max(week.run_m for week in held.plan.weeks) + 1
    assert facts["plan.longest_m"] < 42_195, "the race itself is no training"


def test_a_change_is_proposed_and_nothing_else(planned: Lived) -> None:
    with planned.db.athlete_session(planned.full) as s:
        before = plans.holding(s)
    assert before is not None
    long = next(w for w in before.plan.workouts if w.kind == "long")
    result = call(planned.ctx(call_key="c"), "change_workout", what="drop", uid=long.uid)
    (card,) = (card for card in result.cards if card.kind == "approval")
    assert card.approval["changes"]
    with planned.db.athlete_session(planned.full) as s:
        assert plans.holding(s) == before
        (asked,) = approvals.pending(s, NOW)
        assert asked.sha256.hex() == card.approval["sha256"]
    again = call(planned.ctx(call_key="c"), "change_workout", what="drop", uid=long.uid)
    assert again.cards == result.cards, "a retry proposes nothing new"
    back = call(planned.ctx(call_key="u"), "undo_plan_change")
    assert not [card for card in back.cards if card.kind == "approval"], "what waited is taken back"
    with planned.db.athlete_session(planned.full) as s:
        assert approvals.pending(s, NOW) == ()


def test_what_cannot_be_meant_is_refused(planned: Lived) -> None:
    ctx = planned.ctx(call_key="x")
    with pytest.raises(NotFound):
        call(ctx, "change_workout", what="drop", uid="somebody-elses")
    with pytest.raises(NotFound):
        call(ctx, "workout", uid="somebody-elses")
    with pytest.raises(NotFound):
        call(ctx, "workout", day="2029-01-01")
    with pytest.raises(BadInput):
        call(ctx, "change_workout", what="move", day="2026-11-24")
    with pytest.raises(BadInput):
        call(ctx, "change_workout", what="drop")


def test_what_is_missing_is_asked_one_thing_at_a_time(own_life: Lived) -> None:
    ctx = own_life.ctx()

    def asked(**args: Any) -> tuple[str, list[str]]:
        question = call(ctx, "set_goal", **args).question
        assert question is not None
        return question.field, [choice.value for choice in question.choices]

    assert asked()[0] == "aim"
    assert asked(aim="race")[0] == "aim"
    field, days = asked(aim="marathon", name="서울마라톤")
    assert field == "day"
    assert days == ["2027-03-07", "2027-03-14", "2027-03-21", "2027-03-28"]
    assert asked(aim="10k")[1][0] > TODAY.isoformat()
    field, _ = asked(aim="marathon", day="2027-03-15")
    assert field == "sure", "a Monday is asked about"
    assert asked(aim="marathon", day="2027-03-15", sure="no")[0] == "day"
    with own_life.db.athlete_session(own_life.full) as s:
        assert planning_profiles.goal(s) is None
    assert asked(aim="marathon", day="2027-03-15", sure="yes") == ("go", ["yes", "later"])


def test_days_away_that_are_long_over_make_room_for_new_ones(own_life: Lived) -> None:
    ctx, old = own_life.ctx(), date(2026, 3, 2)
    with own_life.db.athlete_session(own_life.full) as s:
        past = tuple(Blackout(old, old + timedelta(days=n)) for n in range(60))
        planning.set_constraints(s, athletes.get(s, own_life.full), Constraints(blackouts=past))
    call(ctx, "plan_blackout", start="2026-12-24", end="2026-12-26")
    with own_life.db.athlete_session(own_life.full) as s:
        (kept,) = planning_profiles.constraints(s).blackouts
    assert (kept.start, kept.end) == (date(2026, 12, 24), date(2026, 12, 26))


def test_the_next_race_leaves_the_one_that_was_run(own_life: Lived) -> None:
    ctx = own_life.ctx()
    with own_life.db.athlete_session(own_life.full) as s:
        run = races.save(s, Race(date(2026, 11, 1), 10_000.0, name="가을 대회", result_s=3000.0))
        planning_profiles.set_goal(s, Goal(GoalKind.race, run))
    call(ctx, "set_goal", day=RACE, sure="yes")
    with own_life.db.athlete_session(own_life.full) as s:
        old, new = races.find(s)
    assert old == run
    assert (new.day, new.result_s, new.distance_m) == (RACE, None, 10_000.0)


def test_while_it_stands_still_nothing_calls_to_the_start(planned: Lived) -> None:
    ctx = planned.ctx()
    before = told(ctx, call(ctx, "plan_overview"))
    with planned.db.athlete_session(planned.full) as s:
        plan_holds.raise_hold(s, "chest_pain", "emergency", "가슴이 아파요", NOW)
    after = told(ctx, call(ctx, "plan_overview"))
    assert say("ko", "plan_tools.on_hold") in after
    assert "다음" in before
    assert "다음" not in after
    assert told(ctx, call(ctx, "race_plan")) == say("ko", "plan_tools.on_hold")


def test_limits_are_kept_and_health_is_only_made_stricter(own_life: Lived) -> None:
    ctx = own_life.ctx()
    call(ctx, "set_constraints", days=["tue", "thu", "sat"], minutes=60, minutes_days=["tue"], long_day="sat")
    call(ctx, "set_constraints", club_days=["thu"], club_kind="interval", targets="hr", track=True)
    call(ctx, "set_health", injured="knee", side="left", pregnant=True)
    call(ctx, "set_health", cleared="healed")
    call(ctx, "set_health", no_period=True, condition="심장 수술")
    with own_life.db.athlete_session(own_life.full) as s:
        kept, health = planning_profiles.constraints(s), planning_profiles.health(s)
    assert kept.max_s == (0.0, 3600.0, 0.0, None, 0.0, None, 0.0)
    assert (kept.long_day, kept.targets, kept.track) == (5, "hr", True)
    assert [(club.weekday, club.kind) for club in kept.clubs] == [(3, "interval")]
    assert health.injury is not None
    assert (health.injury.part, health.injury.side) == ("knee", "left")
    assert health.pregnant
    assert health.no_period
    assert (health.clearance, health.needs_clearance) == (None, ("심장 수술",))


@pytest.mark.parametrize(("lang", "begins"), [("ko", "목표는 서울마라톤"), ("en", "Your goal: 서울마라톤")])
def test_a_goal_without_a_plan_is_told(own_life: Lived, lang: Any, begins: str) -> None:
    ctx = own_life.ctx(lang=lang)
    with pytest.raises(NotFound):
        call(ctx, "plan_overview")
    call(ctx, "set_goal", aim="marathon", day=RACE, name="서울마라톤")
    text = told(ctx, call(ctx, "plan_overview"))
    assert text.startswith(begins)
    assert str((RACE - TODAY).days) in text
