"""Conversations that are deleted are gone, and those are kept as long as their athlete says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from coach.errors import BadInput, Conflict, NotFound
from coach.pipeline import keeping_chats
from coach.pipeline.keeping_chats import Gone
from coach.store import approvals, athletes, model_calls, runs, system, threads
from coach.store.session import Database, Session

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
WORDS = "왼쪽 무릎이 아파요"


def talked(s: Session, athlete_id: int, at: datetime = NOW) -> tuple[int, UUID]:
    """Keep a conversation with everything that is made of one; return its id and its run."""
    thread_id = threads.create(s, athlete_id, WORDS).id
    run_id, _ = runs.create(s, athlete_id, thread_id, f"key {thread_id}", "host")
    threads.add_message(s, athlete_id, thread_id, "user", WORDS, run_id=run_id)
    message = threads.messages(s, thread_id)[0].id
    runs.append(s, [runs.RunEvent(run_id, athlete_id, 0, "X", {"x": WORDS})])
    runs.finish(s, run_id, "done")
    values = {"a": athlete_id, "t": thread_id, "m": message, "r": run_id, "w": WORDS, "at": at}
    values["k"] = f"a{athlete_id}:t{thread_id}"
    for statement in (
        "INSERT INTO memories (athlete_id, kind, text, said_on, confidence, origin, thread_id, message_id,"
        " quote) VALUES (:a, 'injury', 'knee', now(), 1, 'chat', :t, :m, :w)",
        "INSERT INTO model_calls (athlete_id, run_id, purpose, host, model, day, state, tokens_reserved,"
        " tokens_in, cost, sent) VALUES (:a, :r, 'chat', 'h', 'm', now(), 'settled', 5, 5, 0.25,"
        " jsonb_build_array(jsonb_build_object('content', :w ::text)))",
        "INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint)"
        " VALUES (:k, '1', jsonb_build_object('x', :w ::text))",
        "INSERT INTO checkpoint_blobs (thread_id, channel, version, type, blob)"
        " VALUES (:k, 'c', '1', 'x', convert_to(:w, 'UTF8'))",
        "INSERT INTO plan_holds (athlete_id, trigger, severity, words)"
        " VALUES (:a, 'trigger ' || :t, 'stop', :w)",
        "UPDATE threads SET updated_at = :at WHERE id = :t",
    ):
        s.execute(text(statement), values)
    return thread_id, run_id


def with_words(s: Session) -> set[str]:
    """Return the tables of the session's athlete in which the words stand, also as bytes."""
    tables = "threads messages runs run_events memories model_calls approvals plan_holds checkpoints"
    found = set()
    for name in (*tables.split(), "checkpoint_blobs", "checkpoint_writes"):
        query = text(f"SELECT EXISTS (SELECT FROM {name} t WHERE t::text LIKE :w OR t::text LIKE :h)")
        if s.execute(query, {"w": f"%{WORDS}%", "h": f"%{WORDS.encode().hex()}%"}).scalar_one():
            found.add(name)
    return found


def test_a_deleted_conversation_is_gone_and_what_it_led_to_stays(db: Database, athlete_id: int) -> None:
    other = system.create_athlete(db).id
    with db.athlete_session(other) as s:
        talked(s, other)
        theirs = with_words(s)
    with db.athlete_session(athlete_id) as s:
        thread_id, run_id = talked(s, athlete_id)
        content = {"holds": []}
        approvals.ask(
            s,
            "clearance",
            approvals.hash_of(content),
            content=content,
            thread_id=thread_id,
            expires_at=NOW + timedelta(days=1),
        )
        assert with_words(s) == theirs
        assert len(theirs) == 8
    with db.athlete_session(athlete_id) as s:
        keeping_chats.delete_now(s, athlete_id, thread_id)
    with db.athlete_session(athlete_id) as s:
        assert with_words(s) == set()
        (memory,) = s.execute(text("SELECT text, thread_id, message_id, quote FROM memories")).all()
        assert tuple(memory) == ("knee", None, None, "")
        (call,) = model_calls.listed(s)
        assert (call.run_id, call.cost, call.tokens_in) == (None, 0.25, 5), "a cap is not renewed by deleting"
        (asked,) = s.execute(text("SELECT thread_id, state FROM approvals")).all()
        assert tuple(asked) == (None, "pending")
        assert s.execute(text("SELECT severity FROM plan_holds")).scalars().all() == ["stop"]
        with pytest.raises(NotFound):
            runs.get(s, run_id)
        with pytest.raises(NotFound):
            keeping_chats.delete_now(s, athlete_id, thread_id)
    with db.athlete_session(other) as s:
        assert with_words(s) == theirs


def test_a_deleted_one_can_be_taken_back_for_a_week(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        taken_back, left = talked(s, athlete_id)[0], talked(s, athlete_id)[0]
        for thread_id in (taken_back, left):
            threads.archive(s, thread_id)
        at = threads.get(s, left).archived_at
        assert at is not None
        assert keeping_chats.goes_at(threads.get(s, left)) == at + timedelta(days=7)
    almost, after = at + timedelta(days=7), at + timedelta(days=7, seconds=1)
    assert keeping_chats.purge(db, athlete_id, almost) == Gone()
    with db.athlete_session(athlete_id) as s:
        threads.archive(s, taken_back, archived=False)
    assert keeping_chats.purge_all(db, after) == Gone(deleted=1)
    assert keeping_chats.purge_all(db, after) == Gone()
    with db.athlete_session(athlete_id) as s:
        assert threads.get(s, taken_back).archived_at is None
        with pytest.raises(NotFound):
            threads.get(s, left)


@pytest.mark.parametrize(
    ("tz", "hour", "kept"), [("Asia/Seoul", 14, 3), ("Asia/Seoul", 15, 2), ("UTC", 23, 3)]
)
def test_days_are_those_where_the_athlete_lives(
    db: Database, athlete_id: int, tz: str, hour: int, kept: int
) -> None:
    """With 30 days, the 1st of October stays through the 31st: midnight in Seoul is 15:00 UTC."""
    with db.athlete_session(athlete_id) as s:
        athletes.update(s, athlete_id, tz=tz)
        for day in (1, 2, 20):
            talked(s, athlete_id, datetime(2026, 10, day, 3, tzinfo=UTC))
        keeping_chats.keep_days(s, athlete_id, 30)
    gone = keeping_chats.purge(db, athlete_id, datetime(2026, 10, 31, hour, tzinfo=UTC))
    assert gone == Gone(old=3 - kept)
    with db.athlete_session(athlete_id) as s:
        assert len(threads.list_threads(s, athlete_id)) == kept


def test_without_a_number_nothing_goes_however_old(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        talked(s, athlete_id, NOW - timedelta(days=5000))
        for days in (0, -1, 36_501):
            with pytest.raises(BadInput):
                keeping_chats.keep_days(s, athlete_id, days)
    assert keeping_chats.purge_all(db, NOW) == Gone()


def test_one_that_is_being_answered_stays(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        thread_id, _ = talked(s, athlete_id, NOW - timedelta(days=90))
        run_id, _ = runs.create(s, athlete_id, thread_id, "another", "host")
        threads.archive(s, thread_id)
        keeping_chats.keep_days(s, athlete_id, 1)
    much_later = datetime.now(UTC) + timedelta(days=90)
    assert keeping_chats.purge(db, athlete_id, much_later) == Gone()
    with pytest.raises(Conflict), db.athlete_session(athlete_id) as s:
        keeping_chats.delete_now(s, athlete_id, thread_id)
    with db.athlete_session(athlete_id) as s:
        runs.finish(s, run_id, "done")
    assert keeping_chats.purge(db, athlete_id, much_later) == Gone(deleted=1)


def test_more_than_one_batch_goes(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        for _ in range(keeping_chats.BATCH + 3):
            threads.archive(s, threads.create(s, athlete_id).id)
    later = datetime.now(UTC) + timedelta(days=8)
    assert keeping_chats.purge(db, athlete_id, later) == Gone(deleted=keeping_chats.BATCH + 3)
