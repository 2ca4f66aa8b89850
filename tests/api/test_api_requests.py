"""Requests that nobody sends on purpose: 4xx with a problem in the athlete's language, never 500."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fakes.web import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.guard import check_json
from api.language import preferred
from coach.errors import BadInput

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"message": NaN, "client_key": "abcdefgh"}',
        b'{"message": "a", "client_key": "abcdefgh", "thread_id": 1e999}',
        b'{"message": "\\ud800", "client_key": "abcdefgh"}',
        b'{"message": "a\\u0000b", "client_key": "abcdefgh"}',
        b'{"message": "a", "message": "b", "client_key": "abcdefgh"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"message": "a", "client_key": "abcdefgh", "thread_id": ' + b"9" * 5000 + b"}",
        b'{"message": "a", "client_key": "abcdefgh", "thread_id": 9223372036854775808}',
        b'{"message": 5, "client_key": "abcdefgh"}',
        b'{"message": "a", "client_key": "abcdefgh", "surprise": 1}',
        b'{"message": "a", "client_key": "abcdefgh", "tz": "../../etc/passwd"}',
        b'{"message": "a", "client_key": "abcdefgh", "tz": "Mars/Olympus"}',
        b'{"message": "a", "client_key": "abcdefgh", "attachments": [-1]}',
        b'{"message": "", "client_key": "abcdefgh"}',
        b'{"message": "   ", "client_key": "abcdefgh"}',
        b'{"message": "' + b"a" * 9000 + b'", "client_key": "abcdefgh"}',
        b"null",
        b"[]",
        b"",
    ],
)
async def test_a_malformed_message_is_a_problem(house: House, body: bytes) -> None:
    answer = await house.athlete().post("/api/v1/runs", content=body, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    assert (await house.athlete().get("/api/v1/threads")).json()["threads"] == []


async def test_a_huge_body_is_refused_whatever_it_says_of_itself(house: House) -> None:
    client = house.athlete()
    answer = await client.post("/api/v1/runs", content=b" " * 2_000_000, headers=JSON)
    assert answer.status_code == 413

    async def chunks() -> Any:
        for _ in range(30):
            yield b" " * 100_000

    answer = await client.post("/api/v1/runs", content=chunks(), headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/threads?q=%00",
        "/api/v1/threads?q=%ed%a0%80",
        "/api/v1/threads?q=%ff",
        "/api/v1/threads/%00",
        "/api/v1/threads/99999999999999999999",
        "/api/v1/threads/0",
        "/api/v1/threads?limit=1e9",
        "/api/v1/activities?start=yesterday",
        "/api/v1/activities?start=0000-00-00",
        "/api/v1/activities?sport=quidditch",
        "/api/v1/daily-values?start=2026-01-01&end=2026-01-02&name=mana",
        "/api/v1/charts/..%2f..%2fetc/spec",
        "/api/v1/charts/nothing/spec",
        "/api/v1/charts/load_form/spec?theme=pink",
        "/static/../api/app.py",
        "/static/%2e%2e/templates/login.html",
        "/nowhere",
    ],
)
async def test_a_strange_address_is_a_problem(house: House, path: str) -> None:
    answer = await house.athlete().get(path)
    assert answer.status_code in (400, 404, 422), (path, answer.status_code)
    assert answer.json()["detail"]


async def test_a_browser_gets_a_page_and_a_program_a_problem(house: House) -> None:
    client = house.athlete()
    page = await client.get("/activities/99", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert (await client.post("/healthz")).status_code == 405


async def test_problems_speak_the_accounts_language_then_the_browsers(house: House) -> None:
    english = {"accept-language": "en-GB,en;q=0.9,ko;q=0.5"}
    stranger = (await house.client().get("/api/v1/session", headers=english)).json()
    assert stranger["detail"] == "Please log in again."
    client = house.athlete()
    assert "찾" in (await client.get("/api/v1/threads/99", headers=english)).json()["detail"]
    await client.patch("/api/v1/profile", json={"lang": "en"})
    detail = (await client.get("/api/v1/threads/99", headers={"accept-language": "ko"})).json()["detail"]
    assert detail.isascii()


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "ko"),
        ("fr-FR,de;q=0.8", "ko"),
        ("en", "en"),
        ("fr, en;q=0.3, ko;q=0.9", "ko"),
        ("ko;q=0.1,en-US;q=0.2", "en"),
        ("en;q=x,ko", "ko"),
        ("," * 500, "ko"),
    ],
)
def test_the_browsers_first_language_of_ours(header: str, lang: str) -> None:
    assert preferred(header) == lang


async def test_a_bug_is_answered_with_a_number_and_nothing_inside(house: House) -> None:
    def explode() -> Any:
        raise RuntimeError("secret detail")

    house.app.state.services.charts.bundle = explode
    answer = await house.client().get("/api/v1/charts/bundle.js")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["type"] == "urn:hanbal:problem:incident"


texts = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(values)
def test_what_json_can_say_passes(value: Any) -> None:
    check_json(json.dumps(value).encode())
    check_json(json.dumps(value, ensure_ascii=False).encode())


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.binary(max_size=60))
def test_anything_else_is_bad_input_and_no_other_error(body: bytes) -> None:
    try:
        check_json(body)
    except BadInput:
        return
    json.loads(body)


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=st.dictionaries(
        st.sampled_from(["message", "client_key", "tz", "lang", "thread_id", "attachments"]), values
    )
)
async def test_no_json_brings_the_service_down(house: House, body: dict[str, Any]) -> None:
    client: httpx.AsyncClient = house.athlete()
    for method, path in (("POST", "/api/v1/runs"), ("PATCH", "/api/v1/profile"), ("POST", "/api/v1/entries")):
        answer = await client.request(method, path, json=body)
        assert answer.status_code < 500, (path, body, answer.text)


# Nobody is asked to log in there.
NO_LOGIN = {
    "/healthz",
    "/telegram/webhook",
    "/api/v1/charts/bundle.js",
    "/api/v1/strava/webhook/{path_secret}",
}


async def test_the_description_is_whole(house: House) -> None:
    described = (await house.athlete().get("/api/v1/openapi.json")).json()
    assert len(described["paths"]) >= 30
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["tags"], where
            ok = next(answer for code, answer in operation["responses"].items() if code[0] in "23")
            assert operation["responses"].keys() & {"204", "303"} or ok.get("content"), where
            if path not in NO_LOGIN:
                assert "401" in operation["responses"], where
                problem = operation["responses"]["401"]["content"]["application/problem+json"]
                assert problem["schema"]["$ref"].endswith("/Problem"), where
    schemas = described["components"]["schemas"]
    assert "Problem" in schemas
    for name in ("Say", "Started", "EntryIn", "ProfileChange", "Login", "NewPassword", "ActivityChange"):
        assert schemas[name]["examples"], name
