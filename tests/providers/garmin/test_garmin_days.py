"""Values of days: few calls, Garmin's units and traps, and parts that fail alone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.garmin import Day
from garmin_account import TODAY, Connected, days_ago
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.daily import DAILY_UNITS
from coach.domain.source import Source
from coach.errors import ComeBackLater, ServiceBroken
from coach.providers.garmin import days

SAMPLES = os.environ.get("HANBAL_SAMPLES")
real = pytest.mark.skipif(not SAMPLES, reason="HANBAL_SAMPLES names no folder of real answers")
FULL = Day(weight_g=61_250.0, body_fat=14.2, lthr=172, threshold=0.372)


def sample(name: str, nth: int = 0) -> Any:
    """Return a real answer."""
    return json.loads((Path(SAMPLES or "") / "garmin" / f"{name}.json").read_text())[nth]["body"]


def _values(garmin: Connected, *, thorough: bool = True) -> dict[str, float]:
    found = garmin.open().days(TODAY, TODAY, thorough=thorough)
    assert all(value.day == TODAY and value.source is Source.garmin for value in found.values)
    return {value.name: value.value for value in found.values}


def test_everything_that_a_day_has(garmin: Connected) -> None:
    garmin.fake.days[TODAY] = FULL
    found = _values(garmin)
    assert found == {
        "rhr_bpm": 48,
        "hrv_rmssd_ms": 62,
        "stress_avg": 27,
        "body_battery_high": 92,
        "body_battery_low": 24,
        "steps": 12_345,
        "sleep_s": 26_100,
        "sleep_deep_s": 5_400,
        "sleep_rem_s": 6_300,
        "sleep_light_s": 14_400,
        "sleep_awake_s": 1_200,
        "in_bed_s": 27_300,
        "sleep_start_min": -35,
        "sleep_end_min": 420,
        "sleep_score": 84,
        "respiration_brpm": 14.2,
        "spo2_pct": 96,
        "watch_readiness": 77,
        "weight_kg": 61.25,
        "body_fat_pct": 14.2,
        "vo2max": 51.3,
        "watch_lthr_bpm": 172,
        "watch_threshold_speed_mps": pytest.approx(3.72),
        "watch_status": 7,
        "watch_5k_s": 1_210,
        "watch_10k_s": 2_530,
        "watch_half_s": 5_640,
        "watch_marathon_s": 11_900,
    }
    # All that the coach knows of, but what only Apple measures.
    assert set(DAILY_UNITS) - set(found) == {"hrv_sdnn_ms"}


def test_what_may_change_without_an_activity_takes_four_calls(garmin: Connected) -> None:
    garmin.fake.days[TODAY] = FULL
    found = _values(garmin, thorough=False)
    assert len(garmin.fake.requests) == 4
    assert {"rhr_bpm", "hrv_rmssd_ms", "sleep_s", "stress_avg", "body_battery_high", "watch_readiness",
            "weight_kg", "steps"} <= set(found)  # fmt: skip


@pytest.mark.parametrize(("count", "calls"), [(1, 11), (28, 11), (29, 21), (57, 31)])
def test_a_range_is_asked_in_chunks(garmin: Connected, count: int, calls: int) -> None:
    for n in range(70):
        garmin.fake.days[days_ago(n)] = Day()
    found = garmin.open().days(days_ago(count - 1), TODAY, thorough=True)
    assert len(garmin.fake.requests) == calls
    assert found.complete
    assert [v.day for v in found.values if v.name == "rhr_bpm"] == [days_ago(n) for n in range(count)][::-1]


def test_answers_are_kept_without_what_was_measured_by_the_minute(garmin: Connected) -> None:
    garmin.fake.days[TODAY] = FULL
    found = garmin.open().days(days_ago(29), TODAY, thorough=True)
    kept = {(p.endpoint, p.external_id): p.body for p in found.payloads}
    assert len(kept) == len(found.payloads)
    summary = kept[("daily_summaries", days_ago(27).isoformat())]
    assert summary["data"][0]["restingHeartRate"] == 48
    assert summary["data"][0]["bodyBatteryValuesArray"] == []
    assert kept[("training_readiness", days_ago(27).isoformat())]["rows"][0]["score"] == 41


def test_a_long_range_keeps_all_its_rows(garmin: Connected) -> None:
    """More rows than the length from which a list counts as measured by the minute."""
    for n in range(28):
        garmin.fake.days[days_ago(n)] = FULL
    found = garmin.open().days(days_ago(27), TODAY, thorough=False)
    [readiness] = [p.body for p in found.payloads if p.endpoint == "training_readiness"]
    assert len(readiness["rows"]) == 56


def test_a_day_with_nothing(garmin: Connected) -> None:
    found = garmin.open().days(TODAY, TODAY, thorough=True)
    assert found.values == ()
    assert found.complete


def test_a_night_that_begins_after_midnight_and_one_across_the_clock_change(garmin: Connected) -> None:
    garmin.fake.days[TODAY] = Day(bed=(12.5, 431.0))
    found = _values(garmin, thorough=False)
    assert (found["sleep_start_min"], found["sleep_end_min"]) == (12.5, 431.0)


@pytest.mark.parametrize(
    ("stored", "mps"),
    [
        (0.347, 3.47),
        (0.5, 5.0),
        (0.18, 1.8),
        (3.47, 3.47),
        (0.0, None),
        (0.04, None),
        (34.7, None),
        ("3", None),
    ],
)
def test_a_threshold_is_stored_as_a_tenth(stored: Any, mps: float | None) -> None:
    assert days.threshold_speed_mps(stored) == (None if mps is None else pytest.approx(mps))


def test_what_cannot_be_is_unknown(garmin: Connected) -> None:
    garmin.fake.days[TODAY] = Day(
        rhr=0, hrv=None, stress=-1, battery=None, steps=0, sleep=None, readiness=None, vo2max=0, races=None,
        status=None,
    )  # fmt: skip
    assert _values(garmin) == {"steps": 0}


def test_the_last_of_several_weigh_ins_counts_whatever_their_order() -> None:
    evening, morning = (
        {"weight": grams, "bodyFat": fat, "timestampGMT": at}
        for grams, fat, at in ((60_400.0, 15.0, 2_000), (59_900.0, 14.0, 1_000))
    )
    for order in ([evening, morning], [morning, evening]):
        body = {"dailyWeightSummaries": [{"summaryDate": "2026-11-21", "allWeightMetrics": order}]}
        found = {name: value for _, name, value in days.weight(body)}
        assert found == {"weight_kg": 60.4, "body_fat_pct": 15.0}


PATHS = [
    "*/sleep/daily/*", "*/dailysummaries", "*/trainingreadiness/*", "*/weight/range/*", "/hrv-service/*",
    "*/maxmet/*", "*/racepredictions/*", "*/lactateThresholdHeartRate/*", "*/lactateThresholdSpeed/*",
    "*/trainingstatus/weekly/*", "*/trainingstatus/aggregated/*",
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "kind", "complete"),
    [
        *((path, "404", True) for path in PATHS),
        *((path, "400", False) for path in PATHS),
        *(("/hrv-service/*", kind, True) for kind in ("204", "403", "empty")),
    ],
)
def test_a_part_that_fails_loses_only_itself(garmin: Connected, path: str, kind: str, complete: bool) -> None:
    garmin.fake.days[TODAY] = FULL
    garmin.fake.fault(path, kind)  # type: ignore[arg-type]
    found = garmin.open().days(TODAY, TODAY, thorough=True)
    assert found.complete is complete
    assert len(garmin.fake.requests) == 11
    names = {value.name for value in found.values}
    assert len(names) >= 14
    assert "rhr_bpm" in names


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("kind", "error"), [("429", ComeBackLater), ("503", ServiceBroken)])
def test_what_concerns_the_whole_service_stops_all(
    garmin: Connected, path: str, kind: str, error: type[Exception]
) -> None:
    garmin.fake.fault(path, kind)  # type: ignore[arg-type]
    with pytest.raises(error):
        garmin.open().days(TODAY, TODAY, thorough=True)


READERS: dict[str, Callable[[Any], Any]] = {part.endpoint: part.read for part in days.PARTS}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("body", ["words", 7, True, [1, 2]])
def test_an_odd_shape_is_said(name: str, body: Any) -> None:
    with pytest.raises(days.OddShape):
        list(READERS[name](body))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("sleep", "individualStats"),
        ("daily_summaries", "data"),
        ("hrv", "hrvSummaries"),
        ("weigh_ins", "dailyWeightSummaries"),
    ],
)
def test_rows_of_an_odd_shape_are_said(name: str, key: str) -> None:
    with pytest.raises(days.OddShape):
        list(READERS[name]({key: "none"}))
    assert list(READERS[name]({key: None})) == []


leaves = st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["2026-11-21", "x", ""])
KEYS = [
    "calendarDate", "values", "data", "individualStats", "hrvSummaries", "dailyWeightSummaries", "generic",
    "summaryDate", "allWeightMetrics", "latestWeight", "weight", "timestampGMT", "timestamp", "score",
    "mostRecentTrainingStatus", "payload", "latestTrainingStatusData", "reportData", "trainingStatus",
    "value", "updatedDate", "from", "localSleepStartTimeInMillis", "localSleepEndTimeInMillis",
    "restingHeartRate",
]  # fmt: skip
bodies = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(bodies)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_no_answer_breaks_a_reader(body: Any) -> None:
    for read in READERS.values():
        try:
            found = list(read(body))
        except days.OddShape:
            continue
        assert all(isinstance(day, date) and name in DAILY_UNITS for day, name, _ in found)


@real
def test_real_summaries() -> None:
    assert {name: value for _, name, value in days.summaries({"data": [sample("daily_summary_get")]})} == {
        "rhr_bpm": 51,
        "stress_avg": 24,
        "body_battery_high": 92,
        "body_battery_low": 32,
        "steps": 5_459,
    }


@real
def test_real_heart_rate_variability() -> None:
    found = list(days.hrv(sample("daily_hrv")))
    assert len(found) == 20
    assert found[0] == (date(2023, 7, 1), "hrv_rmssd_ms", 43)
    assert found[-1] == (date(2023, 7, 20), "hrv_rmssd_ms", 42)
    assert list(days.hrv(sample("daily_hrv_no_results"))) == []


@real
def test_real_readiness_is_that_of_the_morning() -> None:
    """Five of one day: 50, 32, 32, 80 on waking up, 75."""
    assert list(days.readiness(sample("training_readiness_data_get"))) == [
        (date(2025, 7, 7), "watch_readiness", 80)
    ]
    assert list(days.readiness(sample("training_readiness_data_get", 1))) == []


@real
def test_real_weigh_ins_are_grams_and_the_last_of_the_day_counts() -> None:
    found = {(day, name): value for day, name, value in days.weight(sample("weight_data_list"))}
    assert found == {
        (date(2025, 6, 15), "weight_kg"): 59.72,
        (date(2025, 6, 15), "body_fat_pct"): 19.3,
        (date(2025, 6, 14), "weight_kg"): 59.5,  # typed in after the scale's 59.13
        (date(2025, 6, 14), "body_fat_pct"): 20.3,
        (date(2025, 6, 7), "weight_kg"): 59.189,
        (date(2025, 6, 7), "body_fat_pct"): 20.0,
    }
    assert list(days.weight(sample("get_nonexistent_weight_data"))) == []


@real
def test_a_real_training_status() -> None:
    assert list(days.status(sample("daily_training_status"))) == [(date(2025, 6, 11), "watch_status", 7)]


@real
def test_the_real_vo2max_has_a_decimal() -> None:
    one = sample("daily_training_status")["mostRecentVO2Max"]["payload"]
    assert list(days.vo2max([one])) == [(date(2026, 1, 8), "vo2max", 44.5)]


@real
def test_the_real_threshold_of_a_profile() -> None:
    stored = sample("user_settings")["userData"]["lactateThresholdSpeed"]
    assert stored == pytest.approx(0.347221)
    assert days.threshold_speed_mps(stored) == pytest.approx(3.4722, abs=1e-4)  # 4:48 min/km


def test_nights_of_a_whole_year_are_within_their_day() -> None:
    """Every bed time from 18:00 to 06:00 is read back as it was, whatever the day."""
    for n in range(0, 365, 13):
        day = TODAY - timedelta(days=n)
        for begin in range(-360, 361, 45):
            night = Day(bed=(float(begin), begin + 455.0)).night(day)
            found = {name: value for _, name, value in days.sleep([night])}
            assert (found["sleep_start_min"], found["sleep_end_min"]) == (begin, begin + 455)
