"""Strava over HTTP: there and back, and hints that nobody has to believe."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fakes.web import House
from pydantic import SecretStr
from sqlalchemy import text

from api.app import create_app
from api.routers.strava import webhook_secret
from coach.config import Settings
from coach.domain.source import Source
from coach.errors import NeedsAthlete
from coach.providers.contract import Auth, Granted, Provider, Who
from coach.store import connections, system

V1 = "/api/v1"
BACK = f"{V1}/strava/callback"
HINT: Mapping[str, Any] = {
    "object_type": "activity",
    "object_id": 1360128428,
    "aspect_type": "create",
    "owner_id": 42,
    "subscription_id": 120475,
    "event_time": 1516126040,
    "updates": {},
}


@dataclass
class Page:
    """Strava's page: `refuses` is what it says when the code is exchanged."""

    refuses: Exception | None = None
    codes: list[tuple[str, str]] = field(default_factory=list)

    def page(self, settings: Settings, state: str, return_to: str, *, write: bool) -> str:
        return f"https://strava.example/oauth?state={state}&redirect_uri={return_to}&write={write}"

    def exchange(self, settings: Settings, code: str, scope: str) -> Granted:
        self.codes.append((code, scope))
        if self.refuses is not None:
            raise self.refuses
        return Granted("tokens", tuple(scope.split(",")), Who("42", "하나"))

    def revoke(self, settings: Settings, tokens: str) -> None:
        pass


def opened(opening: Any) -> Any:
    raise AssertionError("nobody synchronises here")


@pytest.fixture
def page(house: House) -> Page:
    """The house with an application at Strava."""
    made = Page()
    strava = Provider("strava", Source.strava, Auth.oauth, open=opened, oauth=made, uploads=True)
    house.settings.strava_client_id = 1234
    house.settings.strava_client_secret = SecretStr("the application's secret")
    house.app = create_app(
        house.db, house.conversations, house.settings, clock=house.clock, known={"strava": strava}
    )
    return made


async def leave(client: httpx.AsyncClient, write: bool = False) -> str:
    """Go to Strava's page; return the state that it was given."""
    gone = await client.get(f"{V1}/strava/connect", params={"write": write})
    assert gone.status_code == 303
    assert gone.headers["referrer-policy"] == "no-referrer"
    asked = parse_qs(urlsplit(gone.headers["location"]).query)
    assert asked["redirect_uri"] == [f"http://127.0.0.1{BACK}"]
    assert asked["write"] == [str(write)]
    return asked["state"][0]


async def comes_back(client: httpx.AsyncClient, **params: str) -> str:
    answer = await client.get(BACK, params=params)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def state_of(house: House) -> str:
    with house.db.athlete_session(house.owner.athlete_id) as s:
        known = connections.get(s, "strava")
    return known.state if known else "off"


def jobs(house: House) -> int:
    with house.db.system_session() as s:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sync' AND status = 'todo'")
        return int(s.scalar(query) or 0)


async def test_there_and_back_connects_once(
    house: House, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = house.athlete()
    state = await leave(client, write=True)
    given = {"state": state, "code": "c0de-of-theirs", "scope": "read,activity:read_all,activity:write"}
    assert await comes_back(client, **given) == "/connections#strava"
    assert page.codes == [("c0de-of-theirs", "read,activity:read_all,activity:write")]
    assert state_of(house) == "connected"
    assert jobs(house) == 1
    assert await comes_back(client, **given) == "/connections?trouble=oauth_state#strava"
    assert len(page.codes) == 1
    # The client of this test logs the addresses it opens; the application must not.
    ours = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    said = "\n".join(f"{r.getMessage()} {r.__dict__}" for r in ours)
    assert state not in said
    assert "c0de-of-theirs" not in said


async def test_a_state_counts_in_the_session_that_began(house: House, page: Page) -> None:
    client = house.athlete()
    state = await leave(client)
    another = house.athlete()
    assert "oauth_state" in await comes_back(another, state=state, code="x", scope="read")
    assert "oauth_state" in await comes_back(client, state="made up", code="x", scope="read")
    assert "oauth_state" in await comes_back(client)
    old = await leave(client)
    house.clock.advance(minutes=30)
    assert "oauth_state" in await comes_back(client, state=old, code="x", scope="read")
    nobody = await house.client().get(BACK, params={"state": state, "code": "x"})
    assert nobody.status_code == 401
    assert page.codes == []
    assert state_of(house) == "off"


async def test_a_no_is_said_on_the_page_of_connections(house: House, page: Page) -> None:
    client = house.athlete()
    state = await leave(client)
    denied = await comes_back(client, state=state, error="access_denied")
    assert denied == "/connections?trouble=oauth_denied#strava"
    page.refuses = NeedsAthlete("wrong_password")
    state = await leave(client)
    assert "trouble=wrong_password" in await comes_back(client, state=state, code="x", scope="read")
    too_long = await client.get(BACK, params={"state": "x" * 3000})
    assert too_long.status_code == 422
    assert "xxx" not in too_long.text


async def test_strava_finds_its_address_and_nobody_else_does(house: House, page: Page) -> None:
    secret = webhook_secret(house.settings)
    assert secret
    query = {"hub.mode": "subscribe", "hub.challenge": "15f7d1", "hub.verify_token": secret}
    strava = house.client()
    answer = await strava.get(f"{V1}/strava/webhook/{secret}", params=query)
    assert answer.json() == {"hub.challenge": "15f7d1"}
    wrong = await strava.get(f"{V1}/strava/webhook/{secret}", params={**query, "hub.verify_token": "made up"})
    assert wrong.status_code == 404
    for path in ("x", "0" * 32, "%ED%95%9C", secret[:-1], secret.upper()):
        for method in ("GET", "POST"):
            refused = await strava.request(method, f"{V1}/strava/webhook/{path}", params=query)
            assert refused.status_code == 404, path
            assert "15f7d1" not in refused.text
    house.settings.strava_client_secret = None
    assert (await strava.get(f"{V1}/strava/webhook/{secret}", params=query)).status_code == 404
    assert (await strava.post(f"{V1}/strava/webhook/", json=dict(HINT))).status_code == 404


async def hint(house: House, **changes: Any) -> None:
    path = f"{V1}/strava/webhook/{webhook_secret(house.settings)}"
    answer = await house.client().post(path, json={**HINT, **changes})
    assert answer.status_code == 200
    assert answer.json() == {"heard": True}


async def test_a_hint_makes_one_sync_due_however_often_it_comes(house: House, page: Page) -> None:
    with house.db.athlete_session(house.owner.athlete_id) as s:
        connections.well(s, "strava", account_id="42", secret=b"x")
    await hint(house, owner_id=43)
    assert jobs(house) == 0
    await asyncio.gather(*(hint(house, object_id=n, event_time=10**9 - n) for n in range(100)))
    assert jobs(house) == 1


async def test_what_a_hint_says_is_not_believed(house: House, page: Page) -> None:
    """Forged: nothing is deleted, nobody is disconnected, nothing breaks."""
    owner = house.owner.athlete_id
    with house.db.athlete_session(owner) as s:
        before = connections.well(s, "strava", account_id="42", secret=b"x")
    await hint(house, aspect_type="delete")
    await hint(house, object_type="athlete", aspect_type="update", updates={"authorized": "false"})
    for nonsense in ({"owner_id": None}, {"owner_id": {"$gt": 0}}, {"aspect_type": 5}, {"object_id": []}):
        await hint(house, **nonsense)
    path = f"{V1}/strava/webhook/{webhook_secret(house.settings)}"
    for body in ([], "x", 5, None, {}):
        assert (await house.client().post(path, json=body)).status_code == 200, body
    assert (await house.client().post(path)).status_code == 200
    with house.db.athlete_session(owner) as s:
        assert connections.get(s, "strava") == before


async def test_a_hint_does_not_cut_a_pause_short(house: House, page: Page) -> None:
    owner, later = house.owner.athlete_id, house.clock().replace(hour=4)
    for state, why in (("broken", later), ("waiting", later), ("needs_you", None)):
        with house.db.athlete_session(owner) as s:
            before = connections.change(
                s, "strava", state=state, account_id="42", secret=b"x", why_key="wrong_password", retry_at=why
            )
        await hint(house)
        assert jobs(house) == 0
        with house.db.athlete_session(owner) as s:
            assert connections.get(s, "strava") == before
    assert system.list_athletes(house.db) == [owner]
