"""Where an exam is sat: a server of its own, the invented athletes in it, and a copy for each table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import make_url

from coach.graph.exam import made
from coach.store.postgres import bootstrap, migrate
from coach.store.session import Database
from coach.store.throwaway import copy_database, drop_database, throwaway_server
from coach.text import LANGS, Lang

CONNECTIONS = 3  # of one table: tools may be called side by side


@dataclass(frozen=True)
class Hall:
    """The athletes as they are before anybody wrote anything. `source` is the database to copy."""

    url: str
    source: str
    athletes: Mapping[Lang, int]


class Table:
    """One candidate's place: a copy of the athletes' database, made anew once something was written."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._url = ""
        self.db = self._fresh()

    def _fresh(self) -> Database:
        self._url = copy_database(self._hall.url, self._hall.source)
        return Database(self._url, pool_size=CONNECTIONS)

    def athlete(self, lang: Lang) -> int:
        """Return who is talked to in a language."""
        return self._hall.athletes[lang]

    def clear(self) -> None:
        """Take what was written away."""
        self.close()
        self.db = self._fresh()

    def close(self) -> None:
        """Throw the copy away."""
        self.db.dispose()
        drop_database(self._url)


@contextmanager
def open_hall() -> Iterator[Hall]:
    """Start a server, make the athletes on it, and throw all of it away afterwards."""
    with throwaway_server() as url:
        bootstrap(url)
        migrate(url)
        yield furnished(url)


def furnished(url: str) -> Hall:
    """Make the athletes in a migrated, empty database, which nobody else may be connected to."""
    db = Database(url, pool_size=CONNECTIONS)
    try:
        ids = {lang: made.make(db, lang) for lang in LANGS}
    finally:
        db.dispose()
    return Hall(url, make_url(url).database or "", ids)
