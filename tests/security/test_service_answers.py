"""What services and their pages send back: names, addresses, redirects. None of it is to be believed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fakes.web import House, open_house
from pydantic import SecretStr
from sqlalchemy import insert

from coach.config import Settings
from coach.errors import ProviderTrouble
from coach.providers.contract import Opening
from coach.providers.garmin import values
from coach.providers.strava import mapping, subscriptions
from coach.providers.strava.client import StravaAccount
from coach.providers.strava.login import StravaLogin
from coach.providers.strava.tokens import Tokens
from coach.store import connections, models, notices, system
from coach.store.session import Database
from coach.text.catalogue import catalogue

SECRETS = ("the-application", "the-refresh-token", "the-access-token", "the-code")


@contextmanager
def server(answer: Any) -> Iterator[tuple[str, list[str]]]:
    """Run a server that notes everything it is sent; yield its address and the notes."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            got.append(f"{self.command} {self.path}\n{self.headers}\n{body.decode(errors='replace')}")
            status, location = answer()
            self.send_response(status)
            if location:
                self.send_header("location", location + self.path)
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *args: Any) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}", got
    finally:
        made.shutdown()
        made.server_close()


@pytest.mark.parametrize("status", [302, 307, 308])
def test_no_redirect_takes_secrets_to_another_server(status: int) -> None:
    with (
        server(lambda: (200, "")) as (elsewhere, got),
        server(lambda: (status, elsewhere)) as (strava, asked),
    ):
        settings = Settings(  # type: ignore[call-arg]
            _env_file=None,
            strava_url=strava,
            strava_client_id=1,
            strava_client_secret=SecretStr("the-application"),
        )
        fresh = Tokens("the-access-token", "the-refresh-token", 4_000_000_000)
        expired = Tokens("the-access-token", "the-refresh-token", 0)

        def account(tokens: Tokens) -> StravaAccount:
            return StravaAccount(
                Opening(settings, tokens.dumps(), keep=lambda _: None, clock=lambda: datetime.now(UTC)),
                pauses_s=(),
            )

        attempts = (
            lambda: account(fresh).who(),
            lambda: account(expired).who(),
            lambda: account(fresh).upload("run", b"<gpx></gpx>", "ours-1"),
            lambda: StravaLogin().exchange(settings, "the-code", "activity:read_all"),
            lambda: StravaLogin().revoke(settings, fresh.dumps()),
        )
        for attempt in attempts:
            with pytest.raises(ProviderTrouble):
                attempt()
        with pytest.raises(Exception, match="strava"):
            subscriptions.subscribe(settings, "https://coach.example/back", "the-verify-token")
    assert len(asked) >= len(attempts)
    assert got == []


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "\udfff", "\0"])
def test_names_that_no_database_holds_are_cleaned(db: Database, athlete_id: int, name: str) -> None:
    for read in (mapping.text, values.text):
        with db.athlete_session(athlete_id) as s:
            known = connections.well(s, "strava", account_name=read(name))
            assert known.account_name in ("ab", "")


async def test_the_page_believes_no_address(db: Database, tmp_path: Path) -> None:
    """Strava's page leads back with a key in the address, and so may anybody's link: any key there is."""
    async with open_house(db, tmp_path, tools={}) as house:
        client = house.athlete()
        keys = [key.removeprefix("error.") for key in catalogue("ko") if key.startswith("error.strava_")]
        assert "strava_broken" in keys  # whose sentence has parameters
        for key in keys:
            page = await client.get("/connections", params={"trouble": key})
            assert page.status_code == 200, key
            assert 'role="alert"' in page.text
        for key in ("wrong_password", "incident", "<b>x", "../x", "strava_<b>", "{0}", "oauth_x"):
            page = await client.get("/connections", params={"trouble": key})
            assert page.status_code == 200, key
            assert 'role="alert"' not in page.text


async def test_a_strangers_link_takes_nobody_to_another_account(db: Database, tmp_path: Path) -> None:
    """It leads to the form for a password at a service: what is typed there would be connected to theirs."""
    async with open_house(db, tmp_path, tools={}) as house:
        other = system.create_athlete(house.db, name="두리")
        with house.db.system_session() as s:
            row = {"athlete_id": other.id, "role": "athlete"}
            added = s.execute(
                insert(models.accounts).values(row).returning(models.accounts.c.id)
            ).scalar_one()
        token = system.new_link(house.db, added, now=house.clock())
        victim = house.athlete()
        answer = await victim.post("/api/v1/auth/link", json={"token": token})
        assert answer.json()["athlete_id"] == house.owner.athlete_id
        assert "set-cookie" not in answer.headers
        theirs = await house.client().post("/api/v1/auth/link", json={"token": token})
        assert theirs.json()["athlete_id"] == other.id


HOSTILE = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}${7*7}'


async def test_names_from_services_are_text(db: Database, tmp_path: Path) -> None:
    async with open_house(db, tmp_path, tools={}) as house:
        give_names(house)
        client = house.athlete()
        page = await client.get("/connections")
        assert page.status_code == 200
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "&lt;script&gt;alert(2)" in page.text
        for made in ("<img src=x", "<script>alert", "49${"):
            assert made not in page.text
        told = (await client.get("/api/v1/notices")).json()["notices"]
        assert [notice["text"].count("<script>") for notice in told] == [1]  # JSON; the page sets textContent
        assert told[0]["link"].startswith("/connections")


def give_names(house: House) -> None:
    with house.db.athlete_session(house.owner.athlete_id) as s:
        connections.well(s, "strava", account_id="42", account_name=HOSTILE)
        connections.change(
            s, "strava", state="needs_you", why_key="strava_forbidden", why_params={"reason": HOSTILE}
        )
        notices.tell(
            s,
            "needs_you:strava",
            "sync.needs_you",
            tone="alert",
            link="/connections#strava",
            service="Strava",
            why=HOSTILE,
        )
