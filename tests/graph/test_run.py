"""A turn from the message to stored events, on a real database, without any network."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from fakes.conversation import Chat, OpenChat, Tools, custom, streamed
from fakes.openai_server import FakeOpenAI, Say
from sqlalchemy import text

from coach.errors import BadInput, NotFound
from coach.store import runs, system, threads
from coach.store.session import Database


def totals(_: str) -> list[tuple[str, dict[str, object]]]:
    return [("totals", {})]


async def test_a_question_is_answered_from_facts_and_every_event_is_stored(
    open_chat: OpenChat, db: Database, athlete_id: int
) -> None:
    chat = await open_chat(totals)
    events = await chat.say("지난주에 몇 킬로 뛰었어?")

    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    kinds = [e.type for e in events]
    assert kinds[0] == "RUN_STARTED"
    assert kinds[-1] == "RUN_FINISHED"
    assert kinds.index("TOOL_CALL_START") < kinds.index("TOOL_CALL_END") < kinds.index("TEXT_MESSAGE_START")
    assert streamed(events).startswith("42.3 km, 계산 방식 1판. 출처: 표.")

    content = next(e.payload for e in events if e.type == "TEXT_MESSAGE_CONTENT")
    ref = content["refs"][0]
    assert content["delta"][ref["start"] : ref["end"]] == "42.3 km"
    assert custom(events, "facts")[0][ref["ref"]]["activities"] == [1, 2]
    assert custom(events, "card")[0]["spec_url"] == "/api/v1/charts/weekly_volume?weeks=4&lang=ko"

    await asyncio.sleep(0.3)  # stored in batches
    with db.athlete_session(athlete_id) as session:
        stored = runs.events(session, UUID(chat.run_id), 0)
        run = runs.get(session, UUID(chat.run_id))
        said = threads.messages(session, run.thread_id)
        title = threads.get(session, run.thread_id).title
    assert [(e.seq, e.type, e.payload) for e in stored] == [(e.seq, e.type, e.payload) for e in events]
    assert run.state == "done"
    assert [m.role for m in said] == ["user", "assistant"]
    assert said[1].text == streamed(events).rstrip()
    assert said[1].content["cards"][0]["chart"] == "weekly_volume"
    assert title == "지난주에 몇 킬로 뛰었어?"


async def test_a_run_is_resumed_after_any_event_by_this_and_by_another_process(
    open_chat: OpenChat, db: Database, athlete_id: int
) -> None:
    here, elsewhere = await open_chat(totals), await open_chat()
    started = await here.conversations.start(athlete_id, "지난주는?")
    watching = asyncio.create_task(Chat(elsewhere.conversations, athlete_id).follow(started.run_id))
    whole = await here.follow(started.run_id)
    assert await watching == whole
    for after in range(len(whole)):
        assert await here.follow(started.run_id, after) == whole[after:]
        assert await elsewhere.follow(started.run_id, after) == whole[after:]


async def test_the_same_key_starts_one_run(open_chat: OpenChat, db: Database, athlete_id: int) -> None:
    chat = await open_chat(totals)
    first, second = await asyncio.gather(
        *(chat.conversations.start(athlete_id, "지난주는?", client_key="key-12345") for _ in range(2))
    )
    assert first.run_id == second.run_id
    assert first.thread_id == second.thread_id
    assert {first.created, second.created} == {True, False}
    await chat.follow(first.run_id)
    with db.athlete_session(athlete_id) as session:
        assert len(threads.list_threads(session, athlete_id)) == 1
        assert len(threads.messages(session, first.thread_id)) == 2


async def test_nobody_else_sees_stops_or_retries_a_run(open_chat: OpenChat, db: Database) -> None:
    chat = await open_chat(totals)
    await chat.say("지난주는?")
    other = system.create_athlete(db, name="남").id
    stranger = Chat(chat.conversations, other)
    for attempt in (
        stranger.follow(chat.run_id),
        chat.conversations.stop(other, chat.run_id),
        chat.conversations.retry(other, chat.run_id),
        chat.conversations.start(other, "안녕", thread_id=chat.thread_id),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_stopping_keeps_what_was_said(open_chat: OpenChat, db: Database, athlete_id: int) -> None:
    chat = await open_chat(lambda _: [("slow", {})])
    started = await chat.conversations.start(athlete_id, "천천히")
    following = chat.conversations.events(athlete_id, started.run_id)
    async for event in following:
        if event.type == "TOOL_CALL_START":
            assert await chat.conversations.stop(athlete_id, started.run_id)
    assert event.type == "RUN_FINISHED"
    assert event.payload == {"runId": started.run_id, "stopped": True}
    assert not await chat.conversations.stop(athlete_id, started.run_id)
    with db.athlete_session(athlete_id) as session:
        assert runs.get(session, UUID(started.run_id)).state == "stopped"
    again = await chat.say("다시", thread_id=started.thread_id)
    assert again[-1].payload == {"runId": chat.run_id}


async def test_another_process_can_stop_a_run(open_chat: OpenChat, athlete_id: int) -> None:
    here, elsewhere = await open_chat(lambda _: [("slow", {})] * 8), await open_chat()
    started = await here.conversations.start(athlete_id, "천천히")
    await asyncio.sleep(0.1)
    assert await elsewhere.conversations.stop(athlete_id, started.run_id)
    assert (await here.follow(started.run_id))[-1].payload["stopped"] is True


async def test_a_retry_answers_again_but_writes_once(
    open_chat: OpenChat, tools: Tools, athlete_id: int
) -> None:
    chat = await open_chat(lambda _: [("write", {"text": "8 km"})])
    first = await chat.say("오늘 8킬로")
    assert custom(first, "undo") == [{"undoId": 7, "text": "되돌리기"}]
    retried = await chat.conversations.retry(athlete_id, chat.run_id)
    assert retried.created
    assert retried.thread_id == chat.thread_id
    assert streamed(await chat.follow(retried.run_id)) == streamed(first)
    again = await chat.conversations.retry(athlete_id, retried.run_id)
    await chat.follow(again.run_id)
    assert len(tools.written) == 1
    await chat.say("오늘 8킬로")
    assert len(tools.written) == 2


async def test_a_run_of_a_dead_process_is_told_to_be_interrupted(
    open_chat: OpenChat, db: Database, athlete_id: int
) -> None:
    chat = await open_chat(totals)
    with db.athlete_session(athlete_id) as session:
        thread = threads.create(session, athlete_id)
        run_id, _ = runs.create(session, athlete_id, thread.id, "of-the-dead", "elsewhere:1:x")
        runs.append(session, [runs.RunEvent(run_id, athlete_id, 1, "RUN_STARTED", {"runId": str(run_id)})])
        threads.add_message(session, athlete_id, thread.id, "user", "지난주는?", run_id=run_id)
    watching = asyncio.create_task(chat.follow(str(run_id)))
    with db.system_session() as session:
        session.execute(text("UPDATE runs SET heartbeat_at = now() - interval '1 minute'"))
    last = (await watching)[-1]
    assert (last.seq, last.type, last.payload["code"]) == (2, "RUN_ERROR", "interrupted")
    retried = await chat.conversations.retry(athlete_id, str(run_id))
    assert "42.3 km" in streamed(await chat.follow(retried.run_id))


async def test_a_question_is_settled_by_its_number_its_words_or_another_request(
    open_chat: OpenChat, db: Database
) -> None:
    def decide(message: str) -> list[tuple[str, dict[str, object]]]:
        return [("show", {})] if "러닝" in message else [("totals", {})]

    for answer, expected in (
        ("1", "10 km"),
        ("저녁", "5 km"),
        ("두 번째요", "5 km"),
        ("아침 10 km", "10 km"),
    ):
        chat = await open_chat(decide)
        asked = await chat.say("그날 러닝 보여줘")
        question = custom(asked, "question")[0]
        assert [c["label"] for c in question["choices"]] == ["아침 10 km", "저녁 5 km"]
        assert question["text"] in streamed(asked)
        assert streamed(await chat.say(answer)).startswith(f"{expected},")
    chat = await open_chat(decide)
    await chat.say("그날 러닝 보여줘")
    assert streamed(await chat.say("아니 지난주 얼마나 뛰었는지")).startswith("42.3 km,")
    assert streamed(await chat.say("1")).startswith("42.3 km,"), "the question was superseded"


async def test_a_red_flag_is_answered_before_any_model(open_chat: OpenChat, tools: Tools) -> None:
    chat = await open_chat(totals)
    events = await chat.say("달리는데 가슴이 조이고 아파요")
    assert custom(events, "red_flag")[0]["severity"] == "emergency"
    assert "119" in streamed(events)
    assert "⚠︎" not in streamed(events)
    assert not tools.contexts


async def test_a_tool_that_breaks_or_refuses_is_told_plainly(open_chat: OpenChat) -> None:
    chat = await open_chat(lambda m: [(m, {})])
    broken = await chat.say("broken")
    assert [e.payload["ok"] for e in broken if e.type == "TOOL_CALL_END"] == [False]
    assert "문제가 생겼어요" in streamed(broken)
    assert "a bug" not in streamed(broken)
    assert "무엇을 물어볼지" in streamed(await chat.say("unknown"))


async def test_dates_are_the_athletes(open_chat: OpenChat, tools: Tools) -> None:
    chat = await open_chat(totals)
    await chat.say("지난주는?", tz="Pacific/Auckland")
    await chat.say("지난주는?", tz="Europe/Berlin")
    zones = [c.athlete.tz for c in tools.contexts]
    assert zones == ["Pacific/Auckland", "Pacific/Auckland"], "the first zone stays until it is changed"
    assert tools.contexts[-1].lang == "ko"
    await chat.say("How far did I run last week?")
    assert tools.contexts[-1].lang == "en", "the language of the message is the language of the answer"


async def test_what_cannot_be_said_is_refused(open_chat: OpenChat, athlete_id: int) -> None:
    chat = await open_chat()
    with pytest.raises(BadInput):
        await chat.conversations.start(athlete_id, "  ")
    with pytest.raises(BadInput):
        await chat.conversations.start(athlete_id, "가" * 8001)
    with pytest.raises(NotFound):
        await chat.follow("not-a-run")


async def test_a_shutdown_tells_watchers_and_keeps_the_partial_text(
    open_chat: OpenChat, db: Database, athlete_id: int
) -> None:
    async with FakeOpenAI([Say("천천히 말하는 중이에요. " * 200, size=6, pause_s=0.01)]) as fake:
        chat = await open_chat(fake=fake)
        started = await chat.conversations.start(athlete_id, "안녕?")
        events = []
        async for event in chat.conversations.events(athlete_id, started.run_id):
            events.append(event)
            if event.type == "TEXT_MESSAGE_CONTENT" and len(events) == 6:
                closing = asyncio.create_task(chat.conversations.aclose())
        await closing
    assert (events[-1].type, events[-1].payload["code"]) == ("RUN_ERROR", "interrupted")
    with db.athlete_session(athlete_id) as session:
        assert runs.get(session, UUID(started.run_id)).state == "interrupted"
        said = threads.messages(session, started.thread_id)[-1]
    assert said.role == "assistant"
    assert said.text == streamed(events).rstrip()


async def test_stopped_words_are_known_in_the_next_turn(open_chat: OpenChat, athlete_id: int) -> None:
    script = [Say("하나둘셋넷 " * 200, size=6, pause_s=0.01), Say("네.")]
    async with FakeOpenAI(script) as fake:
        chat = await open_chat(fake=fake)
        started = await chat.conversations.start(athlete_id, "세어 줘")
        async for event in chat.conversations.events(athlete_id, started.run_id):
            if event.type == "TEXT_MESSAGE_CONTENT":
                await chat.conversations.stop(athlete_id, started.run_id)
        assert not await chat.conversations.stop(athlete_id, started.run_id)
        await chat.say("계속", thread_id=started.thread_id)
    said = [(m["role"], m["content"].split("\n")[0]) for m in fake.requests[-1]["messages"][1:]]
    heard = [(role, text[:5]) for role, text in said]
    assert heard == [("user", "세어 줘"), ("assistant", "하나둘셋넷"), ("user", "계속")]


async def test_a_run_can_be_stopped_before_its_first_step(open_chat: OpenChat, athlete_id: int) -> None:
    chat = await open_chat(totals)
    started = await chat.conversations.start(athlete_id, "지난주는?")
    assert await chat.conversations.stop(athlete_id, started.run_id)
    assert not await chat.conversations.stop(athlete_id, started.run_id)
    assert (await chat.follow(started.run_id))[-1].type == "RUN_FINISHED"


async def test_messages_of_one_thread_are_answered_one_after_the_other(
    open_chat: OpenChat, athlete_id: int, tools: Tools
) -> None:
    chat = await open_chat(totals)
    await chat.say("지난주는?")
    several = [
        await chat.conversations.start(athlete_id, f"지난주는? {i}", thread_id=chat.thread_id)
        for i in range(3)
    ]
    refs = []
    for started in several:
        refs += [list(f) for f in custom(await chat.follow(started.run_id), "facts")]
    assert refs == [["f2"], ["f3"], ["f4"]], "references go on through the thread"
