"""Strava: activities over its API, by a login on its own page.

The API is asked once a day; webhooks tell what changed between. What it gives is under Strava's terms
(`coach.domain.source`). stravalib is imported when an account is opened: that takes 0.7 s.
"""

from __future__ import annotations

from datetime import timedelta

from coach.domain.source import Source
from coach.providers.contract import Account, Auth, Opening, Provider
from coach.providers.strava.login import StravaLogin

__all__ = ["open_account", "provider"]


def open_account(opening: Opening) -> Account:
    """Open an athlete's account. Raises NeedsAthlete when the tokens cannot be read."""
    from coach.providers.strava.client import StravaAccount

    return StravaAccount(opening)


provider = Provider(
    name="strava",
    source=Source.strava,
    auth=Auth.oauth,
    every=timedelta(days=1),
    history=timedelta(days=365),
    cap=2,
    has_days=False,
    open=open_account,
    oauth=StravaLogin(),
    uploads=True,
)
