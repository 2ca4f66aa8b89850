"""Row-level security holds: for every table and view, without any WHERE, on pooled connections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import psycopg
import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from coach.domain.activity import Recording, Sport, Streams
from coach.domain.athlete import Threshold, ThresholdKind
from coach.domain.daily import DailyValue, Entry
from coach.domain.metrics.registry import Measure
from coach.domain.plan.model import Basis, Constraints, Goal, GoalKind, Plan, Race, Situation
from coach.domain.plan.rules import checked
from coach.domain.source import Source
from coach.errors import NotFound, SetupError
from coach.store import (
    accounts,
    activities,
    addresses,
    approvals,
    athletes,
    connections,
    daily,
    deliveries,
    edits,
    files,
    imports,
    job_failures,
    metrics,
    models,
    notices,
    oauth_states,
    outbox,
    plan_holds,
    plan_signals,
    planned_workouts,
    planning_profiles,
    plans,
    progress,
    queue,
    races,
    raw_payloads,
    remote_items,
    runs,
    system,
    threads,
    track_records,
    workout_matches,
)
from coach.store.postgres import Embedded, owner_connection
from coach.store.session import APP, SUPERUSER, SYSTEM, Database, Session, conninfo

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
DAY = date(2026, 11, 21)

CHECKPOINTS = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
# Of the installation, not of an athlete: everybody reads them, the system writes them.
SHARED = {
    "source_settings",
    "provider_health",
    "passages",
    "passage_embeddings",
    "model_days",
    "model_leases",
    "model_exams",
    "bots",
    "bot_strangers",
    "bot_updates",
}
# Of these not even the application sees a row: who writes to the bot is nobody's yet.
UNSEEN = {"bot_strangers", "bot_updates"}
OURS = (*(name for name in models.metadata.tables if name not in SHARED), *CHECKPOINTS)
# What the system role may see of all athletes. Adding to it is a decision, not a convenience.
ACROSS = {
    "schedules",
    "messenger_links",
    "messenger_codes",
    "athletes",
    "accounts",
    "login_links",
    "sessions",
    "runs",
    "run_events",
    "imports",
}
# Of these it may see and write some columns, never a secret.
PARTLY = {
    "connections": {
        ("UPDATE", "next_sync_at"),
        ("UPDATE", "holder"),
        ("UPDATE", "held_until"),
        *(
            ("SELECT", name)
            for name in (
                "athlete_id",
                "provider",
                "account_id",
                "state",
                "next_sync_at",
                "retry_at",
                "holder",
                "held_until",
            )
        ),
    },
    "outbox": {("SELECT", name) for name in ("athlete_id", "id", "kind", "state", "next_at")},
    "addresses": {("UPDATE", "last_used_at")},
    "nudges": {("UPDATE", "next_at")}
    | {("INSERT", name) for name in ("athlete_id", "kind", "key", "local_date", "due_at", "next_at")}
    | {("SELECT", name) for name in ("athlete_id", "id", "kind", "key", "state", "due_at", "next_at")},
    "nudge_settings": {
        ("SELECT", name)
        for name in ("athlete_id", "weekly", "weekly_day", "weekly_at", "morning", "morning_at")
    },
    "plans": {("SELECT", name) for name in ("athlete_id", "id", "state", "looked_on")}
    | {("UPDATE", "looked_on")},
}
QUEUE = {
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_workers",
    "procrastinate_periodic_defers",
}
# No athlete's: versions of the schema itself.
NOBODYS = {"alembic_version", "checkpoint_migrations"}


def fill(db: Database, athlete_id: int) -> None:
    """Write at least one row of the athlete into every table."""
    with db.system_session() as s:
        (account_id,) = s.execute(
            text("INSERT INTO accounts (athlete_id, role) VALUES (:a, 'athlete') RETURNING id"),
            {"a": athlete_id},
        ).one()
    with db.athlete_session(athlete_id) as s:
        accounts.create_link(s, account_id, now=NOW)
        accounts.create_session(s, account_id, now=NOW)
        athletes.set_threshold(s, Threshold(ThresholdKind.lthr_bpm, 170, "given", DAY))
        file_id, _ = files.keep(s, athlete_id, "a.fit", b"same bytes for everybody")
        raw_payloads.keep_payload(s, athlete_id, Source.garmin, "sleep", {"a": 1})
        row = activities.create(
            s, athlete_id, sport=Sport.run, start_at=NOW, tz="UTC", local_date=DAY, elapsed_s=60, name="mine"
        )
        said = Recording(
            Sport.run,
            NOW,
            60,
            identity="same",
            streams=Streams(np.arange(3.0), {"hr_bpm": np.full(3, 140.0)}),
        )
        source = activities.add_source(
            s, athlete_id, said, source=Source.file, file_id=file_id, activity_id=row.id
        )
        activities.save(s, replace(row, winner_id=source.id))
        metrics.save(s, athlete_id, row.id, {"trimp": Measure(50.0)}, {"trimp": 1})
        daily.save_values(s, athlete_id, [DailyValue(DAY, "rhr_bpm", 48, Source.garmin)])
        daily.add_entry(s, athlete_id, Entry("rpe", DAY, 5, activity_id=row.id), "key")
        began = imports.create(s, athlete_id)
        imports.add_item(s, athlete_id, began.id, imports.Item("a.fit", "imported", activity_id=row.id))
        edits.record(s, athlete_id, row.id, "rename", {}, {}, "key")
        thread = threads.create(s, athlete_id, "mine")
        run_id, _ = runs.create(s, athlete_id, thread.id, "key", "host")
        threads.add_message(s, athlete_id, thread.id, "user", "mine", run_id=run_id)
        runs.append(s, [runs.RunEvent(run_id, athlete_id, 0, "RUN_STARTED", {})])
        queue.defer(s, "x", {}, athlete_id=athlete_id)
        progress.report(s, athlete_id, "metrics", 1, 2)
        track_records.save(
            s, athlete_id, track_records.Kept("readiness", 1, DAY, {"n": 1}, [{"day": "mine"}])
        )
        s.execute(
            text(
                "INSERT INTO private_places (athlete_id, lat_deg, lon_deg, radius_m)"
                " VALUES (:a, 37.5, 127, 200)"
            ),
            {"a": athlete_id},
        )
        connections.change(s, "garmin", state="connected", account_id=f"account {athlete_id}")
        remote_items.saw(s, "garmin", [remote_items.Seen("1", NOW, b"sha", {"a": 1})], NOW)
        oauth_states.begin(s, "strava", b"session", NOW)
        addresses.open_one(s, "apple_health")
        outbox.put(s, "strava_upload", "1", {}, next_at=NOW)
        notices.tell(s, "one", "mine")
        job_failures.note(s, athlete_id, "x", {}, error_key="mine", error_params={}, tries=1)
        planned_workouts.save(s, [planned_workouts.PlannedWorkout(Source.sheets, "1", DAY, Sport.run)])
        fill_plans(s, row.id)
        fill_mind(s, athlete_id)
        fill_messaging(s, athlete_id, account_id)
        s.execute(text("INSERT INTO vault_keys (athlete_id, wrapped) VALUES (:a, 'mine')"), {"a": athlete_id})
        name = {"t": f"a{athlete_id}:t{thread.id}"}
        s.execute(
            text("INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint) VALUES (:t, '1', '{}')"),
            name,
        )
        s.execute(
            text(
                "INSERT INTO checkpoint_blobs (thread_id, channel, version, type) VALUES (:t, 'c', '1', 'x')"
            ),
            name,
        )
        s.execute(
            text(
                "INSERT INTO checkpoint_writes (thread_id, checkpoint_id, task_id, idx, channel, blob)"
                " VALUES (:t, '1', 't', 0, 'c', '')"
            ),
            name,
        )


def fill_messaging(s: Session, athlete_id: int, account_id: int) -> None:
    """Write a row of the athlete into every table of messengers and of what the coach says first."""
    for statement in (
        "INSERT INTO messenger_links (athlete_id, service, chat_id, account_id)"
        " VALUES (:a, 'telegram', :a, :account)",
        "INSERT INTO messenger_codes (athlete_id, code_sha256, service, account_id, expires_at)"
        " VALUES (:a, cast(cast(:a AS text) AS bytea), 'telegram', :account, :now)",
        "INSERT INTO messenger_posts (athlete_id, service, chat_id, remote_id)"
        " VALUES (:a, 'telegram', :a, 1)",
        "INSERT INTO schedules (athlete_id, kind, day, at, tz, next_at)"
        " VALUES (:a, 'weekly', :day, '18:00', 'UTC', :now)",
        "INSERT INTO nudge_settings (athlete_id) VALUES (:a)",
        "INSERT INTO nudges (athlete_id, kind, key, local_date, due_at, next_at)"
        " VALUES (:a, 'weekly', 'mine', :day, :now, :now)",
    ):
        s.execute(text(statement), {"a": athlete_id, "account": account_id, "now": NOW, "day": DAY})


def fill_mind(s: Session, athlete_id: int) -> None:
    """Write a row of the athlete into every table of what the coach knows and remembers."""
    for statement in (
        "INSERT INTO memories (athlete_id, kind, text, said_on, confidence, origin)"
        " VALUES (:a, 'goal', 'mine', :day, 1, 'chat')",
        "INSERT INTO journal_notes (athlete_id, day, text, origin) VALUES (:a, :day, 'mine', 'chat')",
        "INSERT INTO note_embeddings (athlete_id, note_id, model, embedding)"
        " SELECT athlete_id, id, 'x', '[1, 0]' FROM journal_notes",
        "INSERT INTO insights (athlete_id, kind, key, first_day, last_day, facts_sha256)"
        " VALUES (:a, 'week', 'mine', :day, :day, 'x')",
        "INSERT INTO model_calls (athlete_id, purpose, host, model, day, tokens_reserved, cost_reserved)"
        " VALUES (:a, 'chat', 'h', 'm', :day, 1, 0)",
    ):
        s.execute(text(statement), {"a": athlete_id, "day": DAY})


def fill_plans(s: Session, activity_id: int) -> None:
    """Write a row of the session's athlete into every table of plans."""
    nothing = Plan(Goal(GoalKind.fitness), DAY, DAY, (), Basis(DAY, 0, 0, 0))
    planning_profiles.set_constraints(s, Constraints(runs_per_week=3))
    races.save(s, Race(DAY, 10_000, name="mine"))
    plan_id = plans.create(s, DAY, DAY)
    first = plans.add_revision(s, plan_id, checked(nothing, Situation(DAY)), origin="built")
    later = NOW + timedelta(days=1)
    approvals.ask(s, "plan", first.sha256, expires_at=later, plan_id=plan_id, revision=first.number)
    deliveries.write(s, plan_id, "w1", "garmin", wanted_day=DAY)
    plan_holds.raise_hold(s, "chest_pain", "stop", "mine", NOW)
    plan_signals.note(s, plan_id, "one", "missed_key", DAY, {})
    workout_matches.save(s, workout_matches.Match(plan_id, "w1", activity_id, "found", 0.9, {}))


def relations(db: Database, kinds: str) -> set[str]:
    with owner_connection(db.url) as connection:
        rows = connection.execute(
            text(
                "SELECT relname FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace AND relkind = ANY (:k)"
            ),
            {"k": list(kinds)},
        )
        return set(rows.scalars())


def test_every_table_is_known_and_guarded(db: Database) -> None:
    assert relations(db, "rpfm") == {*OURS, *SHARED, *QUEUE, *NOBODYS}
    with owner_connection(db.url) as connection:
        guarded = set(
            connection.execute(
                text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
            ).scalars()
        )
        policies = {
            (table, role): (using, check)
            for table, roles, using, check in connection.execute(
                text("SELECT tablename, roles::text[], qual, with_check FROM pg_policies")
            )
            for role in roles
        }
    assert guarded == set(OURS)
    for table in OURS:
        using, check = policies.pop((table, "hanbal_app"))
        assert using == check, table
        assert "current_setting('coach.athlete'::text, true)" in using, table
        assert policies.pop((table, "hanbal_owner")) == ("true", "true")
    assert policies == dict.fromkeys(
        ((table, "hanbal_system") for table in ACROSS | PARTLY.keys()), ("true", "true")
    )


def test_every_owned_table_names_its_athlete() -> None:
    for table in models.metadata.tables.values():
        if table.name == "athletes" or table.name in SHARED:
            continue
        assert not table.c.athlete_id.nullable, table.name
        for key in table.foreign_key_constraints:
            if key.referred_table.name != "athletes":
                assert key.column_keys[0] == "athlete_id", (
                    f"{table.name}: {key.name} may point to another's row"
                )


def test_every_view_asks_as_the_caller(db: Database) -> None:
    with owner_connection(db.url) as connection:
        views = dict(
            connection.execute(
                text(
                    "SELECT relname, coalesce(reloptions, '{}')::text[] FROM pg_class"
                    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
                )
            ).all()
        )
    assert views == {"activity_samples": ["security_invoker=true"]}


def test_grants_are_what_was_decided(db: Database) -> None:
    with owner_connection(db.url) as connection:
        granted = connection.execute(
            text(
                "SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges"
                " WHERE table_schema = 'public' AND grantee IN ('hanbal_app', 'hanbal_system', 'PUBLIC')"
            )
        ).all()
        columns = connection.execute(
            text(
                "SELECT c.relname, a.privilege_type, t.attname FROM pg_attribute t"
                " JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a"
                " JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = 'hanbal_system'"
            )
        ).all()
        definers = set(
            connection.execute(
                text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")
            ).scalars()
        )
        open_to_all = set(
            connection.execute(
                text(
                    "SELECT proname FROM pg_proc p"
                    " LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'"
                    " WHERE pronamespace = 'public'::regnamespace AND d.objid IS NULL"
                    " AND has_function_privilege('hanbal_app', p.oid, 'EXECUTE')"
                )
            ).scalars()
        )
    by_role: dict[str, dict[str, set[str]]] = {}
    for role, table, privilege in granted:
        by_role.setdefault(role, {}).setdefault(table, set()).add(privilege)
    everything = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    by_column: dict[str, set[tuple[str, str]]] = {}
    for table, privilege, column in columns:
        by_column.setdefault(table, set()).add((privilege, column))
    assert "PUBLIC" not in by_role
    assert by_role["hanbal_system"] == {
        **dict.fromkeys(ACROSS | QUEUE | SHARED, everything),
        "addresses": {"SELECT"},
    }
    assert by_column == PARTLY
    assert by_role["hanbal_app"] == {
        **dict.fromkeys(OURS, everything),
        **{table: {"SELECT"} for table in SHARED - UNSEEN},
        "athletes": {"SELECT", "UPDATE"},
        "accounts": {"SELECT"},
        "activity_samples": {"SELECT"},
        "checkpoint_migrations": {"SELECT"},
    }
    assert definers == open_to_all == {"hanbal_defer"}


@pytest.mark.parametrize("table", [*OURS, "activity_samples"])
def test_without_where_only_own_rows(shared: tuple[Database, int, int], table: str) -> None:
    db, one, other = shared
    column = {"athletes": "id"}.get(table, "thread_id" if table in CHECKPOINTS else "athlete_id")
    for me in (one, other):
        mine = {f"a{me}:"} if table in CHECKPOINTS else {str(me)}
        with db.athlete_session(me) as s:
            seen = s.execute(text(f"SELECT {column}::text FROM {table}")).scalars().all()
        assert seen
        assert {v[: v.index(":") + 1] if ":" in v else v for v in seen} == mine


@pytest.mark.parametrize("table", OURS)
def test_foreign_rows_are_neither_changed_nor_taken(shared: tuple[Database, int, int], table: str) -> None:
    db, one, other = shared
    column = {"athletes": "id"}.get(table, "thread_id" if table in CHECKPOINTS else "athlete_id")
    theirs = f"a{other}:stolen" if table in CHECKPOINTS else other
    before = rows_of(db, table)
    with rolled_back(db, one) as s:
        if table not in ("athletes", "accounts"):
            s.execute(text(f"DELETE FROM {table}"))
            s.execute(text("SELECT 1"))
            assert rows_of(db, table) == before  # not committed yet, and the others' are not even locked
    if table != "accounts":
        with rolled_back(db, one) as s, pytest.raises(DBAPIError, match="row-level security"):
            s.execute(text(f"UPDATE {table} SET {column} = :v"), {"v": theirs})
    with owner_connection(db.url) as owner, rolled_back(db, one) as s:
        # Whatever an UPDATE without WHERE touches is our own.
        owned = owner.execute(
            text(f"SELECT count(*) FROM {table} WHERE {column}::text ~ :mine"), {"mine": f"^a?{one}(:|$)"}
        )
        if table not in ("athletes", "accounts"):
            done = s.execute(text(f"DELETE FROM {table}"))
            assert done.rowcount == owned.scalar_one()


def rows_of(db: Database, table: str) -> int:
    with owner_connection(db.url) as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


class rolled_back:
    """An athlete's session whose work is thrown away."""

    def __init__(self, db: Database, athlete_id: int) -> None:
        self._context = db.athlete_session(athlete_id)

    def __enter__(self) -> Session:
        self._session = self._context.__enter__()
        return self._session

    def __exit__(self, *error: object) -> None:
        self._session.rollback()
        self._context.__exit__(None, None, None)


@pytest.fixture(scope="module")
def shared(embedded: Embedded, template: str) -> Iterator[tuple[Database, int, int]]:
    """Two athletes in a database that no test of this module changes for good."""
    url = make_url(embedded.url)
    with psycopg.connect(conninfo(embedded.url, None), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE rls TEMPLATE {template}")
        db = Database(url.set(database="rls").render_as_string(hide_password=False))
        one = system.create_athlete(db).id
        for _ in range(9):
            other = system.create_athlete(db).id
        fill(db, one)
        fill(db, other)
        yield db, one, other
        db.dispose()
        admin.execute("DROP DATABASE rls WITH (FORCE)")


def test_no_athlete_no_rows(shared: tuple[Database, int, int]) -> None:
    db, one, _ = shared
    with psycopg.connect(db.conninfo(APP)) as connection:
        for setting in (None, "", "0"):
            if setting is not None:
                connection.execute("SELECT set_config('coach.athlete', %s, true)", [setting])
            for table in OURS:
                rows = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
                assert rows == (0,), (table, setting)
        connection.execute("SELECT set_config('coach.athlete', '1 OR true', true)")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT count(*) FROM activities")
    with psycopg.connect(db.conninfo(APP)) as connection:
        # What a finished transaction leaves in the session is the empty string.
        with connection.transaction():
            connection.execute("SELECT set_config('coach.athlete', %s, true)", [str(one)])
            assert connection.execute("SELECT count(*) FROM activities").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM activities").fetchone() == (0,)


def test_a_pooled_connection_forgets_its_athlete(database_url: str) -> None:
    db = Database(database_url, pool_size=1)
    one, other = system.create_athlete(db).id, system.create_athlete(db).id
    pids = set()
    for me in (one, other, one):
        with db.athlete_session(me) as s:
            pids.add(s.scalar(text("SELECT pg_backend_pid()")))
            assert s.scalar(text("SELECT count(*) FROM athletes WHERE id <> :me"), {"me": me}) == 0
            activities.create(s, me, sport=Sport.run, start_at=NOW, tz="UTC", local_date=DAY, elapsed_s=1)
            with s.begin_nested():
                assert s.scalar(text("SELECT current_setting('coach.athlete')")) == str(me)
            s.commit()  # whoever ends the transaction early has no session any more
            with pytest.raises(InvalidRequestError):
                s.scalar(text("SELECT 1"))
    with db._app.connect() as connection:
        assert connection.execute(text("SELECT current_setting('coach.athlete', true)")).scalar() == ""
        assert connection.execute(text("SELECT count(*) FROM athletes")).scalar() == 0
    assert len(pids) == 1
    db.dispose()


def test_references_to_another_athletes_rows_are_refused(shared: tuple[Database, int, int]) -> None:
    db, one, other = shared
    with db.athlete_session(other) as s:
        (theirs,) = activities.find(s, other)
    with rolled_back(db, one) as s, pytest.raises(DBAPIError, match="foreign key"):
        daily.add_entry(s, one, Entry("rpe", DAY, 5, activity_id=theirs.id))
    with db.athlete_session(one) as s, pytest.raises(NotFound):
        activities.get(s, other, theirs.id)


def test_another_athletes_numbers_lead_nowhere(shared: tuple[Database, int, int]) -> None:
    db, one, other = shared
    with db.athlete_session(other) as s:
        began = imports.last(s, other)
        edit = edits.last_undoable(s, other)
        (thread,) = threads.list_threads(s, other)
        run = runs.running(s, thread.id)
        (entry,) = daily.list_entries(s, other)
        (source,) = activities.sources(s, activities.find(s, other)[0].id)
        assert began and edit and run and source.file_id  # noqa: PT018
    with rolled_back(db, one) as s:
        for look in (
            lambda: imports.get(s, began.id),
            lambda: imports.finish(s, began.id),
            lambda: edits.get(s, edit.id),
            lambda: threads.get(s, thread.id),
            lambda: threads.rename(s, thread.id, "mine now"),
            lambda: runs.get(s, run.id),
            lambda: daily.delete_entry(s, other, entry.id),
            lambda: files.content(s, source.file_id or 0),
            lambda: activities.split(s, source.id),
            lambda: athletes.get(s, other),
        ):
            with pytest.raises(NotFound):
                look()
        assert not edits.mark_undone(s, edit.id)
        assert not runs.finish(s, run.id, "stopped")
        assert threads.messages(s, thread.id) == []
        assert runs.events(s, run.id) == []
        assert activities.sources(s, source.activity_id) == []


def test_jobs_are_for_oneself_and_unseen(shared: tuple[Database, int, int]) -> None:
    db, one, other = shared
    with rolled_back(db, one) as s, pytest.raises(DBAPIError, match="athlete of the session"):
        queue.defer(s, "x", {}, athlete_id=other)
    for statement in ("SELECT * FROM procrastinate_jobs", "SELECT procrastinate_fetch_job_v2(NULL, NULL)"):
        with rolled_back(db, one) as s, pytest.raises(DBAPIError, match="permission denied"):
            s.execute(text(statement))
    with psycopg.connect(db.conninfo(APP)) as connection:
        job = "ROW('q','x',0,NULL,NULL,%s,NULL)::procrastinate_job_to_defer_v1"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT hanbal_defer({job})", [Jsonb({})])


@pytest.mark.parametrize("role", ["hanbal_system", "hanbal_owner", "hanbal_admin"])
def test_the_application_cannot_become_more(shared: tuple[Database, int, int], role: str) -> None:
    db, one, _ = shared
    with rolled_back(db, one) as s, pytest.raises(DBAPIError, match="permission denied to set role"):
        s.execute(text(f"SET ROLE {role}"))


@pytest.mark.parametrize("table", sorted(set(OURS) - ACROSS - {"addresses"}))
def test_the_system_sees_no_private_rows(shared: tuple[Database, int, int], table: str) -> None:
    db = shared[0]
    with (
        psycopg.connect(db.conninfo(SYSTEM)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(f"SELECT * FROM {table}")


def test_refuses_roles_for_whom_nothing_holds(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url, None), autocommit=True) as admin:
        for undo, do, key in (
            (
                "ALTER ROLE hanbal_app NOSUPERUSER",
                "ALTER ROLE hanbal_app SUPERUSER",
                "database_role_above_rls",
            ),
            (
                "ALTER ROLE hanbal_app NOBYPASSRLS",
                "ALTER ROLE hanbal_app BYPASSRLS",
                "database_role_above_rls",
            ),
            (
                "ALTER TABLE edits OWNER TO hanbal_owner",
                "ALTER TABLE edits OWNER TO hanbal_app",
                "database_role_owns_tables",
            ),
        ):
            admin.execute(do)
            try:
                with pytest.raises(SetupError) as refused:
                    Database(database_url)
            finally:
                admin.execute(undo)
            assert refused.value.key == key
    Database(database_url).dispose()
    assert SUPERUSER not in conninfo(database_url, APP)


def test_refuses_more_connections_than_the_server_allows(database_url: str) -> None:
    with pytest.raises(SetupError) as refused:
        Database(database_url, pool_size=1000)
    assert refused.value.key == "database_connections"
    with pytest.raises(SetupError) as unreachable:
        Database("postgresql://nobody@127.0.0.1:1/none")
    assert unreachable.value.key == "database_unreachable"


def test_samples_view_shows_one_row_per_second(shared: tuple[Database, int, int]) -> None:
    db, one, _ = shared
    with db.athlete_session(one) as s:
        rows = s.execute(text("SELECT t_s, hr_bpm, power_w FROM activity_samples ORDER BY sample")).all()
    assert rows == [(0, 140, None), (1, 140, None), (2, 140, None)]
