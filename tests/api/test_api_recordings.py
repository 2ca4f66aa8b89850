"""Samples by the second, the original file, and who is told where the athlete was."""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import httpx
import numpy as np
from fakes.web import BLOG, House

from coach.domain.activity import Recording, Sport, Streams
from coach.domain.geometry import plane_m
from coach.domain.source import Source
from coach.store import activities, files
from tests.domain.walks import HOME, along, on_earth

LOOP = [(0.0, 0.0), (1500.0, 0.0), (1500.0, 1200.0), (0.0, 1200.0), (0.0, 0.0)]
FIT = b"\x0e\x10\x43\x08\x00\x00\x00\x00.FIT\x00\x00" + bytes(range(200))


def run(house: House, streams: Streams | None, file: tuple[str, bytes] | None = None) -> int:
    """Keep a run with samples, with the file that they came from when there is one."""
    owner = house.owner.athlete_id
    start = house.clock() - timedelta(days=1)
    recording = Recording(Sport.run, start, 1800.0, streams=streams)
    with house.db.athlete_session(owner) as s:
        row = activities.create(
            s, owner, sport=Sport.run, start_at=start, tz="Asia/Seoul", local_date=start.date(),
            elapsed_s=1800.0,
        )  # fmt: skip
        kept = files.keep(s, owner, *file)[0] if file else None
        source = activities.add_source(
            s, owner, recording, source=Source.file, file_id=kept, activity_id=row.id
        )
        return activities.save(s, replace(row, winner_id=source.id)).id


def around() -> Streams:
    lat, lon = on_earth(*along(LOOP))
    beats = np.full(lat.size, 140.0)
    return Streams(np.arange(lat.size, dtype=float), {"lat_deg": lat, "lon_deg": lon, "hr_bpm": beats})


async def widget(house: House) -> httpx.AsyncClient:
    made = await house.athlete().post("/api/v1/auth/widget-tokens", json={"origin": BLOG})
    return house.client(authorization=f"Bearer {made.json()['token']}", origin=BLOG)


async def test_samples_come_by_the_second_with_gaps_as_nulls(house: House) -> None:
    t = np.array([0.0, 1.0, 2.4, 2.6, 7.0])
    beats = np.array([100.0, np.nan, 102.0, 103.0, 107.0])
    number = run(house, Streams(t, {"hr_bpm": beats}))
    client = house.athlete()
    found = (await client.get(f"/api/v1/activities/{number}/samples")).json()
    assert found["t_s"] == list(range(8))
    assert found["channels"] == {"hr_bpm": [100, None, 102, None, None, None, None, 107]}
    assert found["units"] == {"hr_bpm": "bpm"}
    assert (found["next_from_s"], found["end_s"]) == (None, 7.0)
    part = await client.get(
        f"/api/v1/activities/{number}/samples", params={"from_s": 2, "to_s": 7, "every_s": 5}
    )
    assert part.json()["t_s"] == [2, 7]
    assert part.json()["channels"] == {"hr_bpm": [102, 107]}
    beyond = await client.get(f"/api/v1/activities/{number}/samples", params={"from_s": 9})
    assert beyond.json()["t_s"] == []
    assert beyond.json()["next_from_s"] is None


async def test_a_long_recording_comes_in_pages(house: House) -> None:
    t = np.arange(9000, dtype=float)
    number = run(house, Streams(t, {"altitude_m": t}))
    client, got, at = house.athlete(), [], 0
    while at is not None:
        page = (await client.get(f"/api/v1/activities/{number}/samples", params={"from_s": at})).json()
        got += page["channels"]["altitude_m"]
        at = page["next_from_s"]
    assert got == list(range(9000))


async def test_samples_keep_private_places_and_tell_another_site_no_position(house: House) -> None:
    number = run(house, around())
    owner = house.athlete()
    place = {"name": "집", "lat_deg": HOME[0], "lon_deg": HOME[1], "radius_m": 200.0}
    assert (await owner.post("/api/v1/private-places", json=place)).status_code == 201
    path = f"/api/v1/activities/{number}/samples"
    told = (await owner.get(path)).json()["channels"]
    shown = [
        (lat, lon)
        for lat, lon in zip(told["lat_deg"], told["lon_deg"], strict=True)
        if lat is not None and lon is not None
    ]
    assert shown
    assert told["lat_deg"][0] is None
    lat, lon = np.array(shown).T
    assert np.hypot(*plane_m(lat, lon, *HOME)).min() >= 200.0
    guest = await widget(house)
    for asked_for in (f"{path}?every_s=10", f"/api/v1/activities/{number}/streams"):
        answer = await guest.get(asked_for)
        assert answer.status_code == 200
        assert set(answer.json()["channels"]) == {"hr_bpm"}
    asked = await guest.get(f"/api/v1/activities/{number}/streams", params={"channels": ["lat_deg"]})
    assert asked.json()["channels"] == {}
    assert "lat_deg" in (await owner.get(f"/api/v1/activities/{number}/streams")).json()["channels"]


async def test_the_original_fit_comes_as_it_was_given(house: House) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "hello")
        archive.writestr("1234_ACTIVITY.fit", FIT)
    client = house.athlete()
    for name, data in (
        ("a.fit", FIT),
        ("b.fit.gz", gzip.compress(FIT + b"b")),
        ("c.zip", packed.getvalue()),
    ):
        number = run(house, None, (name, data))
        answer = await client.get(f"/api/v1/activities/{number}/fit")
        assert answer.status_code == 200, name
        assert answer.content in (FIT, FIT + b"b")
        assert f'filename="activity-{number}.fit"' in answer.headers["content-disposition"]
    other = run(house, None, ("d.gpx", b"<gpx></gpx>"))
    missing = await client.get(f"/api/v1/activities/{other}/fit")
    assert missing.status_code == 404
    assert "FIT" in missing.json()["detail"]
    assert (await (await widget(house)).get(f"/api/v1/activities/{number}/fit")).status_code == 403
