"""A stored message as it is posted: words, tables, pictures, buttons, and what stays on the page."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from fakes.bot import open_bot_house
from fakes.web import PNG, Clock, FakeRenderer
from hypothesis import given
from hypothesis import strategies as st

from bots.telegram.buttons import Effort, Proof, Quick, Sources, parse
from bots.telegram.desk import Desk
from bots.telegram.message import LONGEST
from bots.telegram.pictures import WIDTH_PX, for_phone
from bots.telegram.present import page, present
from bots.telegram.tables import FITS, table, units
from coach.config import Settings
from coach.domain.source import Source
from coach.errors import CoachError
from coach.store import athletes, threads
from coach.text import say

FACT = {"kind": "fact", "label": "거리", "text": "42 km", "sources": ["file"]}
PASSAGE = {"kind": "passage", "label": "물", "text": "마셔요", "number": 1, "citation": "ACSM"}


class Broken:
    def png(self, spec, scale=2):
        raise CoachError("chart_failed")


@pytest.fixture
def shown(db, athlete_id):
    """Return how a message is posted: `shown("text", cards=[...])`."""

    def show(text="", *, pictures=None, public_url=None, **content):
        settings = Settings(_env_file=None, public_url=public_url)
        drawn = pictures or FakeRenderer()
        desk = Desk(db, settings, Clock(), None, None, drawn, None, "bot", lambda name: None)
        with db.athlete_session(athlete_id) as s:
            athlete = athletes.get(s, athlete_id)
            thread = threads.create(s, athlete_id)
            made = threads.add_message(s, athlete_id, thread.id, "assistant", text, content=content)
            message = threads.message(s, made)
        return SimpleNamespace(outs=present(desk, athlete, message), id=made, pictures=drawn)

    return show


def pressed(outs):
    return [parse(b.data) for out in outs for row in out.rows for b in row if b.data]


def test_words_carry_the_buttons_of_what_can_be_opened(shown):
    got = shown("**42 km** [1]", facts={"f1": FACT, "g1": PASSAGE})
    (out,) = got.outs
    assert out.text == "42 km [1]"
    assert [(e.type, e.offset, e.length) for e in out.entities] == [("bold", 0, 5)]
    assert pressed(got.outs) == [Proof(got.id), Sources(got.id)]


def test_a_question_has_its_answers_as_buttons(shown):
    question = {
        "text": "어느 것?",
        "choices": [{"label": "아침", "value": "11"}, {"label": "저녁", "value": "12"}],
    }
    got = shown("두 개가 있어요.", question=question)
    assert got.outs[0].text == "두 개가 있어요.\n\n어느 것?"
    assert pressed(got.outs) == [Quick(got.id, 0), Quick(got.id, 1)]


def test_how_a_run_felt_is_answered_by_ten_numbers(shown):
    got = shown("어땠어요?", first={"kind": "after_run", "pending": {"kind": "after_run", "nudge_id": 4}})
    assert [p for p in pressed(got.outs) if isinstance(p, Effort)] == [Effort(4, n) for n in range(1, 11)]


def test_a_long_answer_comes_in_parts_and_the_last_has_the_buttons(shown):
    got = shown("가나다라 " * 2000, facts={"f1": FACT})
    assert len(got.outs) == 3
    assert all(units(out.text) <= LONGEST for out in got.outs)
    assert [bool(out.rows) for out in got.outs] == [False, False, True]


def test_a_chart_comes_as_a_picture_after_the_words(shown):
    card = {"kind": "chart", "chart": "weekly_volume", "params": {}, "title": "주간 거리"}
    got = shown("그래프예요.", cards=[card])
    assert [(out.text, out.photo) for out in got.outs] == [("그래프예요.", None), ("주간 거리", PNG)]
    assert got.pictures.specs[0]["width"] == WIDTH_PX


@pytest.mark.parametrize("bad", [{"chart": "nothing_such"}, {"params": {"weeks": "x"}}, {}])
def test_a_chart_that_cannot_be_drawn_is_said(shown, bad):
    card = {"kind": "chart", "chart": "weekly_volume", "params": {}, "title": "주간 거리", **bad}
    (out,) = shown("그래프예요.", cards=[card], pictures=Broken()).outs
    assert out.text == f"그래프예요.\n\n{say('ko', 'telegram.no_picture', title='주간 거리')}"


def test_pages_of_ours_are_links_only_where_there_is_an_address(shown):
    card = {"kind": "link", "href": "/connections", "title": "연결하기"}
    (plain,) = shown("연결해요.", cards=[card]).outs
    assert (plain.text, plain.rows) == ("연결해요.", ())
    (linked,) = shown("연결해요.", cards=[card], public_url="https://run.example/").outs
    assert linked.text == "연결해요."
    assert linked.rows[0][0].url == "https://run.example/connections"
    assert page("http://localhost:8765", "/") is None


def test_what_a_source_keeps_here_is_replaced_and_said(shown):
    secret = {**FACT, "sources": ["strava"]}
    table_card = {"kind": "table", "columns": ["거리"], "rows": [["비밀 31.4 km"]]}
    for left in (None, {"sources": ["strava"], "text": "(한발 페이지에서만) 뛰었어요.", "facts": {}}):
        content = {} if left is None else {"passed_on": left}
        got = shown("비밀 31.4 km", facts={"f1": secret}, cards=[table_card], **content)
        text = got.outs[0].text
        assert "31.4" not in text
        assert text.endswith(say("ko", "telegram.stays_here"))
        assert pressed(got.outs) == []
        assert (left is None) == (say("ko", "permissions.stays_whole") in text)


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), min_size=1, max_size=6))
def test_every_cell_of_a_table_is_told(rows):
    text, entities = table({"title": "표", "columns": ["가", "나", "다"], "rows": rows})
    assert all(" ".join(cell.split()) in text for row in rows for cell in row)
    assert all(e.offset >= 0 and e.offset + e.length <= units(text) for e in entities)


def test_a_narrow_table_stands_in_columns_and_a_wide_one_in_paragraphs():
    card = {"columns": ["주", "거리"], "rows": [["1", "42 km"], ["10", "8 km"]]}
    text, (form,) = table(card)
    assert text == "주   거리\n1   42 km\n10   8 km"
    assert form.type == "pre"
    wide = {"columns": ["날짜", "무엇"], "rows": [["11월 21일", "아주 긴 이름의 달리기" * 3]]}
    text, (form,) = table(wide)
    assert text == f"11월 21일\n무엇 {'아주 긴 이름의 달리기' * 3}"
    assert form.type == "bold"
    assert max(map(len, text.split("\n"))) > FITS


def test_a_chart_is_as_wide_as_a_phone():
    spec = {"width": 620, "vconcat": [{"width": 620, "title": "가 " * 60}, {"width": {"step": 12}}]}
    fitted = for_phone(spec)
    assert fitted["width"] == fitted["vconcat"][0]["width"] == WIDTH_PX
    assert len(fitted["vconcat"][0]["title"]) > 1
    assert spec["width"] == 620
    drawn = for_phone({"width": 420, "height": 210, "usermeta": {"map": True}})
    assert (drawn["width"], drawn["height"]) == (WIDTH_PX, WIDTH_PX / 2)


async def test_a_card_of_a_message_is_shown_again_after_days(db, tmp_path):
    async with open_bot_house(db, tmp_path, decide=lambda said: [("totals", {})]) as house:
        house.person.says("거리")
        await house.settled()
        house.clock.now += timedelta(days=3)
        house.person.presses(house.person.hears()[0], say("ko", "telegram.show_numbers"))
        await house.settled()
        proof = house.person.hears()[-1]
        assert proof.styled("bold") == [say("ko", "telegram.numbers_title"), "달린 거리: 42.3 km"]
        assert Source.file in house.conversation()[-1].content["facts"]["f1"]["sources"]
        house.person.forges("n:999999", house.person.hears()[0])
        house.person.forges("q:1:0", house.person.hears()[0])
        await house.settled()
        assert "42.3" not in "".join(m.text for m in house.person.hears()[2:] if m is not proof)


@pytest.mark.parametrize(("rows", "told"), [(20, 0), (21, 1), (60, 40)])
def test_a_long_table_ends_where_a_phone_ends(shown, rows, told):
    lines = [[f"11월 {n}일 (토)", "아주 긴 말이 들어 있는 칸", "그리고 또 하나의 긴 칸"] for n in range(rows)]
    card = {"kind": "table", "title": "일지", "columns": ["날", "종류", "메모"], "rows": lines}
    (out,) = shown("", cards=[card]).outs
    assert out.text.count("(토)") == rows - told
    assert out.text.endswith(say("ko", "telegram.more_rows", n=told) if told else "긴 칸")
