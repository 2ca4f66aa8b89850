"""Several things in one message, how short it is, and what of it may leave and stay."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.life import TODAY, Lived
from first_said import SUNDAY, Due, at, composed, said
from sqlalchemy import text as sql

from coach.domain.nudges import NudgeKind
from coach.graph.ledger import Ledger
from coach.pipeline import telling
from coach.store import activities, memories, notices

WEEKLY = Due(NudgeKind.weekly, local_date=SUNDAY, id=3)


def after_run(life: Lived, day: date = TODAY) -> Due:
    with life.db.athlete_session(life.full) as s:
        [row] = activities.find(s, life.full, start=day, end=day)
    return Due(NudgeKind.after_run, {"activity_ids": [row.id]}, day, id=2)


def test_several_things_are_one_message_in_order_with_one_question(planned: Lived) -> None:
    with planned.db.athlete_session(planned.full) as s:
        telling.tell(s, "needs_you", "garmin", "warning")
        notice = notices.open_ones(s)[0]
    login = Due(NudgeKind.alert, {"notice": notice.id}, id=1)
    found = said(planned, WEEKLY, after_run(planned), login, now=at(SUNDAY))
    assert found.text == (
        "Garmin 연결에 도움이 필요해요.\n\n"
        "어제 10.2 km를 54:15에 뛰었어요. 페이스는 5'21\"/km예요. "
        "계획한 롱런 14 km, 목표 페이스(5'45\"/km~6'15\"/km)보다 빨랐어요.\n\n"
        "이번 주(11월 16–22일)에는 4번, 모두 40.1 km를 달렸어요. 가장 길게 뛴 건 10.7 km, "
        "앞선 여섯 주는 한 주 평균 40.9 km예요. 계획 40 km 중 29.4 km, 핵심 훈련 2개 중 1개를 했어요.\n\n"
        "다음 주 계획은 4번, 42 km예요. "
        "핵심은 11월 26일 (목) 인터벌 5 × 800 m, 11월 29일 (일) 롱런 15 km예요.\n\n"
        "어땠어요? 힘든 정도를 1(아주 편함)부터 10(한계)까지로 알려 주세요."
    )
    assert found.nudges == (1, 2, 3)
    assert found.kind == "alert"
    assert found.pending is not None
    assert found.pending["kind"] == "after_run"
    assert [card["kind"] for card in found.cards] == ["link", "activity", "chart"]


def test_what_has_nothing_to_say_leaves_the_rest(life: Lived) -> None:
    gone = Due(NudgeKind.race, {"race_id": 10**6, "days": 7}, id=9)
    assert said(life, gone, WEEKLY, now=at(SUNDAY)).nudges == (3,)
    assert composed(life, gone) is None
    assert composed(life) is None


def test_who_wants_it_short_reads_less(own_life: Lived) -> None:
    whole = said(own_life, WEEKLY, now=at(SUNDAY)).text
    with own_life.db.athlete_session(own_life.full) as s:
        memories.add(
            s,
            kind="manner",
            about="manner:length",
            words="짧게 말해줘",
            value={"length": "short"},
            said_on=TODAY,
            valid_until=None,
            confidence=1.0,
            origin="chat",
        )
    short = said(own_life, WEEKLY, now=at(SUNDAY)).text
    assert "지금까지 중 가장 빨랐어요" in whole
    assert "지금까지 중 가장 빨랐어요" not in short
    assert short.endswith("이번 주 몸은 어땠어요?")


def test_the_next_turn_can_refer_to_what_was_said(life: Lived) -> None:
    found = said(life, after_run(life))
    ledger = Ledger(found.known)
    for ref in found.facts:
        fact = ledger.get(ref)
        assert fact is not None
        assert fact.sources, "what it rests on goes with it"


@pytest.fixture
def strava_life(own_life: Lived) -> Lived:
    """An athlete all of whose recordings came from Strava."""
    with own_life.db.athlete_session(own_life.full) as s:
        s.execute(sql("UPDATE activity_sources SET source = 'strava'"))
    return own_life


def test_what_may_not_leave_or_stay_is_left_out_whole(strava_life: Lived) -> None:
    found = said(strava_life, after_run(strava_life))
    assert found.text.startswith("오늘 10.2 km를 54:15에 뛰었어요."), "the athlete's own page shows it"
    assert found.passed_on is not None
    assert found.passed_on["sources"] == ["strava"]
    assert found.passed_on["text"] == (
        "새로 들어온 기록이 있어요. "
        "메신저로 보낼 수 없는 기록이라 한발 페이지의 같은 대화에 적어 두었어요.\n\n"
        "어땠어요? 힘든 정도를 1(아주 편함)부터 10(한계)까지로 알려 주세요."
    )
    assert found.passed_on["facts"] == {}
    assert found.once_gone is not None
    assert found.once_gone["text"].startswith("(이 말에 쓴 기록의 보관 기한이 지나서 말도 지웠어요)")
    for left in (found.passed_on, found.once_gone):
        assert "10.2" not in left["text"] + left["html"]
        assert "54:15" not in left["text"] + left["html"]


def test_what_rests_on_nothing_restricted_passes_whole(life: Lived) -> None:
    found = said(life, after_run(life))
    assert found.passed_on is None
    assert found.once_gone is None


def test_only_the_sentences_that_rest_on_it_stay_behind(own_life: Lived) -> None:
    with own_life.db.athlete_session(own_life.full) as s:
        [old] = activities.find(s, own_life.full, start=date(2026, 11, 19), end=date(2026, 11, 19))
        s.execute(
            sql("UPDATE activity_sources SET source = 'strava' WHERE activity_id = :id").bindparams(id=old.id)
        )
    free, shut = after_run(own_life), after_run(own_life, date(2026, 11, 19))
    found = said(own_life, Due(NudgeKind.after_run, shut.about, id=1), free)
    assert found.passed_on is not None
    assert found.passed_on["text"].startswith("- 오늘 달리기: 10.2 km, 54:15, 5'21\"/km\n\n나머지는 메신저로")
    assert "9.3 km" not in found.passed_on["text"]
    assert [fact["text"] for fact in found.passed_on["facts"].values()] == ["10.2 km", "54:15", "5'21\"/km"]


def test_a_login_passes_whatever_the_records_rest_on(strava_life: Lived) -> None:
    with strava_life.db.athlete_session(strava_life.full) as s:
        telling.tell(s, "needs_you", "garmin", "warning")
        notice = notices.open_ones(s)[0]
    assert said(strava_life, Due(NudgeKind.alert, {"notice": notice.id})).passed_on is None
