"""GPX: what real exporters write, and what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from text_files import LAT, LON, START, STEP_M, gpx, gpx_extension, gpx_point, stamp, steady_gpx

from coach.domain.activity import Recording, Sport
from coach.errors import NotAnActivity, TooLarge, UnreadableFile
from coach.providers.files import gpx as gpx_module
from coach.providers.files.gpx import read_gpx


def only(data: bytes) -> Recording:
    (recording,) = read_gpx("run.gpx", data).recordings
    return recording


def test_a_steady_run() -> None:
    run = only(steady_gpx(seconds=61, step=3))
    assert (run.sport, run.start, run.elapsed_s, run.name) == (Sport.run, START, 60.0, "아침 달리기")
    assert run.distance_m == pytest.approx(60 * 3 * STEP_M, rel=1e-4)
    assert run.device.product == "Test Watch"
    assert run.streams is not None
    channels = run.streams.channels
    assert channels["hr_bpm"].tolist() == [150.0] * 61
    assert channels["altitude_m"].tolist() == [20.5] * 61
    assert channels["lat_deg"][0] == pytest.approx(LAT)
    assert channels["lon_deg"][0] == pytest.approx(LON)
    assert run.pauses == ()
    assert run.timer_s is None  # nothing says whether the watch was paused
    assert run.utc_offset_s is None


@pytest.mark.parametrize(
    ("cadence", "kind", "expected"), [(85, "running", 170), (172, "running", 172), (85, "cycling", 85)]
)
def test_cadence_is_steps_of_both_feet(cadence: int, kind: str, expected: int) -> None:
    run = only(gpx([[gpx_point(s, inside=gpx_extension(cad=cadence)) for s in range(5)]], kind=kind))
    assert run.streams is not None
    assert set(run.streams.channels["cadence_spm"]) == {expected}


@pytest.mark.parametrize(
    ("inside", "channel", "value"),
    [
        ("<extensions><power>251</power></extensions>", "power_w", 251),
        (gpx_extension(hr=131, version=2), "hr_bpm", 131),
        ("<extensions><heartrate>140</heartrate></extensions>", "hr_bpm", 140),
        ("<speed>3.1</speed>", "speed_mps", 3.1),  # GPX 1.0
        ("<extensions><x:TPX xmlns:x='u'><x:atemp>-4</x:atemp></x:TPX></extensions>", "temperature_c", -4),
    ],
)  # fmt: skip
def test_extensions(inside: str, channel: str, value: float) -> None:
    version = "1.0" if inside.startswith("<speed") else "1.1"
    run = only(gpx([[gpx_point(s, inside=inside) for s in range(3)]], version=version))
    assert run.streams is not None
    assert set(run.streams.channels[channel]) == {value}


def test_a_segment_break_is_a_pause_and_the_way_between_does_not_count() -> None:
    first = [gpx_point(s, step=s) for s in range(11)]
    second = [gpx_point(100 + s, step=500 + s) for s in range(11)]
    run = only(gpx([first, second]))
    assert run.pauses == ((10.0, 100.0),)
    assert (run.elapsed_s, run.timer_s) == (110.0, 20.0)
    assert run.distance_m == pytest.approx(20 * STEP_M, rel=1e-3)


def test_a_segment_for_each_lap_is_no_pause() -> None:
    run = only(gpx([[gpx_point(s) for s in range(10)], [gpx_point(s) for s in range(10, 20)]]))
    assert run.pauses == ()


def test_tracks_close_together_are_one_outing_and_days_apart_two() -> None:
    morning, noon = [[gpx_point(s) for s in range(5)]], [[gpx_point(3600 + s) for s in range(5)]]
    next_day = [[gpx_point(86_400 + s) for s in range(5)]]
    parsed = read_gpx("all.gpx", gpx(next_day, morning, noon))
    assert [r.start for r in parsed.recordings] == [START, START + timedelta(days=1)]
    assert parsed.recordings[0].pauses == ((4.0, 3600.0),)
    assert parsed.records == 15


def test_times_without_a_zone_are_utc_and_flagged() -> None:
    run = only(gpx([[gpx_point(0, time=f"2026-10-03T06:30:{s:02d}") for s in range(5)]]))
    assert run.start == START
    assert "naive_time" in run.flags


def test_an_offset_in_the_times_is_kept() -> None:
    run = only(gpx([[gpx_point(0, time=f"2026-10-03T15:30:{s:02d}+09:00") for s in range(5)]]))
    assert (run.start, run.utc_offset_s) == (START, 9 * 3600)


def test_no_elevation_and_unknown_values_are_absent_not_zero() -> None:
    points = [gpx_point(s).replace("<ele>20.5</ele>", "") for s in range(5)]
    run = only(gpx([points]))
    assert run.streams is not None
    assert set(run.streams.channels) == {"lat_deg", "lon_deg", "distance_m"}


def test_nonsense_in_a_value_costs_that_value_only() -> None:
    points = [gpx_point(s, inside=gpx_extension()) for s in range(5)]
    points[2] = points[2].replace(">150<", ">abc<").replace(">20.5<", ">1e999<")
    run = only(gpx([points]))
    assert run.streams is not None
    assert np.isnan(run.streams.channels["hr_bpm"]).tolist() == [False, False, True, False, False]
    assert np.isnan(run.streams.channels["altitude_m"]).tolist() == [False, False, True, False, False]


def test_a_position_error_adds_no_distance() -> None:
    points = [gpx_point(s, step=s) for s in range(20)]
    points[10] = gpx_point(10, step=300_000)
    run = only(gpx([points]))
    assert run.distance_m == pytest.approx(17 * STEP_M, rel=1e-3)


def test_latitude_zero_longitude_zero_is_no_position() -> None:
    lost = f'<trkpt lat="0.0" lon="0.0"><time>{stamp(3)}</time></trkpt>'
    points = [gpx_point(0), gpx_point(1, step=1), gpx_point(2, step=2), lost, gpx_point(4, step=4)]
    run = only(gpx([points]))
    assert run.streams is not None
    assert np.isnan(run.streams.channels["lat_deg"]).tolist() == [False, False, False, True, False]
    assert run.distance_m == pytest.approx(4 * STEP_M, rel=1e-3)


@pytest.mark.parametrize("wrong", ["2099-01-01T00:00:00Z", "2026-10-03T06:20:00Z", "1970-01-01T00:00:00Z"])
def test_a_wrong_clock_in_the_middle_loses_that_sample(wrong: str) -> None:
    points = [gpx_point(s) for s in range(20)]
    points[7] = gpx_point(7, time=wrong)
    run = only(gpx([points]))
    assert (run.start, run.elapsed_s) == (START, 19.0)
    assert run.streams is not None
    assert len(run.streams) == 19
    assert bool((np.diff(run.streams.t_s) >= 0).all())
    assert ("time_jump" in run.flags) == (not wrong.startswith("1970"))


def test_the_future_is_left_to_the_importer() -> None:
    run = only(gpx([[gpx_point(0, time=f"2150-01-01T00:00:{s:02d}Z") for s in range(5)]]))
    assert run.start == datetime(2150, 1, 1, tzinfo=UTC)


def test_cut_short_gives_what_is_in_it_flagged() -> None:
    data = steady_gpx(seconds=60)
    parsed = read_gpx("cut.gpx", data[: len(data) // 2])
    assert parsed.flags == parsed.recordings[-1].flags == ("truncated",)
    assert 20 < parsed.records < 40


def test_a_missing_type_is_told_from_the_name() -> None:
    assert only(steady_gpx(kind="")).sport is Sport.run  # 아침 달리기


@pytest.mark.parametrize(
    ("kind", "sport", "sub_sport"),
    [
        ("9", Sport.run, ""),
        ("1", Sport.ride, ""),
        ("trail_running", Sport.run, "trail"),
        ("Treadmill Running", Sport.run, "treadmill"),
        ("hiking", Sport.hike, ""),
        ("Langlaufski", Sport.ski, ""),
        ("트레일 러닝", Sport.run, "trail"),
        ("Radfahrt", Sport.ride, ""),
        ("brunch", Sport.other, ""),
    ],
)
def test_sports(kind: str, sport: Sport, sub_sport: str) -> None:
    run = only(steady_gpx(seconds=3, kind=kind))
    assert (run.sport, run.sub_sport) == (sport, sub_sport)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (gpx([[gpx_point(s, time="") for s in range(5)]]), "no_times"),
        (gpx(head='<rte><rtept lat="1" lon="2"/></rte>'), "course"),
        (gpx(head='<wpt lat="1" lon="2"/>'), "course"),
        (gpx(), "no_track"),
    ],
)
def test_what_is_no_activity_is_named(data: bytes, key: str) -> None:
    with pytest.raises(NotAnActivity) as caught:
        read_gpx("x.gpx", data)
    assert (caught.value.key, caught.value.params) == (key, {"name": "x.gpx"})


def test_encodings_byte_order_marks_and_spaces_before_the_declaration() -> None:
    data = steady_gpx(seconds=5)
    korean = data.decode().replace('"UTF-8"', '"EUC-KR"').encode("euc-kr")
    utf16 = data.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16")
    for variant in (b" " * 10 + data, b"\xef\xbb\xbf" + data, korean, utf16):
        assert only(variant).name == "아침 달리기"


def test_entities_and_dtds_are_refused() -> None:
    laughs = '<!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    data = steady_gpx().decode().replace("?>", f"?>{laughs}", 1).replace("아침", "&b;").encode()
    with pytest.raises(UnreadableFile, match="xml_doctype"):
        read_gpx("bomb.gpx", data)


def test_deep_nesting_and_too_many_points_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile, match="xml_too_deep"):
        read_gpx("deep.gpx", b"<gpx>" + b"<a>" * 100_000)
    monkeypatch.setattr(gpx_module, "SAMPLES", 50)
    with pytest.raises(TooLarge, match="too_many_samples"):
        read_gpx("long.gpx", steady_gpx(seconds=60))
