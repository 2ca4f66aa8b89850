"""Files that come with a message are what the message is about."""

from __future__ import annotations

from datetime import date

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from coach.graph.offline import OfflineChatModel

TODAY = date(2026, 11, 21)


def _call(text: str, *, attached: bool) -> tuple[str, dict[str, object]] | None:
    told = {"today": TODAY.isoformat(), "lang": "ko", "attached": attached}
    answer = OfflineChatModel().invoke(
        [SystemMessage("", additional_kwargs={"hanbal": told}), HumanMessage(text)]
    )
    calls = answer.tool_calls
    return (calls[0]["name"], calls[0]["args"]) if calls else None


@pytest.mark.parametrize(
    "text", ["방금 올린 달리기 어땠어?", "이 파일 어때?", "How was the run I just uploaded?"]
)
def test_words_for_what_was_uploaded(text: str) -> None:
    called = _call(text, attached=False)
    assert called is not None
    assert (called[0], called[1]["pick"]) == ("activity_show", "uploaded")


@pytest.mark.parametrize("text", ["어땠어?", "마지막 달리기 어땠어?", "이거 분석해줘", "what do you think?"])
def test_words_that_name_nothing_mean_the_attached_file(text: str) -> None:
    called = _call(text, attached=True)
    assert called is not None
    assert (called[0], called[1]["pick"]) == ("activity_show", "uploaded")


@pytest.mark.parametrize(
    ("text", "tool"), [("지난주에 몇 킬로 뛰었어?", "totals"), ("내 컨디션 어때?", "load_and_form")]
)
def test_what_is_named_is_answered_all_the_same(text: str, tool: str) -> None:
    called = _call(text, attached=True)
    assert called is not None
    assert called[0] == tool
