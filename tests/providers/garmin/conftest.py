"""An invented Garmin for each test, all behind one server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.garmin import Garmin, running
from garmin_account import Connected

from coach.config import Settings


@pytest.fixture(scope="session")
def host() -> Iterator[tuple[Garmin, str]]:
    """The server, and what it serves."""
    fake = Garmin()
    with running(fake) as url:
        yield fake, url


@pytest.fixture
def garmin(host: tuple[Garmin, str]) -> Iterator[Connected]:
    """A Garmin with nothing on it. It must have known every address it was asked."""
    served, url = host
    fake = Garmin()
    served.app = fake.app
    yield Connected(fake, Settings(garmin_url=url, _env_file=None))
    assert fake.unknown == []
