"""What others read is what the standards say."""

from __future__ import annotations

import json

import numpy as np

from coach.domain import wayfiles
from coach.domain.geometry import Piece, length_m
from tests.domain.walks import walk


def piece(altitude: bool = True) -> Piece:
    lat, lon = np.array([37.1234567, 37.2]), np.array([127.9876543, 128.0])
    return Piece(np.arange(2.0), lat, lon, np.array([12.34, 15.0]) if altitude else None)


def test_geojson_is_as_rfc_7946_has_it():
    made = wayfiles.feature((piece(),), {"name": "한강", "distance_m": 100.0}, number=7)
    assert json.loads(json.dumps(made)) == {
        "type": "Feature",
        "id": 7,
        "geometry": {"type": "LineString", "coordinates": [[127.987654, 37.123457], [128.0, 37.2]]},
        "properties": {"name": "한강", "distance_m": 100.0},
    }
    two = wayfiles.geometry((piece(), piece(False)), altitude=True)
    assert two == {
        "type": "MultiLineString",
        "coordinates": [
            [[127.987654, 37.123457, 12.3], [128.0, 37.2, 15.0]],
            [[127.987654, 37.123457], [128.0, 37.2]],
        ],
    }
    assert wayfiles.feature((), {})["geometry"] is None
    assert wayfiles.collection([made])["type"] == "FeatureCollection"


def test_wkt_is_as_the_standard_has_it():
    assert wayfiles.wkt([(piece(),)]) == "LINESTRING (127.987654 37.123457, 128 37.2)"
    assert (
        wayfiles.wkt([(piece(),)], altitude=True) == "LINESTRING Z (127.987654 37.123457 12.3, 128 37.2 15)"
    )
    mixed = wayfiles.wkt([(piece(),), (piece(False),)], altitude=True)
    assert mixed == ("MULTILINESTRING ((127.987654 37.123457, 128 37.2), (127.987654 37.123457, 128 37.2))")
    assert wayfiles.wkt([]) == "LINESTRING EMPTY"


def test_thin_is_shorter_and_the_same_way():
    track = walk([(0, 0), (1500, 0), (1500, 800)])
    thin = wayfiles.thinned(track, 10.0)
    assert len(thin[0]) < len(track[0]) / 3
    assert abs(length_m(thin) - length_m(track)) < 5
