"""Every table, once.

An athlete-owned table is made by `owned`: it has `athlete_id`, and the migrations give it forced row-level
security. Row-level security does not guard foreign keys (the server checks those as the table's owner), so
references between athlete-owned tables carry the athlete too.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB, REAL, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Words(TypeDecorator[str]):
    """Text from outside: NUL and lone surrogates, which Postgres refuses, are left out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        if value is None:
            return None
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


Number = DOUBLE_PRECISION
Moment = DateTime(timezone=True)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _now(name: str = "created_at") -> Column[Any]:
    return Column(name, Moment, nullable=False, server_default=text("now()"))


def _words(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, server_default="")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _json(name: str, default: str = "{}") -> Column[Any]:
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))


def owned(name: str, *items: Any, referred_to: bool = False) -> Table:
    """Declare an athlete-owned table. `referred_to`: other tables refer to its (athlete_id, id)."""
    athlete = Column("athlete_id", BigInteger, ForeignKey("athletes.id", ondelete="CASCADE"), nullable=False)
    if referred_to:
        items = (*items, UniqueConstraint("athlete_id", "id"))
    return Table(name, metadata, athlete, *items)


def _refers(column: str, table: str, ondelete: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["athlete_id", column], [f"{table}.athlete_id", f"{table}.id"], ondelete=ondelete
    )


athletes = Table(
    "athletes",
    metadata,
    _id(),
    _words("name"),
    Column("lang", Text, nullable=False, server_default="ko"),
    Column("units", Text, nullable=False, server_default="metric"),
    Column("tz", Text, nullable=False, server_default="Asia/Seoul"),
    Column("week_start", Integer, nullable=False, server_default=text("0")),
    Column("birth_year", Integer),
    Column("sex", Text),
    _json("onboarding"),
    Column("model_consent_at", Moment),
    _now(),
    CheckConstraint("lang IN ('ko', 'en')", name="lang"),
    CheckConstraint("units IN ('metric', 'imperial')", name="units"),
    CheckConstraint("week_start BETWEEN 0 AND 6", name="week_start"),
    CheckConstraint("sex IN ('female', 'male')", name="sex"),
)

accounts = owned(
    "accounts",
    _id(),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    _now(),
    CheckConstraint("role IN ('athlete', 'coach', 'admin')", name="role"),
    Index(None, "athlete_id"),
    referred_to=True,
)

login_links = owned(
    "login_links",
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("account_id", BigInteger, nullable=False),
    _now(),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    _refers("account_id", "accounts", "CASCADE"),
    Index(None, "athlete_id", "account_id"),
)

sessions = owned(
    "sessions",
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("account_id", BigInteger, nullable=False),
    _now(),
    _now("last_seen_at"),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    _words("user_agent"),
    _refers("account_id", "accounts", "CASCADE"),
    Index(None, "athlete_id", "account_id"),
)

thresholds = owned(
    "thresholds",
    _id(),
    Column("kind", Text, nullable=False),
    Column("value", Number, nullable=False),
    Column("origin", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("basis", Text, nullable=False, server_default=""),
    Column("activities", ARRAY(BigInteger), nullable=False, server_default=text("'{}'::bigint[]")),
    _now(),
    CheckConstraint("origin IN ('given', 'estimated')", name="origin"),
    UniqueConstraint("athlete_id", "kind", "origin", "valid_from"),
)

files = owned(
    "files",
    _id(),
    Column("sha256", LargeBinary, nullable=False),
    _words("name"),
    Column("size", BigInteger, nullable=False),
    Column("format", Text, nullable=False, server_default=""),
    Column("content", LargeBinary, nullable=False),
    _now("received_at"),
    UniqueConstraint("athlete_id", "sha256"),
    referred_to=True,
)

raw_payloads = owned(
    "raw_payloads",
    _id(),
    Column("source", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("external_id", Text, nullable=False, server_default=""),
    _now("fetched_at"),
    Column("sha256", LargeBinary, nullable=False),
    _json("payload"),
    UniqueConstraint("athlete_id", "source", "endpoint", "external_id", "sha256"),
)

activities = owned(
    "activities",
    _id(),
    Column("sport", Text, nullable=False),
    Column("sub_sport", Text, nullable=False, server_default=""),
    _words("name"),
    _words("note"),
    Column("start_at", Moment, nullable=False),
    Column("utc_offset_s", Integer),
    Column("tz", Text, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("elapsed_s", Number, nullable=False),
    Column("timer_s", Number),
    Column("moving_s", Number),
    Column("distance_m", Number),
    _json("totals"),
    _flag("race"),
    _flag("treadmill"),
    _flag("excluded_from_bests"),
    Column("distance_origin", Text, nullable=False, server_default="recorded"),
    Column("rpe", Number),
    Column("winner_id", BigInteger),
    _json("field_sources"),
    Column("flags", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("merged_into", BigInteger),
    Column("deleted_at", Moment),
    _now(),
    _now("updated_at"),
    CheckConstraint("distance_origin IN ('recorded', 'corrected', 'said')", name="distance_origin"),
    CheckConstraint("rpe BETWEEN 0 AND 10", name="rpe"),
    CheckConstraint("merged_into <> id", name="merged_into"),
    _refers("merged_into", "activities", "SET NULL (merged_into)"),
    ForeignKeyConstraint(
        ["athlete_id", "winner_id"],
        ["activity_sources.athlete_id", "activity_sources.id"],
        ondelete="SET NULL (winner_id)",
        use_alter=True,
        name="fk_activities_winner",
    ),
    Index(None, "athlete_id", "local_date"),
    Index(None, "athlete_id", "start_at"),
    Index(
        "ix_activities_merged_into",
        "athlete_id",
        "merged_into",
        postgresql_where=text("merged_into IS NOT NULL"),
    ),
    Index("ix_activities_winner", "athlete_id", "winner_id", postgresql_where=text("winner_id IS NOT NULL")),
    referred_to=True,
)

activity_sources = owned(
    "activity_sources",
    _id(),
    Column("activity_id", BigInteger, nullable=False),
    # Where it stood before a merge moved it: what `split` restores.
    Column("merged_from", BigInteger),
    Column("source", Text, nullable=False),
    Column("file_id", BigInteger),
    Column("part", Integer, nullable=False, server_default=text("0")),
    _words("identity"),
    _words("external_id"),
    _json("summary"),
    _now("received_at"),
    # When the service last showed that this is still so: from here on counts how long it may be kept.
    _now("confirmed_at"),
    _refers("activity_id", "activities", "CASCADE"),
    _refers("merged_from", "activities", "SET NULL (merged_from)"),
    _refers("file_id", "files", "SET NULL (file_id)"),
    Index(None, "athlete_id", "activity_id"),
    # The same thing of the same source is stored once: the part of a file, or the source's own number.
    Index(
        "uq_activity_sources_file",
        "athlete_id",
        "file_id",
        "part",
        unique=True,
        postgresql_where=text("file_id IS NOT NULL"),
    ),
    Index(
        "uq_activity_sources_external",
        "athlete_id",
        "source",
        "external_id",
        "part",
        unique=True,
        postgresql_where=text("external_id <> '' AND file_id IS NULL"),
    ),
    Index(
        "ix_activity_sources_identity",
        "athlete_id",
        "identity",
        postgresql_where=text("identity <> ''"),
    ),
    Index(
        "ix_activity_sources_merged_from",
        "athlete_id",
        "merged_from",
        postgresql_where=text("merged_from IS NOT NULL"),
    ),
    referred_to=True,
)

activity_streams = owned(
    "activity_streams",
    Column("activity_source_id", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    # Exactly one of the two arrays: `samples` as they are, or `ticks` times `scale`.
    Column("scale", Number),
    Column("samples", ARRAY(REAL)),
    Column("ticks", ARRAY(Integer)),
    _refers("activity_source_id", "activity_sources", "CASCADE"),
    CheckConstraint("kind IN ('time', 'standard', 'developer')", name="kind"),
    CheckConstraint("(samples IS NULL) <> (ticks IS NULL)", name="one_array"),
    CheckConstraint("(ticks IS NULL) = (scale IS NULL)", name="scale"),
    Index(None, "athlete_id"),
)

activity_metrics = owned(
    "activity_metrics",
    Column("activity_id", BigInteger, primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("value", Number),
    Column("coverage", Number),
    _json("detail"),
    Column("because", Text),
    _json("because_params"),
    _flag("estimated"),
    _now("computed_at"),
    _refers("activity_id", "activities", "CASCADE"),
    CheckConstraint("value IS NULL OR because IS NULL", name="because"),
    Index(None, "athlete_id", "metric"),
)

daily_values = owned(
    "daily_values",
    Column("day", Date, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("value", Number, nullable=False),
    _now("received_at"),
    PrimaryKeyConstraint("athlete_id", "day", "name", "source"),
)

entries = owned(
    "entries",
    _id(),
    Column("day", Date, nullable=False),
    Column("activity_id", BigInteger),
    Column("kind", Text, nullable=False),
    Column("value", Number),
    _words("place"),
    Column("side", Text, nullable=False, server_default=""),
    _words("text"),
    _now(),
    Column("deleted_at", Moment),
    Column("call_key", Text),
    CheckConstraint("side IN ('', 'left', 'right', 'both')", name="side"),
    _refers("activity_id", "activities", "SET NULL (activity_id)"),
    UniqueConstraint("athlete_id", "call_key"),
    Index(None, "athlete_id", "day"),
    Index(
        "ix_entries_activity", "athlete_id", "activity_id", postgresql_where=text("activity_id IS NOT NULL")
    ),
)

imports = owned(
    "imports",
    _id(),
    Column("state", Text, nullable=False),
    Column("channel", Text, nullable=False, server_default=""),
    Column("thread_id", BigInteger),
    Column("total", Integer),
    Column("done", Integer, nullable=False, server_default=text("0")),
    _now(),
    Column("finished_at", Moment),
    _words("note"),
    CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
    _refers("thread_id", "threads", "SET NULL (thread_id)"),
    Index(None, "athlete_id", "created_at"),
    referred_to=True,
)

import_items = owned(
    "import_items",
    _id(),
    Column("import_id", BigInteger, nullable=False),
    _words("file"),
    Column("file_id", BigInteger),
    Column("outcome", Text, nullable=False),
    Column("activity_id", BigInteger),
    Column("sport", Text),
    Column("start_at", Moment),
    Column("distance_m", Number),
    Column("moving_s", Number),
    Column("elapsed_s", Number),
    Column("records", Integer),
    Column("reason_key", Text),
    _json("reason_params"),
    _refers("import_id", "imports", "CASCADE"),
    _refers("file_id", "files", "SET NULL (file_id)"),
    _refers("activity_id", "activities", "SET NULL (activity_id)"),
    Index(None, "athlete_id", "import_id"),
    Index(None, "athlete_id", "activity_id"),
    Index(None, "athlete_id", "file_id"),
)

# Long work in the background, as the page shows it: one row per athlete and kind.
progress = owned(
    "progress",
    Column("kind", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False),
    _now("started_at"),
    _now("updated_at"),
    Column("finished_at", Moment),
    PrimaryKeyConstraint("athlete_id", "kind"),
)

# What a model of the coach would have said each day, against what happened. One row per model and version.
track_records = owned(
    "track_records",
    Column("model", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("until", Date, nullable=False),
    _json("summary"),
    _json("rows", "[]"),
    _now("computed_at"),
    PrimaryKeyConstraint("athlete_id", "model", "version"),
)

# Places whose surroundings no map, picture or export shows.
private_places = owned(
    "private_places",
    _id(),
    _words("name"),
    Column("lat_deg", Number, nullable=False),
    Column("lon_deg", Number, nullable=False),
    Column("radius_m", Number, nullable=False),
    _now(),
    CheckConstraint("lat_deg BETWEEN -90 AND 90", name="lat_deg"),
    CheckConstraint("lon_deg BETWEEN -180 AND 180", name="lon_deg"),
    CheckConstraint("radius_m BETWEEN 50 AND 5000", name="radius_m"),
    Index(None, "athlete_id"),
)

edits = owned(
    "edits",
    _id(),
    Column("activity_id", BigInteger),
    Column("what", Text, nullable=False),
    _json("before"),
    _json("after"),
    Column("call_key", Text),
    _now(),
    Column("undone_at", Moment),
    _refers("activity_id", "activities", "CASCADE"),
    UniqueConstraint("athlete_id", "call_key"),
    Index(None, "athlete_id", "activity_id"),
)

threads = owned(
    "threads",
    _id(),
    _words("title"),
    Column("channel", Text, nullable=False, server_default="web"),
    _now(),
    _now("updated_at"),
    Column("archived_at", Moment),
    Index(None, "athlete_id", "updated_at"),
    referred_to=True,
)

runs = owned(
    "runs",
    Column("id", UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")),
    Column("thread_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="running"),
    Column("client_key", Text, nullable=False),
    Column("owner", Text, nullable=False),
    _now("heartbeat_at"),
    _now(),
    Column("finished_at", Moment),
    Column("tokens_in", Integer, nullable=False, server_default=text("0")),
    Column("tokens_out", Integer, nullable=False, server_default=text("0")),
    Column("cost", Number, nullable=False, server_default=text("0")),
    CheckConstraint("state IN ('running', 'done', 'stopped', 'failed', 'interrupted')", name="state"),
    _refers("thread_id", "threads", "CASCADE"),
    UniqueConstraint("athlete_id", "client_key"),
    Index(None, "athlete_id", "thread_id"),
    Index("ix_runs_running", "owner", postgresql_where=text("state = 'running'")),
    referred_to=True,
)

messages = owned(
    "messages",
    _id(),
    Column("thread_id", BigInteger, nullable=False),
    Column("run_id", UUID(as_uuid=True)),
    Column("role", Text, nullable=False),
    _words("text"),
    _json("content"),
    _now(),
    CheckConstraint("role IN ('user', 'assistant', 'system')", name="role"),
    _refers("thread_id", "threads", "CASCADE"),
    _refers("run_id", "runs", "SET NULL (run_id)"),
    Index(None, "athlete_id", "thread_id", "id"),
    Index("ix_messages_run", "athlete_id", "run_id", postgresql_where=text("run_id IS NOT NULL")),
)

run_events = owned(
    "run_events",
    Column("run_id", UUID(as_uuid=True), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    _json("payload"),
    _now(),
    _refers("run_id", "runs", "CASCADE"),
    Index(None, "athlete_id"),
)

# The athlete's own data key, wrapped by the installation's secret: without it nothing encrypted can be read.
vault_keys = owned(
    "vault_keys",
    Column("wrapped", LargeBinary, nullable=False),
    _now(),
    PrimaryKeyConstraint("athlete_id"),
)

# One row per service that the athlete connected, kept (state "off") after a disconnect.
connections = owned(
    "connections",
    Column("provider", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="off"),
    # Their number for the athlete, and what they call them.
    Column("account_id", Text, nullable=False, server_default=""),
    _words("account_name"),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    _json("options"),
    # Encrypted (coach.store.vault): the tokens, and what a login that waits for its code needs.
    Column("secret", LargeBinary),
    Column("pending", LargeBinary),
    Column("pending_until", Moment),
    Column("why_key", Text),
    _json("why_params"),
    Column("retry_at", Moment),
    Column("next_sync_at", Moment),
    Column("synced_at", Moment),
    Column("connected_at", Moment),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    _json("cursor"),
    # What may be kept for a time only is complete from this day on; None: nothing was let go yet.
    Column("kept_since", Date),
    # Who works on it right now, and until when that is believed.
    Column("holder", Text, nullable=False, server_default=""),
    Column("held_until", Moment),
    _now("updated_at"),
    CheckConstraint(
        "state IN ('off', 'pending', 'connected', 'waiting', 'needs_you', 'broken')", name="state"
    ),
    PrimaryKeyConstraint("athlete_id", "provider"),
    # One account over there belongs to one athlete here.
    Index(
        "uq_connections_account",
        "provider",
        "account_id",
        unique=True,
        postgresql_where=text("account_id <> '' AND state <> 'off'"),
    ),
)

# What a service was seen to hold, and how far we are with each.
remote_items = owned(
    "remote_items",
    Column("provider", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("start_at", Moment, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    _json("summary"),
    Column("state", Text, nullable=False, server_default="listed"),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("why_key", Text),
    _now("seen_at"),
    Column("done_at", Moment),
    CheckConstraint("state IN ('listed', 'done', 'gone', 'failed', 'refused')", name="state"),
    PrimaryKeyConstraint("athlete_id", "provider", "external_id"),
    Index("ix_remote_items_todo", "athlete_id", "provider", "state", "start_at"),
)

oauth_states = owned(
    "oauth_states",
    Column("state_sha256", LargeBinary, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("session_sha256", LargeBinary, nullable=False),
    _now(),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "athlete_id"),
)

# Addresses that a phone or a spreadsheet sends to. The secret is shown once; only its hash is here.
addresses = owned(
    "addresses",
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("provider", Text, nullable=False),
    _now(),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
    Index(None, "athlete_id", "provider"),
)

# What must be sent to another service: written in the transaction that decided it, sent by a job, once.
outbox = owned(
    "outbox",
    _id(),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    _json("payload"),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Moment),
    _json("receipt"),
    Column("why_key", Text),
    _json("why_params"),
    _now(),
    _now("updated_at"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'refused', 'failed')", name="state"),
    UniqueConstraint("athlete_id", "kind", "key"),
    Index("ix_outbox_due", "next_at", postgresql_where=text("state IN ('waiting', 'sending')")),
)

# What the athlete must be told once, wherever they look next.
notices = owned(
    "notices",
    _id(),
    Column("key", Text, nullable=False),
    Column("tone", Text, nullable=False),
    Column("text_key", Text, nullable=False),
    _json("params"),
    Column("link", Text, nullable=False, server_default=""),
    _now(),
    Column("seen_at", Moment),
    Column("resolved_at", Moment),
    CheckConstraint("tone IN ('info', 'warning', 'alert')", name="tone"),
    UniqueConstraint("athlete_id", "key"),
)

# Jobs that gave up, with the reason as the athlete may read it.
job_failures = owned(
    "job_failures",
    Column("job_id", BigInteger, primary_key=True),
    Column("job", Text, nullable=False),
    _json("args"),
    Column("error_key", Text, nullable=False),
    _json("error_params"),
    Column("tries", Integer, nullable=False),
    _now("failed_at"),
    Column("retried_at", Moment),
    Index(None, "athlete_id", "failed_at"),
)

# Workouts that somebody planned elsewhere and gave us: rows of a spreadsheet.
planned_workouts = owned(
    "planned_workouts",
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("sport", Text, nullable=False),
    _words("title"),
    _words("note"),
    Column("distance_m", Number),
    Column("duration_s", Number),
    _now("updated_at"),
    PrimaryKeyConstraint("athlete_id", "source", "external_id"),
    Index(None, "athlete_id", "day"),
)

# Of the installation, not of an athlete: what the operator set for a source, and how services are doing.
source_settings = Table(
    "source_settings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("to_model", Boolean, nullable=False),
    Column("to_others", Boolean, nullable=False),
    Column("keep_days", Integer),
    _now("changed_at"),
    CheckConstraint("keep_days > 0", name="keep_days"),
)

provider_health = Table(
    "provider_health",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("open_until", Moment),
    Column("why_key", Text),
    _json("usage"),
    _now("updated_at"),
)
