"""Databases that are copied, written to and thrown away: on a server that is ours alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from coach.store.server import start_embedded

_SHORT_LIVED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def copy_database(url: str, source: str) -> str:
    """Copy the database `source` on the server of `url`; return the address of the copy.

    Nobody may be connected to `source`. Needs a superuser.
    """
    name = f"copy_{uuid4().hex[:12]}"
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")  # names of ours
    return _named(url, name)


def drop_database(url: str) -> None:
    """Drop a copy, whoever is still connected to it."""
    name = make_url(url).database or ""
    assert name.startswith("copy_"), "only copies are thrown away"
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def throwaway_server() -> Iterator[str]:
    """Start a server of one's own for a short time; yield its address. Nothing it holds survives."""
    place = Path(tempfile.mkdtemp(prefix="hanbal-copy-"))
    place.chmod(0o711)  # root's server runs as a service user, who must be able to enter
    server = start_embedded(place / "data", _SHORT_LIVED)
    try:
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(place)
