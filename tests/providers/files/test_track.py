"""Tracks: whatever the order of the samples, time and distance never run backwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.providers.files.times import parse_instants
from coach.providers.files.track import (
    EARTH_RADIUS_M,
    build_track,
    haversine_m,
    path_length,
    unbroken_distance,
)

RULE = settings(max_examples=80, derandomize=True, deadline=None)
OFTEN_NAN = st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6))


def test_a_published_distance() -> None:
    # Nashville to Los Angeles airport, the usual worked example: 2887.26 km on a sphere of 6372.8 km.
    found = haversine_m(*(np.array([x]) for x in (36.12, -86.67, 33.94, -118.40)))
    assert found[0] * 6_372_800 / EARTH_RADIUS_M == pytest.approx(2_887_259.95, abs=1)


@RULE
@given(st.lists(st.one_of(st.just(float("nan")), st.floats(1.5e9, 1.5e9 + 5000)), min_size=1, max_size=40))
def test_time_never_runs_backwards(times: list[float]) -> None:
    epoch_s = np.array(times)
    track = build_track(
        epoch_s, {"hr_bpm": np.full(len(times), 150.0)}, np.zeros(len(times), np.int64), Sport.run
    )
    if np.isnan(epoch_s).all():
        assert track is None
        return
    assert track is not None
    assert track.streams.t_s[0] == 0
    assert bool((np.diff(track.streams.t_s) >= 0).all())


@RULE
@given(st.lists(OFTEN_NAN, min_size=1, max_size=40))
def test_distance_never_decreases_and_unknown_stays_unknown(values: list[float]) -> None:
    given_m = np.abs(np.array(values))
    joined = unbroken_distance(given_m)
    assert np.isnan(joined).tolist() == np.isnan(given_m).tolist()
    known = joined[~np.isnan(joined)]
    assert bool((np.diff(known) >= 0).all())


@RULE
@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=30))
def test_a_path_is_as_long_as_its_way_back(points: list[tuple[float, float]]) -> None:
    lat, lon = (np.array(x) for x in zip(*points, strict=True))
    t_s = np.arange(len(points)) * 1e7  # slow enough that no step is a position error
    there, back = path_length(lat, lon, t_s, ()), path_length(lat[::-1], lon[::-1], t_s, ())
    assert there[-1] == pytest.approx(back[-1], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(("text", "expected"), [
    ("2020-04-18T11:10:44Z", 1587208244), ("2020-04-18T11:10:44.500Z", 1587208244.5),
    ("2020-04-18T20:10:44+09:00", 1587208244), ("2020-04-18T11:10:44", 1587208244),
    (" 2020-04-18T11:10:44Z ", 1587208244),
    ("", None), ("yesterday", None), ("0001-01-01T00:00:00Z", None), ("9999-12-31T23:59:59Z", None),
    ("1970-01-01T00:00:00Z", None),
])  # fmt: skip
def test_instants(text: str, expected: float | None) -> None:
    for texts in ([text], [text, "2020-04-18T11:10:44Z"]):
        found = parse_instants(texts).epoch_s[0]
        assert (found == expected) or (expected is None and bool(np.isnan(found)))
