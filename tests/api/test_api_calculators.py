"""Calculators over HTTP."""

from __future__ import annotations

from typing import Any

from fakes.web import House

from coach.domain.calculators import CALCULATORS, calculate


async def test_every_calculator_is_listed_with_what_it_takes(house: House) -> None:
    answer = await house.athlete().get("/api/v1/calculators")
    assert answer.status_code == 200, answer.text
    listed = answer.json()["calculators"]
    assert [c["name"] for c in listed] == list(CALCULATORS)
    for found in listed:
        assert found["title"]
        assert found["about"]
        assert found["source"]
        assert found["inputs"]["properties"]
        assert "description" not in found["inputs"], "docstrings are for developers"
    vdot = next(c for c in listed if c["name"] == "vdot")
    assert vdot["inputs"]["properties"]["distance_m"]["title"] == "거리"
    assert vdot["inputs"]["properties"]["distance_m"]["unit"] == "m"
    assert vdot["inputs"]["required"] == ["distance_m", "time_s"]


async def test_every_calculator_answers(house: House) -> None:
    client = house.athlete()
    for name, found in CALCULATORS.items():
        answer = await client.post(f"/api/v1/calculators/{name}", json=dict(found.example))
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (told["metric"], told["result"]) == (name, calculate(name, found.example))
        assert len(told["lines"]) == len(found.outputs)
        assert told["says"]
        assert all("{" not in text for text in (*told["says"], *(line["text"] for line in told["lines"])))


async def test_numbers_are_written_out(house: House) -> None:
    answer = await house.athlete().post(
        "/api/v1/calculators/pace", json={"distance_m": 10_000, "time_s": 3000}
    )
    texts = {line["path"]: line["text"] for line in answer.json()["lines"]}
    assert texts == {"distance_m": "10 km", "time_s": "50:00", "pace_s_per_km": "5'00\"/km"}


async def test_bad_inputs_are_each_named(house: House) -> None:
    client = house.athlete()
    answer = await client.post(
        "/api/v1/calculators/vdot", json={"distance_m": "far", "time_s": -1, "athlete_id": 2}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["detail"] == "거리는 숫자여야 해요."
    assert [e["field"] for e in told["errors"]] == ["distance_m", "time_s", "athlete_id"]


async def test_what_cannot_be_calculated(house: House) -> None:
    client = house.athlete()
    for name, content, status in (
        ("tss", "{}", 404),
        ("VDOT", "{}", 422),
        ("vdot", "[1]", 422),
        ("vdot", "not json", 400),
        ("vdot", '{"distance_m": NaN, "time_s": 1200}', 400),
        ("vdot", '{"distance_m": 5000, "time_s": 1e999}', 400),
        ("vdot", '{"distance_m": 5000, "time_s": 300}', 422),
    ):
        answer = await client.post(
            f"/api/v1/calculators/{name}", content=content, headers={"content-type": "application/json"}
        )
        assert answer.status_code == status, (content, answer.text)
        assert answer.json()["detail"]
        assert "Traceback" not in answer.text


async def test_a_stranger_calculates_nothing(house: House) -> None:
    race: dict[str, Any] = {"distance_m": 5000, "time_s": 1200}
    assert (await house.client().post("/api/v1/calculators/vdot", json=race)).status_code == 401
