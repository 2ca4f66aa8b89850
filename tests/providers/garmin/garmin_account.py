"""The account of the runner on an invented Garmin, opened as the coach opens it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from fakes.garmin import Garmin

from coach.config import Settings
from coach.providers.contract import Listed, Opening
from coach.providers.garmin.client import GarminAccount

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@dataclass
class Connected:
    """The service, how it is reached, and what the account handed over to be kept."""

    fake: Garmin
    settings: Settings
    kept: list[str] = field(default_factory=list)
    timeout_s: float = 5.0

    def tokens(self) -> str:
        """Return tokens as a login leaves them."""
        return json.dumps({**json.loads(self.fake.tokens()), "display_name": self.fake.display_name})

    def open(self, tokens: str | None = None) -> GarminAccount:
        """Open the account."""
        opening = Opening(self.settings, tokens or self.tokens(), self.kept.append, lambda: NOW)
        return GarminAccount(opening, self.timeout_s)


def every_page(account: GarminAccount, since: date | None = None) -> list[Listed]:
    """Return the whole list."""
    return [item for page in account.listing(since) for item in page]


def days_ago(n: int) -> date:
    """Return a day before TODAY."""
    return TODAY - timedelta(days=n)
