"""Connecting over HTTP: states in words, logins that are told to nobody, addresses shown once."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fakes.web import BLOG, House

from api.app import create_app
from coach.config import Settings
from coach.domain.source import Source
from coach.errors import ComeBackLater, NeedsAthlete, ServiceBroken, SetupError
from coach.providers.contract import Auth, Granted, NeedsCode, Opening, Provider, Who
from coach.store import addresses, connections, remote_items
from coach.store.remote_items import Seen

EMAIL, PASSWORD, CODE = "hana@mail.example", "hunter2-한강-달리기", "918273"
V1 = "/api/v1"


@dataclass
class Door:
    """A login by password: `answer` is what it says, or does, next."""

    answer: Any = "tokens-1"
    seen: list[tuple[str, ...]] = field(default_factory=list)
    hold: threading.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)

    def _say(self) -> Any:
        self.entered.set()
        if self.hold is not None:
            assert self.hold.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def begin(self, settings: Settings, email: str, password: str) -> str | NeedsCode:
        self.seen.append((email, password))
        return self._say()

    def finish(self, settings: Settings, state: str, code: str) -> str:
        self.seen.append((state, code))
        return self._say()


@dataclass
class Page:
    """A login on a page, of an application that may not be registered."""

    registered: bool = True

    def page(self, settings: Settings, state: str, return_to: str, *, write: bool) -> str:
        if not self.registered:
            raise SetupError("database_roles_missing", roles="strava")
        return f"https://strava.example/authorize?state={state}&to={return_to}&write={write}"

    def exchange(self, settings: Settings, code: str, scope: str) -> Granted:
        return Granted("tokens-2", tuple(scope.split(",")), Who("42", "하나"))

    def revoke(self, settings: Settings, tokens: str) -> None:
        pass


class Opened:
    """An account that says whose it is."""

    def who(self) -> Who:
        return Who("7", "하나의 Garmin")

    def close(self) -> None:
        pass


def opened(opening: Opening) -> Any:
    return Opened()


@dataclass
class Services:
    door: Door = field(default_factory=Door)
    page: Page = field(default_factory=Page)

    def known(self) -> Mapping[str, Provider]:
        return {
            "garmin": Provider("garmin", Source.garmin, Auth.password, open=opened, password=self.door),
            "strava": Provider(
                "strava", Source.strava, Auth.oauth, open=opened, oauth=self.page, uploads=True
            ),
            "apple_health": Provider("apple_health", Source.apple_health, Auth.address),
            "sheets": Provider("sheets", Source.sheets, Auth.address),
        }


@pytest.fixture
def services(house: House) -> Services:
    """The house with services that answer as they are told."""
    made = Services()
    house.app = create_app(
        house.db, house.conversations, house.settings, clock=house.clock, known=made.known()
    )
    return made


def is_in(house: House, provider: str, state: str, **columns: Any) -> None:
    with house.db.athlete_session(house.owner.athlete_id) as s:
        connections.change(s, provider, state=state, **columns)


async def of(house: House, provider: str) -> dict[str, Any]:
    answer = await house.athlete().get(f"{V1}/connections/{provider}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def guest(house: House) -> httpx.AsyncClient:
    made = await house.athlete().post(f"{V1}/auth/widget-tokens", json={"origin": BLOG})
    return house.client(authorization=f"Bearer {made.json()['token']}", origin=BLOG)


async def test_every_service_is_listed_whether_it_is_connected_or_not(
    house: House, services: Services
) -> None:
    found = (await house.athlete().get(f"{V1}/connections")).json()["connections"]
    assert [c["provider"] for c in found] == ["garmin", "strava", "apple_health", "sheets"]
    assert {c["state"] for c in found} == {"off"}
    assert not any(c["is_on"] for c in found)
    assert all(c["said"] and c["title"] and c["about"] for c in found)
    strava = found[1]
    assert strava["permission"] == {"to_model": False, "to_others": False, "keep_days": 7}
    assert len(strava["consequences"]) == 3
    assert "7일" in strava["consequences"][2]
    assert (await house.athlete().get(f"{V1}/connections/myspace")).status_code == 404


async def test_a_service_without_an_application_says_what_is_missing(
    house: House, services: Services
) -> None:
    services.page.registered = False
    found = await of(house, "strava")
    assert found["ready"] is False
    assert "strava" in found["because"]
    assert (await of(house, "garmin"))["ready"] is True


SAID = [
    ("pending", {"pending_until": datetime(2026, 11, 21, 3, 9, tzinfo=UTC)}, "코드"),
    ("connected", {}, "아직 가져온 것은 없어요"),
    ("connected", {"synced_at": datetime(2026, 11, 21, 2, 58, tzinfo=UTC)}, "마지막으로 11:58에"),
    ("connected", {"synced_at": datetime(2026, 11, 20, 2, 58, tzinfo=UTC)}, "11월 20일 (금) 11:58"),
    ("waiting", {"retry_at": datetime(2026, 11, 21, 5, 30, tzinfo=UTC)}, "한도가 차서 14:30까지 기다려요"),
    ("waiting", {"retry_at": datetime(2026, 11, 21, 2, 0, tzinfo=UTC)}, "곧"),
    ("needs_you", {}, "직접 확인해 주셔야 해요"),
    ("needs_you", {"retry_at": datetime(2026, 11, 21, 5, 30, tzinfo=UTC)}, "14:30 뒤에"),
    ("broken", {"retry_at": datetime(2026, 11, 21, 5, 30, tzinfo=UTC)}, "14:30에 다시 해 볼게요"),
    ("broken", {}, "쪽에 문제가 있어요"),
]


async def test_a_state_is_a_sentence(house: House, services: Services) -> None:
    client = house.athlete()
    unset = {"pending_until": None, "synced_at": None, "retry_at": None}
    for state, columns, said in SAID:
        is_in(house, "garmin", state, why_key="wrong_password", **{**unset, **columns})
        await client.patch(f"{V1}/profile", json={"lang": "ko"})
        found = await of(house, "garmin")
        assert found["state"] == state
        assert said in found["said"]
        assert bool(found["because"]) is (state in ("waiting", "needs_you", "broken"))
        await client.patch(f"{V1}/profile", json={"lang": "en"})
        english = (await of(house, "garmin"))["said"]
        assert english.isascii(), english


async def test_progress_and_what_is_left_are_said(house: House, services: Services) -> None:
    now = house.clock()
    is_in(house, "garmin", "connected", cursor={"listed": False})
    with house.db.athlete_session(house.owner.athlete_id) as s:
        seen = [Seen(str(n), now - timedelta(days=n), b"x", {}) for n in range(30)]
        remote_items.saw(s, "garmin", seen, now)
        for n in range(10):
            at = now - timedelta(minutes=10 - n)
            remote_items.mark(s, "garmin", str(n), "done", now=at)
    assert "10개를 가져왔어요" in (await of(house, "garmin"))["remaining"]
    is_in(house, "garmin", "connected", cursor={"listed": True})
    found = await of(house, "garmin")
    assert (found["done"], found["total"], found["remaining_s"]) == (10, 30, 1200)
    assert found["remaining"] == "활동 30개 가운데 10개를 가져왔어요. 다 가져오려면 20분 정도 더 걸려요."
    house.clock.advance(hours=1)
    later = await of(house, "garmin")
    assert later["remaining_s"] is None
    assert "아직 몰라요" in later["remaining"]


async def test_garmin_is_connected_by_a_password_that_nobody_keeps(
    house: House, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpx")  # which is quiet once a bot was made
    client = house.athlete()
    answer = await client.post(f"{V1}/auth/garmin/login", json={"email": EMAIL, "password": PASSWORD})
    assert answer.json() == {"state": "connected"}
    assert services.door.seen == [(EMAIL, PASSWORD)]
    found = (await client.get(f"{V1}/auth/garmin/status")).json()
    assert (found["state"], found["account_name"]) == ("connected", "하나의 Garmin")
    # What cannot be used is not repeated either.
    for wrong in (
        {"email": EMAIL, "password": [PASSWORD]},
        {"email": [EMAIL], "password": PASSWORD},
        {"email": EMAIL, "password": PASSWORD * 100},
        {"password": PASSWORD},
        {"email": EMAIL, "password": PASSWORD, "code": CODE},
        [EMAIL, PASSWORD],
        PASSWORD,
    ):
        refused = await client.post(f"{V1}/auth/garmin/login", json=wrong)
        assert refused.status_code == 422, wrong
        assert PASSWORD not in refused.text
        assert EMAIL not in refused.text
        assert CODE not in refused.text
    broken = b'{"email": "' + EMAIL.encode() + b'", "password": "' + PASSWORD.encode()
    refused = await client.post(
        f"{V1}/auth/garmin/login", content=broken, headers={"content-type": "application/json"}
    )
    assert refused.status_code == 400
    assert PASSWORD not in refused.text
    assert caplog.records
    said = "\n".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records)
    assert PASSWORD not in said
    assert EMAIL not in said


async def test_a_code_completes_a_login(house: House, services: Services) -> None:
    client = house.athlete()
    services.door.answer = NeedsCode("half-way")
    answer = await client.post(f"{V1}/auth/garmin/login", json={"email": EMAIL, "password": PASSWORD})
    assert answer.json() == {"state": "pending"}
    assert (await of(house, "garmin"))["state"] == "pending"
    services.door.answer = "tokens-1"
    answer = await client.post(f"{V1}/auth/garmin/code", json={"code": f" {CODE} "})
    assert answer.json() == {"state": "connected"}
    assert services.door.seen[-1] == ("half-way", CODE)
    again = await client.post(f"{V1}/auth/garmin/code", json={"code": CODE})
    assert again.status_code == 404


TROUBLES: list[tuple[Exception, int, str | None]] = [
    (NeedsAthlete("wrong_password"), 409, None),
    (ServiceBroken("wrong_password"), 502, None),
    (RuntimeError(PASSWORD), 500, None),
    (ComeBackLater("wrong_password", until=datetime(2026, 11, 21, 3, 30, tzinfo=UTC)), 429, "1800"),
]


async def test_a_login_that_fails_is_a_problem(
    house: House, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    client = house.athlete()
    for trouble, status, after in TROUBLES:
        services.door.answer = trouble
        answer = await client.post(f"{V1}/auth/garmin/login", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
        assert PASSWORD not in answer.text
        assert answer.headers.get("retry-after") == after
    assert "broke off with RuntimeError" in caplog.text
    assert PASSWORD not in caplog.text


async def test_guessing_is_slowed_down_for_the_athlete_who_guesses(house: House, services: Services) -> None:
    services.door.answer = NeedsAthlete("wrong_password")
    client = house.athlete()
    body = {"email": EMAIL, "password": PASSWORD}
    asked = [(await client.post(f"{V1}/auth/garmin/login", json=body)).status_code for _ in range(8)]
    assert asked == [409] * 6 + [429] * 2
    assert len(services.door.seen) == 6
    house.clock.advance(minutes=2)
    services.door.answer = "tokens-1"
    assert (await client.post(f"{V1}/auth/garmin/login", json=body)).status_code == 200


async def test_one_login_at_a_time_and_others_are_not_kept_waiting(house: House, services: Services) -> None:
    services.door.hold = threading.Event()
    client = house.athlete()
    body = {"email": EMAIL, "password": PASSWORD}
    first = asyncio.create_task(client.post(f"{V1}/auth/garmin/login", json=body))
    await asyncio.to_thread(services.door.entered.wait, 10)
    second = await client.post(f"{V1}/auth/garmin/login", json=body)
    assert second.status_code == 409
    assert second.json()["type"] == "urn:hanbal:problem:login_running"
    assert (await of(house, "garmin"))["state"] == "off"  # others are answered meanwhile
    services.door.hold.set()
    assert (await first).json() == {"state": "connected"}
    services.door.hold = None
    assert (await client.post(f"{V1}/auth/garmin/login", json=body)).status_code == 200
    assert len(services.door.seen) == 2


async def test_what_is_wanted_of_a_service_is_changed_where_it_is_allowed(
    house: House, services: Services
) -> None:
    client = house.athlete()
    path = f"{V1}/connections/strava"
    assert (await client.patch(path, json={"upload": True})).status_code == 404  # not connected
    is_in(house, "strava", "connected", scopes=("read", "activity:read_all"))
    assert (await client.patch(path, json={"upload": True})).status_code == 409  # not permitted over there
    is_in(house, "strava", "connected", scopes=("read", "activity:write"))
    changed = await client.patch(path, json={"upload": True})
    assert changed.status_code == 200, changed.text
    assert changed.json()["upload"] is True
    assert (await client.patch(path, json={"upload": False})).json()["upload"] is False
    assert (await client.patch(path, json={"colour": "red"})).status_code == 422
    assert (await client.patch(f"{V1}/connections/garmin", json={"upload": True})).status_code == 400


async def test_sending_workouts_to_the_watch_is_on_until_it_is_turned_off(
    house: House, services: Services
) -> None:
    client, path = house.athlete(), f"{V1}/connections/garmin"
    assert (await client.patch(path, json={"workouts": False})).status_code == 404  # not connected
    await client.post(f"{V1}/auth/garmin/login", json={"email": EMAIL, "password": PASSWORD})
    known = await of(house, "garmin")
    assert (known["can_send_workouts"], known["workouts"]) == (True, True)
    assert (await client.patch(path, json={"workouts": False})).json()["workouts"] is False
    assert (await client.patch(path, json={"workouts": True})).json()["workouts"] is True
    assert (await client.patch(path, json={"workouts": True, "upload": True})).status_code == 422
    assert (await client.patch(path, json={})).status_code == 422
    is_in(house, "strava", "connected", scopes=("read", "activity:write"))
    assert (await client.patch(f"{V1}/connections/strava", json={"workouts": True})).status_code == 400


async def test_disconnecting_forgets_the_account(house: House, services: Services) -> None:
    client = house.athlete()
    for path in ("connections/garmin", "auth/garmin"):
        await client.post(f"{V1}/auth/garmin/login", json={"email": EMAIL, "password": PASSWORD})
        assert (await of(house, "garmin"))["is_on"]
        answer = await client.delete(f"{V1}/{path}")
        assert answer.status_code in (200, 204)
        found = await of(house, "garmin")
        assert (found["state"], found["is_on"], found["account_name"]) == ("off", False, "")
    with house.db.athlete_session(house.owner.athlete_id) as s:
        kept = connections.get(s, "garmin")
    assert kept is not None
    assert not kept.has_secret


async def test_an_address_is_shown_once_and_closed(house: House, services: Services) -> None:
    for provider, pushed in (("apple_health", "health"), ("sheets", "sheets")):
        await opens_and_closes(house, provider, pushed)


async def opens_and_closes(house: House, provider: str, pushed: str) -> None:
    client = house.athlete()
    made = await client.post(f"{V1}/connections/{provider}/address")
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    secret = made.json()["secret"]
    assert made.json()["address"] == f"http://127.0.0.1/api/v1/push/{pushed}"
    assert len(secret) > 40
    found = await of(house, provider)
    assert found["state"] == "connected"
    assert found["address"]["last_used_at"] is None
    assert secret not in str(found)
    house.settings.public_url = "https://coach.example/"
    outside = house.client(cookie=f"__Host-hanbal={house.session()}")
    again = (await outside.post(f"{V1}/connections/{provider}/address")).json()
    assert again["address"] == f"https://coach.example/api/v1/push/{pushed}"
    assert again["secret"] != secret
    house.settings.public_url = None
    assert (await client.delete(f"{V1}/connections/{provider}/address")).status_code == 204
    assert (await of(house, provider))["state"] == "off"
    assert (await client.post(f"{V1}/connections/garmin/address")).status_code == 404
    with house.db.athlete_session(house.owner.athlete_id) as s:
        assert addresses.get(s, provider) is None


async def test_another_site_learns_no_account_and_connects_nothing(house: House, services: Services) -> None:
    is_in(house, "garmin", "connected", account_name="하나의 Garmin")
    widget = await guest(house)
    for method, path in (
        ("GET", "connections"),
        ("GET", "connections/garmin"),
        ("GET", "auth/garmin/status"),
        ("POST", "auth/garmin/login"),
        ("DELETE", "connections/garmin"),
        ("POST", "connections/sheets/address"),
        ("GET", "strava/connect"),
        ("GET", "strava/callback"),
    ):
        answer = await widget.request(method, f"{V1}/{path}")
        assert answer.status_code == 403, path
        assert "하나의" not in answer.text
    status = await widget.get(f"{V1}/ingest/status")
    assert status.status_code == 200
    assert "하나의" not in status.text
