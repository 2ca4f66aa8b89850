"""What the coach says first is one transaction: the message, its parcel, and what was to be said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, text

from coach.domain.nudges import NudgeKind
from coach.errors import Conflict
from coach.pipeline import saying
from coach.pipeline.saying import FirstWords
from coach.store import athletes, messengers, models, nudge_settings, nudges, outbox, threads
from coach.store.session import Database, Session

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)  # Sunday 18:00 in Seoul
NIGHT = NOW + timedelta(hours=5)
SUNDAY = date(2026, 11, 22)


def due(s: Session, kind: NudgeKind = NudgeKind.weekly, key: str = "2026-W47") -> int:
    assert nudges.add(s, kind, key, SUNDAY, NOW)
    found = nudges.named(s, kind, key)
    assert found is not None
    return found.id


def words(*ids: int, **more: object) -> FirstWords:
    return FirstWords("weekly", "이번 주 42 km", "<p>이번 주 42 km</p>", nudges=ids, **more)  # type: ignore[arg-type]


def link(db: Database, athlete_id: int, chat_id: int = 4242) -> None:
    with db.system_session() as s:
        account = insert(models.accounts).values(athlete_id=athlete_id, role="athlete")
        account_id = s.scalars(account.returning(models.accounts.c.id)).one()
    with db.athlete_session(athlete_id) as s:
        assert messengers.put_link(s, "telegram", account_id, chat_id, NOW)


def say(db: Database, athlete_id: int, *ids: int, at: datetime = NOW, **more: object) -> int:
    with db.athlete_session(athlete_id) as s:
        return saying.say(s, athletes.get(s, athlete_id), words(*ids, **more), at)


def parcels(db: Database, athlete_id: int) -> list[outbox.Parcel]:
    with db.athlete_session(athlete_id) as s:
        return [p for p in outbox.find(s, "telegram") if p.key.startswith("message:")]


def test_without_a_messenger_it_waits_on_the_page(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        ids = [due(s), due(s, NudgeKind.race, "3:7")]
    pending = {"kind": "after_run", "nudge_id": ids[0]}
    raw = {"raw": "이번 주 {f1}", "known": {"f1": {"key": "km"}}, "pending": pending}
    message_id = say(db, athlete_id, *ids, **raw, once_gone={"sources": ["strava"]})
    with db.athlete_session(athlete_id) as s:
        (said,) = nudges.list_said(s)
        assert said.message.id == message_id
        assert (said.message.role, said.message.run_id) == ("assistant", None)
        assert said.message.text == "이번 주 42 km"
        assert [(n.id, n.state, n.said_on) for n in said.nudges] == [
            (ids[0], "said", SUNDAY),
            (ids[1], "merged", SUNDAY),
        ]
        content = said.message.content
        assert content["html"] == "<p>이번 주 42 km</p>"
        assert content["once_gone"] == {"sources": ["strava"]}
        assert "passed_on" not in content
        assert content["first"] == {"kind": "weekly", "nudges": ids, **raw}
        thread = threads.get(s, said.message.thread_id)
        assert (thread.title, thread.channel) == ("코치의 메시지", "web")
        assert nudge_settings.get_thread(s) == thread.id
    assert parcels(db, athlete_id) == []


def test_with_a_messenger_a_parcel_goes_with_it(db: Database, athlete_id: int) -> None:
    link(db, athlete_id)
    with db.athlete_session(athlete_id) as s:
        first, second = due(s), due(s, NudgeKind.receipt, "approval:1")
    message_id = say(db, athlete_id, first)
    with db.athlete_session(athlete_id) as s:
        known = messengers.link(s, "telegram")
        assert known is not None
        assert known.thread_id is not None
        assert threads.get(s, known.thread_id).channel == "telegram"
    (parcel,) = parcels(db, athlete_id)
    assert (parcel.key, parcel.next_at) == (f"message:{message_id}", NOW)
    assert parcel.payload == {"message_id": message_id, "thread_id": known.thread_id}
    say(db, athlete_id, second, at=NIGHT)  # asked for, and yet nobody is woken up
    assert parcels(db, athlete_id)[0].payload["silent"] is True
    assert parcels(db, athlete_id)[0].payload["thread_id"] == known.thread_id


def test_who_blocked_the_bot_finds_it_on_the_page(db: Database, athlete_id: int) -> None:
    link(db, athlete_id)
    with db.athlete_session(athlete_id) as s:
        messengers.set_state(s, "telegram", "blocked", NOW)
        one = due(s)
    say(db, athlete_id, one)
    assert parcels(db, athlete_id) == []
    with db.athlete_session(athlete_id) as s:
        assert nudges.unseen(s) == 1


def test_what_is_said_already_is_not_said_again(db: Database, athlete_id: int) -> None:
    link(db, athlete_id)
    with db.athlete_session(athlete_id) as s:
        first, second = due(s), due(s, NudgeKind.race, "3:7")
    say(db, athlete_id, first)
    with pytest.raises(Conflict):
        say(db, athlete_id, second, first)
    with db.athlete_session(athlete_id) as s:
        assert [n.state for n in (nudges.get(s, first), nudges.get(s, second))] == ["said", "waiting"]
        assert s.scalar(text("SELECT count(*) FROM messages")) == 1
    assert len(parcels(db, athlete_id)) == 1


@pytest.mark.parametrize("how", ["archived", "deleted"])
def test_a_conversation_that_was_put_away_is_left_alone(db: Database, athlete_id: int, how: str) -> None:
    with db.athlete_session(athlete_id) as s:
        first, second = due(s), due(s, NudgeKind.race, "3:7")
    say(db, athlete_id, first)
    with db.athlete_session(athlete_id) as s:
        before = nudge_settings.get_thread(s)
        put_away = "DELETE FROM threads" if how == "deleted" else "UPDATE threads SET archived_at = now()"
        s.execute(text(put_away))
    say(db, athlete_id, second)
    with db.athlete_session(athlete_id) as s:
        assert nudge_settings.get_thread(s) not in (before, None)
        there = [said.nudges[0].id for said in nudges.list_said(s)]
        assert there == ([second] if how == "deleted" else [second, first])
