"""One question, one answer: the UPDATE that compares everything."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from coach.errors import NotFound
from coach.store import approvals, plans, system
from coach.store.approvals import Approval, Decision
from coach.store.session import Database

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CONTENT = {"plan_id": 1, "workouts": ["이지런 8 km"]}
SHA = approvals.hash_of(CONTENT)


def ask(db: Database, athlete_id: int, kind: approvals.Kind = "clearance", sha256: bytes = SHA) -> Approval:
    with db.athlete_session(athlete_id) as s:
        return approvals.ask(s, kind, sha256, expires_at=LATER, content=CONTENT, now=NOW)


def decide(
    db: Database,
    athlete_id: int,
    asked: Approval,
    decision: Decision = "approved",
    sha256: bytes = SHA,
    now: datetime = NOW,
) -> Approval | None:
    with db.athlete_session(athlete_id) as s:
        return approvals.decide(s, asked.id, sha256, decision, now=now, by=1, channel="web")


def test_an_answer_is_kept_once(db: Database, athlete_id: int) -> None:
    asked = ask(db, athlete_id)
    assert (asked.state, asked.content, asked.created_at) == ("pending", CONTENT, NOW)
    taken = decide(db, athlete_id, asked, "rejected")
    assert taken is not None
    assert (taken.state, taken.decided_at, taken.decided_by, taken.decided_in) == ("rejected", NOW, 1, "web")
    assert decide(db, athlete_id, asked, "approved") is None
    with db.athlete_session(athlete_id) as s:
        assert approvals.get(s, asked.id) == taken


def test_what_does_not_fit_changes_nothing(db: Database, athlete_id: int) -> None:
    asked = ask(db, athlete_id)
    other = system.create_athlete(db).id
    tries: tuple[Callable[[], Approval | None], ...] = (
        lambda: decide(db, athlete_id, asked, sha256=b"x"),
        lambda: decide(db, athlete_id, asked, now=LATER),
        lambda: decide(db, other, asked),
    )
    for attempt in tries:
        assert attempt() is None
    with db.athlete_session(athlete_id) as s:
        assert approvals.get(s, asked.id) == asked
        assert approvals.pending(s, NOW) == (asked,)
        assert approvals.pending(s, LATER) == ()
    with db.athlete_session(other) as s, pytest.raises(NotFound):
        approvals.get(s, asked.id)
    for number in (0, -1, 2**63, asked.id + 1):
        with db.athlete_session(athlete_id) as s, pytest.raises(NotFound):
            approvals.get(s, number)


def test_of_many_at_once_one_counts_without_any_lock(db: Database, athlete_id: int) -> None:
    for _ in range(5):
        asked = ask(db, athlete_id)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda n: decide(db, athlete_id, asked), range(8)))  # noqa: B023
        assert sum(each is not None for each in found) == 1


def test_a_new_question_of_a_kind_replaces_the_old_one(db: Database, athlete_id: int) -> None:
    first, other_kind = ask(db, athlete_id), ask(db, athlete_id, "removal")
    second = ask(db, athlete_id)
    with db.athlete_session(athlete_id) as s:
        assert approvals.get(s, first.id).state == "replaced"
        assert approvals.pending(s, NOW) == (other_kind, second)
        assert approvals.replace_pending(s, "removal")[0].id == other_kind.id
        assert approvals.pending(s, NOW) == (second,)
        approvals.close(s, second.id, "expired")
        approvals.close(s, first.id, "expired")
        states = [approvals.get(s, a.id).state for a in (first, second)]
    assert states == ["replaced", "expired"], "only what waits is closed"
    assert decide(db, athlete_id, second) is None


def test_a_question_about_one_plan_leaves_those_about_others(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        one, two = (plans.create(s, NOW.date(), NOW.date()) for _ in range(2))
        for plan_id in (one, two, one):
            approvals.ask(s, "removal", SHA, expires_at=LATER, plan_id=plan_id)
        assert [a.plan_id for a in approvals.pending(s, NOW)] == [two, one]


def test_what_nobody_answers_expires(db: Database, athlete_id: int) -> None:
    asked = ask(db, athlete_id)
    with db.athlete_session(athlete_id) as s:
        assert approvals.expire(s, NOW) == ()
        assert [a.id for a in approvals.expire(s, LATER)] == [asked.id]
        assert approvals.expire(s, LATER) == ()


def test_the_hash_is_of_the_content_whatever_its_order() -> None:
    assert approvals.hash_of({"a": 1, "b": "이지런"}) == approvals.hash_of({"b": "이지런", "a": 1})
    assert approvals.hash_of({"a": 1}) != approvals.hash_of({"a": 2})
