"""Connecting through the real libraries, to an invented Garmin and Strava on this machine."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fakes import garmin as invented_garmin
from fakes import strava as invented_strava
from fakes.garmin import Garmin
from fakes.strava import Strava
from fakes.web import House
from pydantic import SecretStr
from sqlalchemy import text

from api.app import create_app
from api.routers.strava import webhook_secret

V1 = "/api/v1"
CLIENT_LOGS = ("httpx", "httpcore")  # of this test's own requests


def written(caplog: pytest.LogCaptureFixture) -> str:
    assert caplog.records
    return "\n".join(
        f"{r.getMessage()} {r.__dict__}" for r in caplog.records if not r.name.startswith(CLIENT_LOGS)
    )


def syncs(house: House) -> int:
    with house.db.system_session() as s:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sync' AND status = 'todo'")
        return int(s.scalar(query) or 0)


async def test_garmin_is_connected_with_a_code_and_nothing_of_it_is_written_down(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake = Garmin(mfa=True)
    with invented_garmin.running(fake) as url:
        house.settings.garmin_url = url
        client = house.athlete()
        wrong = {"email": fake.email, "password": "not that one"}
        refused = await client.post(f"{V1}/auth/garmin/login", json=wrong)
        assert refused.status_code == 409, refused.text
        status = (await client.get(f"{V1}/auth/garmin/status")).json()
        assert status["state"] == "needs_you"
        assert status["because"]
        assert (await client.get(f"{V1}/notices")).json()["notices"][0]["link"] == "/connections#garmin"

        good = {"email": fake.email, "password": fake.password}
        answer = await client.post(f"{V1}/auth/garmin/login", json=good)
        assert answer.json() == {"state": "pending"}, answer.text
        # Another process of the coach goes on with it.
        house.app = create_app(house.db, house.conversations, house.settings, clock=house.clock)
        client = house.athlete()
        bad = await client.post(f"{V1}/auth/garmin/code", json={"code": "000000"})
        assert bad.status_code == 409, bad.text
        answer = await client.post(f"{V1}/auth/garmin/code", json={"code": fake.code})
        assert answer.json() == {"state": "connected"}, answer.text
        status = (await client.get(f"{V1}/auth/garmin/status")).json()
        assert (status["state"], status["account_name"]) == ("connected", fake.full_name)
        assert (await client.get(f"{V1}/notices")).json() == {"notices": []}
        assert syncs(house) == 1
    said = written(caplog) + status["said"] + refused.text + bad.text
    assert not [secret for secret in {*fake.secrets(), "not that one", "000000"} if secret in said]


async def test_strava_is_connected_told_of_news_and_let_go(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake = Strava()
    with invented_strava.running(fake) as url:
        house.settings.strava_url = url
        house.settings.strava_client_id = fake.client_id
        house.settings.strava_client_secret = SecretStr(fake.client_secret)
        client = house.athlete()
        gone = await client.get(f"{V1}/strava/connect", params={"write": True})
        assert gone.headers["location"].startswith(url)
        state = parse_qs(urlsplit(gone.headers["location"]).query)["state"][0]
        async with httpx.AsyncClient() as browser:
            page = await browser.get(gone.headers["location"])
            assert "Authorize" in page.text
            accepted = await browser.get(
                f"{url}/oauth/accept",
                params={**parse_qs(urlsplit(gone.headers["location"]).query), "given": "read"},
            )
        refused = await client.get(accepted.headers["location"])
        assert refused.headers["location"] == "/connections?trouble=strava_scope_missing#strava"

        gone = await client.get(f"{V1}/strava/connect", params={"write": True})
        asked = parse_qs(urlsplit(gone.headers["location"]).query)
        async with httpx.AsyncClient() as browser:
            accepted = await browser.get(f"{url}/oauth/accept", params={**asked, "given": asked["scope"][0]})
        back = await client.get(accepted.headers["location"])
        assert back.headers["location"] == "/connections#strava"
        found = (await client.get(f"{V1}/connections/strava")).json()
        assert (found["state"], found["upload"]) == ("connected", True)
        assert syncs(house) == 1

        hook = f"{V1}/strava/webhook/{webhook_secret(house.settings)}"
        for n in (3, 1, 2, 1):
            told = await house.client().post(hook, json=fake.event("update", n, title="x"))
            assert told.status_code == 200
        assert syncs(house) == 1

        answer = await client.delete(f"{V1}/connections/strava")
        assert answer.json()["state"] == "off"
        assert fake.revoked
    said = written(caplog)
    assert not [secret for secret in (*fake.secrets, state, asked["state"][0]) if secret in said]
    assert fake.client_secret not in said
