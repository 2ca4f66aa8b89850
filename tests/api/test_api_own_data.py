"""Taking one's data along, keeping and deleting conversations, and deleting everything, over HTTP."""

from __future__ import annotations

import io
from zipfile import ZipFile

from fakes.web import House
from sqlalchemy import insert

from coach.store import accounts, models, system, threads


async def test_everything_comes_as_a_zip(house: House) -> None:
    client = house.athlete()
    with house.db.athlete_session(house.owner.athlete_id) as s:
        threads.create(s, house.owner.athlete_id, "첫 대화")
    answer = await client.get("/api/v1/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="hanbal-2026-11-21.zip"'
    assert answer.headers["cache-control"] == "no-store"
    held = ZipFile(io.BytesIO(answer.content))
    assert "첫 대화" in held.read("data/threads.jsonl").decode()
    assert (await client.get("/api/v1/export")).status_code == 200, "the one before has ended"


async def test_a_deleted_conversation_is_taken_back_or_goes_at_once(house: House) -> None:
    client = house.athlete()
    with house.db.athlete_session(house.owner.athlete_id) as s:
        thread_id = threads.create(s, house.owner.athlete_id, "지울 대화").id
    assert (await client.delete(f"/api/v1/threads/{thread_id}")).status_code == 204
    page = (await client.get("/settings")).text
    assert "지울 대화" in page
    assert "완전히 사라져요" in page
    assert (await client.post(f"/api/v1/threads/{thread_id}/restore")).status_code == 200
    assert [t["id"] for t in (await client.get("/api/v1/threads")).json()["threads"]] == [thread_id]
    gone = await client.delete(f"/api/v1/threads/{thread_id}", params={"for_good": True})
    assert gone.status_code == 204
    assert (await client.post(f"/api/v1/threads/{thread_id}/restore")).status_code == 404


async def test_how_long_conversations_are_kept(house: House) -> None:
    client = house.athlete()
    assert (await client.get("/api/v1/own-data")).json()["chat_keep_days"] is None
    for days, status in ((45, 204), (None, 204), (0, 422), (10**9, 422)):
        answer = await client.put("/api/v1/own-data/chat-keep-days", json={"days": days})
        assert answer.status_code == status, days
    await client.put("/api/v1/own-data/chat-keep-days", json={"days": 45})
    assert (await client.get("/api/v1/own-data")).json()["chat_keep_days"] == 45
    assert '<option value="45" selected>' in (await client.get("/settings")).text


async def test_deleting_needs_the_word_and_proof_of_who_asks(house: House) -> None:
    client, path = house.athlete(), "/api/v1/own-data/delete"
    wrong = await client.post(path, json={"word": "네"})
    assert wrong.status_code == 400
    assert "아무것도 지우지" in wrong.json()["detail"]
    house.clock.advance(minutes=16)
    stale = await client.post(path, json={"word": "지우기"})
    assert stale.status_code == 403
    assert "다시 로그인" in stale.json()["detail"]
    with house.db.athlete_session(house.owner.athlete_id) as s:
        accounts.set_password(s, house.owner.id, "달빛 아래 한 걸음")
    for given in ({}, {"password": "아무거나"}):
        assert (await client.post(path, json={"word": "지우기", **given})).status_code == 400
    assert system.owner(house.db) is not None
    done = await client.post(path, json={"word": " Delete ", "password": "달빛 아래 한 걸음"})
    assert (done.status_code, done.json()["untold"]) == (200, [])
    assert "모두 지웠어요" in done.json()["said"]
    assert "hanbal=" in done.headers["set-cookie"]
    assert system.owner(house.db) is None
    assert (await client.get("/api/v1/session")).status_code == 401
    login = await client.post("/api/v1/auth/login", json={"password": "달빛 아래 한 걸음"})
    assert login.status_code == 401


async def test_a_human_coach_takes_nothing_along(house: House) -> None:
    with house.db.system_session() as s:
        new = insert(models.accounts).values(athlete_id=house.owner.athlete_id, role="coach")
        account = accounts.get(s, s.scalars(new.returning(models.accounts.c.id)).one())
    client = house.client(house.session(account))
    assert (await client.get("/api/v1/export")).status_code == 403
    deleted = await client.post("/api/v1/own-data/delete", json={"word": "지우기"})
    assert deleted.status_code == 403
