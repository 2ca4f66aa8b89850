"""One embedded server for the whole run, one migrated template, a copy for each test that asks for one."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import pytest_socket
from hypothesis import settings
from sqlalchemy import Dialect, make_url

from coach.store import system
from coach.store.postgres import Embedded, bootstrap, migrate, start_embedded
from coach.store.session import Database

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
}
CLEARED = ("OPENAI_", "COACH_", "TELEGRAM_", "DATABASE_URL", "LANGSMITH_", "LANGCHAIN_")

for name in [n for n in os.environ if n.startswith(CLEARED)]:
    del os.environ[name]


def pytest_runtest_setup() -> None:
    """Close every way out: only this machine's own sockets stay."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def quick_place() -> Path | None:
    """Memory where there is plenty: copying a database of 300 files takes 15 ms there, 350 on a disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 2**30
    return memory if roomy else None


@pytest.fixture(scope="session")
def embedded(quick_place: Path | None) -> Iterator[Embedded]:
    """The server of this run. Nothing it holds outlives the run, so it need not survive a crash."""
    place = Path(tempfile.mkdtemp(prefix="hanbal-test-", dir=quick_place))
    # A service user runs the server when the tests run as root, and must be able to enter.
    place.chmod(0o711)
    server = start_embedded(place / "data", FAST)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(place)


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def template(embedded: Embedded) -> str:
    """The name of a migrated, empty database to copy."""
    with psycopg.connect(_named(embedded.url, "postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE template_hanbal")
    url = _named(embedded.url, "template_hanbal")
    bootstrap(url)
    migrate(url)
    return "template_hanbal"


@pytest.fixture(scope="session")
def admin(embedded: Embedded) -> Iterator[psycopg.Connection[Any]]:
    """Who makes and drops databases."""
    with psycopg.connect(_named(embedded.url, "postgres"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def database_url(embedded: Embedded, template: str, admin: psycopg.Connection[Any]) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    name = f"test_{uuid4().hex[:12]}"
    admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _named(embedded.url, name)
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def compiled(embedded: Embedded, template: str) -> tuple[Dialect, dict[Any, Any]]:
    """What statements are compiled to, for all databases of the run: a pool of its own would forget it."""
    first = Database(_named(embedded.url, template))
    first.dispose()
    return first._app.dialect, {}


@pytest.fixture
def db(database_url: str, compiled: tuple[Dialect, dict[Any, Any]]) -> Iterator[Database]:
    """A pool on a fresh database."""
    database = Database(database_url)
    for engine in (database._app, database._system):
        engine.dialect, statements = compiled
        engine.update_execution_options(compiled_cache=statements)
    yield database
    database.dispose()


@pytest.fixture
def athlete_id(db: Database) -> int:
    """The id of an athlete with nothing but defaults."""
    return system.create_athlete(db, name="하나").id


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--soak`: run the long randomised tests, and only those."""
    parser.addoption("--soak", action="store_true", help="run the long randomised tests, and only those")


def pytest_configure(config: pytest.Config) -> None:
    """Try the same examples each time, but in a soak: what fails today failed yesterday."""
    if not config.getoption("--soak"):
        settings.register_profile("usual", derandomize=True, deadline=None, max_examples=50)
        settings.load_profile("usual")


# Browsers and processes that are started mostly wait: beside what computes they cost little, at the end alone
# they keep everything waiting.
WAITING = ("tests/web/", "tests/cli/", "tests/jobs/", "tests/charts/")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long randomised tests out, or everything else. What waits goes first."""
    items.sort(key=lambda item: not item.nodeid.startswith(WAITING))
    soak = bool(config.getoption("--soak"))
    left_out = [item for item in items if ("soak" in item.keywords) is not soak]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Let the collector pass over what lives as long as the run, and come seldom: an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
