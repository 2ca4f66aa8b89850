"""Memories belong to one athlete, are deleted for good, and leave no words in the log of prompts."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert, select
from sqlalchemy import text as sql

from coach.domain.memory import Memory
from coach.errors import NotFound
from coach.store import memories, models, system
from coach.store.session import Database, Session

TODAY = date(2026, 11, 21)


def add(s: Session, words: str, **changes: object) -> Memory:
    values: dict[str, object] = {"kind": "fact", "about": "", "value": {}, "valid_until": None, **changes}
    return memories.add(s, words=words, said_on=TODAY, confidence=0.9, origin="chat", quote=words, **values)  # type: ignore[arg-type]


def test_another_athlete_sees_changes_and_deletes_nothing(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        mine = add(s, "비밀")
    other = system.create_athlete(db, name="두리").id
    with db.athlete_session(other) as s:
        assert memories.find(s) == []
        assert s.execute(sql("SELECT count(*) FROM memories")).scalar_one() == 0
        assert memories.delete_all(s, [mine.id]) == []
        with pytest.raises(NotFound):
            memories.get(s, mine.id)
        with pytest.raises(NotFound):
            memories.change(s, mine.id, text="남의 것")
    with db.athlete_session(athlete_id) as s:
        assert memories.get(s, mine.id) == mine


def test_what_replaced_goes_with_what_is_forgotten(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        old = add(s, "알파플라이 신어", about="gear:shoes")
        memories.change(s, old.id, state="replaced")
        new = add(s, "베이퍼플라이 신어", about="gear:shoes")
        kept = add(s, "나 천식 있어", about="condition:asthma")
        assert {m.id for m in memories.delete_all(s, [new.id])} == {old.id, new.id}
        assert memories.find(s, states=("active", "asked", "replaced")) == [kept]


def test_a_question_about_what_is_gone_is_no_question(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        old = add(s, "알파플라이 신어", about="gear:shoes")
        new = add(s, "베이퍼플라이 신어", about="gear:shoes", against=old.id)
        assert new.state == "asked"
        memories.delete_all(s, [old.id])
        assert memories.get(s, new.id).state == "active"


def test_words_are_taken_out_of_what_was_sent(db: Database, athlete_id: int) -> None:
    said = 'say "왼쪽\\무릎" 🏃'
    calls = models.model_calls
    with db.athlete_session(athlete_id) as s:
        s.execute(
            insert(calls).values(
                athlete_id=athlete_id, purpose="chat", host="h", model="m", day=TODAY, tokens_reserved=1,
                cost_reserved=0.0, sent=[{"role": "user", "content": f"- {said}, and more"}],
            )
        )  # fmt: skip
        memories.unsay(s, [said])
        assert s.scalars(select(calls.c.sent)).one() == [{"role": "user", "content": "- …, and more"}]
