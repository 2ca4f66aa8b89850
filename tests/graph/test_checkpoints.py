"""LangGraph's tables under row-level security, and what stands in them."""

from __future__ import annotations

import pytest
from fakes.conversation import OpenChat
from sqlalchemy import text

from coach.graph.checkpoints import AthleteSaver, athlete_in, open_pool, thread_key
from coach.graph.state import FOLDED, TURNS, WHOLE_TURNS, Message, remember, this_turn
from coach.store import system
from coach.store.session import Database


def test_a_thread_is_named_after_its_athlete() -> None:
    assert athlete_in(thread_key(12, 7)) == 12
    for foreign in ("a12", "12:7", "a1:t2; drop", "xa1:t2", "a1:t2\n"):
        with pytest.raises(ValueError, match="not a thread"):
            athlete_in(foreign)


async def test_only_the_athlete_reads_a_checkpoint(
    open_chat: OpenChat, db: Database, athlete_id: int
) -> None:
    chat = await open_chat(lambda _: [("totals", {})])
    await chat.say("지난주는?")
    await chat.say("다시")
    other = system.create_athlete(db, name="남").id
    count = text("SELECT count(*) FROM checkpoints")
    with db.athlete_session(athlete_id) as session:
        assert session.scalar(count) == 2, "one checkpoint a turn"
    with db.athlete_session(other) as session:
        assert session.scalar(count) == 0

    async with open_pool(db.conninfo(), 2) as pool:
        saver = AthleteSaver(pool)
        assert chat.thread_id is not None
        key = thread_key(athlete_id, chat.thread_id)
        kept = await saver.aget_tuple({"configurable": {"thread_id": key}})
        assert kept is not None
        values = kept.checkpoint["channel_values"]
        assert [m["role"] for m in values["messages"]] == ["user", "assistant", "tool", "assistant"] * 2
        assert set(values["facts"]) == {"f1", "f2"}
        await saver.aprune([key])
        with db.athlete_session(athlete_id) as session:
            assert session.scalar(count) == 1
        await saver.adelete_thread(key)
        assert await saver.aget_tuple({"configurable": {"thread_id": key}}) is None


def test_old_turns_are_forgotten_piece_by_piece() -> None:
    messages: list[Message] = []
    for i in range(TURNS + 5):
        turn: list[Message] = [
            {"role": "user", "text": f"q{i}"},
            {"role": "assistant", "text": "", "calls": [{"id": f"c{i}", "name": "t", "args": {}}]},
            {"role": "tool", "text": "", "call_id": f"c{i}", "name": "t", "result": {"ok": True}},
            {"role": "assistant", "text": f"a{i}"},
        ]
        messages = remember(messages, turn)
    asked = [m["text"] for m in messages if m["role"] == "user"]
    assert asked == [f"q{i}" for i in range(2 * FOLDED, TURNS + 5)]
    assert sum(m["role"] == "tool" for m in messages) == WHOLE_TURNS
    calls = {c["id"] for m in messages for c in m.get("calls", [])}
    assert calls == {m["call_id"] for m in messages if m["role"] == "tool"}
    assert this_turn(messages)[0]["text"] == f"q{TURNS + 4}"
