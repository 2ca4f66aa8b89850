"""Values of days at Garmin that come late, change, are removed, or cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.garmin import Day
from real_services import TODAY, House, Real, house_of, later

from coach.providers.garmin.days import sleep
from coach.store.session import Database


@pytest.fixture
def house(db: Database, tmp_path: Path) -> Iterator[House]:
    with house_of(db, tmp_path) as house:
        yield house


@pytest.fixture
def real(house: House) -> Real:
    real = house.athlete()
    house.run(0, "garmin")
    house.fill_days(30)
    house.connect(real, "garmin")
    real.sync()
    return real


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_a_night_that_was_corrected_and_a_weight_that_was_removed(house: House, real: Real) -> None:
    house.garmin.days[TODAY].weight_g = 61_200.0
    later(real, hours=1)
    real.sync()
    assert real.measured()[TODAY, "weight_kg"] == 61.2
    assert real.measured()[TODAY, "sleep_light_s"] == 14_400
    house.garmin.days[TODAY].weight_g = None
    house.garmin.days[TODAY].sleep = (5_400, 6_300, 10_800, 1_200)
    house.garmin.days[ago(1)].sleep = None
    later(real, hours=1)
    real.sync()
    measured = real.measured()
    assert (TODAY, "weight_kg") not in measured
    assert measured[TODAY, "sleep_light_s"] == 10_800
    assert (ago(1), "sleep_s") not in measured
    assert (ago(1), "rhr_bpm") in measured
    assert (ago(2), "sleep_s") in measured


@pytest.mark.parametrize("kind", ["nulls", "204", "missing_fields"])
def test_an_odd_answer_removes_nothing(house: House, real: Real, kind: Any) -> None:
    house.garmin.days[TODAY].weight_g = 61_200.0
    later(real, hours=1)
    real.sync()
    before = real.measured()
    for path in ("/sleep-service/*", "/usersummary-service/*", "/weight-service/*"):
        house.garmin.fault(path, kind, 9)
    later(real, days=1)
    real.sync()
    assert before.items() <= real.measured().items()


def test_days_that_the_watch_sends_late_arrive(house: House, real: Real) -> None:
    kept = {day: house.garmin.days.pop(day) for day in [ago(n) for n in range(9)]}
    later(real, days=1)
    real.sync()
    for n in range(9):  # synchronised each day, while the watch was not near its phone
        house.garmin.days.pop(TODAY + timedelta(days=n), None)
    later(real, days=8)
    real.sync()
    house.garmin.days.update({TODAY + timedelta(days=n): Day() for n in range(10)})
    house.garmin.days.update(kept)
    later(real, days=1)
    real.sync()
    measured = real.measured()
    assert all((TODAY + timedelta(days=n), "sleep_s") in measured for n in range(10))


def test_today_is_incomplete_at_first_and_half_past_midnight_is_another_day(house: House, real: Real) -> None:
    tomorrow = TODAY + timedelta(days=1)
    real.clock.at = datetime(2026, 10, 4, 15, 30, tzinfo=UTC)  # 00:30 in Seoul
    house.garmin.days[tomorrow] = Day(rhr=None, sleep=None, hrv=None, steps=12)
    real.sync()
    assert real.measured()[tomorrow, "steps"] == 12
    house.garmin.days[tomorrow] = Day(steps=9_000)
    later(real, hours=8)
    real.sync()
    measured = real.measured()
    assert (measured[tomorrow, "steps"], measured[tomorrow, "rhr_bpm"]) == (9_000, 48)


def test_a_part_that_is_never_complete_again_costs_no_more_each_day(house: House, real: Real) -> None:
    house.garmin.fault("/hrv-service/*", "wrong_types", 10_000)
    calls = []
    for _ in range(6):
        later(real, days=1)
        house.garmin.requests.clear()
        for _ in range(3):
            real.sync()
            later(real, minutes=30)
        calls.append(len(house.garmin.requests))
    assert calls[-1] <= calls[3]
    later(real, minutes=30)
    house.garmin.requests.clear()
    real.sync()
    assert len(house.garmin.requests) <= 6


def test_the_night_the_clock_is_changed_is_as_long_as_it_was() -> None:
    day = date(2026, 10, 25)  # in Berlin at three it is two again
    night = Day().night(day)
    values = night["values"]
    values["gmtSleepStartTimeInMillis"] = values["localSleepStartTimeInMillis"] - 2 * 3_600_000
    values["gmtSleepEndTimeInMillis"] = values["localSleepEndTimeInMillis"] - 3_600_000
    found = {name: value for _, name, value in sleep({"individualStats": [night]})}
    assert found["in_bed_s"] == 455 * 60 + 3_600
    assert (found["sleep_start_min"], found["sleep_end_min"]) == (-35, 420)


def test_strava_has_no_days(house: House) -> None:
    real = house.athlete()
    house.run(0, "strava")
    house.run(60, "strava")
    house.connect(real, "strava")
    real.sync("strava")
    real.sync("strava", backfill=True)
    assert "days_from" not in real.connection("strava").cursor
    assert real.counts("strava") == {"done": 2}
