"""The offline coach as a LangChain model: calls tools, words what they say, streams, follows up."""

import json
from datetime import date

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage

from coach.graph.offline import OfflineChatModel

TODAY = date(2026, 11, 21)
SYSTEM = SystemMessage(
    "…", additional_kwargs={"hanbal": {"today": "2026-11-21", "lang": "ko", "week_start": 0, "now": "1"}}
)


def coach(**more):
    return OfflineChatModel(**{"today": TODAY, "lang": "ko", **more})


def answered(question, *results, model=None, before=()):
    """Return what the model says once its calls have been answered with `results`."""
    model = model or coach()
    asked = [*before, HumanMessage(question)]
    calling = model.invoke(asked)
    tools = [
        ToolMessage(json.dumps(result, ensure_ascii=False), tool_call_id=c["id"], name=c["name"])
        for c, result in zip(calling.tool_calls, results, strict=True)
    ]
    said = model.invoke([*asked, calling, *tools])
    return said, [*asked, calling, *tools, said]


FACT = {"ref": "f1", "value": "42.3 km"}


def test_calls_then_words():
    calling = coach().invoke([HumanMessage("지난주에 몇 킬로 뛰었어?")])
    (made,) = calling.tool_calls
    assert made["name"] == "totals"
    assert made["args"] == {"start": "2026-11-09", "end": "2026-11-15", "sport": "run"}
    assert calling.content == ""
    said, _ = answered(
        "지난주에 몇 킬로 뛰었어?",
        {
            "facts": [FACT],
            "says": ["지난주에 {f1} 뛰었어요.", "4번 나갔어요."],
            "notes": ["수요일은 기록이 없어요."],
        },
    )
    assert said.content == (
        "지난주에 {f1} 뛰었어요. 4번 나갔어요.\n\n수요일은 기록이 없어요.\n\n그 전 주와 비교해 볼까요?"
    )
    assert not said.tool_calls
    assert said.response_metadata["model_name"] == "hanbal-offline"


def test_the_system_message_tells_day_and_language():
    english = SystemMessage(
        "…", additional_kwargs={"hanbal": {"today": "2026-11-22", "lang": "en", "week_start": 6}}
    )
    made = OfflineChatModel().invoke([english, HumanMessage("how far this week?")]).tool_calls[0]
    assert made["args"] == {"start": "2026-11-22", "end": "2026-11-22"}
    assert "Hello" in OfflineChatModel().invoke([english, HumanMessage("hello")]).content
    with pytest.raises(ValueError, match="date"):
        OfflineChatModel().invoke([HumanMessage("hi")])


def test_same_messages_same_reply_other_turn_other_id():
    asked = [SYSTEM, HumanMessage("오늘 8킬로 50분 뛰었어")]
    first, again = (OfflineChatModel().invoke(asked) for _ in range(2))
    assert first.tool_calls == again.tool_calls
    later = SystemMessage(
        "…", additional_kwargs={"hanbal": {**SYSTEM.additional_kwargs["hanbal"], "now": "2"}}
    )
    assert OfflineChatModel().invoke([later, asked[1]]).tool_calls[0]["id"] != first.tool_calls[0]["id"]


def test_only_tools_that_exist_are_called():
    tools = [{"type": "function", "function": {"name": "recovery", "parameters": {}}}]
    model = coach().bind_tools(tools)
    assert [c["name"] for c in model.invoke([HumanMessage("내 컨디션 어때?")]).tool_calls] == ["recovery"]
    nothing = model.invoke([HumanMessage("지난주에 몇 킬로 뛰었어?")])
    assert not nothing.tool_calls
    assert "못 알아들었어요" in nothing.content


@pytest.mark.parametrize("question", ["지난주에 몇 킬로 뛰었어?", "안녕", "내 컨디션 어때? 그래프로 보여줘"])
async def test_streaming_says_the_same_as_invoking(question):
    model = coach()
    whole = model.invoke([HumanMessage(question)])
    streamed = None
    pieces = 0
    async for chunk in model.astream([HumanMessage(question)]):
        assert isinstance(chunk, AIMessageChunk)
        streamed = chunk if streamed is None else streamed + chunk
        pieces += 1
    assert streamed.content == whole.content
    assert [(c["name"], c["args"], c["id"]) for c in streamed.tool_calls] == [
        (c["name"], c["args"], c["id"]) for c in whole.tool_calls
    ]
    assert pieces > 5 or whole.tool_calls


async def test_a_reference_is_never_cut():
    said, messages = answered(
        "내 심박존 알려줘", {"facts": [FACT], "says": ["역치 심박은 {f1:+이에요}. {f2} 위예요."]}
    )
    pieces = [chunk.content async for chunk in coach().astream(messages[:-1])]
    assert "".join(pieces) == said.content
    assert all(piece.count("{") == piece.count("}") for piece in pieces)


def test_yes_takes_the_step_that_was_offered():
    _, thread = answered("지난주에 몇 킬로 뛰었어?", {"facts": [FACT], "says": ["{f1} 뛰었어요."]})
    made = coach().invoke([*thread, HumanMessage("응")]).tool_calls[0]
    assert made["name"] == "compare_periods"
    assert made["args"] == {
        "a_start": "2026-11-09",
        "a_end": "2026-11-15",
        "b_start": "2026-11-02",
        "b_end": "2026-11-08",
        "sport": "run",
    }


def test_a_step_is_not_offered_twice_in_a_row_nor_beside_a_chart_or_question():
    first, thread = answered("지난주에 몇 킬로 뛰었어?", {"facts": [FACT], "says": ["{f1}."]})
    second, _ = answered("이번 주는?", {"facts": [FACT], "says": ["{f1}."]}, before=thread)
    assert "비교해 볼까요" in first.content
    assert "비교해 볼까요" not in second.content
    charted, _ = answered(
        "내 컨디션 어때?",
        {"facts": [FACT], "says": ["좋아요."], "shown_to_athlete": [{"kind": "chart", "chart": "load_form"}]},
        {"facts": [FACT], "says": ["잘 쉬었어요."]},
    )
    assert charted.content == "좋아요.\n\n잘 쉬었어요."
    asking, _ = answered(
        "어제 달리기 어땠어?", {"facts": [FACT], "says": [], "question": "어느 달리기 말씀이세요?"}
    )
    assert asking.content == "어느 달리기 말씀이세요?"


def test_no_step_is_offered_that_leads_nowhere():
    nothing, _ = answered(
        "지난주에 몇 킬로 뛰었어?", {"facts": [{"ref": "f1", "raw": 0}], "says": ["없어요."]}
    )
    assert nothing.content == "없어요."
    by_hand, _ = answered("어제 달리기 어땠어?", {"facts": [FACT], "says": ["{f1}."]})
    assert by_hand.content == "{f1}."
    recorded, thread = answered(
        "어제 달리기 어땠어?",
        {"facts": [FACT], "says": ["{f1}."], "shown_to_athlete": [{"kind": "chart", "chart": "streams"}]},
    )
    assert recorded.content == "{f1}.\n\n구간별 기록도 볼까요?"
    made = coach().invoke([*thread, HumanMessage("네")]).tool_calls[0]
    assert made["args"] == {"day": "2026-11-20", "sport": "run", "parts": ["splits"]}


def test_lists_and_errors_and_silence():
    listed, _ = answered(
        "최근 달리기 목록 보여줘", {"facts": [], "says": ["세 번이에요.", "- {f1}", "- {f2}", "끝이에요."]}
    )
    assert listed.content == "세 번이에요.\n\n- {f1}\n- {f2}\n\n끝이에요."
    failed, _ = answered("되돌려줘", {"error": "되돌릴 것이 없어요."})
    assert failed.content == "되돌릴 것이 없어요."
    silent, _ = answered("일지 보여줘", {"facts": [], "says": [], "notes": []})
    assert silent.content == "거기에 해당하는 기록을 못 찾았어요."
    shown, _ = answered("달력 보여줘", {"facts": [], "says": [], "shown_to_athlete": [{"kind": "chart"}]})
    assert shown.content == "여기 있어요."


def test_garbage_from_a_tool_is_no_crash():
    asked = HumanMessage("되돌려줘")
    calling = coach().invoke([asked])
    broken = ToolMessage("<html>", tool_call_id=calling.tool_calls[0]["id"])
    assert "제대로 못 했어요" in coach().invoke([asked, calling, broken]).content


def test_takes_over_in_the_middle_of_another_models_turn():
    asked = HumanMessage("지난주에 몇 킬로 뛰었어?")
    theirs = AIMessage("", tool_calls=[{"name": "totals", "args": {}, "id": "call_9"}])
    good = ToolMessage(json.dumps({"facts": [FACT], "says": ["{f1} 뛰었어요."]}), tool_call_id="call_9")
    assert coach().invoke([asked, theirs, good]).content.startswith("{f1} 뛰었어요.")
    bad = ToolMessage(json.dumps({"error": "There is no tool 'x'."}), tool_call_id="call_9")
    assert coach().invoke([asked, theirs, bad]).tool_calls[0]["name"] == "totals"


def test_the_activity_that_was_shown_is_the_one_that_is_changed():
    _, thread = answered(
        "마지막 달리기 어땠어?",
        {"facts": [FACT], "says": ["{f1}."], "cards": [{"kind": "activity", "activity_id": 7, "title": "x"}]},
    )
    for question, tool, args in (
        ("레이스로 표시해줘", "activity_change", {"activity_id": 7, "race": True}),
        ("그거 지워줘", "activity_delete", {"activity_id": 7}),
        ("스플릿은?", "activity_show", {"activity_id": 7, "parts": ["splits"]}),
        ("지도로 보여줘", "show_chart", {"chart": "route", "activity_id": 7}),
    ):
        made = coach().invoke([*thread, HumanMessage(question)]).tool_calls[0]
        assert (made["name"], made["args"]) == (tool, args)


def test_an_answer_to_what_was_asked_back():
    model = coach(lang="en")
    asked = HumanMessage("How far did I run last October?")
    question = model.invoke([asked])
    assert question.content == "Do you mean October 2026 or October 2025?"
    for answer, start in (
        ("2025", "2025-10-01"),
        ("the first", "2026-10-01"),
        ("last year", "2025-10-01"),
        ("2", "2025-10-01"),
    ):
        made = model.invoke([asked, question, HumanMessage(answer)]).tool_calls[0]
        assert made["args"]["start"] == start, answer
    elsewhere = model.invoke([asked, question, HumanMessage("how did I sleep?")])
    assert elsewhere.tool_calls[0]["name"] == "recovery"


def test_other_questions_back():
    for question, answer, tool, args in (
        ("얼마나 뛰었어?", "지난달", "totals", {"start": "2026-10-01", "end": "2026-10-31", "sport": "run"}),
        (
            "오늘 러닝 기록해줘",
            "8킬로 50분",
            "log_activity",
            {"sport": "run", "distance_m": 8000.0, "duration_s": 3000.0, "day": "2026-11-21"},
        ),
        ("나 38살이야", "1988", "profile_change", {"field": "birth_year", "value": "1988"}),
        ("지워줘", "어제 달리기", "activity_delete", {"day": "2026-11-20", "sport": "run"}),
        ("시간대 바꿔줘", "도쿄", "profile_change", {"field": "tz", "value": "Asia/Tokyo"}),
    ):
        asked = HumanMessage(question)
        back = coach().invoke([asked])
        assert not back.tool_calls, question
        made = coach().invoke([asked, back, HumanMessage(answer)]).tool_calls[0]
        assert (made["name"], made["args"]) == (tool, args)


def test_examples_fit_what_is_there():
    nothing = coach(data=()).invoke([HumanMessage("ㅁㄴㅇㄹ")]).content
    assert "오늘 8킬로 50분 뛰었어" in nothing
    assert "지난주에 몇 킬로" not in nothing
    some = coach(data=("activities", "hr", "recovery")).invoke([HumanMessage("ㅁㄴㅇㄹ")]).content
    assert "지난주에 몇 킬로 뛰었어?" in some
    assert 3 <= some.count("\n- ") <= 4
