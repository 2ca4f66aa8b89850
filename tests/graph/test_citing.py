"""A turn that rests on passages of the guidelines: what is streamed, kept and known afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from fakes.conversation import NOW, OpenChat, Tools, custom, streamed
from fakes.openai_server import FakeOpenAI, Say, call

from coach.pipeline import transcript
from coach.store import threads
from coach.store.session import Database
from coach.tools.spec import Cite, Result

PASSAGE = Cite(
    key="heat", passage_id=1, guideline="heat", lang="ko", title="더위에 익숙해지기",
    text="더위에 익숙해지는 데는 보통 10–14일이 걸려요.",
    citation="Made up for tests, 2020", authority="10.1000/x", checked_on=date(2026, 1, 5),
)  # fmt: skip


@pytest.fixture
def tools() -> Tools:
    found = Tools()
    found.totals = lambda ctx, args: Result(cites=(PASSAGE,))
    return found


def refs(events: list[Any]) -> list[str]:
    return [r["ref"] for e in events if e.type == "TEXT_MESSAGE_CONTENT" for r in e.payload.get("refs", ())]


async def test_a_citation_is_numbered_opens_to_its_passage_and_proves_its_numbers(
    open_chat: OpenChat,
) -> None:
    said = Say("더위에 익숙해지는 데는 10–14일이 걸려요 {g1}. {g9}도 있어요. 그리고 9일이에요 {g1}.")
    async with FakeOpenAI([call("totals"), said]) as fake:
        chat = await open_chat(fake=fake)
        events = await chat.say("더위에 적응하려면?")
    text = streamed(events)
    assert "10–14일이 걸려요 [1]." in text
    assert "⚠︎미확인도 있어요" in text  # there is no such passage
    assert "9일 ⚠︎미확인이에요 [1]" in text  # the passage does not say so
    assert refs(events).count("g1") >= 2
    opened = custom(events, "facts")[-1]
    assert (
        opened["g1"].items()
        >= {
            "kind": "passage",
            "label": PASSAGE.title,
            "text": PASSAGE.text,
            "citation": PASSAGE.citation,
            "authority": PASSAGE.authority,
            "evidence": "",
            "not_for": "",
            "checked_on": "2026-01-05",
            "href": "/guidelines/heat",
        }.items()
    )
    assert "g9" not in opened


async def test_a_later_turn_may_cite_what_an_earlier_one_found(open_chat: OpenChat) -> None:
    script = [call("totals"), Say("열흘 넘게 걸려요 {g1}."), Say("아까 말한 대로 10–14일이에요 {g1}. {g2}")]
    async with FakeOpenAI(script) as fake:
        chat = await open_chat(fake=fake)
        await chat.say("더위에 적응하려면?")
        events = await chat.say("다시 말해 줘")
    text = streamed(events)
    assert "10–14일이에요 [1]." in text
    assert text.count("⚠︎미확인") == 1  # g2
    assert custom(events, "facts")[-1]["g1"]["text"] == PASSAGE.text


async def test_what_is_stored_and_exported_keeps_the_sources(
    open_chat: OpenChat, db: Database, athlete_id: int
) -> None:
    script = [call("totals"), Say("더위에 익숙해지는 데는 10–14일이 걸려요 {g1}.")]
    async with FakeOpenAI(script) as fake:
        chat = await open_chat(fake=fake)
        events = await chat.say("더위에 적응하려면?")
    with db.athlete_session(athlete_id) as s:
        thread = threads.get(s, chat.thread_id or 0)
        stored = threads.messages(s, thread.id)
        exported = "".join(transcript.markdown(thread, threads.each_message(s, thread.id), "ko", NOW))
    assert stored[-1].text == streamed(events).rstrip()
    assert stored[-1].content["facts"]["g1"]["citation"] == PASSAGE.citation
    assert [r["ref"] for r in stored[-1].content["refs"]] == ["g1", "g1"]
    assert PASSAGE.title in exported
    assert PASSAGE.citation in exported
