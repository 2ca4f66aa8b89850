"""Garmin Connect, through the `garminconnect` library: activities with their original files, and days."""

from __future__ import annotations

from datetime import timedelta

from coach.config import Settings
from coach.domain.source import Source
from coach.providers.contract import Account, Auth, NeedsCode, Opening, Provider

# The library takes 0.3 s to import (measured), and whoever lists the providers does not need it.


class _Login:
    def begin(self, settings: Settings, email: str, password: str) -> str | NeedsCode:
        from coach.providers.garmin import login

        return login.begin(settings, email, password)

    def finish(self, settings: Settings, state: str, code: str) -> str:
        from coach.providers.garmin import login

        return login.finish(settings, state, code)


def _open(opening: Opening) -> Account:
    from coach.providers.garmin.client import GarminAccount

    return GarminAccount(opening)


provider = Provider(
    name="garmin",
    source=Source.garmin,
    auth=Auth.password,
    every=timedelta(minutes=30),
    jitter=timedelta(minutes=5),
    history=None,
    cap=2,
    open=_open,
    password=_Login(),
)
