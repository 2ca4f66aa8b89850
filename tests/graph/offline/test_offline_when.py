"""Dates and periods as they are said, on a Saturday, at the turn of a year, and in leap years."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.graph.offline.calendar import Calendar, kind_of, shift
from coach.graph.offline.heard import Heard

SATURDAY = date(2026, 11, 21)


def spans(text, today=SATURDAY, week_start=0):
    return [(s.start.isoformat(), s.end.isoformat()) for s in Heard(text, Calendar(today, week_start)).spans]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("그저께", "2026-11-19", "2026-11-19"),
        ("사흘 전", "2026-11-18", "2026-11-18"),
        ("지지난주", "2026-11-02", "2026-11-08"),
        ("지난주 목요일", "2026-11-12", "2026-11-12"),
        ("토요일", "2026-11-14", "2026-11-14"),
        ("이번 주 토요일", "2026-11-21", "2026-11-21"),
        ("주말", "2026-11-21", "2026-11-21"),
        ("지난달 15일", "2026-10-15", "2026-10-15"),
        ("15일에", "2026-11-15", "2026-11-15"),
        ("25일에", "2026-10-25", "2026-10-25"),
        ("11월 25일", "2025-11-25", "2025-11-25"),
        ("11월 21일 금요일", "2025-11-21", "2025-11-21"),
        ("2월 29일", "2024-02-29", "2024-02-29"),
        ("11월", "2026-11-01", "2026-11-21"),
        ("12월", "2025-12-01", "2025-12-31"),
        ("10월 말", "2026-10-21", "2026-10-31"),
        ("10월 마지막 주", "2026-10-25", "2026-10-31"),
        ("최근 30일", "2026-10-23", "2026-11-21"),
        ("지난 1년", "2025-11-22", "2026-11-21"),
        ("하반기", "2026-07-01", "2026-11-21"),
        ("작년 겨울", "2025-12-01", "2026-02-28"),
        ("11월부터 2월까지", "2025-11-01", "2026-02-28"),
        ("10월 25일부터 31일까지", "2026-10-25", "2026-10-31"),
        ("the day before yesterday", "2026-11-19", "2026-11-19"),
        ("last sunday", "2026-11-15", "2026-11-15"),
        ("on the 30th", "2026-10-30", "2026-10-30"),
        ("3rd of october", "2026-10-03", "2026-10-03"),
        ("oct 3-9", "2026-10-03", "2026-10-09"),
        ("2026-03-15", "2026-03-15", "2026-03-15"),
        ("2026.3.15", "2026-03-15", "2026-03-15"),
        ("since june", "2026-06-01", "2026-11-21"),
        ("between march and may", "2026-03-01", "2026-05-31"),
        ("year to date", "2026-01-01", "2026-11-21"),
        ("over the last month", "2026-10-22", "2026-11-21"),
        ("last month", "2026-10-01", "2026-10-31"),
    ],
)
def test_one_span(text, start, end):
    assert spans(text) == [(start, end)]


@pytest.mark.parametrize(
    "text", ["i may run", "4일 연속", "50분", "13월", "2월 31일", "8 out of 10", "rpe 7/10"]
)
def test_no_date(text):
    assert spans(text) == []


def test_a_week_begins_where_the_athlete_says():
    assert spans("이번 주", week_start=6) == [("2026-11-15", "2026-11-21")]
    assert spans("지난주", date(2026, 11, 22), week_start=6) == [("2026-11-15", "2026-11-21")]
    assert spans("last week", date(2027, 1, 1)) == [("2026-12-21", "2026-12-27")]


def test_the_turn_of_the_year():
    new_year = date(2027, 1, 1)
    assert spans("지난달", new_year) == [("2026-12-01", "2026-12-31")]
    assert spans("12월", new_year) == [("2026-12-01", "2026-12-31")]
    assert spans("작년 12월", new_year) == [("2026-12-01", "2026-12-31")]
    assert spans("올해", new_year) == [("2027-01-01", "2027-01-01")]


def test_both_readings_of_what_is_ambiguous():
    (march,) = Heard("3/10", Calendar(SATURDAY)).spans
    assert (march.start, march.others[0][0]) == (date(2026, 3, 10), date(2026, 10, 3))
    (october,) = Heard("last october", Calendar(SATURDAY)).spans
    assert (october.start, october.others[0][0]) == (date(2026, 10, 1), date(2025, 10, 1))
    (december,) = Heard("last december", Calendar(SATURDAY)).spans
    assert (december.start, december.others) == (date(2025, 12, 1), ())


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6))
def test_neighbours_touch(today, week_start):
    cal = Calendar(today, week_start)
    for kind, period in (
        ("day", cal.days_ago(0)),
        ("week", cal.week()),
        ("month", cal.month()),
        ("year", cal.year()),
    ):
        before = shift(period, kind, -1, cal)
        assert before[1] + timedelta(days=1) == period[0]
        assert kind_of(before, cal) == kind or before[0] == before[1]
        assert shift(before, kind, 1, cal) == period
    assert cal.week()[0] <= today <= cal.week()[1]
    assert cal.week()[0].weekday() == week_start
    for text in ("지난주", "어제", "10월", "작년", "월요일", "지난 주말", "last month", "monday"):
        (span,) = Heard(text, cal).spans
        assert span.start <= span.end <= today
