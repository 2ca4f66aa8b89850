"""From settings to a database that is ready: server, roles, migrations, pool."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import resources

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from coach.config import Settings
from coach.errors import SetupError
from coach.store.server import Embedded, start_embedded
from coach.store.session import APP, OWNER, SYSTEM, Database, conninfo, login

__all__ = [
    "Embedded",
    "bootstrap",
    "database_url",
    "migrate",
    "open_database",
    "start_embedded",
]

# Advisory locks: any two numbers that nothing else in the database uses.
BOOTSTRAP_LOCK, MIGRATE_LOCK = 7_201_001, 7_201_002

_embedded: dict[str, Embedded] = {}  # data directory → our share in its server, for the process's life


def database_url(settings: Settings) -> str:
    """Return `DATABASE_URL`, or the address of the embedded server, which is started when needed."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    key = str(settings.data_dir.absolute())
    if key not in _embedded:
        _embedded[key] = start_embedded(settings.data_dir)
    return _embedded[key].url


def open_database(settings: Settings, *, pool_size: int = 16) -> Database:
    """Return a migrated database: starts the embedded server when there is no `DATABASE_URL`.

    Raises SetupError with what to do.
    """
    url = database_url(settings)
    bootstrap(url)
    migrate(url)
    embedded = _embedded.get(str(settings.data_dir.absolute())) if settings.database_url is None else None
    return Database(url, pool_size=pool_size, revive=embedded.ensure if embedded else None)


def close_embedded() -> None:
    """Leave every embedded server this process uses."""
    while _embedded:
        _embedded.popitem()[1].stop()


def bootstrap(url: str) -> None:
    """Create the three roles, what they may, and pgvector where the server has it. May run any time again.

    Roles belong to the whole server, so this is no migration. Needs a superuser (the embedded server's, or
    compose's) the first time; afterwards, or where an administrator made the roles, any user who may take
    them will do. Raises SetupError otherwise.
    """
    try:
        with psycopg.connect(conninfo(url, None)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [BOOTSTRAP_LOCK])
            row = connection.execute(
                "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = session_user"
            ).fetchone()
            assert row is not None
            _make_roles(connection, may_create=row[0] or row[1])
            if row[0]:
                connection.execute(_GRANTS)
            with contextlib.suppress(psycopg.Error), connection.transaction():
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except psycopg.OperationalError as error:
        raise SetupError("database_unreachable", reason=str(error).strip().splitlines()[-1]) from error


def _make_roles(connection: psycopg.Connection[tuple[object, ...]], *, may_create: bool) -> None:
    there = {
        row[0] for row in connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'hanbal_%'")
    }
    missing = [role for role in (OWNER, APP, SYSTEM) if role not in there]
    if missing and not may_create:
        raise SetupError("database_roles_missing", roles=", ".join(missing))
    for role in missing:
        # Names are the constants above. Another database of the server may be bootstrapped right now.
        taken = (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation)
        with contextlib.suppress(*taken), connection.transaction():
            connection.execute(
                f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT"
            )


# A role that could become another would undo the separation, so none is a member of another.
_GRANTS = f"""
DO $$ BEGIN
  EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO {OWNER}', current_database());
END $$;
ALTER SCHEMA public OWNER TO {OWNER};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {APP}, {SYSTEM};
"""


def migrate(url: str, revision: str = "head") -> None:
    """Bring the tables to `revision` as their owner; processes that start together take turns."""
    with _migrating(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back to `revision` ("base": all of them). Data of what is dropped is lost."""
    with _migrating(url) as config:
        command.downgrade(config, revision)


@contextlib.contextmanager
def _migrating(url: str) -> Iterator[Config]:
    config = Config()
    config.set_main_option("script_location", str(resources.files("migrations")).replace("%", "%%"))
    with owner_connection(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATE_LOCK})
        connection.commit()
        config.attributes["connection"] = connection
        try:
            yield config
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATE_LOCK})
            connection.commit()


@contextlib.contextmanager
def owner_connection(url: str) -> Iterator[Connection]:
    """Connect as the tables' owner, for migrations, dumps and tests."""
    engine = create_engine(login(url, OWNER), poolclass=NullPool)
    try:
        try:
            connection = engine.connect()
        except OperationalError as error:
            reason = str(error.orig).strip().splitlines()[-1]
            raise SetupError("database_unreachable", reason=reason) from error
        with connection:
            yield connection
    finally:
        engine.dispose()
