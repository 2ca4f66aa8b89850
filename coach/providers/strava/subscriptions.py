"""Having Strava tell us of changes: one subscription for the whole application, made by the operator."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from coach.config import Settings
from coach.errors import Conflict, NeedsAthlete, ServiceBroken, SetupError
from coach.providers.strava import mapping

if TYPE_CHECKING:
    from stravalib.client import Client

PATH = "/push_subscriptions"
_SECRET = re.compile(r"(client_secret=)[^&\s\"']+")


@dataclass(frozen=True)
class Subscription:
    id: int
    callback_url: str


def subscribe(settings: Settings, callback_url: str, verify_token: str) -> int:
    """Subscribe and return the subscription's number. Strava asks `callback_url` before it answers.

    Raises Conflict("strava_subscribed") when there is one, SetupError where the application is refused or
    our address did not answer, and ProviderTrouble.
    """

    def ask(client: Client, number: int, secret: str) -> Any:
        said = {"callback_url": callback_url, "verify_token": verify_token}
        return client.protocol.post(PATH, data={"client_id": number, "client_secret": secret, **said})

    answer = _call(settings, ask)
    found = mapping.identifier(answer.get("id") if isinstance(answer, dict) else None)
    if not found:
        raise ServiceBroken("strava_unreadable")
    return int(found)


def subscriptions(settings: Settings) -> list[Subscription]:
    """Return the application's subscriptions: at most one. Raises SetupError and ProviderTrouble."""

    def ask(client: Client, number: int, secret: str) -> Any:
        return client.protocol.get(PATH, client_id=number, client_secret=secret)

    answer = _call(settings, ask)
    if not isinstance(answer, list):
        raise ServiceBroken("strava_unreadable")
    return [
        Subscription(int(number), mapping.text(said.get("callback_url")))
        for said in answer
        if isinstance(said, dict) and (number := mapping.identifier(said.get("id")))
    ]


def unsubscribe(settings: Settings, subscription_id: int) -> None:
    """End a subscription; one that is not there is fine. Raises SetupError and ProviderTrouble."""
    from coach.providers.strava.faults import NotThere

    def ask(client: Client, number: int, secret: str) -> Any:
        credentials = {"client_id": number, "client_secret": secret}
        return client.protocol.delete(f"{PATH}/{int(subscription_id)}", data=credentials)

    try:
        _call(settings, ask)
    except NotThere:
        return


def _call(settings: Settings, ask: Callable[[Client, int, str], Any]) -> Any:
    from coach.providers.strava import library
    from coach.providers.strava.faults import LoginRefused, Refused, translated
    from coach.providers.strava.wire import application

    try:
        number, secret = application(settings)
        client = library.client(settings)
        try:
            # Reading them puts the secret into the address, which errors and logs of libraries repeat.
            with _secret_kept_out_of_logs(), translated(_now, hidden=True):
                return ask(client, number, secret)
        finally:
            client.protocol.rsession.close()
    except LoginRefused:
        raise SetupError("strava_application_refused") from None
    except NeedsAthlete as error:
        raise SetupError(error.key, **error.params) from None
    except Refused as error:
        if "already exists" in str(error.params["reason"]).lower():
            raise Conflict("strava_subscribed") from None
        raise SetupError("strava_callback_refused", reason=error.params["reason"]) from None


@contextmanager
def _secret_kept_out_of_logs() -> Iterator[None]:
    log = logging.getLogger("urllib3.connectionpool")
    log.addFilter(_blacken)
    try:
        yield
    finally:
        log.removeFilter(_blacken)


def _blacken(record: logging.LogRecord) -> bool:
    record.msg, record.args = _SECRET.sub(r"\1…", record.getMessage()), None
    return True


def _now() -> datetime:
    return datetime.now(UTC)
