"""Saying something, following the answer, stopping, trying again; conversations and their export."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
from fakes.web import House


def parsed(body: str) -> list[dict[str, Any]]:
    """Return the events of a stream."""
    events = []
    for block in body.split("\n\n"):
        lines = dict(
            line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":")
        )
        if "data" in lines:
            events.append(
                {"seq": int(lines["id"]), "type": lines["event"], "payload": json.loads(lines["data"])}
            )
    return events


async def say(client: httpx.AsyncClient, message: str, **more: Any) -> dict[str, Any]:
    answer = await client.post(
        "/api/v1/runs", json={"message": message, "client_key": uuid4().hex, "tz": "Asia/Seoul", **more}
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def follow(
    client: httpx.AsyncClient, run_id: str, after: int = 0, **headers: str
) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        answer = await client.get(f"/api/v1/runs/{run_id}/events", params={"after": after}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "\\u" not in answer.text
    assert "\r" not in answer.text
    return parsed(answer.text)


async def test_an_answer_streams_and_can_be_resumed_anywhere(house: House) -> None:
    client = house.athlete()
    run = await say(client, "지난주에 몇 킬로 뛰었어?")
    events = await follow(client, run["run_id"])
    types = [event["type"] for event in events]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert types[0] == "RUN_STARTED"
    assert types[-1] == "RUN_FINISHED"
    assert types.index("TOOL_CALL_START") < types.index("TEXT_MESSAGE_START")
    middle = len(events) // 2
    assert await follow(client, run["run_id"], middle) == events[middle:]
    assert await follow(client, run["run_id"], 0, **{"last-event-id": str(middle)}) == events[middle:]
    assert [event["type"] for event in await follow(client, run["run_id"], 10_000)] in ([], ["RUN_FINISHED"])


async def test_the_same_key_says_it_once(house: House) -> None:
    client = house.athlete()
    first, second = await asyncio.gather(*(say(client, "안녕", client_key="the-same-key") for _ in range(2)))
    assert first["run_id"] == second["run_id"]
    assert {first["created"], second["created"]} == {True, False}
    await follow(client, first["run_id"])
    assert len((await client.get("/api/v1/threads")).json()["threads"]) == 1


async def test_a_reloaded_conversation_is_what_was_streamed(house: House) -> None:
    client = house.athlete()
    run = await say(client, "지난주에 몇 킬로 뛰었어?")
    streamed = await follow(client, run["run_id"])
    async with asyncio.timeout(5):
        while True:  # the last events are stored a moment after they were seen
            again = (await client.get(f"/api/v1/threads/{run['thread_id']}")).json()
            if again["turns"][0]["last_seq"] == streamed[-1]["seq"]:
                break
            await asyncio.sleep(0.02)
    assert again["earlier"] is None
    [turn] = again["turns"]
    assert turn["message"] == "지난주에 몇 킬로 뛰었어?"
    assert turn["state"] == "done"
    texts = [e["payload"] for e in turn["events"] if e["type"] == "TEXT_MESSAGE_CONTENT"]
    assert len(texts) == 1
    whole = "".join(e["payload"]["delta"] for e in streamed if e["type"] == "TEXT_MESSAGE_CONTENT")
    assert texts[0]["delta"] == whole
    refs = texts[0]["refs"]
    assert refs
    units = whole.encode("utf-16-le")
    shown = [units[2 * r["start"] : 2 * r["end"]].decode("utf-16-le") for r in refs]
    assert "42.3 km" in shown
    others = [e["type"] for e in streamed if e["type"] != "TEXT_MESSAGE_CONTENT"]
    assert [e["type"] for e in turn["events"] if e["type"] != "TEXT_MESSAGE_CONTENT"] == others


async def test_stop_stops_and_retry_answers_again(house: House) -> None:
    client = house.athlete()
    run = await say(client, "천천히 해 줘")
    assert (await client.post(f"/api/v1/runs/{run['run_id']}/stop")).json() == {"stopped": True}
    events = await follow(client, run["run_id"])
    assert events[-1]["type"] == "RUN_FINISHED"
    assert events[-1]["payload"]["stopped"] is True
    assert (await client.post(f"/api/v1/runs/{run['run_id']}/stop")).json() == {"stopped": False}
    again = (await client.post(f"/api/v1/runs/{run['run_id']}/retry")).json()
    assert again["thread_id"] == run["thread_id"]
    events = await follow(client, again["run_id"])
    assert "stopped" not in events[-1]["payload"]
    turns = (await client.get(f"/api/v1/threads/{run['thread_id']}")).json()["turns"]
    assert [turn["message"] for turn in turns] == ["천천히 해 줘", ""]


async def test_a_running_greeting_is_part_of_its_conversation(house: House) -> None:
    client = house.athlete()
    run = (await client.post("/api/v1/threads", json={"tz": "Asia/Seoul"})).json()
    turns = (await client.get(f"/api/v1/threads/{run['thread_id']}")).json()["turns"]
    assert [turn["run_id"] for turn in turns] == [run["run_id"]]
    assert (await follow(client, run["run_id"]))[-1]["type"] == "RUN_FINISHED"


async def test_conversations_are_found_renamed_exported_and_removed(house: House) -> None:
    client = house.athlete()
    first = await say(client, "무릎이 아팠던 날")
    await follow(client, first["run_id"])  # one after the other: the list is in the order of the last words
    second = await say(client, "그냥 인사")
    await follow(client, second["run_id"])
    listed = (await client.get("/api/v1/threads")).json()["threads"]
    assert [t["id"] for t in listed] == [second["thread_id"], first["thread_id"]]
    found = (await client.get("/api/v1/threads", params={"q": "무릎"})).json()["threads"]
    assert [t["id"] for t in found] == [first["thread_id"]]
    assert (await client.get("/api/v1/threads", params={"q": "100%_"})).json()["threads"] == []
    where = f"/api/v1/threads/{first['thread_id']}"
    assert (await client.patch(where, json={"title": "무릎 일기"})).json()["title"] == "무릎 일기"
    markdown = await client.get(f"{where}/export")
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert "attachment" in markdown.headers["content-disposition"]
    assert markdown.text.startswith("# 무릎 일기")
    assert "무릎이 아팠던 날" in markdown.text
    whole = (await client.get(f"{where}/export", params={"format": "json"})).json()
    assert [m["role"] for m in whole["messages"]] == ["user", "assistant"]
    assert (await client.delete(where)).status_code == 204
    assert [t["id"] for t in (await client.get("/api/v1/threads")).json()["threads"]] == [second["thread_id"]]
    assert (await client.get("/api/v1/threads", params={"q": "무릎"})).json()["threads"] == []


async def test_a_long_conversation_comes_in_pages_of_whole_turns(house: House) -> None:
    client = house.athlete()
    run = await say(client, "처음")
    await follow(client, run["run_id"])
    for i in range(24):
        follow_up = await say(client, f"질문 {i}", thread_id=run["thread_id"])
        await follow(client, follow_up["run_id"])
    newest = (await client.get(f"/api/v1/threads/{run['thread_id']}")).json()
    older = (
        await client.get(f"/api/v1/threads/{run['thread_id']}", params={"before": newest["earlier"]})
    ).json()
    assert older["earlier"] is None
    said = [turn["message"] for turn in older["turns"] + newest["turns"]]
    assert said == ["처음", *(f"질문 {i}" for i in range(24))]
    assert all(turn["events"] for turn in older["turns"] + newest["turns"])


async def test_what_is_finished_is_there_as_a_whole(house: House) -> None:
    """A page opened at the very end of an answer shows all of it."""
    client = house.athlete()
    thread = None
    for i in range(8):
        run = await say(client, f"질문 {i}", **({"thread_id": thread} if thread else {}))
        thread = run["thread_id"]
        while True:
            [*_, turn] = (await client.get(f"/api/v1/threads/{thread}")).json()["turns"]
            if turn["state"] != "running":
                break
        assert turn["state"] == "done"
        assert any(event["type"] == "TEXT_MESSAGE_END" for event in turn["events"]), turn["events"]


async def test_what_cannot_be_followed_is_not_found(house: House) -> None:
    client = house.athlete()
    for path in (f"runs/{uuid4()}/events", "threads/999999", "imports/999999"):
        answer = await client.get(f"/api/v1/{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.post(f"/api/v1/runs/{uuid4()}/retry")).status_code == 404
    assert (await client.get("/api/v1/runs/not-a-number/events")).status_code == 422


async def test_a_greeting_is_there_whenever_the_page_asks(house: House) -> None:
    """The page opens a conversation and reads it at once: while its first words are written, or after."""
    client = house.athlete()
    for wait_ms in [*range(0, 45, 3)] * 2:
        opened = (await client.post("/api/v1/threads", json={"tz": "Asia/Seoul"})).json()
        await asyncio.sleep(wait_ms / 1000)
        shown = (await client.get(f"/api/v1/threads/{opened['thread_id']}")).json()
        assert [turn["run_id"] for turn in shown["turns"]] == [opened["run_id"]], f"after {wait_ms} ms"
