"""Tracks are broken where nobody knows what lay between."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.geometry import even, length_m, plane_m, steps_m, track_of
from tests.domain.walks import along, on_earth, walk


def test_a_degree_of_latitude_is_what_geodesists_say():
    """111.195 km on the sphere of mean radius (IUGG R1 = 6,371.0088 km)."""
    assert steps_m(np.array([0.0, 1.0]), np.array([0.0, 0.0]))[0] == pytest.approx(111_195.08, abs=0.1)


def test_lengths_and_even_positions():
    track = walk([(0, 0), (1000, 0), (1000, 500)])
    assert length_m(track) == pytest.approx(1500, abs=4)
    lat, lon = even(track[0], 25)
    assert np.allclose(steps_m(lat, lon), 25, atol=4)  # a corner is cut


def test_the_plane_takes_the_short_way_over_the_date_line():
    east, _ = plane_m(np.array([0.0]), np.array([-179.9]), 0.0, 179.9)
    assert east[0] == pytest.approx(0.2 * 111_195, rel=1e-4)


def test_pauses_gaps_jumps_and_the_date_line_break_a_track():
    east, north = along([(0, 0), (900, 0)])
    lat, lon = on_earth(east, north)
    t = np.arange(lat.size, dtype=np.float64)
    assert [len(piece) for piece in track_of(t, lat, lon)] == [300]

    paused = np.where(t >= 100, t + 60, t)
    assert [len(piece) for piece in track_of(paused, lat, lon)] == [100, 200]

    jumped = lat.copy()
    jumped[150] += 0.02  # 2 km away for one second
    assert [len(piece) for piece in track_of(t, jumped, lon, max_speed_mps=12)] == [150, 149]

    lost = lat.copy()
    lost[200:220] = np.nan
    assert [len(piece) for piece in track_of(t, lost, lon)] == [200, 80]

    crossing = np.where(t < 150, 179.9999, -179.9999)
    assert [len(piece) for piece in track_of(t, np.zeros(300) + 1, crossing)] == [150, 150]


def test_what_is_no_position_is_left_out():
    t = np.arange(6.0)
    lat = np.array([0.0, 37.0, 37.00001, 95.0, 37.00002, np.nan])
    lon = np.array([0.0, 127.0, 127.0, 127.0, 127.0, 127.0])
    assert [len(piece) for piece in track_of(t, lat, lon)] == [3]
    assert track_of(t, np.full(6, np.nan), lon) == ()
