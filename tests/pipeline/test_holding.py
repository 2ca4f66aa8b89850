"""Red flags: the plan stands still at once, and only the athlete's confirmed clearance lets it go on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from running_desk import RunningDesk

from coach.domain.daily import Entry
from coach.domain.redflags import RedFlag, Severity, Trigger
from coach.errors import Conflict
from coach.pipeline import adapting, approving, holding, proposing
from coach.pipeline.situation import health_of
from coach.store import approvals, deliveries, notices, plan_holds, plans
from coach.store.approvals import Approval
from coach.store.session import Database
from coach.text import LANGS, has, say

CHEST = RedFlag(Trigger.chest_pain, Severity.emergency, "athlete", ("가슴 통증",))


@pytest.fixture
def desk(db: Database, athlete_id: int) -> RunningDesk:
    desk = RunningDesk(db, athlete_id)
    desk.approve()
    return desk


def hold(desk: RunningDesk, flag: RedFlag = CHEST, words: str = "뛰다가 가슴이 아팠어") -> bool:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return holding.raise_flag(s, desk.athlete_id, flag, words, desk.now)


def on_the_watch(desk: RunningDesk, *days: date) -> None:
    with desk.db.athlete_session(desk.athlete_id) as s:
        for n, day in enumerate(days):
            deliveries.write(s, desk.plan_id, f"u{n}", "garmin", state="sent", sent_day=day, wanted_day=day)


def clear(desk: RunningDesk) -> Approval:
    """Ask for clearance and let the athlete give it."""
    with desk.db.athlete_session(desk.athlete_id) as s:
        asked = holding.ask_clearance(s, desk.athlete_id, desk.now)
    with desk.db.athlete_session(desk.athlete_id) as s:
        decided = approving.decide(
            s, desk.athlete, asked.id, asked.sha256, "approved", desk.now, by=7, channel="web"
        )
        assert decided.taken
        return decided.approval


def test_a_flag_holds_and_is_news_once(desk: RunningDesk) -> None:
    assert hold(desk)
    assert not hold(desk)
    with desk.db.athlete_session(desk.athlete_id) as s:
        (one,) = plan_holds.standing(s)
        assert (one.trigger, one.severity, one.words) == ("chest_pain", "emergency", "뛰다가 가슴이 아팠어")
        assert holding.held(s)
        assert holding.still(s)
        assert health_of(s, desk.athlete).hold
        assert [n.text_key for n in notices.open_ones(s)] == ["plan_adapt.still"]
        assert holding.told(s, desk.now) == "plan_adapt.still"


def test_somebody_elses_sign_holds_nothing(desk: RunningDesk) -> None:
    assert not hold(desk, RedFlag(Trigger.chest_pain, Severity.emergency, "other", ("가슴",)))
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert not holding.raise_flags(s, desk.athlete_id, "친구가 지금 가슴이 아프대", desk.now)
        assert not holding.held(s)
        assert holding.told(s, desk.now) == ""


def test_scheduled_workouts_are_asked_about_at_once(desk: RunningDesk) -> None:
    on_the_watch(desk, desk.day - timedelta(days=1), desk.day, desk.day + timedelta(days=2))
    hold(desk)
    (asked,) = desk.waiting("removal")
    assert asked.plan_id == desk.plan_id
    assert [w["uid"] for w in asked.content["workouts"]] == ["u1", "u2"]  # yesterday's is history
    hold(desk, RedFlag(Trigger.fainting, Severity.emergency, "athlete", ("기절",)))
    assert [a.id for a in desk.waiting("removal")] == [asked.id]  # the same question stands


def test_without_anything_scheduled_nothing_is_asked(desk: RunningDesk) -> None:
    hold(desk)
    assert desk.waiting("removal") == []


def test_a_person_in_distress_is_not_asked_about_workouts(desk: RunningDesk) -> None:
    on_the_watch(desk, desk.day)
    assert hold(desk, RedFlag(Trigger.self_harm, Severity.crisis, "athlete", ("죽고 싶",)))
    assert desk.waiting("removal") == []
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert holding.held(s)
        assert holding.told(s, desk.now) == ""
        assert notices.open_ones(s) == []


def test_what_waits_for_a_decision_is_taken_back(desk: RunningDesk) -> None:
    desk.measure()
    with desk.db.athlete_session(desk.athlete_id) as s:
        held = plans.holding(s)
        assert held is not None
        asked = approvals.ask(
            s,
            "plan",
            held.sha256,
            expires_at=desk.now + timedelta(days=1),
            plan_id=held.plan_id,
            revision=held.number,
        )
    hold(desk)
    assert desk.waiting() == []
    with desk.db.athlete_session(desk.athlete_id) as s:
        late = approvals.decide(s, asked.id, asked.sha256, "approved", now=desk.now, by=7, channel="web")
        assert late is None


def test_nothing_is_proposed_while_it_holds(desk: RunningDesk) -> None:
    desk.train(4)
    desk.measure()
    desk.say(Entry("illness", desk.day))
    hold(desk)
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert adapting.adapt_running(s, desk.athlete, desk.now) is None
    assert len(desk.revisions()) == 1


def test_only_a_confirmed_clearance_lifts(desk: RunningDesk) -> None:
    with desk.db.athlete_session(desk.athlete_id) as s, pytest.raises(Conflict):
        holding.ask_clearance(s, desk.athlete_id, desk.now)
    hold(desk)
    for lifting in (None, "asked", "rejected"):
        with desk.db.athlete_session(desk.athlete_id) as s:
            if lifting:
                asked = holding.ask_clearance(s, desk.athlete_id, desk.now)
            if lifting == "rejected":
                approvals.decide(s, asked.id, asked.sha256, "rejected", now=desk.now, by=7, channel="web")
        with desk.db.athlete_session(desk.athlete_id) as s, pytest.raises(Conflict):
            holding.lift(s, desk.athlete_id, desk.now, 7)
        with desk.db.athlete_session(desk.athlete_id) as s:
            assert holding.held(s)


def test_a_clearance_does_not_cover_what_was_raised_after_it(desk: RunningDesk) -> None:
    hold(desk)
    with desk.db.athlete_session(desk.athlete_id) as s:
        asked = holding.ask_clearance(s, desk.athlete_id, desk.now)
    hold(desk, RedFlag(Trigger.fainting, Severity.emergency, "athlete", ("기절",)))
    with desk.db.athlete_session(desk.athlete_id) as s:
        decided = approving.decide(
            s, desk.athlete, asked.id, asked.sha256, "approved", desk.now, by=7, channel="web"
        )
        assert not decided.taken
        assert holding.held(s)


def test_after_clearance_a_way_back_is_proposed_and_only_that_is_sent(desk: RunningDesk) -> None:
    desk.train(5)
    desk.follow(desk.plan.start + timedelta(days=7))
    desk.measure()
    hold(desk)
    desk.day += timedelta(days=3)
    clear(desk)
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert not holding.held(s)
        assert holding.still(s)  # not as if nothing had happened
        assert notices.open_ones(s)[0].text_key != "plan_adapt.still"
    (asked,) = desk.waiting()
    back = desk.revisions()[-1]
    assert (back.origin, back.why_key, back.state) == ("adapted", "why_cleared", "proposed")
    assert not any(w.hard for w in back.plan.workouts if desk.day <= w.day < desk.day + timedelta(days=6))
    with desk.db.athlete_session(desk.athlete_id) as s:
        rules = {str(f["rule"]) for f in back.findings}
        approving.acknowledge(s, desk.athlete, back.plan_id, back.number, rules, desk.now)
        assert approving.decide(
            s, desk.athlete, asked.id, asked.sha256, "approved", desk.now, by=7, channel="web"
        ).taken
        assert not holding.still(s)
        held = plans.holding(s)
        assert held is not None
        assert held.number == back.number


def test_what_was_approved_after_a_hold_is_remembered_however_much_is_asked_later(desk: RunningDesk) -> None:
    hold(desk)
    clear(desk)
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert holding.still(s)
        (asked,) = [a for a in approvals.pending(s, desk.now) if a.kind == "plan"]
        assert approvals.decide(s, asked.id, asked.sha256, "approved", now=desk.now, by=7, channel="web")
        assert not holding.still(s)
        for _ in range(60):
            approvals.ask(s, "plan", b"x", expires_at=desk.now + timedelta(days=1))
        assert not holding.still(s)


def test_flags_in_the_journal_hold_the_plan(desk: RunningDesk) -> None:
    said = "오늘 뛰다가 가슴이 조이듯이 아팠어"
    with desk.db.athlete_session(desk.athlete_id) as s:
        long_ago = Entry("note", desk.day - timedelta(days=30), text=said)
        assert not holding.read_entries(s, desk.athlete_id, [long_ago], desk.now)
        calm = Entry("note", desk.day, text="오늘은 가볍게 뛰었다")
        assert not holding.read_entries(s, desk.athlete_id, [calm], desk.now)
        assert holding.read_entries(s, desk.athlete_id, [Entry("note", desk.day, text=said)], desk.now)
        assert [h.trigger for h in plan_holds.standing(s)] == ["chest_pain"]


def test_a_fever_asks_for_days_without_it_rather_than_for_a_doctor(desk: RunningDesk) -> None:
    hold(desk, RedFlag(Trigger.illness, Severity.stop_today, "athlete", ("열",)))
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert holding.told(s, desk.now) == "plan_adapt.still_illness"


def test_without_a_plan_it_holds_all_the_same(db: Database, athlete_id: int) -> None:
    desk = RunningDesk(db, athlete_id)
    assert hold(desk)
    with db.athlete_session(athlete_id) as s:
        assert health_of(s, desk.athlete).hold  # none is built either
        assert holding.told(s, desk.now) == ""
        assert notices.open_ones(s) == []


def test_what_is_said_exists_in_both_languages() -> None:
    for lang in LANGS:
        for key in ("plan_adapt.still", "plan_adapt.still_illness", "plan_adapt.new_plan_needed"):
            assert has(lang, key)
            assert say(lang, key)
    assert proposing.NOTICE != holding.NOTICE
