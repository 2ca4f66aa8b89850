"""From Garmin to Strava and back: uploaded once, and one activity here, with the real providers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes.garmin import Run
from pipeline_runs import recording
from real_services import House, house_of, later
from sync_runs import LAST, NOW

from coach.domain.activity import Recording
from coach.domain.source import Source
from coach.pipeline import uploading
from coach.providers.files.fit.encode import encode_activity
from coach.store import outbox
from coach.store.session import Database


@pytest.fixture
def house(db: Database, tmp_path: Path) -> Iterator[House]:
    with house_of(db, tmp_path) as house:
        yield house


def test_uploaded_once_it_comes_back_as_a_source_of_the_same(house: House) -> None:
    real = house.athlete()
    house.connect(real, "strava", write=True)
    house.connect(real, "garmin")
    real.sync("strava")
    later(real, hours=3)
    house.garmin.add(Run(NOW + timedelta(hours=1), seconds=600))
    real.sync("garmin")
    row = real.coach.only()
    house.strava.fault("/uploads", "cut_after")
    for _ in range(3):
        with real.db.athlete_session(real.athlete_id) as s:
            parcels = outbox.find(s, uploading.KIND, limit=10)
        assert len(parcels) == 1
        uploading.send(real.reach, real.athlete_id, parcels[0].id)
        later(real, real.connection("strava").retry_at, minutes=30)
    assert len(house.strava.activities) == 1
    for _ in range(2):
        later(real, days=1)
        real.sync("strava")
        real.sync("strava", backfill=True)
        real.sync("garmin")
    assert real.coach.only().id == row.id
    assert {k.source for k in real.sources(row.id)} == {Source.garmin, Source.strava}
    assert house.strava.count("/uploads", "POST") == 1
    with real.db.athlete_session(real.athlete_id) as s:
        assert [p.state for p in outbox.find(s, uploading.KIND, limit=10)] == ["sent"]


def test_each_part_of_a_multisport_file_is_one_activity(house: House) -> None:
    real = house.athlete()
    parts = [recording(LAST, 600), recording(LAST + timedelta(minutes=15), 400, seed=4)]
    house.garmin.add(Run(LAST, seconds=1_300, type_key="multi_sport", original=_packed(parts)))
    child = Run(LAST + timedelta(minutes=15), seconds=399, original=encode_activity(parts[1]))
    house.garmin.add(replace(child, more={"parentId": house.garmin.runs[0].id}))
    house.connect(real, "garmin")
    for _ in range(2):
        real.sync("garmin")
        house.garmin.runs[0].name += "!"
        later(real, hours=1)
    assert sorted(row.elapsed_s for row in real.coach.rows()) == [399.0, 599.0]


def _packed(parts: list[Recording]) -> bytes:
    return b"".join(encode_activity(part) for part in parts)
