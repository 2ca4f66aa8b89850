"""The page and the routes of what is remembered."""

from __future__ import annotations

from fakes.web import House


async def test_write_change_and_forget(house: House) -> None:
    client = house.athlete()
    page = (await client.get("/memory")).text
    assert "아직 아무것도 없어요" in page
    made = await client.post("/api/v1/memory", json={"kind": "schedule", "text": "아침에만 뛸 수 있어"})
    assert made.status_code == 201
    memory = made.json()
    assert (memory["origin"], memory["state"], memory["confidence"]) == ("page", "active", 1.0)
    where = f"/api/v1/memory/{memory['id']}"
    changed = await client.patch(where, json={"text": "저녁에만 뛸 수 있어", "valid_until": "2027-01-31"})
    assert (changed.json()["text"], changed.json()["quote"]) == ("저녁에만 뛸 수 있어",) * 2
    assert (await client.patch(where, json={"valid_until": None})).json()["valid_until"] is None
    page = (await client.get("/memory")).text
    assert "저녁에만 뛸 수 있어" in page
    assert "아침에만 뛸 수 있어" not in page.replace("&#34;아침에만 뛸 수 있어&#34;", "")
    assert "그 대화를 지울 때까지" in page
    assert (await client.delete(where)).status_code == 204
    assert (await client.delete(where)).status_code == 404
    assert (await client.get("/api/v1/memory")).json() == {"memories": []}


async def test_forget_everything(house: House) -> None:
    client = house.athlete()
    for text in ("나 천식 있어", "락커 12번"):
        await client.post("/api/v1/memory", json={"kind": "fact", "text": text})
    assert len((await client.get("/api/v1/memory", params={"kind": "fact"})).json()["memories"]) == 2
    assert (await client.delete("/api/v1/memory")).status_code == 204
    assert (await client.get("/api/v1/memory")).json() == {"memories": []}


async def test_what_cannot_be_kept_is_refused(house: House) -> None:
    client = house.athlete()
    for body, status in (
        ({"kind": "fact", "text": " \x00 "}, 400),
        ({"kind": "fact", "text": "🏃"}, 400),
        ({"kind": "fact", "text": "가" * 301}, 422),
        ({"kind": "secret", "text": "가"}, 422),
        ({"kind": "fact", "text": "가", "origin": "chat"}, 422),
    ):
        assert (await client.post("/api/v1/memory", json=body)).status_code == status, body
    kept = (await client.post("/api/v1/memory", json={"kind": "fact", "text": "{f1} <b>굵게</b>\n둘"})).json()
    assert kept["text"] == "(f1) <b>굵게</b> 둘"
    assert "<b>굵게" not in (await client.get("/memory")).text
    nothing = await client.patch(f"/api/v1/memory/{kept['id']}", json={})
    assert nothing.status_code == 400
