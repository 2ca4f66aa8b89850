"""One activity: the original file with what the list knows, or what the list knows alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes.garmin import Run
from garmin_account import Connected, every_page
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Device, Recording, Sport
from coach.errors import ServiceBroken
from coach.providers.contract import Fetched
from coach.providers.files.archive import walk
from coach.providers.files.fit.encode import encode_activity
from coach.providers.garmin import activities
from coach.providers.reading import read

START = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
SAMPLES = os.environ.get("HANBAL_SAMPLES")
real = pytest.mark.skipif(not SAMPLES, reason="HANBAL_SAMPLES names no folder of real answers")


def sample(name: str) -> Any:
    """Return the first real answer of a file."""
    return json.loads((Path(SAMPLES or "") / "garmin" / f"{name}.json").read_text())[0]["body"]


def _fetched(garmin: Connected, run: Run) -> Fetched | None:
    garmin.fake.add(run)
    account = garmin.open()
    return account.fetch(every_page(account)[0])


def _recordings(fetched: Fetched | None) -> list[Recording]:
    assert fetched is not None
    if fetched.file is None:
        return list(fetched.describe(fetched.recordings))
    name, data = fetched.file
    [(inner, content)] = walk(data, name)
    assert isinstance(content, bytes)
    return list(fetched.describe(read(inner, content).recordings))


def test_the_original_is_completed_with_what_the_list_knows(garmin: Connected) -> None:
    run = Run(START, seconds=600, name="결승선까지", note="맞바람이 셌다", event="race")
    fetched = _fetched(garmin, run)
    assert fetched is not None
    assert fetched.file is not None
    assert fetched.file[0] == f"{run.id}.zip"
    [recording] = _recordings(fetched)
    assert recording.streams is not None
    assert len(recording.streams) == 601
    assert (recording.name, recording.note, recording.race) == ("결승선까지", "맞바람이 셌다", True)
    assert recording.external_id == str(run.id)
    assert recording.start == START
    assert recording.utc_offset_s == 9 * 3600
    assert recording.distance_m == pytest.approx(1_800.0)
    # The list knows these; the file knows heart rates and calories itself.
    known = ("training_effect", "vo2max", "ascent_m", "avg_hr_bpm", "avg_cadence_spm", "avg_stride_length_m")
    assert [recording.totals[name] for name in known] == [3.1, 51.0, 21.0, 148.0, 172.5, pytest.approx(2.086)]
    assert [(p.endpoint, p.external_id) for p in fetched.payloads] == [("activity_list", str(run.id))]


def test_the_file_knows_its_totals_better_than_the_list(garmin: Connected) -> None:
    [recording] = _recordings(_fetched(garmin, Run(START, seconds=60, more={"averageHR": 99.0})))
    assert recording.totals["avg_hr_bpm"] == 148.0


@pytest.mark.parametrize(
    ("name", "type_key", "expected"),
    [
        ("Seoul 러닝", "running", ""),
        ("Seoul Running", "running", ""),
        ("Seoul", "running", ""),
        ("Treadmill Running", "treadmill_running", ""),
        ("Kayaking", "kayaking", ""),
        ("Seoul Marathon", "running", "Seoul Marathon"),
        ("10 × 400 m", "running", "10 × 400 m"),
        ("Tempo\0 run", "running", "Tempo run"),
    ],
)
def test_the_name_that_every_watch_gives_is_none(
    garmin: Connected, name: str, type_key: str, expected: str
) -> None:
    [recording] = _recordings(_fetched(garmin, Run(START, seconds=30, name=name, type_key=type_key)))
    assert recording.name == expected


def test_what_the_athlete_called_it_on_garmin_counts(garmin: Connected) -> None:
    [recording] = _recordings(_fetched(garmin, Run(START, seconds=30, type_key="trail_running")))
    assert (recording.sport, recording.sub_sport) == (Sport.run, "")  # the same sport: the file knows more
    garmin.fake.runs.clear()
    [recording] = _recordings(_fetched(garmin, Run(START, seconds=30, type_key="hiking")))
    assert recording.sport is Sport.hike
    garmin.fake.runs.clear()
    [recording] = _recordings(_fetched(garmin, Run(START, seconds=30, type_key="moon_walk_v9")))
    assert recording.sport is Sport.walk
    garmin.fake.runs.clear()
    [recording] = _recordings(_fetched(garmin, Run(START, seconds=30, type_key="unheard_of_v9")))
    assert recording.sport is Sport.run  # the list knows none: the file's stays


def test_each_session_of_a_multisport_file_has_its_part_and_its_own_totals(garmin: Connected) -> None:
    swim = Recording(Sport.swim, START, 600.0, distance_m=500.0, device=Device("garmin"))
    ride = replace(swim, sport=Sport.ride, start=START.replace(hour=22), distance_m=9_000.0)
    run = Run(START, type_key="multi_sport", name="첫 철인", original=encode_activity([swim, ride]))
    fetched = _fetched(garmin, run)
    assert fetched is not None
    assert fetched.file is not None
    assert fetched.file[0] == f"{run.id}.fit"  # bare, as Garmin sends some
    found = _recordings(fetched)
    assert [(r.sport, r.part, r.external_id) for r in found] == [
        (Sport.swim, 0, str(run.id)),
        (Sport.ride, 1, str(run.id)),
    ]
    assert [r.name for r in found] == ["첫 철인", "첫 철인"]
    assert all("vo2max" not in r.totals for r in found)


@pytest.mark.parametrize("original", [None, b""])
def test_without_an_original_the_summary_is_the_recording(garmin: Connected, original: bytes | None) -> None:
    run = Run(START, name="새벽", type_key="track_running", original=original, note="기억나는 대로")
    [recording] = _recordings(_fetched(garmin, run))
    assert (recording.sport, recording.sub_sport) == (Sport.run, "track")
    assert (recording.start, recording.elapsed_s, recording.timer_s) == (START, 1_800.0, 1_800.0)
    assert (recording.distance_m, recording.utc_offset_s) == (5_400.0, 9 * 3600)
    assert (recording.name, recording.note) == ("새벽", "기억나는 대로")
    assert recording.streams is None
    assert recording.flags == ("no_samples",)
    assert recording.totals["avg_vertical_oscillation_mm"] == 84.0


def test_an_activity_that_was_typed_in_is_not_downloaded(garmin: Connected) -> None:
    fetched = _fetched(garmin, Run(START, typed=True, type_key="unheard_of_v9"))
    [recording] = _recordings(fetched)
    assert (recording.sport, recording.sub_sport) == (Sport.other, "unheard_of_v9")
    assert garmin.fake.count("/download-service/*") == 0
    assert fetched is not None
    assert [p.endpoint for p in fetched.payloads] == ["activity_list", "activity"]


def test_an_activity_that_is_gone_is_none(garmin: Connected) -> None:
    for typed in (False, True):
        garmin.fake.add(Run(START, typed=typed))
        account = garmin.open()
        [item] = every_page(account)
        garmin.fake.runs.clear()
        assert account.fetch(item) is None


def test_a_download_that_garmin_refuses_leaves_the_summary(garmin: Connected) -> None:
    garmin.fake.fault("/download-service/*", "403")
    [recording] = _recordings(_fetched(garmin, Run(START)))
    assert recording.flags == ("no_samples",)


@pytest.mark.parametrize("original", [b"PK\x03\x04 half a zip", b"GIF89a", b"just words"])
def test_a_download_that_is_no_recording_is_their_trouble(garmin: Connected, original: bytes) -> None:
    with pytest.raises(ServiceBroken, match="garmin_unreadable"):
        _fetched(garmin, Run(START, original=original))


@real
def test_a_real_list() -> None:
    rows = sample("activity_list")
    found = [activities.listed(row) for row in rows]
    assert [item.external_id for item in found if item] == ["21482825013", "21461718086", "21419635589"]
    assert found[0] is not None
    assert found[0].start == datetime(2026, 1, 8, 14, 10, 21, tzinfo=UTC)
    made = [activities.recording_of(row) for row in rows]
    assert [(r.sport, r.sub_sport) for r in made if r] == [
        (Sport.run, "trail"),
        (Sport.hike, ""),
        (Sport.other, "stand_up_paddleboarding_v2"),
    ]
    run = made[0]
    assert run is not None
    assert run.name == "Base run"
    assert run.utc_offset_s == -6 * 3600
    assert run.distance_m == pytest.approx(4_261.19, abs=0.01)
    assert (run.timer_s, run.elapsed_s) == (pytest.approx(2_223.327), pytest.approx(2_225.441))
    assert run.totals == {
        "ascent_m": 151.0,
        "descent_m": 147.0,
        "calories_kcal": 390.0,
        "avg_hr_bpm": 142.0,
        "max_hr_bpm": 162.0,
        "avg_speed_mps": pytest.approx(1.917),
        "max_speed_mps": pytest.approx(2.762),
        "avg_power_w": 194.0,
        "max_power_w": 587.0,
        "normalized_power_w": 226.0,
        "avg_cadence_spm": 111.734375,
        "max_cadence_spm": 184.0,
        "avg_stride_length_m": pytest.approx(1.6496),
        "avg_vertical_oscillation_mm": pytest.approx(79.5),
        "avg_vertical_ratio_pct": pytest.approx(9.77),
        "avg_ground_contact_ms": pytest.approx(338.3),
        "training_effect": pytest.approx(2.7),
        "anaerobic_training_effect": 0.0,
        "vo2max": 45.0,
    }
    assert not run.race
    assert run.device == Device("garmin")


@real
def test_a_stride_is_two_steps_as_the_real_run_shows() -> None:
    """2.223 s at 111.7 steps a minute over 4.261 km: 1.03 m a step while running and walking; the watch's
    own stride counts running steps only. Both say that Garmin's 82.5 cm is one step, ours is two."""
    [run] = [activities.recording_of(row) for row in sample("activity_list")[:1]]
    assert run is not None
    assert run.distance_m is not None
    per_step = run.distance_m / 5_310  # `steps` of the same answer
    assert run.totals["avg_stride_length_m"] / 2 == pytest.approx(per_step, rel=0.05)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12)
    | st.sampled_from(["2026-01-08 14:10:21", "0001-01-01T00:00:00+14:00", "race", "running", "run"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = [
    "activityId", "activityName", "description", "startTimeGMT", "startTimeLocal", "beginTimestamp",
    "activityType", "eventType", "distance", "duration", "elapsedDuration", "averageHR", "avgStrideLength",
    "vO2MaxValue", "locationName", "manufacturer", "userRoles",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
@settings(max_examples=80, derandomize=True, deadline=None)
def test_no_row_breaks_the_mapping(row: Mapping[str, Any]) -> None:
    item, made = activities.listed(row), activities.recording_of(row)
    if item is not None:
        assert item.start.tzinfo is UTC
        assert len(item.sha256) == 32
    if made is not None:
        assert made.elapsed_s >= 0
        assert list(activities.described(row)([made, made]))
