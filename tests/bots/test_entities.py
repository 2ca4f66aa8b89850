"""Markdown becomes text with marked stretches, whatever stands in it, and fits into messages."""

from __future__ import annotations

import html
import re
import time

import pytest
from fakes.telegram.chats import check_entities
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bots.telegram.entities import MOST_ENTITIES, cleaned, formed, split
from bots.telegram.tables import Formed, units
from coach.graph.voice import to_html

LIMIT = 4096


def marked(made: Formed) -> list[tuple[str, str]]:
    text, entities = made
    raw = text.encode("utf-16-le")
    return [(e.type, raw[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le")) for e in entities]


@pytest.mark.parametrize(
    ("markdown", "text", "forms"),
    [
        ("# 이번 주 **요약**", "이번 주 요약", [("bold", "이번 주 요약")]),
        (
            "👋 **굵게** *살짝* ~~아님~~",
            "👋 굵게 살짝 아님",
            [("bold", "굵게"), ("italic", "살짝"), ("strikethrough", "아님")],
        ),
        ("**a**b**c**", "abc", [("bold", "a"), ("bold", "c")]),
        ("`x = 1`", "x = 1", [("code", "x = 1")]),
        ("```py\nx\n\ny\n```", "x\n\ny", [("pre", "x\n\ny")]),
        ("> 하나\n> > 둘", "하나\n\n둘", [("blockquote", "하나\n\n둘")]),
        ("하나\n\n- 둘\n- 셋\n\n넷", "하나\n\n• 둘\n• 셋\n\n넷", []),
        ("3. 셋\n4. 넷\n   - 안\n     1. 더", "3. 셋\n4. 넷\n  • 안\n    1. 더", []),
        ("위\n\n***\n\n아래", "위\n\n———\n\n아래", []),
        ("**끝나지 않은 *것", "**끝나지 않은 *것", []),
        ("![그림](http://x/a.png) [말](javascript:x)", "![그림](http://x/a.png) [말](javascript:x)", []),
        ("<b>x</b> &lt;", "<b>x</b> &lt;", []),
        ("숨\u200b은 \u202e거꾸로\u202c 👨‍👩‍👧", "숨은 거꾸로 👨‍👩‍👧", []),
    ],
)
def test_forms(markdown: str, text: str, forms: list[tuple[str, str]]) -> None:
    made = formed(markdown)
    assert made[0] == text
    assert marked(made) == forms


def test_columns_of_korean_stand_below_each_other() -> None:
    text, entities = formed("|훈련|거리|\n|---|---:|\n|이지런|10.2|\n|LSD|30|")
    assert text == "훈련    거리\n이지런  10.2\nLSD       30"
    assert [(e.type, e.offset, e.length) for e in entities] == [("pre", 0, units(text))]


def test_a_wide_table_is_no_columns_on_a_phone() -> None:
    wide = "|날|무엇을|메모|\n|-|-|-|\n" + "|월요일|템포런 8 km|" + "아주 긴 메모 " * 8 + "|\n"
    made = formed(wide)
    assert ("bold", "월요일") in marked(made)
    assert not [kind for kind, _ in marked(made) if kind == "pre"]


def test_parts_end_where_paragraphs_do_and_open_a_block_again() -> None:
    text, entities = formed("가" * 40 + "\n\n" + "나" * 40 + "\n\n```py\n" + "1234567 9\n" * 20 + "```")
    parts = split(text, entities, 100)
    assert parts[0][0] == "가" * 40 + "\n\n" + "나" * 40
    assert len(parts) == 3
    assert all([e.type for e in form] == ["pre"] and form[0].length == len(said) for said, form in parts[1:])
    assert all(form[0].language == "py" for _, form in parts[1:])
    assert all(line == "1234567 9" for said, _ in parts[1:] for line in said.split("\n"))


def test_no_letter_is_cut_in_two() -> None:
    family = "👨‍👩‍👧‍👦"
    parts = split(family * 100, (), 100)
    assert {said.replace(family, "") for said, _ in parts} == {""}
    # What claims to be one letter and is longer than a message.
    assert all(units(said) <= 100 for said, _ in split("e" + "\u0301" * 1000, (), 100))


def test_no_part_has_more_marks_than_are_drawn() -> None:
    text, entities = formed("**a** b " * 500)
    parts = split(text, entities, LIMIT)
    assert max(len(form) for _, form in parts) == MOST_ENTITIES
    assert sum(len(form) for _, form in parts) == len(entities) == 500


def test_what_is_not_seen_is_left_out_and_marks_stay_where_they_were() -> None:
    name = "\u202e하나\u200b 둘"
    text, entities = cleaned(f"{name} 👋 끝", [MessageEntity("bold", 0, 6), MessageEntity("italic", 10, 1)])
    assert text == "하나 둘 👋 끝"
    assert marked((text, entities)) == [("bold", "하나 둘"), ("italic", "끝")]


MARKS = ["**", "*", "_", "~~", "`", ">", "-", "#", "\\\\", "|", "<", "&amp;", "[x](y)", "<b>"]
LINES = ["```\n", "1. ", "\n", "\n\n", "    ", "|-|-|\n", " "]
WORDS = ["가나다", "a", "👋", "5'30\"", "e\u0301", "👨‍👩‍👧", "\u200b", "\u202e", "1,234"]
PIECES = st.sampled_from([*MARKS, *LINES, *WORDS])
MARKDOWN = st.lists(PIECES, max_size=60).map("".join)


@given(MARKDOWN)
def test_whatever_is_written_can_be_posted(markdown: str) -> None:
    text, entities = formed(markdown)
    check_entities(text, [e.to_dict() for e in entities])


@given(MARKDOWN.filter(lambda text: "|" not in text))
def test_the_same_words_stand_in_the_chat_and_on_the_page(markdown: str) -> None:
    def words(text: str) -> str:
        return re.sub(r"[\s•—]", "", text)

    page = re.sub(r"<li>", "<li>\0", to_html(markdown.replace("\u200b", "").replace("\u202e", "")))
    shown = words(html.unescape(re.sub(r"<[^>]+>", "", page)).replace("\0", ""))
    said = words(re.sub(r"(?m)^ *\d+\. ?", "", formed(markdown)[0]))
    assert said == words(re.sub(r"(?m)^ *\d+\. ?", "", shown))


@given(
    st.text(alphabet="가a👋é \n\u0301\u200d", max_size=300),
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), max_size=20),
    st.integers(2, 60),
)
def test_parts_hold_everything_and_fit(text: str, places: list[tuple[int, int]], limit: int) -> None:
    at = [units(text[:i]) for i in range(len(text) + 1)]
    entities = [
        MessageEntity("bold", at[first], at[min(first + length, len(text))] - at[first])
        for first, length in places
        if first < len(text)
    ]
    parts = split(text, entities, limit)
    assert "".join("".join(said.split()) for said, _ in parts) == "".join(text.split())
    before = "".join(t for e in entities for t in marked((text, (e,)))[0][1].split())
    after = "".join(t for said, form in parts for _, piece in marked((said, form)) for t in piece.split())
    assert len(after) == len(before)
    for said, form in parts:
        assert said.strip()
        assert units(said) <= limit
        check_entities(said, [e.to_dict() for e in form])


BOMBS = {
    "stars": "*" * 10_000,
    "crossed stars": "**a*b" * 8_000,
    "lists": "\n".join("  " * depth + "- x" for depth in range(1000)),
    "lists in a line": "- " * 10_000 + "x",
    "quotes": ">" * 10_000 + "x",
    "table": "|a|b|c|\n|-|-|-|\n" + "|x|y|z|\n" * 12_000,
    "backticks": "".join("`" * length + " " for length in range(400)),
    "brackets": "[" * 50_000,
    "marks": "e" + "\u0301" * 100_000,
    "bold": "**a** " * 16_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_over_soon(name: str) -> None:
    began = time.process_time()
    text, entities = formed(BOMBS[name])
    parts = split(text, entities, LIMIT)
    assert time.process_time() - began < 1
    assert all(units(said) <= LIMIT for said, _ in parts)
