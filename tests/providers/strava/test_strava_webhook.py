"""What Strava tells us is a hint at most, and nonsense is nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.strava import Strava, running
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from strava_accounts import settings

from coach.config import Settings
from coach.errors import Conflict, ServiceBroken, SetupError
from coach.providers.strava import subscriptions, webhook

EVENT = {
    "object_type": "activity",
    "object_id": 1360128428,
    "aspect_type": "update",
    "owner_id": 134815,
    "subscription_id": 120475,
    "event_time": 1516126040,
    "updates": {"title": "Messy"},
}
GONE = {**EVENT, "object_type": "athlete", "object_id": 134815, "updates": {"authorized": "false"}}
CHALLENGE = {"hub.mode": "subscribe", "hub.challenge": "15f7d1a91c1f40f8", "hub.verify_token": "s3cret"}


@pytest.mark.parametrize("body", [EVENT, json.dumps(EVENT), json.dumps(EVENT).encode()])
def test_an_event(body: object) -> None:
    found = webhook.hint(body, 120475)
    assert found == webhook.Hint(
        "activity",
        "update",
        "1360128428",
        "134815",
        False,
        datetime(2018, 1, 16, 18, 7, 20, tzinfo=UTC),
        {"title": "Messy"},
    )


def test_a_permission_taken_back() -> None:
    found = webhook.hint(GONE, None)
    assert found is not None
    assert found.revoked
    for other in ("true", None, True, 1):
        kept = webhook.hint({**GONE, "updates": {"authorized": other}}, None)
        assert kept is not None
        assert not kept.revoked
    on_activity = webhook.hint({**EVENT, "updates": {"authorized": "false"}}, None)
    assert on_activity is not None
    assert not on_activity.revoked


@pytest.mark.parametrize(
    "change",
    [
        {"subscription_id": 1},
        {"subscription_id": None},
        {"object_type": "segment"},
        {"object_type": ["activity"]},
        {"aspect_type": "explode"},
        {"object_id": None},
        {"object_id": -4},
        {"object_id": True},
        {"object_id": "1; DROP"},
        {"owner_id": {}},
    ],
)
def test_nonsense_is_nothing(change: dict[str, Any]) -> None:
    assert webhook.hint({**EVENT, **change}, 120475) is None


def test_types_may_differ_where_the_meaning_does_not() -> None:
    found = webhook.hint(
        {**EVENT, "object_id": "1360128428", "owner_id": "134815", "subscription_id": "120475"}
        | {"event_time": "soon", "updates": None},
        120475,
    )
    assert found is not None
    assert (found.object_id, found.event_time, found.updates) == ("1360128428", None, {})


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(EVENT)), _json) | _json | st.binary(max_size=40))
@hypothesis_settings(max_examples=60, derandomize=True, deadline=None)
def test_anything_at_all_raises_nothing(body: object) -> None:
    found = webhook.hint(body, None)
    assert found is None or found.object_id.isdecimal()


@pytest.mark.parametrize("body", [b"\xff", "[" * 60_000, "{" * 70_000, b""])
def test_hostile_bodies(body: bytes | str) -> None:
    assert webhook.hint(body, None) is None


def test_the_challenge() -> None:
    assert webhook.challenge(CHALLENGE, "s3cret") == "15f7d1a91c1f40f8"
    for change in (
        {"hub.verify_token": "guess"},
        {"hub.verify_token": "s3crét"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
        {"hub.challenge": "x" * 501},
    ):
        assert webhook.challenge({**CHALLENGE, **change}, "s3cret") is None
    assert webhook.challenge({**CHALLENGE, "hub.verify_token": ""}, "") is None
    assert webhook.challenge({}, "s3cret") is None


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Strava, Settings]]:
    fake = Strava()
    with running(fake) as url:
        yield fake, settings(fake, url)


def test_subscribing_and_ending_it(served: tuple[Strava, Settings], caplog: pytest.LogCaptureFixture) -> None:
    fake, ours = served
    caplog.set_level(logging.DEBUG)
    number = subscriptions.subscribe(ours, "https://coach.example/hook", "s3cret-token")
    assert subscriptions.subscriptions(ours) == [
        subscriptions.Subscription(number, "https://coach.example/hook")
    ]
    with pytest.raises(Conflict, match="strava_subscribed"):
        subscriptions.subscribe(ours, "https://coach.example/hook", "s3cret-token")
    subscriptions.unsubscribe(ours, number)
    subscriptions.unsubscribe(ours, number)
    assert subscriptions.subscriptions(ours) == []
    assert "push_subscriptions" in caplog.text
    assert fake.client_secret not in caplog.text
    assert "s3cret-token" not in caplog.text


def test_an_address_that_does_not_answer(served: tuple[Strava, Settings]) -> None:
    fake, ours = served
    fake.verifies_callback = True
    with pytest.raises(SetupError, match="strava_callback_refused"):
        subscriptions.subscribe(ours, "http://127.0.0.1:9/hook", "s3cret")
    fake.verifies_callback = False


@pytest.mark.parametrize("kind", ["500", "html", "cut"])
def test_trouble_tells_no_secret(served: tuple[Strava, Settings], kind: str) -> None:
    fake, ours = served
    fake.fault("/push_subscriptions", kind)
    with pytest.raises(ServiceBroken) as error:
        subscriptions.subscriptions(ours)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_another_application_is_refused(served: tuple[Strava, Settings]) -> None:
    fake, ours = served
    with pytest.raises(SetupError, match="strava_application_refused"):
        subscriptions.subscriptions(settings(fake, ours.strava_url, STRAVA_CLIENT_ID=7))
    with pytest.raises(SetupError, match="strava_no_application"):
        subscriptions.subscriptions(settings(fake, ours.strava_url, STRAVA_CLIENT_ID=None))
