"""Logging in and out, and what a stranger, a guesser and another site's page get."""

from __future__ import annotations

import pytest
from fakes.web import BLOG, House

PASSWORD = "두 발로 한 걸음씩"


async def log_in(house: House, password: str = PASSWORD) -> int:
    return (await house.client().post("/api/v1/auth/login", json={"password": password})).status_code


async def test_the_first_link_logs_in_once_and_then_the_password_does(house: House) -> None:
    first = house.client()
    answer = await first.post("/api/v1/auth/link", json={"token": house.link})
    assert answer.json() == {"athlete_id": house.owner.athlete_id, "has_password": False}
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie  # plain http on this machine
    again = await house.client().post("/api/v1/auth/link", json={"token": house.link})
    assert again.status_code == 401
    assert (await first.put("/api/v1/auth/password", json={"new": PASSWORD})).status_code == 204
    assert await log_in(house) == 200


async def test_a_link_grows_old(house: House) -> None:
    house.clock.advance(hours=1)
    answer = await house.client().post("/api/v1/auth/link", json={"token": house.link})
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:hanbal:problem:login_link_used"


async def test_a_public_address_binds_the_cookie_to_its_host(house: House) -> None:
    house.settings.public_url = "https://coach.example"
    answer = await house.client().post("/api/v1/auth/link", json={"token": house.link})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-hanbal=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    # The plain name, which another port or a subdomain could have set, counts for nothing now.
    plain = house.client(house.session())
    assert (await plain.get("/api/v1/session")).status_code == 401


async def test_logging_out_is_immediate(house: House) -> None:
    token = house.session()
    client = house.client(token)
    assert (await client.get("/api/v1/session")).status_code == 200
    assert (await client.post("/api/v1/auth/logout")).status_code == 204
    assert (await house.client(token).get("/api/v1/session")).status_code == 401


async def test_a_device_can_be_logged_out_from_another(house: House) -> None:
    here, there, third = house.athlete(), house.athlete(), house.athlete()
    sessions = (await here.get("/api/v1/auth/sessions")).json()["sessions"]
    assert [s["current"] for s in sessions].count(True) == 1
    current = next(
        s["id"] for s in (await there.get("/api/v1/auth/sessions")).json()["sessions"] if s["current"]
    )
    assert (await here.delete(f"/api/v1/auth/sessions/{current}")).status_code == 204
    assert (await there.get("/api/v1/session")).status_code == 401
    assert (await here.delete(f"/api/v1/auth/sessions/{'0' * 64}")).status_code == 404
    assert (await here.delete("/api/v1/auth/sessions")).status_code == 204
    assert (await third.get("/api/v1/session")).status_code == 401
    assert (await here.get("/api/v1/session")).status_code == 200


async def test_a_new_password_needs_the_old_one_and_ends_other_sessions(house: House) -> None:
    here, there = house.athlete(), house.athlete()
    assert (await here.put("/api/v1/auth/password", json={"new": "짧아"})).status_code == 400
    assert (await here.put("/api/v1/auth/password", json={"new": PASSWORD})).status_code == 204
    assert (await there.get("/api/v1/session")).status_code == 401
    for wrong in ({"new": "다른 비밀번호예요"}, {"new": "다른 비밀번호예요", "old": "아닌데요"}):
        assert (await here.put("/api/v1/auth/password", json=wrong)).status_code == 400
    right = {"new": "다른 비밀번호예요", "old": PASSWORD}
    assert (await here.put("/api/v1/auth/password", json=right)).status_code == 204
    assert await log_in(house, "다른 비밀번호예요") == 200


async def test_guessing_is_slowed_down_and_forgiven(house: House) -> None:
    client = house.athlete()
    await client.put("/api/v1/auth/password", json={"new": PASSWORD})
    assert [await log_in(house, f"guess {i}") for i in range(6)] == [401] * 6
    refused = await house.client().post("/api/v1/auth/login", json={"password": PASSWORD})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 60
    house.clock.advance(minutes=2)
    assert await log_in(house) == 200
    assert await log_in(house, "wrong") == 401  # the count began anew


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),  # another program on this machine
        ({"origin": BLOG}, 403),  # may embed, but not use the cookie
        ({"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}, 200),
        ({}, 200),
    ],
)
async def test_another_sites_page_cannot_act(house: House, headers: dict[str, str], expected: int) -> None:
    answer = await house.athlete().patch("/api/v1/profile", json={"name": "새 이름"}, headers=headers)
    assert answer.status_code == expected


async def test_a_form_cannot_act(house: House) -> None:
    client = house.athlete()
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = await client.patch(
            "/api/v1/profile", content=b'{"name":"x"}', headers={"content-type": kind}
        )
        assert answer.status_code == 400


async def test_a_widget_token_talks_from_its_site_and_does_nothing_else(house: House) -> None:
    owner = house.athlete()
    assert (
        await owner.post("/api/v1/auth/widget-tokens", json={"origin": "https://x.example"})
    ).status_code == 409
    token = (await owner.post("/api/v1/auth/widget-tokens", json={"origin": BLOG})).json()["token"]
    widget = house.client(authorization=f"Bearer {token}", origin=BLOG)
    said = await widget.post("/api/v1/runs", json={"message": "안녕", "client_key": "widget-1"})
    assert said.status_code == 201
    assert said.headers["access-control-allow-origin"] == BLOG
    assert (await widget.get("/api/v1/session")).status_code == 200
    for method, path in (
        ("PATCH", "/api/v1/profile"),
        ("PUT", "/api/v1/auth/password"),
        ("GET", "/settings"),
    ):
        assert (
            await widget.request(method, path, json={"new": PASSWORD} if method != "GET" else None)
        ).status_code in (403, 422)
    assert (await widget.patch("/api/v1/profile", json={"name": "x"})).status_code == 403
    # It is no session: the site cannot use it as a cookie.
    assert (await house.client(token).get("/api/v1/session")).status_code == 401
    house.clock.advance(minutes=16)
    assert (await widget.get("/api/v1/session")).status_code == 401


async def test_other_origins_get_no_cors(house: House) -> None:
    answer = await house.client().options(
        "/api/v1/runs",
        headers={"origin": "https://evil.example", "access-control-request-method": "POST"},
    )
    assert "access-control-allow-origin" not in answer.headers


async def test_bad_tokens_are_strangers(house: House) -> None:
    for token in (b"x", "한글".encode(), b"a" * 5000, house.link.encode()):
        answer = await house.client().get("/api/v1/session", headers={"authorization": b"Bearer " + token})
        assert answer.status_code == 401
    assert (await house.client("not-a-session").get("/api/v1/session")).status_code == 401


async def test_every_page_forbids_foreign_code(house: House) -> None:
    client = house.athlete()
    for path in ("/", "/login", "/settings", "/login/abc", "/nowhere", "/static/hanbal-chat.js"):
        headers = (await client.get(path, headers={"accept": "text/html"})).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"


async def test_a_login_link_leads_only_to_pages_of_ours(house: House) -> None:
    asked = {
        "/connections%23garmin": "/connections#garmin",
        "/connections": "/connections",
        "//evil.example": "/",
        "https://evil.example/connections": "/",
        "/connections/../settings": "/",
        "/connections%23garmin%22%3E%3Cscript%3E": "/",
        "javascript:alert(1)": "/",
        "": "/",
    }
    for wanted, goes_to in asked.items():
        shown = await house.client().get(f"/login/{'x' * 43}?next={wanted}")
        assert f'data-next="{goes_to}"' in shown.text, wanted
