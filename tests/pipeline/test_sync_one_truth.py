"""One outing from several services: the same whatever came first, and what is left when one of them goes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from real_services import House, Real, house_of, later
from sync_runs import LAST

from coach.domain.activity import Sport
from coach.domain.source import Source, permission_of
from coach.pipeline import connecting, editing
from coach.store import activities, athletes, permissions
from coach.store.session import Database


@pytest.fixture
def house(db: Database, tmp_path: Path) -> Iterator[House]:
    with house_of(db, tmp_path) as house:
        yield house


def original(house: House) -> bytes:
    """Return the file that Garmin gives of its only run."""
    (run,) = house.garmin.runs
    packed = run.download()
    assert packed is not None
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return archive.read(archive.namelist()[0])


def bring(house: House, real: Real, what: str) -> None:
    if what == "file":
        real.coach.bring(("mine.fit", original(house)))
        return
    house.connect(real, what)
    assert real.sync(what).state == "connected"
    later(real, minutes=1)


def fields(real: Real) -> dict[str, Any]:
    row = real.coach.only()
    names = {k.id: k.source for k in real.sources(row.id)}
    return {
        "scalars": {
            n: getattr(row, n)
            for n in (
                "sport",
                "start_at",
                "elapsed_s",
                "timer_s",
                "distance_m",
                "name",
                "note",
                "totals",
                "race",
            )
        },
        "metrics": real.coach.values(row.id),
        "sources": row.sources,
        "from": {field: names.get(i) for field, i in row.field_sources.items()},
    }


def orders() -> list[Any]:
    """Return every order; those that do most in the usual run, the others in the long one."""
    usual = (("file", "strava", "garmin"),)
    rest = [order for order in permutations(usual[0]) if order not in usual]
    return [*usual, *(pytest.param(order, marks=pytest.mark.soak) for order in rest)]


@pytest.mark.parametrize("order", orders(), ids=str)
def test_in_every_order(house: House, order: tuple[str, ...]) -> None:
    real = house.athlete()
    house.run(0, "garmin", "strava", name="Tempo 5k", note="felt good")
    for what in order:
        bring(house, real, what)
    later(real, hours=1)
    real.sync("garmin")
    real.sync("strava")
    found = fields(real)
    assert found["scalars"]["name"] == "Tempo 5k"
    assert found["scalars"]["note"] == "felt good"
    assert Source.strava not in found["sources"]
    connecting.disconnect(real.reach, real.athlete_id, "strava", delete_data=True)
    assert {k: v for k, v in fields(real).items() if k != "metrics"} == {
        k: v for k, v in found.items() if k != "metrics"
    }
    connecting.disconnect(real.reach, real.athlete_id, "garmin", delete_data=True)
    row = real.coach.only()  # the file was given by hand
    assert row.sources == {Source.file}
    assert (row.name, row.note) == ("", "")
    assert row.distance_m == 1800.0


@pytest.mark.parametrize("order", list(permutations(("garmin", "strava"))), ids="-".join)
def test_what_is_left_is_strava_s_and_restricted(house: House, order: tuple[str, ...]) -> None:
    real = house.athlete()
    house.run(0, "garmin", "strava", name="Tempo 5k")
    for what in order:
        bring(house, real, what)
    connecting.disconnect(real.reach, real.athlete_id, "garmin", delete_data=True)
    row = real.coach.only()
    assert row.sources == {Source.strava}
    assert row.name == "Morning Run"
    with real.db.athlete_session(real.athlete_id) as s:
        assert permission_of(row.sources, permissions.read(s)).to_model is False


def test_deleted_here_it_stays_deleted(house: House) -> None:
    real = house.athlete()
    house.run(0, "garmin", "strava")
    bring(house, real, "garmin")
    row = real.coach.only()
    with real.db.athlete_session(real.athlete_id) as s:
        editing.delete(s, athletes.get(s, real.athlete_id), row.id)
    house.garmin.runs[0].name = "Renamed"
    later(real, hours=1)
    real.sync("garmin")
    assert real.coach.rows() == []
    bring(house, real, "strava")
    assert real.coach.rows() == []


def test_told_apart_by_the_athlete_it_stays_apart(house: House) -> None:
    from coach.pipeline import outings

    real = house.athlete()
    house.run(0, "garmin", "strava")
    for what in ("garmin", "strava"):
        bring(house, real, what)
    row = real.coach.only()
    theirs = next(k for k in real.sources(row.id) if k.source is Source.strava)
    with real.db.athlete_session(real.athlete_id) as s:
        athletes.lock(s, real.athlete_id)
        outings.split(s, activities.get(s, real.athlete_id, row.id), theirs.id, "Asia/Seoul")
    house.garmin.runs[0].name = "Renamed"
    number = next(iter(house.strava.activities))
    house.strava.activities[number]["name"] = "Renamed there"
    for _ in range(2):
        later(real, days=1)
        real.sync("garmin")
        real.sync("strava")
        real.sync("strava", backfill=True)
    assert sorted(row.name for row in real.coach.rows()) == ["Renamed", "Renamed there"]


def log_it(real: Real, ago: float = 0, rpe: float = 7) -> int:
    with real.db.athlete_session(real.athlete_id) as s:
        row, _ = editing.log_activity(
            s,
            athletes.get(s, real.athlete_id),
            start=LAST - timedelta(days=ago),
            sport=Sport.run,
            distance_m=1_850.0,
            duration_s=620.0,
            rpe=rpe,
        )
        return row.id


def test_what_the_athlete_wrote_down_meets_its_recording_and_outlives_it(house: House) -> None:
    real = house.athlete()
    logged = log_it(real)
    house.run(0, "strava")
    bring(house, real, "strava")
    row = real.coach.only()
    assert (row.id, row.distance_m, row.distance_origin, row.rpe) == (logged, 1800.0, "recorded", 7)
    connecting.disconnect(real.reach, real.athlete_id, "strava", delete_data=True)
    row = real.coach.only()
    assert (row.distance_m, row.distance_origin, row.rpe) == (1850.0, "said", 7)
    assert (row.elapsed_s, row.start_at, row.name) == (620.0, LAST, "")


def test_what_the_athlete_corrected_stays_when_the_recording_changes(house: House) -> None:
    real = house.athlete()
    house.run(0, "garmin")
    bring(house, real, "garmin")
    row = real.coach.only()
    with real.db.athlete_session(real.athlete_id) as s:
        editing.change(s, athletes.get(s, real.athlete_id), row.id, {"distance_m": 2_000.0})
    house.garmin.runs[0].name = "Renamed"
    later(real, hours=1)
    real.sync("garmin")
    row = real.coach.only()
    assert (row.distance_m, row.distance_origin, row.name) == (2_000.0, "corrected", "Renamed")


def test_an_edit_over_there_is_followed(house: House) -> None:
    real = house.athlete()
    house.run(0, "garmin")
    house.run(1, "strava")
    for what in ("garmin", "strava"):
        bring(house, real, what)
    run = house.garmin.runs[0]
    run.name, run.type_key, run.event = "산길", "hiking", "race"
    run.more = {"distance": 1700.0}
    there = next(iter(house.strava.activities.values()))
    there |= {"name": "Renamed", "distance": 1500.0, "moving_time": 400, "sport_type": "Walk", "type": "Walk"}
    later(real, hours=1)
    real.sync("garmin")
    real.sync("strava")
    told = {r.start_at: (r.name, r.sport, r.distance_m) for r in real.coach.rows()}
    assert told[LAST - timedelta(days=1)] == ("Renamed", "walk", 1500.0)
    assert told[LAST][:2] == ("산길", "hike")
    house.garmin.runs[0] = replace(run, start=run.start + timedelta(minutes=10))
    later(real, hours=1)
    real.sync("garmin")
    assert len(real.coach.rows()) == 2
    assert real.counts("garmin") == {"done": 1}
