"""Nothing that leaves the house shows a private place, and what is missing does not show it either."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain import wayfiles
from coach.domain.geometry import M_PER_DEG, Piece, Track, length_m, plane_m
from coach.domain.heatmap import heat_of
from coach.domain.privacy import PrivatePlace, UsualStart, Zone, usual_start, without, zone_of
from tests.domain.walks import HOME, on_earth, walk

places = st.builds(
    PrivatePlace,
    st.just(1),
    st.just(""),
    st.floats(-84, 84),
    st.floats(-179, 179),
    st.floats(50, 5000),
)
corners = st.lists(st.tuples(st.floats(-4000, 4000), st.floats(-4000, 4000)), min_size=2, max_size=6)


def home(radius_m: float = 200.0, east: float = 0.0, north: float = 0.0) -> PrivatePlace:
    lat, lon = on_earth(np.array([east]), np.array([north]))
    return PrivatePlace(1, "집", float(lat[0]), float(lon[0]), radius_m)


def away_m(lat: float, lon: float, zone: Zone | PrivatePlace) -> float:
    east, north = plane_m(np.array([lat]), np.array([lon]), zone.lat_deg, zone.lon_deg)
    return float(np.hypot(east[0], north[0]))


def exported(track: Track) -> list[tuple[float, float]]:
    """Return every position (latitude, longitude) that stands in the files made of a track."""
    found = []
    for thin in (track, wayfiles.thinned(track, 10.0)):
        made = wayfiles.geometry(thin)
        lines = [] if made is None else made["coordinates"]
        for line in [lines] if made and made["type"] == "LineString" else lines:
            found += [(lat, lon) for lon, lat in line]
        text = wayfiles.wkt([thin])
        if not text.endswith("EMPTY"):
            pairs = (
                text.replace("MULTILINESTRING", "")
                .replace("LINESTRING", "")
                .replace("(", "")
                .replace(")", "")
            )
            found += [(float(p.split()[1]), float(p.split()[0])) for p in pairs.split(",")]
    return found


@settings(max_examples=40, deadline=None, derandomize=True)
@given(places, corners, st.floats(6, 35), st.floats(-900, 900), st.floats(-900, 900))
def test_no_exported_position_lies_in_a_zone(place, way, speed_mps, east, north):
    """For any place, way and pace: also when a position every 30 m lets the line jump over the edge."""
    lat, lon = on_earth(np.array([east]), np.array([north]), (place.lat_deg, place.lon_deg))
    track = walk(way, home=(float(lat[0]), float(lon[0])), speed_mps=speed_mps)
    zone = zone_of(place)
    for lat_deg, lon_deg in exported(without(track, [zone])):
        assert away_m(lat_deg, lon_deg, zone) >= zone.radius_m
        assert away_m(lat_deg, lon_deg, place) >= place.radius_m


@settings(max_examples=60, deadline=None, derandomize=True)
@given(places)
def test_a_zone_holds_all_of_the_place_s_own_circle(place):
    zone = zone_of(place)
    assert away_m(place.lat_deg, place.lon_deg, zone) + place.radius_m <= zone.radius_m * 1.001


@settings(max_examples=60, deadline=None, derandomize=True)
@given(places, st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_all_places_of_a_cell_hide_the_same_circle(place, down, across):
    """So whoever finds the circle, from however many tracks, learns the cell and not the place in it."""
    zone = zone_of(place)
    cell = 62.5
    while cell < place.radius_m:
        cell *= 2
    m_per_deg = M_PER_DEG * np.cos(np.radians(np.floor(place.lat_deg) + 0.5))
    other = PrivatePlace(
        2,
        "",
        zone.lat_deg + (down - 0.5) * cell / M_PER_DEG,
        zone.lon_deg + (across - 0.5) * cell / float(m_per_deg),
        place.radius_m,
    )
    if np.floor(other.lat_deg) == np.floor(place.lat_deg):
        assert zone_of(other) == zone


def test_the_ends_of_many_tracks_lead_to_the_middle_of_the_cell_and_not_home():
    """The known attack: fit a circle to where the tracks of many days begin."""
    place, ends = home(east=70, north=-55), []
    for n in range(60):
        turn = 2 * np.pi * n / 60
        track = walk([(70, -55), (70 + 3000 * np.cos(turn), -55 + 3000 * np.sin(turn))], noise_m=4, seed=n)
        shown = without(track, [zone_of(place)])
        ends.append((shown[0].lat_deg[0], shown[0].lon_deg[0]))
    lat, lon = np.array(ends).T
    east, north = plane_m(lat, lon, *HOME)
    design = np.column_stack([2 * east, 2 * north, np.ones(east.size)])
    centre = np.linalg.lstsq(design, east**2 + north**2, rcond=None)[0][:2]
    zone = zone_of(place)
    found_lat, found_lon = on_earth(centre[:1], centre[1:])
    assert away_m(float(found_lat[0]), float(found_lon[0]), zone) < 10
    assert away_m(float(found_lat[0]), float(found_lon[0]), place) > 30


def test_a_larger_radius_only_joins_cells():
    """Who saw the exports before and after a change learns nothing beyond the smaller cell."""
    small, large = zone_of(home(60)), zone_of(home(240))
    assert away_m(small.lat_deg, small.lon_deg, large) + small.radius_m < large.radius_m + 250 * 0.75


def test_a_line_that_only_crosses_is_cut_and_the_rest_stays():
    zone = Zone(*HOME, 100.0)
    track = walk([(-500, 0), (500, 0)])
    shown = without(track, [zone])
    assert len(shown) == 2
    assert 780 < length_m(shown) < 800
    # Two positions 400 m apart, none inside: the line between them must not show either.
    lat, lon = on_earth(np.array([-600.0, -200.0, 200.0, 600.0]), np.full(4, 20.0))
    far_apart = (Piece(np.arange(4.0), lat, lon),)
    assert [len(piece) for piece in without(far_apart, [zone])] == [2, 2]
    assert without(track, []) == track
    assert without(walk([(-20, 0), (20, 0)]), [zone]) == ()


def test_the_heatmap_is_empty_around_a_private_place():
    zone = zone_of(home())
    tracks = [without(walk([(0, 0), (2000, 10 * n), (0, 0)], seed=n), [zone]) for n in range(10)]
    heat = heat_of(tracks, 600)
    assert heat is not None
    b = heat.bounds
    rows, columns = np.nonzero(heat.counts)
    lon = b.west + (columns + 0.5) * (b.east - b.west) / heat.counts.shape[1]
    lat = b.north - (rows + 0.5) * (b.north - b.south) / heat.counts.shape[0]
    east, north = plane_m(lat, lon, zone.lat_deg, zone.lon_deg)
    assert np.hypot(east, north).min() > zone.radius_m - 5  # half a square


def test_the_usual_start_is_where_most_begin_and_stays_there():
    rng = np.random.default_rng(3)
    east = np.concatenate([rng.normal(0, 20, 40), rng.normal(5000, 20, 15), rng.uniform(-9000, 9000, 20)])
    north = np.concatenate([rng.normal(0, 20, 40), rng.normal(800, 20, 15), rng.uniform(-9000, 9000, 20)])
    lat, lon = on_earth(east, north)
    found = usual_start(lat, lon)
    assert found is not None
    assert 39 <= found.count <= 42
    assert found.of == 75
    assert away_m(found.lat_deg, found.lon_deg, home()) < 15
    more_lat, more_lon = on_earth(rng.normal(30, 20, 60), rng.normal(30, 20, 60))
    later = usual_start(np.append(lat, more_lat), np.append(lon, more_lon))
    assert isinstance(later, UsualStart)
    assert (later.lat_deg, later.lon_deg) == (found.lat_deg, found.lon_deg)
    assert usual_start(np.array([]), np.array([])) is None
