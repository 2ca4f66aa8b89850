"""Routes of stored runs: the same answer from memory as from the database, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from coach.domain.activity import Recording, Sport, Streams
from coach.domain.source import Source
from coach.pipeline import routes as ways
from coach.store import activities, private_places, system
from coach.store.session import Database
from tests.domain.walks import along, on_earth

LOOP = [(0.0, 0.0), (1500.0, 0.0), (1500.0, 1200.0), (0.0, 1200.0), (0.0, 0.0)]
START = datetime(2026, 11, 1, 21, 0, tzinfo=UTC)


def run(db: Database, athlete_id: int, days: int, way: list[tuple[float, float]] = LOOP) -> int:
    lat, lon = on_earth(*along(way))
    streams = Streams(np.arange(lat.size, dtype=float), {"lat_deg": lat, "lon_deg": lon})
    recording = Recording(Sport.run, START + timedelta(days=days), float(lat.size), streams=streams)
    with db.athlete_session(athlete_id) as s:
        row = activities.create(
            s, athlete_id, sport=Sport.run, start_at=recording.start, tz="Asia/Seoul",
            local_date=date(2026, 11, 2) + timedelta(days=days), elapsed_s=recording.elapsed_s,
            distance_m=5400.0,
        )  # fmt: skip
        source = activities.add_source(
            s, athlete_id, recording, source=Source.file, file_id=None, activity_id=row.id
        )
        return activities.save(s, replace(row, winner_id=source.id)).id


def members(db: Database, athlete_id: int) -> list[list[int]]:
    with db.athlete_session(athlete_id) as s:
        found = ways.all_routes(s, athlete_id, sport=Sport.run)
    return [[row.id for row in route.rows] for route in found]


def test_what_is_kept_in_memory_follows_what_is_stored(db: Database, athlete_id: int) -> None:
    first, second = run(db, athlete_id, 5), run(db, athlete_id, 1)
    assert members(db, athlete_id) == [[second, first]] == members(db, athlete_id), "the oldest first"
    away = run(db, athlete_id, 6, [(0, 0), (-4000, 0)])
    assert members(db, athlete_id) == [[second, first], [away]]
    with db.athlete_session(athlete_id) as s:
        activities.delete(s, athlete_id, first)
    assert members(db, athlete_id) == [[second], [away]]
    with db.athlete_session(athlete_id) as s:
        activities.undelete(s, athlete_id, first)
        activities.save(s, replace(activities.get(s, athlete_id, second), treadmill=True))
    assert members(db, athlete_id) == [[first], [away]], "a belt goes no route"


def test_another_athlete_s_routes_are_their_own(db: Database, athlete_id: int) -> None:
    mine = run(db, athlete_id, 0)
    other = system.create_athlete(db, name="두리").id
    theirs = run(db, other, 0)
    assert members(db, athlete_id) == [[mine]]
    assert members(db, other) == [[theirs]]
    with db.athlete_session(other) as s:
        row = activities.get(s, other, theirs)
        found = ways.route_of(s, row)
        assert found is not None
        assert [r.id for r in found.rows] == [theirs]
        latest = ways.latest_with_route(s, other)
        assert latest is not None
        assert latest.id == theirs


def test_an_export_hides_the_usual_start_until_a_place_is_set(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        assert ways.hidden(s, athlete_id, private=True) == ()
        assert ways.suggestion(s, athlete_id) is None
    for days in range(3):
        run(db, athlete_id, days)
    with db.athlete_session(athlete_id) as s:
        assert ways.hidden(s, athlete_id, private=False) == ()
        (guessed,) = ways.hidden(s, athlete_id, private=True)
        proposed = ways.suggestion(s, athlete_id)
        assert proposed is not None
        assert guessed.holds_place(proposed.place.lat_deg, proposed.place.lon_deg)
        private_places.add(s, athlete_id, name="", lat_deg=10.0, lon_deg=10.0, radius_m=100.0)
        assert ways.hidden(s, athlete_id, private=True) == private_places.zones(s, athlete_id)
