"""An answer to "where did it hurt?" names a part of the body, and need not say that it hurt."""

from __future__ import annotations

import pytest

from coach.domain.where_it_hurt import alarming, read_where
from coach.text import LANGS, say


@pytest.mark.parametrize(
    ("answer", "kind", "value", "where", "side"),
    [
        ("오른쪽 무릎이 10 중 3", "pain", 3.0, "knee", "right"),
        ("무릎이요 5점", "pain", 5.0, "knee", ""),
        ("양쪽 종아리", "pain", None, "calf", "both"),
        ("왼쪽 종아리가 뻐근했어", "soreness", None, "calf", "left"),
        ("발목이 아팠어 10점 만점에 4", "pain", 4.0, "ankle", ""),
        ("Right knee, about 3 out of 10", "pain", 3.0, "knee", "right"),
        ("left calf, 4/10", "pain", 4.0, "calf", "left"),
        ("both calves", "pain", None, "calf", "both"),
    ],
)
def test_a_part_of_the_body_is_enough(
    answer: str, kind: str, value: float | None, where: str, side: str
) -> None:
    (said,) = read_where(answer)
    assert (said.kind, said.value, said.where, said.side) == (kind, value, where, side)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "아파",
        "3",
        "승인",
        "오늘 훈련 뭐야?",
        "무릎 보호대 추천해줘",
        "/today",
        "thanks",
        "show my plan",
        "무릎" * 200,
    ],
)
def test_anything_else_is_no_answer(answer: str) -> None:
    assert read_where(answer) == ()


@pytest.mark.parametrize("lang", LANGS)
def test_the_example_that_is_given_is_understood(lang: str) -> None:
    text = say(lang, "telegram_cards.pain_where")
    example = text[text.index("“") + 1 : text.index("”")]
    (said,) = read_where(example)
    assert (said.where, said.side, said.value) == ("knee", "right", 3.0)


@pytest.mark.parametrize("answer", ["가슴이요", "가슴 3점", "chest", "my chest, 4"])
def test_the_chest_is_an_emergency(answer: str) -> None:
    flag = alarming(answer)
    assert flag is not None
    assert flag.stops_turn


@pytest.mark.parametrize("answer", ["오른쪽 무릎 3점", "고마워", "right knee, 3 out of 10"])
def test_a_knee_is_none(answer: str) -> None:
    assert alarming(answer) is None
