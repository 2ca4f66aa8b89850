from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.text import formats

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("s_per_km", "lang", "units", "style", "text"),
    [
        (330, "ko", "metric", "prose", "5'30\"/km"),
        (330, "en", "metric", "prose", "5:30/km"),
        (330, "ko", "metric", "axis", "5:30"),
        (359.5, "ko", "metric", "prose", "6'00\"/km"),
        (359.4, "en", "metric", "axis", "5:59"),
        (330, "en", "imperial", "prose", "8:51/mi"),
        (605, "ko", "metric", "prose", "10'05\"/km"),
    ],
)
def test_pace(s_per_km, lang, units, style, text):
    assert formats.pace(s_per_km, lang, units, style) == text


@settings(derandomize=True, max_examples=200)
@given(st.floats(1, 40_000))
def test_no_clock_ever_shows_sixty(seconds):
    for text in (formats.clock(seconds), formats.pace(seconds, "ko"), formats.duration(seconds, "en")):
        assert ":60" not in text
        assert "'60" not in text
    h_m_s = [int(part) for part in formats.clock(seconds).split(":")]
    read_back = sum(part * 60**power for power, part in enumerate(reversed(h_m_s)))
    assert abs(read_back - seconds) <= 0.5


@pytest.mark.parametrize(
    ("seconds", "lang", "style", "text"),
    [
        (5025, "ko", "prose", "1:23:45"),
        (3599.6, "ko", "prose", "1:00:00"),
        (45, "ko", "prose", "45초"),
        (45, "en", "prose", "45 s"),
        (45, "en", "axis", "0:45"),
        (27_000, "ko", "words", "7시간 30분"),
        (27_000, "en", "words", "7 h 30 min"),
        (7199, "en", "words", "2 h"),
        (100_000, "en", "prose", "27 h 47 min"),
        (0, "ko", "words", "0분"),
    ],
)
def test_duration(seconds, lang, style, text):
    assert formats.duration(seconds, lang, style) == text


@pytest.mark.parametrize(
    ("m", "units", "text"),
    [
        (10_240, "metric", "10.2 km"),
        (42_195, "metric", "42.2 km"),
        (5000, "metric", "5 km"),
        (5020, "metric", "5.0 km"),
        (400, "metric", "400 m"),
        (999.6, "metric", "1 km"),
        (1_234_567, "metric", "1,234.6 km"),
        (10_000, "imperial", "6.2 mi"),
        (1609.344, "imperial", "1 mi"),
        (800, "imperial", "800 m"),
        (100.4, "imperial", "100 m"),
        (110, "imperial", "361 ft"),
        (0, "metric", "0 m"),
    ],
)
def test_distance(m, units, text):
    assert formats.distance(m, "ko", units) == text


def test_other_quantities():
    assert formats.number(1234567) == "1,234,567"
    assert formats.number(2.675, 2) == "2.68"
    assert formats.number(-0.3) == "0"
    assert formats.number(-3.4) == "-3"
    assert formats.elevation(123.4) == "123 m"
    assert formats.elevation(123.4, "imperial") == "405 ft"
    assert formats.weight(63.2) == "63.2 kg"
    assert formats.weight(63.2, "imperial") == "139.3 lb"
    assert formats.temperature(18) == "18°C"
    assert formats.temperature(18, "imperial") == "64°F"
    assert formats.speed(25 / 3.6) == "25.0 km/h"
    assert formats.swim_pace(115, "ko") == "1'55\"/100m"
    assert formats.swim_pace(115, "en", "imperial") == "1:45/100yd"


def test_day():
    assert formats.day(TODAY, "ko", TODAY) == "11월 21일 (토)"
    assert formats.day(TODAY, "en", TODAY) == "Sat 21 Nov"
    assert formats.day(date(2025, 11, 21), "ko", TODAY) == "2025년 11월 21일 (금)"
    assert formats.day(TODAY, "en") == "Sat 21 Nov 2026"


@pytest.mark.parametrize(
    ("start", "end", "ko", "en"),
    [
        ("2026-11-21", "2026-11-21", "오늘", "today"),
        ("2026-11-20", "2026-11-20", "어제", "yesterday"),
        ("2026-11-16", "2026-11-21", "이번 주(11월 16–21일)", "this week (16–21 Nov)"),
        ("2026-11-09", "2026-11-15", "지난주(11월 9–15일)", "last week (9–15 Nov)"),
        ("2026-11-02", "2026-11-08", "11월 2–8일", "2–8 Nov"),
        ("2026-10-01", "2026-10-31", "지난달(10월)", "last month (October)"),
        ("2026-09-01", "2026-09-30", "9월", "September"),
        ("2025-10-01", "2025-10-31", "2025년 10월", "October 2025"),
        ("2026-01-01", "2026-11-21", "올해", "this year"),
        ("2024-01-01", "2024-12-31", "2024년", "2024"),
        ("2025-12-29", "2026-01-04", "2025년 12월 29일–2026년 1월 4일", "29 Dec 2025 – 4 Jan 2026"),
        ("2025-09-28", "2025-10-04", "2025년 9월 28일–10월 4일", "28 Sep – 4 Oct 2025"),
    ],
)
def test_period_label(start, end, ko, en):
    span = date.fromisoformat(start), date.fromisoformat(end)
    assert formats.period_label(*span, "ko", TODAY) == ko
    assert formats.period_label(*span, "en", TODAY) == en


def test_a_week_that_starts_on_sunday():
    assert formats.period_label(date(2026, 11, 15), TODAY, "ko", TODAY, week_start=6).startswith("이번 주")


@settings(derandomize=True, max_examples=150)
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 900), st.dates(date(2020, 1, 1)))
def test_labels_exist_for_every_span(start, days, today):
    for lang in ("ko", "en"):
        assert formats.period_label(start, start + timedelta(days=days), lang, today)
