"""What a login leaves behind, as one line of JSON that is kept encrypted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from coach.errors import NeedsAthlete

EARLY = timedelta(minutes=5)  # before they expire, tokens are renewed
UNSTATED_LIFE = timedelta(hours=1)  # of an access token whose answer does not say it; usual are six hours


@dataclass(frozen=True)
class Tokens:
    """`expires_at` in seconds since 1970; `athlete_id` is Strava's number of the athlete."""

    access_token: str
    refresh_token: str
    expires_at: int
    athlete_id: str = ""
    scopes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Tokens(athlete_id={self.athlete_id!r}, expires_at={self.expires_at})"  # never the tokens

    @classmethod
    def loads(cls, text: str) -> Tokens:
        """Read what `dumps` wrote. Raises NeedsAthlete for anything else."""
        try:
            said = json.loads(text)
            found = cls(
                access_token=str(said["access_token"]),
                refresh_token=str(said["refresh_token"]),
                expires_at=int(said["expires_at"]),
                athlete_id=str(said.get("athlete_id") or ""),
                scopes=tuple(map(str, said.get("scopes") or ())),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            # The parser's error would quote what could not be read.
            raise NeedsAthlete("strava_login_expired") from None
        return found

    def dumps(self) -> str:
        return json.dumps(asdict(self))

    def expires_soon(self, now: datetime) -> bool:
        return now.timestamp() >= self.expires_at - EARLY.total_seconds()

    def renewed(self, answer: Mapping[str, Any], now: datetime) -> Tokens:
        """Return the tokens of an answer of the token endpoint, for the same athlete."""
        return replace(
            self,
            access_token=str(answer["access_token"]),
            refresh_token=str(answer["refresh_token"]),
            expires_at=expiry(answer.get("expires_at"), now),
        )


def expiry(said: object, now: datetime) -> int:
    """Return when an access token expires. One that was given is never thrown away for an odd time."""
    try:
        return int(str(said))
    except ValueError:
        return int((now + UNSTATED_LIFE).timestamp())
