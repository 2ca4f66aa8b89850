"""Private places are kept once, belong to one athlete, and hide what they should from readers of tracks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from coach.domain.activity import Recording, Sport, Streams
from coach.domain.privacy import PrivatePlace, zone_of
from coach.domain.source import Source
from coach.errors import LimitReached, NotFound
from coach.store import activities, private_places, routes, system
from coach.store.session import Database, Session
from tests.domain.walks import HOME, along, on_earth

START = datetime(2026, 11, 1, 21, 0, tzinfo=UTC)
HERE = {"name": "집", "lat_deg": HOME[0], "lon_deg": HOME[1], "radius_m": 200.0}


def run(s: Session, athlete_id: int, n: int, way: list[tuple[float, float]], **more: object) -> int:
    """Keep a run through some corners, with what a watch writes before it has a fix."""
    lat, lon = on_earth(*along(way))
    lat, lon = np.append([np.nan, 0.0], lat), np.append([np.nan, 0.0], lon)
    streams = Streams(np.arange(lat.size, dtype=float), {"lat_deg": lat, "lon_deg": lon})
    recording = Recording(Sport.run, START + timedelta(days=n), float(lat.size), streams=streams)
    row = activities.create(
        s, athlete_id, sport=Sport.run, start_at=recording.start, tz="Asia/Seoul",
        local_date=date(2026, 11, 2) + timedelta(days=n), elapsed_s=recording.elapsed_s, **more,
    )  # fmt: skip
    source = activities.add_source(
        s, athlete_id, recording, source=Source.file, file_id=None, activity_id=row.id
    )
    return activities.save(s, replace(row, winner_id=source.id)).id


def test_a_place_is_kept_once_and_forgotten(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        place = private_places.add(s, athlete_id, **HERE)
        assert private_places.add(s, athlete_id, **HERE) == place
        assert private_places.places(s, athlete_id) == [place]
        assert private_places.zones(s, athlete_id) == (zone_of(place),)
    other = system.create_athlete(db, name="두리").id
    with db.athlete_session(other) as s:
        assert private_places.places(s, other) == []
        with pytest.raises(NotFound):
            private_places.remove(s, other, place.id)
    with db.athlete_session(athlete_id) as s:
        private_places.remove(s, athlete_id, place.id)
        assert private_places.places(s, athlete_id) == []
        for n in range(private_places.MOST):
            private_places.add(s, athlete_id, **{**HERE, "name": str(n)})
        with pytest.raises(LimitReached):
            private_places.add(s, athlete_id, **HERE)


def test_tracks_come_without_what_is_hidden(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        far = run(s, athlete_id, 0, [(0, 0), (2000, 0)])
        inside = run(s, athlete_id, 1, [(0, 0), (50, 50)])
        told = activities.create(
            s, athlete_id, sport=Sport.run, start_at=START, tz="Asia/Seoul",
            local_date=date(2026, 11, 1), elapsed_s=600,
        )  # fmt: skip
        rows = [activities.get(s, athlete_id, n) for n in (far, inside, told.id)]
        zone = zone_of(PrivatePlace(1, "", *HOME, 200.0))
        whole = {seen.row.id: seen for seen in routes.tracks(s, rows, hide=())}
        shown = {seen.row.id: seen for seen in routes.tracks(s, rows, hide=[zone])}
    assert whole.keys() == shown.keys() == {far, inside}
    assert not whole[far].cut
    assert shown[far].cut
    assert 0 < sum(map(len, shown[far].track)) < sum(map(len, whole[far].track))
    assert shown[inside].track == ()


def test_where_runs_begin_is_read_without_their_samples(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        run(s, athlete_id, 0, [(0, 0), (2000, 0)])
        gone = run(s, athlete_id, 1, [(5000, 0), (7000, 0)])
        run(s, athlete_id, 2, [(30, 10), (2000, 900)])
        activities.delete(s, athlete_id, gone)
        lat, lon = routes.starts(s, athlete_id)
        found = routes.most_frequent_start(s, athlete_id)
    assert np.allclose(lat, on_earth(np.array([0, 30.0]), np.array([0, 10.0]))[0], atol=1e-6)
    assert np.allclose(lon, on_earth(np.array([0, 30.0]), np.array([0, 10.0]))[1], atol=1e-6)
    assert found is not None
    assert (found.count, found.of) == (2, 2)
