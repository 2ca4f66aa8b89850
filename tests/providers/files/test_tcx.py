"""TCX: laps, cadence of one leg, treadmills, pauses, several activities."""

from __future__ import annotations

from datetime import timedelta

import pytest
from text_files import START, tcx, tcx_activity, tcx_lap, tcx_point

from coach.domain.activity import Recording, Sport
from coach.errors import NotAnActivity, UnreadableFile
from coach.providers.files.tcx import read_tcx

TPX = "<Extensions><ns3:TPX><ns3:Speed>3.0</ns3:Speed>{}</ns3:TPX></Extensions>"


def only(data: bytes) -> Recording:
    (recording,) = read_tcx("run.tcx", data).recordings
    return recording


def points(since: int, until: int, inside: str = "", place: bool = False) -> str:
    return "".join(tcx_point(s, s * 3.0, inside=inside, place=place) for s in range(since, until))


def test_laps_heart_rate_cadence_and_power() -> None:
    inside = "<HeartRateBpm><Value>150</Value></HeartRateBpm>" + TPX.format(
        "<ns3:RunCadence>86</ns3:RunCadence><ns3:Watts>240</ns3:Watts>"
    )
    rates = "".join(
        f"<{which}HeartRateBpm><Value>{{}}</Value></{which}HeartRateBpm>" for which in ("Average", "Maximum")
    )
    run = only(
        tcx(
            tcx_activity(
                tcx_lap(0, 100, 300, points(0, 100, inside), more=rates.format(140, 160)),
                tcx_lap(100, 50, 150, points(100, 151, inside), more=rates.format(155, 171)),
                more="<Notes>비 오는 날</Notes>"
                "<Creator><Name>Forerunner 965</Name><UnitId>123</UnitId></Creator>",
            )
        )
    )
    assert (run.sport, run.start, run.elapsed_s, run.timer_s, run.distance_m) == (
        Sport.run,
        START,
        150,
        150,
        450,
    )
    assert run.note == "비 오는 날"
    assert (run.device.product, run.device.serial) == ("Forerunner 965", "123")
    first, second = run.laps
    assert (first.start_s, first.elapsed_s, first.distance_m, first.avg_hr_bpm, first.max_hr_bpm) == (
        0,
        100,
        300,
        140,
        160,
    )
    assert (second.start_s, second.trigger, second.intensity) == (100, "distance", "active")
    assert run.totals == {"calories_kcal": 100, "avg_hr_bpm": 145, "max_hr_bpm": 171}
    assert run.streams is not None
    channels = run.streams.channels
    assert {c: set(channels[c]) for c in ("hr_bpm", "cadence_spm", "power_w", "speed_mps")} == {
        "hr_bpm": {150}, "cadence_spm": {172}, "power_w": {240}, "speed_mps": {3.0},
    }  # fmt: skip


def test_a_ride_counts_revolutions() -> None:
    ride = only(tcx(tcx_activity(tcx_lap(0, 9, 30, points(0, 10, "<Cadence>90</Cadence>")), sport="Biking")))
    assert ride.sport is Sport.ride
    assert ride.streams is not None
    assert set(ride.streams.channels["cadence_spm"]) == {90}


def test_a_treadmill_run_has_samples_without_positions() -> None:
    run = only(tcx(tcx_activity(tcx_lap(0, 59, 177, points(0, 60)))))
    assert run.streams is not None
    assert set(run.streams.channels) == {"distance_m"}
    assert run.distance_m == 177


def test_distance_comes_from_positions_when_nothing_else_is_recorded() -> None:
    track = "".join(tcx_point(s, place=True) for s in range(60))
    data = tcx(tcx_activity(tcx_lap(0, 59, 0, track))).replace(b"<DistanceMeters>0</DistanceMeters>", b"")
    run = only(data)
    assert run.distance_m == pytest.approx(59 * 0.8814, rel=1e-3)  # 1e-5 degrees of longitude in Seoul


def test_a_new_track_after_a_gap_is_a_pause() -> None:
    run = only(tcx(tcx_activity(tcx_lap(0, 40, 120, points(0, 20), points(80, 101)))))
    assert run.pauses == ((19.0, 80.0),)
    assert (run.elapsed_s, run.timer_s) == (100, 40)


def test_a_distance_that_restarts_at_each_lap_is_joined() -> None:
    lap = "".join(tcx_point(s, s * 3.0) for s in range(10))
    again = "".join(tcx_point(10 + s, s * 3.0) for s in range(10))
    run = only(tcx(tcx_activity(tcx_lap(0, 10, 27, lap), tcx_lap(10, 10, 27, again))))
    assert run.streams is not None
    assert run.streams.channels["distance_m"][-1] == pytest.approx(54)


def test_several_activities_and_multisport() -> None:
    swim = tcx_activity(tcx_lap(0, 10, 30, points(0, 11)), sport="Other")
    run = tcx_activity(tcx_lap(600, 10, 30, points(600, 611)), start=600)
    parsed = read_tcx("two.tcx", tcx(swim, run))
    assert [(r.sport, r.start, r.part) for r in parsed.recordings] == [
        (Sport.other, START, 0),
        (Sport.run, START + timedelta(seconds=600), 0),
    ]
    session = (
        f"<MultiSportSession><FirstSport>{swim}</FirstSport><NextSport>{run}</NextSport></MultiSportSession>"
    )
    assert [r.part for r in read_tcx("tri.tcx", tcx(session)).recordings] == [0, 1]


def test_an_activity_typed_in_by_hand_has_no_samples() -> None:
    run = only(tcx(tcx_activity(tcx_lap(0, 1800, 5000))))
    assert (run.streams, run.elapsed_s, run.distance_m, run.flags) == (None, 1800, 5000, ("no_samples",))


@pytest.mark.parametrize(("wrap", "body", "key"), [
    ("Courses", "<Course><Name>x</Name></Course>", "course"),
    ("Workouts", "<Workout><Name>x</Name></Workout>", "planned_workout"),
    ("Activities", "", "no_track"),
])  # fmt: skip
def test_what_is_no_activity_is_named(wrap: str, body: str, key: str) -> None:
    with pytest.raises(NotAnActivity) as caught:
        read_tcx("x.tcx", tcx(body, wrap=wrap))
    assert caught.value.key == key


def test_cut_short_and_damaged() -> None:
    data = tcx(tcx_activity(tcx_lap(0, 59, 177, points(0, 60))))
    parsed = read_tcx("cut.tcx", data[:-1500])
    assert parsed.flags == parsed.recordings[-1].flags == ("truncated",)
    assert 0 < parsed.records < 60
    with pytest.raises(UnreadableFile, match="bad_xml"):
        read_tcx("bad.tcx", b"<TrainingCenterDatabase><Activities><Activity")
