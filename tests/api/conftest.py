"""The coach behind HTTP, without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.life import copy_of, drop
from fakes.web import House, open_house

from coach.store.postgres import Embedded
from coach.store.session import Database


@pytest.fixture
async def house(db: Database, tmp_path: Path) -> AsyncIterator[House]:
    """An owner, two scripted requests: "지난주" calls a tool, "천천히" takes a while."""

    def decide(message: str) -> list[tuple[str, dict[str, object]]]:
        if "지난주" in message:
            return [("totals", {})]
        return [("slow", {})] if "천천히" in message else []

    async with open_house(db, tmp_path, decide=decide) as opened:
        yield opened


@pytest.fixture(scope="module")
async def one_house(
    embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """An owner in a house that all tests of a file share."""
    address = copy_of(embedded.url, template)
    db = Database(address)
    async with open_house(db, tmp_path_factory.mktemp("house")) as opened:
        yield opened
    db.dispose()
    drop(address)
