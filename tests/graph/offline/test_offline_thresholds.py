"""Thresholds of power and of swimming, said in a sentence, and not taken for those of running pace."""

from __future__ import annotations

from datetime import date

import pytest

from coach.graph.offline.calendar import Calendar
from coach.graph.offline.follow import interpret
from coach.graph.offline.heard import Heard

TODAY = date(2026, 11, 21)


def changed(said: str) -> list[tuple[str, str]]:
    reading = interpret(Heard(said, Calendar(TODAY)), None)
    return [
        (call.args["field"], call.args["value"]) for call in reading.calls if call.tool == "profile_change"
    ]


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("역치 파워 280으로 바꿔줘", "threshold_power_w", "280"),
        ("set my threshold power to 280 watts", "threshold_power_w", "280"),
        ("자전거 FTP는 240이야", "ride_threshold_power_w", "240"),
        ("my cycling ftp is 240", "ride_threshold_power_w", "240"),
        ("수영 역치 페이스 1분 35초로 설정해줘", "swim_threshold_pace", "1:35"),
        ("CSS 1:35로 바꿔줘", "swim_threshold_pace", "1:35"),
        ("set my swim threshold pace to 1:27 per 100 yards", "swim_threshold_pace", "1:27/yd"),
        ("역치 페이스 4분 30초로 바꿔줘", "threshold_pace", "4:30"),
    ],
)
def test_what_was_given_is_changed(said: str, field: str, value: str) -> None:
    assert changed(said) == [(field, value)]


@pytest.mark.parametrize("said", ["내 역치 파워 몇이야?", "what is my ftp?", "CSS 1:35 맞아?"])
def test_a_question_changes_nothing(said: str) -> None:
    assert changed(said) == []
    assert [call.tool for call in interpret(Heard(said, Calendar(TODAY)), None).calls] == ["profile_show"]
