"""Composes what is due for athletes of the invented life, without a worker or a messenger."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from fakes.life import Lived, copy_of, drop, lived, opened
from fakes.planned import stored
from first_said import MONDAY
from sqlalchemy import make_url

from coach.pipeline import matching
from coach.store import athletes
from coach.store.postgres import Embedded
from coach.store.session import Database


@pytest.fixture(scope="session")
def life(embedded: Embedded, template: str) -> Iterator[Lived]:
    """Shared: nothing may be written."""
    yield from opened(embedded.url, template)


@pytest.fixture
def own_life(embedded: Embedded, template: str) -> Iterator[Lived]:
    """A copy of one's own, to write to."""
    yield from opened(embedded.url, template)


@cache
def _planned(url: str, template: str) -> tuple[str, int, int, int]:
    name, *ids = lived(url, template)
    address = copy_of(url, name)
    there = Lived(Database(address), *ids)
    with there.db.athlete_session(there.full) as s:
        stored(s, MONDAY)
        matching.match_new(s, athletes.get(s, there.full), there.ctx().now)
    there.db.dispose()
    copied = make_url(address).database
    assert copied is not None
    return copied, ids[0], ids[1], ids[2]


@pytest.fixture
def planned(embedded: Embedded, template: str) -> Iterator[Lived]:
    """An athlete in the first week of a plan for a race on 6 December."""
    name, *ids = _planned(embedded.url, template)
    address = copy_of(embedded.url, name)
    there = Lived(Database(address), *ids)
    yield there
    there.db.dispose()
    drop(address)
