"""A number that a model makes up leaves with its mark, however it is written; markup carries nothing away."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from fakes.conversation import OpenChat, custom, distance, streamed
from fakes.openai_server import FakeOpenAI, Say, call

from coach.graph.ledger import Ledger
from coach.graph.proof import UNVERIFIED, Proof
from coach.graph.voice import Voice, to_html
from coach.text import say

MARK = say("ko", "graph.unverified")

MADE_UP = (
    "지난주에 42 km 달렸어요",
    "지난주에 \uff14\uff12 \uff4b\uff4d 달렸어요",  # full width
    "지난주에 ٤٢ km 달렸어요",  # Arabic-Indic
    "지난주에 𝟒𝟐 km 달렸어요",
    "지난주에 ④② km 달렸어요",
    "지난주에 ⁴² km 달렸어요",
    "지난주에 Ⅻ km 달렸어요",
    "지난주에 ½ km 달렸어요",
    "지난주에 四十二 km 달렸어요",
    "지난주에 사십이 킬로 달렸어요",
    "지난주에 사십이점삼 킬로 달렸어요",
    "지난주에 만 이천 보 걸었어요",
    "You ran forty-two kilometres",
    "You walked two thousand steps",
    "You ran forty\u200b-two kilometres",
    "You ran for\u00adty-two kilometres",
    "지난주에 4\u200b2 km 달렸어요",
    "지난주에 4\u20602 \ufeffkm 달렸어요",
    "지난주에 \u202e24\u202c km 달렸어요",
    "지난주에 4**2** km 달렸어요",
    "지난주에 **4**2 `km` 달렸어요",
    "지난주에 4&#50; km 달렸어요",
    "`42 km` 달렸어요",
    "```\n42 km\n```",
    "| 거리 |\n|---|\n| 42 km |",
    "ran42 km",
    "HR150 이었어요",
    "pace5:30 이었어요",
    "페이스5'30\"였어요",
    "{f{f1}} 42 km",
    "{f1}42 km",
    "{f1:+42 km}",
    "{f99}",
    "{ f99 : +을 }",
    "{f1000000}",
)
# Not numbers to a reader either: a name, or text that shows what was typed.
HIDDEN = (
    ("지난주에 &#x34;&#x32; km", "42 km"),
    ("지난주에 &#52;&#50; km", "42 km"),
    ("&half; km", "½"),
    ("[달리기](https://evil.example/?d=secret)", "<a "),
    ("<https://evil.example/?d=secret>", "<a "),
    ("https://evil.example/?d=secret", "<a "),
    ("[x][1]\n\n[1]: https://evil.example", "<a "),
    ("[x](javascript:alert(1))", "<a "),
    ("![x](https://evil.example/p.png)", "<img"),
    ("![x][1]\n\n[1]: https://evil.example/p.png", "<img"),
    ("<img src=x onerror=alert(1)>", "<img"),
    ("<script>alert(1)</script>", "<script"),
    ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script"),
    ("<b onmouseover=alert(1)>x", "<b "),
    ("```html\n<script>alert(1)</script>\n```", "<script"),
    ('```"><script>x\ny\n```', "<script"),
    ("a\n\n<div>\n\n<style>*{}</style>", "<style"),
)


def heard(text: str, size: int) -> dict[str, Any]:
    """Return what leaves when a model says `text` in pieces of `size` characters."""
    ledger = Ledger()
    ledger.add([distance(5_000.0)])
    proof = Proof(ledger, "ko", "metric", date(2026, 11, 21), "")
    voice = Voice(proof, lambda kind, payload: None)
    for at in range(0, len(text), size):
        voice.hear(text[at : at + size])
    return voice.close()


@pytest.mark.parametrize("text", MADE_UP)
def test_a_number_made_up_is_marked_however_it_is_written(text: str) -> None:
    for size in (1, 3, 1000):
        answer = heard(text, size)
        shown = re.sub(r"<[^>]+>", "", answer["html"])
        digits = any(c.isdigit() for c in shown.replace("5 km", "").replace("5.00 km", ""))
        marked = any(ref["ref"] == UNVERIFIED for ref in answer["refs"])
        assert marked or not digits, (size, answer["text"])
        if text not in ("{f1:+42 km}",):  # what stands in a particle's place is not shown at all
            assert MARK in answer["text"], (size, answer["text"])


@pytest.mark.parametrize(("text", "never"), HIDDEN)
def test_markup_neither_hides_nor_carries_away(text: str, never: str) -> None:
    assert never not in to_html(text)
    assert never not in heard(text, 1)["html"]


@pytest.mark.parametrize("text", ["VO2max가 좋아요", "Zone2로 천천히", "1. 몸풀기\n2. 본운동", "존 2"])
def test_names_and_lists_stay_as_they_are(text: str) -> None:
    assert MARK not in heard(text, 1)["text"]


async def test_a_model_does_not_prove_its_number_by_giving_it_to_a_tool(open_chat: OpenChat) -> None:
    script = [call("totals", sport="99.9 km"), Say("지난주 99.9 km를 달렸어요.")]
    async with FakeOpenAI(script) as fake:
        chat = await open_chat(fake=fake)
        events = await chat.say("지난주 얼마나 달렸어?")
    assert MARK in streamed(events)
    assert custom(events, "card")
