"""An account at the fake Strava, opened with the real library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fakes.strava import Strava, running
from pydantic import SecretStr

from coach.config import Settings
from coach.providers.contract import Opening
from coach.providers.strava.client import StravaAccount
from coach.providers.strava.tokens import Tokens

NOW = datetime(2026, 10, 4, 3, 7, 30, tzinfo=UTC)
QUICK = (0.0, 0.0, 0.0)


def settings(fake: Strava, url: str | None, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "STRAVA_CLIENT_ID": fake.client_id,
        "STRAVA_CLIENT_SECRET": SecretStr(fake.client_secret),
        "COACH_STRAVA_URL": url,
        **changes,
    }
    return Settings(_env_file=None, **given)


@dataclass
class Line:
    """What the coach keeps for an account: tokens, each set that was ever kept, and the limits."""

    fake: Strava
    settings: Settings
    now: datetime = NOW
    kept: list[str] = field(default_factory=list)
    used: dict[str, Any] = field(default_factory=dict)
    reserve: float = 0.0

    def open(self, *, timeout_s: tuple[float, float] = (2.0, 5.0)) -> StravaAccount:
        """Open the account with the newest tokens."""
        opening = Opening(
            settings=self.settings,
            tokens=self.kept[-1],
            keep=self.kept.append,
            clock=lambda: self.now,
            usage=lambda: self.used,
            keep_usage=lambda usage: self.used.update(json.loads(json.dumps(dict(usage)))),
            reserve=self.reserve,
        )
        return StravaAccount(opening, timeout_s=timeout_s, pauses_s=QUICK)

    def newest(self) -> Tokens:
        return Tokens.loads(self.kept[-1])


@contextmanager
def connected(fake: Strava, **changes: Any) -> Iterator[Line]:
    """Serve a fake and log its athlete in."""
    line_now = changes.pop("now", NOW)
    fake.clock = lambda: line.now.timestamp()
    with running(fake) as url:
        line = Line(fake, settings(fake, url), line_now, **changes)
        said = fake.tokens()
        tokens = Tokens(said["access_token"], said["refresh_token"], said["expires_at"], "1", fake.scopes)
        line.kept.append(tokens.dumps())
        yield line
