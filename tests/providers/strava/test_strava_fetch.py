"""One activity in full, and whatever is odd about it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.strava import STARTED, Strava, run, samples
from strava_accounts import Line, connected

from coach.domain.activity import Lap, Recording, Sport
from coach.errors import ServiceBroken
from coach.providers.contract import Days, Listed, Who
from coach.providers.strava import mapping
from coach.providers.strava.samples import samples_of

SAMPLES = Path(os.environ.get("HANBAL_SAMPLES") or "/nonexistent") / "strava"


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with connected(Strava()) as line:
        yield line


@pytest.fixture(autouse=True)
def quiet(line: Line) -> None:
    line.fake.activities.clear()
    line.fake.streams.clear()
    line.fake.requests.clear()
    line.fake.usage, line.fake.reading_usage, line.used = [0, 0], [0, 0], {}
    line.fake.add(77)


def item_of(activity: dict[str, Any]) -> Listed:
    found = mapping.listed(activity)
    assert found is not None
    return found


def fetched(line: Line, number: int = 77) -> Recording:
    found = line.open().fetch(item_of(line.fake.activities[number]))
    assert found is not None
    (recording,) = found.recordings
    return recording


def test_whose_account_it_is(line: Line) -> None:
    assert line.open().who() == Who("19840101", "하나 김")
    assert line.open().days(STARTED.date(), STARTED.date(), thorough=True) == Days(())


def test_a_run_with_all_it_has(line: Line) -> None:
    line.fake.activities[77] |= {"workout_type": 1, "description": "바람이 셌다", "device_watts": True}
    found = fetched(line)
    assert (found.sport, found.sub_sport, found.start, found.utc_offset_s) == (Sport.run, "", STARTED, 32400)
    assert (found.elapsed_s, found.timer_s, found.distance_m) == (1800.0, 1780.0, 5220.0)
    assert (found.name, found.note, found.race) == ("Morning Run", "바람이 셌다", True)
    assert (found.external_id, found.device.product) == ("77", "Garmin Forerunner 965")
    assert found.laps[1] == Lap(600.0, 600.0, 598.0, 1740.0, 146.0, 161.0, 10.0)
    assert dict(found.totals) == {
        "ascent_m": 31.0,
        "calories_kcal": 402.0,
        "avg_hr_bpm": 147.6,
        "max_hr_bpm": 171.0,
        "avg_cadence_spm": 172.0,
        "avg_power_w": 241.0,
    }
    assert found.flags == ()
    assert found.streams is not None
    channels = found.streams.channels
    assert set(channels) == {
        "distance_m", "lat_deg", "lon_deg", "altitude_m", "speed_mps", "hr_bpm", "cadence_spm",
        "temperature_c",
    }  # fmt: skip
    assert len(found.streams) == 1801 - 19
    assert channels["cadence_spm"].tolist() == [172.0] * 1782  # it counts one leg
    assert channels["lat_deg"][100] == pytest.approx(37.5226)
    assert found.pauses == ((900.0, 920.0),)


def test_what_it_was_made_of_is_kept_untransformed(line: Line) -> None:
    found = line.open().fetch(item_of(line.fake.activities[77]))
    assert found is not None
    assert [(p.endpoint, p.external_id) for p in found.payloads] == [
        ("activities", "77"),
        ("activities/streams", "77"),
    ]
    assert found.payloads[0].body == line.fake.activities[77]
    assert found.payloads[1].body == line.fake.streams[77]


def test_power_without_a_meter_is_an_estimate_and_left_out(line: Line) -> None:
    assert "avg_power_w" not in fetched(line).totals


def test_gone_means_none(line: Line) -> None:
    item = item_of(line.fake.activities.pop(77))
    assert line.open().fetch(item) is None


def test_without_samples_it_says_so_and_a_typed_one_asks_for_none(line: Line) -> None:
    del line.fake.streams[77]
    assert fetched(line).flags == ("no_samples",)
    line.fake.requests.clear()
    line.fake.activities[77]["manual"] = True
    assert fetched(line).streams is None
    assert line.fake.count("/streams") == 0


@pytest.mark.parametrize("kind", ["wrong_types", "null_fields", "missing_fields"])
@pytest.mark.parametrize("path", ["/activities/77/streams", "/activities/77"])
def test_an_odd_answer_is_read_as_far_as_it_goes(line: Line, kind: str, path: str) -> None:
    line.fake.fault(path, kind, times=1 if path.endswith("streams") else 2)
    found = fetched(line)
    assert (found.external_id, found.start) == ("77", STARTED)
    assert found.elapsed_s == 1800.0
    if kind != "wrong_types" or path.endswith("streams"):  # what the detail lacks, the list has said
        assert found.distance_m == 5220.0


def test_an_unknown_sport_is_another_sport(line: Line) -> None:
    line.fake.fault("/activities/77", "unknown_sport")
    found = fetched(line)
    assert (found.sport, found.elapsed_s) == (Sport.other, 1800.0)


def test_the_models_of_the_library_would_refuse_the_whole(line: Line) -> None:
    """The reason why its plain JSON is read instead."""
    account = line.open()
    account.who()
    line.fake.fault("/activities/77", "wrong_types")
    with pytest.raises((ValueError, TypeError)):
        account._wire.client.get_activity(77)


def test_something_else_than_an_activity_is_broken(line: Line) -> None:
    line.fake.fault("/activities/77", "list")
    with pytest.raises(ServiceBroken, match="strava_unreadable"):
        fetched(line)


@pytest.mark.parametrize(
    ("names", "trainer", "expected"),
    [
        (("TrailRun", "Run"), False, (Sport.run, "trail")),
        (("Run", "Run"), True, (Sport.run, "treadmill")),
        (("GravelRide", "Ride"), False, (Sport.ride, "")),
        (("VirtualRide", "Ride"), True, (Sport.ride, "virtual")),
        (("Swim", ""), False, (Sport.swim, "")),
        (("Yoga", "Yoga"), False, (Sport.other, "")),
        (("SomethingNew", "Run"), False, (Sport.run, "")),
        (("", ""), False, (Sport.other, "")),
    ],
)
def test_sports(names: tuple[str, str], trainer: bool, expected: tuple[Sport, str]) -> None:
    made = run(1, sport_type=names[0], type=names[1], trainer=trainer)
    found = mapping.recording_of(item_of(made), made, None)
    assert (found.sport, found.sub_sport) == expected


@pytest.mark.parametrize(
    ("timezone", "utc_offset", "start", "hours"),
    [
        ("(GMT-08:00) America/Los_Angeles", None, datetime(2013, 12, 12, 19, tzinfo=UTC), -8),
        ("(GMT-08:00) America/Los_Angeles", -28800.0, datetime(2013, 7, 12, 19, tzinfo=UTC), -7),
        ("(GMT+09:00) Nowhere/Atlantis", 32400.0, STARTED, 9),
        ("(GMT+05:30)", None, STARTED, 5.5),
        ("(GMT+01:00) Africa/../../etc/passwd", None, STARTED, 1),
        ("", None, STARTED, None),
        ("", 1e9, STARTED, None),
    ],
)
def test_local_time_comes_from_the_zone(
    timezone: str, utc_offset: float | None, start: datetime, hours: float | None
) -> None:
    found = mapping.utc_offset_s({"timezone": timezone, "utc_offset": utc_offset}, start)
    assert found == (None if hours is None else hours * 3600)


def test_streams_in_a_list_and_of_different_lengths() -> None:
    keyed = samples(60)
    in_a_list = [{"type": kind, **stream} for kind, stream in keyed.items()]
    one, other = samples_of(keyed, 1e9, Sport.run), samples_of(in_a_list, 1e9, Sport.run)
    assert one is not None
    assert other is not None
    for name, values in one.streams.channels.items():
        np.testing.assert_array_equal(values, other.streams.channels[name])
    keyed["heartrate"]["data"] = [150] * 3
    keyed["altitude"]["data"][5] = None
    keyed["temp"]["data"][5] = "warm"
    keyed["latlng"]["data"][5] = None
    odd = samples_of(keyed, 1e9, Sport.run)
    assert odd is not None
    assert "hr_bpm" not in odd.streams.channels
    for name in ("altitude_m", "temperature_c", "lat_deg", "lon_deg"):
        assert np.flatnonzero(np.isnan(odd.streams.channels[name])).tolist() == [5]


@pytest.mark.parametrize(
    "streams", [None, [], {}, "x", {"time": {"data": []}}, {"time": {"data": [[1], [2]]}}]
)
def test_no_streams_are_none(streams: Any) -> None:
    assert samples_of(streams, 1e9, Sport.run) is None


def test_a_recording_that_starts_late_keeps_its_clock() -> None:
    streams = {"time": {"data": [10, 11, 12]}, "heartrate": {"data": [120, 121, 122]}}
    found = samples_of(streams, STARTED.timestamp(), Sport.run)
    assert found is not None
    assert found.streams.t_s.tolist() == [10.0, 11.0, 12.0]


def test_a_ride_turns_as_often_as_it_says() -> None:
    made = run(1, sport_type="Ride", type="Ride", workout_type=11)
    found = mapping.recording_of(item_of(made), made, samples(60))
    assert found.streams is not None
    assert found.streams.channels["cadence_spm"][0] == 86.0
    assert found.totals["avg_cadence_spm"] == 86.0
    assert found.race


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="HANBAL_SAMPLES names no folder with real answers")
def test_a_real_activity() -> None:
    detail = json.loads((SAMPLES / "activity.3.json").read_text())
    found = mapping.recording_of(item_of(detail), detail, None)
    assert found.sport is Sport.run
    assert found.start == datetime(2013, 12, 12, 19, 36, 41, tzinfo=UTC)
    assert found.utc_offset_s == -8 * 3600
    assert (found.start + timedelta(seconds=found.utc_offset_s or 0)).hour == 11
    assert (found.elapsed_s, found.timer_s, found.distance_m) == (3140.0, 2892.0, 5781.1)
    assert found.totals == {"ascent_m": 13.5, "calories_kcal": 537.9}
    assert found.name == "Lunch Rover Shuffle-Walk-Yog with Todd"
    assert (found.external_id, found.note, found.race, found.laps) == ("99895560", "", False, ())
    assert found.flags == ("no_samples",)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="HANBAL_SAMPLES names no folder with real answers")
def test_a_real_athlete_and_a_real_activity_over_the_wire() -> None:
    detail = json.loads((SAMPLES / "activity.3.json").read_text())
    athlete = json.loads((SAMPLES / "athlete.3.json").read_text())
    fake = Strava(athlete=athlete, activities={detail["id"]: detail})
    with connected(fake) as line:
        assert line.open().who() == Who("1513", "Jeff Remer")
        ((item,),) = line.open().listing()
        assert item.start == datetime(2013, 12, 12, 19, 36, 41, tzinfo=UTC)
        found = line.open().fetch(replace(item, summary={}))
        assert found is not None
        assert found.recordings[0].distance_m == 5781.1
