"""Plans in and summaries out over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.web import House
from pipeline.plan_desk import train

IMPORT, EXPORT = "/api/v1/ai/import", "/api/v1/ai/export"
WEEK = {
    "start": "2026-11-23",
    "weeks": [[
        {"day": "Tue", "type": "easy", "distance": "8 km"},
        {"day": "Thu", "type": "easy", "distance": "10 km"},
        {"day": "Sun", "type": "long", "distance": "18 km", "mood": "great"},
    ]],
}  # fmt: skip


@pytest.fixture(scope="module")
def trained(one_house: House) -> House:
    """An owner with six weeks of running. What a test takes in waits, and is in no other's way."""
    train(one_house.db, one_house.owner.athlete_id, weeks=6)
    return one_house


async def test_a_plan_is_shown_then_taken_in_and_waits(trained: House) -> None:
    client = trained.athlete()
    shown = await client.post(f"{IMPORT}?dry_run=true", json=WEEK)
    assert shown.status_code == 200
    body = shown.json()
    assert (body["accepted"], body["plan_id"], body["approval_id"]) == (True, None, None)
    assert body["weeks"][0]["run_m"] == 36_000
    assert [w["day"] for w in body["weeks"][0]["workouts"]] == ["2026-11-24", "2026-11-26", "2026-11-29"]
    assert any(c["key"] == "unknown_field" and "mood" in c["said"] for c in body["changes"])
    taken = await client.post(f"{IMPORT}?client_key=abcdefgh", json={"text": f"```json\n{_json(WEEK)}\n```"})
    assert taken.status_code == 201
    first = taken.json()
    assert first["approval_id"]
    assert len(first["sha256"]) == 64
    again = await client.post(f"{IMPORT}?client_key=abcdefgh", json=WEEK)
    assert again.json()["plan_id"] == first["plan_id"]
    assert again.json()["approval_id"] == first["approval_id"]


def _json(value: Any) -> str:
    import json

    return json.dumps(value)


async def test_what_a_rule_forbids_comes_back_with_reasons(trained: House) -> None:
    far = {"workouts": [{"date": "2026-11-29", "type": "long", "km": 60}]}
    answer = await trained.athlete().post(IMPORT, json=far)
    assert answer.status_code == 422
    body = answer.json()
    assert (body["accepted"], body["plan_id"]) == (False, None)
    assert body["findings"]
    assert all(f["said"] for f in body["findings"])
    dry = await trained.athlete().post(f"{IMPORT}?dry_run=true", json=far)
    assert (dry.status_code, dry.json()["accepted"]) == (200, False)


@pytest.mark.parametrize(("body", "key"), [
    (b'{"workouts": [{"km": NaN}]}', "not_json"),
    (b'{"workouts": [], "workouts": []}', "not_json"),
    (b'{"a": "\xff"}', "not_json"),
    (b"[" * 100_000, "not_json"),
    (b'{"note": "\\u0000"}', "bad_characters"),
    (b"{}", "plan_no_workouts"),
    (b'"hello"', "plan_not_json"),
    (b'{"text": "{\\"workouts\\": [{\\"km\\": 1e308}]}"}', "plan_odd_number"),
    (b'[{"date": "9999-12-31", "km": 5}]', "plan_day_far"),
])  # fmt: skip
async def test_bad_input_is_a_problem_in_words(trained: House, body: bytes, key: str) -> None:
    headers = {"content-type": "application/json"}
    answer = await trained.athlete().post(IMPORT, content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["type"] == f"urn:hanbal:problem:{key}"


async def test_too_much_is_refused(trained: House) -> None:
    many = await trained.athlete().post(IMPORT, json=[{"date": "2026-12-01", "km": 5}] * 10_000)
    assert many.status_code == 413
    large = await trained.athlete().post(IMPORT, json={"text": "x" * 1_000_001})
    assert large.status_code == 413


async def test_the_summary_as_text_and_as_data(trained: House) -> None:
    answer = await trained.athlete().get(EXPORT)
    assert answer.status_code == 200
    body = answer.json()
    assert body["withheld"] is False
    assert body["data"]["figures"]["lifetime.runs"] == 24
    assert body["plan_schema"]["title"] == "Hanbal plan"
    text = await trained.athlete().get(f"{EXPORT}?format=text")
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert text.text == body["text"]
    assert "하나" not in text.text


async def test_strangers_get_nothing(trained: House) -> None:
    assert (await trained.client().get(EXPORT)).status_code == 401
    assert (await trained.client().post(IMPORT, json=WEEK)).status_code == 401
