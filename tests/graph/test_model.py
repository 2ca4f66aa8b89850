"""The real langchain-openai against a scripted endpoint: what it reads, and what its misbehaviour does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from fakes.conversation import NOW, SECRET, OpenChat, Tools, custom, streamed
from fakes.openai_server import Call, Cut, Empty, FakeOpenAI, Garbage, Say, Silent, Status, call

from coach.store import athletes, model_calls
from coach.store.session import Database


def totals(_: str) -> list[tuple[str, dict[str, Any]]]:
    return [("totals", {})]


def tool_message(fake: FakeOpenAI, request: int = -1) -> dict[str, Any]:
    found = [m for m in fake.requests[request]["messages"] if m["role"] == "tool"]
    return json.loads(found[-1]["content"])  # type: ignore[no-any-return]


async def test_a_model_calls_tools_and_writes_references(
    open_chat: OpenChat, db: Database, athlete_id: int
) -> None:
    async with FakeOpenAI([call("totals"), Say("지난주에는 {f1:+을} 달렸어요. 대단해요!")]) as fake:
        chat = await open_chat(fake=fake)
        events = await chat.say("지난주에 몇 킬로 뛰었어?")
    assert streamed(events) == "지난주에는 42.3 km를 달렸어요. 대단해요!"
    assert not custom(events, "notice")
    first = fake.requests[0]
    assert first["stream_options"] == {"include_usage": True}
    assert "2026-11-21" in first["messages"][-1]["content"]
    names = {t["function"]["name"] for t in first["tools"]}
    assert {"totals", "write"} <= names
    seen = tool_message(fake)
    assert (
        seen["facts"][0] | {"ref": "f1", "value": "42.3 km", "raw": 42300.0, "unit": "m"} == seen["facts"][0]
    )
    with db.athlete_session(athlete_id) as session:
        assert model_calls.spent(session, NOW.date(), NOW - timedelta(hours=1)).tokens == 240


async def test_the_next_turn_knows_the_last(open_chat: OpenChat) -> None:
    script = [call("totals"), Say("지난주에는 {f1} 달렸어요."), Say("네, {f1:+이에요}.")]
    async with FakeOpenAI(script) as fake:
        chat = await open_chat(fake=fake)
        await chat.say("지난주는?")
        assert streamed(await chat.say("정말?")) == "네, 42.3 km예요."
    roles = [m["role"] for m in fake.requests[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]


async def test_invented_numbers_leave_marked_and_a_late_subject_corrects(open_chat: OpenChat) -> None:
    text = "**99 km**를 뛰었어요. 42.3 km, 지난주에 달린 거리예요."
    async with FakeOpenAI([call("totals"), Say(text, size=1)]) as fake:
        events = await (await open_chat(fake=fake)).say("얼마나 뛰었어?")
    assert streamed(events) == "**99 km ⚠︎미확인**를 뛰었어요. 42.3 km, 지난주에 달린 거리예요."
    value = custom(events, "replace")[0]
    marks = {value["text"][r["start"] : r["end"]]: r["ref"] for r in value["refs"]}
    assert marks == {"99 km": "?", "42.3 km": "f1"}
    assert "<strong>99 km ⚠︎미확인</strong>" in value["html"]


async def test_no_restricted_value_name_or_note_reaches_a_model(open_chat: OpenChat) -> None:
    """Canary: a marker in every text of a result whose source forbids models, over two turns."""
    script = [call("secret"), Say("그날은 {f1} 달렸어요."), call("secret"), Say("{f1}, {f2}.")]
    async with FakeOpenAI(script) as fake:
        chat = await open_chat(fake=fake)
        events = await chat.say("스트라바 기록 어때?") + await chat.say("다시 보여줘")
    assert "31.4 km" in streamed(events), "the athlete sees it"
    assert custom(events, "card")[0]["rows"] == [["31.4 km"]]
    sent = b"\n".join(fake.raw).decode()
    everything = sent + json.dumps(fake.requests, ensure_ascii=False)
    for marker in (SECRET, "31.4", "31415"):
        assert marker not in everything
    assert tool_message(fake)["facts"][0]["value"] == "withheld (source policy)"


@pytest.mark.parametrize(
    "failure",
    [
        Status(401),
        Status(403),
        Status(404),
        Status(429),
        Status(500),
        Status(503),
        Garbage(),
        Empty(),
        Cut("지난주에 4"),
    ],
    ids=lambda f: f"{type(f).__name__}-{getattr(f, 'code', '')}",
)
async def test_when_a_model_fails_the_offline_coach_answers_and_says_so(
    open_chat: OpenChat, failure: Any
) -> None:
    async with FakeOpenAI([failure]) as fake:
        events = await (await open_chat(totals, fake=fake)).say("지난주는?")
    assert streamed(events).startswith("42.3 km, 계산 방식")
    assert custom(events, "notice") == [
        {"text": "언어 모델이 제대로 답하지 못해서 오프라인 코치가 답했어요."}
    ]
    assert events[-1].type == "RUN_FINISHED"
    retried = isinstance(failure, Status) and failure.code in (429, 500, 503)
    assert len(fake.requests) == (2 if retried else 1)


@pytest.mark.parametrize(
    "failure",
    [
        Cut("지난주에는 아마 4", polite=False),
        Cut("지난주에는 아마", polite=True),
        Garbage(),
        Empty(),
        Status(500),
    ],
    ids=["cut", "unfinished", "garbage", "empty", "500"],
)
async def test_a_model_that_fails_after_its_tools_leaves_the_facts(open_chat: OpenChat, failure: Any) -> None:
    async with FakeOpenAI([call("totals"), failure]) as fake:
        events = await (await open_chat(fake=fake)).say("지난주는?")
    assert streamed(events).startswith("42.3 km, 계산 방식 1판. 출처: 표.")
    assert "활동 2개로" in streamed(events), "its caveats too"
    assert custom(events, "notice")
    assert events[-1].type == "RUN_FINISHED"


async def test_a_slow_model_is_given_up(open_chat: OpenChat) -> None:
    async with FakeOpenAI([Silent()]) as fake:
        events = await (await open_chat(totals, fake=fake, model_timeout_s=0.3)).say("지난주는?")
    assert streamed(events).startswith("42.3 km")
    assert custom(events, "notice")


async def test_a_turn_has_an_end_even_when_the_model_dawdles(open_chat: OpenChat) -> None:
    async with FakeOpenAI([Say("음… " * 500, size=3, pause_s=0.02)]) as fake:
        events = await (await open_chat(totals, fake=fake, max_turn_s=0.5)).say("지난주는?")
    assert streamed(events).startswith("42.3 km")


@pytest.mark.parametrize(
    "nonsense",
    [call("launch_rocket"), Call((("totals", '{"sport": '),)), call("totals", planet="Mars")],
    ids=["unknown tool", "cut arguments", "wrong arguments"],
)
async def test_nonsense_calls_are_answered_then_given_up(open_chat: OpenChat, nonsense: Any) -> None:
    async with FakeOpenAI([nonsense, call("totals"), Say("지난주에는 {f1} 달렸어요.")]) as fake:
        events = await (await open_chat(fake=fake)).say("지난주는?")
    assert streamed(events) == "지난주에는 42.3 km 달렸어요."
    async with FakeOpenAI([nonsense]) as fake:
        events = await (await open_chat(fake=fake)).say("지난주는?")
    assert "답을 만들지 못했어요" in streamed(events)
    assert custom(events, "notice")
    assert len(fake.requests) == 2


async def test_an_endless_loop_of_calls_ends_at_the_cap(open_chat: OpenChat, tools: Tools) -> None:
    async with FakeOpenAI(
        lambda body: Call((("totals", {"sport": str(len(body["messages"]))}),) * 1)
    ) as fake:
        events = await (await open_chat(fake=fake, max_tool_calls=5)).say("지난주는?")
    assert len(tools.contexts) == 5
    assert "42.3 km" in streamed(events)
    assert "맺지 못해서" in custom(events, "notice")[0]["text"]


async def test_huge_output_is_cut(open_chat: OpenChat) -> None:
    async with FakeOpenAI([Say("가나다라마바사 " * 20_000, size=2000)]) as fake:
        events = await (await open_chat(fake=fake, max_output_chars=5000)).say("지난주는?")
    assert len(streamed(events)) <= 5000
    assert "너무 길어져서" in custom(events, "notice")[0]["text"]


async def test_the_next_endpoint_takes_over(open_chat: OpenChat) -> None:
    async with FakeOpenAI([Status(401)]) as broken, FakeOpenAI([Say("안녕하세요!")]) as fine:
        both = FakeOpenAI([], url=f"{broken.url},{fine.url}")
        events = await (await open_chat(fake=both)).say("안녕?")
    assert streamed(events) == "안녕하세요!"
    assert not custom(events, "notice")


async def test_several_calls_at_once_are_all_run_once(open_chat: OpenChat, tools: Tools) -> None:
    both = Call((("totals", {}), ("write", {"text": "a"}), ("totals", {})))
    async with FakeOpenAI([both, Say("{f1} 달렸고 적어 뒀어요.")]) as fake:
        events = await (await open_chat(fake=fake)).say("적어줘")
    assert streamed(events) == "42.3 km 달렸고 적어 뒀어요."
    assert len(tools.contexts) == 1, "the same call twice in a breath is one call"
    assert list(tools.written.values()) == ["a"]


async def test_nothing_leaves_before_consent(open_chat: OpenChat, db: Database, athlete_id: int) -> None:
    async with FakeOpenAI([Say("외부에서 답해요.")]) as fake:
        chat = await open_chat(totals, fake=fake, consent=False)
        events = await chat.say("지난주는?")
        assert "42.3 km" in streamed(events)
        question = custom(events, "question")[0]
        assert "127.0.0.1" in question["text"]
        assert [c["value"] for c in question["choices"]] == ["agree", "offline"]
        assert not custom(await chat.say("또 지난주는?"), "question"), "asked once in a conversation"
        assert not fake.requests
        chat.thread_id = None
        await chat.say("지난주는?")
        await chat.say("동의해요")
        assert not fake.requests
        assert streamed(await chat.say("안녕?")) == "외부에서 답해요."
        await chat.say("외부 모델 꺼 줘")
        before = len(fake.requests)
        assert "42.3 km" in streamed(await chat.say("지난주는?"))
        assert len(fake.requests) == before
    with db.athlete_session(athlete_id) as session:
        assert athletes.get_model_consent(session, athlete_id) is None


async def test_tokens_of_a_day_are_limited(open_chat: OpenChat) -> None:
    async with FakeOpenAI([Say("안녕하세요!", usage=(5_900, 200))]) as fake:
        chat = await open_chat(totals, fake=fake, max_tokens_per_day=6_000)
        assert streamed(await chat.say("안녕?")) == "안녕하세요!"
        events = await chat.say("지난주는?")
    assert "42.3 km" in streamed(events)
    assert "다 써서" in custom(events, "notice")[0]["text"]
    assert len(fake.requests) == 1


async def test_markdown_holds_no_markup_images_or_script_links(open_chat: OpenChat) -> None:
    text = "<script>alert(1)</script> ![x](http://evil/?q) [y](javascript:alert(1)) [z](data:text/html,x)"
    text += " **굵게**"
    async with FakeOpenAI([Say(text)]) as fake:
        events = await (await open_chat(fake=fake)).say("안녕?")
    html = next(e.payload["html"] for e in events if e.type == "TEXT_MESSAGE_END")
    assert "<strong>굵게</strong>" in html
    for bad in ("<script", "<img", 'href="javascript', 'href="data'):
        assert bad not in html


def test_the_request_is_not_walked_through_by_the_sdk() -> None:
    from langchain_core.messages import HumanMessage

    from coach.graph.outside import FastChatOpenAI

    model = FastChatOpenAI(model="m", api_key="k", base_url="http://127.0.0.1:1/v1")  # type: ignore[arg-type]
    payload = model._get_request_payload([HumanMessage("hi")])
    assert payload["messages"] == []
    assert payload["extra_body"]["messages"][0]["content"] == "hi"
