"""What Telegram sends, through whichever door it comes: kept before anything else, each in its lane."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from coach.config import Settings
from coach.store import updates
from coach.store.session import Database
from coach.store.updates import AT_ONCE, Incoming

SERVICE = "telegram"
# What is asked for; anything else would be stored, and then nobody knows what to do with it.
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
WEBHOOK = "/telegram/webhook"  # below the installation's public address
_MOST_ID = 2**63 - 1


def take_in(db: Database, raw: Sequence[Any]) -> tuple[int, int]:
    """Keep updates as Telegram sent them; return how many are new and how many were known.

    What is no update at all is passed over: it would come again for ever.
    """
    found = [one for one in map(read, raw) if one is not None]
    try:
        new = len(updates.keep(db, SERVICE, found))
    except (
        TypeError,
        RecursionError,
    ):  # numbers or depths that no database holds
        new = sum(_keep_one(db, one) for one in found)
    return new, len(found) - new


def _keep_one(db: Database, one: Incoming) -> int:
    """Keep an update, of what cannot be kept only that it came; return how many are new."""
    try:
        return len(updates.keep(db, SERVICE, [one]))
    except (TypeError, RecursionError):
        return len(updates.keep(db, SERVICE, [replace(one, payload={})]))


def read(raw: Any) -> Incoming | None:
    """Return an update with its chat and lane, or None for what is none.

    What is said in a chat is worked on in order. A press waits only for others below the same message, and
    "/stop" for nothing, or it would come when there is nothing left to stop.
    """
    if not isinstance(raw, Mapping):
        return None
    update_id = _number(raw.get("update_id"))
    if update_id is None:
        return None
    press = raw.get("callback_query")
    if isinstance(press, Mapping):
        message = _object(press.get("message"))
        chat_id = _number(_object(message.get("chat")).get("id")) or _number(
            _object(press.get("from")).get("id")
        )
        return Incoming(update_id, chat_id, f"press:{_number(message.get('message_id')) or 0}", raw)
    told = next((_object(raw[kind]) for kind in KINDS if kind in raw), {})
    chat_id = _number(_object(told.get("chat")).get("id"))
    return Incoming(update_id, chat_id, AT_ONCE if _stops(raw.get("message")) else "", raw)


def _stops(message: Any) -> bool:
    text = _object(message).get("text")
    word = text.split(maxsplit=1)[:1] if isinstance(text, str) else []
    return bool(word) and word[0].partition("@")[0].lower() == "/stop"


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and -_MOST_ID <= value <= _MOST_ID else None


def token(settings: Settings) -> str | None:
    """Return the bot's token, or None without a bot."""
    secret: SecretStr | None = settings.telegram_bot_token
    return (secret.get_secret_value().strip() or None) if secret is not None else None


def webhook_secret(settings: Settings) -> str | None:
    """Return what Telegram shows with each call of the webhook; None without a bot or without a webhook.

    It comes from the token: a new token ends the old secret.
    """
    given = token(settings)
    if given is None or not settings.telegram_webhook:
        return None
    return hashlib.sha256(b"hanbal telegram webhook\n" + given.encode()).hexdigest()


def is_webhook_secret(settings: Settings, shown: str) -> bool:
    """Return whether somebody shows the webhook's secret, in a time that tells nothing of it."""
    ours = webhook_secret(settings)
    return ours is not None and hmac.compare_digest(shown.encode(), ours.encode())
