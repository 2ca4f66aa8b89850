"""The line of a morning, and the line after a silence."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.life import TODAY, Lived
from first_said import Due, at, composed, said

from coach.domain.daily import Entry
from coach.domain.nudges import NudgeKind
from coach.store import daily, plan_holds


def morning(day: date) -> Due:
    return Due(NudgeKind.morning, local_date=day)


THURSDAY = date(2026, 11, 26)


def test_a_session_is_told_with_its_parts(planned: Lived) -> None:
    found = said(planned, morning(THURSDAY), now=at(THURSDAY, 7))
    assert found.text == (
        "오늘은 인터벌 5 × 800 m예요. 모두 10 km, 53분쯤 걸려요.\n\n"
        "준비 2 km → 5 × [인터벌 800 m, 3'55\"–4'05\"/km + 회복 400 m] → 정리 2 km"
    )
    assert found.question is None
    english = said(planned, morning(THURSDAY), now=at(THURSDAY, 7), lang="en")
    assert english.text == (
        "Today: intervals 5 × 800 m. 10 km in all, about 53 min.\n\n"
        "Warm-up 2 km → 5 × [interval 800 m at 3:55–4:05/km + recovery 400 m] → cool-down 2 km"
    )


def test_how_ready_one_is_stands_beside_a_session_not_a_rest_day(planned: Lived) -> None:
    day = date(2026, 11, 19)
    found = said(planned, morning(day), now=at(day, 7))
    assert found.text.endswith("\n\n오늘 준비도는 백 점 만점에 72점이에요. 계획대로 하셔도 돼요.")
    assert (
        said(planned, morning(TODAY)).text
        == "오늘은 쉬는 날이에요. 다음 훈련은 11월 22일 (일) 롱런 14 km예요."
    )


def test_without_a_plan_only_the_readiness_is_told(life: Lived) -> None:
    assert said(life, morning(TODAY)).text == "오늘 준비도는 백 점 만점에 90점이에요."
    assert composed(life, morning(TODAY), athlete_id=life.empty) is None


def test_an_ill_athlete_is_told_to_rest(own_life: Lived) -> None:
    with own_life.db.athlete_session(own_life.full) as s:
        daily.add_entry(s, own_life.full, Entry("illness", TODAY, text="열이 나"))
    found = said(own_life, morning(TODAY))
    assert found.text.startswith("몸이 아프다고 하셨어요. 오늘은 쉬세요.")


def test_a_plan_on_hold_calls_to_nothing(planned: Lived) -> None:
    with planned.db.athlete_session(planned.full) as s:
        plan_holds.raise_hold(s, "chest_pain", "clearance", "가슴이 아파", at(THURSDAY, 6))
    found = said(planned, morning(THURSDAY), now=at(THURSDAY, 7))
    assert found.text == "안전 때문에 계획을 멈춰 두었어요. 풀리기 전까지는 이 훈련들을 하지 마세요."


@pytest.mark.parametrize("day", [date(2026, 11, 17), date(2026, 11, 20)])
def test_nothing_is_said_once_the_day_is_done_or_over(planned: Lived, day: date) -> None:
    assert composed(planned, morning(date(2026, 11, 17)), now=at(day, 11)) is None


def silent(day: date) -> Due:
    return Due(NudgeKind.silence, {"since": "2026-11-21"}, day)


def test_a_silence_ends_with_an_easy_way_back(life: Lived) -> None:
    day = date(2026, 12, 2)
    assert said(life, silent(day), now=at(day)).text == (
        "11월 21일 (토)에 10.2 km를 뛴 뒤로 소식이 뜸해서 인사드려요. "
        "내킬 때 걷다 뛰다 하면서 동네 한 바퀴만 돌아도 충분해요."
    )
    assert said(life, silent(day), now=at(day), lang="en").text == (
        "I have not seen you out since Sat 21 Nov (10.2 km), so I wanted to say hello. "
        "Whenever you feel like it, once around the block, walking and running in turn, is plenty."
    )


def test_with_a_plan_the_lightest_session_ahead_is_the_way_back(planned: Lived) -> None:
    day = date(2026, 12, 1)
    assert said(planned, silent(day), now=at(day)).text == (
        "11월 21일 (토)에 10.2 km를 뛴 뒤로 소식이 뜸해서 인사드려요. "
        "다시 나가고 싶은 날에는 12월 4일 (금) 이지런 5 km부터, 절반만 해도 돼요."
    )


def test_nobody_is_called_out_who_ran_lately_or_never_or_must_not(own_life: Lived) -> None:
    assert composed(own_life, silent(TODAY)) is None
    day = date(2026, 12, 2)
    assert composed(own_life, silent(day), now=at(day), athlete_id=own_life.empty) is None
    with own_life.db.athlete_session(own_life.full) as s:
        plan_holds.raise_hold(s, "chest_pain", "clearance", "가슴이 아파", at(TODAY))
    assert composed(own_life, silent(day), now=at(day)) is None
