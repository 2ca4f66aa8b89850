"""One way is one route, whatever GPS makes of it; another way, direction or number of rounds is not."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from coach.domain.geometry import Track, track_of
from coach.domain.routes import group, likeness, shape_of
from coach.providers.files.read import read_recording_file
from tests.domain.walks import along, on_earth, walk

LOOP = [(0, 0), (1500, 0), (2200, 900), (1400, 1800), (200, 1500), (0, 0)]
THERE_AND_BACK = [(0, 0), (1800, 400), (3000, 0), (1800, 400), (0, 0)]


def shape(track: Track):
    made = shape_of(track)
    assert made is not None
    return made


def same(a: Track, b: Track) -> bool:
    routes = group({1: shape(a), 2: shape(b)})
    return len(routes) == 1


def from_another_corner(loop: list[tuple[float, float]], n: int) -> list[tuple[float, float]]:
    ring = loop[:-1]
    return [*ring[n:], *ring[: n + 1]]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("way", [LOOP, THERE_AND_BACK], ids=["loop", "there and back"])
def test_noise_makes_no_new_route(way, seed):
    assert same(walk(way, noise_m=6, seed=seed), walk(way, noise_m=6, seed=100 + seed))


def test_a_street_aside_is_another_way():
    aside = [(east, north + 90) for east, north in LOOP]
    assert not same(walk(LOOP, noise_m=5), walk(aside, noise_m=5, seed=1))


def test_a_loop_may_begin_anywhere():
    assert same(walk(LOOP), walk(from_another_corner(LOOP, 2), noise_m=5))


def test_backwards_is_a_route_of_its_own_that_knows_the_other():
    forth, back = walk(LOOP, noise_m=5), walk(LOOP[::-1], noise_m=5, seed=1)
    routes = group({1: shape(forth), 2: shape(back), 3: shape(forth)})
    assert [(route.id, route.members, route.reverse_of) for route in routes] == [
        (1, (1, 3), None),
        (2, (2,), 1),
    ]


def test_there_and_back_has_no_direction():
    assert same(walk(THERE_AND_BACK), walk(THERE_AND_BACK[::-1], noise_m=5))


@pytest.mark.parametrize(
    "other",
    [
        LOOP[:4],  # half of it
        [*LOOP, (-900, 300), (0, 0)],  # and a corner more
        [*LOOP, *LOOP[1:]],  # twice round
        [(0, 0), (1500, 0), (2200, 900), (1500, 0), (0, 0)],  # turned round on the way
    ],
    ids=["half", "longer", "twice", "turned"],
)
def test_half_longer_and_twice_are_other_routes(other):
    assert not same(walk(LOOP, noise_m=4), walk(other, noise_m=4, seed=1))


def test_a_little_longer_is_the_same_route():
    assert same(walk(LOOP), walk([(-100, -80), *LOOP, (-100, -80)], noise_m=5))


def test_a_route_keeps_its_number_when_more_comes_in():
    tracks = {n: walk(LOOP if n % 2 else THERE_AND_BACK, noise_m=5, seed=n) for n in range(1, 13)}
    few = group({n: shape(tracks[n]) for n in range(1, 7)})
    many = group({n: shape(track) for n, track in tracks.items()})
    assert [route.id for route in few] == [route.id for route in many] == [1, 2]
    for before, after in zip(few, many, strict=True):
        assert after.members[: len(before.members)] == before.members
    # The order in which they are given does not matter.
    assert group({n: shape(tracks[n]) for n in sorted(tracks, reverse=True)}) == many


def test_pauses_and_lost_positions_do_not_matter():
    east, north = along(LOOP)
    lat, lon = on_earth(east, north)
    t = np.arange(lat.size, dtype=np.float64)
    t[400:] += 300
    lat[900:915] = np.nan
    assert same(walk(LOOP), track_of(t, lat, lon))


def test_what_is_too_short_is_no_route():
    assert shape_of(walk([(0, 0), (200, 0)])) is None
    assert shape_of(()) is None


def test_likeness_does_not_depend_on_the_order():
    a, b = shape(walk(LOOP, noise_m=5)), shape(walk(LOOP[::-1], noise_m=5, seed=2))
    assert likeness(a, b).cover == pytest.approx(likeness(b, a).cover)
    assert likeness(a, b).heading == pytest.approx(likeness(b, a).heading)
    assert likeness(a, b).backwards


@pytest.mark.skipif("HANBAL_SAMPLES" not in os.environ, reason="needs the real recordings")
def test_one_real_outing_in_four_formats_is_one_route():
    samples, shapes = Path(os.environ["HANBAL_SAMPLES"]), {}
    names = (
        "4801048867.fit",
        "4801048867_strava.gpx",
        "activity_4801048867.gpx",
        "activity_4801048867.tcx",
        "activity_5039744860.gpx",
    )
    for n, name in enumerate(names):
        (path,) = samples.rglob(name)
        (recording,) = read_recording_file(name, path.read_bytes()).recordings
        assert recording.streams is not None
        positions = (recording.streams.channels[channel] for channel in ("lat_deg", "lon_deg"))
        shapes[n] = shape(track_of(recording.streams.t_s, *positions))
    assert [route.members for route in group(shapes)] == [(0, 1, 2, 3), (4,)]
