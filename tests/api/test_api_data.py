"""Files in, activities, the daily record, the profile and charts over HTTP."""

from __future__ import annotations

from datetime import timedelta

from fakes.web import PNG, House

from coach.domain.activity import Sport
from coach.store import activities, athletes


def a_run(house: House, days_ago: int = 1) -> int:
    start = house.clock() - timedelta(days=days_ago)
    with house.db.athlete_session(house.owner.athlete_id) as s:
        row = activities.create(
            s,
            house.owner.athlete_id,
            sport=Sport.run,
            start_at=start,
            tz="Asia/Seoul",
            local_date=start.date(),
            elapsed_s=3000,
            distance_m=10_000,
            name="아침",
        )
    return row.id


async def test_uploads_are_kept_and_queued(house: House) -> None:
    client = house.athlete()
    files = [("files", ("../../etc/한글 이름.fit", b"abc")), ("files", ("b.gpx", b"d" * 3_000_000))]
    answer = await client.post("/api/v1/uploads", files=files)
    assert answer.status_code == 201, answer.text
    kept = sorted(p for p in house.settings.inbox.rglob("*") if p.is_file())
    assert [p.stat().st_size for p in kept] == [3, 3_000_000]
    state = (await client.get(f"/api/v1/imports/{answer.json()['import_id']}")).json()
    assert state["state"] == "queued"
    assert state["total"] == 2


async def test_uploads_that_cannot_be_taken_leave_nothing(house: House) -> None:
    client = house.athlete()
    house.app.state.services.settings.max_upload_mb = 1
    assert (await client.post("/api/v1/uploads", files=[("other", ("a", b"x"))])).status_code == 400
    assert (await client.post("/api/v1/uploads", json={})).status_code == 400
    mixed = {"content-type": "multipart/form-data; boundary=x"}
    for broken in (b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n\r\n", b"\x00" * 100):
        answer = await client.post("/api/v1/uploads", content=broken, headers=mixed)
        assert answer.status_code == 400, broken
    some = [("files", ("a.fit", b"x"))]
    for thread in ("0", "-1", "x", "999999", "9" * 30):
        answer = await client.post("/api/v1/uploads", files=some, data={"thread_id": thread})
        assert answer.status_code in (400, 404)
    assert not any(p.is_file() for p in house.settings.inbox.rglob("*"))


async def test_an_activity_is_corrected_deleted_and_brought_back(house: House) -> None:
    client = house.athlete()
    run = a_run(house)
    changed = (
        await client.patch(f"/api/v1/activities/{run}", json={"distance_m": 9500, "race": True})
    ).json()
    assert changed["activity"]["distance_m"] == 9500
    assert changed["activity"]["distance_origin"] == "corrected"
    undone = await client.post(f"/api/v1/edits/{changed['edit_id']}/undo")
    assert undone.json() == {"what": "changed"}
    again = await client.post(f"/api/v1/edits/{changed['edit_id']}/undo")
    assert again.status_code == 409
    assert (await client.get(f"/api/v1/activities/{run}")).json()["distance_m"] == 10_000
    deleted = (await client.delete(f"/api/v1/activities/{run}")).json()
    assert (await client.get("/api/v1/activities")).json()["activities"] == []
    await client.post(f"/api/v1/edits/{deleted['edit_id']}/undo")
    assert [a["id"] for a in (await client.get("/api/v1/activities")).json()["activities"]] == [run]
    for wrong in ({}, {"distance_m": -1}, {"distance_m": "far"}, {"sport": "chess"}, {"athlete_id": 2}):
        assert (await client.patch(f"/api/v1/activities/{run}", json=wrong)).status_code in (400, 422)


async def test_the_daily_record_is_written_changed_and_deleted(house: House) -> None:
    client = house.athlete()
    run = a_run(house)
    pain = {
        "kind": "pain",
        "day": "2026-11-20",
        "value": 4,
        "where": "knee",
        "side": "left",
        "activity_id": run,
    }
    entry = (await client.post("/api/v1/entries", json=pain)).json()
    assert entry == {**pain, "id": entry["id"], "text": ""}
    where = f"/api/v1/entries/{entry['id']}"
    assert (await client.put(where, json={**pain, "value": 2})).json()["value"] == 2
    assert len((await client.get("/api/v1/entries", params={"kind": "pain"})).json()["entries"]) == 1
    assert (await client.delete(where)).status_code == 204
    assert (await client.get("/api/v1/entries")).json()["entries"] == []
    for wrong in (
        {**pain, "value": 11},
        {**pain, "kind": "mood", "value": 0},
        {**pain, "kind": "note", "value": 1},
        {"kind": "rpe", "day": "2026-11-20"},
        {**pain, "activity_id": 424242},
        {**pain, "side": "front"},
    ):
        assert (await client.post("/api/v1/entries", json=wrong)).status_code in (404, 422), wrong


async def test_the_profile_and_consent(house: House) -> None:
    client = house.athlete()
    change = {
        "units": "imperial",
        "tz": "Europe/Berlin",
        "week_start": 6,
        "birth_year": 1988,
        "sex": "female",
    }
    changed = (await client.patch("/api/v1/profile", json=change)).json()
    assert {name: changed[name] for name in change} == change
    assert (await client.patch("/api/v1/profile", json={"birth_year": None, "name": None})).json()[
        "birth_year"
    ] is None
    wrongs = ({"tz": "Mars"}, {"birth_year": 2027}, {"week_start": 7}, {"lang": "fr"}, {"id": 5})
    for wrong in wrongs:
        assert (await client.patch("/api/v1/profile", json=wrong)).status_code in (400, 422), wrong
    given = (await client.put("/api/v1/profile/model-consent")).json()["given_at"]
    assert given == "2026-11-21T03:00:00Z"
    assert (await client.delete("/api/v1/profile/model-consent")).json() == {"given_at": None}
    with house.db.athlete_session(house.owner.athlete_id) as s:
        assert athletes.get_onboarding(s, house.owner.athlete_id)["model"] == "offline"


async def test_charts_come_as_specs_and_pictures(house: House) -> None:
    client = house.athlete()
    a_run(house)
    charts = [chart["id"] for chart in (await client.get("/api/v1/charts")).json()["charts"]]
    assert {"load_form", "weekly_volume", "splits", "calendar"} <= set(charts)
    spec = (await client.get("/api/v1/charts/weekly_volume/spec", params={"theme": "dark"})).json()
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert "url" not in str(spec.get("data"))
    picture = await client.get("/api/v1/charts/weekly_volume.png")
    assert picture.content == PNG
    assert picture.headers["content-type"] == "image/png"
    assert (await client.get("/api/v1/charts/weekly_volume/spec?data=x")).status_code == 400
    bundle = await house.client().get("/api/v1/charts/bundle.js")
    tag = {"if-none-match": bundle.headers["etag"]}
    assert (await house.client().get("/api/v1/charts/bundle.js", headers=tag)).status_code == 304


async def test_what_it_can_do_and_compute_is_listed(house: House) -> None:
    client = house.athlete()
    tools = (await client.get("/api/v1/tools")).json()["tools"]
    assert {"totals", "show_chart", "undo"} <= {tool["name"] for tool in tools}
    metrics = (await client.get("/api/v1/metrics")).json()["metrics"]
    assert all(metric["source"] and metric["evidence"] for metric in metrics)
