"""Zones: bounds as published, time in them, and what they rest on."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.athlete import Thresholds
from coach.domain.metrics import Measure, intensity
from coach.domain.zones import hr_zones, karvonen, pace_zones, three_zones

from .build import activity, athlete, because, thresholds, value
from .examples import example_of, vectors


def seconds(found) -> list[float]:
    assert isinstance(found, Measure), found
    return [row["time_s"] for row in found.detail["rows"]]


@example_of("hr_zones_s", source="Friel: <85, 85–89, 90–94, 95–99, ≥100 % of LTHR")
def test_friels_heart_rate_zones():
    hr = np.concatenate([np.full(60, bpm) for bpm in (144.0, 144.5, 153.0, 161.5, 170.0)])
    found = intensity.hr_zones_s(activity(hr=hr), athlete(thresholds(lthr_bpm=170)))
    assert seconds(found) == [60, 60, 60, 60, 60]
    assert value(found) == 300
    assert found.detail["basis"] == "zones_lthr"


@example_of("pace_zones_s", source="Friel: >129, 114–129, 106–113, 99–105, <99 % of threshold pace")
def test_friels_pace_zones():
    paces = (360.0, 320.0, 300.0, 275.0, 240.0)  # threshold 270: 133, 119, 111, 102, 89 %
    speed = np.concatenate([np.full(300, 1000 / p) for p in paces])
    found = intensity.pace_zones_s(activity(speed=speed), athlete(thresholds(threshold_speed_mps=1000 / 270)))
    assert seconds(found) == pytest.approx([300] * 5, abs=30)  # 30 s of memory at each change


def test_karvonen_as_published():
    (vector,) = vectors("karvonen")
    given = vector["inputs"]
    found = karvonen(given["hr_rest"], given["hr_max"], given["fraction"])
    assert found == pytest.approx(vector["expected"], abs=vector["tol"])


def test_zones_fall_back_from_lthr_to_reserve_to_maximum_and_given_beats_estimated():
    def basis(given):
        zones = hr_zones(given)
        return None if zones is None else (zones.basis, zones.estimated)

    assert basis(thresholds(lthr_bpm=170, hr_max_bpm=190, hr_rest_bpm=50)) == ("zones_lthr", False)
    assert basis(thresholds(hr_max_bpm=190, hr_rest_bpm=50)) == ("zones_reserve", False)
    assert basis(thresholds(hr_max_bpm=190)) == ("zones_hr_max", False)
    assert basis(thresholds("estimated", lthr_bpm=170, hr_max_bpm=190)) == ("zones_lthr", True)
    given_max = Thresholds(
        hr_max_bpm=thresholds(hr_max_bpm=190).hr_max_bpm,
        lthr_bpm=thresholds("estimated", lthr_bpm=160).lthr_bpm,
    )
    assert basis(given_max) == ("zones_hr_max", False)
    assert basis(Thresholds()) is None
    assert pace_zones(Thresholds()) is None


@pytest.mark.parametrize("given", [thresholds(lthr_bpm=171.3), thresholds(hr_max_bpm=188, hr_rest_bpm=47)])
def test_every_heart_rate_has_one_zone_and_the_time_is_all_there(given):
    zones = hr_zones(given)
    assert zones is not None
    assert list(zones.bounds) == sorted(zones.bounds)
    hr = np.random.default_rng(1).uniform(60, 200, 1000)
    one_by_one = [sum(zones.zone_of(v) == z for v in hr) for z in range(1, 6)]
    assert list(zones.seconds(hr)) == one_by_one
    limits = zones.limits()
    assert limits[0][0] is None
    assert limits[4][1] is None
    assert all(limits[i][1] == limits[i + 1][0] for i in range(4))


@example_of(
    "easy_share_pct", source="Lucia 2003 / Seiler 2010: three zones; golden.json lucia (40, 15, 5 minutes)"
)
def test_three_zones_of_the_published_session():
    (vector,) = vectors("lucia")
    minutes = vector["inputs"]["minutes_below_VT1_between_above_VT2"]
    hr = np.concatenate([np.full(m * 60, bpm) for m, bpm in zip(minutes, (130.0, 160.0, 175.0), strict=True)])
    found = intensity.easy_share_pct(activity(hr=hr), athlete(thresholds(lthr_bpm=170)))
    assert isinstance(found, Measure)
    easy, moderate, hard = (found.detail[k] for k in ("easy_pct", "moderate_pct", "hard_pct"))
    assert [easy, moderate, hard] == pytest.approx([100 * m / 60 for m in minutes], abs=0.01)
    assert sum(w * p * 0.6 for w, p in zip((1, 2, 3), (easy, moderate, hard), strict=True)) == pytest.approx(
        vector["expected"], abs=0.01
    )
    assert three_zones((1, 2, 3, 4, 5)) == (3, 7, 5)


@example_of(
    "intensity_distribution", source="Seiler 2010; golden.json lucia (40, 15, 5 min), LT1 153, LT2 170"
)
def test_seconds_below_between_and_above_the_thresholds():
    hr = np.concatenate([np.full(m * 60, bpm) for m, bpm in ((40, 152.9), (15, 153.0), (5, 170.0))])
    found = intensity.intensity_distribution(activity(hr=hr), athlete(thresholds(lthr_bpm=170)))
    assert isinstance(found, Measure)
    assert seconds(found) == [2400, 900, 300]
    assert [row["share_pct"] for row in found.detail["rows"]] == [66.67, 25.0, 8.33]
    assert [(row["from"], row["to"]) for row in found.detail["rows"]] == [
        (None, 153),
        (153, 170),
        (170, None),
    ]
    assert (value(found), found.detail["by"]) == (3600, "heart_rate")


def test_intensity_goes_by_pace_else_by_power_where_heart_rate_is_missing():
    def by(run, **given):
        found = intensity.intensity_distribution(run, athlete(thresholds(**given)))
        return found.detail["by"] if isinstance(found, Measure) else found.because

    watts = {"power_w": np.full(601, 250.0)}
    run = activity(speed=np.full(600, 2.5), hr=np.full(600, 140.0), channels=watts)
    everything = {"lthr_bpm": 170, "threshold_speed_mps": 3.7, "threshold_power_w": 300}
    assert by(run, **everything) == "heart_rate"
    assert by(run, threshold_speed_mps=3.7, threshold_power_w=300) == "pace"
    assert by(run, threshold_power_w=300) == "power"
    assert by(run) == "need_hr_max"
    dead = activity(speed=np.full(600, 2.5), hr=np.where(np.arange(600) < 200, 140.0, 0.0))
    assert by(dead, **everything) == "pace"
    assert by(dead, lthr_bpm=170) == "hr_has_gaps"
    ride = activity(channels={"power_w": np.full(600, 250.0)}, sport=Sport.ride)
    assert by(ride, ride_threshold_power_w=240) == "power"


def test_easy_share_goes_by_pace_without_heart_rate_and_is_unknown_without_either():
    run = activity(speed=np.full(600, 2.5))
    found = intensity.easy_share_pct(run, athlete())
    assert value(found) == 100
    assert found.detail["by"] == "pace"
    assert because(intensity.easy_share_pct(run, athlete(Thresholds()))) == "no_hr"
    with_hr = activity(hr=np.full(600, 140.0))
    assert because(intensity.hr_zones_s(with_hr, athlete(Thresholds()))) == "need_hr_max"
    assert because(intensity.pace_zones_s(run, athlete(Thresholds()))) == "need_threshold_speed"
