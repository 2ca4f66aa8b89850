"""The first conversation: one skippable thing at a time, anything else in between."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.conversation import OpenChat, custom, streamed

from coach.domain.athlete import Sex
from coach.graph import onboarding
from coach.graph.pending import agrees, choose
from coach.store import athletes
from coach.store.session import Database

TODAY = date(2026, 11, 21)


async def test_the_whole_first_conversation(open_chat: OpenChat, db: Database, athlete_id: int) -> None:
    chat = await open_chat(lambda m: [("totals", {})] if "지난주" in m else [])
    events = await chat.greet(lang="ko", tz="Asia/Seoul")
    assert "한발이에요" in streamed(events)
    assert [c["label"] for c in custom(events, "question")[0]["choices"]] == ["한국어", "English", "건너뛰기"]

    said = [
        ("한국어", "파일"),
        ("나중에 연결할게요", "몇 년생"),
        ("지난주에 얼마나 뛰었지?", "몇 년생"),  # answered, then asked again
        ("1988년생이에요", "성별"),
        ("건너뛰기", "아프거나"),
        ("고혈압 약 먹고 있어요", "요즘은 얼마나"),
        ("주 3번 5킬로씩 뛰어요", "요일"),
        ("월수금", "목표"),
    ]
    for message, asked_next in said:
        events = await chat.say(message)
        assert asked_next in custom(events, "question")[0]["text"], message
        if "지난주" in message:
            assert "42.3 km" in streamed(events)
        if "고혈압" in message:
            assert "의사에게" in streamed(events)
            assert not custom(events, "red_flag")
    events = await chat.say("내년 3월 풀코스 완주")
    assert not custom(events, "question")
    assert "다 됐어요" in streamed(events)

    with db.athlete_session(athlete_id) as session:
        athlete = athletes.get(session, athlete_id)
        record = athletes.get_onboarding(session, athlete_id)
    assert (athlete.birth_year, athlete.sex, athlete.lang) == (1988, None, "ko")
    assert record["step"] is None
    assert record["skipped"] == ["sex"]
    assert record["clearance"] == "onboarding.clearance"
    assert record["answers"]["days"] == [0, 2, 4]
    assert record["answers"]["goal"] == "내년 3월 풀코스 완주"

    chat.thread_id = None
    events = await chat.greet()
    assert len(custom(events, "question")[0]["choices"]) == 4, "now quick prompts"


async def test_english_is_spoken_once_chosen(open_chat: OpenChat, db: Database, athlete_id: int) -> None:
    chat = await open_chat()
    await chat.greet(lang="ko")
    events = await chat.say("English")
    assert "Good, English it is." in streamed(events)
    assert "send them here" in custom(events, "question")[0]["text"]


async def test_later_ends_the_questions(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.greet(lang="ko")
    await chat.say("건너뛰기")
    await chat.say("건너뛰기")
    assert not custom(await chat.say("나중에 할게요"), "question")
    assert not custom(await chat.say("안녕하세요"), "question")


async def test_danger_comes_before_the_questions(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.greet(lang="ko")
    events = await chat.say("지금 가슴이 조이고 식은땀이 나요")
    assert custom(events, "red_flag")
    assert not custom(events, "question")


@pytest.mark.parametrize(
    ("step", "message", "outcome", "value"),
    [
        ("birth_year", "1988", "answered", 1988),
        ("birth_year", "88년생", "answered", 1988),
        ("birth_year", "서른여덟", "unclear", None),
        ("birth_year", "38살", "answered", 1988),
        ("birth_year", "I am 38 years old", "answered", 1988),
        ("birth_year", "1800", "unclear", None),
        ("birth_year", "88", "answered", 1988),
        ("sex", "여자예요", "answered", "female"),
        ("sex", "Male", "answered", "male"),
        ("sex", "pass", "skipped", None),
        ("health", "없어요", "answered", "none"),
        ("health", "아픈 데 없어요", "answered", "none"),
        ("health", "왼쪽 무릎이 가끔 아파요", "answered", "왼쪽 무릎이 가끔 아파요"),
        ("health", "지난주 기록 보여줘", "other", None),
        ("days", "월요일이랑 목요일", "answered", [0, 3]),
        ("days", "Tue, Thu and weekends", "answered", [1, 3, 5, 6]),
        ("days", "주 4일", "answered", {"per_week": 4}),
        ("days", "3", "answered", {"per_week": 3}),
        ("days", "평일", "answered", [0, 1, 2, 3, 4]),
        ("goal", "2", "answered", "5k"),
        ("goal", "how far did I run?", "other", None),
        ("lang", "영어로", "answered", "en"),
        ("running", "나중에", "later", None),
        ("running", "몰라", "skipped", None),
    ],
)
def test_answers_are_read(step: str, message: str, outcome: str, value: object) -> None:
    answer = onboarding.read(step, message, "ko", TODAY)
    assert (answer.outcome, answer.value) == (outcome, value)
    if step == "sex" and outcome == "answered":
        assert answer.fields == {"sex": Sex(str(value))}


def test_every_step_has_its_words_in_both_languages() -> None:
    for lang in ("ko", "en"):
        for step in onboarding.STEPS:
            text, choices = onboarding.question(step, lang)  # type: ignore[arg-type]
            assert text
            assert choices[-1]["value"] == "skip"
            assert onboarding.acknowledgement(step, onboarding.Answer("answered", 1), lang)  # type: ignore[arg-type]


CHOICES = [
    {"label": "11월 14일 아침 10 km", "value": "11"},
    {"label": "11월 14일 저녁 5 km", "value": "12"},
    {"label": "11월 15일 하프", "value": "13"},
]


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("1", "11"),
        ("2번", "12"),
        ("세 번째요", "13"),
        ("the first one", "11"),
        ("마지막 거", "13"),
        ("저녁", "12"),
        ("하프로 해줘", "13"),
        ("아침 10 km", "11"),
        ("11월 14일", None),  # two of them
        ("4", None),
        ("지난주에 몇 킬로 뛰었어?", None),
        ("", None),
    ],
)
def test_choices_are_read(message: str, value: str | None) -> None:
    assert choose(message, CHOICES) == value


def test_yes_and_no() -> None:
    assert [agrees(m) for m in ("네", "좋아요", "OK", "yes.", "응")] == [True] * 5
    assert [agrees(m) for m in ("아니요", "no thanks", "싫어")] == [False] * 3
    assert [agrees(m) for m in ("네 시간 뛰었어", "no idea how far I ran", "")] == [None] * 3
