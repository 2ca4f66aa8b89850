"""What is kept of a login: the library's tokens, and the name that many addresses carry."""

from __future__ import annotations

import json

from garminconnect import Garmin

from coach.errors import NeedsAthlete


def save(garmin: Garmin) -> str:
    """Return the tokens as JSON. With the display name in them no later sync has to ask for it."""
    return json.dumps({**json.loads(garmin.client.dumps()), "display_name": garmin.display_name or ""})


def load(garmin: Garmin, tokens: str) -> None:
    """Put kept tokens in. Raises NeedsAthlete when they are none."""
    try:
        garmin.client.loads(tokens)
        name = json.loads(tokens).get("display_name")
    except Exception:
        usable = False
    else:
        usable = True
        garmin.display_name = name if isinstance(name, str) and name else None
    if not usable:
        raise NeedsAthlete("garmin_login_expired")
