"""One imported slice for all charts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.life import Lived, opened

from coach.store.postgres import Embedded


@pytest.fixture(scope="session")
def life(embedded: Embedded, template: str) -> Iterator[Lived]:
    """Shared: nothing may be written."""
    yield from opened(embedded.url, template)
