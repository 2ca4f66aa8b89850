"""What the roles may do besides reading and writing rows, which row-level security does not cover."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text

from coach.store import system, threads
from coach.store.postgres import owner_connection
from coach.store.session import APP, SYSTEM, Database

FORBIDDEN = (
    "TRUNCATE threads",
    "COPY threads TO PROGRAM 'id'",
    "COPY threads TO '/tmp/threads'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM pg_authid",
    "SELECT passwd FROM pg_shadow",
    "CREATE TABLE public.mine (x int)",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink",
    "ALTER TABLE threads DISABLE ROW LEVEL SECURITY",
    "DROP POLICY app ON threads",
    "ALTER TABLE threads OWNER TO hanbal_app",
    "ALTER ROLE hanbal_app BYPASSRLS",
    "SET SESSION AUTHORIZATION hanbal_owner",
    "SET session_replication_role = replica",
    "SELECT setval('threads_id_seq', 1)",
)


@pytest.mark.parametrize("role", [APP, SYSTEM])
def test_the_processes_hold_no_power_over_the_server(db: Database, role: str) -> None:
    for statement in FORBIDDEN:
        with psycopg.connect(db.conninfo(role)) as connection, pytest.raises(psycopg.Error) as refused:
            connection.execute(statement)
        allowed = (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)
        assert isinstance(refused.value, (*allowed, psycopg.errors.UndefinedFile)), (statement, refused.value)


def test_copying_and_statistics_show_only_ones_own(db: Database) -> None:
    one, other = (system.create_athlete(db, name=name).id for name in ("하나", "두리"))
    for me in (one, other):
        with db.athlete_session(me) as s:
            for n in range(30):
                threads.create(s, me, f"비밀 {me} {n % 3}")
    with owner_connection(db.url) as owner:
        owner.execute(text("ANALYZE threads"))
        owner.commit()
    with psycopg.connect(db.conninfo(APP)) as connection:
        connection.execute("SELECT set_config('coach.athlete', %s, true)", [str(one)])
        with connection.cursor().copy("COPY (SELECT title FROM threads) TO STDOUT") as copied:
            titles = b"".join(bytes(part) for part in copied).decode()
        assert f"비밀 {one}" in titles
        assert f"비밀 {other}" not in titles
        stats = connection.execute(
            "SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'threads' AND attname = 'title'"
        ).fetchall()
        assert f"비밀 {other}" not in str(stats)
        # A filter that fails on a foreign row would tell that it is there.
        connection.execute("SELECT 1 / (athlete_id - %s) FROM threads", [other])


def test_functions_with_the_owners_rights_look_nowhere_else(db: Database) -> None:
    """A table or type of the same name in a schema of the caller's must not be taken for ours."""
    with owner_connection(db.url) as owner:
        settings = owner.execute(
            text(
                "SELECT proname, proconfig FROM pg_proc"
                " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            )
        ).all()
    assert settings
    for name, config in settings:
        assert config == ["search_path=pg_catalog, public, pg_temp"], name
