"""The journal over HTTP: writing, correcting, searching, and the question after a run."""

from __future__ import annotations

from datetime import timedelta

from fakes.web import House

from coach.domain.activity import Sport
from coach.store import activities, plan_holds

AT = "/api/v1/journal"


async def test_a_text_is_written_corrected_found_and_deleted(house: House) -> None:
    client = house.athlete()
    answer = await client.post(AT, json={"text": "왼쪽 무릎이 3점 아팠어", "key": "once"})
    assert answer.status_code == 201, answer.text
    note = answer.json()["note"]
    assert [(e["kind"], e["value"], e["where"]) for e in note["entries"]] == [("pain", 3.0, "knee")]
    assert (await client.post(AT, json={"text": "왼쪽 무릎이 3점 아팠어", "key": "once"})).json()["note"][
        "id"
    ] == note["id"]
    entry = {"id": note["entries"][0]["id"], "kind": "pain", "value": 2, "where": "knee", "side": "right"}
    corrected = await client.put(f"{AT}/{note['id']}/entries", json={"entries": [entry]})
    assert corrected.json()["note"]["read_by"] == "athlete"
    found = (await client.get(AT, params={"about": "when did my knee hurt?"})).json()["notes"]
    assert [n["id"] for n in found] == [note["id"]]
    assert found[0]["entries"][0]["side"] == "right"
    assert (await client.get(AT, params={"place": "calf"})).json()["notes"] == []
    gone = await client.delete(f"{AT}/{note['id']}")
    assert (await client.get(AT)).json() == {"notes": [], "more": False}
    assert (await client.post(f"/api/v1/edits/{gone.json()['edit_id']}/undo")).status_code == 200
    assert len((await client.get(AT)).json()["notes"]) == 1


async def test_what_is_too_long_or_off_the_scale_says_so(house: House) -> None:
    client = house.athlete()
    long = await client.post(AT, json={"text": "가" * 50_000})
    assert long.status_code == 400
    assert "4000" in long.json()["detail"]
    for body in (
        {"entries": [{"kind": "mood", "value": 9}]},
        {"entries": [{"kind": "illness", "value": 1}]},
        {"text": "x", "origin": "chat"},
    ):
        assert (await client.post(AT, json=body)).status_code == 422
    assert (await client.post(AT, json={"text": "\x00"})).status_code == 400
    assert (await client.post(AT, json={"text": "무릎", "activity_id": 99_999})).status_code == 404


async def test_a_red_flag_is_answered_at_once(house: House) -> None:
    client = house.athlete()
    answer = await client.post(AT, json={"text": "뛰는데 가슴이 답답했어"})
    assert "119" in answer.json()["warning"]
    with house.db.athlete_session(house.owner.athlete_id) as s:
        assert plan_holds.standing(s)
    entry = {"kind": "note", "day": house.clock().date().isoformat(), "text": "가슴이 또 조여 왔다"}
    assert (await client.post("/api/v1/entries", json=entry)).status_code == 201
    notices = (await client.get("/api/v1/notices")).json()
    assert str(notices).count("119") >= 2


async def test_the_last_run_is_asked_about_until_it_was_told(house: House) -> None:
    client, now = house.athlete(), house.clock()
    assert (await client.get(f"{AT}/after_run")).json() == {"activity_id": None, "question": None}
    with house.db.athlete_session(house.owner.athlete_id) as s:
        row = activities.create(
            s, house.owner.athlete_id, sport=Sport.run, start_at=now - timedelta(hours=2), tz="Asia/Seoul",
            local_date=(now + timedelta(hours=7)).date(), elapsed_s=3000, distance_m=10_000.0,
        )  # fmt: skip
    asked = (await client.get(f"{AT}/after_run")).json()
    assert asked["activity_id"] == row.id
    assert "10" in asked["question"]
    page = (await client.get("/journal")).text
    assert asked["question"] in page
    told = await client.post(f"{AT}/after_run", json={"activity_id": row.id, "rpe": 6, "text": "가벼웠다"})
    assert told.json()["note"]["origin"] == "after_run"
    assert (await client.get(f"{AT}/after_run")).json()["activity_id"] is None
    assert asked["question"] not in (await client.get("/journal")).text


async def test_hours_of_sleep_are_shown_beside_the_text_that_gave_them(house: House) -> None:
    client = house.athlete()
    kept = await client.post(AT, json={"text": "회사 일로 늦게 자서 5시간밖에 못 잤어"})
    assert kept.json()["note"]["values"] == ["수면 5시간"]
    await client.post(AT, json={"text": "무릎은 괜찮아"})
    notes = (await client.get(AT)).json()["notes"]
    assert [note["values"] for note in notes] == [[], ["수면 5시간"]]
