"""When there is room for another call: pure, and for all processes together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from coach.providers.strava import limits

NOW = datetime(2026, 10, 4, 3, 7, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 10, 5, tzinfo=UTC)
QUARTER = datetime(2026, 10, 4, 3, 15, tzinfo=UTC)


def headers(overall: str = "10,100", reading: str = "10,100") -> dict[str, str]:
    return {
        "X-RateLimit-Limit": "200,2000",
        "X-RateLimit-Usage": overall,
        "X-ReadRateLimit-Limit": "100,1000",
        "X-ReadRateLimit-Usage": reading,
    }


@pytest.mark.parametrize(
    ("overall", "reading", "reads", "reserve", "until"),
    [
        ("10,100", "10,100", True, 0.0, None),
        ("100,1500", "99,999", True, 0.0, None),
        ("100,1500", "100,500", True, 0.0, QUARTER),
        ("100,1500", "100,500", False, 0.0, None),  # writing has the other limit only
        ("200,1500", "1,1", False, 0.0, QUARTER),
        ("50,2000", "1,1", True, 0.0, MIDNIGHT),
        ("50,500", "100,1000", True, 0.0, MIDNIGHT),  # both: the later one
        ("50,500", "80,80", True, 0.2, QUARTER),
        ("50,500", "79,79", True, 0.2, None),
        ("50,500", "1,800", True, 0.2, MIDNIGHT),
    ],
)
def test_room(overall: str, reading: str, reads: bool, reserve: float, until: datetime | None) -> None:
    note = limits.noted({}, headers(overall, reading), NOW)
    expected = None if until is None else until + limits.AFTERWARDS
    assert limits.room_at(note, NOW, reading=reads, reserve=reserve) == expected


def test_a_new_window_counts_from_zero() -> None:
    note = limits.noted({}, headers(reading="100,500"), NOW)
    assert limits.room_at(note, QUARTER, reading=True) is None
    note = limits.noted({}, headers(reading="1,1000"), NOW)
    assert limits.room_at(note, QUARTER, reading=True) == MIDNIGHT + limits.AFTERWARDS
    assert limits.room_at(note, MIDNIGHT, reading=True) is None


def test_answers_out_of_order_take_nothing_back() -> None:
    note = limits.noted({}, headers(reading="100,500"), NOW)
    note = limits.noted(note, headers(reading="99,499"), NOW)
    assert limits.room_at(note, NOW, reading=True) == QUARTER + limits.AFTERWARDS
    note = limits.noted(note, headers(reading="1,501"), QUARTER)
    assert note["reading"] == {"quarter": [1, 100], "day": [501, 1000]}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"X-RateLimit-Limit": "200"},
        {"X-RateLimit-Limit": "a,b", "X-RateLimit-Usage": "1,2"},
        {"X-RateLimit-Usage": "1,2"},
        {"X-RateLimit-Limit": "1,2,3", "X-RateLimit-Usage": "1,2"},
    ],
)
def test_headers_that_say_nothing_change_nothing(said: dict[str, str]) -> None:
    before = limits.noted({}, headers(reading="100,500"), NOW)
    assert limits.noted(before, said, NOW) == before
    assert limits.room_at(limits.noted({}, said, NOW), NOW, reading=True) is None


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ({}, QUARTER),
        ({"Retry-After": "30"}, NOW + timedelta(seconds=30)),
        ({"retry-after": "Sun, 04 Oct 2026 03:30:00 GMT"}, NOW.replace(minute=30, second=0)),
        ({"Retry-After": "Sun, 04 Oct 2020 03:30:00 GMT"}, QUARTER),
        ({"Retry-After": "soon"}, QUARTER),
        ({"Retry-After": "99999999999999"}, NOW + timedelta(days=1)),
        (headers(reading="5,1000"), MIDNIGHT),
        (headers(reading="100,500"), QUARTER),
        ({**headers(reading="5,1000"), "Retry-After": "30"}, NOW + timedelta(seconds=30)),
    ],
)
def test_refused(said: dict[str, str], until: datetime) -> None:
    note, back = limits.refused({}, said, NOW)
    assert back == until + limits.AFTERWARDS
    room = limits.room_at(note, NOW, reading=False)
    assert room is not None
    assert room >= back
    assert limits.room_at(limits.noted(note, {}, NOW), NOW, reading=False) == room  # kept by later answers


@pytest.mark.parametrize(
    "usage", [{}, {"at": "x"}, {"at": None, "reading": 5}, {"at": "2026-10-04T03:07:00"}]
)
def test_a_note_that_is_none(usage: dict[str, Any]) -> None:
    assert limits.room_at(usage, NOW, reading=True) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
@hypothesis_settings(max_examples=60, derandomize=True, deadline=None)
def test_windows_end_where_the_next_begins(now: datetime) -> None:
    for window, length in (("quarter", timedelta(minutes=15)), ("day", timedelta(days=1))):
        start, end = limits.window_start(now, window), limits.window_end(now, window)  # type: ignore[arg-type]
        assert start <= now < end == start + length
        assert limits.window_start(end, window) == end  # type: ignore[arg-type]
        assert start.minute % 15 == 0
        assert start.second == 0
