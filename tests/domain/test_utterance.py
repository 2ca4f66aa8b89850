"""Texts in normal form, and what they claim."""

from __future__ import annotations

import pytest

from coach.domain.utterance import compile_english, compile_korean, read
from coach.domain.utterance import english as english_grammar
from coach.domain.utterance import korean as korean_grammar
from coach.domain.utterance.reading import slips


def test_spacing_spelling_and_signs_become_one_form() -> None:
    same = ["가슴이 않 아파", "가슴이  안 아파😭", "가슴이 안\u200b 아파ㅠㅠ"]
    assert len({read(text).plain for text in same}) == 1
    assert read("ＣＨＥＳＴ  PAIN’S").plain == "chest pain's"
    assert read("가 슴 아 파").plain == "가슴아파"
    assert read("soooo").plain == "so"
    assert read("38.5도. 뜨거워").ends == (7,)


def test_slips_never_replace_a_real_word() -> None:
    found = slips(["chest"], frozenset({"chet"}))
    assert found["chset"] == found["chestt"] == found["cest"] == "chest"
    assert "chet" not in found
    assert "chest" not in found


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("가슴 통증이 있어", "said"),
        ("가슴 통증은 없어", "denied"),
        ("가슴 통증이나 어지럼증은 없음", "denied"),
        ("가슴 통증이 있는데 열은 없어", "said"),
        ("가슴 통증이 없어지지 않아", "said"),
        ("가슴 통증이 장난 아니야", "said"),
        ("가슴 통증이 심하면", "imagined"),
        ("이거 가슴 통증 아닌가", "said"),
    ],
)
def test_korean_denies_after_the_noun(text: str, claim: str) -> None:
    plain = read(text).plain
    mention = compile_korean(["가슴 통증"]).find(plain)[0]
    assert korean_grammar.claim(plain, mention, len(plain)) == claim


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("i have chest pain", "said"),
        ("i don't have any chest pain", "denied"),
        ("couldn't finish because of chest pain", "said"),
        ("not sure about this chest pain", "said"),
        ("what if i get chest pain", "imagined"),
        ("if i run i get chest pain", "said"),
    ],
)
def test_english_denies_before_the_noun(text: str, claim: str) -> None:
    plain = read(text).plain
    mention = compile_english(["chest pain"]).find(plain)[0]
    assert english_grammar.claim(plain, mention, 0) == claim


def test_whose_trouble_it_is() -> None:
    assert korean_grammar.of_someone_else(read("아버지가 ").plain + " ")
    assert not korean_grammar.of_someone_else(read("친구가 추천해서 뛰었는데 나는 ").plain + " ")
    assert english_grammar.of_someone_else("my dad has ")
    assert not english_grammar.of_someone_else("my friend and i ran and my ")
