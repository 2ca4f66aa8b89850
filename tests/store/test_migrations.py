"""Migrations: the tables are what models.py says, up, down and up again, and as an ordinary owner."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from coach.config import Settings
from coach.errors import SetupError
from coach.store import models, system
from coach.store.postgres import (
    Embedded,
    bootstrap,
    database_url,
    downgrade,
    migrate,
    open_database,
    owner_connection,
)
from coach.store.session import Database, conninfo

from .test_row_level_security import fill

PROTECTED = ("procrastinate_", "checkpoint", "alembic_")


def structure(url: str) -> list[tuple[object, ...]]:
    """Everything in the schema, by name: columns, constraints, indexes, policies, grants, functions."""
    with owner_connection(url) as connection:
        return [
            tuple(row)
            for query in (
                "SELECT table_name, column_name, data_type, is_nullable, column_default"
                " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position",
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
                "SELECT tablename, policyname, roles::text, qual, with_check FROM pg_policies ORDER BY 1, 2",
                "SELECT relname, relacl::text, relkind::text FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
                "SELECT proname, proacl::text, prosecdef FROM pg_proc"
                " WHERE pronamespace = 'public'::regnamespace ORDER BY oid::regprocedure::text",
            )
            for row in connection.execute(text(query))
        ]


def test_tables_are_what_the_models_say(database_url: str) -> None:
    with owner_connection(database_url) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or not name.startswith(PROTECTED),
            },
        )
        assert compare_metadata(context, models.metadata) == []


def test_up_down_up_on_populated_data(db: Database, database_url: str) -> None:
    fill(db, system.create_athlete(db).id)
    db.dispose()
    before = structure(database_url)
    downgrade(database_url, "base")
    with owner_connection(database_url) as connection:
        left = connection.execute(
            text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        )
        assert set(left.scalars()) == {"alembic_version"}
    migrate(database_url)
    assert structure(database_url) == before
    again = Database(database_url)
    fill(again, system.create_athlete(again).id)
    again.dispose()


def test_several_processes_migrate_at_once(embedded: Embedded) -> None:
    url = fresh(embedded, "at_once")

    def start(_: int) -> None:
        bootstrap(url)
        migrate(url)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))
    Database(url).dispose()


def test_a_failed_migration_leaves_nothing(embedded: Embedded) -> None:
    url = fresh(embedded, "half_way")
    bootstrap(url)
    with owner_connection(url) as connection:
        connection.execute(text("CREATE TABLE run_events ()"))  # in the way, late in the migration
        connection.commit()
    with pytest.raises(Exception, match="run_events"):
        migrate(url)
    with owner_connection(url) as connection:
        tables = connection.execute(
            text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        )
        assert set(tables.scalars()) <= {"run_events", "alembic_version"}
        connection.execute(text("DROP TABLE run_events"))
        connection.commit()
    migrate(url)


def test_on_a_given_server(embedded: Embedded, tmp_path: Path) -> None:
    """A compose-like superuser bootstraps; a plain member of the roles migrates and runs."""
    root = fresh(embedded, "given")
    with psycopg.connect(conninfo(root, None), autocommit=True) as admin:
        admin.execute("CREATE ROLE compose LOGIN SUPERUSER")
        admin.execute("CREATE ROLE operator LOGIN NOINHERIT")
    as_super, as_operator = (root.replace("hanbal_admin@", f"{name}@") for name in ("compose", "operator"))
    bootstrap(as_super)
    with psycopg.connect(conninfo(root, None), autocommit=True) as admin:
        admin.execute("GRANT hanbal_owner, hanbal_app, hanbal_system TO operator")
    bootstrap(as_operator)
    migrate(as_operator)
    for url in (as_super, as_operator):
        settings = Settings(database_url=url, data_dir=tmp_path)
        assert database_url(settings) == url
        db = open_database(settings)
        me = system.create_athlete(db).id
        with db.athlete_session(me) as s:
            assert s.execute(text("SELECT current_user::text, count(*) FROM athletes")).one() == (
                "hanbal_app",
                1,
            )
        db.dispose()
    with psycopg.connect(conninfo(root, None)) as admin:
        owners = admin.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
    assert owners == [("hanbal_owner",)]


def test_without_the_right_the_roles_are_asked_for(embedded: Embedded) -> None:
    url = fresh(embedded, "no_roles")
    with psycopg.connect(conninfo(url, None), autocommit=True) as admin:
        admin.execute("CREATE ROLE stranger LOGIN")
    stranger = url.replace("hanbal_admin@", "stranger@")
    bootstrap(url)
    with pytest.raises(SetupError) as refused:
        migrate(stranger)
    assert refused.value.key == "database_unreachable"
    assert "hanbal_owner" in refused.value.params["reason"]


def fresh(embedded: Embedded, name: str) -> str:
    with psycopg.connect(conninfo(embedded.url, None), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    return embedded.url.replace("/hanbal?", f"/{name}?")
