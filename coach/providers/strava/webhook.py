"""What Strava tells us when something changed there. It is not signed: a hint to look, never a fact. Pure."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, cast

from coach.providers.strava.mapping import identifier, number

CHALLENGE_CHARS = 500
BODY_BYTES = 64_000


@dataclass(frozen=True)
class Hint:
    """Something may have happened to an activity or an athlete (`object_id`) of the account `owner_id`.

    `revoked`: they say that the athlete took the permission back. `updates` are theirs, unchecked.
    """

    kind: Literal["activity", "athlete"]
    aspect: Literal["create", "update", "delete"]
    object_id: str
    owner_id: str
    revoked: bool = False
    event_time: datetime | None = None
    updates: Mapping[str, Any] = field(default_factory=dict)


def challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """Return what is to be sent back as `hub.challenge`; None when it is not Strava that asks for it."""
    given, asked = query.get("hub.verify_token"), query.get("hub.challenge")
    if not verify_token or not isinstance(given, str) or not isinstance(asked, str):
        return None
    known = hmac.compare_digest(given.encode("utf-8", "replace"), verify_token.encode("utf-8", "replace"))
    if not known or query.get("hub.mode") != "subscribe" or not 0 < len(asked) <= CHALLENGE_CHARS:
        return None
    return asked


def hint(body: object, subscription_id: int | None) -> Hint | None:
    """Read an event, parsed or as JSON; None for nonsense, and for another subscription than ours.

    `subscription_id` None: ours is not known, any is taken.
    """
    said = _parsed(body)
    kind, aspect = said.get("object_type"), said.get("aspect_type")
    object_id, owner_id = identifier(said.get("object_id")), identifier(said.get("owner_id"))
    if kind not in ("activity", "athlete") or aspect not in ("create", "update", "delete"):
        return None
    if not object_id or not owner_id:
        return None
    if subscription_id is not None and identifier(said.get("subscription_id")) != str(subscription_id):
        return None
    updates = said.get("updates")
    updates = updates if isinstance(updates, Mapping) else {}
    return Hint(
        kind=cast(Literal["activity", "athlete"], kind),
        aspect=cast(Literal["create", "update", "delete"], aspect),
        object_id=object_id,
        owner_id=owner_id,
        # "false" as text is what Strava sends.
        revoked=kind == "athlete" and str(updates.get("authorized")).lower() == "false",
        event_time=_moment(said.get("event_time")),
        updates=dict(updates),
    )


def _parsed(body: object) -> Mapping[str, Any]:
    if isinstance(body, bytes | str):
        if len(body) > BODY_BYTES:
            return {}
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return {}
    return body if isinstance(body, Mapping) else {}


def _moment(value: object) -> datetime | None:
    seconds = number(value)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
