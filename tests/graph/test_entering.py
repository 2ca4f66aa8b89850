"""A secret typed into a message is kept nowhere and sent to nobody."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from fakes.conversation import NOW, OpenChat, streamed
from fakes.openai_server import FakeOpenAI, Say

from coach.graph.entering import entered
from coach.store import connections, threads
from coach.store.session import Database, conninfo
from coach.text import say

SECRET = "Hangang#10k"


def everywhere(db: Database, word: str) -> list[str]:
    """Return the tables of the database in which a word stands, in text, JSON or bytes."""
    found = []
    hexed = word.encode().hex()
    with psycopg.connect(conninfo(db.url, None)) as conn:
        tables = conn.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid > 16383")
        for (table,) in tables.fetchall():
            rows = conn.execute(f"SELECT t::text FROM {table} t").fetchall()
            if any(word in row or hexed in row for (row,) in rows):
                found.append(table)
    return found


async def test_a_password_goes_nowhere(db: Database, athlete_id: int, open_chat: OpenChat) -> None:
    async with FakeOpenAI(lambda _: Say("알겠어요.")) as fake:
        chat = await open_chat(fake=fake)
        events = await chat.say(f"가민 아이디 hana@example.com 비번 {SECRET}로 연결해줘")
        again = await chat.follow((await chat.conversations.retry(athlete_id, chat.run_id)).run_id)
        after = await chat.say("지난주 어땠어?")
        sent = str(fake.requests)
    assert len(fake.requests) >= 3
    assert SECRET not in sent
    assert "hana@example.com" not in sent
    assert "[지움: 비밀번호]" in sent
    told = say("ko", "connections_told.was_removed")
    assert streamed(events).count(told) == 1
    assert told in streamed(again)
    assert told not in streamed(after)
    assert everywhere(db, "지움: 비밀번호"), "the search finds what is there"
    assert everywhere(db, SECRET) == []
    assert everywhere(db, "hana@example.com") == []


def test_six_digits_alone_are_a_code_only_when_one_is_waited_for(db: Database, athlete_id: int) -> None:
    assert entered(db, athlete_id, None, "482913", NOW) == "482913"
    with db.athlete_session(athlete_id) as s:
        thread = threads.create(s, athlete_id, "가민")
        threads.add_message(s, athlete_id, thread.id, "assistant", "인증번호를 기다리고 있어요.")
    assert entered(db, athlete_id, thread.id, "482913", NOW) == "[removed: code]"
    with db.athlete_session(athlete_id) as s:
        connections.change(s, "garmin", state="pending", pending_until=NOW + timedelta(minutes=5))
    assert entered(db, athlete_id, None, "482913이요", NOW) == "[지움: 인증번호]이요"
    assert entered(db, athlete_id, None, "482913", NOW + timedelta(minutes=6)) == "482913"
    assert entered(db, athlete_id, None, "기록 482913", NOW) == "기록 482913"


@pytest.mark.parametrize("said", ["지난주 5:30 페이스로 10km 뛰었어", "기록 123456", "비밀번호 바꿨어"])
def test_other_messages_stay_as_they_are(db: Database, athlete_id: int, said: str) -> None:
    assert entered(db, athlete_id, None, said, NOW) == said
