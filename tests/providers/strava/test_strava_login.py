"""Connecting on Strava's page, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fakes.strava import Strava
from strava_accounts import Line, connected, settings

from coach.errors import NeedsAthlete, ProviderTrouble, ServiceBroken, SetupError
from coach.providers.contract import Who
from coach.providers.strava.login import StravaLogin
from coach.providers.strava.tokens import Tokens

LOGIN = StravaLogin()
BACK = "http://127.0.0.1:8765/api/v1/strava/callback"


@pytest.fixture
def line() -> Iterator[Line]:
    now = datetime.now(UTC)  # a login has no clock of its own
    with connected(Strava(), now=now) as line:
        yield line


@pytest.mark.parametrize(("write", "count"), [(False, 2), (True, 3)])
def test_the_page(write: bool, count: int) -> None:
    page = urlsplit(LOGIN.page(settings(Strava(), None), "the state", BACK, write=write))
    asked = {name: value for name, (value,) in parse_qs(page.query).items()}
    assert (page.scheme, page.netloc, page.path) == ("https", "www.strava.com", "/oauth/authorize")
    assert (asked["state"], asked["redirect_uri"], asked["client_id"]) == ("the state", BACK, "40404")
    scopes = asked["scope"].split(",")
    assert scopes[:2] == ["read", "activity:read_all"]
    assert len(scopes) == count


@pytest.mark.parametrize("missing", ["STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET"])
def test_without_an_application_there_is_no_page(missing: str) -> None:
    with pytest.raises(SetupError, match="strava_no_application"):
        LOGIN.page(settings(Strava(), None, **{missing: None}), "x", BACK, write=False)


def test_there_and_back(line: Line) -> None:
    page = LOGIN.page(line.settings, "the state", BACK, write=True)
    with httpx.Client() as browser:
        shown = browser.get(page)
        link = shown.text.split('href="')[1].split('"')[0].replace("&amp;", "&")
        back = urlsplit(browser.get(f"{line.settings.strava_url}{link}").headers["location"])
    said = {name: value for name, (value,) in parse_qs(back.query).items()}
    assert said["state"] == "the state"
    granted = LOGIN.exchange(line.settings, said["code"], said["scope"])
    assert granted.who == Who("19840101", "하나 김")
    assert granted.scopes == ("activity:read_all", "activity:write", "read")
    kept = json.loads(granted.tokens)
    assert set(kept) == {"access_token", "refresh_token", "expires_at", "athlete_id", "scopes"}
    assert kept["athlete_id"] == "19840101"
    line.kept.append(granted.tokens)
    assert line.open().who() == granted.who


@pytest.mark.parametrize("scope", ["", "read", "read,activity:write"])
def test_without_activities_there_is_nothing_to_connect(line: Line, scope: str) -> None:
    with pytest.raises(NeedsAthlete, match="strava_scope_missing"):
        LOGIN.exchange(line.settings, line.fake.code(), scope)
    assert line.fake.count("/oauth/token", "POST") == 0


def test_a_code_counts_once(line: Line) -> None:
    code = line.fake.code()
    LOGIN.exchange(line.settings, code, "read,activity:read")
    with pytest.raises(NeedsAthlete, match="strava_code_refused"):
        LOGIN.exchange(line.settings, code, "read,activity:read")


def test_a_token_without_its_athlete_asks_for_the_athlete(line: Line) -> None:
    fake = line.fake
    token = fake._token

    def bare(form: dict[str, str]) -> tuple[int, dict[str, object]]:
        status, body = token(form)
        return status, {k: v for k, v in body.items() if k != "athlete"}

    fake.__dict__["_token"] = bare
    assert LOGIN.exchange(line.settings, fake.code(), "activity:read").who.account_id == "19840101"
    assert fake.count("/api/v3/athlete") == 1


@pytest.mark.parametrize(
    ("kind", "trouble"), [("500", ServiceBroken), ("html", ServiceBroken), ("inactive", NeedsAthlete)]
)
def test_trouble_at_the_exchange(line: Line, kind: str, trouble: type[ProviderTrouble]) -> None:
    line.fake.fault("/oauth/token", kind)
    with pytest.raises(trouble):
        LOGIN.exchange(line.settings, line.fake.code(), "activity:read")


def test_the_permission_is_taken_back(line: Line) -> None:
    LOGIN.revoke(line.settings, line.kept[-1])
    assert line.fake.revoked
    LOGIN.revoke(line.settings, line.kept[-1])  # taken back already: fine


def test_taking_back_with_an_expired_token_renews_it_first(line: Line) -> None:
    newest = line.newest()
    old = Tokens(newest.access_token, newest.refresh_token, 0, "1")
    line.fake.expire()
    LOGIN.revoke(line.settings, old.dumps())
    assert line.fake.revoked


def test_taking_back_says_when_they_cannot_be_reached(line: Line) -> None:
    line.fake.fault("/oauth/deauthorize", "503")
    with pytest.raises(ServiceBroken):
        LOGIN.revoke(line.settings, line.kept[-1])
    assert not line.fake.revoked
