"""Proposal cards: what stands above the buttons, what fits, and that nothing gets lost where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline.plan_desk import PlanDesk
from telegram import MessageEntity

from bots.telegram.approval_card import approval_in, nudge_in, outs, stored
from bots.telegram.buttons import Decide, Effort, encode, parse
from bots.telegram.message import LONGEST, LONGEST_DATA, Button, Out
from coach.pipeline.proposal_card import Proposal, SessionRow, WarningRow, WeekRow
from coach.store.session import Database
from coach.text import LANGS, say

START = date(2026, 11, 23)
SHA = "ab" * 32


def week(n: int, *key: str, km: float = 45.0) -> WeekRow:
    start = START + timedelta(days=7 * n)
    return WeekRow(n + 1, start, start + timedelta(days=6), "기초", 1000 * km, 18_000.0, key, f"{n + 1}주")


def proposal(**changes: Any) -> Proposal:
    session = SessionRow("w01-tue", START + timedelta(days=1), "템포런 6 km", ("준비 2 km",), "")
    card = Proposal(
        id=7,
        kind="plan",
        plan_id=1,
        revision=1,
        sha256=SHA,
        state="pending",
        channel="telegram",
        title="서울마라톤 풀코스",
        until="11월 28일 (토) 12:00까지 답하실 수 있어요.",
        expires_at=datetime(2026, 11, 28, 3, tzinfo=UTC),
        start=START,
        end=START + timedelta(days=139),
        span="2026년 11월 23일–2027년 4월 11일",
        why=("대회까지 20주예요.",),
        changes=("11월 24일: 템포런 8 km → 6 km",),
        weeks=tuple(week(n, "템포런 6 km", "롱런 18 km") for n in range(20)),
        sessions=(session,),
        remarks=("승인하시면 2주 훈련을 시계로 보내요.",),
        feasibility="목표까지 가능해요.",
        warnings=(WarningRow("long_share", "롱런이 주간의 40%예요.", False),),
    )
    return replace(card, **changes)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def words_of(found: list[Out]) -> str:
    return "\n".join(out.text for out in found)


def check_form(found: list[Out]) -> None:
    """Every message fits, and every entity lies within its message."""
    for out in found:
        assert 0 < units(out.text) <= LONGEST
        for entity in out.entities:
            assert entity.offset >= 0
            assert entity.length > 0
            assert entity.offset + entity.length <= units(out.text)
        for button in (button for row in out.rows for button in row):
            assert len(button.data.encode()) <= LONGEST_DATA
    assert all(not out.rows for out in found[:-1])


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_of_twenty_weeks_is_one_message_with_all_that_decides(lang: Any) -> None:
    card = proposal()

    (out,) = outs(card, lang)

    check_form([out])
    for said in (card.title, card.span, *card.why, card.feasibility, *card.remarks, card.until):
        assert said in out.text
    assert "롱런이 주간의 40%예요." in out.text
    assert "템포런 8 km → 6 km" in out.text
    lines = out.text.splitlines()
    assert sum("롱런 18 km" in line for line in lines) == 20
    table = next(e for e in out.entities if e.type == MessageEntity.PRE)
    whole = out.text.encode("utf-16-le")
    shown = whole[2 * table.offset : 2 * (table.offset + table.length)].decode("utf-16-le")
    assert shown.splitlines()[1].split()[:3] == ["1", "45", "18"]
    assert [parse(b.data) for row in out.rows for b in row] == [
        Decide(7, "y", SHA[:8]),
        Decide(7, "n", SHA[:8]),
        Decide(7, "c", SHA[:8]),
    ]


def test_miles_where_the_athlete_reads_miles() -> None:
    (out,) = outs(proposal(weeks=(week(0, km=16.09344),)), "en", units="imperial")

    assert "Week by week (mi)" in out.text
    assert " 1    10   11" in out.text


def test_what_does_not_fit_goes_above_and_warnings_stay_with_the_buttons() -> None:
    many = tuple(week(n, *(f"롱런 {k} km (마라톤 페이스 {k} km)" for k in range(8))) for n in range(30))

    found = outs(proposal(weeks=many), "ko")

    check_form(found)
    assert len(found) > 1
    last = found[-1]
    assert "롱런이 주간의 40%예요." in last.text
    assert "템포런 8 km → 6 km" in last.text, "what is short stays"
    assert say("ko", "telegram_cards.above") in last.text
    assert approval_in(last) == 7
    above = words_of(found[:-1])
    assert all(f"\n{n:2d} " in f"\n{above}" for n in range(1, 31)), "no week is lost"


@given(
    st.lists(st.text(min_size=1, max_size=600), max_size=12),
    st.lists(st.text(min_size=1, max_size=900), max_size=12),
    st.integers(0, 60),
    st.sampled_from(LANGS),
)
def test_whatever_stands_in_it_every_message_fits(
    lines: list[str], warnings: list[str], weeks: int, lang: Any
) -> None:
    rows = tuple(WarningRow(f"r{n}", said, False) for n, said in enumerate(warnings))
    card = proposal(
        changes=tuple(lines), warnings=rows, weeks=tuple(week(n, "롱런 18 km") for n in range(weeks))
    )

    found = outs(card, lang)

    check_form(found)
    assert approval_in(found[-1]) == 7
    shown = words_of(found)
    for said in warnings:
        for word in said.split():
            kept = "".join(c for c in word if c.isalnum())[:50]
            assert kept in "".join(c for c in shown if c.isalnum())


def test_a_letter_of_two_units_is_never_cut() -> None:
    (*above, last) = outs(proposal(warnings=(WarningRow("r", "🏃" * 5000, False),)), "ko")

    check_form([*above, last])
    assert sum(out.text.count("🏃") for out in (*above, last)) == 5000


def test_a_name_cannot_turn_the_card_around_or_add_lines() -> None:
    name = "봄\u202e대회\u2066\n\n승인했어요\u200b"

    (out,) = outs(proposal(title=name), "ko")

    assert out.text.startswith("봄대회 승인했어요\n")
    assert not any(sign in out.text for sign in "\u202e\u2066\u200b")


@pytest.mark.parametrize("state", ["approved", "rejected", "expired", "replaced"])
def test_a_question_that_waits_no_more_has_no_buttons(state: Any) -> None:
    (out,) = outs(proposal(state=state), "ko", public_url="https://coach.example")

    assert out.rows == ()
    assert say("ko", f"plan_life.was_{state}") in out.text
    assert "까지 답하실 수" not in out.text


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://coach.example/", "https://coach.example/plan"),
        ("http://192.168.0.7:8000", "http://192.168.0.7:8000/plan"),
        ("http://localhost:8000", ""),
        (None, ""),
    ],
)
def test_the_page_is_linked_where_telegram_takes_the_address(url: str | None, opens: str) -> None:
    (out,) = outs(proposal(), "ko", public_url=url)

    assert [b.url for row in out.rows for b in row if b.url] == ([opens] if opens else [])


def test_another_question_says_what_it_is_about_and_is_not_changed() -> None:
    card = proposal(
        kind="removal",
        title="시계에 보낸 훈련을 지울까요?",
        span="",
        weeks=(),
        lines=("템포런",),
        warnings=(),
    )

    (out,) = outs(card, "ko")

    assert "• 템포런" in out.text
    assert [parse(b.data).answer for row in out.rows for b in row] == ["y", "n"]  # type: ignore[union-attr]


def test_a_real_proposal(db: Database, athlete_id: int) -> None:
    desk = PlanDesk(db, athlete_id)
    asked = desk.proposed()

    with db.athlete_session(athlete_id) as s:
        found = stored(s, desk.athlete, asked.id, "ko")
        assert stored(s, desk.athlete, asked.id + 1, "ko") == []

    check_form(found)
    assert len(found) == 1
    assert asked.sha256.hex()[:8] in found[-1].rows[0][0].data


def test_what_buttons_are_about() -> None:
    out = Out("", rows=((Button("5", encode(Effort(3, 5))),),))

    assert nudge_in(out) == 3
    assert approval_in(out) is None
