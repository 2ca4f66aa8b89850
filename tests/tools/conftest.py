"""One imported slice for all tests that read, a copy for each that writes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.life import Lived, opened

from coach.store.postgres import Embedded


@pytest.fixture(scope="session")
def life(embedded: Embedded, template: str) -> Iterator[Lived]:
    """Shared: nothing may be written."""
    yield from opened(embedded.url, template)


@pytest.fixture
def own_life(embedded: Embedded, template: str) -> Iterator[Lived]:
    """A copy of one's own, to write to."""
    yield from opened(embedded.url, template)
