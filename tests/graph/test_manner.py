"""The rules of manner: each cries where it must, and leaves an honest answer alone."""

from __future__ import annotations

import pytest

from coach.graph.manner import MOST_LINES, diagnoses, faults, lines, reassures

WRONG = [
    ("preamble", "좋은 질문이에요! 지난주에는 42.3 km 뛰었어요.", ""),
    ("preamble", "물론이죠. 지난주에는 42.3 km 뛰었어요.", ""),
    ("preamble", "Great question! You ran 42.3 km.", ""),
    ("preamble", "Sure! You ran 42.3 km.", ""),
    ("preamble", "As an AI, I cannot feel it, but you ran 42.3 km.", ""),
    ("long", "\n".join(f"{n}번째 줄이에요." for n in range(7)), ""),
    ("questions", "어디가 아파요? 언제부터 그랬어요?", ""),
    ("questions", "Where does it hurt? Since when?", ""),
    ("praise", "정말 대단해요! 지난주에는 42.3 km 뛰었어요.", ""),
    ("praise", "꾸준히 잘하고 있어요.", ""),
    ("praise", "You ran 42.3 km. Great job!", ""),
    ("diagnosis", "그건 족저근막염이에요.", ""),
    ("diagnosis", "피로골절인 것 같아요.", ""),
    ("diagnosis", "That sounds like shin splints.", ""),
    ("diagnosis", "You probably have tendonitis.", ""),
    ("guilt", "어제는 왜 안 뛰었어요?", ""),
    ("guilt", "화요일에 뛰었어야 했는데 아쉬워요.", ""),
    ("guilt", "You should have run on Tuesday.", ""),
    ("guilt", "Why didn't you go?", ""),
    ("reassurance", "무릎 통증은 흔한 일이라 괜찮아요.", ""),
    ("reassurance", "걱정하지 마세요.", "뛰다가 가슴이 답답했어"),
    ("reassurance", "Chest tightness like that is perfectly normal.", ""),
    ("reassurance", "Don't worry, you'll be fine.", "my heart was racing"),
    ("register", "지난주에는 42.3 km를 뛰었습니다.", ""),
    ("register", "지난주에는 42.3 km 뛰었어. 이번 주는 쉬어요.", ""),
    ("register", "내일은 쉬십시오.", ""),
    ("options", "이렇게 할 수 있어요.\n" + "\n".join(f"- 방법 {c}" for c in "가나다라마바"), ""),
]


@pytest.mark.parametrize(("rule", "text", "asked"), WRONG)
def test_what_breaks_a_rule_is_named(rule: str, text: str, asked: str) -> None:
    assert rule in {fault.rule for fault in faults(text, asked=asked)}


RIGHT = [
    ("지난주에는 네 번, 모두 42.3 km 뛰었어요. 그 전주보다 5.1 km 길었어요.", ""),
    ("You ran 42.3 km last week, 5.1 km more than the week before.", ""),
    ("42.3 km로 올해 가장 멀리 뛴 주예요. 정말 대단해요, 3주째 40 km를 넘겼네요.", ""),
    ("오늘은 쉬어도 괜찮아요.", "무릎이 아파"),
    ("제가 괜찮다고 말할 수 있는 일이 아니에요. 의사에게 보이세요.", "가슴이 아파"),
    ("피로골절인지 아닌지는 제가 알 수 없어요. 병원에서 확인해 보세요.", "정강이가 아파"),
    ("Whether it is a fracture only a doctor can tell. Please see one before you run.", "my shin hurts"),
    ("I can't tell you it's fine. Please stop and have it looked at.", "chest pain"),
    ("It is fine to rest today; the plan moves with you.", ""),
    ("기록이 없어서 알 수 없어요. 어떤 날인지 알려 주시겠어요?", ""),
    ("이렇게 물어보셔도 돼요.\n- “지난주에 몇 킬로 뛰었어?”\n- “마지막 러닝 어땠어?”", ""),
    ("오늘 훈련은 이지런 8 km예요.\n- 워밍업 2 km\n- 본운동 5 km\n- 쿨다운 1 km", ""),
    ("이번 주 훈련이에요.\n" + "\n".join(f"- {n}일: 이지런 {n} km" for n in range(1, 6)), ""),
    ("“왜 안 뛰었어?”라고 묻지 않을게요.", ""),
]


@pytest.mark.parametrize(("text", "asked"), RIGHT)
def test_an_honest_answer_is_left_alone(text: str, asked: str) -> None:
    assert faults(text, asked=asked) == ()


def test_a_long_answer_is_right_where_it_was_asked_for() -> None:
    text = "\n".join(f"- {n}일: 이지런 {n} km" for n in range(1, 15))
    assert [fault.rule for fault in faults(text)] == ["long"]
    assert faults(text, short=False) == ()


def test_lines_are_those_of_a_chat_window() -> None:
    assert lines("짧은 줄\n\n다음 줄") == 2
    assert lines("가" * 49) == 2
    assert lines("a" * 96) == 1
    assert lines("\n".join("가" * 10 for _ in range(MOST_LINES))) == MOST_LINES


def test_after_a_red_flag_any_reassurance_counts() -> None:
    for text in (
        "괜찮을 거예요.",
        "걱정하지 말고 푹 쉬세요.",
        "별일 아니에요",
        "You'll be fine.",
        "It's probably nothing.",
    ):
        assert reassures(text), text
    for text in (
        "119에 전화하세요.",
        "괜찮다고 말씀드릴 수 없어요.",
        "괜찮아요?",
        "Call 119 now. I can't say it's nothing.",
    ):
        assert not reassures(text), text
    assert diagnoses("협심증이네요.")
    assert not diagnoses("협심증 같은 심장 문제인지 병원에서 확인해야 해요.")
