"""Tracks, routes, heatmap and private places over HTTP."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from fakes.web import BLOG, PNG, House

from coach.domain.activity import Recording, Sport, Streams
from coach.domain.geometry import plane_m
from coach.domain.privacy import PrivatePlace, zone_of
from coach.domain.source import Source
from coach.store import activities
from tests.domain.walks import HOME, along, on_earth

LOOP = [(0.0, 0.0), (1500.0, 0.0), (1500.0, 1200.0), (0.0, 1200.0), (0.0, 0.0)]
V1 = "/api/v1"


def run(house: House, days_ago: int, way: list[tuple[float, float]] = LOOP, name: str = "아침") -> int:
    owner = house.owner.athlete_id
    lat, lon = on_earth(*along(way))
    streams = Streams(
        np.arange(lat.size, dtype=float),
        {"lat_deg": lat, "lon_deg": lon, "altitude_m": np.full(lat.size, 20.0)},
    )
    start = house.clock() - timedelta(days=days_ago)
    recording = Recording(Sport.run, start, float(lat.size), streams=streams)
    with house.db.athlete_session(owner) as s:
        row = activities.create(
            s, owner, sport=Sport.run, start_at=start, tz="Asia/Seoul", local_date=start.date(),
            elapsed_s=recording.elapsed_s, distance_m=5400.0, name=name,
        )  # fmt: skip
        kept = activities.add_source(
            s, owner, recording, source=Source.file, file_id=None, activity_id=row.id
        )
        return activities.save(s, replace(row, winner_id=kept.id)).id


def positions(made: dict[str, Any]) -> list[list[float]]:
    shape = made["geometry"]
    if shape is None:
        return []
    lines = shape["coordinates"]
    return [p for line in ([lines] if shape["type"] == "LineString" else lines) for p in line]


def nearest_m(made: dict[str, Any]) -> float:
    """Return how near to home a feature comes."""
    lon, lat = np.array([p[:2] for p in positions(made)]).T
    return float(np.hypot(*plane_m(lat, lon, *HOME)).min())


async def test_a_track_is_shared_without_where_it_begins(house: House) -> None:
    """Nothing was set: the place where most activities begin is taken for home."""
    number = run(house, 1)
    client = house.athlete()
    answer = await client.get(f"{V1}/activities/{number}/route.geojson")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    made = answer.json()
    assert nearest_m(made) > 200
    said = made["properties"]
    assert said["cut"] is True
    assert said["distance_m"] < 5400 - 400, "the whole distance would tell how far the hidden end is"
    assert said["duration_s"] < len(along(LOOP)[0]) - 100
    assert "avg_hr_bpm" not in said
    assert not {"start_at", "time", "times"} & said.keys()

    whole = (await client.get(f"{V1}/activities/{number}/route.geojson?private=false&altitude=true")).json()
    assert nearest_m(whole) < 5
    assert whole["properties"]["distance_m"] == 5400
    assert positions(whole)[0][2] == 20
    asked = (await client.get(f"{V1}/activities/{number}/route.geojson?heart_rate=true")).json()
    assert asked["properties"]["avg_hr_bpm"] is None

    text = (await client.get(f"{V1}/activities/{number}/route.wkt")).text
    assert text.startswith("LINESTRING (126.9")


async def test_a_place_of_one_s_own_decides(house: House) -> None:
    number = run(house, 1)
    client = house.athlete()
    place = {"name": "회사", "lat_deg": HOME[0] + 0.0108, "lon_deg": HOME[1], "radius_m": 150}
    added = await client.post(f"{V1}/private-places", json=place)
    assert added.status_code == 201, added.text
    again = await client.post(f"{V1}/private-places", json=place)
    assert again.json() == added.json()
    made = (await client.get(f"{V1}/activities/{number}/route.geojson")).json()
    assert made["geometry"]["type"] == "MultiLineString"
    zone = zone_of(PrivatePlace(1, "", place["lat_deg"], place["lon_deg"], 150))  # type: ignore[arg-type]
    lon, lat = np.array(positions(made)).T
    assert not zone.holds(lat, lon).any()
    assert nearest_m(made) < 5, "home was not named, so it is not guessed at"

    spec = (await client.get(f"{V1}/charts/route/spec?activity_id={number}")).json()
    shown = {value["piece"] for value in spec["data"]["values"]}
    assert len(shown) == 2, "the page's own map leaves it out, too"
    gone = await client.delete(f"{V1}/private-places/{added.json()['id']}")
    assert gone.status_code == 204
    assert (await client.get(f"{V1}/private-places")).json() == {"places": []}


async def test_the_suggestion_is_accepted_or_not(house: House) -> None:
    client = house.athlete()
    assert (await client.get(f"{V1}/private-places/suggestion")).json() == {"place": None}
    for n in range(3):
        run(house, n + 1)
    place = (await client.get(f"{V1}/private-places/suggestion")).json()["place"]
    assert (place["count"], place["of"], place["radius_m"]) == (3, 3, 200)
    assert (await client.get(f"{V1}/private-places")).json() == {"places": []}
    given = {name: place[name] for name in ("lat_deg", "lon_deg", "radius_m")}
    assert (await client.post(f"{V1}/private-places", json={"name": "집", **given})).status_code == 201
    assert (await client.get(f"{V1}/private-places/suggestion")).json() == {"place": None}


async def test_routes_are_listed_and_exported(house: House) -> None:
    ids = [run(house, days, name=name) for days, name in ((9, "동네"), (5, "동네"), (2, "아침"))]
    back = run(house, 1, LOOP[::-1])
    run(house, 3, [(0, 0), (-3000, 0)])
    client = house.athlete()
    (route,) = (await client.get(f"{V1}/routes")).json()["routes"]
    assert (route["id"], route["name"], route["count"], route["backwards"]) == (ids[0], "동네", 3, 1)
    assert route["activity_ids"] == ids
    assert route["latest"]["activity_id"] == ids[-1]
    assert len((await client.get(f"{V1}/routes?at_least=1")).json()["routes"]) == 3
    made = (await client.get(f"{V1}/routes.geojson?route={ids[1]}")).json()
    assert {feature["id"] for feature in made["features"]} == set(ids)
    assert all(nearest_m(feature) > 200 for feature in made["features"])
    assert (await client.get(f"{V1}/routes.wkt")).text.startswith("MULTILINESTRING ((126.9")
    none = (await client.get(f"{V1}/routes.geojson?end=2020-01-01")).json()
    assert none == {"type": "FeatureCollection", "features": []}
    assert back not in route["activity_ids"]


async def test_the_heatmap_says_where_it_lies(house: House) -> None:
    client = house.athlete()
    for n in range(3):
        run(house, n + 1)
    for theme in ("light", "dark"):
        answer = await client.get(f"{V1}/heatmap.png?theme={theme}&size=300&sport=run")
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(PNG)
        west, south, east, north = map(float, answer.headers["x-bounds"].split(","))
        assert west < HOME[1] + 0.01 < east
        assert south < HOME[0] + 0.005 < north
        assert max(struct.unpack(">II", answer.content[16:24])) in range(300, 304)
    said = (await client.get(f"{V1}/heatmap.json?size=300&sport=run")).json()
    assert said["west"] == pytest.approx(west, abs=1e-6)
    assert (said["drawn"], said["elsewhere"], said["most"]) == (3, 0, 3)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/activities/0/route.geojson", None, 422),
        ("GET", "/activities/999999/route.wkt", None, 404),
        ("GET", "/heatmap.png?size=9", None, 422),
        ("GET", "/heatmap.png?theme=pink", None, 422),
        ("GET", "/heatmap.png?end=2020-01-01", None, 404),
        ("GET", "/routes?sport=chess", None, 422),
        ("GET", "/routes.geojson?route=999999", None, 404),
        ("POST", "/private-places", {"lat_deg": 91, "lon_deg": 0}, 422),
        ("POST", "/private-places", {"lat_deg": 1, "lon_deg": 0, "radius_m": 20}, 422),
        ("POST", "/private-places", {"lat_deg": 1, "lon_deg": 0, "athlete_id": 2}, 422),
        ("DELETE", "/private-places/999999", None, 404),
    ],
)
async def test_bad_requests(house: House, method: str, path: str, body: object, status: int) -> None:
    answer = await house.athlete().request(method, V1 + path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_within_another_site_only_what_may_be_shared_is_shown(house: House) -> None:
    number, owner = run(house, 1), house.athlete()
    token = (await owner.post(f"{V1}/auth/widget-tokens", json={"origin": BLOG})).json()["token"]
    widget = house.client(authorization=f"Bearer {token}", origin=BLOG)
    made = (await widget.get(f"{V1}/activities/{number}/route.geojson")).json()
    assert nearest_m(made) > 200
    for path in (f"/activities/{number}/route.wkt", "/routes.geojson", "/heatmap.png"):
        assert (await widget.get(f"{V1}{path}?private=false")).status_code == 403, path
    for path in ("/private-places", "/private-places/suggestion"):
        assert (await widget.get(V1 + path)).status_code == 403, path
