"""Health Auto Export: units of the phone, both shapes of sleep, overlapping batches, workouts."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coach.domain.activity import Recording, Sport
from coach.errors import NotAnActivity
from coach.providers.apple_health.health_auto_export import read_health_auto_export
from coach.providers.apple_health.stamps import parse_stamp
from coach.providers.files.parsed import Parsed
from coach.providers.reading import read

DAY = date(2026, 10, 3)


def parse(metrics: list[dict[str, Any]] = (), workouts: list[dict[str, Any]] = ()) -> Parsed:  # type: ignore[assignment]
    return read_health_auto_export("x.json", {"data": {"metrics": list(metrics), "workouts": list(workouts)}})


def metric(name: str, units: str, *data: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "units": units, "data": list(data)}


def at(time: str, qty: float, **more: Any) -> dict[str, Any]:
    return {"date": f"2026-10-03 {time} +0900", "qty": qty, **more}


def values(parsed: Parsed) -> dict[str, float]:
    return {v.name: v.value for v in parsed.daily if v.day == DAY}


@pytest.mark.parametrize(("name", "units", "qty", "ours", "value"), [
    ("weight_body_mass", "kg", 70.2, "weight_kg", 70.2),
    ("weight_body_mass", "lb", 154.3, "weight_kg", 69.9893),
    ("resting_heart_rate", "count/min", 47, "rhr_bpm", 47),
    ("resting_heart_rate", "bpm", 47, "rhr_bpm", 47),
    ("heart_rate_variability", "ms", 61.5, "hrv_sdnn_ms", 61.5),
    ("vo2_max", "ml/(kg·min)", 52.1, "vo2max", 52.1),
    ("body_fat_percentage", "%", 18.5, "body_fat_pct", 18.5),
    ("body_fat_percentage", "%", 0.185, "body_fat_pct", 18.5),
    ("step_count", "걸음", 8000, "steps", 8000),
    ("respiratory_rate", "count/min", 14.5, "respiration_brpm", 14.5),
    ("blood_oxygen_saturation", "%", 97, "spo2_pct", 97),
])  # fmt: skip
def test_units_are_read(name: str, units: str, qty: float, ours: str, value: float) -> None:
    assert values(parse([metric(name, units, at("07:00:00", qty))])) == {ours: pytest.approx(value, rel=1e-5)}


@pytest.mark.parametrize(("name", "units", "qty"), [
    ("weight_body_mass", "jin", 140),  # a unit that is not known is not guessed
    ("weight_body_mass", "kg", 700),
    ("resting_heart_rate", "bpm", 0),
    ("resting_heart_rate", "bpm", "NaN"),
    ("resting_heart_rate", "bpm", True),
    ("resting_heart_rate", "bpm", None),
])  # fmt: skip
def test_nonsense_is_left_out(name: str, units: str, qty: Any) -> None:
    good = metric("vo2_max", "ml/(kg·min)", at("09:00:00", 50))
    assert values(parse([metric(name, units, at("07:00:00", qty)), good])) == {"vo2max": 50}


def test_several_values_a_day_become_one() -> None:
    parsed = parse(
        [
            metric("step_count", "count", at("08:00:00", 1000), at("09:00:00", 2500)),
            metric("heart_rate_variability", "ms", at("02:00:00", 40), at("04:00:00", 60)),
            metric("weight_body_mass", "kg", at("21:00:00", 71.5), at("07:00:00", 70.5)),
        ]
    )
    assert values(parsed) == {"steps": 3500, "hrv_sdnn_ms": 50, "weight_kg": 71.5}


def test_the_same_batch_twice_in_one_file_changes_nothing() -> None:
    batch = [metric("step_count", "count", at("08:00:00", 1000), at("09:00:00", 2500))]
    assert parse(batch + batch).daily == parse(batch).daily


NIGHT = {
    "date": "2026-10-03", "totalSleep": 7.5, "asleep": 0, "core": 4.5, "deep": 1.0, "rem": 2.0, "awake": 0.25,
    "inBed": 0, "inBedStart": "2026-10-02 23:00:00 +0900", "inBedEnd": "2026-10-03 07:00:00 +0900",
    "sleepStart": "2026-10-02 23:10:00 +0900", "sleepEnd": "2026-10-03 06:55:00 +0900",
}  # fmt: skip
EXPECTED_NIGHT = {
    "sleep_s": 27_000, "sleep_light_s": 16_200, "sleep_deep_s": 3_600, "sleep_rem_s": 7_200,
    "sleep_awake_s": 900, "in_bed_s": 28_800, "sleep_start_min": -50, "sleep_end_min": 415,
}  # fmt: skip


def test_sleep_one_entry_a_night() -> None:
    assert values(parse([metric("sleep_analysis", "hr", NIGHT)])) == EXPECTED_NIGHT
    minutes = {k: v * 60 if isinstance(v, float | int) else v for k, v in NIGHT.items()}
    assert values(parse([metric("sleep_analysis", "min", minutes)])) == EXPECTED_NIGHT
    begun = {**NIGHT, "date": "2026-10-02"}  # some versions date a night by its beginning
    assert values(parse([metric("sleep_analysis", "hr", begun)])) == EXPECTED_NIGHT


def test_sleep_one_entry_a_stretch() -> None:
    def stretch(value: str, start: str, end: str, source: str = "Watch") -> dict[str, Any]:
        return {"value": value, "startDate": start + " +0900", "endDate": end + " +0900", "source": source}

    stretches = [
        stretch("Core", "2026-10-02 23:10:00", "2026-10-03 03:40:00"),
        stretch("Deep", "2026-10-03 03:40:00", "2026-10-03 04:40:00"),
        stretch("Awake", "2026-10-03 04:40:00", "2026-10-03 04:55:00"),
        stretch("REM", "2026-10-03 04:55:00", "2026-10-03 06:55:00"),
        stretch("In Bed", "2026-10-02 23:00:00", "2026-10-03 07:00:00", "iPhone"),
        stretch("Asleep", "2026-10-02 23:00:00", "2026-10-03 07:00:00", "iPhone"),  # a guess, beside stages
    ]
    assert values(parse([metric("sleep_analysis", "hr", *stretches)])) == EXPECTED_NIGHT
    assert values(parse([metric("sleep_analysis", "hr", *stretches, *stretches)])) == EXPECTED_NIGHT


def test_a_nap_does_not_move_the_end_of_the_night() -> None:
    night, nap = (
        {"value": "Core", "startDate": f"{start} +0900", "endDate": f"{end} +0900"}
        for start, end in (
            ("2026-10-03 00:20:00", "2026-10-03 06:40:00"),
            ("2026-10-03 14:00:00", "2026-10-03 15:10:00"),
        )
    )
    found = values(parse([metric("sleep_analysis", "hr", night, nap)]))
    assert (found["sleep_start_min"], found["sleep_end_min"]) == (20, 400)
    assert found["sleep_s"] == 7.5 * 3600


def test_times_without_a_local_clock_are_not_guessed() -> None:
    night = {**NIGHT, "sleepStart": "2026-10-02T14:10:00Z", "sleepEnd": "2026-10-02T21:55:00Z"}
    assert (
        not {"sleep_start_min", "sleep_end_min"}
        & values(parse([metric("sleep_analysis", "hr", night)])).keys()
    )


def test_the_night_the_clocks_go_back_is_not_an_hour_short() -> None:
    night = {
        "value": "Core", "startDate": "2026-10-25 01:00:00 +0200", "endDate": "2026-10-25 06:00:00 +0100",
    }  # fmt: skip
    (value, *_) = [v for v in parse([metric("sleep_analysis", "hr", night)]).daily if v.name == "sleep_s"]
    assert (value.day, value.value) == (date(2026, 10, 25), 6 * 3600)


WORKOUT = {
    "id": "A-1", "name": "야외 달리기", "start": "2026-10-03 06:30:00 +0900",
    "end": "2026-10-03 06:40:00 +0900", "duration": 580, "distance": {"qty": 1.25, "units": "mi"},
    "activeEnergyBurned": {"qty": 418.4, "units": "kJ"},
    "heartRate": {"avg": {"qty": 150, "units": "bpm"}, "max": {"qty": 170, "units": "bpm"}},
    "elevationUp": {"qty": 100, "units": "ft"},
    "heartRateData": [
        {"date": f"2026-10-03 06:{30 + m}:00 +0900", "Min": 140, "Avg": 145 + m, "Max": 160} for m in range(3)
    ],
    "route": [
        {"latitude": 37.5 + s * 1e-5, "longitude": 127.0, "altitude": 20, "speed": 3.2 if s else -1,
         "timestamp": f"2026-10-03 06:3{s // 60}:{s % 60:02d} +0900"}
        for s in range(180)
    ],
}  # fmt: skip


def only(workout: dict[str, Any]) -> Recording:
    (recording,) = parse(workouts=[workout]).recordings
    return recording


def test_a_workout_with_route_and_heart_rate() -> None:
    run = only(WORKOUT)
    assert (run.sport, run.name, run.external_id) == (Sport.run, "야외 달리기", "A-1")
    assert (run.start, run.utc_offset_s) == (datetime(2026, 10, 2, 21, 30, tzinfo=UTC), 9 * 3600)
    assert (run.elapsed_s, run.timer_s) == (600, 580)
    assert run.distance_m == pytest.approx(2011.68)
    assert run.totals == {
        "calories_kcal": pytest.approx(100), "avg_hr_bpm": 150, "max_hr_bpm": 170,
        "ascent_m": pytest.approx(30.48),
    }  # fmt: skip
    assert run.streams is not None
    channels = run.streams.channels
    assert len(run.streams) == 180
    assert channels["hr_bpm"][[0, 59, 60, 179]].tolist() == [
        145,
        145,
        146,
        147,
    ]  # a minute's mean holds a minute
    assert np.isnan(channels["speed_mps"][0])  # -1 is Apple's "unknown"


@pytest.mark.parametrize(("more", "sport", "place"), [
    ({"name": "Indoor Run", "isIndoor": True}, Sport.run, "treadmill"),
    ({"name": "실내 달리기"}, Sport.run, "treadmill"),
    ({"name": "수영", "location": "Pool"}, Sport.swim, "pool"),
    ({"name": "Open Water Swim", "location": "Open Water"}, Sport.swim, "open_water"),
    ({"name": "Traditional Strength Training"}, Sport.strength, ""),
    ({"name": "요가"}, Sport.other, ""),
    ({"name": "개방 수역 수영"}, Sport.swim, "open_water"),
    ({"name": "수영장 수영"}, Sport.swim, "pool"),
    ({"name": "실내 사이클링"}, Sport.ride, "indoor"),
    ({"name": "노 젓기"}, Sport.row, ""),
    ({"name": "기능성 근력 강화 운동"}, Sport.strength, ""),
])  # fmt: skip
def test_workout_names(more: dict[str, Any], sport: Sport, place: str) -> None:
    bare = {k: v for k, v in WORKOUT.items() if k not in ("route", "heartRateData")} | more
    run = only(bare)
    assert (run.sport, run.sub_sport, run.flags, run.streams) == (sport, place, ("no_samples",), None)


def test_version_one_and_repeated_workouts() -> None:
    old = WORKOUT | {
        "id": "",
        "heartRateData": [{"date": "2026-10-03 06:30:30 +0900", "qty": 151}],
        "route": [{"lat": 37.5, "lon": 127.0, "altitude": 1, "timestamp": "2026-10-03 06:30:30 +0900"}],
    }
    run = only(old)
    assert run.streams is not None
    assert run.streams.t_s.tolist() == [30.0]
    assert run.streams.channels["hr_bpm"].tolist() == [151.0]
    assert len(parse(workouts=[WORKOUT, WORKOUT, {**WORKOUT, "id": "B"}]).recordings) == 2


@pytest.mark.parametrize("broken", [
    {"start": None}, {"start": "soon"}, {"end": "2026-10-03 06:00:00 +0900"},
    {"end": "2027-10-03 06:00:00 +0900"},
])  # fmt: skip
def test_a_workout_that_makes_no_sense_is_left_out(broken: dict[str, Any]) -> None:
    with pytest.raises(NotAnActivity, match="health_empty"):
        parse(workouts=[WORKOUT | broken])


@pytest.mark.parametrize(("text", "hour"), [
    ("2026-10-03 06:30:00 +0900", 6), ("2026-10-03 6:30:00\u202fPM +0900", 18),
    ("2026-10-03T06:30:00+09:00", 6), ("2026-10-03 12:30:00 AM +0900", 0), ("2026-10-03T06:30:00Z", 6),
    ("2026-10-03 오후 6:30:00 +0900", 18), ("2026-10-03 오전 12:30:00 +0900", 0),
])  # fmt: skip
def test_stamps(text: str, hour: int) -> None:
    moment = parse_stamp(text)
    assert moment is not None
    assert moment.hour == hour


@pytest.mark.parametrize("text", ["", "2026-10-03 06:30:00", "2026-10-03", None, 5])
def test_a_stamp_without_an_offset_is_none(text: Any) -> None:
    assert parse_stamp(text) is None


SAMPLES = os.environ.get("HANBAL_SAMPLES")


@pytest.mark.skipif(not SAMPLES, reason="HANBAL_SAMPLES names no folder of real recordings")
def test_the_overlapping_batch_says_the_same() -> None:
    assert SAMPLES is not None
    folder = Path(SAMPLES) / "apple_health"
    first, second = (
        {(v.day, v.name): v.value for v in read(p.name, p.read_bytes()).daily}
        for p in sorted(folder.glob("*.json"))
    )
    assert second.items() <= first.items()
    assert first[date(2026, 10, 25), "sleep_s"] == pytest.approx(7.9 * 3600)
