"""Pushing over HTTP: the secret in the header, sizes, kinds of content, and guessing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from fakes.web import House

from api import guard
from coach.pipeline import connecting
from coach.store import daily, imports

HEALTH, SHEETS = "/api/v1/push/health", "/api/v1/push/sheets"
BATCH = {
    "data": {
        "metrics": [
            {
                "name": "resting_heart_rate",
                "units": "bpm",
                "data": [{"date": "2026-11-20 07:00:00 +0900", "qty": 47}],
            }
        ]
    }
}


def secret(house: House, provider: str = "apple_health") -> str:
    return connecting.open_address(house.app.state.services.reach, house.owner.athlete_id, provider)


async def send(house: House, path: str, given: Any, key: str, **headers: str) -> httpx.Response:
    content = given if isinstance(given, bytes) else json.dumps(given).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}", **headers}
    return await house.client().post(path, content=content, headers=headers)


async def test_health_is_stored_told_and_shown_as_connected(house: House) -> None:
    answer = await send(house, HEALTH, BATCH, secret(house))
    assert answer.status_code == 200
    assert answer.json()["said"] == "잘 받았어요: 하루 기록 1개."
    with house.db.athlete_session(house.owner.athlete_id) as s:
        (value,) = daily.values(s, house.owner.athlete_id, None, date(2026, 11, 20), date(2026, 11, 20))
    assert (value.name, value.value) == ("rhr_bpm", 47)
    shown = (await house.athlete().get("/api/v1/connections/apple_health")).json()
    assert shown["state"] == "connected"
    assert (await send(house, HEALTH, BATCH, secret(house))).json()["days"] == 0


async def test_a_large_batch_is_queued(house: House) -> None:
    filler = {"name": "walking_speed", "units": "km/hr", "data": [{"date": "x" * 90, "qty": 1}] * 12_000}
    large = {"data": {"metrics": [*BATCH["data"]["metrics"], filler]}}
    answer = await send(house, HEALTH, large, secret(house))
    assert answer.status_code == 202
    with house.db.athlete_session(house.owner.athlete_id) as s:
        assert imports.get(s, answer.json()["import_id"]).state == "queued"
    refused = await send(house, HEALTH, b" " * (guard.PUSHES[HEALTH] + 1), secret(house))
    assert (refused.status_code, refused.json()["type"]) == (413, "urn:hanbal:problem:body_too_large")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 1_000_000

    headers = {"content-type": "application/json", "authorization": f"Bearer {secret(house)}"}
    answer = await house.client().post(HEALTH, content=endless(), headers=headers)
    assert answer.status_code == 413
    assert (await send(house, SHEETS, b" " * 1_000_001, secret(house, "sheets"))).status_code == 413


async def test_rows_and_their_refusals(house: House) -> None:
    row = {"id": "abcdefgh-1", "number": 2, "cells": ["2026-11-20", "7"]}
    odd = {"id": "abcdefgh-2", "number": 3, "cells": ["내일쯤", "7"]}
    sheet = {"name": "일지", "header": ["날짜", "RPE"], "rows": [row, odd], "ids": [row["id"], odd["id"]]}
    sent = {"sent_at": int(house.clock().timestamp() * 1000), "sheets": [sheet]}
    answer = await send(house, SHEETS, sent, secret(house, "sheets"))
    assert answer.status_code == 200
    found = answer.json()
    assert (found["entries"], found["refused"]) == (1, [
        {"sheet": "일지", "number": 3, "id": "abcdefgh-2",
         "said": "날짜를 알 수 없어요: 내일쯤. 2026-03-15나 3/15처럼 적어 주세요."},
    ])  # fmt: skip
    (entry,) = (await house.athlete().get("/api/v1/entries")).json()["entries"]
    assert (entry["kind"], entry["value"]) == ("rpe", 7)


async def test_only_the_secret_of_this_address_opens_it(house: House) -> None:
    mine = secret(house)
    for key in ("", "x" * 43, "y" * 43, secret(house, "sheets"), house.session()):
        assert (await send(house, HEALTH, BATCH, key)).status_code == 401
    assert (await send(house, HEALTH, BATCH, mine, authorization=f"Basic {mine}")).status_code == 401
    refused = await send(house, HEALTH, BATCH, mine)
    assert refused.status_code == 429
    assert "여러 번 틀렸어요" in refused.json()["detail"]
    house.clock.advance(minutes=2)
    assert (await send(house, HEALTH, BATCH, mine)).status_code == 200
    connecting.close_address(house.app.state.services.reach, house.owner.athlete_id, "apple_health")
    assert (await send(house, HEALTH, BATCH, mine)).status_code == 401
    house.clock.advance(hours=1)
    assert (await house.client().post(f"{HEALTH}?secret={mine}", json={})).status_code == 401
    # A secret of an address lets nothing be read.
    listed = await house.client().get("/api/v1/entries", headers={"authorization": f"Bearer {mine}"})
    assert listed.status_code == 401


@pytest.mark.parametrize("body", [
    b"", b"{", b'{"data": {"metrics": [], "metrics": []}}', b'{"data": {"metrics": [NaN]}}',
    b'{"data": {"metrics": [1e999]}}', b'{"data": {"metrics": ["\\u0000"]}}', b"[" * 100_000, b"null",
])  # fmt: skip
async def test_hostile_json_is_refused(house: House, body: bytes) -> None:
    answer = await send(house, HEALTH, body, secret(house))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_strangers_body_is_not_read_and_other_content_is_refused(house: House) -> None:
    given = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(10):
            given += 1
            yield b" " * 1_000_000

    headers = {"content-type": "application/json", "authorization": "Bearer " + "x" * 43}
    assert (await house.client().post(HEALTH, content=body(), headers=headers)).status_code == 401
    assert given <= 1
    for kind in ("text/plain", "multipart/form-data; boundary=x", ""):
        refused = await send(house, HEALTH, BATCH, secret(house), **{"content-type": kind})
        assert (refused.status_code, refused.json()["type"].rsplit(":")[-1]) == (400, "not_this_content_type")


async def test_a_body_that_never_ends_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_WITHIN_S", 0.2)
    key = secret(house)
    sent: list[dict[str, Any]] = []
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        if asked > 1:
            import asyncio

            await asyncio.sleep(60)
        return {"type": "http.request", "body": b"{", "more_body": True}

    async def answer(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": HEALTH, "raw_path": HEALTH.encode(), "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"),
                    (b"authorization", f"Bearer {key}".encode())],
        "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 80), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    await house.app(scope, receive, answer)
    assert sent[0]["status"] == 400
    assert b"body_too_slow" in sent[1]["body"]


async def test_the_script_comes_with_the_address_and_without_a_secret(house: House) -> None:
    key = secret(house, "sheets")
    found = (await house.athlete().get("/api/v1/connections/sheets/script")).json()
    assert '"http://127.0.0.1/api/v1/push/sheets"' in found["script"]
    assert found["script"].count(found["placeholder"]) == 1
    assert key not in found["script"]
    assert (await house.client().get("/api/v1/connections/sheets/script")).status_code == 401
