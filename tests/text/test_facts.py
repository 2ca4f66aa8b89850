from datetime import date

import pytest

from coach.domain.fact import Fact, Subject
from coach.text.facts import render


def fact(value, unit, metric="", **more):
    return Fact(
        key="x", metric=metric, value=value, unit=unit, label="", subject=Subject(kind="athlete"), **more
    )


@pytest.mark.parametrize(
    ("value", "unit", "metric", "ko", "en_imperial"),
    [
        (42_300, "m", "distance_m", "42.3 km", "26.3 mi"),
        (123.4, "m", "ascent_m", "123 m", "405 ft"),
        (1.125, "m", "stride_length_m", "1.13 m", "3.69 ft"),
        (5025, "s", "moving_s", "1:23:45", "1:23:45"),
        (25_200, "s", "sleep_s", "7시간", "7 h"),
        (330, "s_per_km", "pace", "5'30\"/km", "8:51/mi"),
        (7.5, "mps", "speed_mps", "27.0 km/h", "16.8 mph"),
        (1000 / 270, "mps", "threshold_speed_mps", "4'30\"/km", "7:15/mi"),
        (151.6, "bpm", "avg_hr_bpm", "152 bpm", "152 bpm"),
        (178, "spm", "cadence_spm", "178 spm", "178 spm"),
        (54.3, "AU", "ctl", "54", "54"),
        (-3.36, "AU", "tsb", "-3.4", "-3.4"),
        (4.26, "pct", "decoupling_pct", "4.3%", "4.3%"),
        (34.2, "pct", "zone_share", "34%", "34%"),
        (63.2, "kg", "weight_kg", "63.2 kg", "139.3 lb"),
        (45.2, "ms", "hrv_rmssd_ms", "45 ms", "45 ms"),
        (1200, "count", "activities", "1,200", "1,200"),
        (1988, "count", "birth_year", "1988", "1988"),
        ("이지런", "text", "name", "이지런", "이지런"),
        ("2026-11-21", "date", "day", "2026년 11월 21일 (토)", "Sat 21 Nov 2026"),
        (245, "W", "avg_power_w", "245 W", "245 W"),
        (18.2, "C", "temperature_c", "18°C", "65°F"),
        (1.1, "ratio", "acwr", "1.10", "1.10"),
        (1, "days", "gap_days", "1일", "1 day"),
        (3, "days", "gap_days", "3일", "3 days"),
        (2.5, "furlong", "odd", "2.5 furlong", "2.5 furlong"),
    ],
)
def test_render(value, unit, metric, ko, en_imperial):
    assert render(fact(value, unit, metric), "ko") == ko
    assert render(fact(value, unit, metric), "en", "imperial") == en_imperial


def test_dates_of_this_year_go_without_the_year():
    assert render(fact("2026-03-01", "date"), "ko", today=date(2026, 11, 21)) == "3월 1일 (일)"


def test_axis_leaves_the_unit_out():
    assert render(fact(330, "s_per_km"), "ko", style="axis") == "5:30"
    assert render(fact(152, "bpm"), "ko", style="axis") == "152"
    assert render(fact(10_240, "m", "distance_m"), "ko", style="axis") == "10.2"


def test_the_unknown_says_why():
    assert render(fact(None, "bpm"), "ko") == "아직 알 수 없어요"
    assert render(fact(None, "bpm", because="unknown.not_known"), "en") == "not known yet"
    assert render(fact(None, "bpm", because="no_such_reason"), "en") == "not known yet"
    assert render(fact(float("nan"), "bpm"), "en") == "not known yet"
