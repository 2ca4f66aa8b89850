"""What is said of connections starts nothing that was not asked for."""

from datetime import date

import pytest

import coach.tools  # noqa: F401  # fills TOOLS
from coach.graph.offline.calendar import Calendar
from coach.graph.offline.follow import Before, interpret
from coach.graph.offline.heard import Heard

CAL = Calendar(date(2026, 11, 21))


def tools(said: str, before: Before | None = None) -> list[str]:
    return [call.tool for call in interpret(Heard(said, CAL), before).calls]


@pytest.mark.parametrize(
    "said",
    [
        "동기화하지 마",
        "동기화 안 해도 돼",
        "동기화 안 할래",
        "동기화해야 돼?",
        "동기화하면 뭐가 좋아?",
        "동기화 됐어?",
        "가민 연결 끊어줘",
        "가민 새로고침 하지 마",
        "10월 기록 가져와",
        "don't sync",
        "do not sync my Garmin",
        "should I sync?",
        "did it sync?",
        "is syncing safe?",
        "disconnect Garmin",
        "stop syncing Strava",
        "get my last run",
    ],
)
def test_no_synchronisation_begins(said):
    assert "sync_now" not in tools(said)


@pytest.mark.parametrize(
    ("asked", "answer"), [("계정 연동", "스트라바"), ("connect my account", "Apple Health please")]
)
def test_the_question_which_service_is_answered(asked, answer):
    reading = interpret(Heard(asked, CAL), None)
    assert reading.reply == "ask_service"
    assert tools(answer, Before(asked)) == ["connect_source"]


def test_another_question_after_one_about_a_connection_is_its_own():
    before = Before("가민 연결됐어?", tuple(interpret(Heard("가민 연결됐어?", CAL), None).calls))
    assert tools("지난주 몇 킬로 뛰었어?", before) == ["totals"]
    assert tools("준비도는?", before) == ["readiness"]
