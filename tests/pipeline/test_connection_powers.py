"""Who may touch what of connections in the database, and what is left of an athlete who was deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from fakes.service import Service, provider_of
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sync_runs import Synced, filled

from coach.domain.source import Source
from coach.pipeline import connecting
from coach.providers.contract import Auth, Provider
from coach.store import connections, job_failures, notices, oauth_states, outbox, system
from coach.store.session import SUPERUSER, SYSTEM, Database

EVENTS = ("before refresh", "after refresh", "before page", "after fetch", "after days")


@pytest.fixture
def service() -> Service:
    return filled(Service(), 0, 1)


@pytest.fixture
def synced(db: Database, service: Service, tmp_path: Path) -> Synced:
    services = {"garmin": provider_of(service), "sheets": Provider("sheets", Source.sheets, Auth.address)}
    return Synced(db, system.create_athlete(db, tz="Asia/Seoul").id, tmp_path, services)


@pytest.mark.parametrize(
    "said",
    [
        "SELECT secret FROM connections",
        "SELECT pending FROM connections",
        "SELECT account_name FROM connections",
        "UPDATE connections SET account_id = '1'",
        "UPDATE connections SET athlete_id = 1",
        "UPDATE connections SET state = 'off'",
        "DELETE FROM connections",
        "SELECT wrapped FROM vault_keys",
        "SELECT payload FROM outbox",
        "UPDATE outbox SET state = 'sent'",
        "UPDATE addresses SET revoked_at = NULL",
        "UPDATE addresses SET athlete_id = 1",
        "INSERT INTO addresses (athlete_id, token_sha256, provider) VALUES (1, 'x', 'sheets')",
        "SELECT * FROM oauth_states",
        "SELECT * FROM notices",
        "SELECT * FROM job_failures",
        "SELECT * FROM remote_items",
        "SELECT * FROM planned_workouts",
    ],
)
def test_who_works_across_athletes_sees_no_secret(db: Database, said: str) -> None:
    with psycopg.connect(db.conninfo(SYSTEM)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(said)


@pytest.mark.parametrize("table", ["source_settings", "provider_health"])
@pytest.mark.parametrize(
    "said", ["DELETE FROM {}", "UPDATE {} SET {column} = {column}", "INSERT INTO {} DEFAULT VALUES"]
)
def test_no_athlete_changes_what_holds_for_everybody(
    db: Database, athlete_id: int, table: str, said: str
) -> None:
    column = {"source_settings": "to_model", "provider_health": "failures"}[table]
    with pytest.raises(ProgrammingError, match="permission denied"), db.athlete_session(athlete_id) as s:
        s.execute(text(said.format(table, column=column)))


def test_no_other_athlete_reads_or_uses_a_connection(synced: Synced) -> None:
    synced.connect()
    fill(synced)
    other = system.create_athlete(synced.db).id
    with synced.db.athlete_session(other) as s:
        for table in owned(synced.db):
            if table == "athletes":
                continue
            assert s.execute(text(f'SELECT count(*) FROM "{table}"')).scalar() == 0, table
        changed = s.execute(text("UPDATE connections SET athlete_id = :me, secret = secret"), {"me": other})
        assert changed.rowcount == 0  # type: ignore[attr-defined]


def fill(synced: Synced) -> None:
    """Put something into every table around connections."""
    connecting.open_address(synced.reach, synced.athlete_id, "sheets")
    synced.sync()
    with synced.db.athlete_session(synced.athlete_id) as s:
        oauth_states.begin(s, "strava", b"session", synced.clock())
        outbox.put(s, "strava_upload", "1", {}, next_at=synced.clock())
        notices.tell(s, "one", "sync.gone")
        job_failures.note(s, 71, "sync", {}, error_key="job_failed", error_params={}, tries=3)
        connections.keep_secret(s, synced.reach.vault, "garmin", "pending", "a login that waits")


def owned(db: Database) -> list[str]:
    """Return the tables that hold rows of athletes."""
    with psycopg.connect(db.conninfo(SUPERUSER)) as admin:
        return [
            name
            for (name,) in admin.execute(
                "SELECT DISTINCT table_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND column_name = 'athlete_id'"
            )
        ]


def rows_left(db: Database, athlete_id: int) -> dict[str, int]:
    """Return how many rows of an athlete there are, by table; jobs, too."""
    with psycopg.connect(db.conninfo(SUPERUSER)) as admin:
        tables = owned(db)
        found = {
            name: admin.execute(
                f'SELECT count(*) FROM "{name}" WHERE athlete_id::text = %s', [str(athlete_id)]
            ).fetchone()
            for name in tables
        }
        found["procrastinate_jobs"] = admin.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'athlete_id' = %s", [str(athlete_id)]
        ).fetchone()
    return {name: row[0] for name, row in found.items() if row and row[0]}


def test_nothing_is_left_of_a_deleted_athlete(synced: Synced) -> None:
    synced.connect()
    fill(synced)
    before = rows_left(synced.db, synced.athlete_id)
    assert {"connections", "vault_keys", "addresses", "outbox", "oauth_states", "procrastinate_jobs"} <= set(
        before
    )
    assert system.delete_athlete(synced.db, synced.athlete_id)
    assert rows_left(synced.db, synced.athlete_id) == {}


@pytest.mark.parametrize("event", EVENTS)
def test_a_synchronisation_that_still_runs_writes_nothing_of_a_deleted_athlete(
    synced: Synced, service: Service, event: str
) -> None:
    synced.connect()

    def heard(said: str) -> None:
        if said == event:
            service.on = lambda _: None
            system.delete_athlete(synced.db, synced.athlete_id)

    service.on = heard
    ended = attempt(lambda: synced.sync())
    assert not isinstance(ended, psycopg.Error)
    assert rows_left(synced.db, synced.athlete_id) == {}


def attempt(act: Callable[[], object]) -> Exception | None:
    try:
        act()
    except Exception as error:
        return error
    return None
