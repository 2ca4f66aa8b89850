"""What a run had to cope with: heat, hills, altitude, stops."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.metrics import Measure, elevation, heat, stops

from .build import activity, athlete, because, value
from .examples import example_of


@example_of("temperature_c", source="Definition, by hand: half at 20 °C, half at 24")
def test_mean_temperature():
    warm = np.concatenate((np.full(300, 20.0), np.full(301, 24.0)))
    run = activity(speed=np.full(600, 3.0), channels={"temperature_c": warm})
    assert value(heat.temperature_c(run, athlete())) == pytest.approx(22, abs=0.05)
    told = activity(elapsed_s=600.0, totals={"avg_temperature_c": 27.0})
    assert value(heat.temperature_c(told, athlete())) == 27
    nonsense = activity(elapsed_s=600.0, totals={"avg_temperature_c": 127.0})
    assert because(heat.temperature_c(nonsense, athlete())) == "no_temperature"


@example_of("heat_slowdown_s", source="Daniels: 0.58 s/km per °C above 12.8; 22.8 °C → 5.8 s/km, by hand")
def test_ten_degrees_too_many_cost_six_seconds():
    run = activity(speed=np.full(600, 3.0), channels={"temperature_c": np.full(601, 22.8)})
    found = heat.heat_slowdown_s(run, athlete())
    assert value(found) == pytest.approx(5.8, abs=0.01)
    assert isinstance(found, Measure)
    assert found.estimated
    assert heat.heat_slowdown_of(5.0) == 0
    ride = activity(channels={"temperature_c": np.full(601, 22.8)}, sport=Sport.ride)
    assert because(heat.heat_slowdown_s(ride, athlete())) == "not_a_run"
    assert because(heat.heat_slowdown_s(activity(speed=np.full(60, 3.0)), athlete())) == "no_temperature"


@example_of("ascent_per_km_m", "max_altitude_m", source="by hand: a hill of 60 m on 3 km, top at 160 m")
def test_twenty_metres_a_kilometre():
    hill = 100 + np.concatenate((np.linspace(0, 60, 500), np.linspace(60, 0, 500)))
    run = activity(speed=np.full(1000, 3.0), altitude=hill)
    assert value(elevation.ascent_per_km_m(run, athlete())) == pytest.approx(20, abs=1)
    top = elevation.max_altitude_m(run, athlete())
    assert value(top) == pytest.approx(159, abs=1.5)
    assert isinstance(top, Measure)
    assert top.detail["mean_m"] == pytest.approx(130, abs=1)


def test_below_the_sea_and_on_the_treadmill():
    low = activity(speed=np.full(1000, 3.0), altitude=np.full(1000, -420.0))
    assert value(elevation.max_altitude_m(low, athlete())) == -420
    belt = activity(speed=np.full(1000, 3.0), altitude=np.full(1000, 50.0), treadmill=True)
    assert because(elevation.max_altitude_m(belt, athlete())) == "treadmill"
    assert because(elevation.ascent_per_km_m(belt, athlete())) == "treadmill"
    assert because(elevation.max_altitude_m(activity(speed=np.full(60, 3.0)), athlete())) == "no_altitude"
    short = activity(speed=np.full(100, 3.0), altitude=np.linspace(0, 20, 100))
    assert because(elevation.ascent_per_km_m(short, athlete())) == "too_short_for_hills"


@example_of("stops", source="by hand: 40 s at a light after 300 s, a pause of 90 s after 640 s")
def test_a_light_and_a_pause():
    speed = np.concatenate(
        (np.full(300, 3.0), np.zeros(40), np.full(300, 3.0), np.zeros(90), np.full(300, 3.0))
    )
    run = activity(speed=speed, pauses=((640.0, 730.0),))
    found = stops.stops(run, athlete())
    assert value(found) == 2
    assert isinstance(found, Measure)
    assert found.detail["time_s"] == pytest.approx(130, abs=4)
    light, pause = found.detail["rows"]
    assert light["start_s"] == pytest.approx(300, abs=3)
    assert light["distance_m"] == pytest.approx(900, abs=3)
    assert pause["time_s"] == pytest.approx(90, abs=3)


def test_a_shoelace_is_no_stop_and_a_tunnel_neither():
    brief = np.concatenate((np.full(300, 3.0), np.zeros(7), np.full(300, 3.0)))
    assert value(stops.stops(activity(speed=brief), athlete())) == 0
    t = np.concatenate((np.arange(0.0, 301), np.arange(360.0, 660)))
    tunnel = activity(t=t, channels={"distance_m": 3 * t})
    assert value(stops.stops(tunnel, athlete())) == 0
    assert because(stops.stops(activity(hr=np.full(60, 150.0)), athlete())) == "no_speed"
    assert because(stops.stops(activity(sport=Sport.swim, elapsed_s=60.0), athlete())) == "not_for_swims"
