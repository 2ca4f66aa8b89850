"""Load from power, and zones of power."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.metrics import Measure, intensity, power_load
from coach.domain.zones import power_zones

from .build import activity, athlete, because, thresholds, value
from .examples import example_of

WATTS = thresholds(threshold_power_w=300.0, ride_threshold_power_w=250.0)


def powered(watts, sport=Sport.ride, **more):
    return activity(channels={"power_w": np.asarray(watts, dtype=np.float64)}, sport=sport, **more)


@example_of("power_load", source="Coggan 2003: an hour at threshold power is 100; 2 h at 80 % by hand: 128")
def test_power_load_by_hand():
    hour = power_load.power_load(powered(np.full(3600, 250.0)), athlete(WATTS))
    assert value(hour) == pytest.approx(100)
    two = power_load.power_load(powered(np.full(7200, 200.0)), athlete(WATTS))
    assert isinstance(two, Measure)
    assert value(two) == pytest.approx(128)
    assert two.detail["intensity"] == pytest.approx(0.8)


def test_uneven_power_costs_more_than_its_mean():
    # A minute on, a minute off: a 30-s mean is 300 or 100 for half of the time, and on the way between.
    watts = np.tile(np.repeat([300.0, 100.0], 60), 30)
    found = power_load.power_load(powered(watts), athlete(WATTS))
    assert isinstance(found, Measure)
    window = np.convolve(watts, np.ones(30) / 30)[: watts.size]
    window[:29] = 300  # shorter windows at the beginning
    assert found.detail["even_w"] == pytest.approx(float(np.mean(window**4) ** 0.25), abs=0.05)
    assert found.detail["mean_w"] == 200
    assert found.detail["even_w"] > 230


def test_each_sport_has_its_own_threshold_and_a_ride_without_one_is_an_estimate():
    run = power_load.power_load(powered(np.full(3600, 300.0), Sport.run), athlete(WATTS))
    assert value(run) == pytest.approx(100)
    only_runs = athlete(thresholds(threshold_power_w=300.0))
    ride = power_load.power_load(powered(np.full(3600, 300.0)), only_runs)
    assert isinstance(ride, Measure)
    assert (round(value(ride)), ride.estimated) == (100, True)
    only_rides = athlete(thresholds(ride_threshold_power_w=250.0))
    assert because(power_load.power_load(powered(np.full(60, 250.0), Sport.run), only_rides)) == (
        "need_threshold_power"
    )


def test_what_power_is_missing_is_named():
    assert because(power_load.power_load(powered(np.zeros(600)), athlete(WATTS))) == "no_power"
    assert because(power_load.power_load(activity(hr=np.full(60, 140.0)), athlete(WATTS))) == "no_power"
    assert because(power_load.power_load(powered(np.full(60, 200.0)), athlete())) == "need_threshold_power"
    swim = powered(np.full(60, 200.0), Sport.swim)
    assert because(power_load.power_load(swim, athlete(WATTS))) == "not_a_run_or_ride"


def test_a_meter_that_drops_out_is_told_by_the_coverage_and_coasting_is_not():
    lost = np.where(np.arange(3600) < 1800, 250.0, np.nan)
    found = power_load.power_load(powered(lost), athlete(WATTS))
    assert isinstance(found, Measure)
    assert (value(found), found.coverage) == (pytest.approx(50), pytest.approx(0.5))
    coasting = np.where(np.arange(3600) < 1800, 250.0, 0.0)
    found = power_load.power_load(powered(coasting), athlete(WATTS))
    assert isinstance(found, Measure)
    assert found.coverage == 1


def test_an_even_ride_cut_in_two_has_the_load_of_the_whole():
    parts = [value(power_load.power_load(powered(np.full(n, 180.0)), athlete(WATTS))) for n in (900, 2700)]
    whole = value(power_load.power_load(powered(np.full(3600, 180.0)), athlete(WATTS)))
    assert sum(parts) == pytest.approx(whole)


@example_of(
    "power_zones_s", source="Coggan: <55, 55–75, 75–90, 90–105, >105 %; Vance 2016: <81, 81–88, 89–95, 96–105"
)
@pytest.mark.parametrize(
    ("sport", "watts"),
    [(Sport.ride, (130, 140, 190, 230, 265)), (Sport.run, (240, 245, 270, 290, 320))],
)
def test_power_zones_as_published(sport, watts):
    found = intensity.power_zones_s(powered(np.repeat(watts, 600), sport), athlete(WATTS))
    assert isinstance(found, Measure)
    assert [row["time_s"] for row in found.detail["rows"]] == pytest.approx([600] * 5, abs=30)
    assert found.detail["basis"] == "zones_threshold_power"
    assert value(found) == 3000


def test_power_zones_are_known_for_runs_and_rides_only():
    assert power_zones(WATTS, Sport.swim) is None
    assert because(intensity.power_zones_s(powered(np.zeros(60)), athlete(WATTS))) == "no_power"
    assert because(intensity.power_zones_s(powered(np.full(60, 9.0), Sport.ski), athlete(WATTS))) == (
        "not_a_run_or_ride"
    )
    assert because(intensity.power_zones_s(powered(np.full(60, 9.0)), athlete())) == "need_threshold_power"
    borrowed = power_zones(thresholds(threshold_power_w=300.0), Sport.ride)
    assert borrowed is not None
    assert borrowed.estimated
