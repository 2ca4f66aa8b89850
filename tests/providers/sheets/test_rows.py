"""Cells as people write them, in Korean and English, and rows made of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.daily import Entry
from coach.errors import BadInput
from coach.providers.contract import Auth, providers
from coach.providers.sheets.cells import day_of, metres_of, pain_of, score_of, seconds_of, words
from coach.providers.sheets.rows import JOURNAL, PLAN, Planned, RefusedRow, Row, read_sheets

TODAY = date(2026, 11, 21)
SPRING = date(2026, 3, 15)


@pytest.mark.parametrize("cell", [
    "2026-03-15", "2026. 3. 15", "2026.03.15", "2026/3/15", "2026년 3월 15일", "3/15", "15/3", "3월 15일",
    "03-15", "3.15 (일)", "2026-03-15T00:00:00", "2026. 3. 15 오전 7:00:00", "3/15/2026", "15/3/2026",
    "15 Mar 2026", "March 15, 2026", "Mar 15", 46_096, 46_096.4, "46096", " 3월 15일 ",
])  # fmt: skip
def test_days(cell: Any) -> None:
    assert day_of(cell, TODAY, ahead=False) == SPRING


@pytest.mark.parametrize("cell", [
    "", None, "내일쯤", "2/30", "13/13", "0/5", "99999", 12, True, 1e999, "1/1/1", "2026-13-01", [], {},
    "3월 15일에 뛸 것",
])  # fmt: skip
def test_no_days(cell: Any) -> None:
    assert day_of(cell, TODAY, ahead=False) is None


def test_a_day_without_a_year_is_past_in_a_journal_and_near_in_a_plan() -> None:
    assert day_of("12/24", TODAY, ahead=False) == date(2025, 12, 24)
    assert day_of("12/24", TODAY, ahead=True) == date(2026, 12, 24)
    assert day_of("1/3", TODAY, ahead=True) == date(2027, 1, 3)
    assert day_of("11/22", TODAY, ahead=False) == date(2026, 11, 22)  # the sheet's clock may be ahead
    assert day_of("2/29", TODAY, ahead=False) == date(2024, 2, 29)


@pytest.mark.parametrize(("text", "low", "high", "value"), [
    ("7", 0, 10, 7), ("7.5", 0, 10, 7.5), ("7,5", 0, 10, 7.5), ("7/10", 0, 10, 7), ("4/5", 0, 10, 8),
    ("7점", 0, 10, 7), ("5/10", 1, 5, 1 + 4 * 4 / 9), ("4", 1, 5, 4), ("11", 0, 10, None),
    ("-1", 0, 10, None), ("6", 1, 5, None),
    ("힘들었다", 0, 10, None), ("", 0, 10, None), ("0/10", 1, 5, None),
])  # fmt: skip
def test_scores(text: str, low: float, high: float, value: float | None) -> None:
    assert score_of(text, low, high) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(("text", "value", "place", "side"), [
    ("왼쪽 무릎 3/10", 3, "knee", "left"), ("right calf 4", 4, "calf", "right"), ("발목", None, "ankle", ""),
    ("3", 3, "", ""), ("양쪽 아킬레스 2점", 2, "achilles", "both"),
])  # fmt: skip
def test_pain(text: str, value: float | None, place: str, side: str) -> None:
    found, part = pain_of(text)
    assert (found, part.name, part.side) == (value, place, side)


@pytest.mark.parametrize(("text", "unit", "metres"), [
    ("10km", "km", 10_000), ("10", "km", 10_000), ("10", "mi", 16_093.44), ("6 mi", "km", 9656.064),
    ("9,5", "km", 9500), ("1,000m", "km", 1000), ("8킬로", "km", 8000), ("42.195 km", "mi", 42_195),
    ("0", "km", None), ("far", "km", None), ("-5", "km", None), ("99999", "km", None),
])  # fmt: skip
def test_distances(text: str, unit: str, metres: float | None) -> None:
    assert metres_of(text, unit) == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(("text", "seconds"), [
    ("1:05", 3900), ("0:45:30", 2730), ("65", 3900), ("65분", 3900), ("65 min", 3900), ("1시간 5분", 3900),
    ("1h 5m", 3900), ("1h05", 3900), ("1.5시간", 5400), ("2 hours", 7200), ("", None), ("long", None),
    ("1:75", None), ("0", None), ("99999999", None),
])  # fmt: skip
def test_durations(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


def one(header: list[str], *cells: Any, name: str = "일지") -> Row | RefusedRow:
    row = {"id": "row-00000001", "number": 2, "cells": list(cells)}
    (sheet,) = read_sheets({"sheets": [{"name": name, "header": header, "rows": [row]}]}, TODAY)
    assert sheet.ids is None
    return (*sheet.rows, *sheet.refused)[0]


def said(header: list[str], *cells: Any) -> tuple[Entry, ...]:
    row = one(header, *cells)
    assert isinstance(row, Row), row
    return row.entries


def test_every_column_of_the_journal_in_both_languages() -> None:
    expected = (
        Entry("rpe", SPRING, 7), Entry("soreness", SPRING, 2), Entry("fatigue", SPRING, 0),
        Entry("stress", SPRING, text="회사 일로 많이"), Entry("mood", SPRING, 4),
        Entry("sleep_quality", SPRING, 2),
        Entry("pain", SPRING, 3, "knee", "left", "무릎"), Entry("illness", SPRING, text="감기 기운"),
        Entry("note", SPRING, text="=SUM(A1) <b>비</b>"),
    )  # fmt: skip
    cells = ("2026-03-15", "7", "2/10", "없음", "회사 일로 많이", "4", 2.0, "3", "무릎", "왼쪽", "감기 기운",
             "=SUM(A1) <b>비</b>")  # fmt: skip
    for which in (0, -1):
        assert said([names[which] for names in JOURNAL.values()], *cells) == expected


@pytest.mark.parametrize(("header", "cells", "expected"), [
    (["Date", "RPE (0-10)", "기온"], ("3/15", "7", "21"), (Entry("rpe", SPRING, 7),)),
    (["날짜", "질병"], ("3/15", "TRUE"), (Entry("illness", SPRING),)),
    (["날짜", "질병"], ("3/15", "FALSE"), ()),
    (["날짜", "질병"], ("3/15", False), ()),
    (["날짜", "통증"], ("3/15", "없음"), (Entry("pain", SPRING, 0),)),
    (["날짜", "통증"], ("3/15", "무릎이 시큰"), (Entry("pain", SPRING, None, "knee", "", "무릎이 시큰"),)),
    (["날짜", "메모"], ("", ""), ()),
    (["날짜", "메모"], ("모름", ""), ()),  # a row without content needs no day
    (["날짜", "메모"], ("3/15", "a\u0000\u202eb\nc"), (Entry("note", SPRING, text="ab\nc"),)),
])  # fmt: skip
def test_rows_of_the_journal(header: list[str], cells: tuple[Any, ...], expected: tuple[Entry, ...]) -> None:
    assert said(header, *cells) == expected


@pytest.mark.parametrize(("header", "cells", "key"), [
    (["날짜", "RPE"], ("모름", "7"), "row_day"), (["날짜", "RPE"], ("2026-12-24", "7"), "row_future"),
    (["날짜", "RPE"], ("3/15", "70"), "row_score"), (["날짜", "기분"], ("3/15", "9"), "row_score"),
    (["날짜", "통증"], ("3/15", "12"), "row_score"), (["언제", "RPE"], ("3/15", "7"), "no_day_column"),
])  # fmt: skip
def test_refused_rows_say_why(header: list[str], cells: tuple[Any, ...], key: str) -> None:
    row = one(header, *cells)
    assert isinstance(row, RefusedRow)
    assert (row.key, row.sheet) == (key, "일지")


@pytest.mark.parametrize(("header", "cells", "expected"), [
    ([n[0] for n in PLAN.values()], ("11/25", "수영", "드릴", "1,500m", "45분", "천천히"),
     Planned(date(2026, 11, 25), Sport.swim, "드릴", "천천히", 1500, 2700)),
    (["Date", "Title", "Distance (miles)"], ("11/25", "Long run", "12"),
     Planned(date(2026, 11, 25), Sport.run, "Long run", "", 12 * 1609.344)),
    (["Date", "Title"], ("11/25", "Bike commute"), Planned(date(2026, 11, 25), Sport.ride, "Bike commute")),
    (["날짜", "훈련", "거리"], ("11/25", "휴식", "-"), None),
])  # fmt: skip
def test_rows_of_the_plan(header: list[str], cells: tuple[Any, ...], expected: Planned | None) -> None:
    row = one(header, *cells, name="Plan")
    assert isinstance(row, Row)
    assert row.planned == expected


@pytest.mark.parametrize(("header", "cells", "key"), [
    (["Date", "Distance"], ("11/25", "far"), "row_distance"),
    (["Date", "Time"], ("11/25", "long"), "row_duration"),
    (["Date", "Title"], ("2031-01-01", "Run"), "row_future"),
])  # fmt: skip
def test_refused_rows_of_the_plan(header: list[str], cells: tuple[Any, ...], key: str) -> None:
    row = one(header, *cells, name="Plan")
    assert isinstance(row, RefusedRow)
    assert row.key == key


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.none())
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(CELLS, max_size=14), st.sampled_from(["일지", "plan"]))
def test_whatever_stands_in_cells_is_read_or_refused(cells: list[Any], name: str) -> None:
    header = [names[0] for names in (JOURNAL if name == "일지" else PLAN).values()]
    assert isinstance(one(header, *cells, name=name), Row | RefusedRow)
    for cell in cells:
        assert "\0" not in words(cell)


@pytest.mark.parametrize(
    "document", [None, [], {}, {"sheets": None}, {"sheets": [None]}, {"sheets": [{}] * 11}]
)
def test_what_is_no_sheet(document: Any) -> None:
    with pytest.raises(BadInput, match="not_a_sheet"):
        read_sheets(document, TODAY)


def test_both_are_ways_in_by_address() -> None:
    for name in ("apple_health", "sheets"):
        service = providers()[name]
        assert (service.auth, service.open, service.source.value) == (Auth.address, None, name)
