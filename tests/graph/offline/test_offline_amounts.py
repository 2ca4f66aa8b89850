"""Quantities as they are said."""

from datetime import date

import pytest

from coach.graph.offline.calendar import Calendar
from coach.graph.offline.follow import interpret
from coach.graph.offline.heard import Heard

CAL = Calendar(date(2026, 11, 21))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("8킬로", "distance_m", 8000),
        ("8.5km야", "distance_m", 8500),
        ("10k는", "distance_m", 10_000),
        ("열 킬로", "distance_m", 10_000),
        ("하프", "distance_m", 21_097.5),
        ("풀코스", "distance_m", 42_195),
        ("42.195", "distance_m", 42_195),
        ("1,500m", "distance_m", 1500),
        ("5 miles", "distance_m", 8046.72),
        ("five k", "distance_m", 5000),
        ("50분", "duration_s", 3000),
        ("1시간 20분", "duration_s", 4800),
        ("한 시간 반", "duration_s", 5400),
        ("1:20:30", "duration_s", 4830),
        ("half an hour", "duration_s", 1800),
        ("1 h 5 min", "duration_s", 3900),
        ("5분 30초 페이스", "pace_s_per_km", 330),
        ("530 페이스", "pace_s_per_km", 330),
        ("5'30\"", "pace_s_per_km", 330),
        ("5:30/km", "pace_s_per_km", 330),
        ("8:03 per mile", "pace_s_per_km", 300),
        ("3만보", "steps", 30_000),
        ("12,345 steps", "steps", 12_345),
        ("저녁 7시 반", "clock", 19 * 60 + 30),
        ("at 7am", "clock", 420),
    ],
)
def test_one_quantity(text, kind, value):
    (amount,) = Heard(text, CAL).amounts
    assert amount.kind == kind
    assert amount.value == pytest.approx(value, abs=0.3)


@pytest.mark.parametrize("text", ["3분기", "second half", "10월 8일", "first half of the year"])
def test_no_quantity(text):
    assert Heard(text, CAL).amounts == ()


def test_a_pace_is_said_in_the_athletes_units():
    for units, seconds in (("metric", 1800), ("imperial", 1118)):
        (logged,) = interpret(Heard("ran 6 km at 5:00 pace", CAL, units), None).calls
        assert logged.args["duration_s"] == pytest.approx(seconds, abs=1)
    (per_km,) = interpret(Heard("ran 6 km at 5:00/km", CAL, "imperial"), None).calls
    assert per_km.args["duration_s"] == 1800
    for units, value in (("metric", "7:15"), ("imperial", "7:15/mi")):
        (changed,) = interpret(Heard("set threshold pace to 7:15", CAL, units), None).calls
        assert changed.args["value"] == value


def test_hours_and_minutes_or_minutes_and_seconds():
    for text, seconds in (
        ("오늘 15km 1:20 뛰었어", 4800),
        ("오늘 5km 18:30 뛰었어", 1110),
        ("오늘 10km 55:30 뛰었어", 3330),
    ):
        (logged,) = interpret(Heard(text, CAL), None).calls
        assert logged.args["duration_s"] == seconds
