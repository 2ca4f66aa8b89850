"""`coach strava-webhook`: have Strava tell when something changed there, for the whole installation."""

from __future__ import annotations

from argparse import Namespace

from api.routers.strava import webhook_secret
from coach.cli.talk import table_text
from coach.config import Settings, settings
from coach.errors import SetupError
from coach.providers.strava import subscriptions
from coach.text import say

WEBHOOK = "/api/v1/strava/webhook"


def strava_webhook(args: Namespace) -> int:
    """Subscribe, list or end the one subscription that an application may have."""
    return {"subscribe": _subscribe, "list": _list, "remove": _remove}[args.action](settings())


def _subscribe(here: Settings) -> int:
    """Subscribe with our address, which Strava asks before it answers: the API must be running."""
    address, secret = callback(here)
    number = subscriptions.subscribe(here, address, secret)
    print(say(here.lang, "cli_sync.webhook_made", id=number))
    return 0


def callback(here: Settings) -> tuple[str, str]:
    """Return the address that Strava calls, and the secret that it repeats when it asks for it.

    Raises SetupError without a public address, or without an application.
    """
    secret = webhook_secret(here)
    if secret is None or here.strava_client_id is None:
        raise SetupError("webhook_needs_application")
    if here.public_url is None:
        raise SetupError("webhook_needs_public_url")
    return f"{here.public_url.rstrip('/')}{WEBHOOK}/{secret}", secret


def _list(here: Settings) -> int:
    """Print the subscription, without the part of its address that nobody else may know."""
    found = subscriptions.subscriptions(here)
    if not found:
        print(say(here.lang, "cli_sync.webhook_none"))
        return 0
    secret = webhook_secret(here) or ""
    lines = [[str(one.id), _without(one.callback_url, secret)] for one in found]
    columns = [say(here.lang, f"cli_sync.column_{name}") for name in ("subscription", "address")]
    print(table_text("", columns, lines))
    return 0


def _without(address: str, secret: str) -> str:
    return address.replace(secret, "…") if secret else address


def _remove(here: Settings) -> int:
    found = subscriptions.subscriptions(here)
    for one in found:
        subscriptions.unsubscribe(here, one.id)
        print(say(here.lang, "cli_sync.webhook_gone", id=one.id))
    if not found:
        print(say(here.lang, "cli_sync.webhook_none"))
    return 0
