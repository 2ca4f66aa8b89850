"""What the coach says in a conversation is true on the page and in a messenger alike."""

from __future__ import annotations

import re

import pytest
from fakes.conversation import OpenChat, custom, streamed

from coach.store import athletes, threads
from coach.store.session import Database
from coach.text import LANGS, Lang
from coach.text.catalogue import catalogue

SPOKEN = (
    "onboarding.",
    "graph.",
    "tools.",
    "offline.",
    "recovery.",
    "journal.say.",
    "after_run.",
    "speaking.",
)
OF_THE_PAGE = re.compile(
    r"끌어다|이 창에|이 페이지|\bthis (?:window|page)\b|\bdrag\b"
    r"|\bdrop (?:the|it|them|files?|some|here)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_said_that_only_the_page_can_do(lang: Lang) -> None:
    texts = catalogue(lang)
    assert [key for key, text in texts.items() if key.startswith(SPOKEN) and OF_THE_PAGE.search(text)] == []


async def test_a_first_conversation_in_a_messenger(
    db: Database, athlete_id: int, open_chat: OpenChat
) -> None:
    chat = await open_chat()
    events = await chat.greet(channel="telegram", lang="ko")
    (question,) = custom(events, "question")
    assert [choice["value"] for choice in question["choices"]] == ["ko", "en", "skip"]
    events = await chat.say("한국어", channel="telegram")
    assert "이 대화로 보내 주세요" in streamed(events)
    await chat.say("나중에 연결할게요", channel="telegram")
    await chat.say("1988", channel="telegram")
    with db.athlete_session(athlete_id) as s:
        record = athletes.get_onboarding(s, athlete_id)
        assert (record["step"], record["answers"]["data"]) == ("sex", "connect")
        assert threads.get(s, chat.thread_id or 0).channel == "telegram"
