"""Readers for the whole run, and an athlete to import for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pipeline_runs import Coach

from coach.pipeline import importing
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.store.session import Database


@pytest.fixture(scope="session")
def readers() -> Iterator[ReaderPool[Parsed]]:
    with importing.reader_pool(2) as pool:
        yield pool


@pytest.fixture
def coach(db: Database, athlete_id: int, readers: ReaderPool[Parsed]) -> Coach:
    return Coach(db, athlete_id, readers)
