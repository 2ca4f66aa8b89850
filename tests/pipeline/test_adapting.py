"""Adapting the stored plan: each reason once, always a proposal, never over the athlete's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from fakes.life import copy_of, drop
from running_desk import RunningDesk
from sqlalchemy import make_url

from coach.domain.daily import Entry
from coach.domain.plan.model import WorkoutKind
from coach.pipeline import adapting, matching
from coach.store import approvals, notices, plan_signals, plans, system
from coach.store.approvals import Approval
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text import LANGS
from coach.text.plan_why import why_words


@cache
def _followed(url: str, template: str) -> tuple[str, RunningDesk]:
    """Let an athlete follow a plan in a copy of `template`, once; return the database and their desk."""
    address = copy_of(url, template)
    db = Database(address)
    desk = RunningDesk(db, system.create_athlete(db, name="하나").id)
    desk.approve()
    desk.train(5)
    desk.follow(desk.plan.start + timedelta(days=7))
    desk.measure()
    look(desk)
    db.dispose()
    name = make_url(address).database
    assert name is not None
    return name, desk


@pytest.fixture
def desk(embedded: Embedded, template: str) -> Iterator[RunningDesk]:
    """Yield an athlete on the second Monday of a plan that they have followed."""
    name, followed = _followed(embedded.url, template)
    address = copy_of(embedded.url, name)
    db = Database(address)
    yield replace(followed, db=db)
    db.dispose()
    drop(address)


def look(desk: RunningDesk) -> Approval | None:
    with desk.db.athlete_session(desk.athlete_id) as s:
        matching.match_new(s, desk.athlete, desk.now)
        return adapting.adapt_running(s, desk.athlete, desk.now)


def test_a_plan_that_is_followed_is_left_alone(desk: RunningDesk) -> None:
    assert look(desk) is None
    assert len(desk.revisions()) == 1


def test_illness_is_noted_once_and_proposed_with_its_reason(desk: RunningDesk) -> None:
    desk.say(Entry("illness", desk.day, text="감기 몸살"))
    asked = look(desk)
    assert asked is not None
    made = desk.revisions()[-1]
    assert (made.number, made.origin, made.state, made.parent) == (2, "adapted", "proposed", 1)
    assert (asked.revision, asked.sha256) == (2, made.sha256)
    assert made.plan.on(desk.day)[0].kind is WorkoutKind.rest
    for lang in LANGS:
        words = why_words(made.why_key, made.why_params, lang, "metric")
        assert words
        assert all("{" not in word for word in words)
    with desk.db.athlete_session(desk.athlete_id) as s:
        (signal,) = plan_signals.find(s, desk.plan_id)
        assert (signal.kind, signal.revision) == ("illness", 2)
        held = plans.holding(s)
        assert held is not None
        assert held.number == 1  # nothing changes before the athlete says so
        # Nobody asked for it, so it is told.
        assert [n.text_key for n in notices.open_ones(s)] == ["plan_life.waits"]
    assert look(desk) is None
    assert len(desk.revisions()) == 2


def test_a_second_reason_is_answered_together_with_the_undecided_first(desk: RunningDesk) -> None:
    desk.say(Entry("illness", desk.day))
    assert look(desk)
    desk.day += timedelta(days=1)
    desk.say(Entry("pain", desk.day, 4.0, "knee", "left"))
    asked = look(desk)
    assert asked is not None
    made = desk.revisions()[-1]
    assert made.parent == 1
    assert made.plan.on(desk.day)[0].kind is WorkoutKind.rest  # the illness of yesterday still counts
    assert made.why_key == "why_pain" or made.why_params["also"]
    assert [a.revision for a in desk.waiting()] == [made.number]


def test_a_proposal_of_the_athletes_own_is_not_pushed_aside(desk: RunningDesk) -> None:
    with desk.db.athlete_session(desk.athlete_id) as s:
        held = plans.holding(s)
        assert held is not None
        own = approvals.ask(
            s,
            "plan",
            held.sha256,
            expires_at=desk.now + timedelta(days=1),
            plan_id=held.plan_id,
            revision=held.number,
        )
    desk.say(Entry("illness", desk.day))
    assert look(desk) is None
    assert [a.id for a in desk.waiting()] == [own.id]
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert plan_signals.find(s, desk.plan_id) == ()  # to be seen again
        approvals.decide(s, own.id, own.sha256, "rejected", now=desk.now, by=7, channel="web")
    assert look(desk) is not None


def test_after_eight_weeks_away_a_new_plan_is_spoken_of_once(desk: RunningDesk) -> None:
    with desk.db.athlete_session(desk.athlete_id) as s:
        held = plans.holding(s)
        assert held is not None
    desk.day = desk.plan.end - timedelta(days=1)
    assert look(desk) is None or desk.waiting()
    desk.day = desk.plan.start + timedelta(days=7 + 57)
    assert look(desk) is None
    with desk.db.athlete_session(desk.athlete_id) as s:
        told = [n.text_key for n in notices.open_ones(s)]
    assert told.count("plan_adapt.new_plan_needed") == 1


def test_without_a_running_plan_nothing_happens(db: Database, athlete_id: int) -> None:
    assert look(RunningDesk(db, athlete_id)) is None
