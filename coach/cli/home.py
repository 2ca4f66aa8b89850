"""The installation a command works on: its settings, its database, its owner."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from coach.cli.directory import claim
from coach.config import Settings, default_data_dir, settings
from coach.domain.athlete import Athlete
from coach.pipeline.reach import Reach
from coach.store import athletes, system
from coach.store.postgres import close_embedded, open_database
from coach.store.session import Database
from coach.store.vault import Vault


def now() -> datetime:
    """Return the time; the only clock of the command line."""
    return datetime.now(UTC)


def address(here: Settings) -> str:
    """Return where a browser finds the pages, without a slash at the end."""
    anywhere = ("127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104 - only shown
    host = "localhost" if here.host in anywhere else here.host
    return (here.public_url or f"http://{host}:{here.port}").rstrip("/")


def demo_data_dir() -> Path:
    """Return where the demo athlete lives: beside the athlete's own data, never in it."""
    return default_data_dir().parent / "demo"


def use_demo(suffix: str = "") -> None:
    """Make this process and its children work on the demo athlete, on the embedded database.

    With a suffix on another one, whose directory has that at its end.
    """
    os.environ["COACH_DATA_DIR"] = (os.environ.get("COACH_DEMO_DIR") or str(demo_data_dir())) + suffix
    os.environ["DATABASE_URL"] = ""
    settings.cache_clear()


@dataclass(frozen=True)
class Home:
    settings: Settings
    db: Database

    @cached_property
    def reach(self) -> Reach:
        """What the work with services needs."""
        return Reach(self.db, self.settings, Vault(self.settings), now)

    def owner(self) -> Athlete | None:
        """Return the athlete this installation belongs to, or None before the first start."""
        account = system.owner(self.db)
        if account is None:
            return None
        with self.db.athlete_session(account.athlete_id) as s:
            return athletes.get(s, account.athlete_id)

    def found(self, **fields: object) -> Athlete:
        """Return the owner, made at the first start with these fields of an athlete."""
        known = self.owner()
        if known is None:
            account, _ = system.create_owner(self.db, now=now(), **fields)
            with self.db.athlete_session(account.athlete_id) as s:
                known = athletes.get(s, account.athlete_id)
        return known

    def login_link(self, base_url: str, leads_to: str = "") -> str:
        """Return an address that logs the owner in once, and leads to a page of ours."""
        account = system.owner(self.db)
        assert account is not None
        goes_on = f"?next={quote(leads_to)}" if leads_to else ""
        return f"{base_url}/login/{system.new_link(self.db, account.id, now=now())}{goes_on}"


@contextmanager
def home(*, pool_size: int = 4) -> Iterator[Home]:
    """Open the installation: starts the embedded database when needed, and leaves it afterwards."""
    here = settings()
    if here.database_url is None:
        claim(here.data_dir)
    db = open_database(here, pool_size=pool_size)
    try:
        yield Home(here, db)
    finally:
        db.dispose()
        close_embedded()
