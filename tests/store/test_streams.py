"""Samples come back as they went in, to the resolution of what recorded them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sqlalchemy import text

from coach.domain.activity import CHANNELS, Streams
from coach.store import streams
from coach.store.session import Database

from .test_nouns import add_run


@pytest.fixture
def source(db: Database, athlete_id: int) -> int:
    with db.athlete_session(athlete_id) as s:
        return add_run(s, athlete_id).winner_id or 0


def channel(name: str, size: int) -> st.SearchStrategy[np.ndarray]:
    spec = CHANNELS[name]
    known = st.floats(spec.low, spec.high, width=32)
    return hnp.arrays(np.float64, size, elements=st.one_of(st.just(np.nan), known))


@st.composite
def recorded(draw: st.DrawFn) -> Streams:
    size = draw(st.integers(0, 20))
    steps = draw(hnp.arrays(np.float64, size, elements=st.floats(0, 5000)))
    names = draw(st.sets(st.sampled_from(sorted(CHANNELS)), max_size=5))
    return Streams(np.cumsum(steps), {name: draw(channel(name, size)) for name in names})


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(given_streams=recorded())
def test_round_trip(db: Database, athlete_id: int, source: int, given_streams: Streams) -> None:
    with db.athlete_session(athlete_id) as s:
        streams.write(s, source, athlete_id, given_streams)
        got = streams.read(s, source)
    assert got is not None
    assert set(got.channels) == set(given_streams.channels)
    assert got.developer == {}
    np.testing.assert_allclose(got.t_s, given_streams.t_s, atol=0.0005001)
    assert (np.diff(got.t_s) >= 0).all()
    for name, values in given_streams.channels.items():
        back = got.channels[name]
        if name == "lon_deg":
            back = np.where((back == -180) & (values > 0), 180, back)
        atol = {"distance_m": 0.0005001, "lat_deg": 5e-8, "lon_deg": 5e-8}.get(name, 0)
        np.testing.assert_allclose(back, values, atol=atol, rtol=0, err_msg=name)


def test_positions_are_finer_than_float32(db: Database, athlete_id: int, source: int) -> None:
    lon = np.linspace(126.97, 126.98, 5000)
    with db.athlete_session(athlete_id) as s:
        streams.write(s, source, athlete_id, Streams(np.arange(5000.0), {"lon_deg": lon, "lat_deg": lon / 3}))
        got = streams.read(s, source)
    assert got is not None
    metres = np.abs(got.channels["lon_deg"] - lon).max() * 111_320
    assert metres < 0.005 < np.abs(lon.astype("f4") - lon).max() * 111_320


def test_decimal_times_and_distances_come_back_exactly(db: Database, athlete_id: int, source: int) -> None:
    exact = Streams(np.array([0, 0.1, 0.3, 86399.999]), {"distance_m": np.array([0, 2.73, 1e6, 42195.01])})
    with db.athlete_session(athlete_id) as s:
        streams.write(s, source, athlete_id, exact)
        got = streams.read(s, source)
    assert got is not None
    assert (got.t_s.tolist(), got.channels["distance_m"].tolist()) == (
        exact.t_s.tolist(),
        exact.channels["distance_m"].tolist(),
    )


def test_what_no_integer_holds_is_missing(db: Database, athlete_id: int, source: int) -> None:
    wild = Streams(np.arange(4.0), {"distance_m": np.array([1, np.inf, 1e12, -1e12])})
    with db.athlete_session(athlete_id) as s:
        streams.write(s, source, athlete_id, wild)
        got = streams.read(s, source)
        assert got is not None
        np.testing.assert_array_equal(got.channels["distance_m"], [1, np.nan, np.nan, np.nan])
        view = s.execute(
            text("SELECT distance_m FROM activity_samples WHERE activity_source_id = :s ORDER BY sample"),
            {"s": source},
        ).scalars()
        assert list(view) == [1, None, None, None]


def test_only_wanted_channels_are_read(db: Database, athlete_id: int, source: int) -> None:
    with db.athlete_session(athlete_id) as s:
        some = streams.read(s, source, ["hr_bpm", "power_w"])
        assert some is not None
        assert (set(some.channels), some.developer) == ({"hr_bpm"}, {})
        assert streams.read(s, 10**9) is None
    with db.athlete_session(athlete_id + 1) as s:
        assert streams.read(s, source) is None


def test_server_stores_plain_arrays_without_nulls(db: Database, athlete_id: int, source: int) -> None:
    with db.athlete_session(athlete_id) as s:
        rows = s.execute(
            text(
                "SELECT channel, array_position(samples, NULL), samples[2]::text, ticks"
                " FROM activity_streams WHERE activity_source_id = :s ORDER BY channel"
            ),
            {"s": source},
        ).all()
    assert rows == [
        ("Leg Spring", None, "9.25", None),
        ("distance_m", None, None, [0, 2750, 7100]),
        ("hr_bpm", None, "NaN", None),
        ("t_s", None, None, [0, 1000, 2500]),
    ]
